"""Weighted quantiles against numpy's, which follow Hyndman and Fan."""

import numpy as np
import pytest

from pilot_analysis.stats.quantile import log_slope, weighted_quantile

SHARES = [0.01, 0.1, 0.25, 1 / 3, 0.5, 0.75, 0.9, 0.99]


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("n", [1, 2, 7, 20, 1000])
def test_with_equal_weights_it_is_type_2(n, share):
    values = np.random.default_rng(n).lognormal(4, 1, n)
    expected = np.quantile(values, share, method="averaged_inverted_cdf")
    assert weighted_quantile(values, np.full(n, 1 / n), share) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("share", SHARES)
def test_with_weights_it_is_the_inverse_distribution_function(share):
    rng = np.random.default_rng(3)
    values, weights = rng.lognormal(4, 1, 200), rng.random(200)  # no share lies on a jump
    expected = np.quantile(values, share, weights=weights, method="inverted_cdf")
    assert weighted_quantile(values, weights / weights.sum(), share) == pytest.approx(expected, rel=1e-12)


def test_whole_weights_count_values_as_often():
    values, times = np.array([5.0, 3.0, 8.0, 3.0]), np.array([2, 1, 4, 3])
    for share in SHARES:
        expected = np.quantile(np.repeat(values, times), share, method="averaged_inverted_cdf")
        assert weighted_quantile(values, times / 10, share) == pytest.approx(expected)


def test_woodruff_s_interval_of_a_median_is_the_textbook_s_ranks():
    # Campbell and Gardner, BMJ 296 (1988) 1454: of 100 values the 95% interval of the median goes from the
    # 40th to the 61st: 100/2 -+ 1.96 sqrt(100)/2 = 40.2 and 59.8 from below, counted from both ends
    values = np.arange(1.0, 101.0)
    found = log_slope(values, values / 100, 0.5, 1.959964 * np.sqrt(0.25 / 100))
    assert (found.low, found.high) == pytest.approx((40.2, 59.8), abs=0.01)
    assert (round(found.low), 101 - round(found.low)) == (40, 61)


def test_woodruff_s_interval_does_not_exist_beyond_the_longest_answer():
    values = np.arange(1.0, 101.0)
    assert log_slope(values[:95], values[:95] / 100, 0.9, 0.06) is None
    assert log_slope(values[:95], values[:95] / 100, 0.9, 0.04) is not None
