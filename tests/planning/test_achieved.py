"""What became of a plan, and what a running pilot can still show."""

import pytest
from pilots import command, write_pilot

from pilot_analysis import load_config, review


def check_of(found, name):
    return next((c for c in found["checks"] if c["id"] == name), None)


def reviewed(folder, **settings):
    return review(load_config(write_pilot(folder, **settings))).to_dict()


def test_without_a_plan_there_is_nothing_to_compare_with(tmp_path):
    assert check_of(reviewed(tmp_path), "planned") is None


def test_a_pilot_as_large_as_planned_passes(tmp_path):
    """Five agents with eight contacts a day."""
    found = check_of(reviewed(tmp_path, plan__agents=5, plan__contacts_per_day=8), "planned")
    assert found["status"] == "pass"
    assert found["text"] == "What became of the plan (in brackets): agents 5 (5); contacts a day 8.0 (8.0)."


def test_what_fell_short_is_named(tmp_path):
    plan = {"agents": 8, "contacts_per_day": 8, "assume": {"answer_rate": 1.0}}
    found = check_of(reviewed(tmp_path, plan=plan), "planned")
    assert found["status"] == "warn"
    assert "agents 5 (8)" in found["text"]
    assert "because of agents" in found["text"]
    assert "contacts a day" not in found["text"].split("because of")[1]


def test_a_running_pilot_says_what_its_end_can_exclude(tmp_path):
    """Half of the days: contacts' part of the variance halves by the end, agents' part stays."""
    file = write_pilot(tmp_path, pilot__as_of="2026-03-21")
    found = review(load_config(file))
    kpis = {k["id"]: k for k in found.to_dict()["kpis"]}
    csat = next(e for e in found.estimates if e.metric.id == "csat")
    agents = csat.effect.se**2 - csat.variance_fixed
    expected = ((agents + csat.variance_fixed / 2) / csat.effect.se**2) ** 0.5
    assert kpis["csat"]["smallest_drop_at_end"] == pytest.approx(kpis["csat"]["smallest_drop"] * expected, rel=1e-6)


def test_a_finished_pilot_has_no_end_to_wait_for(tmp_path):
    assert {k["smallest_drop_at_end"] for k in reviewed(tmp_path)["kpis"]} == {None}


def test_check_prints_what_the_end_can_show(tmp_path):
    file = write_pilot(tmp_path)
    done = command("check", file, "--as-of", "2026-03-21")
    words = " ".join(done.out.split())
    assert "by its end" in words
    assert "even its end could not show that these hold" in words
    assert "by its end" not in command("check", file).out
