"""From contacts one by one to the sums of an arm, by loops: the long way round, to compare the short way with."""

import numpy as np

from pilot_analysis.stats.clusters import ArmSums
from pilot_analysis.stats.standardise import standardise


def standardised(arm, cell, value, factors, population=None):
    """Both arms on the pilot's case mix."""
    size = len(factors)
    n, total = np.zeros((2, size)), np.zeros((2, size))
    for a, c, v in zip(arm, cell, value, strict=True):
        n[a, c] += 1
        total[a, c] += v
    return standardise(n if population is None else population, n, total, np.asarray(factors))


def arm_sums(on, which, arm, cell, cluster, value):
    """One arm of a difference; in-house counts negative."""
    rows = []
    for key in sorted({(c, g) for a, c, g in zip(arm, cell, cluster, strict=True) if a == which}):
        own = value[(arm == which) & (cell == key[0]) & (cluster == key[1])]
        rows.append((*key, len(own), own.sum(), ((own - own.mean()) ** 2).sum()))
    cells, clusters, n, total, scatter = (np.array(column) for column in zip(*rows, strict=True))
    sign = 1 if which else -1
    return ArmSums(
        cells, clusters, n.astype(float), total, scatter, sign * on.coefficient[which], on.fitted[which],
        on.projection[which],
    )  # fmt: skip
