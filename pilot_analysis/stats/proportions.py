"""Intervals of proportions from independent contacts: Wilson, Newcombe, Miettinen and Nurminen.

For logs without clusters. An interval and its p-values come from one score function, also over case-mix cells:
their differences are weighted, and the variance is that of the weighted sum under the difference tested. A
proportion of nothing has no interval: the functions then return None.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

Floats = npt.NDArray[np.float64]

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


class Shares(NamedTuple):
    """Two samples in strata, from independent contacts; one stratum is the plain case.

    Attributes:
        x1, n1: successes and trials of the first sample by stratum, shape (strata,).
        x2, n2: the same of the second.
        weight: of each stratum; sums to 1.
    """

    x1: Floats
    n1: Floats
    x2: Floats
    n2: Floats
    weight: Floats

    @property
    def difference(self) -> float:
        """The weighted p1 - p2."""
        return float((self.weight * (self.x1 / self.n1 - self.x2 / self.n2)).sum())

    def score(self, difference: float) -> float:
        """Standardised distance of the weighted p1 - p2 from a difference, its variance as if that were true.

        The factor n / (n - 1) in each stratum is Miettinen and Nurminen's. Infinite where the data are impossible
        under the difference.
        """
        p1, p2, n = self.x1 / self.n1, self.x2 / self.n2, self.n1 + self.n2
        r1, r2 = _restricted(p1, p2, self.n2 / self.n1, difference)
        variance = (r1 * (1 - r1) / self.n1 + r2 * (1 - r2) / self.n2) * n / (n - 1)
        spread = float((self.weight**2 * variance).sum())
        distance = float((self.weight * (p1 - p2 - difference)).sum())
        if spread <= 0:
            return 0.0 if abs(distance) < ROUNDING else float(np.copysign(np.inf, distance))
        return distance / float(np.sqrt(spread))

    def p_above(self, bound: float) -> float:
        """One-sided p-value against a difference of at most `bound`."""
        return float(ndtr(-self.score(bound)))

    def p_below(self, bound: float) -> float:
        """One-sided p-value against a difference of at least `bound`."""
        return float(ndtr(self.score(bound)))

    def interval(self, confidence: float) -> Interval:
        """Every difference that neither p-value rejects at (1 - confidence) / 2."""
        z, middle = _critical(confidence), self.difference

        def end(outside: float, sign: float) -> float:
            if sign * self.score(outside) < z:
                return outside
            inside = middle
            for _ in range(HALVINGS):
                between = (inside + outside) / 2
                if sign * self.score(between) < z:
                    inside = between
                else:
                    outside = between
            return (inside + outside) / 2

        return Interval(end(-1.0, 1.0), end(1.0, -1.0))


def shares(x1: float, n1: float, x2: float, n2: float) -> Shares | None:
    """Two samples in one stratum; None when either is empty."""
    if not (n1 > 0 and n2 > 0):
        return None
    return Shares(*(np.array([value], dtype=np.float64) for value in (x1, n1, x2, n2, 1.0)))


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
    found = shares(x1, n1, x2, n2)
    return None if found is None else found.interval(confidence)


def p_above(x1: float, n1: float, x2: float, n2: float, bound: float = 0.0) -> float | None:
    """One-sided p-value against p1 - p2 <= bound, by the score of Miettinen and Nurminen; None when either n is 0.

    It is below (1 - confidence) / 2 exactly when the lower end of `miettinen_nurminen` lies above the bound.
    """
    found = shares(x1, n1, x2, n2)
    return None if found is None else found.p_above(bound)


def _restricted(p1: Floats, p2: Floats, ratio: Floats, difference: float) -> tuple[Floats, Floats]:
    """Maximum-likelihood proportions that differ by `difference`, by stratum; the cubic's root by cosines.

    Source: Farrington and Manning, Stat Med 9 (1990) 1447, appendix.
    """
    s = difference
    a = 1 + ratio
    b = -(1 + ratio + p1 + ratio * p2 + s * (ratio + 2))
    c = s**2 + s * (2 * p1 + ratio + 1) + p1 + ratio * p2
    d = -p1 * s * (1 + s)
    v = (b / (3 * a)) ** 3 - b * c / (6 * a**2) + d / (2 * a)
    u = np.copysign(np.sqrt(np.maximum((b / (3 * a)) ** 2 - c / (3 * a), 0.0)), v)
    cube = np.where(u == 0, 1.0, u**3)
    turn = np.where(u == 0, 0.0, np.arccos(np.clip(v / cube, -1, 1)))
    r1 = 2 * u * np.cos((np.pi + turn) / 3) - b / (3 * a)
    r1 = np.clip(r1, max(s, 0.0), min(1.0 + s, 1.0))
    return r1, np.clip(r1 - s, 0.0, 1.0)


def _critical(confidence: float) -> float:
    return float(ndtri((1 + confidence) / 2))
