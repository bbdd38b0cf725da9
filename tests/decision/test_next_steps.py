"""What follows the verdict, with numbers by hand."""

from dataclasses import replace
from datetime import date

from invented import LOAD, config, estimate, findings

from pilot_analysis.decision.actions import actions_for
from pilot_analysis.decision.estimate import ArmValue
from pilot_analysis.decision.gates import gates_after
from pilot_analysis.decision.next_steps import look_again, next_steps
from pilot_analysis.decision.rules import decide, default_rules
from pilot_analysis.decision.segments import Segment


def steps(*changed, **settings):
    f = findings(*changed, **settings)
    rule, _tried = decide(f, default_rules())
    gates = gates_after(rule, f, LOAD)
    return next_steps(rule, [] if rule is None else actions_for(rule, f, LOAD, gates), f, gates)


def test_scale_goes_by_gates_of_the_in_house_volume_with_the_agents_that_takes():
    """300 in-house contacts a day; 15 pilot agents handle 150, so each handles 10."""
    gates = steps()[0]
    assert "75 contacts a day more, about 8 agents more" in gates
    assert "300 contacts a day more, about 30 agents more" in gates


def test_slices_come_in_the_order_of_the_room_they_leave():
    narrow, wide = estimate("csat", -0.01, 0.002), estimate("csat", 0.05, 0.002)
    parts = [Segment("tier", "2", 0.3, narrow), Segment("tier", "1", 0.7, wide)]
    assert "tier 1 and tier 2" in steps(segments=parts, settings=config(design={"segments": ["tier"]}))[0]


def test_the_limit_to_step_back_is_the_in_house_level_less_the_margin():
    csat = replace(estimate("csat", 0.01), arms=(ArmValue(0.84, 900, 40), ArmValue(0.85, 500, 15)))
    slow = replace(
        estimate("response_time", 0.2, 0.02, margin=0.10), arms=(ArmValue(600.0, 9, 4), ArmValue(480.0, 9, 4))
    )
    last = steps(csat, slow)[-1]
    assert "customer satisfaction below 81.0%" in last
    assert "the median response time above 11.0 min" in last


def test_adjust_names_the_day_of_the_next_look():
    """The pilot of 60 days ends on 30 April 2026; 28 days to change and 60 to see: 27 July."""
    found = steps(estimate("csat", why="no ratings"))
    assert "Name an owner" in found[0]
    assert "Jul 27, 2026" in found[1] or "27 Jul 2026" in found[1]


def test_a_longer_pilot_is_looked_at_on_its_last_day():
    f = findings(estimate("csat", -0.01, 0.011, fixed=1.0))
    rule = next(r for r in default_rules() if r.id == "guardrail_unproven")
    action = actions_for(rule, f, LOAD)[0]
    assert action.code == "extend"
    day = date.fromordinal(date(2026, 3, 2).toordinal() + int(action.value) - 1)
    assert look_again(rule, [action], f) == day
    assert str(day.day) in next_steps(rule, [action], f, [])[1]


def test_a_fee_and_a_rate_card_are_judged_by_the_contacts_that_are_there():
    """28 days after 30 April 2026; no second pilot."""
    dear = estimate("cost_per_contact", 0.05, 0.001, margin=0.0, hurdle=0.10)
    unknown = [estimate(name, why="no rates") for name in ("cost_per_contact", "cost_per_resolution")]
    for changed in ([dear], unknown):
        found = steps(*changed)
        assert "28 May 2026: 28 days to settle it; the contacts of this pilot will do." in found[1]


def test_stop_takes_the_work_back_in_steps_and_collects_what_is_ones_own():
    found = steps(estimate("csat", -0.08))
    assert "a quarter a week" in found[0]
    assert "recordings, access" in found[1]
    assert "customer satisfaction" in found[2]


def test_days_as_clusters_tell_nothing_of_agents():
    text = " ".join(steps(settings=config(design={"cluster": "customer_id"})))
    assert "agents more" not in text


def test_an_interim_review_asks_for_nothing():
    assert steps(interim=True) == []


def test_the_first_action_after_scale_is_the_first_gate_with_its_number():
    f = findings()
    rule, _tried = decide(f, default_rules())
    (action,) = actions_for(rule, f, LOAD, gates_after(rule, f, LOAD))
    assert (action.code, action.value, action.unit) == ("volume", 75, "contacts_a_day")
    assert "first by 75 contacts a day (25% of in-house)" in action.text


def test_nothing_is_raised_where_nothing_is_scaled():
    f = findings(estimate("csat", -0.08))
    assert gates_after(decide(f, default_rules())[0], f, LOAD) == []
    assert gates_after(None, f, LOAD) == []
