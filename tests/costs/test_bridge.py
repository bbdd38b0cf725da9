"""The cost bridge: every step by hand, every total exact."""

from math import fsum

import pytest
from invented_lines import hidden_cost, line

from pilot_analysis.costs.bridge import per_contact, per_resolution

HOUSE, PILOT = hidden_cost()


def steps(bridge):
    return {step.label: step.amount for step in bridge if not step.is_total}


def test_a_cheap_fee_and_what_it_leaves_of_the_saving():
    bridge = per_contact(6.00, 5.70, HOUSE, PILOT)
    assert (bridge[0].amount, bridge[-1].amount) == (6.00, 5.70)
    assert steps(bridge) == pytest.approx(
        {"Fees instead of the in-house cost": -1.70, "Knowledge transfer": 0.60, "Quality checks": 0.55,
         "Odd hours": 0.25}
    )  # fmt: skip
    assert [step.place for step in bridge if step.code == "line"] == [f"costs.pilot.{i}" for i in (1, 2, 3)]


def test_the_case_mix_has_a_step_of_its_own():
    """In-house handled harder contacts: 6.00 as recorded, 5.40 on the pilot's mix; a tenth of the pilot's contacts
    have no counterpart, and the others cost 5.65."""
    bridge = per_contact(5.40, 5.65, HOUSE, PILOT)
    assert [step.code for step in bridge][:3] == ["recorded", "case_mix", "in_house"]
    assert bridge[0].amount == 6.00
    found = {step.code: step.amount for step in bridge}
    assert found["case_mix"] == pytest.approx(-0.60)
    assert found["compared"] == pytest.approx(-0.05)


@pytest.mark.parametrize(("in_house", "pilot"), [(6.00, 5.70), (5.40, 5.65), (7.1, 5.7)])
def test_the_steps_between_the_totals_add_up(in_house, pilot):
    bridge = per_contact(in_house, pilot, HOUSE, PILOT)
    start = next(i for i, step in enumerate(bridge) if step.code == "in_house")
    assert (bridge[start].amount, bridge[-1].amount) == (in_house, pilot)
    assert in_house + fsum(step.amount for step in bridge[start + 1 : -1]) == pytest.approx(pilot, abs=1e-12)


def test_a_cost_without_lines_is_one_step():
    assert steps(per_contact(6.00, 5.70, (), ())) == pytest.approx({"Fees instead of the in-house cost": -0.30})


def test_what_leaks_and_comes_back_turns_the_saving():
    """4.10 against 5.00 a contact; 22% passed on at 5.00; 64 against 75 of 100 resolved: 6.67 to 8.125."""
    resolution = (5.00 / 0.75, (4.10 + 0.22 * 5.00) / 0.64)
    bridge = per_resolution((5.00, 4.10), resolution, (0.75, 0.64), (line(4.10),))
    assert [bridge[0].amount, bridge[-1].amount] == pytest.approx([6.67, 8.125], abs=0.005)
    found = {step.code: step.amount for step in bridge}
    assert found["fee"] == pytest.approx(-0.90 / 0.75)
    assert found["passed_on"] == pytest.approx(1.10 / 0.75)
    assert found["resolved"] == pytest.approx(5.20 / 0.64 - 5.20 / 0.75)
    assert fsum(step.amount for step in bridge[:-1]) == pytest.approx(resolution[1], abs=1e-12)
