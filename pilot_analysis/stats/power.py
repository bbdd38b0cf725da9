"""Sample size and power of showing that a pilot is not worse by more than a margin.

Closed forms, for a plan and as a check of simulated pilots. All levels are one-sided.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import nctdtr, ndtri, stdtrit

Floats = npt.NDArray[np.float64]
LARGEST_DF = 1e4  # more are as many
IN_DOUBT = (-4.0, 30.0)  # standard errors from a limit, beyond which scipy gives no number


class Sizes(NamedTuple):
    """Observations of both arms, as real numbers; round up."""

    pilot: float
    baseline: float


def farrington_manning(
    pilot: float, baseline: float, margin: float, *, ratio: float = 1.0, power: float = 0.8, alpha: float = 0.025
) -> Sizes:
    """Independent observations needed to show that a share is not lower by `margin` or more.

    The variance under the hypothesis to be rejected is that of the two shares nearest to the true ones which differ by
    the margin exactly (restricted maximum likelihood).

    Args:
        pilot, baseline: true shares; their difference lies above -margin.
        ratio: observations in the baseline for each in the pilot.

    Source: Farrington and Manning, Stat Med 9 (1990) 1447, formula 4.

    >>> [round(n, 2) for n in farrington_manning(0.1, 0.1, 0.2, ratio=2 / 3, power=0.9, alpha=0.05)]
    [62.88, 41.92]
    """
    at_margin = _restricted(pilot, baseline, -margin, ratio)
    null = at_margin * (1 - at_margin) + (at_margin + margin) * (1 - at_margin - margin) / ratio
    true = pilot * (1 - pilot) + baseline * (1 - baseline) / ratio
    root = ndtri(1 - alpha) * np.sqrt(null) + ndtri(power) * np.sqrt(true)
    n = float((root / (pilot - baseline + margin)) ** 2)
    return Sizes(n, ratio * n)


def _restricted(p1: float, p2: float, difference: float, ratio: float) -> float:
    """The first of two shares that differ by `difference`, of largest likelihood given p1 and p2."""
    a = 1 + ratio
    b = -(1 + ratio + p1 + ratio * p2 + difference * (ratio + 2))
    c = difference**2 + difference * (2 * p1 + ratio + 1) + p1 + ratio * p2
    d = -p1 * difference * (1 + difference)
    v = (b / (3 * a)) ** 3 - b * c / (6 * a**2) + d / (2 * a)
    u = np.copysign(np.sqrt(max((b / (3 * a)) ** 2 - c / (3 * a), 0.0)), v)
    w = (np.pi + np.arccos(np.clip(v / u**3 if u else 0.0, -1.0, 1.0))) / 3
    return float(2 * u * np.cos(w) - b / (3 * a))


def observations_per_arm(
    pilot: float, baseline: float, margin: float, *, power: float = 0.8, alpha: float = 0.025
) -> float:
    """The same with equal arms and the variance at the true shares (Wald), as most handbooks have it; round up.

    Source: Blackwelder, Control Clin Trials 3 (1982) 345.

    >>> [int(np.ceil(observations_per_arm(0.85, 0.85, margin))) for margin in (0.03, 0.05)]
    [2224, 801]
    """
    variance = pilot * (1 - pilot) + baseline * (1 - baseline)
    return float(variance * ((ndtri(1 - alpha) + ndtri(power)) / (pilot - baseline + margin)) ** 2)


def design_effect(size: float, icc: float, cv: float = 0.0) -> float:
    """How many times as many observations it takes when they come in clusters.

    Args:
        size: mean observations of a cluster; cv: coefficient of variation of their sizes.
        icc: intraclass correlation.

    Source: Kish, Survey Sampling (1965), 5.4; unequal sizes: Eldridge, Ashby and Kerry, Int J Epidemiol 35 (2006) 1292.

    >>> design_effect(100, 0.02)
    2.98
    """
    return 1 + ((cv**2 + 1) * size - 1) * icc


class Spread(NamedTuple):
    """Variance of an estimate and its degrees of freedom, shape (k,): k values that are equally likely, often one."""

    variance: Floats
    df: Floats


def powers_above(room: float, spread: Spread, *, confidence: float = 0.95) -> Floats:
    """The chance that the interval's lower end lies above a limit, for each variance that there may be, shape (k,).

    Args:
        room: how far the truth lies above the limit, on the analysis scale.
        spread: of the estimate; a variance of 0 is certainty.

    Source: the noncentral t distribution, as in Julious, Stat Med 23 (2004) 1921.
    """
    se, df = np.sqrt(spread.variance), np.minimum(spread.df, LARGEST_DF)
    away = np.divide(room, se, out=np.full(len(se), np.inf if room > 0 else -np.inf), where=se > 0)
    doubt = (away > IN_DOUBT[0]) & (away < IN_DOUBT[1])
    chance = 1 - nctdtr(df, np.where(doubt, away, 0.0), stdtrit(df, (1 + confidence) / 2))
    found: Floats = np.where(doubt, chance, away > 0).astype(np.float64)
    return found


def power_above(room: float, spread: Spread, *, confidence: float = 0.95) -> float:
    """The same over all of them.

    Source: the assurance of O'Hagan, Stevens and Campbell, Pharm Stat 4 (2005) 187.
    """
    return float(powers_above(room, spread, confidence=confidence).mean())


def room_needed(spread: Spread, *, power: float = 0.8, confidence: float = 0.95) -> float:
    """How far the truth has to lie above a limit for `power_above` to be `power`."""
    largest = (IN_DOUBT[1] + 1) * float(np.sqrt(spread.variance).max())
    if not largest:
        return 0.0
    found: float = brentq(lambda room: power_above(room, spread, confidence=confidence) - power, 0.0, largest)
    return found


def half_width(spread: Spread, *, confidence: float = 0.95) -> float:
    """Mean half-width of the interval."""
    t = stdtrit(np.minimum(spread.df, LARGEST_DF), (1 + confidence) / 2)
    return float((t * np.sqrt(spread.variance)).mean())


def clustered_spread(agent_sd: Floats, contact_sd: float, observations: float, weight: Floats) -> Spread:
    """Variance of the mean of observations that come in clusters of these sizes.

    Args:
        agent_sd: between clusters, shape (k,); contact_sd: within them.
        observations: in all.
        weight: relative size of every cluster, shape (clusters,).

    Source: Kish (1965); degrees of freedom by Satterthwaite, Biometrics Bull 2 (1946) 110.
    """
    share = weight / weight.sum()
    each = np.square(agent_sd)[:, None] * share**2 + contact_sd**2 / observations * share
    variance, squares, g = each.sum(axis=1), (each**2).sum(axis=1), len(share)
    df = np.divide(variance**2 * (g - 1) / g, squares, out=np.full(len(each), np.inf), where=squares > 0)
    return Spread(variance, np.maximum(df, 1.0))


def together(arms: Sequence[Spread]) -> Spread:
    """Variance of a contrast of arms, by Satterthwaite; arms of several variances have them in the same order."""
    variance = sum((arm.variance for arm in arms), start=np.zeros(1))
    squares = sum((arm.variance**2 / arm.df for arm in arms), start=np.zeros(1))
    return Spread(variance, np.divide(variance**2, squares, out=np.full(len(variance), np.inf), where=squares > 0))
