"""Means, shares, costs and cost per resolution: from sums to estimates."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from pilot_analysis.decision.estimate import ArmValue, Estimate, Influence, Plain, interval, one_cluster
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.sums import Floats, Ints, MeasureSums, Sums
from pilot_analysis.stats.clusters import (
    ROUNDING,
    ArmSums,
    Clustered,
    clustered_variance,
    one_to_a_cell,
    sum_by,
    without_spread,
)
from pilot_analysis.stats.intervals import t_quantile
from pilot_analysis.stats.proportions import miettinen_nurminen
from pilot_analysis.stats.ratio import fieller
from pilot_analysis.stats.standardise import Standardised, standardise
from pilot_analysis.words import _

SIGN = (-1.0, 1.0)  # effect = pilot - in-house


class CaseMix:
    """The case-mix cells on which sums are compared: some of the columns by which they were summed."""

    def __init__(self, sums: Sums, by: Sequence[str]) -> None:
        self.sums = sums
        names = sums.cells[list(by)]
        if by:
            groups = names.groupby(list(by), sort=True, dropna=False)
            self.cell: Ints = groups.ngroup().to_numpy()[sums.cell].astype(np.int64)
            self.cells = groups.size().reset_index().drop(columns=0)
        else:
            self.cell, self.cells = np.zeros(len(sums.cell), dtype=np.int64), pd.DataFrame(index=range(1))
        self.factors: npt.NDArray[np.int64] = (
            np.column_stack([pd.factorize(self.cells[name], sort=True)[0] for name in by]).astype(np.int64)
            if by
            else np.zeros((len(self.cells), 0), dtype=np.int64)
        )
        self._place: Ints = sums.arm * len(self.cells) + self.cell

    def by_cell(self, values: Floats, rows: npt.NDArray[np.bool_] | None = None) -> Floats:
        """Sums by arm and cell, shape (2, cells); `rows` leaves rows out."""
        size = len(self.cells)
        place, values = (self._place, values) if rows is None else (self._place[rows], values[rows])
        return sum_by(place, values, 2 * size).reshape(2, size)

    def standardised(self, m: MeasureSums, rows: npt.NDArray[np.bool_] | None = None) -> Standardised | None:
        """Both arms of a measure on the pilot's case mix."""
        return standardise(
            self.by_cell(m.population, rows),
            self.by_cell(m.n, rows),
            self.by_cell(m.total, rows),
            self.factors,
        )

    def arm_sums(
        self, arm: int, m: MeasureSums, on: Standardised, scale: float = 1.0, weight: float = 1.0, span: float = 0.0
    ) -> ArmSums:
        """One arm of a contrast; `scale` turns the measure relative, `weight` is its signed part in it.

        `span` is how far apart two values of the measure can lie, where they have limits.
        """
        rows = np.flatnonzero((self.sums.arm == arm) & (m.n > 0))
        return ArmSums(
            self.cell[rows], self.sums.cluster[rows], m.n[rows], m.total[rows] * scale, m.scatter[rows] * scale**2,
            on.coefficient[arm] * weight, on.fitted[arm] * scale, on.projection[arm], span * scale,
        )  # fmt: skip

    def clusters(self, arm: int, m: MeasureSums) -> int:
        """Clusters of an arm with at least one observation."""
        return int(np.count_nonzero(np.bincount(self.sums.cluster[(self.sums.arm == arm) & (m.n > 0)])))

    def observations(self, arm: int, m: MeasureSums) -> int:
        """Observations of an arm."""
        return round(float(m.n[self.sums.arm == arm].sum()))


def mean_estimate(metric: Metric, mix: CaseMix, confidence: float, *, influence: bool = True) -> Estimate:
    """The effect on a mean, a share or a cost, standardised to the pilot's case mix.

    Args:
        influence: also say who moves the result, and what a spreadsheet would say; nobody asks in a segment.
    """
    if metric.why is not None:
        return Estimate(metric, why=metric.why)
    m = mix.sums.measures[metric.measure]
    on = mix.standardised(m)
    crude = _crude(metric, mix, m)
    if on is None or crude is None:
        return Estimate(metric, crude=crude, why=_("no case-mix cell has values in both arms"))
    arms = _arm_values(mix, m, on.value)
    naive = _naive(metric, mix, confidence) if influence else None
    if metric.kind == "ratio" and not (on.value > 0).all():
        return Estimate(metric, arms, crude=crude, naive=naive, why=_("a ratio to nothing cannot be formed"))
    too_few = _too_few_clusters(arms)
    if too_few:
        return Estimate(metric, arms, crude=crude, naive=naive, why=too_few)
    scale = 1 / on.value if metric.kind == "ratio" else np.ones(2)
    parts = [mix.arm_sums(arm, m, on, scale[arm], SIGN[arm], metric.span or 0.0) for arm in (0, 1)]
    # only a price is known without error
    unknown = one_to_a_cell if metric.measure == "cost" else without_spread
    if metric.span is None and any(unknown(part) for part in parts):
        why = _("all values in an arm are alike: there is no spread to judge by")
        return Estimate(metric, arms, crude=crude, naive=naive, why=why)
    spread = clustered_variance(parts, len(mix.sums.clusters))
    if metric.kind == "ratio" and _weak(parts[0], spread, len(mix.sums.clusters), confidence):
        return Estimate(metric, arms, crude=crude, naive=naive, why=_weak_denominator())
    found, team = interval(metric, _analysis(metric, on.value), spread, confidence)
    return Estimate(
        metric, arms, found, team, crude, naive, method=on.method, compared=on.compared,
        variance_fixed=spread.fixed_variance,
        influence=_influence(metric, mix, m, parts, spread) if influence else None,
    )  # fmt: skip


def per_resolution_estimate(metric: Metric, mix: CaseMix, confidence: float) -> Estimate:
    """Loaded cost per resolution: what an arm's contacts cost, with those passed to the other arm at that
    arm's cost, over the share resolved at first contact."""
    if metric.why is not None:
        return Estimate(metric, why=metric.why)
    measures = mix.sums.measures
    cost_sums, fcr_sums, passed_sums = (measures.get(name) for name in ("cost", "fcr", "passed_on"))
    assert cost_sums is not None
    assert fcr_sums is not None
    cost, fcr = mix.standardised(cost_sums), mix.standardised(fcr_sums)
    passed = mix.standardised(passed_sums) if passed_sums is not None else None
    if cost is None or fcr is None or not (fcr.value > 0).all() or not (cost.value > 0).all():
        return Estimate(metric, why=_("no case-mix cell has costs and resolutions in both arms"))
    share = passed.value if passed is not None else np.zeros(2)
    loaded = cost.value + share * cost.value[::-1]
    value = loaded / fcr.value
    arms = _arm_values(mix, fcr_sums, value)
    too_few = _too_few_clusters(arms)
    if too_few:
        return Estimate(metric, arms, why=too_few)
    parts = []
    for arm in (0, 1):
        other = 1 - arm
        # logarithm of the ratio: every part enters by its share in the arm's loaded cost
        own = SIGN[arm] * cost.value[arm] / loaded[arm] + SIGN[other] * share[other] * cost.value[arm] / loaded[other]
        parts.append(mix.arm_sums(arm, cost_sums, cost, 1 / cost.value[arm], own))
        parts.append(mix.arm_sums(arm, fcr_sums, fcr, 1 / fcr.value[arm], -SIGN[arm], 1.0))
        if passed is not None and passed_sums is not None:
            parts.append(mix.arm_sums(arm, passed_sums, passed, cost.value[other] / loaded[arm], SIGN[arm], 1.0))
    spread = clustered_variance(parts, len(mix.sums.clusters))
    denominators = [mix.arm_sums(0, cost_sums, cost, 1 / cost.value[0])]
    denominators += [mix.arm_sums(arm, fcr_sums, fcr, 1 / fcr.value[arm], 1.0, 1.0) for arm in (0, 1)]
    if any(_weak(part, spread, len(mix.sums.clusters), confidence) for part in denominators):
        return Estimate(metric, arms, why=_weak_denominator())
    found, team = interval(metric, _analysis(metric, value), spread, confidence)
    c, f = _crude_means(mix, cost_sums), _crude_means(mix, fcr_sums)
    crude = c / f if (f > 0).all() else value
    return Estimate(
        metric, arms, found, team, Plain(crude[0], crude[1], crude[1] / crude[0]), method=cost.method,
        compared=min(cost.compared, fcr.compared), variance_fixed=spread.fixed_variance,
    )  # fmt: skip


def _weak(denominator: ArmSums, spread: Clustered, clusters: int, confidence: float) -> bool:
    """Whether a mean, relative to itself, cannot be told from 0: Fieller's set of a ratio to it is then unbounded."""
    se = float(np.sqrt(clustered_variance([denominator], clusters).variance))
    return not fieller(1.0, 0.0, 1.0, se, spread.df, confidence=confidence).bounded


def _weak_denominator() -> str:
    return _("the ratio's denominator cannot be told from nothing: no ratio is too large (Fieller)")


def _analysis(metric: Metric, value: Floats) -> float:
    return float(np.log(value[1] / value[0])) if metric.kind == "ratio" else float(value[1] - value[0])


def _arm_values(mix: CaseMix, m: MeasureSums, value: Floats) -> tuple[ArmValue, ArmValue]:
    first, second = (ArmValue(float(value[a]), mix.observations(a, m), mix.clusters(a, m)) for a in (0, 1))
    return first, second


def _too_few_clusters(arms: tuple[ArmValue, ArmValue]) -> str | None:
    return None if min(arm.clusters for arm in arms) >= 2 else one_cluster()


def _crude_means(mix: CaseMix, m: MeasureSums) -> Floats:
    n, total = mix.by_cell(m.n).sum(axis=1), mix.by_cell(m.total).sum(axis=1)
    means: Floats = np.divide(total, n, out=np.full(2, np.nan), where=n > 0)
    return means


def _crude(metric: Metric, mix: CaseMix, m: MeasureSums) -> Plain | None:
    means = _crude_means(mix, m)
    if np.isnan(means).any() or (metric.kind == "ratio" and not means[0] > 0):
        return None
    return Plain(means[0], means[1], means[1] / means[0] if metric.kind == "ratio" else means[1] - means[0])


def _naive(metric: Metric, mix: CaseMix, confidence: float) -> Plain | None:
    """What a spreadsheet would say: every contact, contacts independent."""
    m = mix.sums.measures.get(f"naive_{metric.measure}", mix.sums.measures[metric.measure])
    means, variances = _crude_means(mix, m), np.full(2, np.nan)
    if metric.span == 1:
        n, x = mix.by_cell(m.n).sum(axis=1), mix.by_cell(m.total).sum(axis=1)
        score = miettinen_nurminen(x[1], n[1], x[0], n[0], confidence)
        return None if score is None else Plain(means[0], means[1], means[1] - means[0], score.low, score.high)
    for arm in (0, 1):
        rows = (mix.sums.arm == arm) & (m.n > 0)
        n = m.n[rows].sum()
        if n < 2:
            return None
        own = m.total[rows] / m.n[rows]
        variances[arm] = (m.scatter[rows] + m.n[rows] * (own - means[arm]) ** 2).sum() / (n - 1) / n
    z = t_quantile(confidence, np.inf)
    if metric.kind == "difference":
        estimate, half = means[1] - means[0], z * np.sqrt(variances.sum())
        limit = metric.span or np.inf
        return Plain(means[0], means[1], estimate, max(estimate - half, -limit), min(estimate + half, limit))
    if not (means > 0).all():
        return None
    ratio, half = means[1] / means[0], z * np.sqrt((variances / means**2).sum())
    return Plain(means[0], means[1], ratio, ratio * np.exp(-half), ratio * np.exp(half))


def _influence(
    metric: Metric, mix: CaseMix, m: MeasureSums, parts: Sequence[ArmSums], spread: Clustered
) -> Influence | None:
    """Leave out the cluster whose score is largest for its weight, and estimate again."""
    clusters = len(spread.scores)
    weight = sum(sum_by(p.cluster, np.abs(p.coefficient[p.cell]) * p.n, clusters) for p in parts)
    # a cluster that is nearly a whole arm cannot be left out
    moved = np.abs(spread.scores) / np.maximum(1 - weight, 0.5)
    whole = sum(float(np.abs(p.coefficient[p.cell] * p.total).sum()) for p in parts)
    if len(moved) < 3 or not moved.max() > ROUNDING * whole:  # prices leave only the rounding of sums
        return None
    which = int(np.argmax(moved))
    on = mix.standardised(m, mix.sums.cluster != which)
    if on is None or (metric.kind == "ratio" and not (on.value > 0).all()):
        return None
    without = _analysis(metric, on.value)
    return Influence(mix.sums.clusters[which], float(np.exp(without)) if metric.kind == "ratio" else without)
