"""The quantiles of a time from two scans, decided and in every other way, in one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis.expr.types as ir
import pandas as pd

from pilot_analysis.decision import variants
from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.quantiles import OnlyCounted, quantile_estimate
from pilot_analysis.decision.time_mix import TimeMix, time_mix, wanted_bins
from pilot_analysis.decision.variants import HEADLINE, Variant
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.times import Counts, Histogram, count_bins, count_values
from pilot_analysis.words import _

# Share of the reach that is fetched first: an agent moves a quantile by the share of contacts times how far the own
# distribution lies from that of all, which is far less than half the contacts for nearly everybody.
NEAR = 1 / 8


@dataclass(frozen=True)
class TimeEstimates:
    """What is known of one time.

    Attributes:
        mix: its histogram and channels.
        estimates: by KPI; each: the same by KPI and channel.
        variants: by headline KPI.
    """

    mix: TimeMix
    estimates: dict[str, Estimate]
    each: dict[str, dict[str, Estimate]]
    variants: dict[str, list[Variant]]


def time_estimates(
    wanted: Sequence[Metric], table: ir.Table, by: Sequence[str], cluster: str | None,
    reach: Mapping[tuple[str, str], float], ramp_up_days: int, confidence: float, called: Mapping[str, str],
) -> TimeEstimates:  # fmt: skip
    """Estimate the quantiles of one time.

    Args:
        wanted: KPIs of one measure.
        table: contacts with `judged`, false for those of the ramp-up.
        by: columns of the case mix, the channel first if there is one.
        reach: how far leaving out a cluster can move a quantile, by group and channel.
        called: what clusters are called instead of their names.
    """
    measure = wanted[0].measure
    histogram = count_bins(table, measure, by)
    varied = any(m.id in HEADLINE for m in wanted)
    mixes = _mixes(histogram) if varied else {"decided": time_mix(histogram.judged)}
    mix = mixes.pop("decided")

    def fetched(near: float) -> TimeEstimates:
        within = {key: near * far for key, far in reach.items()}
        bins = wanted_bins([mix, *mixes.values()], [m.quantile or 0.5 for m in wanted], within)
        if not bins:
            nothing = _("no channel has response times in both arms")
            return TimeEstimates(mix, {m.id: Estimate(m, why=m.why or nothing) for m in wanted}, {}, {})
        counts = count_values(table, measure, by, cluster, histogram.cells, bins).called(called)
        judged = counts.judged
        estimates, each = {}, {}
        found: dict[str, list[Variant]] = {}
        for m in wanted:
            e, each[m.id] = quantile_estimate(m, mix, judged, confidence, further=near < 1)
            estimates[m.id] = e
            if m.id in HEADLINE:
                found[m.id] = [variants.decided(e)]
                if e.effect is not None:
                    found[m.id] += _others(m, mixes, counts, histogram.cells, ramp_up_days, confidence)
                    found[m.id] += variants.without_cluster(e.influence, cluster)
                    found[m.id] += variants.naive(e, (e.arms[0].n, e.arms[1].n) if e.arms else (0, 0), confidence)
        return TimeEstimates(mix, estimates, each, found)

    try:
        return fetched(NEAR)
    except OnlyCounted:
        return fetched(1.0)


def _mixes(histogram: Histogram) -> dict[str, TimeMix]:
    """The case mixes of all variants, by name."""
    judged = histogram.judged
    found = {"decided": time_mix(judged)}
    columns = histogram.cells.shape[1] - 1
    if columns:
        found["crude"] = time_mix(judged.by_channel())
    if found["decided"].method == "main_effects":
        found["cells"] = time_mix(judged, "cells")
    elif columns > 1:
        found["main_effects"] = time_mix(judged, "main_effects")
    if histogram.ramp_up is not None:
        found["with_ramp_up"] = time_mix(histogram)
    return found


def _others(
    m: Metric, mixes: dict[str, TimeMix], counts: Counts, cells: pd.DataFrame, ramp_up_days: int, confidence: float
) -> list[Variant]:
    judged = counts.judged

    def again(name: str, own: Counts) -> Estimate:
        return quantile_estimate(m, mixes[name], own, confidence, influence=False)[0]

    found = []
    if "crude" in mixes:
        found.append(variants.without_case_mix(again("crude", judged.by_channel(cells))))
    if "cells" in mixes:
        found.append(variants.every_cell(again("cells", judged)))
    if "main_effects" in mixes:
        found.append(variants.additive_model(again("main_effects", judged)))
    if "with_ramp_up" in mixes:
        found.append(variants.with_ramp_up(again("with_ramp_up", counts), ramp_up_days))
    return found
