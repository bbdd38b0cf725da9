"""Two profiles of the hours of the day: whether one is the other by a clock that is some hours off."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pilot_analysis.stats.shares import ratio_variance

Floats = npt.NDArray[np.float64]
HOURS = 24
WINDOW = 0.2  # of the fullest hour: hours with less lie outside an arm's opening times
FEWEST_SHARED = 3  # hours inside the opening times of both, to compare what happens there


class Shift(NamedTuple):
    """How far apart two clocks may be.

    Attributes:
        hours: to be taken off the second clock so that its profile fits the first best, -11 to 12.
        before, after: distance of the profiles (share of the contacts that lie in other hours) as they are, and then.
        inside: the same without a shift, but only within the hours in which both are open; of arms that share fewer
            than three such hours how far the first profile is from an even one. What opening times explain leaves
            nothing inside; a clock does.
        gain: by how much chi-squared falls with the shift, the variance of each hour taken from the days.
    """

    hours: int
    before: float
    after: float
    inside: float
    gain: float


def shift_between(first: Floats, second: Floats) -> Shift | None:
    """The shift by whole hours that fits two profiles of the day best, on the circle of 24 hours.

    Every shift is compared by chi-squared, the squared differences of the hours' shares over their variance. The share
    of an hour is a ratio over days, so its variance is that of a ratio: days, not contacts, are the units, since the
    contacts of one day have their incidents and their staffing in common.

    Args:
        first, second: counts, shape (days, 24); days may differ in number.

    Returns:
        None with fewer than two days on either side.

    Source: Cochran, Sampling Techniques (1977), ch. 6, for the ratio; the alignment is the discrete circular
    cross-correlation of Fisher, Statistical Analysis of Circular Data (1993), ch. 6, by chi-squared in place of a
    correlation.
    """
    first, second = (days[days.sum(axis=1) > 0] for days in (first, second))
    if len(first) < 2 or len(second) < 2:
        return None
    (p, v), (q, w) = _shares(first), _shares(second)
    shifts = [s if s <= HOURS // 2 else s - HOURS for s in range(HOURS)]
    chi2 = np.array([((p - np.roll(q, -s)) ** 2 / (v + np.roll(w, -s))).sum() for s in shifts])
    best = int(np.argmin(chi2))
    apart = [_distance(p, np.roll(q, -s)) for s in (0, shifts[best])]
    return Shift(shifts[best], apart[0], apart[1], _inside(p, q), float(chi2[0] - chi2[best]))


def _shares(days: Floats) -> tuple[Floats, Floats]:
    """The share of each hour and its variance."""
    total = days.sum()
    p = days.sum(axis=0) / total
    # an hour that happens to be alike on all days, or empty, is known no better than by one contact
    return p, np.maximum(ratio_variance(days, days.sum(axis=1)), np.maximum(p, 1 / total) / total)


def _distance(p: Floats, q: Floats) -> float:
    return float(np.abs(p - q).sum() / 2)


def _inside(p: Floats, q: Floats) -> float:
    open_p, open_q = (profile >= WINDOW * profile.max() for profile in (p, q))
    both = open_p & open_q
    if both.sum() >= FEWEST_SHARED:
        return _distance(p[both] / p[both].sum(), q[both] / q[both].sum())
    return _distance(p[open_p] / p[open_p].sum(), np.full(int(open_p.sum()), 1 / open_p.sum()))
