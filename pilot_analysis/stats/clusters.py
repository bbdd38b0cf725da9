"""The variance of a contrast of two arms whose contacts come in clusters (agents).

Every estimate of this package is linear in cell-by-cluster sums, so an arm is described by what a unit of
a cell's total adds to the estimate. The deviation of a cluster from what its cells lead to expect, times
that coefficient, is its score; the sum of squared scores estimates the variance. With few or unequal
clusters that sum is too small and its distribution is not a chi-square with G - 1 degrees of freedom, so
scores are rescaled to be unbiased under a random-cluster working model (CR2) and the degrees of freedom
are Satterthwaite's.

Sources: Bell and McCaffrey, Survey Methodology 28 (2002) 169; Imbens and Kolesár, Rev Econ Stat 98
(2016) 701; Pustejovsky and Tipton, J Bus Econ Stat 36 (2018) 672; Satterthwaite, Biometrics Bull 2 (1946) 110.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST_EXACT = 170  # clusters that share nothing with others, up to which they are taken as correlated by their cells
LARGEST_RESCALE = 10.0
ROUNDING = 1e-9  # relative, what summing floats leaves of nothing
TINY = float(np.finfo(float).tiny)
DENSE = 20  # keys per row up to which counting into an array beats sorting


class ArmSums(NamedTuple):
    """One arm of a contrast; rows are cell-by-cluster sums.

    Attributes:
        cell, cluster: numbers of the cell and the cluster, shape (rows,).
        n, total: observations and sum of their values, shape (rows,).
        scatter: squared deviations from the row's own mean, shape (rows,).
        coefficient: what a unit of a cell's total adds to the estimate, signed, shape (cells,).
        fitted: the mean each cell is taken to have, shape (cells,).
        projection: totals to fitted means, shape (cells, cells).
        span: how far apart two single values can lie, where they have limits (1 for a share); else 0.
    """

    cell: Ints
    cluster: Ints
    n: Floats
    total: Floats
    scatter: Floats
    coefficient: Floats
    fitted: Floats
    projection: Floats
    span: float = 0.0


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
        clusters: how many numbers there are; 0 where contacts are independent of each other.
    """
    if not clusters:
        return _independent_variance(arms)
    scores = np.zeros(clusters)
    for arm in arms:
        scores += sum_by(arm.cluster, arm.coefficient[arm.cell] * deviation(arm), clusters)
    noise = [within_variance(arm) for arm in arms]
    fixed = sum(s * float((arm.coefficient[arm.cell] ** 2 * arm.n).sum()) for s, arm in zip(noise, arms, strict=True))
    varying = [(arm, sigma2) for arm, sigma2 in zip(arms, noise, strict=True) if sigma2 > 0 or not _constant(arm)]
    groups = [_group(own, scores, present) for own, present in _groups(varying, clusters)]
    # One variance of the clusters' effects: few pilot agents could not tell their own.
    spread = sum(float(_diagonal(group.spread).sum()) for group in groups)
    excess = sum(float((group.score**2).sum() - _diagonal(group.noise).sum()) for group in groups)
    tau2 = max(0.0, excess / spread) if spread > 0 else 0.0
    found = [_corrected(group, tau2) for group in groups]
    # Agents as a sample cannot vary less than their contacts alone would make them.
    variance = max(sum(f.variance for f in found), fixed)
    return Clustered(variance, _satterthwaite(found), fixed, scores)


def _independent_variance(arms: Sequence[ArmSums]) -> Clustered:
    """Of a stratified mean of independent contacts, cell by cell, with Satterthwaite's degrees of freedom.

    A cell with a single contact takes the variance within the arm's other cells.

    Source: Cochran, Sampling Techniques, 3rd ed. (1977), 5.4 and 5.6.
    """
    parts, freedom = [], []
    for arm in arms:
        size = len(arm.coefficient)
        n, total = sum_by(arm.cell, arm.n, size), sum_by(arm.cell, arm.total, size)
        own = np.divide(total, n, out=np.zeros(size), where=n > 0)[arm.cell]
        rows = arm.n > 0
        apart = np.divide((arm.total - arm.n * own) ** 2, arm.n, out=np.zeros(len(rows)), where=rows)
        scatter, free = sum_by(arm.cell, arm.scatter + apart, size), np.maximum(n - 1, 0.0)
        whole = float(n.sum())
        size_of_values = float(np.abs(arm.total).sum()) / whole
        pooled = max(float(scatter.sum()) / max(float(free.sum()), 1.0), arm.span**2 * (whole + 1) / (whole + 2) ** 2)
        if pooled <= (ROUNDING * size_of_values) ** 2:
            continue  # a price
        spread = np.where(free > 0, scatter / np.maximum(free, 1.0), pooled)
        weight = arm.coefficient**2 * n
        found = weight * spread
        # values with limits are not taken to vary less than one more at each limit would make them
        found *= max(1.0, float(weight.sum()) * arm.span**2 * (whole + 1) / (whole + 2) ** 2 / max(found.sum(), TINY))
        parts.append(found)
        freedom.append(np.where(free > 0, np.maximum(free, 1.0), max(float(free.sum()), 1.0)))
    variance = sum(float(found.sum()) for found in parts)
    squares = sum(float((found**2 / free).sum()) for found, free in zip(parts, freedom, strict=True))
    return Clustered(variance, variance**2 / squares if squares > 0 else np.inf, variance, np.zeros(0))


def without_spread(arm: ArmSums) -> bool:
    """Whether nothing in an arm says how much contacts vary: all alike in their cells, or one to a cell.

    A price per contact is without spread and known; values that merely happen to be alike are not.
    """
    return within_variance(arm) == 0 and _constant(arm)


def one_to_a_cell(arm: ArmSums) -> bool:
    """Whether an arm has no cell with two observations, and not one value throughout."""
    rows = arm.n > 0
    if arm.n.sum() > np.count_nonzero(np.bincount(arm.cell[rows])):
        return False
    own = arm.total[rows] / arm.n[rows]
    return len(own) > 0 and bool(np.ptp(own) > ROUNDING * np.abs(own).max())


def sum_by(number: Ints, values: Floats, size: int) -> Floats:
    """Sums of `values` by `number`, shape (size,)."""
    return np.bincount(number, values, minlength=size).astype(np.float64, copy=False)


def merged_rows(key: Ints, n: Floats, total: Floats, scatter: Floats) -> tuple[Ints, Floats, Floats, Floats]:
    """Rows of one key as one: the keys, ascending, with observations, totals and squared deviations from their mean.

    Args:
        key, n, total, scatter: of each row, shape (rows,); every n above 0.

    Source: Chan, Golub and LeVeque, Am Stat 37 (1983) 242.

    >>> key, n, total, scatter = merged_rows(np.array([7, 7]), np.array([2.0, 2.0]), np.array([2.0, 6.0]), np.zeros(2))
    >>> float(scatter[0])  # of 1, 1, 3, 3
    4.0
    """
    keys, row = _numbered(key)
    whole, sums = (sum_by(row, x, len(keys)) for x in (n, total))
    apart = n * (total / n - (sums / whole)[row]) ** 2
    return keys, whole, sums, sum_by(row, scatter + apart, len(keys))


def _numbered(key: Ints) -> tuple[Ints, Ints]:
    """The keys there are, ascending, and the place of every row's."""
    if len(key) and key.max() < DENSE * len(key):
        present = np.bincount(key) > 0
        return np.flatnonzero(present), (np.cumsum(present) - 1)[key]
    keys, row = np.unique(key, return_inverse=True)
    return keys, row


def crv1_variance(scores: Floats, observations: float, parameters: int) -> float:
    """The plain cluster sandwich with Stata's factor G/(G-1) x (N-1)/(N-K) (CRV1).

    For comparison with other programs; intervals use `clustered_variance`.
    """
    clusters = len(scores)
    factor = clusters / (clusters - 1) * (observations - 1) / (observations - parameters)
    return float(factor * (scores**2).sum())


def deviation(arm: ArmSums) -> Floats:
    """What each row's total has more than its cell's fitted mean gives, shape (rows,)."""
    return arm.total - arm.n * arm.fitted[arm.cell]


def _constant(arm: ArmSums) -> bool:
    """Whether every cluster has its cells' means, but for rounding: a price per contact."""
    return float(np.abs(deviation(arm)).sum()) <= ROUNDING * float(np.abs(arm.total).sum())


def within_variance(arm: ArmSums) -> float:
    """Variance of contacts around the mean of their cluster in their cell.

    At most that around the mean of their cell: few clusters may have two contacts in a cell, or none. Values
    with limits are never taken to vary less than if one more had lain at each limit: twelve satisfied of
    twelve do not show that everybody is.

    Source of the two added values: Agresti and Coull, Am Stat 52 (1998) 119; Agresti and Caffo, Am Stat 54
    (2000) 280.
    """
    rows = arm.n > 0
    off = deviation(arm)[rows]
    scatter, n = float(arm.scatter[rows].sum()), float(arm.n[rows].sum())
    cells = np.count_nonzero(np.bincount(arm.cell[rows]))
    within, around = float(np.maximum(arm.n - 1, 0).sum()), n - cells
    least = arm.span**2 * (n + 1) / (n + 2) ** 2
    if not around > 0:
        return least
    variance = float((scatter + float((off**2 / arm.n[rows]).sum())) / around)
    if within > 0:
        variance = min(variance, scatter / within)
    # A constant price leaves only the rounding of sums behind.
    size = float(np.abs(arm.total).sum()) / n
    return max(least, 0.0 if variance <= (ROUNDING * size) ** 2 else variance)


class _Group(NamedTuple):
    """Clusters that share nothing with other clusters, such as the agents of one arm.

    Attributes:
        score: deviations, shape (g,).
        spread: covariance of the scores were clusters' effects of variance 1, shape (g, g); (g,) if only its diagonal.
        noise: the same from contacts within clusters.
        whole: variance of the clusters' contributions to the estimate under such effects, shape (g,).
        sampling: the same from contacts within clusters.
    """

    score: Floats
    spread: Floats
    noise: Floats
    whole: Floats
    sampling: Floats


class _Corrected(NamedTuple):
    """A group's part of the variance: found, expected by the working model, and its degrees of freedom."""

    variance: float
    expected: float
    df: float


Part = tuple[ArmSums, float]  # an arm and the variance of its contacts within clusters


def _groups(parts: Sequence[Part], clusters: int) -> list[tuple[list[Part], npt.NDArray[np.bool_]]]:
    """Arms that have clusters in common, with these clusters."""
    found: list[tuple[list[Part], npt.NDArray[np.bool_]]] = []
    for part in parts:
        own, present = [part], np.zeros(clusters, dtype=bool)
        present[part[0].cluster[part[0].n > 0]] = True
        apart = []
        for others, theirs in found:
            if (theirs & present).any():
                own, present = [*others, *own], theirs | present
            else:
                apart.append((others, theirs))
        found = [*apart, (own, present)]
    return found


def _group(parts: Sequence[Part], scores: Floats, present: npt.NDArray[np.bool_]) -> _Group:
    """What the working model says of some clusters: effects of their own in every arm, and independent contacts."""
    g = int(present.sum())
    number = np.cumsum(present) - 1
    full = g <= MOST_EXACT
    whole, sampling = np.zeros(g), np.zeros(g)
    spread, noise_cov = (np.zeros((g, g) if full else g) for _ in range(2))
    for arm, sigma2 in parts:
        cells = len(arm.coefficient)
        seen = arm.n > 0
        key, row = _numbered((number[arm.cluster] * cells + arm.cell)[seen])
        n = sum_by(row, arm.n[seen], len(key))
        cluster, cell = np.divmod(key, cells)
        weight = arm.coefficient[cell] * n
        own = sum_by(cluster, weight, g)
        own_noise = sigma2 * sum_by(cluster, arm.coefficient[cell] * weight, g)
        whole += own**2
        sampling += own_noise
        if full:
            counts, weighted = np.zeros((2, g, cells))
            counts[cluster, cell], weighted[cluster, cell] = n, weight
            fit = weighted @ arm.projection
            response = np.diag(own) - fit @ counts.T
            spread += response @ response.T
            noise_cov += np.diag(own_noise) - sigma2 * fit @ weighted.T
        else:
            taken = sum_by(cluster, weight**2 * np.diagonal(arm.projection)[cell], g)
            left = 1 - taken / np.maximum(sum_by(cluster, arm.coefficient[cell] * weight, g), np.finfo(float).tiny)
            spread += own**2 * left
            noise_cov += own_noise * left
    return _Group(scores[present], spread, noise_cov, whole, sampling)


def _corrected(group: _Group, tau2: float) -> _Corrected:
    """Squared scores, rescaled to what the working model expects of the estimate."""
    expected = tau2 * group.spread + group.noise
    target = tau2 * group.whole + group.sampling
    diagonal = _diagonal(expected)
    with np.errstate(divide="ignore", invalid="ignore"):
        shown = diagonal > ROUNDING * target
        rescale = np.where(shown, np.minimum(target / diagonal, LARGEST_RESCALE), 0.0)
    # What a cluster that is alone in its cells cannot show is taken from the model.
    unseen = float(np.maximum(target - rescale * diagonal, 0.0).sum())
    root = np.sqrt(rescale)
    scaled = root * expected * root if expected.ndim == 1 else root[:, None] * expected * root
    squares, trace = float((scaled**2).sum()), float(_diagonal(scaled).sum())
    seen = float((rescale * group.score**2).sum())
    if seen <= ROUNDING**2 * float(target.sum()):  # clusters that agree by chance, or discrete values
        seen = trace
    return _Corrected(seen + unseen, trace + unseen, trace**2 / squares if squares > 0 else 1.0)


def _satterthwaite(groups: Sequence[_Corrected]) -> float:
    """Degrees of freedom of the sum of the groups' variances.

    By what the model expects of every group they are too few where one group has most of the variance, for the
    others' part is never small; by what was found (Welch) they are too many. Their harmonic mean is used, for
    which coverage was simulated.
    """

    def inverse(parts: Sequence[float]) -> float:
        whole = sum(parts)
        return sum((part / whole) ** 2 / group.df for part, group in zip(parts, groups, strict=True))

    expected, found = [g.expected for g in groups], [g.variance for g in groups]
    return 2 / (inverse(expected) + inverse(found)) if sum(expected) > 0 else np.inf


def _diagonal(covariance: Floats) -> Floats:
    return covariance if covariance.ndim == 1 else np.diagonal(covariance)
