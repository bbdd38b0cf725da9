"""Several effects of one kind shrunk towards their mean: empirical Bayes with a between-effects variance.

The smallest and the largest of several effects are there partly by luck. A random-effects model says how much of
their spread is more than luck, and only that much of each deviation is kept.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

NEWTON_STEPS = 100
NEARLY = 1e-10  # of the sampling variance


class Shrunk(NamedTuple):
    """Effects after shrinkage.

    Attributes:
        mean: of the effects, by random effects.
        between: variance of the true effects about it.
        kept: how much of each deviation from the mean is kept, between 0 and 1.
        estimate: the shrunk effects.
        se: their standard errors, with that of the mean, for this `between`.
    """

    mean: float
    between: float
    kept: Floats
    estimate: Floats
    se: Floats


def between_variance(effect: Floats, variance: Floats) -> float:
    """The variance between true effects for which their weighted scatter is as expected; 0 where there is less.

    Args:
        effect: observed effects.
        variance: their sampling variances, all above 0.

    Source: Paule and Mandel, J Res Natl Bur Stand 87 (1982) 377; solved as DerSimonian and Kacker, Contemp Clin
    Trials 28 (2007) 105. With equal sampling variances it is DerSimonian and Laird's moment estimate.

    >>> round(between_variance(np.array([0.0, 2.0, 4.0]), np.array([1.0, 1.0, 1.0])), 4)
    3.0
    """
    between, small = 0.0, NEARLY * float(variance.min())
    for _ in range(NEWTON_STEPS):  # the scatter falls ever slower: steps from the left never overshoot
        w = 1 / (variance + between)
        off = effect - (w * effect).sum() / w.sum()
        step = ((w * off**2).sum() - (len(effect) - 1)) / (w**2 * off**2).sum() if off.any() else 0.0
        if step <= small:
            break
        between += float(step)
    return between


def shrink(effect: Floats, variance: Floats) -> Shrunk:
    """Each effect as the best guess of its own true value, given all of them.

    Where an effect is known without error there is nothing to shrink, and all are kept as they are.

    Args:
        effect: observed effects, at least two.
        variance: their sampling variances.

    Source: Morris, J Am Stat Assoc 78 (1983) 47; the standard errors are those of the best linear unbiased predictor
    (Robinson, Stat Sci 6 (1991) 15), which take the between-effects variance for known.
    """
    if not (variance > 0).all():
        spread = float(effect.var(ddof=1))
        return Shrunk(float(effect.mean()), spread, np.ones(len(effect)), effect, np.sqrt(variance))
    between = between_variance(effect, variance)
    w = 1 / (variance + between)
    mean = float((w * effect).sum() / w.sum())
    kept = between * w
    se = np.sqrt(kept * variance + (1 - kept) ** 2 / w.sum())
    return Shrunk(mean, between, kept, mean + kept * (effect - mean), se)
