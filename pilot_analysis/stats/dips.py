"""A run of weeks in which less of a series was recorded than in the others, while another series went on."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, stdtr

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
HALF_THE_ODDS, HALF_THE_SHARE, TENTH = 0.5, 0.5, 0.1
RARE = 2e-5  # p-value, of the run chosen for being the lowest


class Dip(NamedTuple):
    """Weeks `first` to `last` (places, inclusive), their share and that of the other weeks; `both` where the other
    series fell as much in these weeks."""

    first: int
    last: int
    share: float
    others: float
    both: bool


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
    runs = [(first, last) for first in range(weeks) for last in range(first, weeks) if last - first + 1 < weeks]
    if weeks < 3:
        return None
    first, last = min(runs, key=lambda run: _normal(x, n, _inside(run, weeks)))
    inside = _inside((first, last), weeks)
    share, others = _levels(x, n, inside)
    if not _matters(share, others):
        return None
    scatter = (_chi2(x, n, inside) + _chi2(other_x, other_n, inside)) / (2 * (weeks - 2))
    z = -_normal(x, n, inside)
    by_scatter = float(stdtr(2 * (weeks - 2), -z / np.sqrt(scatter))) if scatter > 0 else 0.0
    if max(float(ndtr(-z)), by_scatter) >= RARE:
        return None
    return Dip(first, last, share, others, _matters(*_levels(other_x, other_n, inside)))


def _inside(run: tuple[int, int], weeks: int) -> Bools:
    inside = np.zeros(weeks, dtype=np.bool_)
    inside[run[0] : run[1] + 1] = True
    return inside


def _levels(x: Floats, n: Floats, inside: Bools) -> tuple[float, float]:
    """The share within a run and in the rest."""
    return float(x[inside].sum() / n[inside].sum()), float(x[~inside].sum() / n[~inside].sum())


def _normal(x: Floats, n: Floats, inside: Bools) -> float:
    """How many standard errors of contacts drawn alike a run lies above the rest."""
    share, others = _levels(x, n, inside)
    pooled = float(x.sum() / n.sum())
    variance = pooled * (1 - pooled) * (1 / n[inside].sum() + 1 / n[~inside].sum())
    return float((share - others) / np.sqrt(variance)) if variance > 0 else 0.0


def _chi2(x: Floats, n: Floats, inside: Bools) -> float:
    share, others = _levels(x, n, inside)
    level = np.where(inside, share, others)
    return float(((x - n * level) ** 2 / (n * np.maximum(level * (1 - level), 1 / n))).sum())


def _matters(share: float, others: float) -> bool:
    lower = share * (1 - others) <= HALF_THE_ODDS * others * (1 - share)
    return others > share and lower and (share <= HALF_THE_SHARE * others or others - share >= TENTH)
