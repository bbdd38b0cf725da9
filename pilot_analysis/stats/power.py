"""Sample size and power of showing that a pilot is not worse by more than a margin.

Closed forms, for a plan and as a check of simulated pilots. All levels are one-sided.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import nctdtr, ndtr, ndtri, stdtrit

from pilot_analysis.stats.intervals import t_quantile

Floats = npt.NDArray[np.float64]
LARGEST_DF = 1e6


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


def power_above(room: float, se: float, df: float, *, confidence: float = 0.95) -> float:
    """The chance that the interval's lower end lies above a limit.

    Args:
        room: how far the truth lies above the limit, on the analysis scale.
        se, df: standard error of the estimate and its degrees of freedom; a standard error of 0 is certainty.

    Source: the noncentral t distribution, as in Julious, Stat Med 23 (2004) 1921.
    """
    if se <= 0:
        return float(room > 0)
    if df > LARGEST_DF:
        return float(ndtr(room / se - t_quantile(confidence, np.inf)))
    return float(1 - nctdtr(df, room / se, t_quantile(confidence, df)))


def room_needed(se: float, df: float, *, power: float = 0.8, confidence: float = 0.95) -> float:
    """How far the truth has to lie above a limit for `power_above` to be `power`.

    The sum of two quantiles of Student's t, within a per cent of the noncentral t from eight degrees of freedom on.
    """
    return se * (t_quantile(confidence, df) + float(stdtrit(min(df, LARGEST_DF), power)))


class Spread(NamedTuple):
    """Variance of an arm's mean and its degrees of freedom."""

    variance: float
    df: float


def clustered_spread(agent_sd: float, contact_sd: float, observations: float, weight: Floats) -> Spread:
    """Variance of the mean of observations that come in clusters of these sizes.

    Args:
        agent_sd, contact_sd: between clusters, and within them.
        observations: in all.
        weight: relative size of every cluster, shape (clusters,).

    Source: Kish (1965); degrees of freedom by Satterthwaite, Biometrics Bull 2 (1946) 110.
    """
    share = weight / weight.sum()
    each = agent_sd**2 * share**2 + contact_sd**2 / observations * share
    if not each.any():
        return Spread(0.0, np.inf)
    g = len(share)
    return Spread(float(each.sum()), max(float(each.sum() ** 2 / (each**2).sum()) * (g - 1) / g, 1.0))


def together(arms: list[Spread]) -> Spread:
    """Variance of a contrast of arms, by Satterthwaite."""
    variance = sum(arm.variance for arm in arms)
    squares = sum(arm.variance**2 / arm.df for arm in arms)
    return Spread(variance, variance**2 / squares if squares > 0 else np.inf)
