"""Limits of a funnel: as many units lie within them as are said to, when only chance moves them."""

import numpy as np
import pytest
from scipy.stats import binom

from pilot_analysis.stats.funnel import funnel_limits


@pytest.mark.parametrize(("inside", "z"), [(0.95, 1.959964), (0.998, 3.090232)])
def test_limits_are_normal_quantiles_of_the_standard_error(inside, z):
    low, high = funnel_limits(0.75, 0.1875, np.array([75.0, 300.0]), inside)
    assert high - 0.75 == pytest.approx([z * 0.05, z * 0.025], abs=1e-6)
    assert 0.75 - low == pytest.approx(high - 0.75)


@pytest.mark.parametrize(("level", "n"), [(0.5, 60), (0.75, 150), (0.85, 400)])
def test_units_of_the_common_level_stay_inside_by_the_binomial_distribution(level, n):
    """The normal limits against exact probabilities: 998 of 1,000, give or take one for whole numbers."""
    low, high = (float(x[0]) for x in funnel_limits(level, level * (1 - level), np.array([float(n)]), 0.998))
    inside = binom.cdf(np.floor(high * n), n, level) - binom.cdf(np.ceil(low * n) - 1, n, level)
    assert inside == pytest.approx(0.998, abs=0.0012)
