"""A plan from a log of its own, before there is one of the pilot: what it says, and how sure it is of it."""

from datetime import date

import numpy as np
import pytest
from plans import typed

from pilot_analysis import load_config
from pilot_analysis.planning import plan as planning
from pilot_analysis.planning.design import Planner, closed_form, closed_forms, expected
from pilot_analysis.planning.plan import plan
from pilot_analysis.planning.register import register
from pilot_analysis.refusal import Refusal
from pilot_analysis.report.plan_record import plan_record
from pilot_analysis.simulation import Scenario, write_history

EXPECT = {"csat": 0.02, "fcr": 0.02, "response_time": -0.25, "cost_per_contact": -0.2}


def config_of(log, **changed):
    """The pilot's own log is not there yet."""
    settings = {
        "pilot": {"name": "Vendor", "start": "2026-03-02", "end": "2026-04-30", "ramp_up_days": 14},
        "data": {"contacts": "contacts.csv", "arm": {"column": "team", "baseline": ["In-house"], "pilot": ["Vendor"]}},
        "costs": {"currency": "EUR", "baseline": [{"kind": "per_hour", "rate": 38.0, "occupancy": 0.75}]},
        "plan": {"log": str(log), "agents": 15, "contacts_per_day": 150, "expect": EXPECT},
    }
    return load_config(settings, changed)


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return write_history(tmp_path_factory.mktemp("history") / "history.parquet", Scenario(), 7, 90)


@pytest.fixture(scope="module")
def planned(log):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "PILOTS", 20)
        return plan(config_of(log))


def test_the_ninety_days_before_the_set_up_are_planned_from(planned):
    period = planned.baseline.period
    assert (period.start, period.end) == (date(2025, 10, 28), date(2026, 1, 25))
    assert planned.config.data.contacts == "contacts.csv"


def test_the_headline_says_between_which_chances_the_chance_lies_and_a_note_why(planned):
    found, design = plan_record(planned), planned.chosen.design
    low, high = found["sure"]["low"], found["sure"]["high"]
    assert low <= found["design"]["power"] <= high
    assert f"(between {low:.0%} and {high:.0%}) of such pilots would end in scale" in found["headline"]
    assert "90 days of 40 agents show only roughly how much agents differ" in " ".join(found["notes"])
    assert found["sure_with_longer_history"] is None
    chances = closed_forms(Planner(planned.config, planned.baseline), design, planned.truth)
    assert chances.mean() == pytest.approx(planned.chosen.closed, abs=0.01)
    assert (chances[0], chances[-1]) == (chances.min(), chances.max())


def test_three_weeks_leave_more_open_and_say_what_ninety_days_would(log, planned, monkeypatch):
    monkeypatch.setattr(planning, "PILOTS", 20)
    short = plan(config_of(log, **{"plan.period": {"start": "2026-01-05", "end": "2026-01-25"}}))
    assert short.sure.width > 1.3 * planned.sure.width
    assert short.longer.width < 0.8 * short.sure.width
    assert f"With 90 days of history the range would be about {100 * short.longer.width:.0f} points wide" in " ".join(
        plan_record(short)["notes"]
    )


def test_a_spread_that_is_typed_is_taken_for_known():
    config = typed({"expect": EXPECT})
    found = plan(config)
    assert (found.sure, found.longer) == (None, None)
    assert "between" not in plan_record(found)["headline"]
    planner = Planner(config, found.baseline)
    chances = closed_forms(planner, found.chosen.design, expected(config, found.baseline))
    assert np.ptp(chances) == 0
    assert chances[0] == pytest.approx(closed_form(planner, found.chosen.design, found.truth))


def test_a_registration_elsewhere_finds_the_same_history(planned, log, tmp_path):
    file = tmp_path / "agreed.yaml"
    register(planned, file, date(2026, 2, 20))
    assert load_config(file).plan.log == str(log)
    relative = planned.config.plan.model_copy(update={"log": "history.parquet"})
    planned.config._folder = log.parent
    register(planning.replace(planned, config=planned.config.model_copy(update={"plan": relative})),
             tmp_path / "moved.yaml", date(2026, 2, 20))  # fmt: skip
    assert (tmp_path / load_config(tmp_path / "moved.yaml").plan.log).resolve() == log.resolve()


def test_a_history_that_is_not_there_is_refused_by_its_own_name(log):
    with pytest.raises(Refusal) as refused:
        plan(config_of(log.with_name("other.parquet")))
    assert refused.value.key == "plan.log"


def test_a_history_stands_alone(log):
    with pytest.raises(Refusal, match="stands alone"):
        config_of(log, **{"data.surveys": {"path": "surveys.csv", "key": "contact_id", "score": "score"}})
