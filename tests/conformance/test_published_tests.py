"""Student's intervals, one-sided p-values and Holm against published examples and scipy."""

import numpy as np
import pytest
from scipy import stats

from pilot_analysis.stats.intervals import effect, holm, t_quantile

# NCSS, chapter on two-sample equivalence: bounds -110 and 110, Welch.
A = np.array([452, 874, 554, 447, 356, 754, 558, 574, 664, 682, 547, 435, 245.0])
B = np.array([546, 547, 774, 465, 459, 665, 467, 365, 589, 534, 456, 651, 654, 665, 546, 537.0])


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


def test_holm_steps_down():
    # by hand: 5 x .01, 4 x .02, 3 x .03, then never less than the one before
    assert holm([0.01, 0.02, 0.03, 0.04, 0.05]) == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])
    assert holm([0.9, 0.6]) == [1.0, 1.0]
    assert holm([]) == []
