"""How far a limit could move, by brute force over limits; which variants agree, in words."""

import numpy as np
import pytest
from invented import estimate

from pilot_analysis.decision.estimate import state_of
from pilot_analysis.decision.robustness import Robustness, caveat, kpi_sentence, room
from pilot_analysis.decision.variants import Variant, decided

STEP = 1e-5
MARGINS = np.arange(0, 0.2, STEP)


@pytest.mark.parametrize("benefit", [0.03, 0.002, -0.004, -0.02, -0.031, -0.05])
@pytest.mark.parametrize("kpi", ["csat", "response_time"])
def test_the_nearest_margin_at_which_the_state_changes(kpi: str, benefit: float) -> None:
    """Every margin from 0 to 20% is tried; the nearest whose state differs is where `turns_at` says."""
    e = estimate(kpi, benefit, 0.006)
    states = np.array([state_of(e.effect, margin) for margin in MARGINS])
    apart = MARGINS[states != e.state]
    found = room(e)
    assert found is not None
    if not len(apart):
        assert found.turns_at is None or found.turns_at >= MARGINS[-1]
    else:
        nearest = apart[np.argmin(np.abs(apart - e.metric.margin))]
        assert found.turns_at == pytest.approx(nearest, abs=2 * STEP)
    held = MARGINS[np.isin(states, ("superior", "non_inferior"))]
    assert found.holds_above == pytest.approx(held.min(), abs=2 * STEP)
    harm = MARGINS[states == "harm"]
    assert (found.harm_below or 0.0) == pytest.approx(harm.max() + STEP if len(harm) else 0.0, abs=2 * STEP)


def test_a_goal_is_met_for_any_lower_hurdle() -> None:
    cost = estimate("cost_per_contact", 0.17, 0.01, margin=0.0, hurdle=0.10)
    found = room(cost)
    assert found is not None
    assert found.limit == "hurdle"
    assert found.met_below == cost.effect.benefit_low
    assert found.text == "Met for any minimum below 15.3%."  # 1 - 0.83 exp(2.021 x 0.01) = 0.1530


@pytest.mark.parametrize(
    ("benefit", "text"),
    [
        # 40 degrees of freedom: 2.0211 standard errors of 0.006 are 1.2127 points
        (0.02, "Holds for any margin."),
        (0.0, "Holds for any margin above 1.3 points."),
        (-0.02, "Would hold with a margin above 3.3 points; would be worse beyond a margin below 0.7 points."),
        (-0.05, "Worse for any margin below 3.7 points; would hold with a margin above 6.3 points."),
    ],
)
def test_the_room_in_words_is_rounded_to_the_true_side(benefit: float, text: str) -> None:
    found = room(estimate("csat", benefit, 0.006))
    assert found is not None
    assert found.text == text


def test_a_limit_close_to_the_agreed_one_gets_the_digits_that_tell_them_apart() -> None:
    found = room(estimate("csat", -0.0178, 0.006))
    assert found is not None
    assert "above 3.00" not in found.text
    assert "3.01 points" not in found.text or found.holds_above > 0.03
    assert found.holds_above == pytest.approx(0.0178 + 2.0211 * 0.006, abs=1e-6)


def variants(*others: Variant, of: str = "csat", benefit: float = 0.0) -> Robustness:
    return Robustness([decided(estimate(of, benefit, 0.006)), *others])


def variant(name: str, benefit: float, *, of: str = "csat", valid: bool = True, why: str | None = None) -> Variant:
    return Variant(name, name, f"by {name}", estimate(of, benefit, 0.006, why=why), valid)


def test_all_variants_agree() -> None:
    r = variants(variant("a", 0.001), variant("b", -0.002))
    assert kpi_sentence(r) == "All 2 variants give the same state."
    assert caveat(r) is None


def test_a_result_that_one_choice_turns() -> None:
    r = variants(variant("leaving", -0.05), variant("c", 0.0))
    assert [v.name for v in r.turned] == ["leaving"]
    assert kpi_sentence(r) == "1 of 2 variants give the same state; another one: by leaving."
    assert caveat(r) == "The result on customer satisfaction does not survive by leaving."


def test_a_better_state_is_another_state_but_turns_nothing() -> None:
    r = variants(variant("a", 0.03))
    assert r.same_state(r.variants[1]) is False
    assert r.turned == []
    assert caveat(r) is None


def test_contrasts_and_what_could_not_be_computed_turn_nothing() -> None:
    r = variants(variant("naive", -0.05, valid=False), variant("window", 0.0, why="the log is too short"))
    assert r.others == []
    assert r.same_state(r.variants[2]) is None
    assert (kpi_sentence(r), caveat(r)) == ("", None)


def test_a_goal_turns_with_its_hurdle_and_not_with_its_state() -> None:
    cost = estimate("cost_per_contact", 0.17, 0.01, margin=0.0, hurdle=0.10)
    below = estimate("cost_per_contact", 0.08, 0.01, margin=0.0, hurdle=0.10)
    assert cost.state == below.state == "superior"
    r = Robustness([decided(cost), Variant("x", "X", "by x", below)])
    assert [v.name for v in r.turned] == ["x"]
