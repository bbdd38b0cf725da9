"""Effects shrunk towards their mean, against published examples and another program."""

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from pilot_analysis.stats.shrinkage import between_variance, shrink

# BCG against tuberculosis, 13 trials: cases and non-cases, vaccinated and not
# (Colditz et al., JAMA 271 (1994) 698; the example of Viechtbauer, J Stat Softw 36 (2010) 3)
BCG = np.array([
    [4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [62, 13536, 248, 12619], [33, 5036, 47, 5761],
    [180, 1361, 372, 1079], [8, 2537, 10, 619], [505, 87886, 499, 87892], [29, 7470, 45, 7232], [17, 1699, 65, 1600],
    [186, 50448, 141, 27197], [5, 2493, 3, 2338], [27, 16886, 29, 17825],
])  # fmt: skip
# coaching in eight schools (Rubin, J Educ Stat 6 (1981) 377) as Gelman et al., Bayesian Data Analysis, table 5.2
SCHOOLS = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
SCHOOLS_SE = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])


def bcg():
    """Logarithm of the relative risk and its variance."""
    a, b, c, d = BCG.T.astype(float)
    return np.log(a / (a + b)) - np.log(c / (c + d)), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


def predicted(y, v, tau2):
    """Estimates and standard errors by Henderson's mixed model equations, solved as they stand."""
    k = len(y)
    left = np.zeros((k + 1, k + 1))
    left[0, 0], left[0, 1:], left[1:, 0] = (1 / v).sum(), 1 / v, 1 / v
    left[1:, 1:] = np.diag(1 / v + 1 / tau2)
    inverse = np.linalg.inv(left)
    solution = inverse @ np.concatenate([[(y / v).sum()], y / v])
    which = np.hstack([np.ones((k, 1)), np.eye(k)])
    return which @ solution, np.sqrt(np.diag(which @ inverse @ which.T))


def test_bcg_trials_differ_as_statsmodels_and_metafor_say():
    y, v = bcg()
    found = shrink(y, v)
    other = combine_effects(y, v, method_re="iterated", atol=1e-12)
    assert found.between == pytest.approx(other.tau2, rel=1e-6)
    assert found.between == pytest.approx(0.3181, abs=5e-5)  # rma(method="PM") of metafor
    assert found.mean == pytest.approx(other.mean_effect_re, rel=1e-6)


def test_shrunk_estimates_and_their_errors_solve_the_mixed_model_equations():
    y, v = bcg()
    found = shrink(y, v)
    estimate, se = predicted(y, v, found.between)
    assert found.estimate == pytest.approx(estimate)
    assert found.se == pytest.approx(se)
    assert (found.se < np.sqrt(v)).all()
    assert (np.abs(found.estimate - found.mean) < np.abs(y - found.mean)).all()


def test_eight_schools_that_differ_no_more_than_by_luck_are_all_alike():
    """Gelman et al., Bayesian Data Analysis, 5.5: the pooled effect is 7.7, its standard error 4.1."""
    found = shrink(SCHOOLS, SCHOOLS_SE**2)
    assert found.between == 0
    assert found.estimate == pytest.approx(7.7, abs=0.05)
    assert found.se == pytest.approx(4.1, abs=0.05)


def test_two_effects_by_hand():
    """Off by 2 either side: variance 8 between them, less 2 of luck, leaves 6; so 6/8 of each is kept."""
    found = shrink(np.array([1.0, 5.0]), np.array([2.0, 2.0]))
    assert found.between == pytest.approx(6.0)
    assert found.estimate == pytest.approx([1.5, 4.5])
    assert found.se == pytest.approx(np.sqrt(0.75 * 2 + 0.25**2 * 4))


def test_nothing_is_shrunk_where_an_effect_is_known_without_error():
    found = shrink(np.array([0.1, 0.3]), np.array([0.0, 0.01]))
    assert found.estimate.tolist() == [0.1, 0.3]
    assert found.se.tolist() == [0.0, 0.1]


def test_equal_effects_have_no_variance_between_them():
    assert between_variance(np.full(5, 0.2), np.array([0.1, 0.2, 0.3, 0.4, 0.5])) == 0.0
