"""First actions with numbers: what is lacking to turn the verdict, as far as the estimates say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from pilot_analysis.decision.estimate import Estimate, state_of
from pilot_analysis.decision.findings import COSTS, Findings
from pilot_analysis.decision.gates import Gate
from pilot_analysis.decision.levers import LONGEST_PILOT, fee_sentence
from pilot_analysis.decision.segments import Segment
from pilot_analysis.decision.sentences import closest_guardrail
from pilot_analysis.stats.intervals import effect, t_quantile
from pilot_analysis.words import _, benefit, count, joined, money, percent

LUCK = 0.05  # as far off as this agent, by chance: the farthest of many is always somewhere

# Which levers answer which rule; others would turn the verdict only by chance.
TURNED_BY = {
    "harm_lever": {"coach"},
    "cost_higher": {"renegotiate", "volume"},
    "guardrail_unproven": {"coach", "extend", "add_agents"},
    "goal_unproven": {"renegotiate", "volume", "extend", "add_agents"},
}


@dataclass(frozen=True)
class Action:
    """What to do next: a fixed code, a sentence, and its number with unit where there is one."""

    code: str
    text: str
    value: float | None = None
    unit: str | None = None

    def to_dict(self) -> dict[str, object]:
        """As in review.json."""
        return {"code": self.code, "text": self.text, "value": self.value, "unit": self.unit}


def actions_for(rule: str, verdict: str, f: Findings, gates: Sequence[Gate] = ()) -> list[Action]:
    """The actions that a deciding rule calls for, the first thing to do first; `gates` are the steps of scaling.

    What turns the verdict by the smallest change leads; a code stands once.
    """
    table: dict[str, Callable[[Findings], list[Action]]] = {
        "harm_scoped": lambda f: _scale_rest(f, gates),
        "harm": _after_harm,
        "invalid": _repair,
        "segment_harm": _limit_scope,
        "cost_higher": lambda f: _renegotiate(f) if verdict == "adjust" else [],
        "guardrail_not_measured": lambda f: _measure([e for e in f.guardrails if e.state == "not_measured"]),
        "guardrail_unproven": _prove_guardrails,
        "goal_unproven": _reach_goals,
        "red_flags": lambda f: [
            Action(
                "measure",
                _("Settle the red flags with the vendor in writing: {flags}.").format(
                    flags=joined(f.config.vendor_review.red_flags)
                ),
            )
        ],
        "all_met": lambda f: _scale(f, gates),
    }
    turning = [
        Action(lever.code, lever.text, lever.value, lever.unit)
        for lever in f.levers
        if verdict == "adjust" and lever.verdict == "scale" and lever.code in TURNED_BY.get(rule, ())
    ]
    own = table[rule](f) if rule in table else []
    return turning + [action for action in own if action.code not in {turned.code for turned in turning}]


def _after_harm(f: Findings) -> list[Action]:
    found = []
    for e in f.harmed():
        assert e.effect is not None
        gap = -(e.metric.margin or 0.0) - e.effect.benefit
        if e.metric.id == "fcr":
            found.append(
                Action(
                    "fix_fcr",
                    _("First contact resolution would have to rise by {gap} before another try.").format(
                        gap=benefit(gap, e.metric.unit, e.metric.kind, signed=False)
                    ),
                    round(gap, 4),
                    e.metric.unit,
                )
            )
    return found


def _repair(f: Findings) -> list[Action]:
    failed = {c.id: c.text for c in f.checks if c.status == "fail"}
    found = []
    if "survey_parity" in failed:
        found.append(
            Action(
                "repair_survey",
                _("Offer the survey in the same way in both arms and measure satisfaction again: {why}").format(
                    why=failed.pop("survey_parity")
                ),
            )
        )
    found += [Action("repair_data", _("Repair and review again: {why}").format(why=text)) for text in failed.values()]
    return found


def _scale_rest(f: Findings, gates: Sequence[Gate]) -> list[Action]:
    assert f.rest is not None
    rest = Action(
        "volume",
        _("Send the other {share} of the pilot's contacts to the vendor: {why}.").format(
            share=percent(f.rest.share, 0), why=f.rest.why
        ),
        round(f.rest.share, 4),
        "fraction",
    )
    return [*_keep_out(f.rest.kept_out), rest, *_scale(f.rest.findings, gates)]


def _limit_scope(f: Findings) -> list[Action]:
    return _keep_out(f.harmed_segments())


def _keep_out(harmed: Sequence[Segment]) -> list[Action]:
    return [
        Action(
            "limit_scope",
            _("Keep {by} {value} in-house: {kpi} is {effect} there, beyond the margin.").format(
                by=s.by,
                value=s.value,
                kpi=s.estimate.metric.name,
                effect=benefit(s.estimate.effect.benefit, s.estimate.metric.unit, s.estimate.metric.kind),
            ),
            s.share,
            "fraction",
        )
        for s in harmed
        if s.estimate.effect is not None
    ]


def _measure(missing: list[Estimate]) -> list[Action]:
    return [Action("measure", _("Measure {kpi}: {why}.").format(kpi=e.metric.name, why=e.why)) for e in missing]


def _prove_guardrails(f: Findings) -> list[Action]:
    found = []
    for e in f.guardrails:
        if e.state != "inconclusive":
            continue
        found.append(_coach(e, f) or _more_data(e, f))
    return found


def _coach(e: Estimate, f: Findings) -> Action | None:
    """One agent explains the gap: one who is off the others by more than luck, and without whom the estimate would lie
    inside the margin."""
    if e.influence is None or e.effect is None or f.config.column(f.config.design.cluster) != "agent_id":
        return None
    if e.influence.by_chance is None or e.influence.by_chance > LUCK:
        return None
    sign = 1.0 if e.metric.better == "higher" else -1.0
    log = e.metric.kind == "ratio"
    before, after = (np.log(x) if log else x for x in (e.effect.estimate, e.influence.estimate_without))
    limit = -np.log1p(e.metric.margin or 0.0) if log else -(e.metric.margin or 0.0)
    if sign * before > limit / 2 or sign * (after - before) <= 0:
        return None  # the estimate itself is well inside the margin, or the agent does not pull it down
    without = effect(
        float(after), e.effect.se, e.effect.df, kind=e.metric.kind, better=e.metric.better, margin=e.metric.margin,
        confidence=f.config.design.confidence,
    )  # fmt: skip
    if without.benefit < -(e.metric.margin or 0.0) or state_of(without, e.metric.margin) == "harm":
        return None
    return Action(
        "coach",
        _("Coach {agent}: without this agent {kpi} would be {effect} instead of {now}.").format(
            agent=e.influence.cluster,
            kpi=e.metric.name,
            effect=benefit(without.benefit, e.metric.unit, e.metric.kind),
            now=benefit(e.effect.benefit, e.metric.unit, e.metric.kind),
        ),
        round(without.benefit, 6),
        e.metric.unit,
    )


def _more_data(e: Estimate, f: Findings) -> Action:
    """Days where days are lacking, agents where agents are.

    Where the estimate itself lies outside the margin: what it would take were both arms equal, and where there is
    that much already, to mend instead of to look on.
    """
    assert e.effect is not None
    assert e.arms is not None
    if f.config.design.comparison == "before_after":
        return _beside(e)
    margin = e.metric.margin or 0.0
    log = e.metric.kind == "ratio"
    room = (-np.log1p(-e.effect.benefit) if log else e.effect.benefit) + (np.log1p(margin) if log else margin)
    beyond = room <= 0
    if beyond:
        room = float(np.log1p(margin)) if log else margin
    wanted = (room / t_quantile(f.config.design.confidence, e.effect.df)) ** 2
    if beyond and wanted >= e.effect.se**2:
        return _mend(e)
    between = max(e.effect.se**2 - e.variance_fixed, 0.0)
    judged = f.config.pilot.days - f.config.pilot.ramp_up_days
    if wanted > between:
        days = ceil(judged * e.variance_fixed / (wanted - between)) + f.config.pilot.ramp_up_days
        if days <= LONGEST_PILOT:
            return Action("extend", _("Extend the pilot to {days} days: {kpi} could then be shown to hold.").format(
                days=count(days), kpi=e.metric.name), days, "days")  # fmt: skip
    agents = ceil(e.arms[1].clusters * e.effect.se**2 / wanted)
    return Action(
        "add_agents",
        _(
            "Put about {n} agents on the pilot (now {now}): more days alone would not show within {days} days that "
            "{kpi} holds."
        ).format(n=count(agents), now=count(e.arms[1].clusters), days=LONGEST_PILOT, kpi=e.metric.name),
        agents,
        "agents",
    )


def _beside(e: Estimate) -> Action:
    """What a comparison with earlier days lacks."""
    text = _(
        "Measure {kpi} beside in-house: let both work on such contacts in the same weeks. More days or agents against "
        "earlier ones would not tell the vendor from the season."
    )
    return Action("measure", text.format(kpi=e.metric.name))


def _mend(e: Estimate) -> Action:
    """What is missing to the margin, for a KPI that more contacts would only confirm to be beyond it."""
    assert e.effect is not None
    gap = -(e.metric.margin or 0.0) - e.effect.benefit
    return Action(
        "fix_fcr" if e.metric.id == "fcr" else "coach",
        _("Find out why {kpi} is {now} and improve it by at least {gap}: more contacts would only confirm it.").format(
            kpi=e.metric.name, now=benefit(e.effect.benefit, e.metric.unit, e.metric.kind),
            gap=benefit(gap, e.metric.unit, e.metric.kind, signed=False)),
        round(gap, 4),
        e.metric.unit,
    )  # fmt: skip


def _reach_goals(f: Findings) -> list[Action]:
    found = []
    for e in f.goals_unmet():
        if e.state == "not_measured":
            found += _measure([e])
        elif e.metric.id in COSTS and e.effect is not None and e.effect.benefit_high < (e.metric.hurdle or 0.0):
            found += _renegotiate(f)
        else:
            found.append(_more_data_for_goal(e, f))
    return found


def _more_data_for_goal(e: Estimate, f: Findings) -> Action:
    assert e.effect is not None
    hurdle = e.metric.hurdle or 0.0
    if e.effect.benefit <= hurdle and e.metric.id in COSTS:
        return _renegotiate(f)[0]
    if f.config.design.comparison == "before_after":
        return _beside(e)
    return Action(
        "extend",
        _("Extend the pilot: {kpi} is {effect}, and its interval does not yet clear {hurdle}.").format(
            kpi=e.metric.name,
            effect=benefit(e.effect.benefit, e.metric.unit, e.metric.kind),
            hurdle=benefit(hurdle, e.metric.unit, e.metric.kind),
        ),
    )


def _renegotiate(f: Findings) -> list[Action]:
    """The fee per contact at which the hurdle would be met, and the break-even beside it."""
    cost, terms = f.estimate("cost_per_contact"), f.terms
    if cost is None or terms is None:
        return []
    unit = cost.metric.unit
    wanted = terms.break_even_fee(cost.metric.hurdle or 0.0)
    if wanted > 0:
        return [Action("renegotiate", fee_sentence(terms, wanted, unit), round(wanted, 4), unit)]
    text = _("No fee is low enough: what the pilot costs beside the fees is {other} per contact already.")
    return [Action("renegotiate", text.format(other=money(terms.other, unit)))]


def _scale(f: Findings, gates: Sequence[Gate]) -> list[Action]:
    tightest = closest_guardrail(f)
    sentences = [_("Raise the vendor's volume step by step.")]
    if gates:
        sentences = [
            _("Raise the vendor's volume step by step, first by {n} contacts a day ({share} of in-house).").format(
                n=count(gates[0].more), share=percent(gates[0].share, 0)
            )
        ]
    if tightest is not None:
        sentences.append(
            _("Watch {kpi} every week: it is the closest to its limit of {limit} against in-house.").format(
                kpi=tightest.metric.name,
                limit=benefit(-(tightest.metric.margin or 0.0), tightest.metric.unit, tightest.metric.kind),
            )
        )
    return [Action("volume", " ".join(sentences), *((round(gates[0].more), "contacts_a_day") if gates else ()))]
