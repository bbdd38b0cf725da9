"""How much clusters (agents) of one arm differ from each other, beyond what chance makes of their contacts."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from pilot_analysis.stats.clusters import ArmSums, deviation, sum_by, within_variance

Floats = npt.NDArray[np.float64]

MOST_EXACT = 1_000  # clusters, up to which it is counted in how far their deviations hang together


class Between(NamedTuple):
    """Variance between clusters.

    Attributes:
        variance: of clusters' own levels, 0 where they differ by no more than chance makes them.
        sampling: what contacts add to it in the estimate, which is of their sum.
        df: degrees of freedom of that sum.
    """

    variance: float
    sampling: float
    df: float


def between_clusters(arm: ArmSums) -> Between | None:
    """The variance between clusters, each held against what its own cells lead to expect.

    The weighted squares of clusters' mean deviations are set equal to what they are expected to be, in which it counts
    that a cluster has part in its cells' means: one that is alone in its cells says nothing.

    Returns:
        None where nothing can be said: fewer than two clusters, or each alone in its cells.

    Source: Paule and Mandel, J Res Natl Bur Stand 87 (1982) 377, with the expectation of DerSimonian and Kacker,
    Contemp Clin Trials 28 (2007) 105, for deviations from fitted means; degrees of freedom by Satterthwaite,
    Biometrics Bull 2 (1946) 110, from the variance of a quadratic form of normal deviations.
    """
    present, cluster = np.unique(arm.cluster[arm.n > 0], return_inverse=True)
    rows, size = arm.n > 0, len(present)
    counts = np.zeros((size, len(arm.fitted)))
    np.add.at(counts, (cluster, arm.cell[rows]), arm.n[rows])
    n = counts.sum(axis=1)
    off = sum_by(cluster, deviation(arm)[rows], size) / n
    shared = counts @ arm.projection @ counts.T / n[:, None]  # of a cluster's fitted mean: each cluster's part
    own = np.eye(size) - shared
    agents, contacts = (own**2).sum(axis=1), 1 / n - np.diag(shared) / n
    within = within_variance(arm)
    if not agents.sum() > size * np.finfo(float).eps:
        return None

    def weight(variance: float) -> Floats:
        found: Floats = 1 / (variance + within / n) if within > 0 else np.ones(size)
        return found

    def excess(variance: float) -> float:
        return float((weight(variance) * (off**2 - variance * agents - within * contacts)).sum())

    largest = 2 * float((off**2).sum()) / float(agents.sum()) + within
    variance = float(brentq(excess, 0.0, largest)) if excess(0.0) > 0 > excess(largest) else 0.0
    w = weight(variance)
    if size <= MOST_EXACT:
        covariance = variance * own @ own.T + within * (np.diag(1 / n) - shared / n)
        squares = float((w[:, None] * w * covariance**2).sum())
    else:
        squares = float((w**2 * (variance * agents + within * contacts) ** 2).sum())
    sampling, slope = within * float((w * contacts).sum()) / float((w * agents).sum()), float((w * agents).sum())
    whole = variance + sampling
    return Between(variance, sampling, (whole * slope) ** 2 / squares if squares > 0 else np.inf)
