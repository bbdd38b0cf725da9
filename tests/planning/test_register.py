"""A registered plan: the config of the pilot, and whether a review judges what was agreed on."""

from datetime import date

import pytest
from plans import typed

from pilot_analysis import load_config
from pilot_analysis.config.agreed import fingerprints
from pilot_analysis.decision.checks import _agreed
from pilot_analysis.planning import plan as planning
from pilot_analysis.planning.plan import plan
from pilot_analysis.planning.register import register
from pilot_analysis.refusal import Refusal

DAY = date(2026, 2, 20)


@pytest.fixture(scope="module")
def planned():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "PILOTS", 20)
        return plan(typed(kpis={"csat": {"margin": 0.02, "margin_because": "Two points cost a thousand customers."}}))


@pytest.fixture
def registered(planned, tmp_path):
    file = tmp_path / "pilot.yaml"
    assert register(planned, file, DAY) == ["kpis.fcr.margin_because", "kpis.response_time.margin_because"]
    return file


def test_it_is_a_config_that_says_what_was_agreed_on_and_planned(registered):
    config = load_config(registered)
    assert config.decision.agreed_on == DAY
    assert config.kpis.csat.margin == 0.02
    assert config.kpis.csat.margin_because == "Two points cost a thousand customers."
    assert (config.plan.agents, config.plan.contacts_per_day) == (15, 150)
    assert config.decision.agreed == fingerprints(config)
    assert "decision.agreed" in registered.read_text(encoding="utf-8").splitlines()[0]


def test_what_was_agreed_on_is_what_is_judged(registered):
    found = _agreed(load_config(registered))
    assert (found.status, found.id) == ("pass", "agreed")
    assert "What is judged is what was agreed on." in found.text


@pytest.mark.parametrize(
    ("key", "value", "part", "status"),
    [
        ("kpis.csat.margin", 0.05, "kpis", "fail"),
        ("design.confidence", 0.9, "design", "fail"),
        ("data.segment", {"channel": ["email"]}, "data", "fail"),
        ("decision.objective", "quality", "decision", "fail"),
        ("pilot.end", "2026-05-15", "pilot", "warn"),
        ("costs.pilot.0.rate", 4.0, "costs", "warn"),
    ],
)
def test_a_change_since_is_named(registered, key, value, part, status):
    found = _agreed(load_config(registered, {key: value}))
    assert found.status == status
    assert f"What is judged is not what was agreed on: {part} of the config changed since." in found.text


@pytest.mark.parametrize(
    ("key", "value"), [("report.title", "Final"), ("vendor_review.incidents", ["A leak"]), ("pilot.note", "Moved")]
)
def test_what_nobody_agrees_on_may_change(registered, key, value):
    assert _agreed(load_config(registered, {key: value})).status == "pass"


def test_a_default_that_is_written_out_is_no_change():
    settings = {
        "pilot": {"name": "P", "start": "2026-03-02", "end": "2026-04-30"},
        "data": {"contacts": "c.csv", "arm": {"column": "team", "baseline": "rest", "pilot": ["V"]}},
    }
    explicit = settings | {"design": {"confidence": 0.95}, "kpis": {"csat": {"margin": 0.03}}}
    assert fingerprints(load_config(settings)) == fingerprints(load_config(explicit))


def test_another_folder_finds_the_same_log(planned, tmp_path):
    file = tmp_path / "agreed" / "pilot.yaml"
    file.parent.mkdir()
    register(planned, file, DAY)
    config = load_config(file)
    assert (config.folder / config.data.contacts).resolve() == (planned.config.folder / "none.csv").resolve()


def test_neither_overwritten_nor_made_after_the_start(registered, planned, tmp_path):
    with pytest.raises(Refusal, match="never overwritten"):
        register(planned, registered, DAY)
    with pytest.raises(Refusal, match="after the start"):
        register(planned, tmp_path / "late.yaml", date(2026, 3, 3))
    with pytest.raises(Refusal, match="cannot be written"):
        register(planned, tmp_path / "nowhere" / "pilot.yaml", DAY)
    assert not (tmp_path / "late.yaml").exists()


def test_made_up_fingerprints_are_refused():
    with pytest.raises(Refusal, match=r"decision\.agreed\.kpis"):
        typed(decision={"agreed": {"kpis": "yes"}})
