"""The verdict in a sentence and what would change it: each a whole sentence that a reader can repeat."""

from dataclasses import replace

from invented import actions, config, estimate, findings

from pilot_analysis.contacts.check import Check
from pilot_analysis.decision.findings import Rest
from pilot_analysis.decision.headline import headline, would_change
from pilot_analysis.decision.rules import decide, default_rules
from pilot_analysis.decision.segments import Segment
from pilot_analysis.decision.sentences import kpi_sentence

HARM = estimate("csat", -0.08)
DEAR = estimate("cost_per_contact", 0.05, 0.0, margin=0.0, hurdle=0.10)


def told(f):
    rule, _tried = decide(f, default_rules())
    return headline(rule, f), would_change(rule, f)


def harmed(by, value, share=0.3, *, harm=True):
    return replace(Segment(by, value, share, HARM if harm else estimate("csat", 0.01)), harm=harm)


def test_harm_is_told_as_how_much_worse_beside_the_margin():
    """-8 points with a standard error of 0.5 and 40 degrees of freedom: 7.0 to 9.0."""
    said, change = told(findings(HARM))
    assert said == "Stop: customer satisfaction is 7.0 to 9.0 points worse (margin 3.0 points)."
    assert change == "Scale needs: customer satisfaction at most 3.0 points worse (now up to 9.0 points)."


def test_harm_in_every_value_of_a_column_is_one_sentence():
    f = findings(HARM, segments=[harmed("tier", "1", 0.7), harmed("tier", "2"), harmed("channel", "chat")])
    f = replace(f, segments=[*f.segments, harmed("channel", "email", harm=False)])
    assert told(f)[1].endswith("Harm is shown in every tier, so keeping parts out would not do.")


def test_harm_in_some_parts_that_would_not_do_is_counted():
    parts = [harmed("tier", "2"), harmed("channel", "chat"), harmed("channel", "email", harm=False)]
    parts.append(harmed("tier", "1", harm=False))
    rest = Rest(parts[:2], 0.5, findings(HARM), "stop", "harm", passes=False, why="the rest is harmed too")
    said = told(replace(findings(HARM, segments=parts), rest=rest))[1]
    assert said.endswith("Harm is shown in 2 parts; without them the rest would not be scaled either.")


def test_parts_that_stay_in_house_say_what_all_of_it_would_need():
    parts = [harmed("tier", "2"), harmed("channel", "phone")]
    rest = Rest(parts, 0.56, findings(), "scale", "all_met", passes=True, why="the rest would be scaled")
    said, change = told(
        replace(findings(segments=parts, settings=config(design={"segments": ["tier", "channel"]})), rest=rest)
    )
    assert said == (
        "Adjust: tier 2 and channel phone stay in-house, where harm is shown; the other 56% of the pilot would be "
        "scaled."
    )
    assert change == (
        "Scale for all of it needs: customer satisfaction at most 3.0 points worse in tier 2 (now up to 9.0 points) "
        "and channel phone (now up to 9.0 points)."
    )


def test_an_open_guardrail_says_how_bad_it_could_be():
    said, change = told(findings(estimate("csat", -0.01, 0.015)))
    assert said == "Adjust: not shown to hold: customer satisfaction (could be 4.0 points worse, margin 3.0 points)."
    assert change == "Scale needs: customer satisfaction at most 3.0 points worse (now up to 4.0 points)."


def test_a_price_that_saves_too_little_stands_beside_what_was_needed():
    said, change = told(findings(DEAR))
    assert said == (
        "Adjust: guardrails hold, but a goal is not shown to be met: cost_per_contact (5.0% better, "
        "needed: more than 10.0% better)."
    )
    assert change == "Scale needs: cost_per_contact shown to be more than 10.0% better (now at least 5.0%)."
    assert kpi_sentence(DEAR, 0.95) == "Saves 5.0%; the agreed minimum is 10.0%."


def test_a_cost_that_is_higher_is_no_saving_of_less_than_nothing():
    """A log ratio of log 1.2 with a standard error of 0.015 and 40 degrees of freedom: 16.4% to 23.7% more."""
    cost = estimate("cost_per_contact", -0.2, 0.015, margin=0.0, hurdle=0.10)
    assert kpi_sentence(cost, 0.95) == "Costs at least 16.4% more; a saving of 10.0% was agreed."
    assert told(findings(cost))[0] == "Stop: cost per contact is 16.4% to 23.7% higher."


def test_a_goal_without_a_minimum_must_be_better():
    cost = estimate("cost_per_resolution", -0.2, 0.015, margin=0.0)
    assert kpi_sentence(cost, 0.95) == "Worse by 16.4% to 23.7%, and it must be better."


def test_units_stand_once_in_an_interval():
    assert kpi_sentence(estimate("csat", 0.02), 0.95) == "Better by 1.0 to 3.0 points (95% interval)."
    assert kpi_sentence(estimate("csat", -0.015), 0.95) == (
        "Slightly worse, by 0.5 to 2.5 points, but inside the margin of 3.0 points."
    )
    assert kpi_sentence(HARM, 0.95) == "Worse by 7.0 to 9.0 points; the margin is 3.0 points."


def test_what_is_better_never_rounds_to_nothing():
    """8% with a half-width of nearly 8%: whole per cents would say 0% to 16%, and better."""
    found = estimate("response_time", 0.08, 0.04, margin=None, role="secondary")
    assert found.effect.benefit_low > 0
    assert kpi_sentence(found, 0.95) == "Better by 0.3% to 15.1% (95% interval)."


def test_a_failed_check_is_told_by_what_is_wrong_not_by_its_id():
    parity = Check("survey_parity", "fail", "Too unlike.")
    said, change = told(findings(checks=[parity]))
    assert said == (
        "Adjust: nothing can be concluded yet, as customers of the two arms answered the survey too differently."
    )
    assert change == "Scale needs: the check “Survey answers” passed."
    late = Check("agreed", "fail", "After the start.")
    assert told(findings(checks=[late]))[1] == "Scale needs: days after the margins were agreed."


def test_the_vendor_review_is_named_in_the_headline():
    unmet = config(vendor_review={"must_haves": {"iso_27001": "no"}, "incidents": ["a data leak"]})
    assert told(findings(settings=unmet))[0] == "Stop: must-have not met: ISO 27001; incident: a data leak."
    flags = config(vendor_review={"red_flags": ["no references", "vague on security"]})
    assert told(findings(settings=flags))[0] == (
        "Adjust: the vendor review recorded red flags: no references and vague on security."
    )


def test_an_interim_review_watches_what_is_open_and_names_the_last_day():
    said, change = told(findings(estimate("csat", -0.01, 0.015), interim=True))
    assert said == "Interim: watch customer satisfaction; no verdict before the pilot's last day."
    assert change.endswith("the pilot's last day, 30 Apr 2026.")


def test_an_interim_review_watches_a_goal_only_where_it_would_be_missed():
    """15% saved of 10% agreed is on course, though the interval of three standard errors does not yet show it."""
    unsure, missed = (estimate("cost_per_contact", x, 0.03, margin=0.0, hurdle=0.10) for x in (0.15, 0.09))
    assert not unsure.hurdle_met
    assert told(findings(unsure, interim=True))[0].startswith("Interim: on course")
    assert told(findings(missed, interim=True))[0].startswith("Interim: watch cost_per_contact;")


def test_before_the_first_judged_day_nothing_is_watched():
    names = ("csat", "fcr", "cost_per_contact", "response_time", "response_time_p90", "cost_per_resolution")
    early = findings(*[estimate(name, why="too early") for name in names], interim=True)
    assert told(early)[0] == "Interim: nothing can be judged yet; no verdict before the pilot's last day."


def test_an_effect_in_a_sentence_says_better_or_worse():
    """A cost per contact of -14.7% would read as a saving."""
    slow = replace(Segment("channel", "chat", 0.3, estimate("response_time", -0.5, 0.02, margin=0.10)), harm=True)
    (found,) = actions("segment_harm", "adjust", findings(segments=[slow]))
    assert found.text.endswith("response time is 50.0% worse in channel chat, beyond the margin.")


def test_what_would_change_scale_is_the_closest_guardrail_in_words():
    """1 point better with a standard error of 0.5: at least nothing worse; with 1.0: up to 1.0 points worse."""
    loose = estimate("fcr", 0.05)
    assert told(findings(estimate("csat", 0.01, 0.01), loose))[1] == (
        "Closest to its limit is customer satisfaction: 1.0 points better, at worst 1.0 points worse. "
        "Beyond 3.0 points it would not be scale."
    )
    assert told(findings(estimate("csat", 0.02, 0.005), loose))[1] == (
        "Closest to its limit is customer satisfaction: at least 1.0 points better. Were it more than 3.0 points "
        "worse, it would no longer be scale."
    )
