"""An outlier among agents: beside statsmodels for equal sampling variances, and its false alarms by simulation."""

import numpy as np
import pytest
import statsmodels.api as sm

from pilot_analysis.stats.outlier import chance_of_outlier

SIX = np.array([0.02, -0.01, 0.03, 0.00, -0.02, -0.34])


@pytest.mark.parametrize("which", [0, 2, 5])
def test_with_equal_variances_it_is_the_outlier_test_of_regression(which):
    """Deleted residuals do not know how much of the spread is sampling, as long as others spread more than that."""
    table = sm.OLS(SIX, np.ones(6)).fit().outlier_test(method="bonf")
    assert chance_of_outlier(SIX, np.full(6, 1e-5), which) == pytest.approx(table[which, 2])


def test_an_effect_that_is_known_badly_is_no_outlier():
    variance = np.full(6, 0.001)
    assert chance_of_outlier(SIX, variance, 5) < 0.005
    variance[5] = 0.04  # .34 off is 1.7 of its own standard errors
    assert chance_of_outlier(SIX, variance, 5) > 0.5


def test_two_effects_have_no_outlier():
    assert chance_of_outlier(SIX[4:], np.full(2, 0.001), 1) is None


@pytest.mark.parametrize("ratings", [7, 300])
def test_the_farthest_of_fifteen_alike_is_rarely_one(ratings):
    """Agents whose levels differ by three points, with few and many ratings: 5% of false alarms at most, of 1,000
    teams, and two standard errors of that simulation."""
    rng = np.random.default_rng(3)
    alarms = 0
    for _ in range(1_000):
        own = np.clip(0.84 + 0.03 * rng.standard_normal(15), 0, 1)
        satisfied = rng.binomial(ratings, own) / ratings
        level = satisfied.mean()
        farthest = int(np.argmax(np.abs(satisfied - level)))
        alarms += chance_of_outlier(satisfied, np.full(15, level * (1 - level) / ratings), farthest) < 0.05
    assert alarms / 1_000 <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 1_000)
