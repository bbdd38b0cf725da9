"""Student's intervals, p-values, Holm, Fieller and the classical tests against published examples and scipy."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from pilot_analysis.stats.classical import agent_tests, hodges_lehmann
from pilot_analysis.stats.intervals import effect, holm, t_quantile
from pilot_analysis.stats.ratio import fieller

# NCSS, chapter on two-sample equivalence: bounds -110 and 110, Welch.
A = np.array([452, 874, 554, 447, 356, 754, 558, 574, 664, 682, 547, 435, 245.0])
B = np.array([546, 547, 774, 465, 459, 665, 467, 365, 589, 534, 456, 651, 654, 665, 546, 537.0])


# Student, Biometrika 6 (1908) 1: extra hours of sleep; in R as `sleep`.
DRUG_1 = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
DRUG_2 = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])

# Hollander and Wolfe (1973), 69: permeability of the human chorioamnion; in R's help of `wilcox.test`.
AT_TERM = np.array([0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46])
EARLIER = np.array([1.15, 0.88, 0.90, 0.74, 1.21])


def welch(first, second):
    """Difference, standard error and degrees of freedom by hand (Welch, Biometrika 34 (1947) 28)."""
    v1, v2 = first.var(ddof=1) / len(first), second.var(ddof=1) / len(second)
    df = (v1 + v2) ** 2 / (v1**2 / (len(first) - 1) + v2**2 / (len(second) - 1))
    return first.mean() - second.mean(), np.sqrt(v1 + v2), df


def test_both_one_sided_tests_of_the_ncss_example():
    difference, se, df = welch(A, B)
    above = effect(difference, se, df, kind="difference", better="higher", margin=110, confidence=0.9)
    below = effect(difference, se, df, kind="difference", better="lower", margin=110, confidence=0.9)
    assert sorted([above.p_noninferior, below.p_noninferior]) == pytest.approx([0.02002, 0.03628], abs=5e-6)
    # the larger decides, as does the 90% interval: equivalent at 5%
    assert above.p_equivalent == below.p_equivalent == pytest.approx(0.03628, abs=5e-6)
    assert -110 < above.low < above.high < 110


def test_interval_and_p_value_are_scipy_s():
    difference, se, df = welch(A, B)
    theirs = stats.ttest_ind(A, B, equal_var=False, alternative="greater")
    found = effect(difference, se, df, kind="difference", better="higher", margin=None, confidence=0.95)
    both = stats.ttest_ind(A, B, equal_var=False).confidence_interval(0.95)
    assert found.p_superior == pytest.approx(theirs.pvalue, rel=1e-12)
    assert (found.low, found.high) == pytest.approx((both.low, both.high), rel=1e-12)


def test_a_ratio_by_the_delta_method_on_the_log_scale():
    # 5.70 over 6.00 with standard error .02 on the log scale and normal quantiles, by hand:
    # exp(ln .95 -+ 1.959964 x .02) is .95 / 1.0399777 and .95 x 1.0399777
    found = effect(np.log(0.95), 0.02, np.inf, kind="ratio", better="lower", margin=0.1, confidence=0.95)
    assert (found.low, found.high) == pytest.approx((0.95 / 1.0399777, 0.95 * 1.0399777), rel=1e-6)
    assert found.benefit_low == pytest.approx(1 - 0.95 * 1.0399777, rel=1e-6)
    assert found.p_superior == pytest.approx(stats.norm.sf(-np.log(0.95) / 0.02), rel=1e-6)
    assert found.p_noninferior == pytest.approx(stats.norm.sf((np.log(1.1) - np.log(0.95)) / 0.02), rel=1e-6)


def test_quantiles_of_student_s_t_in_the_tables():
    # Fisher and Yates: 95% two-sided
    assert [t_quantile(0.95, df) for df in (1, 3, 10, np.inf)] == pytest.approx([12.706, 3.182, 2.228, 1.960], abs=5e-4)


def test_welch_of_student_s_sleep_as_r_prints_it():
    # t.test(extra ~ group, data = sleep): t = -1.8608, df = 17.776, p-value = 0.07939, -3.3654832 to 0.2054832
    difference, se, df = welch(DRUG_1, DRUG_2)
    assert (difference / se, df) == pytest.approx((-1.8608, 17.776), abs=5e-4)
    found = effect(difference, se, df, kind="difference", better="lower", margin=None, confidence=0.95)
    assert (found.low, found.high) == pytest.approx((-3.3654832, 0.2054832), abs=5e-8)
    assert 2 * found.p_superior == pytest.approx(0.07939, abs=5e-6)
    by_agents = agent_tests(DRUG_2, DRUG_1)
    assert (by_agents.low, by_agents.high, by_agents.p_welch) == pytest.approx(
        (-3.3654832, 0.2054832, 0.07939), abs=5e-6
    )


def test_mann_whitney_and_its_shift_of_hollander_and_wolfe():
    # R: wilcox.test(x, y, alternative = "g"): W = 35, p-value = 0.1272; both sides are twice that
    found = agent_tests(EARLIER, AT_TERM)
    assert found.p_mann_whitney == pytest.approx(2 * 0.1272, abs=1e-4)
    # Hollander and Wolfe, 2nd ed. (1999), examples 4.3 and 4.4
    assert found.shift == pytest.approx((0.305, -0.15, 0.76), abs=1e-9)
    assert hodges_lehmann(EARLIER, AT_TERM) == pytest.approx((-0.305, -0.76, 0.15), abs=1e-9)


def test_hedges_g_of_borenstein_2009():
    # Introduction to Meta-Analysis, chapter 4: 103 (sd 5.5) against 100 (sd 4.5), 50 each: d = 0.5970, g = 0.5924
    shape = np.arange(50.0)
    shape = (shape - shape.mean()) / shape.std(ddof=1)
    found = agent_tests(100 + 4.5 * shape, 103 + 5.5 * shape)
    assert found.hedges_g == pytest.approx(0.5924, abs=5e-5)


def test_fieller_of_graphpad():
    # QuickCalcs, confidence interval of a quotient: 14 (sd 3, n 6) over 7 (sd 2, n 6) is 2.00, 1.46 to 2.83
    found = fieller(14, 3 / np.sqrt(6), 7, 2 / np.sqrt(6), 10)
    assert (found.low, found.high) == pytest.approx((1.46, 2.83), abs=0.005)


def test_holm_steps_down():
    # by hand: 5 x .01, 4 x .02, 3 x .03, then never less than the one before
    assert holm([0.01, 0.02, 0.03, 0.04, 0.05]) == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])
    assert holm([0.9, 0.6]) == [1.0, 1.0]
    assert holm([]) == []


def test_holm_of_benjamini_and_hochberg_s_example():
    # J R Stat Soc B 57 (1995) 289, 4.1: fifteen hypotheses, of which family-wise procedures reject three
    p_values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
                0.7590, 1.0]  # fmt: skip
    adjusted = holm(p_values)
    assert sum(p <= 0.05 for p in adjusted) == 3
    assert adjusted == pytest.approx(multipletests(p_values, method="holm")[1], rel=1e-12)
