"""What holds of intervals of proportions whatever the counts; published values are in tests/conformance."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pilot_analysis.stats.proportions import miettinen_nurminen, newcombe, p_above, shares, wilson


@st.composite
def counts(draw):
    n1, n2 = draw(st.integers(1, 400)), draw(st.integers(1, 400))
    return draw(st.integers(0, n1)), n1, draw(st.integers(0, n2)), n2


@settings(deadline=None)
@given(counts(), st.floats(-0.99, 0.99), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_p_value_is_small_exactly_when_the_low_end_is_above_the_bound(data, bound, confidence):
    low = miettinen_nurminen(*data, confidence).low
    assume(abs(low - bound) > 1e-9)
    assert (p_above(*data, bound) < (1 - confidence) / 2) == (low > bound)


@settings(deadline=None)
@given(counts())
@pytest.mark.parametrize("method", [newcombe, miettinen_nurminen])
def test_ends_are_finite_ordered_and_differences_of_proportions(method, data):
    low, high = method(*data)
    x1, n1, x2, n2 = data
    assert -1 <= low <= x1 / n1 - x2 / n2 <= high <= 1
    assert low < high  # a few contacts never show everything


@settings(deadline=None)
@given(counts())
@pytest.mark.parametrize("method", [newcombe, miettinen_nurminen])
def test_swapping_samples_or_counting_failures_mirrors_the_interval(method, data):
    x1, n1, x2, n2 = data
    low, high = method(*data)
    assert method(x2, n2, x1, n1) == pytest.approx((-high, -low), abs=1e-9)
    assert method(n1 - x1, n1, n2 - x2, n2) == pytest.approx((-high, -low), abs=1e-9)


@settings(deadline=None)
@given(counts())
def test_more_contacts_with_the_same_shares_say_more(data):
    low, high = miettinen_nurminen(*data)
    wide, narrow = high - low, np.diff(miettinen_nurminen(*(4 * x for x in data)))[0]
    assert narrow < wide


def test_of_nothing_there_is_no_interval():
    assert wilson(0, 0) is None
    assert newcombe(0, 0, 3, 4) is None
    assert miettinen_nurminen(3, 4, 0, 0) is None
    assert p_above(0, 0, 0, 0) is None


def test_one_contact_an_arm():
    assert miettinen_nurminen(1, 1, 0, 1).high == 1
    assert miettinen_nurminen(0, 1, 1, 1).low == -1
    assert wilson(1, 1).high == 1


def test_no_failure_anywhere_still_leaves_room():
    low, high = miettinen_nurminen(10, 10, 20, 20)
    assert low < -0.2
    assert high > 0.1


def test_what_the_data_rule_out_is_infinitely_far_away():
    assert shares(10, 10, 0, 20).score(-1.0) == np.inf
    assert shares(0, 10, 20, 20).score(1.0) == -np.inf
    assert shares(10, 10, 0, 20).score(1.0) == 0
