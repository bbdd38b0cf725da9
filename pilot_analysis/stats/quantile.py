"""Quantiles of weighted distributions from counts, and Woodruff's interval.

Source: Woodruff, J Am Stat Assoc 47 (1952) 635: the interval of the distribution function at the quantile
is inverted through the distribution function itself. The quantile is the inverse distribution function
averaged at its jumps (Hyndman and Fan, Am Stat 50 (1996) 361, type 2), so a median is the usual one.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

EVEN = 1e-9  # a share this close to the wanted one lies on a jump
NARROWEST = 1e-4


class Slope(NamedTuple):
    """How fast log(value) rises with the share, near a quantile; values at both ends of Woodruff's band."""

    slope: float
    low: float
    high: float


def weighted_quantile(values: Floats, weights: Floats, share: float, below: float = 0.0) -> float:
    """The value at which the distribution function passes `share`; infinite if it never does.

    Args:
        values: distinct or not, any order, shape (k,).
        weights: share of the whole at each value, shape (k,).
        share: which quantile, such as 0.5.
        below: share of the whole that lies below all values.

    >>> weighted_quantile(np.array([1.0, 2.0, 3.0, 4.0]), np.full(4, 0.25), 0.5)
    2.5
    >>> weighted_quantile(np.array([1.0, 2.0, 3.0]), np.full(3, 0.25), 0.9)  # a quarter never answered
    inf
    """
    order = np.argsort(values, kind="stable")
    order = order[weights[order] != 0]
    values, reached = values[order], below + np.cumsum(weights[order])
    at = int(np.searchsorted(reached, share - EVEN))
    if at == len(values):
        return float(np.inf)
    if abs(reached[at] - share) <= EVEN:
        return float((values[at] + values[at + 1]) / 2) if at + 1 < len(values) else float(np.inf)
    return float(values[at])


def log_slope(edges: Floats, reached: Floats, share: float, half_width: float) -> Slope | None:
    """Slope of log(value) against the share over Woodruff's band share -+ half_width.

    Args:
        edges: upper edge of each bin, ascending, shape (bins,).
        reached: share of the whole at or below each edge, shape (bins,).
        share: the quantile.
        half_width: half the width of the band.

    Returns:
        None where the band reaches what was never answered: the upper limit does not exist.
    """
    half = max(half_width, NARROWEST)
    low, high = max(share - half, reached[0] / 2), share + half
    if high > reached[-1] + EVEN:
        return None
    ends = np.interp([low, min(high, reached[-1])], reached, np.log(edges))
    return Slope(float((ends[1] - ends[0]) / (high - low)), float(np.exp(ends[0])), float(np.exp(ends[1])))


def rounding_variance(edges: Floats, reached: Floats, share: float) -> float:
    """Variance of the logarithm of a quantile that comes from the steps in which values are recorded.

    Minutes, say: the quantile can only be one of them. A step lies between the middles to the values next to it; values
    that are not rounded lie so close that nothing comes of it.

    Args:
        edges: upper edge of each bin, ascending, shape (bins,); reached: share of the whole at or below each.
        share: the quantile.

    Source: Sheppard, Proc Lond Math Soc 29 (1898) 353: the variance of a uniform error over a step is its square / 12.

    >>> minutes = np.array([60.0, 120.0, 240.0])
    >>> round(rounding_variance(minutes, np.array([0.2, 0.7, 1.0]), 0.5), 4)  # log(2)^2 / 12
    0.04
    """
    at = int(np.searchsorted(reached, share - EVEN))
    next_to = edges[max(at - 1, 0) : at + 2]
    step = float(np.log(next_to[-1] / next_to[0])) / max(len(next_to) - 1, 1)
    return step**2 / 12
