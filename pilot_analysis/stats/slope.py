"""A straight line through a few weighted points."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr

Floats = npt.NDArray[np.float64]
NOTHING = 1e-9
NORMAL = 1e9  # degrees of freedom


class Slope(NamedTuple):
    """The slope of a line, its standard error and degrees of freedom, and the two-sided p-value against 0."""

    slope: float
    se: float
    df: int
    p: float


def weighted_slope(x: Floats, y: Floats, weight: Floats, least: float = 0.0) -> Slope | None:
    """Weighted least squares, the spread around the line taken from the points themselves.

    Args:
        x, y: the points, shape (points,).
        weight: proportional to the inverse variance of y.
        least: variance of y times weight that is known to be there. The larger p-value of two counts: with the
            scatter of the points (Student's t), and with this (normal); points that happen to lie well are no proof.

    Returns:
        None with fewer than three points, one x only, or points that do not scatter around their line.

    Source: any textbook, such as Draper and Smith, Applied Regression Analysis (1998), ch. 9.

    >>> weighted_slope(np.array([1.0, 2, 3, 4]), np.array([2.0, 1, 4, 3]), np.ones(4)).slope
    0.6
    """
    if len(x) < 3:
        return None
    off = x - (weight * x).sum() / weight.sum()
    spread = float((weight * off**2).sum())
    if spread <= 0:
        return None
    mean = (weight * y).sum() / weight.sum()
    slope = float((weight * off * y).sum()) / spread
    rest = float((weight * (y - mean - slope * off) ** 2).sum())
    df = len(x) - 2
    if max(rest, least) <= NOTHING**2 * float((weight * y**2).sum()):
        return None
    by_scatter, by_sampling = (float(np.sqrt(variance / spread)) for variance in (rest / df, least))
    p = [2 * float(stdtr(dof, -abs(slope) / se)) for dof, se in ((df, by_scatter), (NORMAL, by_sampling)) if se > 0]
    return Slope(slope, by_scatter, df, max(p))
