"""review.json: the names that others rely on, and the arithmetic that ties its numbers together."""

import json
from pathlib import Path

import pytest

from pilot_analysis import load_config, review

DEMO = Path(__file__).parents[1] / "configs" / "demo" / "pilot.yaml"
HEADLINE = ["csat", "fcr", "cost_per_contact", "response_time", "response_time_p90", "cost_per_resolution"]
CHECKS = {
    "duplicates", "times", "scale", "date_only", "missing", "immature", "volume", "agents", "agents_in_both_arms",
    "shared_logins", "period", "agreed", "overlap", "simpson", "survey_parity", "leakage", "routing_share", "units",
    "drift", "hours", "gaming", "excluded_dates", "pre_trend", "sources", "fold", "direction", "surveys", "touches",
    "roster", "merged", "calendar", "planned", "rates", "commission", "labour_share", "buffer", "currency",
    "minimum_volume", "season", "completeness", "volume_gaps", "time_zone", "placeholders", "lookalikes", "steps",
    "replaced_agents",
}  # fmt: skip
ACTIONS = {
    "coach", "renegotiate", "limit_scope", "fix_fcr", "extend", "add_agents", "measure", "repair_survey",
    "repair_data", "volume",
}  # fmt: skip
RULES = [
    "must_have_failed", "harm_scoped", "harm_lever", "harm", "invalid", "segment_harm", "cost_higher",
    "guardrail_not_measured", "guardrail_unproven", "goal_unproven", "red_flags", "all_met", "unclassified",
]  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return review(load_config(DEMO)).to_dict()


def test_it_is_json_and_nothing_else(found):
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_the_top_level_names(found):
    assert set(found) >= {
        "schema", "phase", "pilot", "verdict", "headline", "rule", "would_change", "reasons", "actions",
        "keep_in_house", "evidence_grade", "kpis", "segments", "cost", "checks", "provenance",
    }  # fmt: skip
    assert found["phase"] == "final"
    assert found["verdict"] == "scale"
    assert set(found["rule"]) == {"id", "text"}
    assert found["evidence_grade"] == "B"


def test_kpis_have_every_field_and_the_order_of_the_page(found):
    assert [k["id"] for k in found["kpis"]][:6] == HEADLINE
    for kpi in found["kpis"]:
        assert set(kpi) >= {
            "id", "label", "unit", "role", "baseline", "pilot", "effect", "benefit", "this_team", "margin", "hurdle",
            "target", "p_superior", "p_noninferior", "state", "why", "method", "crude", "naive",
        }  # fmt: skip
        assert set(kpi["baseline"]) == set(kpi["pilot"]) == {"value", "n", "clusters"}
        assert set(kpi["effect"]) == {"estimate", "low", "high", "kind"}


def test_the_effect_is_the_difference_or_ratio_of_the_two_values(found):
    for kpi in found["kpis"]:
        base, pilot, effect = kpi["baseline"]["value"], kpi["pilot"]["value"], kpi["effect"]
        expected = pilot - base if effect["kind"] == "difference" else pilot / base
        assert effect["estimate"] == pytest.approx(expected, rel=1e-12)
        assert effect["low"] < effect["estimate"] < effect["high"]


def test_the_benefit_points_up_for_whatever_is_better(found):
    for kpi in found["kpis"]:
        effect, benefit = kpi["effect"], kpi["benefit"]
        if effect["kind"] == "ratio":
            expected = (1 - effect["estimate"], 1 - effect["high"], 1 - effect["low"])
        elif kpi["better"] == "higher":
            expected = (effect["estimate"], effect["low"], effect["high"])
        else:
            expected = (-effect["estimate"], -effect["high"], -effect["low"])
        assert (benefit["estimate"], benefit["low"], benefit["high"]) == pytest.approx(expected, abs=1e-12)


def test_states_intervals_and_p_values_agree(found):
    for kpi in found["kpis"]:
        low, high, margin = kpi["benefit"]["low"], kpi["benefit"]["high"], kpi["margin"] or 0.0
        state = (
            "superior" if low > 0 else "non_inferior" if low > -margin else "harm" if high < -margin else "inconclusive"
        )
        assert kpi["state"] == state
        assert (kpi["p_superior"] < 0.025) == (low > 0)
        if kpi["margin"] is not None:
            assert (kpi["p_noninferior"] < 0.025) == (low > -margin)
        if margin:
            same = margin if kpi["effect"]["kind"] == "difference" else margin / (1 + margin)
            assert (kpi["p_equivalent"] < 0.025) == (-margin < low and high < same)
        if kpi["hurdle"] is not None:
            assert (kpi["p_hurdle"] < 0.025) == (low > kpi["hurdle"])


def test_margins_are_on_the_benefit_scale(found):
    limits = {k["id"]: (k["margin"], k["hurdle"], k["target"]) for k in found["kpis"]}
    assert limits["csat"] == (0.03, None, 0.85)
    assert limits["response_time"][0] == 0.10
    assert limits["response_time_p90"][0] == 0.25
    assert limits["cost_per_contact"][:2] == (0.0, 0.10)


def test_codes_are_those_agreed(found):
    assert {c["id"] for c in found["checks"]} <= CHECKS
    assert {c["status"] for c in found["checks"]} <= {"pass", "warn", "fail", "info"}
    assert {a["code"] for a in found["actions"]} <= ACTIONS
    assert list(dict.fromkeys(r["id"] for r in found["rules"])) == RULES


def test_conditions_of_later_versions_are_open_not_passed(found):
    """Nothing in the demo is harmed, so these are passed over for that reason, not for the open one."""
    rules = {r["id"]: r for r in found["rules"]}
    assert rules["harm_scoped"]["outcome"] == "passed_over"
    assert "not computed" not in rules["harm_scoped"]["why"]


def test_money_adds_up(found):
    cost = found["cost"]
    kpi = next(k for k in found["kpis"] if k["id"] == "cost_per_contact")
    saving = cost["saving_per_contact"]
    assert saving["estimate"] == pytest.approx(kpi["baseline"]["value"] - kpi["pilot"]["value"], rel=1e-12)
    days = 60 - 14
    per_year = found["pilot"]["contacts"]["pilot"] / days * 365
    assert cost["saving_per_year"]["low"] == pytest.approx(saving["low"] * per_year, rel=1e-12)


def test_the_same_data_give_the_same_bytes(found):
    again = review(load_config(DEMO)).to_dict()
    times = ("generated_at",)
    provenance = {k: v for k, v in again["provenance"].items() if k not in times}
    assert provenance == {k: v for k, v in found["provenance"].items() if k not in times}
    assert {k: v for k, v in again.items() if k != "provenance"} == {
        k: v for k, v in found.items() if k != "provenance"
    }


def test_the_truth_of_the_demo_lies_in_its_intervals(found):
    """What simulate wrote beside the data; the intervals are 95%, and this seed is one of the 95."""
    truth = json.loads((DEMO.parent / "truth.json").read_text(encoding="utf-8"))["effects"]
    for name in ("csat", "fcr", "response_time", "response_time_p90", "cost_per_contact"):
        effect = next(k for k in found["kpis"] if k["id"] == name)["effect"]
        assert effect["low"] <= truth[name]["value"] <= effect["high"], name
