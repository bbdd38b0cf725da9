"""What a scenario may be, and how a refusal reads."""

import json
from datetime import date

import pytest

from pilot_analysis.refusal import Refusal
from pilot_analysis.simulation import Channel, Level, Scenario, parse_effects, simulate


@pytest.mark.parametrize(
    ("effects", "found", "nearest"),
    [
        ({"cst": -0.02}, "cst", "csat"),
        ({"responsetime": -0.3}, "responsetime", "response_time"),
        ({"csat.chanel=phone": -0.2}, "chanel", "channel"),
        ({"csat.channel=fone": -0.2}, "fone", "phone"),
        ({"fcr.agent_id=V99": -0.2}, "V99", "V09"),
    ],
)
def test_an_unknown_effect_is_refused_with_the_name_that_was_meant(effects, found, nearest):
    with pytest.raises(Refusal) as refusal:
        Scenario(effects=effects)
    assert refusal.value.found == found
    assert refusal.value.nearest == nearest
    assert refusal.value.key == next(iter(effects))
    assert nearest in str(refusal.value)


def test_the_allowed_effects_are_named():
    with pytest.raises(Refusal, match=r"allowed: +csat, fcr, response_time, handle_time, cost"):
        Scenario(effects={"quality": 0.1})


@pytest.mark.parametrize(
    "effects",
    [
        {"csat": float("nan")},
        {"csat": 1.5},
        {"response_time": -1.0},
        {"cost": -0.6, "cost.tier=2": -0.5},  # together less than nothing is left
        {"csat.": 0.1},
        {"csat.tier": 0.1},
    ],
)
def test_an_impossible_effect_is_refused(effects):
    with pytest.raises(Refusal):
        Scenario(effects=effects)


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("days", 0),
        ("pilot_agents", 0),
        ("answer_rate", 1.2),
        ("csat", float("nan")),
        ("pilot_per_day", -1),
        ("ramp_up_days", 60),
        ("timezone", "Europe/Berln"),
        ("timezone", "/etc/passwd"),
        ("languages", {"en": -1.0, "de": 2.0}),
        ("categories", {}),
        ("tiers", {"1": Level(0.0)}),
        ("pilot_channel_shares", {"emial": 1.0}),
    ],
)
def test_a_value_out_of_its_limits_is_refused(key, wrong):
    with pytest.raises(Refusal) as refusal:
        Scenario(**{key: wrong})
    assert refusal.value.key == key


def test_a_channel_must_be_answered_more_often_than_not():
    with pytest.raises(Refusal) as refusal:
        Scenario(channels={"fax": Channel(1.0, unanswered=0.6)})
    assert refusal.value.key == "channels.fax.unanswered"


def test_the_first_tier_needs_another_to_have_a_share():
    with pytest.raises(Refusal) as refusal:
        Scenario(tiers={"1": Level(1.0)}, pilot_tier1_share=0.9)
    assert refusal.value.key == "pilot_tier1_share"


def test_a_negative_seed_is_refused():
    with pytest.raises(Refusal):
        simulate(Scenario(), seed=-1)


def test_effects_are_read_as_typed():
    typed = ["csat=-0.02", "csat.channel=phone=-0.22", "cost=-.25"]
    assert parse_effects(typed) == {"csat": -0.02, "csat.channel=phone": -0.22, "cost": -0.25}


@pytest.mark.parametrize("typed", ["csat", "csat=", "csat=two points", ""])
def test_an_effect_without_a_number_is_refused(typed):
    with pytest.raises(Refusal) as refusal:
        parse_effects([typed])
    assert refusal.value.found == typed


def test_the_days_of_the_log():
    scenario = Scenario(start=date(2026, 3, 2), days=60, before_days=21, after_days=14, ramp_up_days=14)
    assert scenario.log_start == date(2026, 2, 9)
    assert scenario.judged_from == date(2026, 3, 16)
    assert scenario.end == date(2026, 4, 30)
    assert scenario.log_end == date(2026, 5, 15)


def test_a_scenario_is_plain_json():
    plain = json.loads(json.dumps(Scenario(effects={"csat": -0.02}).to_dict()))
    assert plain["start"] == "2026-03-02"
    assert plain["effects"] == {"csat": -0.02}
    assert plain["tiers"]["2"]["share"] == 0.3
