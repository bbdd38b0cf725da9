"""The largest part of the pilot that would be scaled, where harm is shown in the rest of it.

A segment is kept out only where harm is shown in it (Holm over a KPI's segments). But a segment chosen for being the
worst looks worse than it is, so what the odd days of the year choose has to lie beyond the margin on the even ones
too, and the other way round.
"""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain, combinations
from math import prod
from typing import Literal, NamedTuple, Protocol

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.policy import Rule
from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.findings import Findings, Half, Rest
from pilot_analysis.decision.rules import decide
from pilot_analysis.decision.segments import Segment
from pilot_analysis.kpis.sums import NONE_TEXT
from pilot_analysis.words import _, joined

RECOMPUTED = {"rest_passes", "lever_passes"}
Days = Literal["even", "odd"]
HALVES: tuple[Days, ...] = ("even", "odd")
NOTHING = 1e-9


class Part(NamedTuple):
    """Some of the judged contacts: those outside these segments, those of odd or of even days."""

    without: Sequence[Segment] = ()
    days: Days | None = None

    def of(self, judged: ir.Table) -> ir.Table:
        """The contacts of the part."""
        if self.days is not None:
            judged = judged.filter(judged.day.day_of_year() % 2 == HALVES.index(self.days))
        return judged.filter(~_within(judged, self.without)) if self.without else judged


class Assess(Protocol):
    """What a part of the contacts says, and its share of the pilot's contacts."""

    def __call__(self, part: Part) -> tuple[Findings, float]: ...


def without_recomputed(rules: Sequence[Rule]) -> list[Rule]:
    """The rules that need no recomputation: a part of the pilot, or a changed pilot, is judged by these."""
    return [rule for rule in rules if not RECOMPUTED & set(rule.when)]


def largest_rest(findings: Findings, assess: Assess, rules: Sequence[Rule]) -> Rest | None:
    """The largest part that the rules would scale; where none passes, the largest of all, with why not.

    Args:
        findings: of the whole pilot.
        assess: what a part of it says.
        rules: the policy.

    Returns:
        None where no segment is shown to be harmed, and while the pilot runs.
    """
    harmed = [] if findings.interim else findings.harmed_segments()
    plain = without_recomputed(rules)
    largest: Rest | None = None
    half_of = cache(lambda days: assess(Part(days=days))[0])  # whatever is kept out
    for kept_out in _candidates(harmed):
        rest = _rest(kept_out, assess, half_of, plain)
        if rest.passes:
            return rest
        largest = largest or rest
    return largest


class Route(NamedTuple):
    """Where the contacts of a segment should go: vendor, in_house or unknown (not enough data), and why."""

    by: str
    value: str
    share: float
    to: Literal["vendor", "in_house", "unknown"]
    why: str


def routing(findings: Findings, rule: Rule | None) -> list[Route]:
    """The routing table that a verdict means, one row a value of every named segment column.

    Empty where the verdict sends nobody anywhere: while the pilot runs, or while something is to be mended first.
    """
    if rule is None or not (rule.verdict in ("scale", "stop") or "rest_passes" in rule.when):
        return []
    rest = findings.rest if rule.verdict == "adjust" else None
    kept_out = [] if rest is None else rest.parts
    shares = {(s.by, s.value): s.share for s in findings.segments}
    shares |= {(part.by, part.value): part.share for part in findings.unmatched}
    unjudged = {(part.by, part.value): part.unjudged for part in findings.unmatched}
    guardrails: dict[tuple[str, str], list[Estimate]] = {}
    missed: dict[tuple[str, str], list[str]] = {}
    for s in (rest.findings if rest is not None else findings).segments:
        e = s.estimate
        if e.metric.role == "guardrail":
            guardrails.setdefault((s.by, s.value), []).append(e)
        elif e.effect is not None and e.metric.hurdle is not None and e.effect.benefit_high < e.metric.hurdle:
            missed.setdefault((s.by, s.value), []).append(e.metric.name)
    found = []
    for (by, value), share in shares.items():
        held = guardrails.get((by, value), [])
        unproven = [e.metric.name for e in held if e.state == "inconclusive"]
        but = (
            _("; less is saved here than was agreed: {kpis}").format(kpis=joined(missed[by, value]))
            if (by, value) in missed
            else ""
        )
        if rule.verdict == "stop":
            found.append(Route(by, value, share, "in_house", _("the pilot is stopped")))
        elif (by, value) in kept_out:
            found.append(Route(by, value, share, "in_house", _("harm is shown here")))
        elif unjudged.get((by, value)):
            why = _("only the pilot has this, and it is not known whether these hold: {kpis}")
            found.append(Route(by, value, share, "unknown", why.format(kpis=joined(unjudged[by, value])) + but))
        elif unproven or not held:
            why = _("goes with the whole")
            if unproven:
                why = _("goes with the whole; by itself not shown to hold: {kpis}").format(kpis=joined(unproven))
            found.append(Route(by, value, share, "unknown", why + but))
        else:
            found.append(Route(by, value, share, "vendor", _("every guardrail that can be told here holds") + but))
    return found


def _candidates(harmed: Sequence[Segment]) -> list[list[Segment]]:
    """What could be kept out: the harmed values of one column or of several, the smallest part first."""
    columns = list(dict.fromkeys(s.by for s in harmed))
    some = chain.from_iterable(combinations(columns, size) for size in range(1, len(columns) + 1))
    found = [[s for s in harmed if s.by in names] for names in some]
    return sorted((kept_out for kept_out in found if _remaining(kept_out) > 0), key=_remaining, reverse=True)


def _remaining(kept_out: Sequence[Segment]) -> float:
    """Share of the pilot that remains, were the columns independent; 0 where every value of one is kept out."""
    remaining = prod(
        1 - sum({s.value: s.share for s in kept_out if s.by == by}.values()) for by in {s.by for s in kept_out}
    )
    return remaining if remaining > NOTHING else 0.0


def _rest(kept_out: list[Segment], assess: Assess, half_of: Callable[[Days], Findings], rules: Sequence[Rule]) -> Rest:
    findings, share = assess(Part(without=kept_out))
    decided, tried = decide(findings, rules)
    scaled = decided is not None and decided.verdict == "scale"
    halves = [half for days in (HALVES if scaled else ()) for half in _half(days, kept_out, half_of(days))]
    names = joined([f"{by} {value}" for by, value in dict.fromkeys((s.by, s.value) for s in kept_out)])
    doubted = [half for half in halves if not half.beyond]
    if not scaled:
        why = next((t.why for t in tried if t.rule is decided), "")
        text = _("without {names} the rest would not be scaled: {why}").format(names=names, why=why)
    elif doubted:
        text = _("without {names} the rest would be scaled, but the {days} days alone do not place the harm there")
        text = text.format(names=names, days=_("odd") if doubted[0].days == "odd" else _("even"))
    else:
        text = _("without {names} the rest would be scaled; the odd and the even days each place the harm there")
        text = text.format(names=names)
    return Rest(
        kept_out, share=share, findings=findings,
        verdict=None if decided is None else decided.verdict, rule=None if decided is None else decided.id,
        passes=scaled and not doubted, why=text, halves=halves,
    )  # fmt: skip


def _half(days: Days, kept_out: Sequence[Segment], findings: Findings) -> list[Half]:
    """The parts kept out as one half of the days has them."""
    seen = {(s.by, s.value, s.estimate.metric.id): s.estimate.effect for s in findings.segments}
    found = []
    for s in kept_out:
        metric = s.estimate.metric
        effect = seen.get((s.by, s.value, metric.id))
        benefit = None if effect is None else effect.benefit
        beyond = benefit is not None and benefit < -(metric.margin or 0.0)
        found.append(Half(days, s.by, s.value, metric.id, benefit, beyond))
    return found


def _within(table: ir.Table, segments: Sequence[Segment]) -> ir.BooleanValue:
    """Whether a contact lies in one of the segments."""
    inside: ir.BooleanValue = ibis.literal(False)
    for by in {s.by for s in segments}:
        values = sorted({s.value for s in segments if s.by == by})
        inside = inside | table[by].cast("string").fill_null(NONE_TEXT).isin(values)
    return inside
