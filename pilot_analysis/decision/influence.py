"""Who moves a result: leave one cluster out and estimate again.

The cluster is chosen by its score, what it adds to the deviation of the estimate, so that nobody has to
leave out every one; the estimate without it is made anew, from the sums of all others.
"""

from collections.abc import Sequence

import numpy as np

from pilot_analysis.decision.estimate import Estimate, Influence
from pilot_analysis.stats.clusters import ROUNDING, ArmSums, Clustered, deviation, sum_by, within_variance
from pilot_analysis.stats.outlier import chance_of_outlier

FEWEST = 3  # clusters, of which one can be left out


def most_influential(parts: Sequence[ArmSums], spread: Clustered) -> int | None:
    """The number of the cluster whose score is largest for its weight; None where nobody moves anything.

    Args:
        parts: the contrast; spread: its variance, with the scores.
    """
    clusters = len(spread.scores)
    if clusters < FEWEST:
        return None
    weight, whole = np.zeros(clusters), 0.0
    for part in parts:
        each = np.abs(part.coefficient[part.cell])
        own = sum_by(part.cluster, each * part.n, clusters)
        weight = np.maximum(weight, own / max(float(own.sum()), np.finfo(float).tiny))
        whole += float((each * np.abs(part.total)).sum())
    # a cluster that is nearly a whole arm cannot be left out
    moved = np.abs(spread.scores) / np.maximum(1 - weight, 0.5)
    if not moved.max() > ROUNDING * whole:  # prices leave only the rounding of sums
        return None
    return int(np.argmax(moved))


def chance_in_pilot(pilot: Sequence[ArmSums], clusters: int, which: int) -> float | None:
    """How likely one of the pilot's clusters would lie as far from the others as `which` does, did it vary as they do.

    Args:
        pilot: the pilot's parts of a contrast; clusters: how many numbers there are.

    Returns:
        None where `which` is none of the pilot's, or nothing says how far clusters lie apart.
    """
    score, weight, noise = np.zeros(clusters), np.zeros(clusters), np.zeros(clusters)
    for part in pilot:
        each = part.coefficient[part.cell]
        score += sum_by(part.cluster, each * deviation(part), clusters)
        weight += sum_by(part.cluster, np.abs(each) * part.n, clusters)
        noise += within_variance(part) * sum_by(part.cluster, each**2 * part.n, clusters)
    present = np.flatnonzero(weight)
    if which not in present or not (noise[present] > 0).all():
        return None
    own, variance = score[present] / weight[present], noise[present] / weight[present] ** 2
    return chance_of_outlier(own, variance, int(np.searchsorted(present, which)))


def influence_of(cluster: str, without: Estimate, by_chance: float | None = None) -> Influence | None:
    """What became of an estimate without a cluster; None where nothing could be compared without it."""
    if without.arms is None:
        return None
    found = without.effect if without.why is None else None
    if found is not None:
        return Influence(cluster, found.estimate, found.low, found.high, without.state, by_chance, without)
    base, pilot = (arm.value for arm in without.arms)
    if without.metric.kind == "difference":
        return Influence(cluster, pilot - base)
    return Influence(cluster, pilot / base) if base > 0 and pilot > 0 else None
