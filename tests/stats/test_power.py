"""Sample sizes and power against publications and other programs."""

import numpy as np
import pingouin
import pytest
from statsmodels.stats.proportion import samplesize_proportions_2indep_onetail

from pilot_analysis.stats.power import (
    Spread,
    clustered_spread,
    design_effect,
    farrington_manning,
    half_width,
    observations_per_arm,
    power_above,
    room_needed,
    together,
)


def spread(variance, df):
    """One variance and its degrees of freedom."""
    return Spread(np.array([variance]), np.array([float(df)]))


def test_farrington_and_manning_as_published():
    """Farrington and Manning (1990): p1 = p2 = 0.1, margin 0.2, ratio 2/3, power 0.9, one-sided 5%: 62.88, 41.92."""
    found = farrington_manning(0.1, 0.1, 0.2, ratio=2 / 3, power=0.9, alpha=0.05)
    assert [round(n, 2) for n in found] == [62.88, 41.92]


@pytest.mark.parametrize(("margin", "answers"), [(0.03, 2224), (0.05, 801)])
def test_answers_for_satisfaction_of_85_per_cent(margin, answers):
    """The handbook's numbers: one-sided 2.5%, power 80%."""
    assert int(np.ceil(observations_per_arm(0.85, 0.85, margin))) == answers


def test_superiority_without_a_margin_is_that_of_statsmodels():
    """With a margin of 0 the restricted estimate is the pooled share, as statsmodels has it."""
    theirs = samplesize_proportions_2indep_onetail(0.05, 0.80, 0.8, ratio=1, alpha=0.025, alternative="larger")
    assert farrington_manning(0.85, 0.80, 0.0).pilot == pytest.approx(theirs, rel=1e-3)


def test_the_restricted_estimate_maximises_the_likelihood():
    """By brute force on a grid, for the published case and for unequal shares."""
    from pilot_analysis.stats.power import _restricted

    for p1, p2, difference, ratio in ((0.1, 0.1, -0.2, 2 / 3), (0.87, 0.85, -0.03, 2.0), (0.5, 0.7, -0.3, 1.0)):
        grid = np.linspace(max(0, difference) + 1e-6, min(1, 1 + difference) - 1e-6, 200_001)
        other = grid - difference
        likelihood = (
            p1 * np.log(grid) + (1 - p1) * np.log1p(-grid) + ratio * (p2 * np.log(other) + (1 - p2) * np.log1p(-other))
        )
        assert _restricted(p1, p2, difference, ratio) == pytest.approx(grid[likelihood.argmax()], abs=1e-4)


def test_the_design_effect_of_kish_and_of_unequal_clusters():
    """Eldridge, Ashby and Kerry (2006), by hand: ((0.65^2 + 1) 30 - 1) 0.05 + 1."""
    assert design_effect(1, 0.3) == 1
    assert design_effect(30, 0.05) == pytest.approx(1 + 29 * 0.05)
    assert design_effect(30, 0.05, 0.65) == pytest.approx(3.08375)


@pytest.mark.parametrize("effect", [0.2, 0.8, 1.5])
def test_power_by_the_noncentral_t_is_that_of_pingouin(effect):
    """Two samples of 15 and 40 with sd 1: the standard error is that of their means."""
    theirs = pingouin.power_ttest2n(15, 40, d=effect, alpha=0.025, alternative="greater")
    assert power_above(effect, spread(1 / 15 + 1 / 40, 53)) == pytest.approx(theirs, abs=1e-6)


def test_certainty_where_nothing_varies():
    assert (power_above(0.01, spread(0.0, np.inf)), power_above(-0.01, spread(0.0, np.inf))) == (1.0, 0.0)
    assert room_needed(spread(0.0, np.inf)) == half_width(spread(0.0, np.inf)) == 0.0


def test_far_from_the_limit_nothing_is_in_doubt():
    for df in (1, 12, np.inf):
        assert power_above(-1.0, spread(1e-4, df)) == pytest.approx(0.0, abs=1e-6)
        assert power_above(1.0, spread(1e-4, df)) == pytest.approx(1.0, abs=0.005)


def test_the_room_needed_gives_the_power_asked_for():
    for df in (12, 30, np.inf):
        room = room_needed(spread(1e-4, df), power=0.8)
        assert power_above(room, spread(1e-4, df)) == pytest.approx(0.8, abs=1e-6)
    # the handbooks' sum of quantiles where nothing is estimated: 1.95996 + 0.84162
    assert room_needed(spread(1.0, np.inf), power=0.8) == pytest.approx(2.80159, abs=1e-3)


def test_a_variance_that_may_be_several_has_the_mean_power_and_half_width_of_all():
    both = Spread(np.array([1e-4, 4e-4]), np.array([12.0, 30.0]))
    each = [spread(1e-4, 12), spread(4e-4, 30)]
    assert power_above(0.04, both) == pytest.approx(np.mean([power_above(0.04, one) for one in each]))
    # quantiles of Student's t from tables: 2.179 and 2.042
    assert half_width(both) == pytest.approx((0.01 * 2.179 + 0.02 * 2.042) / 2, rel=1e-3)
    assert power_above(room_needed(both, power=0.9), both) == pytest.approx(0.9, abs=1e-6)


def test_equal_clusters_have_the_textbook_variance_and_degrees_of_freedom():
    """tau^2 / k + sigma^2 / n; k - 1."""
    found = clustered_spread(np.array([0.03]), 0.36, 1500, np.ones(15))
    assert found.variance == pytest.approx(0.03**2 / 15 + 0.36**2 / 1500)
    assert found.df == pytest.approx(14)


def test_unequal_clusters_vary_more_and_know_less():
    equal, unequal = (clustered_spread(np.array([0.03]), 0.36, 1500, w) for w in (np.ones(15), np.arange(1.0, 16)))
    assert unequal.variance > equal.variance
    assert unequal.df < equal.df


def test_two_arms_together_by_satterthwaite():
    """Welch's degrees of freedom of two means, by hand: (1/4 + 1/9)^2 / ((1/4)^2/3 + (1/9)^2/8)."""
    found = together([clustered_spread(np.ones(1), 0.0, 1, np.ones(k)) for k in (4, 9)])
    assert found.variance == pytest.approx(1 / 4 + 1 / 9)
    assert found.df == pytest.approx((1 / 4 + 1 / 9) ** 2 / ((1 / 4) ** 2 / 3 + (1 / 9) ** 2 / 8))
