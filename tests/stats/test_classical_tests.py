"""The classical tests on agent averages against scipy, and when there are none."""

import numpy as np
import pingouin
import pytest
from scipy import stats

from pilot_analysis.stats.classical import MOST_EXACT, MOST_PAIRS, agent_tests, hodges_lehmann

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


@pytest.mark.parametrize(("n", "m"), [(4, 6), (7, 30), (40, MOST_EXACT)])
def test_shifts_inside_the_interval_are_those_that_scipy_s_exact_test_does_not_reject(n, m):
    rng = np.random.default_rng(n)
    x, y = rng.normal(0.1, 1, n), rng.normal(0, 1, m)
    shift = hodges_lehmann(x, y)

    def p(by, alternative):
        return stats.mannwhitneyu(x - by, y, alternative=alternative, method="exact").pvalue

    assert p(shift.low - 1e-9, "greater") <= 0.025 < p(shift.low + 1e-9, "greater")
    assert p(shift.high + 1e-9, "less") <= 0.025 < p(shift.high - 1e-9, "less")
    assert shift.estimate == np.median([a - b for a in x for b in y])


def test_of_many_agents_the_interval_is_nearly_that_of_the_means():
    rng = np.random.default_rng(9)
    x, y = rng.normal(0.3, 1, 300), rng.normal(0, 1, 400)
    shift, welch = hodges_lehmann(x, y), stats.ttest_ind(x, y, equal_var=False).confidence_interval(0.95)
    assert (shift.low, shift.high) == pytest.approx(tuple(welch), abs=0.05)
    # the normal approximation gives at most a rank away what counting out gives
    exact = stats.mannwhitneyu(x - shift.low + 1e-9, y, alternative="greater").pvalue
    assert exact == pytest.approx(0.025, abs=5e-4)


def test_so_few_values_exclude_no_shift():
    assert hodges_lehmann(np.array([1.0, 2.0]), np.array([0.0, 5.0]))[1:] == (-np.inf, np.inf)


def test_no_shift_of_nobody_or_of_more_pairs_than_memory_holds():
    assert hodges_lehmann(np.array([]), np.array([1.0])) is None
    assert hodges_lehmann(np.zeros(MOST_PAIRS // 100), np.zeros(101)) is None
