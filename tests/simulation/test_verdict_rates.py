"""How often a verdict is given when the truth is known: the bars of docs/verdicts.md, at a size for the suite."""

import numpy as np
import pytest
from verdict_grid import BARS, TRUTHS, holds, regret, some, value_a_contact
from whole_pilots import Truth

PILOTS = 120


@pytest.mark.parametrize("which", [0, 1, 3, 6])
def test_the_bars_hold_give_or_take_two_simulation_errors(which):
    assert holds(which, some((which, 0, PILOTS))) is True


def test_a_spreadsheet_scales_what_is_at_its_margin_or_stops_what_is_fine_far_more_often():
    """Its standard errors know nothing of agents: equal pilots of 80 agents are stopped for luck."""
    found = some((1, 0, PILOTS))
    stopped = np.mean([one.spreadsheet == "stop" for one in found])
    assert stopped > 0.05 > np.mean([one.ours == "stop" for one in found])


def test_a_bad_segment_is_kept_in_house_and_the_rest_is_scaled():
    """Both other ways stop the whole pilot for a loss in a quarter of it."""
    found = some((11, 0, 40))
    assert holds(11, found) is True
    assert {one.rule for one in found if one.kept} == {"harm_scoped"}
    assert np.mean([one.spreadsheet == "stop" for one in found]) > 0.7


def test_a_survey_that_the_dissatisfied_leave_out_says_nothing():
    found = some((14, 0, 40))
    assert np.mean([one.rule == "invalid" for one in found]) > 0.8
    assert np.mean([one.spreadsheet == "scale" for one in found]) > 0.7


def test_every_bar_names_a_truth_that_is_simulated():
    assert set(BARS) < set(range(len(TRUTHS)))


def test_regret_is_nothing_for_the_best_decision_and_a_quarter_for_waiting():
    from collections import Counter

    good = Truth("good", csat=0.0, cost=-0.2)
    a_year = 0.2 * 6.65 * 300 * 365
    assert value_a_contact(good) == pytest.approx(0.2 * 6.65)
    assert regret(good, Counter({"scale": 5})) == 0.0
    assert regret(good, Counter({"adjust": 5})) == pytest.approx(a_year / 4)
    assert regret(good, Counter({"stop": 1, "scale": 1})) == pytest.approx(a_year / 2)
    # a quarter of the contacts is worth nothing at the vendor: waiting saves what scaling all would lose
    parted = Truth("parted", csat=0.0, cost=-0.2, parts=(0.75, 0.25), bad_part=-0.1)
    lost = 0.25 * (0.1 * 55 - 0.2 * 6.65) * 300 * 365
    assert regret(parted, Counter({"scale": 1})) == pytest.approx(lost)
    assert regret(parted, Counter({"adjust": 1})) == pytest.approx(0.75 * a_year / 4)
    slow = Truth("slow", csat=0.0, cost=-0.2, start=-0.1)
    assert regret(slow, Counter({"stop": 1})) == pytest.approx(a_year)
    bad = Truth("bad", csat=-0.2, cost=0.0)
    assert regret(bad, Counter({"stop": 1})) == 0.0
    assert regret(bad, Counter({"scale": 1})) == pytest.approx(0.2 * 55 * 300 * 365)
