"""A run of weeks in which less of a series was recorded than in the others, while another series went on."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, stdtr

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
HALF_THE_ODDS, HALF_THE_SHARE, TENTH = 0.5, 0.5, 0.1
RARE = 2e-5  # p-value, of the run chosen for being the lowest


class Dip(NamedTuple):
    """Weeks `first` to `last` (places, inclusive), their share and that of the other weeks; `both` where the other
    series fell as much in these weeks; `n` how many have something in these weeks."""

    first: int
    last: int
    share: float
    others: float
    both: bool
    n: float = 0.0


def dip(x: Floats, n: Floats, other_x: Floats, other_n: Floats) -> Dip | None:
    """The run of weeks whose share lies furthest below that of the other weeks, where it is low enough to matter.

    That is: at most half the odds, and half the share or a tenth less; and p < RARE, the larger of the one with
    contacts drawn alike (normal) and the one with the scatter of the weeks (Student's t), which is Pearson's
    chi-squared over its degrees of freedom within the run and within the rest, of both series.

    Args:
        x: how many of the n have something, shape (weeks,); n: at least one each. The same of the other series.

    Returns:
        None with fewer than three weeks, and where nothing is that low.

    Source: McCullagh and Nelder, Generalized Linear Models (1989), 4.5, for the scatter.
    """
    weeks = len(x)
    if weeks < 3:
        return None
    firsts, lasts = np.triu_indices(weeks)  # every run of weeks but all of them
    firsts, lasts = (ends[lasts - firsts + 1 < weeks] for ends in (firsts, lasts))
    off = _normal(_in_runs(x, firsts, lasts), _in_runs(n, firsts, lasts), x.sum(), n.sum())
    lowest = int(np.argmin(off))
    first, last = int(firsts[lowest]), int(lasts[lowest])
    inside = np.zeros(weeks, dtype=np.bool_)
    inside[first : last + 1] = True
    share, others = _levels(x, n, inside)
    if not far_below(share, others):
        return None
    scatter = (_chi2(x, n, inside) + _chi2(other_x, other_n, inside)) / (2 * (weeks - 2))
    z = -float(off[lowest])
    by_scatter = float(stdtr(2 * (weeks - 2), -z / np.sqrt(scatter))) if scatter > 0 else 0.0
    if max(float(ndtr(-z)), by_scatter) >= RARE:
        return None
    return Dip(first, last, share, others, far_below(*_levels(other_x, other_n, inside)), float(x[inside].sum()))


def _in_runs(values: Floats, firsts: Ints, lasts: Ints) -> Floats:
    """The sum of each run."""
    up_to = np.concatenate(([0.0], np.cumsum(values)))
    found: Floats = up_to[lasts + 1] - up_to[firsts]
    return found


def _levels(x: Floats, n: Floats, inside: Bools) -> tuple[float, float]:
    """The share within a run and in the rest."""
    return float(x[inside].sum() / n[inside].sum()), float(x[~inside].sum() / n[~inside].sum())


def _normal(x: Floats, n: Floats, all_x: float, all_n: float) -> Floats:
    """How many standard errors of contacts drawn alike runs with x of n lie above what is left of all."""
    pooled, rest = all_x / all_n, all_n - n
    variance = pooled * (1 - pooled) * (1 / n + 1 / rest)
    if not 0 < pooled < 1:
        return np.zeros(len(n))
    found: Floats = (x / n - (all_x - x) / rest) / np.sqrt(variance)
    return found


def _chi2(x: Floats, n: Floats, inside: Bools) -> float:
    share, others = _levels(x, n, inside)
    level = np.where(inside, share, others)
    return float(((x - n * level) ** 2 / (n * np.maximum(level * (1 - level), 1 / n))).sum())


def far_below(share: float, others: float) -> bool:
    """Whether a share has at most half the odds of others, and half their share or a tenth less."""
    lower = share * (1 - others) <= HALF_THE_ODDS * others * (1 - share)
    return others > share and lower and (share <= HALF_THE_SHARE * others or others - share >= TENTH)
