"""A plan from typed assumptions: what it shows, what it takes, what it refuses."""

import pytest
from plans import ASSUMED, typed

from pilot_analysis import load_config
from pilot_analysis.planning import plan as planning
from pilot_analysis.planning.assumed import typed_baseline
from pilot_analysis.planning.design import Planner, closed_form, expected
from pilot_analysis.planning.pilots import simulated
from pilot_analysis.planning.plan import plan
from pilot_analysis.refusal import Refusal
from pilot_analysis.report.plan_record import plan_record


@pytest.fixture(autouse=True)
def _few_pilots(monkeypatch):
    monkeypatch.setattr(planning, "PILOTS", 25)


def noted(found):
    return " ".join(found["notes"])


def test_more_days_and_more_agents_show_more():
    found = plan_record(plan(typed({"expect": {"csat": 0.02, "fcr": 0.02}})))
    by_days = [one["closed_form"] for one in found["lengths"]]
    assert by_days == sorted(by_days)
    assert [one["days"] for one in found["lengths"]] == [30, 45, 60, 90]
    sixty = [one["power"] for one in found["curve"] if one["days"] == 60]
    assert sixty == sorted(sixty)


def test_a_pilot_too_small_for_90_days_says_so_and_how_many_agents_it_takes():
    """Five agents, only as good as in-house."""
    found = plan_record(
        plan(typed({"agents": 5, "contacts_per_day": 50, "assume": ASSUMED | {"contacts_per_day": 900}}))
    )
    assert found["design"]["power"] < 0.8
    assert "5 agents do not reach it in 90 days either." in noted(found)
    enough = next(o["design"] for o in found["smallest"] if (o["days"], o["power_wanted"]) == (60, 0.8))
    assert f"It would take about {enough['agents']} agents" in noted(found)
    assert enough["agents"] > 5
    assert enough["closed_form"] >= 0.75


def test_where_in_house_is_too_small_no_number_of_agents_will_do():
    assume = ASSUMED | {"agents": 4, "contacts_per_day": 40}
    found = plan_record(plan(typed({"agents": 4, "contacts_per_day": 20, "assume": assume})))
    assert all(one["design"] is None for one in found["smallest"])
    assert "No number of agents does in 90 days: in-house has 4 agents and 40 contacts a day" in noted(found)


def test_a_saving_below_the_hurdle_is_shown_by_no_size():
    found = plan_record(plan(typed({"expect": {"cost_per_contact": -0.05}})))
    assert found["unreachable"] == ["cost_per_contact"]
    assert "No size shows cost per contact: +5.0% is expected, and more than +10.0% has to be shown." in noted(found)
    assert found["design"]["power"] < 0.05


def test_a_price_that_nobody_knows_keeps_every_pilot_from_scale():
    found = plan_record(plan(typed(costs={"currency": "EUR"})))
    assert "cost_per_contact" in found["unmeasured"]
    assert "this log and config do not measure cost per contact (neither costs.pilot nor plan.expect says" in noted(
        found
    )
    assert found["design"]["power"] == 0


def test_the_smallest_pilot_has_the_chance_asked_for_when_no_number_is_named():
    expect = {"csat": 0.03, "fcr": 0.03, "response_time": -0.2}
    config = typed({"agents": None, "contacts_per_day": None, "expect": expect})
    found = plan_record(plan(config))["design"]
    planner = Planner(config, typed_baseline(config))
    truth = expected(config, planner.baseline)
    assert found["closed_form"] >= 0.8 > closed_form(planner, planner.design(found["agents"] - 1, 60), truth)
    simulation = simulated(planner, planner.design(found["agents"], 60), truth, 300)
    assert simulation.power == pytest.approx(found["closed_form"], abs=2 * simulation.error)


def test_nothing_is_said_twice_where_the_vendor_is_taken_to_be_as_good_as_in_house():
    assert plan(typed()).as_good is None
    assert plan(typed({"expect": {"csat": 0.01}})).as_good is not None
    assert "only as good as in-house" not in noted(plan_record(plan(typed())))


def test_the_cost_of_the_pilot_is_every_contact_of_every_day_at_the_price():
    found = plan_record(plan(typed()))
    assert found["design"]["cost"] == pytest.approx(60 * 150 * 5.0)
    saving = next(kpi for kpi in found["kpis"] if kpi["id"] == "cost_per_contact")
    assert saving["expected"] == pytest.approx(5.0 / 6.65 - 1)


def test_days_that_the_ramp_up_takes_whole_are_left_out():
    pilot = {"name": "Vendor", "start": "2026-03-02", "end": "2026-05-30", "ramp_up_days": 35}
    found = plan_record(plan(typed(pilot=pilot)))
    assert [(one["days"], one["judged_days"]) for one in found["lengths"]] == [(45, 10), (60, 25), (90, 55)]


def test_the_calendar_waits_for_first_contact_resolution():
    found = plan_record(plan(typed({"set_up_days": 28})))
    assert {m["id"]: m["day"] for m in found["calendar"]} == {
        "set_up": "2026-02-02", "start": "2026-03-02", "end": "2026-04-30", "mature": "2026-05-07",
        "review": "2026-05-08",
    }  # fmt: skip


def test_the_same_plan_twice_is_the_same():
    assert plan_record(plan(typed())) == plan_record(plan(typed()))


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        ({"assume": {"agents": 40}}, "plan.assume", "every assumption has to be typed"),
        ({"contacts_per_day": 300}, "plan.contacts_per_day", "nothing is left to be compared with"),
        ({"agents": 1}, "plan.agents", "greater than or equal to 2"),
        ({"agents": True}, "plan.agents", "not true or false"),
        ({"power": 1.0}, "plan.power", "less than or equal to 0.99"),
        ({"expect": {"csat": 3}}, "plan.expect.csat", "less than 1"),
        ({"expect": {"csta": 0.1}}, "plan.expect.csta", "unknown key"),
        ({"assume": ASSUMED | {"csat": 84}}, "plan.assume.csat", "less than 1"),
        ({"days": []}, "plan.days", "at least 1 item"),
        ({"days": [0]}, "plan.days.0", "greater than or equal to 1"),
    ],
)
def test_nonsense_is_refused(change, key, words):
    with pytest.raises(Refusal) as refused:
        plan(typed(change))
    assert key in str(refused.value)
    assert words in str(refused.value)


def test_difference_in_differences_is_refused_by_name():
    config = load_config(
        {
            "pilot": {"name": "Vendor", "start": "2026-03-02", "end": "2026-04-30"},
            "data": {"contacts": "none.csv", "arm": {"column": "team", "baseline": "rest", "pilot": ["Vendor"]}},
            "design": {"comparison": "difference_in_differences",
                       "baseline_period": {"start": "2026-01-05", "end": "2026-02-22"}},
            "plan": {"log": False, "assume": ASSUMED},
        }
    )  # fmt: skip
    with pytest.raises(Refusal, match="does not know difference_in_differences"):
        plan(config)
