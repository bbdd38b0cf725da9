"""Whether both arms moved alike before the pilot, on which difference-in-differences rests.

Within the baseline period each arm's weekly values get a straight line. The difference of the two slopes is tested
with the same clusters as the effect, and extended over the weeks from the middle of the baseline period to the middle
of the judged days: by so much would the effect be off if the arms had gone on moving apart as they did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from pilot_analysis.config.models import Config
from pilot_analysis.config.period import Period
from pilot_analysis.contacts.check import Check, Status
from pilot_analysis.contacts.table import in_scope
from pilot_analysis.decision.contrast import SIGN
from pilot_analysis.decision.means import CaseMix
from pilot_analysis.decision.weekly_effects import weekly_effects, weekly_metric, with_log_response
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.sums import Sums, sum_contacts
from pilot_analysis.stats.clusters import clustered_variance, without_spread
from pilot_analysis.stats.intervals import effect, holm
from pilot_analysis.stats.lines import slopes
from pilot_analysis.words import _, benefit, count, joined

MOST_CELLS = 400  # strata of the case mix times weeks
FEWEST_WEEKS = 3  # that a line needs to be more than a difference
WEEK = 7


class Slope(NamedTuple):
    """How one KPI's arms moved apart before the pilot: differences, or of a ratio the logarithm; + is better.

    Attributes:
        metric: the KPI.
        per_week, low, high: difference of the slopes, pilot's arm - in-house.
        p: two-sided; adjusted: by Holm over the KPIs.
        drift, drift_low, drift_high: the same over the weeks from the baseline period to the judged days.
        limit: the margin, else the hurdle; None without either.
        shown: whether the arms are shown to have moved apart.
        status: fail, by more than the limit; warn, they are shown to, or by the estimate by more than the limit.
    """

    metric: Metric
    per_week: float
    low: float
    high: float
    p: float
    adjusted: float
    drift: float
    drift_low: float
    drift_high: float
    limit: float | None
    shown: bool
    status: Status


@dataclass(frozen=True)
class PreTrend:
    """The arms before the pilot.

    Attributes:
        slopes: by KPI, as far as they can be told.
        weeks: pilot - in-house (or pilot / in-house) week by week, before the pilot and in it: kpi, week (Monday),
            stage (before, ramp_up, judged), kind, estimate, low, high.
        adjusted_for: the columns of the case mix that were adjusted for.
        number: weeks of the baseline period; apart: weeks from its middle to that of the judged days.
    """

    slopes: list[Slope]
    weeks: pd.DataFrame
    adjusted_for: list[str]
    number: int
    apart: float

    def to_dict(self) -> dict[str, Any]:
        """As in review.json."""
        return {
            "weeks_before": self.number, "weeks_apart": self.apart, "adjusted_for": self.adjusted_for,
            "slopes": [
                {
                    "kpi": s.metric.id, "per_week": s.per_week, "low": s.low, "high": s.high, "p": s.p,
                    "p_holm": s.adjusted, "drift": {"estimate": s.drift, "low": s.drift_low, "high": s.drift_high},
                    "limit": s.limit, "shown": s.shown, "status": s.status,
                }
                for s in self.slopes
            ],
            "weeks": self.weeks.to_dict("records"),
        }  # fmt: skip


def pre_trend(
    metrics: Sequence[Metric], table: ir.Table, adjust_for: Sequence[str], cluster: str | None, config: Config
) -> PreTrend:
    """The slopes before the pilot and the weekly effects, from one scan of the measured contacts.

    Quantiles of times are stood for by the mean logarithm of the answered times, whose slope is relative too.
    """
    before = config.design.baseline_period
    assert before is not None
    shown = [m for m in (weekly_metric(m) for m in metrics) if m is not None]
    weeks = _weeks(table, before)
    columns = _columns(weeks, adjust_for)
    sums = sum_contacts(weeks, ["monday", "stage", *columns], cluster, [m.measure for m in shown])
    judged = Period(start=config.pilot.start, end=config.pilot.end)
    apart = (_middle(judged) + config.pilot.ramp_up_days / 2 - _middle(before)) / WEEK
    stage = sums.cells["stage"].to_numpy(dtype=object)
    earlier = sums.within(stage == "before")
    number = len(set(sums.cells["monday"][stage == "before"]))
    found = [_slope(m, earlier, columns, apart, config.design.confidence) for m in shown]
    return PreTrend(
        _judged([s for s in found if s is not None], config.design.confidence) if number >= FEWEST_WEEKS else [],
        weekly_effects(shown, sums, columns, config.design.confidence), columns, number, apart,
    )  # fmt: skip


def pre_trend_check(found: PreTrend) -> Check:
    """The check `pre_trend`."""
    if not found.slopes:
        return Check("pre_trend", "warn", _(
            "The baseline period has {n} weeks: too few to see whether the arms moved alike before the pilot."
        ).format(n=count(found.number)))  # fmt: skip
    by_status: dict[str, list[str]] = {}
    for slope in found.slopes:
        by_status.setdefault(slope.status, []).append(_said(slope))
    if "fail" in by_status:
        return Check("pre_trend", "fail", _(
            "The arms moved apart before the pilot by more than the limit over {n} weeks: {kpis}. The effect cannot be "
            "told from that."
        ).format(n=count(found.apart), kpis=joined(by_status["fail"])))  # fmt: skip
    if "warn" in by_status:
        shown = any(s.shown for s in found.slopes)
        text = _(
            "The arms did not move alike before the pilot: {kpis} over {n} weeks, were it to go on."
        ) if shown else _(
            "Whether the arms moved alike before the pilot cannot be told well enough: {kpis} over {n} weeks, were "
            "their unsure slopes true. A longer baseline period would tell."
        )  # fmt: skip
        return Check("pre_trend", "warn", text.format(n=count(found.apart), kpis=joined(by_status["warn"])))
    return Check("pre_trend", "pass", _(
        "In the {n} weeks of the baseline period no KPI is shown to have moved apart, nor by more than its limit if "
        "extended to the pilot."
    ).format(n=count(found.number)))  # fmt: skip


def _said(slope: Slope) -> str:
    ratio = slope.metric.kind == "ratio"
    drift = float(-np.expm1(-slope.drift)) if ratio else slope.drift
    return _("{kpi} by {drift}").format(
        kpi=slope.metric.name, drift=benefit(drift, slope.metric.unit, slope.metric.kind)
    )


def _weeks(table: ir.Table, before: Period) -> ir.Table:
    """Contacts of both arms in the baseline period and in the pilot, with `monday` (of its week) and `stage`."""
    kept = in_scope(table)
    kept = kept.filter(kept.day.between(before.start, before.end) | kept.phase.isin(("ramp_up", "judged")))
    kept = kept.mutate(
        monday=kept.day.truncate("W").cast("date"),
        stage=ibis.ifelse(kept.day.between(before.start, before.end), "before", kept.phase),
    )
    return with_log_response(kept)


def _columns(weeks: ir.Table, adjust_for: Sequence[str]) -> list[str]:
    """The first columns of the case mix whose strata are few enough for a line through each."""
    frame = weeks.select("monday", *adjust_for).distinct().to_pandas()
    number = frame["monday"].nunique()
    for k in range(len(adjust_for), 0, -1):
        if len(frame[list(adjust_for[:k])].drop_duplicates()) * number <= MOST_CELLS:
            return list(adjust_for[:k])
    return []


def _middle(period: Period) -> float:
    return (period.start.toordinal() + period.end.toordinal()) / 2


def _slope(metric: Metric, sums: Sums, columns: list[str], apart: float, confidence: float) -> Slope | None:
    """The difference of two lines; its status is still open."""
    m = sums.measures[metric.measure]
    mix = CaseMix(sums, ["monday", *columns])
    time = np.array([date.fromisoformat(str(day)[:10]).toordinal() / WEEK for day in mix.cells["monday"]])
    stratum = (
        mix.cells.groupby(columns, sort=True).ngroup().to_numpy() if columns else np.zeros(len(mix.cells), dtype=int)
    )
    n, total = mix.by_cell(m.n), mix.by_cell(m.total)
    on = slopes(n, total, time - time.min(), stratum.astype(np.int64))
    if on is None or not (n.sum(axis=1) > 0).all() or min(mix.clusters(arm, m) for arm in (0, 1)) < 2:
        return None
    # the mean logarithm is relative already
    relative = metric.kind == "ratio" and metric.measure != "log_response"
    scale = n.sum(axis=1) / total.sum(axis=1) if relative else np.ones(2)
    parts = [mix.arm_sums(arm, m, on, scale[arm], SIGN[arm]) for arm in (0, 1)]
    if any(without_spread(part) for part in parts):
        return None
    spread = clustered_variance(parts, len(sums.clusters))
    value = on.value * scale
    found = effect(
        float(value[1] - value[0]), float(np.sqrt(spread.variance)), spread.df, kind="difference",
        better=metric.better, margin=None, confidence=confidence,
    )  # fmt: skip
    p = 2 * min(found.p_superior, 1 - found.p_superior)
    return Slope(
        metric, found.benefit, found.benefit_low, found.benefit_high, p, p, found.benefit * apart,
        found.benefit_low * apart, found.benefit_high * apart, metric.margin or metric.hurdle or None, False, "pass",
    )  # fmt: skip


def _judged(found: list[Slope], confidence: float) -> list[Slope]:
    """With p-values by Holm over the KPIs, and the status."""
    judged = []
    for slope, adjusted in zip(found, holm([s.p for s in found]), strict=True):
        limit = np.inf if slope.limit is None else slope.limit
        limit = float(np.log1p(limit)) if slope.metric.kind == "ratio" else limit
        shown = adjusted < 1 - confidence
        beyond = slope.drift_low > limit or slope.drift_high < -limit
        status: Status = "fail" if shown and beyond else "warn" if shown or abs(slope.drift) > limit else "pass"
        judged.append(slope._replace(adjusted=adjusted, shown=shown, status=status))
    return judged
