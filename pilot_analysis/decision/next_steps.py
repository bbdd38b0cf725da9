"""What follows the verdict: how to scale and when to step back, what to change and when to look again, how to leave.

Every number is the review's own: volumes, agents, limits and precision of this pilot.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil

import numpy as np

from pilot_analysis.config.policy import Rule
from pilot_analysis.decision.action import Action
from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.findings import COSTS, Findings
from pilot_analysis.decision.gates import Gate
from pilot_analysis.decision.levers import LONGEST_PILOT
from pilot_analysis.decision.sentences import closest_guardrail
from pilot_analysis.words import _, count, day, joined, level, ngettext, percent

LEAD_DAYS = 28  # from an agreed change to the first contact, and the usual nesting of new agents
WEEK = 7


def next_steps(rule: Rule | None, actions: Sequence[Action], f: Findings, gates: Sequence[Gate]) -> list[str]:
    """The steps that the verdict asks for, in order, one sentence each; none while the pilot runs."""
    if rule is None:
        return []
    if rule.verdict == "scale":
        return _after_scale(f, gates)
    if rule.verdict == "stop":
        return _after_stop(f)
    if "rest_passes" in rule.when and f.rest is not None:
        kept_out = joined([f"{by} {value}" for by, value in f.rest.parts])
        mend = _(
            "Name an owner on each side for what stays in-house ({parts}); it is tried again by a pilot of its own."
        )
        return [*_after_scale(f.rest.findings, gates), mend.format(parts=kept_out)]
    again = look_again(rule, actions, f)
    return [] if again is None else _after_adjust(again, rule, actions, f)


def _after_scale(f: Findings, gates: Sequence[Gate]) -> list[str]:
    """Slices in order, agents, gates, what to watch and when to step back."""
    steps = []
    slices = _by_room(f)
    if len(slices) > 1:
        steps.append(_("Move the next slices in this order, the surest first: {slices}.").format(slices=joined(slices)))
    agents = f.config.column(f.config.design.cluster) == "agent_id"
    told = [
        _("{share} ({n} contacts a day more, about {agents} agents more)").format(
            share=percent(gate.share, 0), n=count(gate.more), agents=count(gate.agents)
        )
        if agents
        else _("{share} ({n} contacts a day more)").format(share=percent(gate.share, 0), n=count(gate.more))
        for gate in gates
    ]
    steps.append(_("Move the in-house volume in scope to the vendor by gates: {gates}.").format(
        gates=joined(told)))  # fmt: skip
    tightest = closest_guardrail(f)
    if tightest is not None and tightest.effect is not None:
        weeks = _weeks_to_show(tightest, f)
        steps.append(ngettext(
            "Stay at each gate for {weeks} week before the next: that is how long these agents need to show {kpi} "
            "within its margin again. New agents need about {lead} days until they count.",
            "Stay at each gate for {weeks} weeks before the next: that is how long these agents need to show {kpi} "
            "within its margin again. New agents need about {lead} days until they count.",
            weeks,
        ).format(weeks=count(weeks), kpi=tightest.metric.name, lead=count(LEAD_DAYS)))  # fmt: skip
    limits = [_limit(e) for e in f.guardrails if e.arms is not None and e.effect is not None and e.metric.margin]
    if limits:
        steps.append(_("Review every week; step back one gate when two weekly reviews in a row show {limits}.").format(
            limits=_(" or ").join(limits)))  # fmt: skip
    return steps


def _by_room(f: Findings) -> list[str]:
    """Values of the first segment column by the room that their weakest guardrail leaves, the most first."""
    first = next((f.config.column(name) for name in f.config.design.segments), None)
    room: dict[str, float] = {}
    for s in f.segments:
        e = s.estimate
        if s.by == first and e.metric.role == "guardrail" and e.effect is not None and e.metric.margin:
            own = (e.effect.benefit_low + e.metric.margin) / e.metric.margin
            room[s.value] = min(room.get(s.value, np.inf), own)
    return [f"{first} {value}" for value, _room in sorted(room.items(), key=lambda item: (-item[1], item[0]))]


def _weeks_to_show(e: Estimate, f: Findings) -> int:
    """Weeks until contacts alone give an interval no wider than the room that the estimate leaves."""
    assert e.effect is not None
    judged = f.config.pilot.days - f.config.pilot.ramp_up_days
    half = e.effect.benefit - e.effect.benefit_low
    room = e.effect.benefit + (e.metric.margin or 0.0)
    share = min(e.variance_fixed / e.effect.se**2, 1.0) if e.effect.se else 0.0
    wanted = (room / half) ** 2 if half else np.inf
    if wanted <= 1 - share:
        return ceil(judged / WEEK)
    return max(ceil(judged * share / (wanted - (1 - share)) / WEEK), 1) if np.isfinite(wanted) else 1


def _limit(e: Estimate) -> str:
    """The level at which a KPI would have lost its margin against in-house."""
    assert e.arms is not None
    m, base = e.metric, e.arms[0].value
    margin = m.margin or 0.0
    limit = base * (1 + margin) if m.kind == "ratio" else base - margin if m.better == "higher" else base + margin
    text = _("{kpi} above {limit}") if m.better == "lower" else _("{kpi} below {limit}")
    return text.format(kpi=m.name, limit=level(limit, m.unit))


def look_again(rule: Rule | None, actions: Sequence[Action], f: Findings) -> date | None:
    """The day of the next review, where something is to be changed first; None after scale and stop."""
    if rule is None or rule.verdict != "adjust" or "rest_passes" in rule.when:
        return None
    pilot = f.config.pilot
    if longer := _longer(actions):
        return pilot.start + timedelta(longer - 1)
    return pilot.end + timedelta(LEAD_DAYS + (0 if _same_data(rule, actions, f) else pilot.days))


def _longer(actions: Sequence[Action]) -> int:
    """Days of the pilot as it is to be extended, 0 where it is not."""
    if any(a.unit == "answers" for a in actions):
        return LONGEST_PILOT
    return next((int(a.value) for a in actions if a.code == "extend" and a.unit == "days" and a.value), 0)


def _same_data(rule: Rule, actions: Sequence[Action], f: Findings) -> bool:
    """Whether what is asked for can be judged by the contacts of this pilot: a fee, a rate card, an answer."""
    if not actions or actions[0].code not in ("renegotiate", "measure"):
        return False
    if actions[0].code == "renegotiate" or "red_flags" in rule.when:
        return True
    return rule.id == "goal_unproven" and all(
        e.metric.id in COSTS and e.state == "not_measured" for e in f.goals_unmet()
    )


def _after_adjust(again: date, rule: Rule, actions: Sequence[Action], f: Findings) -> list[str]:
    """Who does what, and the day of the next look."""
    if _longer(actions):
        why = _("the day on which the longer pilot ends.")
    elif _same_data(rule, actions, f):
        why = _("{lead} days to settle it; the contacts of this pilot will do.").format(lead=count(LEAD_DAYS))
    else:
        why = _("{lead} days to change it and a pilot of {days} days as before.").format(
            lead=count(LEAD_DAYS), days=count(f.config.pilot.days)
        )
    return [
        _("Name an owner on each side for the first of the next actions.")
        if actions
        else _("Name an owner on each side for what is to change."),
        _("Look again on {day}: {why}").format(day=day(again), why=why),
        _("Until then the vendor's volume stays as it is, and margins and targets stay as they were agreed."),
    ]


def _after_stop(f: Findings) -> list[str]:
    """Taking the work back without leaving a hole; how much it is says the action."""
    parts = _by_room(f)[::-1]
    steps = [
        _("Take the work back by parts, the most harmed first: {parts}.").format(parts=joined(parts))
        if f.harmed_segments() and len(parts) > 1
        else _("Take the work back a quarter a week, so that in-house response times can be watched."),
        _("Collect from the vendor what belongs to you: open cases, scripts, knowledge base, recordings, access."),
    ]
    worst = [e for e in f.harmed() if e.arms is not None]
    if worst:
        steps.append(_("Another try, with this vendor or another, starts from these levels: {levels}.").format(
            levels=joined([
                _("{kpi} {now} where in-house has {base}").format(
                    kpi=e.metric.name, now=level(e.arms[1].value, e.metric.unit),
                    base=level(e.arms[0].value, e.metric.unit))
                for e in worst if e.arms is not None
            ])))  # fmt: skip
    return steps
