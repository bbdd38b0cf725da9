"""Intervals of proportions against their publications and statsmodels."""

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from pilot_analysis.stats.proportions import miettinen_nurminen, newcombe, p_above, shares, wilson

# Newcombe, Stat Med 17 (1998) 873, table II, all of its examples, (a) to (h): x1, n1, x2, n2,
# method 10 (hybrid score), method 6 (Miettinen-Nurminen).
NEWCOMBE_1998 = [
    ((56, 70, 48, 80), (0.0524, 0.3339), (0.0528, 0.3382)),
    ((9, 10, 3, 10), (0.1705, 0.8090), (0.1700, 0.8406)),
    ((6, 7, 2, 7), (0.0582, 0.8062), (0.0342, 0.8534)),
    ((5, 56, 0, 29), (-0.0381, 0.1926), (-0.0326, 0.1933)),
    ((0, 10, 0, 20), (-0.1611, 0.2775), (-0.1658, 0.2844)),
    ((0, 10, 0, 10), (-0.2775, 0.2775), (-0.2879, 0.2879)),
    ((10, 10, 0, 20), (0.6791, 1.0), (0.7156, 1.0)),
    ((10, 10, 0, 10), (0.6075, 1.0), (0.6636, 1.0)),
]

# What other programs print, to their last digit: hybrid score and Miettinen-Nurminen.
OTHER_PROGRAMS = [
    # R 4: DescTools::BinomDiffCI and PropCIs::diffscoreci
    ((3, 29, 6, 36), (-0.2298067, 0.1197196), (-0.2369807, 0.1227832), 5e-7),
    # Miettinen and Nurminen, Stat Med 4 (1985) 213, example 5, and its mirror image
    ((0, 10, 0, 20), (-0.16112516, 0.27753280), (-0.16576023, 0.28438134), 5e-8),
    ((10, 10, 20, 20), (-0.27753280, 0.16112516), (-0.28438134, 0.16576023), 5e-8),
]

# Newcombe, Stat Med 17 (1998) 857, table I, method 3 (Wilson)
WILSON = [((81, 263), (0.2553, 0.3662)), ((15, 148), (0.0624, 0.1605)), ((0, 20), (0.0, 0.1611)),
          ((1, 29), (0.0061, 0.1718))]  # fmt: skip


@pytest.mark.parametrize(("data", "hybrid", "score"), NEWCOMBE_1998)
def test_differences_of_newcombe_1998_to_four_digits(data, hybrid, score):
    assert newcombe(*data) == pytest.approx(hybrid, abs=5e-5)
    assert miettinen_nurminen(*data) == pytest.approx(score, abs=5e-5)


@pytest.mark.parametrize(("data", "hybrid", "score", "digits"), OTHER_PROGRAMS)
def test_differences_of_other_programs_to_their_last_digit(data, hybrid, score, digits):
    assert newcombe(*data) == pytest.approx(hybrid, abs=digits)
    assert miettinen_nurminen(*data) == pytest.approx(score, abs=10 * digits)  # they stop at a tolerance


def test_difference_of_fagerland_2015_to_seven_digits():
    assert miettinen_nurminen(7, 34, 1, 34) == pytest.approx((0.0270416, 0.3452912), abs=5e-8)


@pytest.mark.parametrize(("data", "published"), WILSON)
def test_proportions_of_newcombe_1998(data, published):
    assert wilson(*data) == pytest.approx(published, abs=5e-5)


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
def test_wilson_and_hybrid_score_are_those_of_statsmodels(confidence):
    for data in [(1, 7, 3, 9), (200, 1000, 17, 80), (0, 5, 5, 5), (30, 31, 2, 400)]:
        x, n = data[:2]
        assert wilson(x, n, confidence) == pytest.approx(proportion_confint(x, n, 1 - confidence, "wilson"), abs=1e-12)
        theirs = confint_proportions_2indep(*data, method="newcomb", compare="diff", alpha=1 - confidence)
        assert newcombe(*data, confidence) == pytest.approx(theirs, abs=1e-12)


def test_the_p_value_is_on_the_interval_s_side_of_the_margin():
    # Elsewhere a lower limit of -0.03607 has been seen beside p = 0.0248 at a margin of 0.036.
    low = miettinen_nurminen(36, 154, 12, 77).low
    assert low == pytest.approx(-0.03607, abs=5e-6)
    assert p_above(36, 154, 12, 77, -0.0360) > 0.025
    assert p_above(36, 154, 12, 77, -0.0361) < 0.025
    assert p_above(36, 154, 12, 77, low) == pytest.approx(0.025, abs=1e-9)


def test_the_restricted_proportions_are_the_likeliest_at_that_difference():
    # The score's variance by its definition: maximise the likelihood on a fine grid instead of solving the cubic.
    x1, n1, x2, n2, difference = 7, 34, 3, 50, -0.05
    p1 = np.linspace(1e-9, 1 + difference - 1e-9, 400_001)
    p2 = p1 - difference
    likelihood = x1 * np.log(p1) + (n1 - x1) * np.log1p(-p1) + x2 * np.log(p2) + (n2 - x2) * np.log1p(-p2)
    best = np.argmax(likelihood)
    r1, r2 = p1[best], p2[best]
    variance = (r1 * (1 - r1) / n1 + r2 * (1 - r2) / n2) * 84 / 83
    assert shares(x1, n1, x2, n2).score(difference) == pytest.approx(
        (x1 / n1 - x2 / n2 - difference) / np.sqrt(variance), 1e-5
    )
