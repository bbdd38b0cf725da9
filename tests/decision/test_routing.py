"""Where each part of the pilot goes, and what is said of it."""

from invented import estimate, findings

from pilot_analysis.decision.rules import default_rules
from pilot_analysis.decision.scope import routing
from pilot_analysis.decision.segments import Segment

SCALE = next(rule for rule in default_rules() if rule.verdict == "scale")


def part(value, share, *estimates):
    return [Segment("tier", value, share, e, None, None, False) for e in estimates]


def test_a_part_is_told_by_what_is_shown_in_it():
    saves = estimate("cost_per_contact", 0.25, 0.01, margin=0.0, hurdle=0.10)
    saves_little = estimate("cost_per_contact", 0.05, 0.01, margin=0.0, hurdle=0.10)
    unsure = estimate("csat", 0.0, 0.03)
    sure = estimate("csat", 0.01)
    segments = [*part("1", 0.5, sure, saves), *part("2", 0.3, unsure, saves), *part("3", 0.2, unsure, saves_little)]
    told = [(route.value, route.to, route.why) for route in routing(findings(segments=segments), SCALE)]
    assert told == [
        ("1", "vendor", "every guardrail that can be told here holds"),
        ("2", "unknown", "goes with the whole; by itself not shown to hold: customer satisfaction"),
        ("3", "unknown", "goes with the whole; by itself not shown to hold: customer satisfaction; less is saved here "
         "than was agreed: cost_per_contact"),
    ]  # fmt: skip
