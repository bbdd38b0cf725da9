"""The classical tests that analysts know, on agent averages: a cross-check beside the clustered interval.

One adapter to pingouin, whose columns were renamed in 0.6 and whose CI95 is rounded to two digits by
default. It is given agents, never contacts: its Mann-Whitney builds a table of all pairs.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Floats = npt.NDArray[np.float64]
FEWEST = 3
MOST_EXACT = 50  # agents an arm up to which the rank sum's distribution is counted out, as in R
MOST_PAIRS = 4_000_000


class Classical(NamedTuple):
    """Welch's t and Mann-Whitney of two samples of agent averages.

    Attributes:
        n: agents of each arm.
        difference, low, high: of the means, with Welch's interval.
        p_welch, p_mann_whitney: two-sided.
        hedges_g: standardised difference, corrected for small samples.
        shift: Hodges and Lehmann's, with its interval; None with more pairs of agents than are looked at.
    """

    n: tuple[int, int]
    difference: float
    low: float
    high: float
    p_welch: float
    p_mann_whitney: float
    hedges_g: float
    shift: "Shift | None"


class Shift(NamedTuple):
    """By how much one sample lies above another, by ranks."""

    estimate: float
    low: float
    high: float


def agent_tests(baseline: Floats, pilot: Floats, confidence: float = 0.95) -> Classical | None:
    """Compare agent averages of two arms; None with fewer than FEWEST agents in one, or without spread.

    Args:
        baseline, pilot: one average an agent.
        confidence: of Welch's interval.
    """
    if min(len(baseline), len(pilot)) < FEWEST or not (np.ptp(baseline) > 0 or np.ptp(pilot) > 0):
        return None
    import pingouin

    before = pingouin.options["round.column.CI95"]
    pingouin.options["round.column.CI95"] = None
    try:
        welch = pingouin.ttest(pilot, baseline, correction=True, confidence=confidence).iloc[0]
        rank = pingouin.mwu(pilot, baseline).iloc[0]
    finally:
        pingouin.options["round.column.CI95"] = before
    interval = next(welch[name] for name in welch.index if str(name).startswith("CI"))
    return Classical(
        n=(len(baseline), len(pilot)),
        difference=float(pilot.mean() - baseline.mean()),
        low=float(interval[0]),
        high=float(interval[1]),
        p_welch=float(_column(welch, "p_val", "p-val")),
        p_mann_whitney=float(_column(rank, "p_val", "p-val")),
        hedges_g=float(pingouin.compute_effsize(pilot, baseline, eftype="hedges")),
        shift=hodges_lehmann(pilot, baseline, confidence),
    )


def hodges_lehmann(x: Floats, y: Floats, confidence: float = 0.95) -> Shift | None:
    """The median of all differences x - y, and the interval of shifts that Mann and Whitney's test does not reject.

    Args:
        x, y: two samples, such as one average an agent.
        confidence: at least that of the interval while the distribution of ranks is counted out (up to MOST_EXACT
            in each sample), about that beyond, by the normal approximation.

    Returns:
        The shift; an end is infinite where so few values exclude nothing. None above MOST_PAIRS pairs.

    Source: Hollander and Wolfe, Nonparametric statistical methods, 2nd ed. (1999), 4.2 and 4.3.

    >>> x = np.array([0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46])
    >>> y = np.array([1.15, 0.88, 0.90, 0.74, 1.21])
    >>> [round(float(number), 3) for number in hodges_lehmann(x, y)]
    [0.305, -0.15, 0.76]
    """
    n, m = len(x), len(y)
    if n * m > MOST_PAIRS or n * m == 0:
        return None
    differences = np.sort(np.subtract.outer(x, y), axis=None)
    tail = (1 - confidence) / 2
    if max(n, m) <= MOST_EXACT:
        outside = int(np.searchsorted(np.cumsum(_rank_sums(n, m)), tail, side="right"))
    else:
        outside = int(n * m / 2 + ndtri(tail) * np.sqrt(n * m * (n + m + 1) / 12))
    low, high = (differences[outside - 1], differences[-outside]) if outside > 0 else (-np.inf, np.inf)
    return Shift(float(np.median(differences)), float(low), float(high))


def _rank_sums(n: int, m: int) -> Floats:
    """The distribution of Mann and Whitney's U of samples alike: the product of (1 - q^(m+i)) / (1 - q^i), i to n."""
    ways: Floats = np.zeros(n * m + 1)
    ways[0] = 1.0
    for i in range(1, n + 1):
        ways[m + i :] -= ways[: -(m + i)]
        for first in range(i):
            ways[first::i] = np.cumsum(ways[first::i])
    ways /= ways.sum()
    return ways


def _column(row: "dict[str, float]", *names: str) -> float:
    return next(row[name] for name in names if name in row)
