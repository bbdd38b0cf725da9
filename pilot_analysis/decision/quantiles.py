"""Response-time quantiles: within each channel, standardised over the other cells, then combined.

A quantile over all channels at once is meaningless (email is answered in hours, chat in seconds). The
effect is exp(sum over channels of the channel's share x log ratio of quantiles); its interval comes from
Woodruff's inversion of the clustered interval of the distribution function.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from pilot_analysis.contacts.groups import GROUPS
from pilot_analysis.decision.contrast import SIGN, contrast, held_against
from pilot_analysis.decision.estimate import ArmValue, Estimate, Plain, interval, one_cluster
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.times import NEVER, Bins, Counts, Floats, Histogram, edge
from pilot_analysis.stats.clusters import ArmSums, clustered_variance, sum_by
from pilot_analysis.stats.intervals import t_quantile
from pilot_analysis.stats.quantile import log_slope, weighted_quantile
from pilot_analysis.stats.standardise import Standardised, standardise
from pilot_analysis.words import _


@dataclass(frozen=True)
class Channel:
    """One channel in which all groups can be compared.

    Attributes:
        name: of the channel.
        cells: numbers of its cells.
        on: the groups standardised within the channel (for its coefficients).
        share: of the pilot's compared contacts.
    """

    name: str
    cells: npt.NDArray[np.int64]
    on: Standardised
    share: float


@dataclass(frozen=True)
class TimeMix:
    """A histogram with the channels in which it can be compared."""

    histogram: Histogram
    channels: list[Channel]
    compared: float


def time_mix(histogram: Histogram) -> TimeMix:
    """Standardise within each channel."""
    h, size = histogram, len(histogram.cells)
    counts = sum_by(h.arm * size + h.cell, h.n, h.groups * size).reshape(h.groups, size)
    factors = np.column_stack(
        [pd.factorize(h.cells[name], sort=True)[0] for name in h.cells.columns[1:]] or [np.zeros(size, dtype=np.int64)]
    ).astype(np.int64)
    found, whole = [], float(counts[1].sum())
    for name in sorted(set(h.channel)):
        cells = np.flatnonzero(h.channel == name)
        own = counts[:, cells]
        on = standardise(own, own, own, factors[cells])
        if on is not None:
            found.append(Channel(str(name), cells, on, float(own[1].sum()) * on.compared))
    compared = sum(channel.share for channel in found)
    channels = [replace(c, share=c.share / compared) for c in found]
    return TimeMix(h, channels, compared / whole if whole else 0.0)


def wanted_bins(mix: TimeMix, shares: Sequence[float]) -> Bins:
    """By group and channel, the bins that hold the quantiles `shares`."""
    wanted: Bins = {}
    for channel in mix.channels:
        for arm, name in enumerate(GROUPS[: mix.histogram.groups]):
            bins, reached = _distribution(mix, channel, arm)
            ranges: list[tuple[int, int]] = []
            for share in sorted(shares):
                at = int(np.searchsorted(reached, share - 1e-7))
                if at < len(bins) and bins[at] != NEVER:
                    after = bins[min(at + 1, len(bins) - 1)]  # the next value, should the quantile fall on a jump
                    last = int(after if after != NEVER else bins[at])
                    first = int(bins[at])
                    if ranges and first <= ranges[-1][1]:
                        ranges[-1] = (ranges[-1][0], max(last, ranges[-1][1]))
                    else:
                        ranges.append((first, last))
            if ranges:
                wanted[name, channel.name] = ranges
    return wanted


def quantile_estimate(
    metric: Metric, mix: TimeMix, counts: Counts, confidence: float
) -> tuple[Estimate, dict[str, Estimate]]:
    """The effect on a quantile, and the same within each channel."""
    if metric.why is not None:
        return Estimate(metric, why=metric.why), {}
    if not mix.channels:
        return Estimate(metric, why=_("no channel has response times in both arms")), {}
    share = metric.quantile or 0.5
    each: dict[str, Estimate] = {}
    parts: list[ArmSums] = []
    logs = np.zeros(mix.histogram.groups)
    why = None
    for channel in mix.channels:
        found, own, level = _one_channel(metric, mix, channel, counts, share, confidence)
        each[channel.name] = found
        if not own:
            why = found.why
            continue
        logs += channel.share * np.log(level)
        parts += [p._replace(coefficient=p.coefficient * channel.share) for p in own]
    if why is not None:
        return Estimate(metric, why=why), each
    groups = _group_values(counts, np.exp(logs))
    arms = _arms(groups)
    crude = _pooled(mix.histogram, share)
    if min(g.clusters for g in groups) < 2:
        return Estimate(metric, arms, crude=crude, why=one_cluster()), each
    spread = clustered_variance(parts, len(counts.clusters))
    effect, team = interval(metric, contrast(np.exp(logs), "ratio"), spread, confidence)
    naive = _naive(mix, share, confidence)
    if effect.se == 0:
        return Estimate(metric, arms, crude=crude, naive=naive, why=_no_spread()), each
    return Estimate(
        metric, arms, effect, team, crude, naive, compared=mix.compared,
        variance_fixed=spread.fixed_variance, groups=groups if len(groups) > 2 else (),
    ), each  # fmt: skip


def _group_values(counts: Counts, value: Floats, rows: npt.NDArray[np.bool_] | None = None) -> tuple[ArmValue, ...]:
    """Values of the groups with their contacts and clusters; `rows` leaves rows out."""
    found = []
    for group, x in enumerate(value):
        own = counts.arm == group if rows is None else (counts.arm == group) & rows
        found.append(ArmValue(float(x), round(float(counts.n[own].sum())), len(np.unique(counts.cluster[own]))))
    return tuple(found)


def _arms(groups: tuple[ArmValue, ...]) -> tuple[ArmValue, ArmValue]:
    """What the pilot is held against, with the contacts and clusters of in-house now; and the pilot."""
    return groups[0]._replace(value=held_against(np.array([g.value for g in groups]), "ratio")), groups[1]


def _no_spread() -> str:
    return _("all times around this quantile are equal: there is no spread to judge by")


def _distribution(mix: TimeMix, channel: Channel, arm: int) -> tuple[npt.NDArray[np.int64], Floats]:
    """Bins and the standardised share of contacts at or below each."""
    h = mix.histogram
    place = np.full(len(h.cells), -1)
    place[channel.cells] = np.arange(len(channel.cells))
    rows = (h.arm == arm) & (place[h.cell] >= 0)
    weight = channel.on.coefficient[arm][place[h.cell[rows]]] * h.n[rows]
    bins, number = np.unique(h.bin[rows], return_inverse=True)
    reached = np.cumsum(np.bincount(number, weight, minlength=len(bins)))
    return bins, np.maximum.accumulate(reached)


def _one_channel(
    metric: Metric, mix: TimeMix, channel: Channel, counts: Counts, share: float, confidence: float
) -> tuple[Estimate, list[ArmSums], Floats]:
    """Quantiles of all groups in a channel, and the parts of their log ratio; no parts without such quantiles.

    The slope that turns a share into time is taken over one standard error either side: over the whole interval it
    would reach past the longest answer in many a small pilot, with no better coverage.
    """
    place = np.full(len(mix.histogram.cells), -1)
    place[channel.cells] = np.arange(len(channel.cells))
    level, parts = np.zeros(mix.histogram.groups), []
    for arm in range(len(level)):
        rows = (counts.arm == arm) & (place[counts.cell] >= 0)
        cell, cluster, value, size = (
            place[counts.cell[rows]],
            counts.cluster[rows],
            counts.value[rows],
            counts.n[rows],
        )
        k = channel.on.coefficient[arm]
        level[arm] = weighted_quantile(value, k[cell] * size, share)
        if not np.isfinite(level[arm]):
            why = _("in channel {channel} more contacts than the quantile allows were never answered").format(
                channel=channel.name
            )
            return Estimate(metric, why=why), [], level
        parts.append(_share_below(channel, arm, cell, cluster, size, value <= level[arm]))
    for arm in range(len(level)):
        spread = clustered_variance([parts[arm]], len(counts.clusters))
        half = float(np.sqrt(spread.variance))
        bins, reached = _distribution(mix, channel, arm)
        answered = bins != NEVER
        slope = log_slope(edge(bins[answered]), reached[answered], share, half)
        if slope is None:
            why = _(
                "in channel {channel} the interval reaches beyond the longest answer: its upper limit does not exist"
            ).format(channel=channel.name)
            return Estimate(metric, why=why), [], level
        # a larger share at or below the quantile means a smaller quantile
        parts[arm] = parts[arm]._replace(coefficient=parts[arm].coefficient * -SIGN[arm] * slope.slope)
    groups = _group_values(counts, level, place[counts.cell] >= 0)
    arms = _arms(groups)
    if min(g.clusters for g in groups) < 2:
        return Estimate(metric, arms, why=one_cluster()), parts, level
    spread = clustered_variance(parts, len(counts.clusters))
    effect, team = interval(metric, contrast(level, "ratio"), spread, confidence)
    if effect.se == 0:
        return Estimate(metric, arms, why=_no_spread()), parts, level
    return Estimate(metric, arms, effect, team, method=channel.on.method), parts, level


def _share_below(
    channel: Channel, arm: int, cell: npt.NDArray[np.int64], cluster: npt.NDArray[np.int64], n: Floats,
    below: npt.NDArray[np.bool_],
) -> ArmSums:  # fmt: skip
    """The share of contacts at or below a value, by cell and cluster."""
    most = int(cluster.max()) + 1
    key, number = np.unique(cell * most + cluster, return_inverse=True)
    cell, cluster = np.divmod(key, most)
    size, total = sum_by(number, n, len(key)), sum_by(number, n * below, len(key))
    on = channel.on
    by_cell = sum_by(cell, total, len(channel.cells))
    return ArmSums(
        cell, cluster, size, total, total * (1 - total / size), on.coefficient[arm],
        on.projection[arm] @ by_cell, on.projection[arm], 1.0,
    )  # fmt: skip


def _pooled(h: Histogram, share: float) -> Plain | None:
    """Quantiles over all channels at once, to within a bin: what a spreadsheet shows."""
    values = []
    for arm in range(h.groups):
        rows = h.arm == arm
        if not h.n[rows].sum() > 0:
            return None
        weight = h.n[rows] / h.n[rows].sum()
        answered = h.bin[rows] != NEVER
        middle = edge(h.bin[rows][answered]) * np.exp(-0.5 / 100)
        values.append(weighted_quantile(middle, weight[answered], share))
    if not np.isfinite(values).all():
        return None
    against = held_against(np.array(values), "ratio")
    return Plain(against, values[1], values[1] / against)


def _naive(mix: TimeMix, share: float, confidence: float) -> Plain | None:
    """The pooled quantiles with contacts taken as independent."""
    pooled = _pooled(mix.histogram, share)
    if pooled is None:
        return None
    h, variance = mix.histogram, 0.0
    for arm in range(h.groups):
        rows = (h.arm == arm) & (h.bin != NEVER)
        whole = h.n[h.arm == arm].sum()
        bins, number = np.unique(h.bin[rows], return_inverse=True)
        reached = np.cumsum(np.bincount(number, h.n[rows])) / whole
        se = float(np.sqrt(share * (1 - share) / whole))
        slope = log_slope(edge(bins), reached, share, t_quantile(confidence, np.inf) * se)
        if slope is None:
            return None
        variance += (slope.slope * se) ** 2
    half = t_quantile(confidence, np.inf) * np.sqrt(variance)
    ratio = pooled.estimate
    return Plain(pooled.baseline, pooled.pilot, ratio, float(ratio * np.exp(-half)), float(ratio * np.exp(half)))
