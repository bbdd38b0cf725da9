"""The classical tests on agent averages against scipy, and when there are none."""

import numpy as np
import pingouin
import pytest
from scipy import stats

from pilot_analysis.stats.classical import agent_tests

BASELINE = np.array([0.81, 0.86, 0.84, 0.90, 0.79, 0.88, 0.83])
PILOT = np.array([0.85, 0.93, 0.88, 0.91])


def test_welch_and_mann_whitney_are_scipy_s():
    found = agent_tests(BASELINE, PILOT)
    welch = stats.ttest_ind(PILOT, BASELINE, equal_var=False)
    assert found.n == (7, 4)
    assert found.p_welch == pytest.approx(welch.pvalue, rel=1e-9)
    assert (found.low, found.high) == pytest.approx(tuple(welch.confidence_interval(0.95)), rel=1e-9)  # not rounded
    assert found.p_mann_whitney == pytest.approx(stats.mannwhitneyu(PILOT, BASELINE).pvalue, rel=1e-9)


def test_hedges_g_by_hand():
    # difference over the pooled standard deviation, times 1 - 3 / (4 x 9 - 1) (Hedges 1981)
    pooled = np.sqrt((6 * BASELINE.var(ddof=1) + 3 * PILOT.var(ddof=1)) / 9)
    expected = (PILOT.mean() - BASELINE.mean()) / pooled * (1 - 3 / 35)
    assert agent_tests(BASELINE, PILOT).hedges_g == pytest.approx(expected, rel=1e-9)


def test_the_confidence_asked_for():
    wide, narrow = agent_tests(BASELINE, PILOT, 0.99), agent_tests(BASELINE, PILOT, 0.8)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_pingouin_s_options_are_left_as_they_were():
    before = dict(pingouin.options)
    agent_tests(BASELINE, PILOT)
    assert dict(pingouin.options) == before


@pytest.mark.parametrize(
    ("baseline", "pilot"),
    [([], []), ([0.8, 0.9], [0.7, 0.8, 0.9]), ([0.8] * 5, [0.8] * 5)],
    ids=["nobody", "two agents", "no spread"],
)
def test_none_where_there_is_nothing_to_test(baseline, pilot):
    assert agent_tests(np.array(baseline), np.array(pilot)) is None
