"""What single keys cannot show: keys that contradict each other, and the folder a pilot gets."""

from typing import Any

import pytest
from pilots import config

from pilot_analysis import load_config
from pilot_analysis.refusal import Refusal


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"pilot__end": "2026-03-01"}, "pilot.end"),
        ({"pilot__ramp_up_days": 40}, "pilot.ramp_up_days"),
        ({"pilot__timezone": "Europe/Berlim"}, "pilot.timezone"),
        ({"pilot__timezone": "europe/berlin"}, "pilot.timezone"),
        ({"pilot__timezone": "UTC+1"}, "pilot.timezone"),
        ({"pilot__timezone": "Europe"}, "pilot.timezone"),
        ({"pilot__timezone": ""}, "pilot.timezone"),
        ({"pilot__timezone": "../../etc/localtime"}, "pilot.timezone"),
        ({"pilot__timezone": "localtime"}, "pilot.timezone"),
        ({"pilot__timezone": "x" * 300}, "pilot.timezone"),
        ({"pilot__timezone": "Eu\0rope"}, "pilot.timezone"),
        ({"report__language": "Klingon"}, "report.language"),
        ({"report__language": ""}, "report.language"),
        ({"report__language": "../../x"}, "report.language"),
        ({"data__arm__pilot": ["In-house"]}, "data.arm"),
        ({"data__arm__pilot": ["Vendor", "In-house"]}, "data.arm"),
        ({"data__arm__pilot": "rest", "data__arm__baseline": "rest"}, "data.arm"),
        ({"data__arm__pilot": [17], "data__arm__baseline": ["17"]}, "data.arm"),
        ({"data__arm__pilot": ["17.0"], "data__arm__baseline": [17]}, "data.arm"),
        ({"data__arm__pilot": [" Vendor"], "data__arm__baseline": ["Vendor "]}, "data.arm"),
        ({"kpis__csat__scale": [5, 1]}, "kpis.csat.scale"),
        ({"kpis__csat__scale": [5, 5]}, "kpis.csat.scale"),
        ({"kpis__csat__top_box": 1}, "kpis.csat.top_box"),
        ({"kpis__csat__top_box": 6}, "kpis.csat.top_box"),
        ({"kpis__csat__scale": [0, 1], "kpis__csat__top_box": 2}, "kpis.csat.top_box"),
        ({"data__contacts": "postgresql://user@host/db"}, "data.table"),
        ({"kpis__handle_time__role": "guardrail"}, "kpis.handle_time.margin"),
    ],
)
def test_contradictions_are_refused_with_their_key(keys: dict[str, Any], key: str) -> None:
    with pytest.raises(Refusal) as refused:
        load_config(config(**keys))
    assert str(refused.value.key).startswith(key)
    assert refused.value.allowed


@pytest.mark.parametrize(
    ("keys", "nearest"),
    [({"pilot__timezone": "Europe/Berlim"}, "Europe/Berlin"), ({"pilot__timezone": "europe/berlin"}, "Europe/Berlin")],
)
def test_the_zone_that_was_meant(keys: dict[str, Any], nearest: str) -> None:
    with pytest.raises(Refusal) as refused:
        load_config(config(**keys))
    assert refused.value.nearest == nearest


@pytest.mark.parametrize(
    "keys",
    [
        {"pilot__end": "2026-03-02"},
        {"pilot__ramp_up_days": 39},
        {"pilot__timezone": "America/Argentina/Buenos_Aires"},
        {"report__language": "pt_BR"},
        {"kpis__csat__scale": [0, 1]},
        {"kpis__csat__scale": [0, 10], "kpis__csat__top_box": 9},
        {"kpis__handle_time__role": "guardrail", "kpis__handle_time__margin": 0.1},
        {"data__arm__pilot": ["Vendor", "Vendor B"], "data__arm__baseline": "rest"},
        {"data__contacts": "postgresql://user@host/db", "data__table": "contacts"},
    ],
)
def test_what_is_allowed(keys: dict[str, Any]) -> None:
    load_config(config(**keys))


@pytest.mark.parametrize(
    ("scale", "top_box", "satisfied_from"),
    [([1, 5], None, 4), ([1, 5], 5, 5), ([1, 10], None, 9), ([0, 10], 8, 8), ([0, 1], None, 1), ([1, 2], None, 2),
     ([-1, 1], None, 0), ([1, 3], None, 2)],
)  # fmt: skip
def test_who_counts_as_satisfied(scale: list[int], top_box: int | None, satisfied_from: int) -> None:
    """The top two of the scale, and never its lowest rating."""
    loaded = load_config(config(kpis__csat__scale=scale, kpis__csat__top_box=top_box))
    assert loaded.kpis.csat.satisfied_from == satisfied_from


# --- the folder under reports/ -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Vendor A, email and chat", "vendor-a-email-and-chat"),
        ("Köln & Zürich", "koln-zurich"),
        ("  --Q1/2026--  ", "q1-2026"),
        ("../../etc", "etc"),
        ("ABC", "abc"),
        ("x" * 100, "x" * 80),
        ("a" * 79 + " b", "a" * 79),
    ],
)
def test_the_slug_of_a_name(name: str, slug: str) -> None:
    assert load_config(config(pilot__name=name)).slug == slug


def test_names_without_latin_letters_get_slugs_of_their_own() -> None:
    slugs = {load_config(config(pilot__name=name)).slug for name in ("Пилот", "試験", "تجربة", "!!!")}
    assert len(slugs) == 4
    assert all(slug.startswith("pilot-") and slug.isascii() for slug in slugs)


def test_the_slug_that_is_given_wins() -> None:
    assert load_config(config(report__slug="vendor-a")).slug == "vendor-a"


def test_a_policy_that_may_fall_through_is_refused():
    rule = {"id": "strict", "verdict": "stop", "when": ["harm_overall"], "text": "Harm."}
    with pytest.raises(Refusal) as refused:
        load_config(config(decision__rules=[rule]))
    assert refused.value.key == "decision.rules"
    assert "when: []" in str(refused.value)


def test_a_condition_that_does_not_exist_is_refused_with_the_nearest_name():
    rule = {"id": "strict", "verdict": "stop", "when": ["harm_overal"], "text": "Harm."}
    with pytest.raises(Refusal) as refused:
        load_config(config(decision__rules=[rule, {**rule, "when": []}]))
    assert "harm_overall" in str(refused.value)
