"""Fieller's set: what makes it unbounded, and its agreement with the test it inverts."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pilot_analysis.stats.intervals import t_quantile
from pilot_analysis.stats.ratio import fieller

means = st.floats(0.1, 100)
errors = st.floats(0.001, 50)


@given(means, errors, means, errors, st.floats(1, 200), st.floats(-0.9, 0.9))
def test_every_ratio_inside_and_none_outside_is_compatible_with_the_data(a, se_a, b, se_b, df, correlation):
    covariance = correlation * se_a * se_b
    found = fieller(a, se_a, b, se_b, df, covariance=covariance)
    assume(found.bounded and found.high < 1e6)
    t = t_quantile(0.95, df)

    def distance(ratio):
        variance = se_a**2 - 2 * ratio * covariance + ratio**2 * se_b**2
        return abs(a - ratio * b) - t * np.sqrt(variance)

    width = found.high - found.low
    assert found.low <= a / b <= found.high
    assert distance((found.low + found.high) / 2) < 1e-9 * a
    for end, outwards in ((found.low, -1), (found.high, 1)):
        assert distance(end) == pytest.approx(0, abs=1e-4 * max(a, t * se_a, abs(end) * b))
        assert distance(end + outwards * (0.01 * width + 1e-6)) > -1e-6 * a


@given(means, errors, means, errors, st.floats(1, 200))
def test_it_is_unbounded_exactly_when_the_denominator_may_be_nothing(a, se_a, b, se_b, df):
    assert fieller(a, se_a, b, se_b, df).bounded == (t_quantile(0.95, df) * se_b < b)


def test_of_exact_means_only_their_ratio_is_left():
    assert fieller(6, 0, 8, 0, np.inf)[:2] == (0.75, 0.75)


def test_a_denominator_without_error_scales_the_interval_of_the_numerator():
    # 6 -+ 1.959964 x .5, over 8
    assert fieller(6, 0.5, 8, 0, np.inf)[:2] == pytest.approx((5.020018 / 8, 6.979982 / 8), abs=1e-6)


def test_a_denominator_near_nothing_allows_every_ratio():
    found = fieller(5, 1, 0.5, 1, 20)
    assert (found.low, found.high, found.bounded) == (-np.inf, np.inf, False)
