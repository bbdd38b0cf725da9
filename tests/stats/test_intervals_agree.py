"""An interval, its p-values and what is read from them come from one function and cannot disagree."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pilot_analysis.decision.estimate import Estimate, state_of
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.stats.intervals import effect, same_up_to

NEAR = 1e-7  # closer than this, on the scale of the benefit, rounding decides

effects = st.fixed_dictionaries(
    {
        "estimate": st.floats(-2, 2),
        "se": st.one_of(st.just(0.0), st.floats(1e-4, 2)),
        "df": st.one_of(st.just(np.inf), st.floats(1, 200)),
        "margin": st.floats(0, 0.9),
        "confidence": st.sampled_from([0.8, 0.9, 0.95, 0.99, 0.999]),
    }
)
measures = st.sampled_from([("difference", "higher"), ("difference", "lower"), ("ratio", "lower")])


@given(effects, measures)
def test_p_superior_is_small_exactly_when_the_low_end_is_above_nothing(given, measure):
    found = effect(**given, kind=measure[0], better=measure[1])
    assume(given["se"] == 0 or abs(found.benefit_low) > NEAR)
    assert (found.p_superior < (1 - given["confidence"]) / 2) == (found.benefit_low > 0)


@given(effects, measures)
def test_p_noninferior_is_small_exactly_when_the_low_end_is_above_the_margin(given, measure):
    found = effect(**given, kind=measure[0], better=measure[1])
    assume(abs(found.benefit_low + given["margin"]) > NEAR)
    assert (found.p_noninferior < (1 - given["confidence"]) / 2) == (found.benefit_low > -given["margin"])


@given(effects, measures, st.floats(0, 0.9))
def test_p_hurdle_is_small_exactly_when_the_low_end_is_above_the_hurdle(given, measure, hurdle):
    found = effect(**given, kind=measure[0], better=measure[1], hurdle=hurdle)
    assume(abs(found.benefit_low - hurdle) > NEAR)
    assert (found.p_hurdle < (1 - given["confidence"]) / 2) == (found.benefit_low > hurdle)


@given(effects, measures)
def test_p_equivalent_is_small_exactly_when_the_interval_lies_between_the_margin_and_its_mirror_image(given, measure):
    kind, better = measure
    found = effect(**given, kind=kind, better=better)
    worst, best = -given["margin"], same_up_to(given["margin"], kind)
    assume(min(abs(found.benefit_low - worst), abs(found.benefit_high - best)) > NEAR)
    if given["margin"] == 0:  # nothing lies between 0 and 0
        assert found.p_equivalent is None
    else:
        inside = worst < found.benefit_low and found.benefit_high < best
        assert (found.p_equivalent < (1 - given["confidence"]) / 2) == inside


@given(effects, measures, st.one_of(st.none(), st.floats(0, 0.9)))
def test_states_goals_and_p_values_never_disagree(given, measure, hurdle):
    kind, better = measure
    metric = Metric("x", "X", "score", better, kind, "mean", "goal", given["margin"], hurdle, None, "x")
    found = effect(**given, kind=kind, better=better, hurdle=hurdle)
    limits = [0.0, -given["margin"], *([] if hurdle is None else [hurdle])]
    assume(
        given["se"] == 0 or min(abs(end - x) for end in (found.benefit_low, found.benefit_high) for x in limits) > NEAR
    )
    small = (1 - given["confidence"]) / 2
    superior, held = found.p_superior < small, found.p_noninferior < small
    harmed = found.p_below(-given["margin"], kind) < small
    state = "superior" if superior else "non_inferior" if held else "harm" if harmed else "inconclusive"
    assert state_of(found, given["margin"]) == state
    assert Estimate(metric, effect=found).hurdle_met == (superior if hurdle is None else found.p_hurdle < small)
    assert not superior or held  # a margin is never negative
    assert found.p_equivalent is None or found.p_equivalent >= found.p_noninferior


@given(st.integers(1, 2000), st.integers(1, 2000), st.integers(0, 99))
def test_of_prices_in_cents_the_p_value_is_the_goal_itself(pilot, baseline, percent):
    hurdle = percent / 100
    found = effect(
        np.log(pilot / baseline), 0.0, np.inf, kind="ratio", better="lower", margin=0.0, confidence=0.95, hurdle=hurdle
    )
    exceeded = 100 * (baseline - pilot) > percent * baseline  # in whole numbers
    assert found.p_hurdle == (0.0 if exceeded else 1.0)
    assert (found.benefit_low > hurdle) == exceeded


@given(effects, measures, st.floats(-0.9, 0.9))
def test_p_below_is_small_exactly_when_the_high_end_is_below_the_bound(given, measure, bound):
    kind, better = measure
    found = effect(**given, kind=kind, better=better)
    assume(abs(found.benefit_high - bound) > NEAR)
    assert (found.p_below(bound, kind) < (1 - given["confidence"]) / 2) == (found.benefit_high < bound)


@given(effects, measures)
def test_effect_and_benefit_are_one_interval_on_two_scales(given, measure):
    kind, better = measure
    found = effect(**given, kind=kind, better=better)
    assert found.low <= found.estimate <= found.high
    ends = {
        ("difference", "higher"): (found.low, found.high),
        ("difference", "lower"): (-found.high, -found.low),
        ("ratio", "lower"): (1 - found.high, 1 - found.low),
    }[measure]
    assert (found.benefit_low, found.benefit_high) == pytest.approx(ends, rel=1e-9, abs=1e-9)


@given(effects, measures)
def test_a_wider_margin_never_takes_non_inferiority_away(given, measure):
    strict = effect(**given, kind=measure[0], better=measure[1])
    loose = effect(**{**given, "margin": given["margin"] + 0.05}, kind=measure[0], better=measure[1])
    assert loose.p_noninferior <= strict.p_noninferior


def test_a_price_has_no_width_and_p_values_of_0_or_1():
    same = effect(0.0, 0.0, np.inf, kind="ratio", better="lower", margin=0.0, confidence=0.95)
    assert (same.low, same.estimate, same.high) == (1, 1, 1)
    assert (same.p_superior, same.p_noninferior) == (1, 1)  # not better, and not better than the margin of nothing
    assert same.p_below(0.0, "ratio") == 1  # nor is harm shown
    cheaper = effect(np.log(0.8), 0.0, np.inf, kind="ratio", better="lower", margin=0.0, confidence=0.95)
    assert (cheaper.p_superior, cheaper.p_noninferior) == (0, 0)


def test_a_ratio_of_which_nothing_is_known_is_unbounded_and_warns_of_nothing(recwarn):
    found = effect(0.0, 500.0, 1.0, kind="ratio", better="lower", margin=0.1, confidence=0.95)
    assert found.high == np.inf
    assert found.benefit_low == -np.inf
    assert found.p_noninferior > 0.4
    assert not recwarn.list


def test_no_benefit_is_plain_zero():
    found = effect(0.0, 0.1, 10.0, kind="difference", better="lower", margin=None, confidence=0.95)
    assert str(found.benefit) == "0.0"
    assert found.p_noninferior is None
