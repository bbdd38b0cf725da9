"""The decision policy: rules as data, the first that matches decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml

from pilot_analysis.config.policy import Rule
from pilot_analysis.decision.conditions import CONDITIONS, Answer
from pilot_analysis.decision.findings import Findings
from pilot_analysis.words import _

Outcome = Literal["matched", "passed_over", "not_evaluated", "not_reached"]


@dataclass(frozen=True)
class Tried:
    """A rule with its outcome against this pilot, and why."""

    rule: Rule
    outcome: Outcome
    why: str


@cache
def default_rules() -> tuple[Rule, ...]:
    """The policy that ships with the package."""
    text = (files("pilot_analysis.decision") / "rules.yaml").read_text(encoding="utf-8")
    return tuple(Rule.model_validate(rule) for rule in yaml.safe_load(text)["rules"])


def decide(findings: Findings, rules: Sequence[Rule]) -> tuple[Rule | None, list[Tried]]:
    """The deciding rule, and every rule with what became of it.

    In an interim review only rules marked `interim` may decide; without a match there is no verdict.
    """
    answers: dict[str, Answer] = {}
    decided: Rule | None = None
    tried = []
    for rule in rules:
        if findings.interim and not rule.interim:
            tried.append(Tried(rule, "not_reached", _("waits for the pilot's last day")))
            continue
        for name in rule.when:
            if name not in answers:
                answers[name] = CONDITIONS[name](findings)
        outcome, why = _outcome([answers[name] for name in rule.when])
        if outcome == "matched" and decided is not None:
            outcome = "not_reached"
        tried.append(Tried(rule, outcome, why))
        if outcome == "matched":
            decided = rule
    return decided, tried


def _outcome(answers: Sequence[Answer]) -> tuple[Outcome, str]:
    """A false condition passes the rule over; one that is not evaluated leaves it open."""
    for answer in answers:
        if answer.holds is not None and not answer.holds:  # numpy's False is not False
            return "passed_over", answer.why
    for answer in answers:
        if answer.holds is None:
            return "not_evaluated", answer.why
    return "matched", "; ".join(answer.why for answer in answers) or _("every rule before it was passed over")
