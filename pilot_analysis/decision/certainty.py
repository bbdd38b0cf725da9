"""How sure a verdict is, in a few words and a sentence, by what it rests on."""

from math import floor
from typing import NamedTuple

from pilot_analysis.config.policy import Rule
from pilot_analysis.decision.checks import cluster_label
from pilot_analysis.decision.findings import STRICTER, Findings
from pilot_analysis.decision.stability import Stability
from pilot_analysis.words import _, count, joined, percent

RECORDED = {"must_have_failed", "red_flags"}  # conditions that are answers, not estimates
UNMEASURED = {"measurement_invalid", "guardrail_not_measured"}


class HowSure(NamedTuple):
    """In a few words, and in a sentence; `drawn` where other agents were drawn to know."""

    title: str
    text: str
    drawn: bool = False


def how_sure(rule: Rule | None, f: Findings, stability: Stability | None, cluster: str | None) -> HowSure | None:
    """How sure the verdict is; None while there is none, and where nothing was drawn again.

    A verdict that rests on answers, or on something that was not measured, is as certain as they are: that agents
    drawn anew leave it as it is would say nothing.
    """
    if rule is None:
        return None
    conditions = set(rule.when)
    if conditions & RECORDED:
        return HowSure(_("A fact, not an estimate"), _("The verdict rests on the vendor review, not on the KPIs."))
    if conditions & UNMEASURED or (rule.id == "goal_unproven" and _only_unmeasured(f)):
        return HowSure(
            _("Cannot be told yet"),
            _("Something is not measured, or not in a way that holds. How sure the result is can be told after that."),
        )
    if f.interim:
        return HowSure(
            _("Shown before the last day"),
            _("A pilot is stopped early only for harm that is shown at {level} instead of {usual}, as here.").format(
                level=percent(1 - STRICTER), usual=percent(f.config.design.confidence, 0)
            ),
        )
    if stability is None:
        return None
    return HowSure(*_drawn(rule, stability, cluster), drawn=True)


def _only_unmeasured(f: Findings) -> bool:
    """Whether the goals that are not met are those of which nothing is known."""
    return all(e.state == "not_measured" for e in f.goals_unmet())


def _drawn(rule: Rule, stability: Stability, cluster: str | None) -> tuple[str, str]:
    """How often the verdict is the same with other clusters; never rounded up to always."""
    same = stability.verdicts.get(rule.verdict, 0.0)
    names = {"scale": _("scale"), "adjust": _("adjust"), "stop": _("stop")}
    told = [
        _("{verdict} in {share}").format(verdict=names[which], share=percent(share, 0 if share * 100 % 1 == 0 else 1))
        for which, share in stability.verdicts.items()
    ]
    return (
        _("Same verdict {n} times in 100").format(n=count(floor(same * 100 + 1e-9))),
        _("Drawn {n} times with other {clusters} like these: {verdicts}.").format(
            n=count(stability.replicates), clusters=cluster_label(cluster), verdicts=joined(told)
        ),
    )
