"""Fieller's confidence set of a ratio of two means.

An interval of log(ratio) by the delta method is finite whatever the data say. Fieller's set is not: where the
denominator cannot be told from 0 no ratio is too large, and the set says so.
"""

from typing import NamedTuple

import numpy as np

from pilot_analysis.stats.intervals import t_quantile


class FiellerSet(NamedTuple):
    """The ratios that the data do not reject.

    Attributes:
        low, high: ends of the interval; -inf and inf where the set is unbounded.
        bounded: whether the set is an interval. If not it is everything, or everything but an interval: either way it
            holds ratios of any size.
    """

    low: float
    high: float
    bounded: bool


def fieller(
    numerator: float, numerator_se: float, denominator: float, denominator_se: float, df: float,
    *, covariance: float = 0.0, confidence: float = 0.95,
) -> FiellerSet:  # fmt: skip
    """All ratios r for which |numerator - r x denominator| is within t standard errors of 0.

    Args:
        numerator, denominator: two means, with their standard errors.
        df: degrees of freedom of Student's t.
        covariance: of the two means; 0 for independent samples.
        confidence: of the two-sided set.

    Source: Fieller, J R Stat Soc B 16 (1954) 175.

    >>> found = fieller(14, 3 / 6**0.5, 7, 2 / 6**0.5, 10)  # GraphPad, QuickCalcs: 1.46 to 2.83
    >>> [round(end, 2) for end in found[:2]]
    [1.46, 2.83]
    >>> fieller(14, 1, 1, 2, 10).bounded
    False
    """
    t2 = t_quantile(confidence, df) ** 2
    # a r^2 - 2 b r + c <= 0, and the set is an interval exactly when a > 0
    a = denominator**2 - t2 * denominator_se**2
    b = numerator * denominator - t2 * covariance
    c = numerator**2 - t2 * numerator_se**2
    if not a > 0:
        return FiellerSet(-np.inf, np.inf, bounded=False)
    root = float(np.sqrt(max(b**2 - a * c, 0.0)))
    return FiellerSet((b - root) / a, (b + root) / a, bounded=True)
