"""A share against the one that was planned."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, stdtr

Floats = npt.NDArray[np.float64]


class Share(NamedTuple):
    """A share, and the two-sided p-value against the planned one."""

    share: float
    p: float


def ratio_variance(x: Floats, n: Floats) -> Floats:
    """Variance of sum(x) / sum(n), with days as the units.

    Args:
        x: of each day, shape (days,) or (days, k); n: what they are a part of, shape (days,), of two days at least.

    Source: Cochran, Sampling Techniques (1977), ch. 6.
    """
    total, days = n.sum(), np.count_nonzero(n)
    off = x - np.multiply.outer(n, x.sum(axis=0) / total)
    found: Floats = (off**2).sum(axis=0) / total**2 * days / (days - 1)
    return found


def share_against(x: Floats, n: Floats, planned: float) -> Share:
    """The sample-ratio test of x of n in all, with days that may differ by more than contacts drawn alike.

    The larger p-value of two counts: contacts each sent by lot (the chi-squared test of one share), and the ratio over
    days with the scatter of the days (Student's t), since customers who come back to the same arm, or an hour in which
    all overflowed, are no contacts drawn alike.

    Args:
        x, n: of each day, shape (days,).

    Source: Fabijan et al., Diagnosing Sample Ratio Mismatch in Online Controlled Experiments (KDD 2019).

    >>> share = share_against(np.array([50.0, 40.0, 60.0]), np.array([100.0, 100.0, 100.0]), 0.4)
    >>> round(share.share, 3), round(share.p, 3)
    (0.5, 0.225)
    """
    total = n.sum()
    share = float(x.sum() / total)
    by_lot = abs(share - planned) / np.sqrt(planned * (1 - planned) / total)
    found = 2 * float(ndtr(-by_lot))
    days = int(np.count_nonzero(n))
    if days > 1:
        scatter = float(ratio_variance(x, n))
        if scatter > 0:
            found = max(found, 2 * float(stdtr(days - 1, -abs(share - planned) / np.sqrt(scatter))))
    return Share(share, found)
