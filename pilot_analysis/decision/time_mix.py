"""Where times can be compared: channels, each standardised over its other cells, and the bins that hold a quantile."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from pilot_analysis.contacts.groups import GROUPS
from pilot_analysis.kpis.sums import Sums
from pilot_analysis.kpis.times import ALL, NEVER, Bins, Counts, Floats, Histogram
from pilot_analysis.stats.clusters import sum_by
from pilot_analysis.stats.standardise import Method, Standardised, standardise


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

    @property
    def method(self) -> Method:
        """main_effects where any channel needs them."""
        return "main_effects" if any(c.on.method == "main_effects" for c in self.channels) else "cells"

    @property
    def by_cell(self) -> Floats:
        """Contacts by group and cell, shape (groups, cells)."""
        return counts_by_cell(self.histogram, self.histogram)


def time_mix(histogram: Histogram, method: Method | None = None) -> TimeMix:
    """Standardise within each channel; by `method` whatever the cells hold, None where they decide."""
    return standardised_within(histogram, counts_by_cell(histogram, histogram), method)


def counts_by_cell(h: Histogram, counted: Histogram | Counts) -> Floats:
    """Contacts by group and cell, shape (groups, cells)."""
    shape = h.groups, len(h.cells)
    return sum_by(counted.arm * shape[1] + counted.cell, counted.n, shape[0] * shape[1]).reshape(shape)


def standardised_within(h: Histogram, counts: Floats, method: Method | None = None) -> TimeMix:
    """Within each channel, by counts of shape (groups, cells)."""
    size = len(h.cells)
    factors = np.column_stack(
        [pd.factorize(h.cells[name], sort=True)[0] for name in h.cells.columns[1:]] or [np.zeros(size, dtype=np.int64)]
    ).astype(np.int64)
    found, whole = [], float(counts[1].sum())
    for name in sorted(set(h.channel)):
        cells = np.flatnonzero(h.channel == name)
        own = counts[:, cells]
        on = standardise(own, own, own, factors[cells], method)
        if on is not None:
            found.append(Channel(str(name), cells, on, float(own[1].sum()) * on.compared))
    compared = sum(channel.share for channel in found)
    channels = [replace(c, share=c.share / compared) for c in found]
    return TimeMix(h, channels, compared / whole if whole else 0.0)


def wanted_bins(
    mixes: TimeMix | Iterable[TimeMix], shares: Sequence[float], reach: Mapping[tuple[str, str], float] | None = None
) -> Bins:
    """By group and channel, the ranges of bins that hold the quantiles `shares`, under one mix or any of several; and
    those over all channels at once, of the first.

    Args:
        reach: by group and channel, how far (in shares) a quantile may lie from there once a cluster is left out.
    """
    several = [mixes] if isinstance(mixes, TimeMix) else list(mixes)
    wanted: dict[tuple[str, str], set[tuple[int, int]]] = {}
    for mix, channel in [(each, channel) for each in several for channel in each.channels]:
        for arm, name in enumerate(GROUPS[: mix.histogram.groups]):
            further = (reach or {}).get((name, channel.name), 0.0)
            found = _ranges(*distribution(mix, channel, arm), shares, further)
            wanted.setdefault((name, channel.name), set()).update(found)
    h = several[0].histogram
    for arm, name in enumerate(GROUPS[: h.groups]) if wanted else ():
        pooled = list(_ranges(*pooled_distribution(h, arm), shares))
        for channel_name in set(h.channel[h.cell[h.arm == arm]]):
            wanted.setdefault((name, str(channel_name)), set()).update(pooled)
    return {key: _joined(sorted(ranges)) for key, ranges in wanted.items() if ranges}


def _ranges(
    bins: npt.NDArray[np.int64], reached: Floats, shares: Sequence[float], further: float = 0.0
) -> Iterator[tuple[int, int]]:
    """First and last bin of those that hold each of `shares`, and whatever lies `further` (in shares) either side."""
    for share in shares:
        at, end = (int(np.searchsorted(reached, share + d - 1e-7)) for d in (-further, further))
        if at < len(bins) and bins[at] != NEVER:
            # the next value, should the quantile fall on a jump
            answered = bins[at : end + 2][bins[at : end + 2] != NEVER]
            yield int(answered[0]), int(answered[-1])


def pooled_distribution(h: Histogram, arm: int) -> tuple[npt.NDArray[np.int64], Floats]:
    """Bins of a group over all channels at once, and the share of contacts at or below each."""
    rows = h.arm == arm
    bins, number = np.unique(h.bin[rows], return_inverse=True)
    reached = np.cumsum(sum_by(number, h.n[rows], len(bins)))
    return bins, reached / max(float(h.n[rows].sum()), 1.0)


def _joined(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ascending ranges, those that overlap as one."""
    found: list[tuple[int, int]] = []
    for first, last in ranges:
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def left_out_reach(sums: Sums) -> dict[tuple[str, str], float]:
    """By group and channel, how far in shares leaving out any one cluster can move a quantile, about.

    A cluster with a share s of the contacts moves the distribution function by at most s, and the pilot's mix of
    cells by as much again.
    """
    if not sums.clusters:
        return {}
    if "channel" in sums.cells:
        of_cell, channels = pd.factorize(sums.cells["channel"])
    else:
        of_cell, channels = np.zeros(len(sums.cells), dtype=np.int64), pd.Index([ALL])
    of_row, n = of_cell[sums.cell], sums.measures["contacts"].n
    found = {}
    for arm, name in enumerate(GROUPS[: sums.groups]):
        for number, channel in enumerate(channels):
            rows = (sums.arm == arm) & (of_row == number)
            each = sum_by(sums.cluster[rows], n[rows], len(sums.clusters))
            found[name, str(channel)] = 2 * float(each.max() / max(each.sum(), 1.0))
    return found


def distribution(mix: TimeMix, channel: Channel, arm: int) -> tuple[npt.NDArray[np.int64], Floats]:
    """Bins and the standardised share of contacts at or below each."""
    h = mix.histogram
    place = np.full(len(h.cells), -1)
    place[channel.cells] = np.arange(len(channel.cells))
    rows = (h.arm == arm) & (place[h.cell] >= 0)
    weight = channel.on.coefficient[arm][place[h.cell[rows]]] * h.n[rows]
    bins, number = np.unique(h.bin[rows], return_inverse=True)
    reached = np.cumsum(np.bincount(number, weight, minlength=len(bins)))
    return bins, np.maximum.accumulate(reached) / reached[-1]
