"""First actions: the numbers by hand."""

import math
from dataclasses import replace

import pytest
from invented import FAILED, actions, config, estimate, findings
from scipy import stats
from test_levers import EVEN

from pilot_analysis.contacts.check import Check
from pilot_analysis.decision.estimate import Influence
from pilot_analysis.decision.findings import Rest
from pilot_analysis.decision.levers import levers_for
from pilot_analysis.decision.rules import default_rules
from pilot_analysis.decision.segments import Segment


def first(rule, verdict, *changed, **settings):
    return actions(rule, verdict, findings(*changed, **settings))[0]


def test_days_where_contacts_are_what_is_lacking():
    """Nearly all the variance is of contacts, so more days help: 60 days x the ratio of variances wanted."""
    csat = estimate("csat", -0.01, 0.011, fixed=1.0)
    wanted = ((0.03 - 0.01) / stats.t.ppf(0.975, 40)) ** 2
    found = first("guardrail_unproven", "adjust", csat)
    assert (found.code, found.unit) == ("extend", "days")
    assert found.value == math.ceil(60 * 0.011**2 / wanted)


def test_agents_where_agents_are_what_is_lacking():
    """Nearly all the variance is between agents, so no number of days would do."""
    csat = estimate("csat", -0.01, 0.015, fixed=0.05)
    wanted = ((0.03 - 0.01) / stats.t.ppf(0.975, 40)) ** 2
    found = first("guardrail_unproven", "adjust", csat)
    assert (found.code, found.unit) == ("add_agents", "agents")
    assert found.value == math.ceil(15 * 0.015**2 / wanted)


def test_answers_where_customers_who_answer_are_what_is_lacking():
    """25 answers of 500 contacts; the luck of who answered is nearly all that is unsure, and 45 judged days too few."""
    csat = estimate("csat", -0.01, 0.02, fixed=0.9)
    csat = replace(csat, arms=(csat.arms[0], csat.arms[1]._replace(n=25)))
    wanted = ((0.03 - 0.01) / stats.t.ppf(0.975, 40)) ** 2
    needed = math.ceil(25 * 0.9 * 0.02**2 / (wanted - 0.1 * 0.02**2))
    found, *others = actions("guardrail_unproven", "adjust", findings(csat))
    assert (found.code, found.value, found.unit, others) == ("extend", needed, "answers", [])
    assert f"about {needed} answers in the pilot (now 25)" in found.text
    assert "5% are now" in found.text
    # where everybody answers already nobody more can be asked
    everyone = replace(csat, arms=(csat.arms[0], csat.arms[1]._replace(n=500)))
    assert first("guardrail_unproven", "adjust", everyone).code == "add_agents"


def test_one_agent_who_explains_the_gap_is_coached():
    csat = replace(estimate("csat", -0.05, 0.02), influence=Influence("V03", 0.007, by_chance=0.01))
    found = first("guardrail_unproven", "adjust", csat)
    assert found.code == "coach"
    assert "V03" in found.text
    assert found.value == pytest.approx(0.007)


@pytest.mark.parametrize("by_chance", [0.06, None])
def test_an_agent_who_may_be_unlucky_or_is_not_the_pilots_is_not_blamed(by_chance):
    csat = replace(estimate("csat", -0.05, 0.02), influence=Influence("V03", 0.007, by_chance=by_chance))
    assert first("guardrail_unproven", "adjust", csat).code != "coach"


def test_an_agent_without_whom_it_is_no_better_is_not_blamed():
    csat = replace(estimate("csat", -0.05, 0.02), influence=Influence("V03", -0.06, by_chance=0.01))
    assert first("guardrail_unproven", "adjust", csat).code != "coach"


def test_the_hurdle_fee_is_the_baseline_less_the_saving():
    cost = estimate("cost_per_contact", 0.05, 0.001, margin=0.0, hurdle=0.10)
    found = first("goal_unproven", "adjust", cost)
    assert found.code == "renegotiate"
    assert found.value == pytest.approx(0.90)  # the baseline costs 1.00
    # at 0.90 itself no more than 10% is saved, and more than 10% was agreed
    assert found.title == "Renegotiate the fee to below €0.90"
    assert "to below €0.90 per contact (now €0.95;" in found.text


def test_what_was_not_measured_is_to_be_measured():
    found = first("guardrail_not_measured", "adjust", estimate("csat", why="the log has no column csat"))
    assert (found.code, "the log has no column csat" in found.text) == ("measure", True)


def test_failed_checks_are_repaired():
    assert first("invalid", "adjust", checks=[FAILED]).code == "repair_data"


def test_the_gap_in_first_contact_resolution_is_its_distance_to_the_margin():
    _back, found = actions("harm", "stop", findings(estimate("fcr", -0.08)))
    assert (found.code, found.value) == ("fix_fcr", pytest.approx(0.05))
    assert found.title == "Before another try: 5.0 points more first contact resolution"


def test_red_flags_are_named():
    settings = config(vendor_review={"red_flags": ["no references", "vague on security"]})
    assert "no references" in first("red_flags", "adjust", settings=settings).text


def test_a_precise_pilot_beyond_its_margin_is_mended_not_watched_longer():
    """Inconclusive at -3.5 points with a standard error of 0.5: more contacts would only confirm it."""
    csat = estimate("csat", -0.035, 0.005)
    assert csat.state == "inconclusive"
    found = first("guardrail_unproven", "adjust", csat)
    assert (found.code, found.value) == ("coach", pytest.approx(0.005))
    fcr = first("guardrail_unproven", "adjust", estimate("fcr", -0.035, 0.005))
    assert fcr.code == "fix_fcr"


def test_a_longer_pilot_is_longer_than_the_one_that_was():
    """Beyond its margin by luck of few contacts: days as if both arms were equal, and more than there were."""
    found = first("guardrail_unproven", "adjust", estimate("csat", -0.035, 0.0165, fixed=1.0))
    assert found.code == "extend"
    assert found.value > 60


def test_against_earlier_days_neither_more_days_nor_agents_are_asked_for():
    """What such a comparison cannot rule out does not shrink with more of the same."""
    earlier = {"comparison": "before_after", "baseline_period": {"start": "2026-01-05", "end": "2026-03-01"}}
    f = findings(estimate("csat", -0.01, 0.0105, fixed=1.0), settings=config(design=earlier))
    (action,) = actions("guardrail_unproven", "adjust", f)
    assert action.code == "measure"
    assert "the same weeks" in action.text
    assert levers_for(f, EVEN, default_rules()) == []
    cost = estimate("cost_per_contact", 0.12, 0.03, margin=0.0, hurdle=0.10)
    (action,) = actions("goal_unproven", "adjust", findings(cost, settings=config(design=earlier)))
    assert action.code == "measure"


def test_the_first_thing_after_a_stop_is_to_take_the_work_back():
    """40 agents handle 300 a day in-house, so the 150 a day of the pilot are the work of 20."""
    for rule in ("harm", "must_have_failed", "a_rule_of_ones_own"):
        found = first(rule, "stop", estimate("csat", -0.08))
        assert (found.code, found.value, found.unit) == ("take_back", 150, "contacts_a_day")
        assert found.title == "Take back 150 contacts a day"
        assert "about 20 agents" in found.text


def test_agents_are_asked_for_once_as_many_as_the_kpi_that_needs_most():
    csat, fcr = estimate("csat", -0.01, 0.015, fixed=0.05), estimate("fcr", -0.01, 0.018, fixed=0.05)
    alone = [first("guardrail_unproven", "adjust", e).value for e in (csat, fcr)]
    (found,) = actions("guardrail_unproven", "adjust", findings(csat, fcr))
    assert found.value == max(alone) == alone[1]
    assert "customer satisfaction and first contact resolution could be shown to hold" in found.text


def test_margins_agreed_too_late_are_judged_by_new_days_as_nothing_repairs_them():
    (found,) = actions("invalid", "adjust", findings(checks=[Check("agreed", "fail", "Agreed after the start.")]))
    assert (found.code, found.title) == ("extend", "Judge it by new days")


def test_parts_that_stay_in_house_are_one_action_with_their_share_together():
    harmed = [
        replace(Segment(by, value, share, estimate("csat", -0.08)), harm=True)
        for by, value, share in (("tier", "2", 0.3), ("channel", "phone", 0.2))
    ]
    one, other = actions("segment_harm", "adjust", findings(segments=harmed))
    assert (one.title, one.value) == ("Keep tier 2 in-house (30%)", 0.3)
    assert (other.title, other.value) == ("Keep channel phone in-house (20%)", 0.2)
    f = findings(segments=harmed)
    f = replace(f, rest=Rest(harmed, 0.56, findings(), "scale", "all_met", passes=True, why="the rest would be scaled"))
    kept_out, leave, raised = actions("harm_scoped", "adjust", f)
    assert (kept_out.title, kept_out.value) == ("Keep tier 2 and channel phone in-house (44%)", 0.44)
    assert (leave.title, leave.value) == ("Leave the other 56% with the vendor", 0.56)
    assert raised.code == "volume"


def test_without_a_goal_somebody_has_to_say_what_is_to_be_gained():
    aside = [estimate(name, 0.25, 0.01, role="secondary") for name in ("cost_per_contact", "cost_per_resolution")]
    assert first("goal_unproven", "adjust", *aside).title == "Say what is to be gained"
