"""Which words tell two groups of texts apart: weighted log-odds ratios with an informative Dirichlet prior."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def log_odds(first: Floats, second: Floats, prior_size: float) -> Floats:
    """A z value for each word: positive where the first group uses it more, shape (words,).

    The prior has the words' frequencies in both groups together, and weighs as much as `prior_size` words: so rare
    words need more evidence, and words that everybody uses say nothing.

    Args:
        first, second: how often each group used each word, shape (words,); no word that neither used.
        prior_size: above 0.

    Source: Monroe, Colaresi and Quinn, Political Analysis 16 (2008) 372, equations 15, 16, 22 and 23.

    >>> log_odds(np.array([30.0, 70.0]), np.array([30.0, 70.0]), 10.0)
    array([0., 0.])
    """
    together = first + second
    prior = prior_size * together / together.sum()

    def odds(own: Floats) -> Floats:
        weight = own + prior
        found: Floats = np.log(weight / (weight.sum() - weight))
        return found

    variance = 1 / (first + prior) + 1 / (second + prior)
    z: Floats = (odds(first) - odds(second)) / np.sqrt(variance)
    return z
