"""The verdict under each other way to estimate: every KPI that has a variant takes it, and the rules decide anew."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from pilot_analysis.config.policy import Rule, Verdict
from pilot_analysis.decision.findings import Findings
from pilot_analysis.decision.robustness import Robustness
from pilot_analysis.decision.rules import decide
from pilot_analysis.decision.variants import Variant


class OtherVerdict(NamedTuple):
    """What the rules say with one choice made otherwise.

    Attributes:
        name, phrase, valid: the variant's; a cluster that is left out is named in the phrase.
        kpis: the KPIs that are estimated otherwise; the others stay as decided.
        verdict, rule: what the rules give then; same: whether that is the verdict as decided.
    """

    name: str
    phrase: str
    valid: bool
    kpis: list[str]
    verdict: Verdict
    rule: str
    same: bool


def other_verdicts(f: Findings, robustness: Mapping[str, Robustness], rules: Sequence[Rule]) -> list[OtherVerdict]:
    """The verdict under every variant that could be computed; none while the pilot runs.

    Segments, what is left without them and checks stay as they are found; levers as in `with_levers_of`.
    """
    decided, _tried = decide(f, rules)
    if f.interim or decided is None:
        return []
    choices: dict[tuple[str, str], list[Variant]] = {}
    for r in robustness.values():
        for v in r.variants[1:]:
            if v.why is None:
                choices.setdefault((v.name, v.phrase), []).append(v)
    fixed = with_levers_of(decided, f)
    found = []
    for (name, phrase), variants in choices.items():
        changed = {v.estimate.metric.id: v.estimate for v in variants}
        rule, _tried = decide(replace(fixed, estimates=[changed.get(e.metric.id, e) for e in f.estimates]), rules)
        if rule is not None:
            same = rule.verdict == decided.verdict
            found.append(OtherVerdict(name, phrase, variants[0].valid, list(changed), rule.verdict, rule.id, same))
    return found


def with_levers_of(decided: Rule | None, f: Findings) -> Findings:
    """The findings to decide on with other numbers: with the levers only where one of them decided.

    Levers were recomputed from the estimates that decide. Where one turned the verdict it is taken to do so still;
    anywhere else harm is harm.
    """
    return f if decided is not None and "lever_passes" in decided.when else replace(f, levers=())
