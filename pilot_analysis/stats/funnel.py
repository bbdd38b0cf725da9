"""Limits of a funnel plot: how far units may lie from a common level when only chance moves them."""

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Floats = npt.NDArray[np.float64]


def funnel_limits(level: float, variance: float, n: Floats, inside: float) -> tuple[Floats, Floats]:
    """Low and high limit for units of `n` observations, between which a share `inside` of them lies by chance.

    Args:
        level: what every unit is expected to have.
        variance: of one observation; `level * (1 - level)` for a share.
        n: observations of each unit, above 0.
        inside: 0.95 and 0.998 are customary.

    Source: Spiegelhalter, Stat Med 24 (2005) 1185, with the normal approximation of its appendix A.1.1.

    >>> low, high = funnel_limits(0.8, 0.16, np.array([100.0]), 0.95)
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.7216, 0.8784)
    """
    reach = float(ndtri((1 + inside) / 2)) * np.sqrt(variance / n)
    return level - reach, level + reach
