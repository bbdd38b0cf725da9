"""Levers: each change recomputed through the rules, with its number by hand."""

import math
from dataclasses import replace

import pytest
from invented import actions, config, estimate, findings
from scipy import stats
from test_coaching import HOUSE, mix_of

from pilot_analysis.decision.estimate import ArmValue
from pilot_analysis.decision.levers import levers_for
from pilot_analysis.decision.means import mean_estimate
from pilot_analysis.decision.rules import decide, default_rules

EVEN = mix_of(HOUSE, [(80, 100), (79, 100), (81, 100), (80, 100)])


def levers(*changed, mix=EVEN, **settings):
    return {lever.code: lever for lever in levers_for(findings(*changed, **settings), mix, default_rules())}


def test_a_pilot_that_is_scaled_or_still_runs_or_broke_a_must_have_needs_none():
    assert levers() == {}
    assert levers(estimate("csat", -0.08), interim=True) == {}
    assert levers(estimate("csat", -0.08), settings=config(vendor_review={"incidents": ["a leak"]})) == {}


def test_the_rate_at_which_the_whole_interval_clears_the_hurdle():
    """In-house 1.00, pilot 0.95; its upper end has to come down to 0.90."""
    cost = estimate("cost_per_contact", 0.05, 0.01, margin=0.0, hurdle=0.10)
    found = levers(cost)["renegotiate"]
    high = 0.95 * math.exp(0.01 * stats.t.ppf(0.975, 40))
    assert found.value == pytest.approx(0.95 * 0.90 / high, abs=1e-4)
    assert found.effort == pytest.approx(1 - 0.90 / high)
    assert (found.verdict, found.rule) == ("scale", "all_met")


def test_days_stop_helping_where_agents_are_lacking():
    few_contacts = estimate("csat", -0.01, 0.0105, fixed=1.0)  # nothing of the variance is between agents
    wanted = ((0.03 - 0.01) / stats.t.ppf(0.975, 40)) ** 2
    found = levers(few_contacts)["extend"]
    assert found.value == math.ceil(60 * 0.0105**2 / wanted)
    assert found.verdict == "scale"
    few_agents = estimate("csat", -0.01, 0.0105, fixed=0.0)
    assert "extend" not in levers(few_agents)
    # 40 agents in-house and 15 in the pilot: 40/55 of the variance is the pilot's
    growth = (40 / 55) / (wanted / 0.0105**2 - 15 / 55)
    assert levers(few_agents)["add_agents"].value == math.ceil(15 * growth)


def test_no_number_of_agents_helps_where_what_was_seen_is_beyond_the_margin():
    assert not {"extend", "add_agents"} & levers(estimate("csat", -0.04, 0.02)).keys()


def test_fcr_that_would_have_to_rise_is_told_and_is_no_lever_for_the_rules():
    worse = replace(estimate("fcr", -0.08, 0.005), arms=(ArmValue(0.75, 1000, 40), ArmValue(0.67, 500, 15)))
    found = levers(worse)["fix_fcr"]
    assert found.value == pytest.approx(0.08 - 0.03 + 0.005 * stats.t.ppf(0.975, 40), abs=1e-4)
    assert found.verdict == "scale"
    rule, _ = decide(replace(findings(worse), levers=[found]), default_rules())
    assert (rule.verdict, rule.id) == ("stop", "harm")


def test_harm_by_one_agent_alone_is_turned_by_coaching_that_agent():
    """Nine agents at 80% and one at 20%: six points in all; with that agent at the median it would be scaled."""
    mix = mix_of([(800 + i, 1000) for i in range(-10, 10)], [(800 + i, 1000) for i in range(-4, 5)] + [(1000, 5000)])
    csat = mean_estimate(estimate("csat").metric, mix, 0.95)
    beyond = estimate("csat", csat.effect.benefit, 0.005)
    f = findings(beyond)
    assert f.harmed()
    found = levers_for(f, mix, default_rules())
    assert (found[0].code, found[0].value, found[0].verdict) == ("coach", 1, "scale")
    assert "V9" in found[0].text
    f = replace(f, levers=found)
    rule, _ = decide(f, default_rules())
    assert (rule.verdict, rule.id) == ("adjust", "harm_lever")
    assert actions(rule.id, rule.verdict, f)[0].text == found[0].text


def test_the_smallest_change_that_turns_the_verdict_comes_first():
    both = [estimate("csat", -0.01, 0.0102, fixed=1.0)]
    found = levers_for(findings(*both), EVEN, default_rules())
    turning = [lever.effort for lever in found if lever.verdict == "scale"]
    assert turning == sorted(turning)
    assert [lever.verdict == "scale" for lever in found] == sorted((x.verdict == "scale" for x in found), reverse=True)
