"""The decision policy: each rule on a pilot made for it, and what can never happen."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from invented import FAILED, config, estimate, findings
from pydantic import ValidationError

from pilot_analysis.config.policy import Rule
from pilot_analysis.decision.conditions import CONDITIONS
from pilot_analysis.decision.headline import headline, would_change
from pilot_analysis.decision.rules import decide, default_rules
from pilot_analysis.decision.segments import Segment

HARM = {"benefit": -0.08}
UNPROVEN = {"benefit": -0.025, "se": 0.01}


def decided(*changed, **settings):
    rule, tried = decide(findings(*changed, **settings), default_rules())
    return (None if rule is None else (rule.verdict, rule.id)), {t.rule.id: t for t in tried}


def test_a_limit_that_comes_as_a_number_of_numpy_decides_as_any_other():
    """numpy's False is not Python's: a pilot that costs less must not be read as one that costs more."""
    cost = estimate("cost_per_contact", 0.25, 0.01, margin=0.0, hurdle=0.10)
    effect = cost.effect._replace(benefit_low=np.float64(0.23), benefit_high=np.float64(0.27))
    assert decided(replace(cost, effect=effect), estimate("csat", 0.05))[0] == ("scale", "all_met")


def harmed_segment():
    worse = estimate("csat", -0.1)
    return Segment("language", "de", 0.3, worse, 0.0001, 0.0002, harm=True)


@pytest.mark.parametrize(
    ("changed", "settings", "expected"),
    [
        ([], {}, ("scale", "all_met")),
        ([], {"settings": config(vendor_review={"must_haves": {"iso": "no"}})}, ("stop", "must_have_failed")),
        ([], {"settings": config(vendor_review={"incidents": ["a leak"]})}, ("stop", "must_have_failed")),
        ([], {"settings": config(vendor_review={"must_haves": {"iso": "unknown"}})}, ("scale", "all_met")),
        ([estimate("csat", **HARM)], {}, ("stop", "harm")),
        ([estimate("csat", **HARM)], {"checks": [FAILED]}, ("stop", "harm")),
        ([], {"checks": [FAILED]}, ("adjust", "invalid")),
        (
            [],
            {"segments": [harmed_segment()], "settings": config(design={"segments": ["language"]})},
            ("adjust", "segment_harm"),
        ),
        (
            [estimate("cost_per_contact", -0.2, 0.01, margin=0.0, hurdle=0.1), estimate("csat", 0.05)],
            {},
            ("adjust", "cost_higher"),
        ),
        # faster answers are there too, and no reason to pay more
        ([estimate("cost_per_contact", -0.2, 0.01, margin=0.0, hurdle=0.1)], {}, ("stop", "cost_higher")),
        (
            [
                estimate("cost_per_contact", -0.2, 0.01, margin=0.0, hurdle=0.1),
                estimate("csat", 0.0),
                estimate("fcr", 0.0),
                estimate("response_time", 0.0, margin=0.1),
                estimate("response_time_p90", 0.0, margin=0.25),
            ],
            {},
            ("stop", "cost_higher"),
        ),
        ([estimate("csat", why="no ratings")], {}, ("adjust", "guardrail_not_measured")),
        ([estimate("csat", **UNPROVEN)], {}, ("adjust", "guardrail_unproven")),
        ([estimate("cost_per_contact", 0.11, 0.02, margin=0.0, hurdle=0.1)], {}, ("adjust", "goal_unproven")),
        ([estimate("cost_per_contact", why="no prices")], {}, ("adjust", "goal_unproven")),
        ([estimate("cost_per_resolution", -0.01, 0.01, margin=0.0)], {}, ("adjust", "goal_unproven")),
        ([estimate("cost_per_resolution", why="no FCR")], {}, ("scale", "all_met")),
        ([], {"settings": config(vendor_review={"red_flags": ["one"]})}, ("scale", "all_met")),
        ([], {"settings": config(vendor_review={"red_flags": ["one", "two"]})}, ("adjust", "red_flags")),
    ],
)
def test_the_first_rule_that_matches_decides(changed, settings, expected):
    assert decided(*changed, **settings)[0] == expected


def test_every_rule_is_reported_with_what_became_of_it():
    _, tried = decided(estimate("csat", **HARM))
    assert tried["harm_scoped"].outcome == "passed_over"
    assert tried["harm_lever"].outcome == "passed_over"
    assert tried["harm"].outcome == "matched"
    assert tried["must_have_failed"].outcome == "passed_over"
    assert all(t.why for t in tried.values())


def test_a_secondary_kpi_neither_stops_nor_holds_back():
    assert decided(estimate("csat", **HARM, role="secondary"))[0] == ("scale", "all_met")
    assert decided(estimate("csat", why="no ratings", role="secondary"))[0] == ("scale", "all_met")


def test_savings_never_buy_back_harm():
    cheap = estimate("cost_per_contact", 0.9, 0.01, margin=0.0, hurdle=0.1)
    assert decided(cheap, estimate("fcr", **HARM))[0] == ("stop", "harm")


def test_scale_needs_every_guardrail_and_goal_for_all_combinations_of_states():
    """All 5 x 5 x 5 combinations of states of a guardrail, another guardrail and the cost goal."""

    def states(name):
        wide = {"margin": 0.0, "hurdle": 0.1} if name.startswith("cost") else {}
        return [
            estimate(name, 0.3, **wide), estimate(name, -0.01, 0.002, **wide), estimate(name, -0.02, 0.02, **wide),
            estimate(name, -0.2, **wide), estimate(name, why="absent", **wide),
        ]  # fmt: skip

    for csat, fcr, cost in itertools.product(states("csat"), states("fcr"), states("cost_per_contact")):
        verdict, rule = decided(csat, fcr, cost)[0]
        assert rule != "unclassified"
        held = {csat.state, fcr.state} <= {"superior", "non_inferior"} and cost.hurdle_met
        assert (verdict == "scale") == held


def test_quality_as_objective_wants_a_superior_goal_and_cost_as_a_guardrail():
    quality = config(decision={"objective": "quality", "goals": ["csat"], "max_increase": 0.05})
    cost = estimate("cost_per_contact", -0.02, 0.01, role="guardrail", margin=0.05)
    loaded = estimate("cost_per_resolution", -0.02, 0.01, role="secondary", margin=0.05)
    better = estimate("csat", 0.05, role="goal")
    assert decided(better, cost, loaded, settings=quality)[0] == ("scale", "all_met")
    same = estimate("csat", 0.0, role="goal")
    assert decided(same, cost, loaded, settings=quality)[0] == ("adjust", "goal_unproven")
    dear = estimate("cost_per_contact", -0.2, 0.01, role="guardrail", margin=0.05)
    assert decided(better, dear, loaded, settings=quality)[0] == ("adjust", "cost_higher")


def test_while_the_pilot_runs_only_incidents_and_harm_at_a_stricter_level_decide():
    assert decided(interim=True)[0] is None
    assert decided(estimate("csat", **UNPROVEN), interim=True)[0] is None
    assert decided(checks=[FAILED], interim=True)[0] is None
    assert decided(interim=True, settings=config(vendor_review={"incidents": ["a leak"]}))[0] == (
        "stop",
        "must_have_failed",
    )
    # benefit -.08, margin .03: 2.5 standard errors below is harm at 0.05, ten are harm at 0.001
    assert decided(estimate("csat", -0.08, 0.02))[0] == ("stop", "harm")
    assert decided(estimate("csat", -0.08, 0.02), interim=True)[0] is None
    assert decided(estimate("csat", -0.08, 0.005), interim=True)[0] == ("stop", "harm")


def test_a_rule_with_an_unknown_condition_is_refused():
    with pytest.raises(ValidationError, match="all_well"):
        Rule(id="x", verdict="scale", when=["all_well"], text="Well.")


def test_every_condition_is_used_by_a_rule():
    used = {name for rule in default_rules() for name in rule.when}
    assert used == set(CONDITIONS)


def test_the_conditions_that_a_config_may_name_are_those_that_are_answered():
    from typing import get_args

    from pilot_analysis.config.policy import Condition

    assert set(get_args(Condition)) == set(CONDITIONS)


POLICY = [
    {"id": "strict", "verdict": "stop", "when": ["guardrail_unproven"], "text": "We take no chances."},
    {"id": "fine", "verdict": "scale", "when": [], "text": "Everything else is fine."},
]


def test_a_config_can_bring_its_own_policy():
    rules = config(decision={"rules": POLICY}).decision.rules
    rule, tried = decide(findings(estimate("csat", **UNPROVEN)), rules)
    assert (rule.verdict, rule.id) == ("stop", "strict")
    assert [t.outcome for t in tried] == ["matched", "not_reached"]
    assert decide(findings(), rules)[0].id == "fine"


def test_without_any_goal_the_headline_says_so():
    aside = [estimate(name, 0.25, 0.01, role="secondary") for name in ("cost_per_contact", "cost_per_resolution")]
    found = findings(*aside)
    rule, _tried = decide(found, default_rules())
    assert rule.id == "goal_unproven"
    assert headline(rule, found) == "Adjust: no KPI is a goal, so nothing says what would be gained."
    assert would_change(rule, found) == "Scale needs: a KPI that is a goal."
