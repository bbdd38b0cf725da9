"""How different two samples of categories are: standardised differences, which do not grow with the sample.

From about 0.1 on a difference is worth a look (Austin, Stat Med 28 (2009) 3083).
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

WORTH_A_LOOK = 0.1
ROUNDING = 1e-12


def standardised_difference(first: Floats, second: Floats) -> Floats:
    """The difference of two shares in standard deviations, elementwise; infinite where neither varies and they differ.

    Args:
        first, second: shares between 0 and 1, of any one shape.

    Source: Austin, Commun Stat Simul Comput 38 (2009) 1228.

    >>> standardised_difference(np.array([0.5, 0.0]), np.array([0.3, 0.0])).round(3)
    array([0.417, 0.   ])
    """
    difference = first - second
    spread = np.sqrt((first * (1 - first) + second * (1 - second)) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(difference == 0, 0.0, difference / spread)


def multilevel_difference(first: Floats, second: Floats) -> float:
    """One standardised difference of two distributions over the same levels, never negative.

    The Mahalanobis distance of the shares under the average of both multinomial covariances; with two levels it is the
    size of `standardised_difference`. Infinite where the samples have no level in common.

    Args:
        first, second: counts or shares of every level, shape (levels,); each sums to more than 0.

    Source: Yang and Dalton, SAS Global Forum 2012, paper 335.

    >>> round(multilevel_difference(np.array([12.0, 35, 56, 55]), np.array([4.0, 32, 64, 54])), 3)
    0.246
    """
    p, q = first / first.sum(), second / second.sum()
    if float(np.minimum(p, q).sum()) <= ROUNDING:
        return float(np.inf)
    covariance = (np.diag(p + q) - np.outer(p, p) - np.outer(q, q)) / 2
    difference = p - q
    return float(np.sqrt(max(0.0, difference @ np.linalg.pinv(covariance, hermitian=True) @ difference)))
