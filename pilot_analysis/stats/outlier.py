"""Whether one of several effects lies farther off than the others' own spread and chance allow."""

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr

from pilot_analysis.stats.shrinkage import between_variance

Floats = npt.NDArray[np.float64]
FEWEST = 3  # effects, of which two say how far effects lie apart


def chance_of_outlier(effect: Floats, variance: Floats, which: int) -> float | None:
    """How likely any of so many effects would lie as far from the others as this one does, were it one of them.

    The deleted residual of a random-effects model in its own standard error, by Student's t with two degrees of freedom
    fewer than there are effects, times their number (Bonferroni), because the one asked about is the farthest.

    Args:
        effect: observed effects.
        variance: their sampling variances, all above 0.
        which: place of the one in question.

    Returns:
        None for too few effects.

    Source: Viechtbauer and Cheung, Res Synth Methods 1 (2010) 112; with equal variances the outlier test of Cook and
    Weisberg, Residuals and Influence in Regression (1982), 2.2.2.
    """
    if len(effect) < FEWEST:
        return None
    others = np.arange(len(effect)) != which
    between = between_variance(effect[others], variance[others])
    w = 1 / (variance[others] + between)
    off = effect[which] - float((w * effect[others]).sum() / w.sum())
    t = off / np.sqrt(variance[which] + between + 1 / w.sum())
    return min(2 * float(stdtr(len(effect) - 2, -abs(t))) * len(effect), 1.0)
