"""The verdict with one choice made otherwise: every case is one whose verdict the rules' own words give."""

from dataclasses import replace

import pytest
from invented import FAILED, estimate, findings

from pilot_analysis.decision.findings import Lever
from pilot_analysis.decision.other_verdicts import other_verdicts
from pilot_analysis.decision.robustness import Robustness
from pilot_analysis.decision.rules import default_rules
from pilot_analysis.decision.stability import stability_of
from pilot_analysis.decision.variants import Variant, decided


def variant(name, kpi, benefit, *, phrase=None, valid=True, why=None):
    return Variant(name, name, phrase or f"by {name}", estimate(kpi, benefit, why=why), valid)


def verdicts(f, *variants):
    robustness = {
        e.metric.id: Robustness([decided(e), *(v for v in variants if v.estimate.metric.id == e.metric.id)])
        for e in f.estimates
    }
    return other_verdicts(f, robustness, default_rules())


def test_a_choice_that_two_kpis_have_is_made_in_both():
    """Each alone leaves a guardrail open; together one is harmed, and harm stops."""
    found = verdicts(
        findings(), variant("crude", "csat", -0.025), variant("crude", "fcr", -0.06), variant("days", "csat", -0.025)
    )
    assert [(one.name, one.kpis, one.verdict, one.rule, one.same) for one in found] == [
        ("crude", ["csat", "fcr"], "stop", "harm", False),
        ("days", ["csat"], "adjust", "guardrail_unproven", False),
    ]


def test_each_cluster_that_is_left_out_is_a_choice_of_its_own():
    found = verdicts(
        findings(estimate("csat", -0.025)),
        variant("without_most_influential", "csat", 0.0, phrase="leaving out agent V01"),
        variant("without_most_influential", "fcr", 0.0, phrase="leaving out agent V02"),
    )
    assert [(one.phrase, one.verdict) for one in found] == [
        ("leaving out agent V01", "scale"), ("leaving out agent V02", "adjust"),
    ]  # fmt: skip


def test_what_could_not_be_computed_is_not_asked_about():
    assert verdicts(findings(), variant("window_30", "fcr", 0.0, why="too short")) == []


def test_a_contrast_says_that_it_is_one():
    (found,) = verdicts(findings(estimate("csat", -0.025)), variant("naive", "csat", 0.0, valid=False))
    assert (found.verdict, found.valid) == ("scale", False)


def test_while_the_pilot_runs_there_is_no_verdict_to_be_another():
    assert verdicts(findings(interim=True), variant("crude", "csat", -0.06)) == []


def test_a_failed_check_stays_failed_whatever_is_chosen():
    (found,) = verdicts(findings(checks=[FAILED]), variant("crude", "csat", 0.05))
    assert (found.rule, found.same) == ("invalid", True)


LEVER = Lever("coach", "Coach.", 1, "agents", 0.1, "scale", "all_met")


@pytest.mark.parametrize(("csat", "expected"), [(-0.06, ("adjust", "harm_lever")), (-0.025, ("stop", "harm"))])
def test_a_lever_counts_where_it_decided_and_not_where_it_was_found_for_something_else(csat, expected):
    """Harm with a lever stays harm with a lever; a lever found for an open guardrail does not mend harm."""
    f = replace(findings(estimate("csat", csat)), levers=[LEVER])
    (found,) = verdicts(f, variant("crude", "csat", -0.07))
    assert (found.verdict, found.rule) == expected


def test_replicates_of_harm_with_a_lever_are_not_taken_for_stops():
    from test_stability import drawn

    f = replace(findings(drawn(estimate("csat", -0.08))), levers=[LEVER])
    assert stability_of(f, default_rules()).rules == {"harm_lever": 1.0}
