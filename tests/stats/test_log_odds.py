"""Words that tell two groups apart: Monroe, Colaresi and Quinn's z by hand, and what a prior is for."""

from math import log, sqrt

import numpy as np
import pytest

from pilot_analysis.stats.log_odds import log_odds


def test_z_of_two_words_by_hand():
    """30 and 70 against 10 and 90 with a prior of 20 words: 40 of 200 and 160 of 200, so 4 and 16."""
    z = log_odds(np.array([30.0, 70.0]), np.array([10.0, 90.0]), 20.0)
    delta = log(34 / 86) - log(14 / 106)
    assert z[0] == pytest.approx(delta / sqrt(1 / 34 + 1 / 14))
    assert z[1] == pytest.approx(-delta / sqrt(1 / 86 + 1 / 106))


def test_a_rare_word_of_one_group_says_less_than_a_frequent_one_that_leans():
    """Three against none is a ratio without end, and no evidence; 300 against 200 is."""
    z = log_odds(np.array([3.0, 300.0, 697.0]), np.array([0.0, 200.0, 800.0]), 500.0)
    assert 0 < z[0] < 2 < z[1]


def test_groups_change_sign():
    first, second = np.array([12.0, 30.0, 58.0]), np.array([20.0, 10.0, 70.0])
    assert log_odds(first, second, 50.0) == pytest.approx(-log_odds(second, first, 50.0))
