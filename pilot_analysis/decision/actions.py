"""First actions with numbers: what a verdict asks for, and what is lacking to turn it."""

from collections.abc import Callable, Sequence

from pilot_analysis.config.policy import Rule
from pilot_analysis.contacts.check import check_name
from pilot_analysis.decision.action import Action
from pilot_analysis.decision.findings import Findings
from pilot_analysis.decision.gates import Gate, Load
from pilot_analysis.decision.segments import Segment
from pilot_analysis.decision.sentences import closest_guardrail
from pilot_analysis.decision.unproven import measure, prove_guardrails, reach_goals, renegotiate, turning
from pilot_analysis.words import _, benefit, compared, count, joined, ngettext, percent

# Which levers answer which rule; others would turn the verdict only by chance.
TURNED_BY = {
    "harm_lever": {"coach"},
    "cost_higher": {"renegotiate", "volume"},
    "guardrail_unproven": {"coach", "extend", "add_agents"},
    "goal_unproven": {"renegotiate", "volume", "extend", "add_agents"},
}


def actions_for(rule: Rule, f: Findings, load: Load, gates: Sequence[Gate] = ()) -> list[Action]:
    """The actions that a deciding rule calls for, the first thing to do first.

    What turns the verdict by the smallest change leads; a code stands once.

    Args:
        rule: the one that decided.
        f: what it was asked about.
        load: contacts a day of both arms, which a stop takes back.
        gates: the steps of scaling.
    """
    table: dict[str, Callable[[Findings], list[Action]]] = {
        "harm_scoped": lambda f: _scale_rest(f, gates),
        "harm": _after_harm,
        "invalid": _repair,
        "segment_harm": _limit_scope,
        "cost_higher": lambda f: renegotiate(f) if rule.verdict == "adjust" else [],
        "guardrail_not_measured": lambda f: measure([e for e in f.guardrails if e.state == "not_measured"]),
        "guardrail_unproven": prove_guardrails,
        "goal_unproven": reach_goals,
        "red_flags": _settle,
        "all_met": lambda f: _scale(f, gates),
    }
    own = table[rule.id](f) if rule.id in table else []
    if rule.verdict == "stop":
        return [_take_back(f, load), *own]
    fitting = set(TURNED_BY.get(rule.id, ())) if rule.verdict == "adjust" else set()
    if any(action.unit == "answers" for action in own):
        fitting.discard("add_agents")  # agents would be hired only for the few of their customers who answer
    levers = [turning(lever) for lever in f.levers if lever.verdict == "scale" and lever.code in fitting]
    return levers + [action for action in own if action.code not in {turned.code for turned in levers}]


def _take_back(f: Findings, load: Load) -> Action:
    """What a stop asks for first: that the work comes back, and who does it."""
    n = count(load.per_day[1])
    text = _("Stop new contacts to the vendor and take back {n} a day.").format(n=n)
    if f.config.column(f.config.design.cluster) == "agent_id":
        text = _("Take back {n} contacts a day: in-house that is the work of about {agents} agents.").format(
            n=n, agents=count(load.agents_for(load.per_day[1], 0))
        )
    title = _("Take back {n} contacts a day").format(n=n)
    return Action("take_back", title, text, round(load.per_day[1]), "contacts_a_day")


def _after_harm(f: Findings) -> list[Action]:
    found = []
    for e in f.harmed():
        assert e.effect is not None
        gap = -(e.metric.margin or 0.0) - e.effect.benefit
        if e.metric.id == "fcr":
            words = {"gap": benefit(gap, e.metric.unit, e.metric.kind, signed=False)}
            found.append(
                Action(
                    "fix_fcr",
                    _("Before another try: {gap} more first contact resolution").format(**words),
                    _("First contact resolution would have to rise by {gap} before another try.").format(**words),
                    round(gap, 4),
                    e.metric.unit,
                )
            )
    return found


def _repair(f: Findings) -> list[Action]:
    """What each failed check asks for."""
    failed = [c.id for c in f.failed]
    found = []
    if "survey_parity" in failed:
        text = _("Offer the survey in the same way in both arms, then measure satisfaction again.")
        found.append(Action("repair_survey", _("Repair the survey"), text))
    if "agreed" in failed:
        text = _(
            "Let the pilot run on with the margins as they are now, and judge it by days that come after they were "
            "fixed."
        )
        found.append(Action("extend", _("Judge it by new days"), text))
    return found + [
        Action(
            "repair_data",
            _("Repair: {what}").format(what=check_name(name).lower()),
            _("Repair this and review again; the check says what was found and what it does to the comparison."),
        )
        for name in failed
        if name not in ("survey_parity", "agreed")
    ]


def _settle(f: Findings) -> list[Action]:
    flags = f.config.vendor_review.red_flags
    n = len(flags)
    return [
        Action(
            "measure",
            ngettext("Settle {n} red flag", "Settle {n} red flags", n).format(n=count(n)),
            _("Settle the red flags with the vendor in writing: {flags}.").format(flags=joined(flags)),
        )
    ]


def _scale_rest(f: Findings, gates: Sequence[Gate]) -> list[Action]:
    assert f.rest is not None
    share = percent(f.rest.share, 0)
    kept_out = _keep_out(f.rest.kept_out, 1 - f.rest.share)
    leave = Action(
        "volume",
        _("Leave the other {share} with the vendor").format(share=share),
        _("The vendor keeps the other {share} of the pilot's contacts: {why}.").format(share=share, why=f.rest.why),
        round(f.rest.share, 4),
        "fraction",
    )
    return [kept_out, leave, *_scale(f.rest.findings, gates)]


def _limit_scope(f: Findings) -> list[Action]:
    by_part: dict[tuple[str, str], list[Segment]] = {}
    for s in f.harmed_segments():
        by_part.setdefault((s.by, s.value), []).append(s)
    return [_keep_out(part, part[0].share) for part in by_part.values()]


def _keep_out(harmed: Sequence[Segment], share: float) -> Action:
    """The parts in which harm is shown stay in-house: together `share` of the pilot's contacts."""
    parts = joined(list(dict.fromkeys(f"{s.by} {s.value}" for s in harmed)))
    found = joined([
        _("{kpi} is {effect} in {by} {value}").format(
            kpi=s.estimate.metric.name, by=s.by, value=s.value,
            effect=compared(s.estimate.effect.benefit, s.estimate.metric.unit, s.estimate.metric.kind),
        )
        for s in harmed if s.estimate.effect is not None
    ])  # fmt: skip
    return Action(
        "limit_scope",
        _("Keep {parts} in-house ({share})").format(parts=parts, share=percent(share, 0)),
        _("Keep {parts} in-house, {share} of the pilot's contacts: {found}, beyond the margin.").format(
            parts=parts, share=percent(share, 0), found=found
        ),
        round(share, 4),
        "fraction",
    )


def _scale(f: Findings, gates: Sequence[Gate]) -> list[Action]:
    tightest = closest_guardrail(f)
    title, sentences = _("Raise the volume step by step"), [_("Raise the vendor's volume step by step.")]
    if gates:
        first = {"n": count(gates[0].more), "share": percent(gates[0].share, 0)}
        title = _("Raise the volume: {n} contacts a day more").format(**first)
        sentences = [
            _("Raise the vendor's volume step by step, first by {n} contacts a day ({share} of in-house).").format(
                **first
            )
        ]
    if tightest is not None:
        sentences.append(
            _("Watch {kpi} every week: it is the closest to its limit of {margin} worse than in-house.").format(
                kpi=tightest.metric.name,
                margin=benefit(tightest.metric.margin or 0.0, tightest.metric.unit, tightest.metric.kind, signed=False),
            )
        )
    number = (round(gates[0].more), "contacts_a_day") if gates else ()
    return [Action("volume", title, " ".join(sentences), *number)]
