"""The variance of a contrast of two arms whose contacts come in clusters (agents).

Every estimate of this package is linear in cell-by-cluster sums, so an arm is described by what a unit of
a cell's total adds to the estimate. The deviation of a cluster from what its cells lead to expect, times
that coefficient, is its score; the sum of squared scores estimates the variance. With few or unequal
clusters that sum is too small and its distribution is not a chi-square with G - 1 degrees of freedom, so
scores are rescaled to be unbiased under a random-cluster working model (CR2) and the degrees of freedom
are Satterthwaite's.

Sources: Bell and McCaffrey, Survey Methodology 28 (2002) 169; Imbens and Kolesár, Rev Econ Stat 98
(2016) 701; Pustejovsky and Tipton, J Bus Econ Stat 36 (2018) 672.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST_EXACT = 450  # clusters up to which the small-sample correction is computed; beyond, it is negligible
LARGEST_RESCALE = 10.0


class ArmSums(NamedTuple):
    """One arm of a contrast; rows are cell-by-cluster sums.

    Attributes:
        cell, cluster: numbers of the cell and the cluster, shape (rows,).
        n, total: observations and sum of their values, shape (rows,).
        scatter: squared deviations from the row's own mean, shape (rows,).
        coefficient: what a unit of a cell's total adds to the estimate, signed, shape (cells,).
        fitted: the mean each cell is taken to have, shape (cells,).
        projection: totals to fitted means, shape (cells, cells).
    """

    cell: Ints
    cluster: Ints
    n: Floats
    total: Floats
    scatter: Floats
    coefficient: Floats
    fitted: Floats
    projection: Floats


class Clustered(NamedTuple):
    """Variance of a contrast.

    Attributes:
        variance: with clusters as a sample of such clusters.
        df: its degrees of freedom (infinite when nothing varies).
        fixed_variance: with these very clusters, only contacts vary.
        scores: what each cluster adds to the deviation of the estimate, shape (clusters,).
    """

    variance: float
    df: float
    fixed_variance: float
    scores: Floats


def clustered_variance(arms: Sequence[ArmSums], clusters: int) -> Clustered:
    """Variance and degrees of freedom of the sum of the arms' contributions.

    Args:
        arms: the arms, in-house with negative coefficients; a cluster of both arms has one number.
        clusters: how many numbers there are.
    """
    scores = np.zeros(clusters)
    present = np.zeros(clusters, dtype=bool)
    for arm in arms:
        deviation = arm.total - arm.n * arm.fitted[arm.cell]
        scores += sum_by(arm.cluster, arm.coefficient[arm.cell] * deviation, clusters)
        present[arm.cluster[arm.n > 0]] = True
    noise = [_within_variance(arm) for arm in arms]
    fixed = sum(s * float((arm.coefficient[arm.cell] ** 2 * arm.n).sum()) for s, arm in zip(noise, arms, strict=True))
    if present.sum() > MOST_EXACT:
        variance, df = _many(arms, scores)
    else:
        variance, df = _few(arms, noise, scores, np.flatnonzero(present))
    return Clustered(variance, df, fixed, scores)


def sum_by(number: Ints, values: Floats, size: int) -> Floats:
    """Sums of `values` by `number`, shape (size,)."""
    return np.bincount(number, values, minlength=size).astype(np.float64, copy=False)


def crv1_variance(scores: Floats, observations: float, parameters: int) -> float:
    """The plain cluster sandwich with Stata's factor G/(G-1) x (N-1)/(N-K) (CRV1).

    For comparison with other programs; intervals use `clustered_variance`.
    """
    clusters = len(scores)
    factor = clusters / (clusters - 1) * (observations - 1) / (observations - parameters)
    return float(factor * (scores**2).sum())


def _within_variance(arm: ArmSums) -> float:
    """Variance of contacts around the mean of their cluster in their cell."""
    df = float(np.maximum(arm.n - 1, 0).sum())
    if df <= 0:
        return 0.0
    pooled = float(arm.scatter.sum()) / df
    # A constant price leaves only the rounding of sums behind.
    size = float((np.abs(arm.total)).sum() / max(float(arm.n.sum()), 1.0))
    return 0.0 if pooled <= (1e-9 * size) ** 2 else pooled


def _many(arms: Sequence[ArmSums], scores: Floats) -> tuple[float, float]:
    """The delta-method variance; Welch's degrees of freedom over clusters of one arm, the other, or both."""
    member = np.zeros(len(scores), dtype=np.int64)
    for bit, arm in enumerate(arms):
        member[np.unique(arm.cluster[arm.n > 0])] |= 1 << bit
    parts = []
    for kind in np.unique(member[member > 0]):
        own = scores[member == kind]
        g = len(own)
        parts.append((g, g / max(g - 1, 1) * float((own**2).sum())))
    variance = sum(v for _, v in parts)
    spread = sum(v**2 / max(g - 1, 1) for g, v in parts)
    return variance, variance**2 / spread if spread > 0 else np.inf


def _few(arms: Sequence[ArmSums], noise: Sequence[float], scores: Floats, present: Ints) -> tuple[float, float]:
    """CR2 under random cluster effects, with Satterthwaite's degrees of freedom."""
    g = len(present)
    number = np.full(len(scores), -1)
    number[present] = np.arange(g)
    response = np.zeros((g, g))  # of the scores to the clusters' own effects
    own = np.zeros(g)  # a cluster's whole weight in the estimate
    noise_cov = np.zeros((g, g))
    noise_own = np.zeros(g)
    for arm, sigma2 in zip(arms, noise, strict=True):
        used = arm.n > 0
        counts = np.zeros((len(arm.coefficient), g))
        np.add.at(counts, (arm.cell[used], number[arm.cluster[used]]), arm.n[used])
        weighted = arm.coefficient[:, None] * counts
        fit = weighted.T @ arm.projection
        arm_own = weighted.sum(axis=0)
        response += np.diag(arm_own) - fit @ counts
        own += arm_own
        own_noise = sigma2 * (arm.coefficient[:, None] * weighted).sum(axis=0)
        noise_own += own_noise
        noise_cov += np.diag(own_noise) - sigma2 * (fit @ weighted)
    spread = response @ response.T
    score = scores[present]
    excess = float((score**2).sum() - np.trace(noise_cov))
    tau2 = max(0.0, excess / max(float(np.trace(spread)), np.finfo(float).tiny))
    expected = tau2 * spread + noise_cov
    target = tau2 * own**2 + noise_own
    diagonal = np.diag(expected)
    if not target.sum() > 0:
        return 0.0, np.inf
    with np.errstate(divide="ignore", invalid="ignore"):
        rescale = np.where(diagonal > 0, np.minimum(target / diagonal, LARGEST_RESCALE), 0.0)
    # What a cluster that is alone in its cells cannot show is taken from the model.
    unseen = float(np.maximum(target - rescale * diagonal, 0.0).sum())
    variance = float((rescale * score**2).sum()) + unseen
    root = np.sqrt(rescale)
    scaled = root[:, None] * expected * root[None, :]
    df = float(np.trace(scaled) ** 2 / (scaled**2).sum())
    return variance, df
