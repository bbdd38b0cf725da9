"""Means, shares, costs and cost per resolution: from sums to estimates."""

from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from pilot_analysis.decision.contrast import SIGN, contrast, held_against
from pilot_analysis.decision.estimate import ArmValue, Estimate, Influence, Plain, Scores, interval, one_cluster
from pilot_analysis.decision.influence import chance_in_pilot, influence_of, most_influential
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.sums import Floats, Ints, MeasureSums, Sums
from pilot_analysis.stats.clusters import (
    ArmSums,
    Clustered,
    clustered_variance,
    merged_rows,
    one_to_a_cell,
    sum_by,
    without_spread,
)
from pilot_analysis.stats.intervals import t_quantile
from pilot_analysis.stats.proportions import Shares, miettinen_nurminen
from pilot_analysis.stats.ratio import fieller
from pilot_analysis.stats.standardise import Method, Standardised, standardise
from pilot_analysis.words import _


class CaseMix:
    """The case-mix cells on which sums are compared: some of the columns by which they were summed.

    `method` is the model of the cells, None where they decide themselves.
    """

    def __init__(self, sums: Sums, by: Sequence[str]) -> None:
        self.sums, self.by = sums, list(by)
        self.method: Method | None = None
        if by:
            groups = sums.cells[list(by)].groupby(list(by), sort=True, dropna=False)
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
        present = [np.count_nonzero(np.bincount(cell)) for cell in (sums.cell, self.cell)]
        self._finer = present[0] > present[1]  # rows go by columns beside the case mix, as segments have them

    def by_model(self, method: Method) -> "CaseMix":
        """The same cells under this model."""
        other = copy(self)
        other.method = method
        return other

    def with_measures(self, measures: dict[str, MeasureSums]) -> "CaseMix":
        """The same cells, some measures replaced."""
        other = copy(self)
        other.sums = replace(self.sums, measures=self.sums.measures | measures)
        return other

    def without(self, cluster: str, measures: Collection[str]) -> "CaseMix":
        """The same cells without one cluster's contacts, for these measures."""
        rows = self.sums.cluster != self.sums.clusters.index(cluster)
        other = copy(self)
        other.sums = self.sums.only(measures).without(cluster)
        other.cell, other._place = self.cell[rows], self._place[rows]
        return other

    def by_cell(self, values: Floats, rows: npt.NDArray[np.bool_] | None = None) -> Floats:
        """Sums by group and cell, shape (groups, cells); `rows` leaves rows out."""
        shape = self.sums.groups, len(self.cells)
        place, values = (self._place, values) if rows is None else (self._place[rows], values[rows])
        return sum_by(place, values, shape[0] * shape[1]).reshape(shape)

    def standardised(self, m: MeasureSums, rows: npt.NDArray[np.bool_] | None = None) -> Standardised | None:
        """Every group of a measure on the pilot's case mix."""
        return standardise(
            self.by_cell(m.population, rows),
            self.by_cell(m.n, rows),
            self.by_cell(m.total, rows),
            self.factors,
            self.method,
        )

    def arm_sums(
        self, arm: int, m: MeasureSums, on: Standardised, scale: float = 1.0, weight: float = 1.0, span: float = 0.0
    ) -> ArmSums:
        """One group of a contrast; `scale` turns the measure relative, `weight` is its signed part in it.

        `span` is how far apart two values of the measure can lie, where they have limits.
        """
        rows = np.flatnonzero((self.sums.arm == arm) & (m.n > 0))
        cell, cluster = self.cell[rows], self.sums.cluster[rows]
        n, total, scatter = m.n[rows], m.total[rows], m.scatter[rows]
        if self._finer:  # what segments differ by is part of how contacts vary
            key, n, total, scatter = merged_rows(cluster * len(self.cells) + cell, n, total, scatter)
            cluster, cell = np.divmod(key, len(self.cells))
        return ArmSums(
            cell, cluster, n, total * scale, scatter * scale**2,
            on.coefficient[arm] * weight, on.fitted[arm] * scale, on.projection[arm], span * scale,
        )  # fmt: skip

    def clusters(self, arm: int, m: MeasureSums) -> int:
        """Clusters of a group with at least one observation; where contacts are independent, the observations."""
        if not self.sums.clusters:
            return self.observations(arm, m)
        return int(np.count_nonzero(np.bincount(self.sums.cluster[(self.sums.arm == arm) & (m.n > 0)])))

    def observations(self, arm: int, m: MeasureSums) -> int:
        """Observations of a group."""
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
    groups = _group_values(mix, m, on.value)
    arms = _arms(metric, groups)
    naive = _naive(metric, mix, confidence) if influence else None
    if metric.kind == "ratio" and not (on.value > 0).all():
        return Estimate(metric, arms, crude=crude, naive=naive, why=_("a ratio to nothing cannot be formed"))
    too_few = _too_few_clusters(groups)
    if too_few:
        return Estimate(metric, arms, crude=crude, naive=naive, why=too_few)
    scale = 1 / on.value if metric.kind == "ratio" else np.ones(len(groups))
    parts = [mix.arm_sums(g, m, on, scale[g], SIGN[g], metric.span or 0.0) for g in range(len(groups))]
    # only a price is known without error
    unknown = one_to_a_cell if metric.measure == "cost" else without_spread
    if metric.span is None and any(unknown(part) for part in parts):
        why = _("all values in an arm are alike: there is no spread to judge by")
        return Estimate(metric, arms, crude=crude, naive=naive, why=why)
    spread = clustered_variance(parts, len(mix.sums.clusters))
    divided_by = [part for part, sign in zip(parts, SIGN, strict=False) if sign < 0]
    if metric.kind == "ratio" and any(_weak(part, spread, len(mix.sums.clusters), confidence) for part in divided_by):
        return Estimate(metric, arms, crude=crude, naive=naive, why=_weak_denominator())
    found, team = interval(
        metric, contrast(on.value, metric.kind), spread, confidence, _independent_shares(metric, mix, m, on)
    )
    return Estimate(
        metric, arms, found, team, crude, naive, method=on.method, compared=on.compared,
        variance_fixed=spread.fixed_variance, groups=groups if len(groups) > 2 else (),
        influence=_influence(metric, mix, parts, spread, confidence) if influence else None,
        scores=Scores(mix.sums.clusters, spread.scores),
    )  # fmt: skip


def per_resolution_estimate(metric: Metric, mix: CaseMix, confidence: float, *, influence: bool = True) -> Estimate:
    """Loaded cost per resolution: what an arm's contacts cost, with those passed to the other arm at that
    arm's cost, over the share resolved at first contact.

    Args:
        influence: also say who moves the result.
    """
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
    other = np.arange(len(cost.value)) ^ 1  # the other arm of the same period
    share = passed.value if passed is not None else np.zeros(len(other))
    loaded = cost.value + share * cost.value[other]
    value = loaded / fcr.value
    groups = _group_values(mix, fcr_sums, value)
    arms = _arms(metric, groups)
    too_few = _too_few_clusters(groups)
    if too_few:
        return Estimate(metric, arms, why=too_few)
    parts = []
    for g, o in enumerate(other):
        # logarithm of the ratio: every part enters by its share in the group's loaded cost
        own = SIGN[g] * cost.value[g] / loaded[g] + SIGN[o] * share[o] * cost.value[g] / loaded[o]
        parts.append(mix.arm_sums(g, cost_sums, cost, 1 / cost.value[g], own))
        parts.append(mix.arm_sums(g, fcr_sums, fcr, 1 / fcr.value[g], -SIGN[g], 1.0))
        if passed is not None and passed_sums is not None:
            parts.append(mix.arm_sums(g, passed_sums, passed, cost.value[o] / loaded[g], SIGN[g], 1.0))
    spread = clustered_variance(parts, len(mix.sums.clusters))
    denominators = [mix.arm_sums(g, cost_sums, cost, 1 / cost.value[g]) for g in range(len(other)) if SIGN[g] < 0]
    denominators += [mix.arm_sums(g, fcr_sums, fcr, 1 / fcr.value[g], 1.0, 1.0) for g in range(len(other))]
    if any(_weak(part, spread, len(mix.sums.clusters), confidence) for part in denominators):
        return Estimate(metric, arms, why=_weak_denominator())
    found, team = interval(metric, contrast(value, metric.kind), spread, confidence)
    c, f = _crude_means(mix, cost_sums), _crude_means(mix, fcr_sums)
    return Estimate(
        metric, arms, found, team, _plain(metric, c / f if (f > 0).all() else value), method=cost.method,
        compared=min(cost.compared, fcr.compared), variance_fixed=spread.fixed_variance,
        groups=groups if len(groups) > 2 else (),
        influence=_influence(metric, mix, parts, spread, confidence) if influence else None,
        scores=Scores(mix.sums.clusters, spread.scores),
    )  # fmt: skip


def _independent_shares(metric: Metric, mix: CaseMix, m: MeasureSums, on: Standardised) -> Shares | None:
    """The cells of two arms of independent contacts, the pilot first; None where no score interval is made of them."""
    if mix.sums.clusters or metric.span != 1 or mix.sums.groups > 2 or on.method != "cells":
        return None
    cells = on.weight > 0
    (n0, n1), (x0, x1) = (mix.by_cell(values)[:, cells] for values in (m.n, m.total))
    return Shares(x1, n1, x0, n0, on.weight[cells])


def _influence(
    metric: Metric, mix: CaseMix, parts: Sequence[ArmSums], spread: Clustered, confidence: float
) -> Influence | None:
    which = most_influential(parts, spread)
    if which is None:
        return None
    name = mix.sums.clusters[which]
    if metric.form == "per_resolution":
        without = mix.without(name, ("cost", "fcr", "passed_on"))
        return influence_of(name, per_resolution_estimate(metric, without, confidence, influence=False))
    without = mix.without(name, (metric.measure,))
    by_chance = chance_in_pilot(parts[1:2], len(mix.sums.clusters), which)
    return influence_of(name, mean_estimate(metric, without, confidence, influence=False), by_chance)


def _weak(denominator: ArmSums, spread: Clustered, clusters: int, confidence: float) -> bool:
    """Whether a mean, relative to itself, cannot be told from 0: Fieller's set of a ratio to it is then unbounded."""
    se = float(np.sqrt(clustered_variance([denominator], clusters).variance))
    return not fieller(1.0, 0.0, 1.0, se, spread.df, confidence=confidence).bounded


def _weak_denominator() -> str:
    return _("the ratio's denominator cannot be told from nothing: no ratio is too large (Fieller)")


def _group_values(mix: CaseMix, m: MeasureSums, value: Floats) -> tuple[ArmValue, ...]:
    return tuple(ArmValue(float(x), mix.observations(g, m), mix.clusters(g, m)) for g, x in enumerate(value))


def _arms(metric: Metric, groups: tuple[ArmValue, ...]) -> tuple[ArmValue, ArmValue]:
    """What the pilot is held against, with the observations and clusters of in-house now; and the pilot."""
    against = held_against(np.array([g.value for g in groups]), metric.kind)
    return groups[0]._replace(value=against), groups[1]


def _plain(metric: Metric, value: Floats) -> Plain:
    against = held_against(value, metric.kind)
    return Plain(against, value[1], value[1] / against if metric.kind == "ratio" else value[1] - against)


def _too_few_clusters(groups: tuple[ArmValue, ...]) -> str | None:
    return None if min(group.clusters for group in groups) >= 2 else one_cluster()


def _crude_means(mix: CaseMix, m: MeasureSums) -> Floats:
    n, total = mix.by_cell(m.n).sum(axis=1), mix.by_cell(m.total).sum(axis=1)
    means: Floats = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    return means


def _crude(metric: Metric, mix: CaseMix, m: MeasureSums) -> Plain | None:
    means = _crude_means(mix, m)
    if np.isnan(means).any() or (metric.kind == "ratio" and not (np.delete(means, 1) > 0).all()):
        return None
    return _plain(metric, means)


def _naive(metric: Metric, mix: CaseMix, confidence: float) -> Plain | None:
    """What a spreadsheet would say: every contact, contacts independent."""
    m = mix.sums.measures.get(f"naive_{metric.measure}", mix.sums.measures[metric.measure])
    means = _crude_means(mix, m)
    variances = np.full(len(means), np.nan)
    if metric.span == 1 and len(means) == 2:
        n, x = mix.by_cell(m.n).sum(axis=1), mix.by_cell(m.total).sum(axis=1)
        score = miettinen_nurminen(x[1], n[1], x[0], n[0], confidence)
        return None if score is None else Plain(means[0], means[1], means[1] - means[0], score.low, score.high)
    for group, mean in enumerate(means):
        rows = (mix.sums.arm == group) & (m.n > 0)
        n = m.n[rows].sum()
        if n < 2:
            return None
        own = m.total[rows] / m.n[rows]
        variances[group] = (m.scatter[rows] + m.n[rows] * (own - mean) ** 2).sum() / (n - 1) / n
    z = t_quantile(confidence, np.inf)
    if metric.kind == "difference":
        found, half = _plain(metric, means), z * np.sqrt(variances.sum())
        limit = metric.span or np.inf
        return found._replace(low=max(found.estimate - half, -limit), high=min(found.estimate + half, limit))
    if not (means > 0).all():
        return None
    found, half = _plain(metric, means), z * np.sqrt((variances / means**2).sum())
    return found._replace(low=found.estimate * np.exp(-half), high=found.estimate * np.exp(half))
