"""Who moves a result: leave one cluster out and estimate again.

The cluster is chosen by its score, what it adds to the deviation of the estimate, so that nobody has to
leave out every one; the estimate without it is made anew, from the sums of all others.
"""

from collections.abc import Sequence

import numpy as np

from pilot_analysis.decision.estimate import Estimate, Influence
from pilot_analysis.stats.clusters import ROUNDING, ArmSums, Clustered, sum_by

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


def influence_of(cluster: str, without: Estimate) -> Influence | None:
    """What became of an estimate without a cluster; None where nothing could be compared without it."""
    if without.arms is None:
        return None
    found = without.effect if without.why is None else None
    if found is not None:
        return Influence(cluster, found.estimate, found.low, found.high, without.state, without)
    base, pilot = (arm.value for arm in without.arms)
    if without.metric.kind == "difference":
        return Influence(cluster, pilot - base)
    return Influence(cluster, pilot / base) if base > 0 and pilot > 0 else None
