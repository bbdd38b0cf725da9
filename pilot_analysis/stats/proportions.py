"""Intervals of proportions from independent contacts: Wilson, Newcombe, Miettinen and Nurminen.

For logs without clusters, and for proportions over agents. An interval and its p-value come from one score
function. A proportion of nothing has no interval: the functions then return None.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

HALVINGS = 60  # of a width of 2: past the precision of a float
ROUNDING = 1e-12


class Interval(NamedTuple):
    """Both ends of a two-sided interval."""

    low: float
    high: float


def wilson(x: float, n: float, confidence: float = 0.95) -> Interval | None:
    """The score interval of one proportion; None when n is 0.

    Args:
        x, n: successes and trials.
        confidence: of the two-sided interval.

    Source: Wilson, J Am Stat Assoc 22 (1927) 209.

    >>> [round(end, 4) for end in wilson(15, 148)]
    [0.0624, 0.1605]
    """
    if not n > 0:
        return None
    z = _critical(confidence)
    middle = (x + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * np.sqrt(x * (n - x) / n + z**2 / 4)
    return Interval(0.0 if x == 0 else float(middle - half), 1.0 if x == n else float(middle + half))


def newcombe(x1: float, n1: float, x2: float, n2: float, confidence: float = 0.95) -> Interval | None:
    """The hybrid score interval of p1 - p2; None when either n is 0.

    Args:
        x1, n1, x2, n2: successes and trials of both samples.
        confidence: of the two-sided interval.

    Source: Newcombe, Stat Med 17 (1998) 873, method 10.

    >>> [round(end, 4) for end in newcombe(56, 70, 48, 80)]
    [0.0524, 0.3339]
    """
    first, second = wilson(x1, n1, confidence), wilson(x2, n2, confidence)
    if first is None or second is None:
        return None
    p1, p2 = x1 / n1, x2 / n2
    return Interval(
        p1 - p2 - float(np.hypot(p1 - first.low, second.high - p2)),
        p1 - p2 + float(np.hypot(first.high - p1, p2 - second.low)),
    )


def miettinen_nurminen(x1: float, n1: float, x2: float, n2: float, confidence: float = 0.95) -> Interval | None:
    """The score interval of p1 - p2: every difference that `p_above` or its mirror image does not reject.

    Args:
        x1, n1, x2, n2: successes and trials of both samples.
        confidence: of the two-sided interval.

    Returns:
        The interval, or None when either n is 0.

    Source: Miettinen and Nurminen, Stat Med 4 (1985) 213.

    >>> [round(end, 4) for end in miettinen_nurminen(56, 70, 48, 80)]
    [0.0528, 0.3382]
    """
    if not (n1 > 0 and n2 > 0):
        return None
    z, middle = _critical(confidence), x1 / n1 - x2 / n2

    def end(outside: float, sign: float) -> float:
        if sign * score(x1, n1, x2, n2, outside) < z:
            return outside
        inside = middle
        for _ in range(HALVINGS):
            between = (inside + outside) / 2
            if sign * score(x1, n1, x2, n2, between) < z:
                inside = between
            else:
                outside = between
        return (inside + outside) / 2

    return Interval(end(-1.0, 1.0), end(1.0, -1.0))


def p_above(x1: float, n1: float, x2: float, n2: float, bound: float = 0.0) -> float | None:
    """One-sided p-value against p1 - p2 <= bound, by the score of Miettinen and Nurminen; None when either n is 0.

    It is below (1 - confidence) / 2 exactly when the lower end of `miettinen_nurminen` lies above the bound.
    """
    return float(ndtr(-score(x1, n1, x2, n2, bound))) if n1 > 0 and n2 > 0 else None


def score(x1: float, n1: float, x2: float, n2: float, difference: float) -> float:
    """Standardised distance of p1 - p2 from a difference, its variance as if that difference were true.

    The factor n / (n - 1) is Miettinen and Nurminen's. Infinite where the data are impossible under the difference.
    """
    p1, p2, n = x1 / n1, x2 / n2, n1 + n2
    r1, r2 = _restricted(p1, p2, n2 / n1, difference)
    variance = (r1 * (1 - r1) / n1 + r2 * (1 - r2) / n2) * n / (n - 1)
    distance = p1 - p2 - difference
    if variance <= 0:
        return 0.0 if abs(distance) < ROUNDING else float(np.copysign(np.inf, distance))
    return float(distance / np.sqrt(variance))


def _restricted(p1: float, p2: float, ratio: float, difference: float) -> tuple[float, float]:
    """Maximum-likelihood proportions that differ by `difference`; the cubic's root by cosines.

    Source: Farrington and Manning, Stat Med 9 (1990) 1447, appendix.
    """
    s = difference
    a = 1 + ratio
    b = -(1 + ratio + p1 + ratio * p2 + s * (ratio + 2))
    c = s**2 + s * (2 * p1 + ratio + 1) + p1 + ratio * p2
    d = -p1 * s * (1 + s)
    v = (b / (3 * a)) ** 3 - b * c / (6 * a**2) + d / (2 * a)
    u = np.copysign(np.sqrt(max((b / (3 * a)) ** 2 - c / (3 * a), 0.0)), v)
    turn = np.arccos(np.clip(v / u**3, -1, 1)) if u != 0 else 0.0
    r1 = float(2 * u * np.cos((np.pi + turn) / 3) - b / (3 * a))
    r1 = min(max(r1, s, 0.0), 1.0 + s, 1.0)
    return r1, min(max(r1 - s, 0.0), 1.0)


def _critical(confidence: float) -> float:
    return float(ndtri((1 + confidence) / 2))
