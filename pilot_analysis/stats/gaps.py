"""Days with hardly a contact where many are usual, while another series goes on as usual."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import pdtr

Floats = npt.NDArray[np.float64]
WEEK = 7
NEIGHBOURS = 4  # weekdays alike before, and after, whose median is what is usual
FEW, AS_USUAL = 0.25, 0.5  # of what is usual: below is hardly a contact, above the other series goes on
NOISY = 4.0  # robust standard deviations of the logarithm of a day's volume over the usual one
RARE = 1e-6  # chance of so few contacts if half of the usual ones were to be expected


class Gap(NamedTuple):
    """Days (places in the series) with `n` contacts in all where `usual` are usual."""

    days: list[int]
    n: float
    usual: float


def gaps(own: Floats, other: Floats) -> list[Gap]:
    """Gaps of a daily series, by the same weekdays before and after, in days on which the other one has no gap.

    A day counts where it has less than FEW of what is usual and lies NOISY robust standard deviations below it; the
    consecutive such days are a gap where so few are too rare by chance (Poisson, with half of what is usual as its
    mean, which leaves room for days that scatter by more). Usual is the lower of the medians before and after, so that
    a change of the routing is no gap. In the first and the last week, which know one side only, it is the least of the
    weekdays there, and a day has to be without any contact: work that begins or ends is no gap either.

    Args:
        own, other: contacts of consecutive days; NaN on days that do not count.
    """
    expected, one_sided = _usual(own, np.minimum)
    others, _one_sided = _usual(other, np.maximum)
    ratio = (own + 0.5) / (expected + 0.5)
    known = (expected > 0) & ~np.isnan(own)
    if not known.any():
        return []
    logs = np.log(ratio[known])
    noise = 1.4826 * float(np.median(np.abs(logs - np.median(logs))))
    few = known & (ratio < min(FEW, float(np.exp(-NOISY * noise)))) & (~one_sided | (own == 0))
    few &= (others > 0) & (np.nan_to_num(other) >= AS_USUAL * others)
    found: list[Gap] = []
    run: list[int] = []
    for day in [*np.flatnonzero(known).tolist(), None]:
        if day is not None and few[day]:
            run.append(day)
        elif run:
            gap = Gap(run, float(own[run].sum()), float(expected[run].sum()))
            if pdtr(gap.n, AS_USUAL * gap.usual) < RARE:
                found.append(gap)
            run = []
    return found


def _usual(series: Floats, of_both: np.ufunc) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """What each day usually has, 0 where nothing says so, and whether such weekdays are known on one side only."""
    found = np.zeros(len(series))
    one_sided = np.zeros(len(series), dtype=bool)
    for day in range(len(series)):
        sides = [
            side[~np.isnan(side)][:NEIGHBOURS]
            for side in (series[:day][::-1][WEEK - 1 :: WEEK], series[day + WEEK :: WEEK])
        ]
        one_sided[day] = not all(map(len, sides))
        if not one_sided[day]:
            found[day] = of_both(*map(np.median, sides))
        elif max(map(len, sides)) > 1:  # one weekday alone may be a gap itself, or a peak
            found[day] = np.concatenate(sides).min()
    return found, one_sided
