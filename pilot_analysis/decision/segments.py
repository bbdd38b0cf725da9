"""The same effects within segments, harm in a segment by Holm, and each shrunk towards the others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pilot_analysis.decision.estimate import Estimate, possible
from pilot_analysis.decision.means import CaseMix, mean_estimate
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.sums import Sums
from pilot_analysis.stats.intervals import Effect, effect, holm
from pilot_analysis.stats.shrinkage import shrink

FEWEST = 30  # observations an arm needs in a segment


@dataclass(frozen=True)
class Segment:
    """One KPI in one segment.

    Attributes:
        by, value: the column and its value.
        share: of the pilot's contacts.
        estimate: as for the whole.
        p_harm: one-sided, against "not worse than the margin"; adjusted: by Holm over the KPI's segments.
        harm: whether harm is shown after the adjustment.
        shrunk: the effect as far as it differs from the column's other segments by more than luck; None where the
            KPI has no other.
        against_target: the baseline has no such contacts, so they are held against the KPI's target.
    """

    by: str
    value: str
    share: float
    estimate: Estimate
    p_harm: float | None = None
    adjusted: float | None = None
    harm: bool = False
    shrunk: Effect | None = None
    against_target: bool = False


def segment_effects(
    metrics: Sequence[Metric], sums: Sums, adjust_for: Sequence[str], by: Sequence[str], confidence: float
) -> list[Segment]:
    """Effects of every KPI that is a mean, by every value of every segment column."""
    contacts = sums.measures["contacts"].population
    in_pilot = sums.arm == 1
    means = [metric for metric in metrics if metric.form == "mean" and metric.why is None]
    sums = sums.only({metric.measure for metric in means})
    found = []
    for column in by:
        names = sums.cells[column].to_numpy(dtype=object)
        for value in sorted(set(names)):
            keep = names == value
            part = sums.within(keep)
            share = float(contacts[in_pilot & keep[sums.cell]].sum() / max(contacts[in_pilot].sum(), 1.0))
            mix = CaseMix(part, [name for name in adjust_for if name != column])
            for metric in means:
                estimate = mean_estimate(metric, mix, confidence, influence=False)
                if (
                    estimate.effect is not None
                    and estimate.arms is not None
                    and min(a.n for a in estimate.arms) >= FEWEST
                ):
                    found.append(Segment(column, str(value), share, estimate))
    return found


def channel_segments(each: dict[str, Estimate], shares: dict[str, float]) -> list[Segment]:
    """A quantile's effects by channel as segments."""
    return [
        Segment("channel", name, shares.get(name, 0.0), estimate)
        for name, estimate in each.items()
        if estimate.effect is not None and estimate.arms is not None and min(a.n for a in estimate.arms) >= FEWEST
    ]


def with_harm(segments: Sequence[Segment], confidence: float) -> list[Segment]:
    """Mark harm: one-sided against the margin at (1 - confidence) / 2, by Holm over a KPI's segments."""
    marked = list(segments)
    for metric in {s.estimate.metric.id for s in segments}:
        rows = [
            i for i, s in enumerate(segments)
            if s.estimate.metric.id == metric and s.estimate.metric.margin is not None
        ]  # fmt: skip
        p_values = []
        for i in rows:
            estimate = segments[i].estimate
            assert estimate.effect is not None
            assert estimate.metric.margin is not None
            p_values.append(estimate.effect.p_below(-estimate.metric.margin, estimate.metric.kind))
        for i, p, adjusted in zip(rows, p_values, holm(p_values), strict=True):
            s = marked[i]
            marked[i] = replace(s, p_harm=p, adjusted=adjusted, harm=bool(adjusted < (1 - confidence) / 2))
    return sorted(marked, key=lambda s: (s.by, s.value))


def with_shrunk(segments: Sequence[Segment], confidence: float) -> list[Segment]:
    """Each effect with what is left of it once the segments of its column and KPI are seen together."""
    found = list(segments)
    for metric, by in {(s.estimate.metric.id, s.by) for s in segments}:
        rows = [
            i for i, s in enumerate(segments)
            if (s.estimate.metric.id, s.by) == (metric, by) and not s.against_target
        ]  # fmt: skip
        if len(rows) < 2:
            continue
        effects = [e for i in rows if (e := segments[i].estimate.effect) is not None]
        ratio = segments[rows[0]].estimate.metric.kind == "ratio"
        raw = np.array([e.estimate for e in effects])
        together = shrink(np.log(raw) if ratio else raw, np.array([e.se for e in effects]) ** 2)
        for i, e, estimate, se in zip(rows, effects, together.estimate, together.se, strict=True):
            m = segments[i].estimate.metric
            shrunk = effect(float(estimate), float(se), e.df, kind=m.kind, better=m.better, margin=m.margin,
                            hurdle=m.hurdle, confidence=confidence)  # fmt: skip
            found[i] = replace(found[i], shrunk=possible(shrunk, m))
    return found
