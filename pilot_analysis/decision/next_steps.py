"""What follows the verdict: how to scale and when to step back, what to change and when to look again, how to leave.

Every number is the review's own: volumes, agents, limits and precision of this pilot.
"""

from collections.abc import Sequence
from datetime import timedelta
from math import ceil

import numpy as np

from pilot_analysis.config.policy import Rule
from pilot_analysis.decision.actions import Action
from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.findings import Findings
from pilot_analysis.decision.gates import Gate, Load
from pilot_analysis.decision.sentences import closest_guardrail
from pilot_analysis.words import _, count, day, joined, level, percent

LEAD_DAYS = 28  # from an agreed change to the first contact, and the usual nesting of new agents
WEEK = 7


def next_steps(
    rule: Rule | None, actions: Sequence[Action], f: Findings, load: Load, gates: Sequence[Gate]
) -> list[str]:
    """The steps that the verdict asks for, in order, one sentence each; none while the pilot runs."""
    if rule is None:
        return []
    if rule.verdict == "scale":
        return _after_scale(f, gates)
    if rule.verdict == "stop":
        return _after_stop(f, load)
    if "rest_passes" in rule.when and f.rest is not None:
        kept_out = joined([f"{by} {value}" for by, value in f.rest.parts])
        mend = _(
            "Name an owner on each side for what stays in-house ({parts}); it is tried again by a pilot of its own."
        )
        return [*_after_scale(f.rest.findings, gates), mend.format(parts=kept_out)]
    return _after_adjust(actions, f)


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
    steps.append(_("Raise the vendor's part of the in-house volume in scope by gates: {gates}.").format(
        gates=joined(told)))  # fmt: skip
    tightest = closest_guardrail(f)
    if tightest is not None and tightest.effect is not None:
        steps.append(_(
            "Stay at each gate for {weeks} weeks before the next: so long it takes this many agents to show {kpi} "
            "within its margin again. New agents need about {lead} days until they count."
        ).format(
            weeks=count(_weeks_to_show(tightest, f)), kpi=tightest.metric.name, lead=count(LEAD_DAYS)))  # fmt: skip
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


def _after_adjust(actions: Sequence[Action], f: Findings) -> list[str]:
    """Who does what, and the day of the next look."""
    pilot = f.config.pilot
    days = pilot.days
    longer = next((a.value for a in actions if a.code == "extend" and a.unit == "days" and a.value), None)
    again = pilot.start + timedelta(days=int(longer) - 1) if longer else pilot.end + timedelta(days=LEAD_DAYS + days)
    return [
        _("Name an owner on each side for the first of the next actions.")
        if actions
        else _("Name an owner on each side for what is to change."),
        _("Look again on {day}: {why}").format(
            day=day(again),
            why=_("the day on which the longer pilot ends.") if longer
            else _("{lead} days to change it and a pilot of {days} days as before.").format(
                lead=count(LEAD_DAYS), days=count(days)),
        ),
        _("Until then the vendor's volume stays as it is, and margins and targets stay as they were agreed."),
    ]  # fmt: skip


def _after_stop(f: Findings, load: Load) -> list[str]:
    """Taking the work back without leaving a hole."""
    agents = load.agents_for(load.per_day[1], 0)
    steps = [
        _("Take back {n} contacts a day; in-house that is the work of about {agents} agents at their present load.")
        .format(n=count(load.per_day[1]), agents=count(agents))
        if f.config.column(f.config.design.cluster) == "agent_id"
        else _("Take back {n} contacts a day.").format(n=count(load.per_day[1])),
        _("Take them back by parts, the most harmed first: {parts}.").format(parts=joined(_by_room(f)[::-1]))
        if f.harmed_segments() and _by_room(f)
        else _("Take them back a quarter a week, so that in-house response times can be watched."),
        _("Collect from the vendor what belongs to you: open cases, scripts, knowledge base, recordings, access."),
    ]  # fmt: skip
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
