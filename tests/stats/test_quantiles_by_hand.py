"""Quantiles and slopes of distributions small enough to draw."""

import numpy as np
import pytest

from pilot_analysis.stats.quantile import log_slope, weighted_quantile

EDGES = np.exp(np.arange(1, 11))  # each bin reaches e times further
REACHED = np.arange(1, 11) / 10  # a tenth of the contacts in each


def test_one_contact_is_every_quantile():
    assert weighted_quantile(np.array([7.0]), np.array([1.0]), 0.5) == 7
    assert weighted_quantile(np.array([7.0]), np.array([1.0]), 0.9) == 7


def test_all_equal():
    assert weighted_quantile(np.full(4, 60.0), np.full(4, 0.25), 0.5) == 60


def test_a_median_between_two_values_is_their_mean():
    assert weighted_quantile(np.array([4.0, 1.0, 2.0, 3.0]), np.full(4, 0.25), 0.5) == 2.5


def test_what_was_never_answered_is_longer_than_any_answer():
    values, weights = np.array([10.0, 20.0, np.inf]), np.array([0.4, 0.3, 0.3])
    assert weighted_quantile(values, weights, 0.5) == 20
    assert weighted_quantile(values, weights, 0.9) == np.inf
    assert weighted_quantile(values[:2], weights[:2], 0.9) == np.inf  # the same, with the rest left out
    assert weighted_quantile(values, weights, 0.7) == np.inf  # on the jump to never


def test_nothing_but_never():
    assert weighted_quantile(np.array([]), np.array([]), 0.5) == np.inf


def test_what_lies_below_counts():
    assert weighted_quantile(np.array([10.0, 20.0]), np.array([0.2, 0.2]), 0.5, below=0.4) == 10


def test_the_slope_of_a_straight_line():
    # log time rises by 1 for every tenth of the contacts
    found = log_slope(EDGES, REACHED, 0.5, 0.1)
    assert found.slope == pytest.approx(10)
    assert (found.low, found.high) == pytest.approx((np.exp(4), np.exp(6)))


def test_a_band_beyond_the_longest_answer_has_no_end():
    assert log_slope(EDGES[:9], REACHED[:9], 0.85, 0.1) is None
    assert log_slope(EDGES[:9], REACHED[:9], 0.85, 0.04) is not None


def test_no_width_is_taken_as_a_narrow_band():
    assert log_slope(EDGES, REACHED, 0.55, 0.0).slope == pytest.approx(10)
