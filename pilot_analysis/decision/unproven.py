"""What a KPI lacks that is not shown to hold or to be met: a coached agent, days, agents, a better level, or a fee."""

from collections.abc import Sequence
from math import ceil

import numpy as np

from pilot_analysis.decision.action import Action
from pilot_analysis.decision.estimate import Estimate, state_of
from pilot_analysis.decision.findings import COSTS, SURVEYED, Findings, Lever
from pilot_analysis.decision.levers import LONGEST_PILOT, fee_sentence
from pilot_analysis.stats.intervals import effect, t_quantile
from pilot_analysis.words import _, benefit, compared, count, joined, money, ngettext, percent

LUCK = 0.05  # as far off as this agent, by chance: the farthest of many is always somewhere
MOST_ANSWERED = 0.5  # of the customers who are asked; more is no advice


def turning(lever: Lever) -> Action:
    """A lever that turns the verdict, as an action."""
    n = count(lever.value)
    titles = {
        "coach": ngettext("Coach {n} agent", "Coach {n} agents", round(lever.value)).format(n=n),
        "extend": _("Extend the pilot to {n} days").format(n=n),
        "add_agents": _("Put {n} agents on the pilot").format(n=n),
        "volume": _("Send {n} contacts a month").format(n=n),
    }
    title = _fee_title(lever.value, lever.unit) if lever.code == "renegotiate" else titles[lever.code]
    return Action(lever.code, title, lever.text, lever.value, lever.unit)


def _fee_title(fee: float, currency: str) -> str:
    return _("Renegotiate the fee to below {fee}").format(fee=money(fee, currency))


def measure(missing: Sequence[Estimate]) -> list[Action]:
    """What was not measured, each with the reason."""
    return [
        Action(
            "measure",
            _("Measure {kpi}").format(kpi=e.metric.name),
            _("Measure {kpi}: {why}.").format(kpi=e.metric.name, why=(e.why or "").rstrip(".")),
        )
        for e in missing
    ]


def prove_guardrails(f: Findings) -> list[Action]:
    """What every open guardrail lacks; days, agents and answers once, as many as the one that needs most."""
    found = [(e, _coach(e, f) or _more_data(e, f)) for e in f.guardrails if e.state == "inconclusive"]
    return _together(found)


def _together(found: Sequence[tuple[Estimate, Action]]) -> list[Action]:
    """The actions; of those for more days or more agents only the largest, in the name of all KPIs that ask for it."""
    kept: list[Action] = []
    for e, action in found:
        alike = [(other, one) for other, one in found if (one.code, one.unit) == (action.code, action.unit)]
        if action.unit not in ("days", "agents") or action.value is None or len(alike) == 1:
            kept.append(action)
        elif e is alike[0][0]:
            names = joined([other.metric.name for other, _one in alike])
            most = max((one for _other, one in alike), key=lambda one: one.value or 0.0)
            agents = next((other.arms[1].clusters for other, _one in alike if other.arms is not None), 0)
            kept.append(_days(most.value, names) if action.code == "extend" else _agents(most.value, agents, names))
    return kept


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
        _("Coach {agent}").format(agent=e.influence.cluster),
        _("Coach {agent}: without this agent {kpi} would be {effect} instead of {now}.").format(
            agent=e.influence.cluster,
            kpi=e.metric.name,
            effect=compared(without.benefit, e.metric.unit, e.metric.kind),
            now=compared(e.effect.benefit, e.metric.unit, e.metric.kind),
        ),
        round(without.benefit, 6),
        e.metric.unit,
    )


def _more_data(e: Estimate, f: Findings) -> Action:
    """Days where days are lacking, answers where customers who answer are, agents where agents are.

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
            return _days(days, e.metric.name)
    growth = e.variance_fixed / (wanted - between) if wanted > between else e.effect.se**2 / wanted
    if (answers := _answers(e, growth, f)) is not None:
        return answers
    agents = ceil(e.arms[1].clusters * e.effect.se**2 / wanted)
    return _agents(agents, e.arms[1].clusters, e.metric.name)


def _days(days: float | None, names: str) -> Action:
    n = count(days or 0)
    return Action(
        "extend",
        _("Extend the pilot to {n} days").format(n=n),
        _("Extend the pilot to {n} days: {kpis} could then be shown to hold.").format(n=n, kpis=names),
        days,
        "days",
    )


def _answers(e: Estimate, growth: float, f: Findings) -> Action | None:
    """More of the customers who are served anyway, where the luck of who answered is most of what is unsure."""
    assert e.effect is not None
    assert e.arms is not None
    if e.metric.id not in SURVEYED or e.variance_fixed <= e.effect.se**2 / 2:
        return None
    pilot, now = f.config.pilot, e.arms[1].n
    contacts = max(other.arms[1].n for other in f.estimates if other.arms is not None)
    longest = (LONGEST_PILOT - pilot.ramp_up_days) / (pilot.days - pilot.ramp_up_days)
    share = now * growth / (contacts * longest)
    if share > MOST_ANSWERED:
        return None
    answers = ceil(now * growth)
    return Action(
        "extend",
        _("Collect about {n} answers in the pilot").format(n=count(answers)),
        _(
            "It would take about {n} answers in the pilot (now {now}) before {kpi} could be shown to hold, and as many "
            "times more in-house: customers who answer are lacking, not agents. In a pilot of {days} days that is "
            "{share} of its contacts rated, where {rate} are now."
        ).format(
            n=count(answers), now=count(now), kpi=e.metric.name, days=LONGEST_PILOT, share=percent(share, 0),
            rate=percent(now / contacts, 0),
        ),
        answers,
        "answers",
    )  # fmt: skip


def _agents(agents: float | None, now: int, names: str) -> Action:
    n = count(agents or 0)
    return Action(
        "add_agents",
        _("Put about {n} agents on the pilot").format(n=n),
        _(
            "It would take about {n} agents on the pilot (now {now}) before {kpis} could be shown to hold; more days "
            "alone would not do within {days} days."
        ).format(n=n, now=count(now), days=LONGEST_PILOT, kpis=names),
        agents,
        "agents",
    )


def _beside(e: Estimate) -> Action:
    """What a comparison with earlier days lacks."""
    text = _(
        "Measure {kpi} beside in-house: let both work on such contacts in the same weeks. More days or agents against "
        "earlier ones would not tell the vendor from the season."
    )
    title = _("Measure {kpi} beside in-house")
    return Action("measure", title.format(kpi=e.metric.name), text.format(kpi=e.metric.name))


def _mend(e: Estimate) -> Action:
    """What is missing to the margin, for a KPI that more contacts would only confirm to be beyond it."""
    assert e.effect is not None
    gap = -(e.metric.margin or 0.0) - e.effect.benefit
    names = {
        "kpi": e.metric.name, "now": compared(e.effect.benefit, e.metric.unit, e.metric.kind),
        "gap": benefit(gap, e.metric.unit, e.metric.kind, signed=False),
    }  # fmt: skip
    return Action(
        "fix_fcr" if e.metric.id == "fcr" else "coach",
        _("Improve {kpi} by {gap}").format(**names),
        _("Find out why {kpi} is {now} and improve it by at least {gap}: more contacts would only confirm it.").format(
            **names
        ),
        round(gap, 4),
        e.metric.unit,
    )


def reach_goals(f: Findings) -> list[Action]:
    """What every goal lacks that is not shown to be met; a goal itself where there is none."""
    if not f.goals:
        return [
            Action(
                "measure",
                _("Say what is to be gained"),
                _("Name in the config the KPI that has to improve (role: goal), and measure it."),
            )
        ]
    found = []
    for e in f.goals_unmet():
        if e.state == "not_measured":
            found += measure([e])
        elif e.metric.id in COSTS and e.effect is not None and e.effect.benefit_high < (e.metric.hurdle or 0.0):
            found += renegotiate(f)
        else:
            found += _more_data_for_goal(e, f)
    return list(dict.fromkeys(found))


def _more_data_for_goal(e: Estimate, f: Findings) -> list[Action]:
    assert e.effect is not None
    hurdle = e.metric.hurdle or 0.0
    if e.effect.benefit <= hurdle and e.metric.id in COSTS:
        return renegotiate(f)
    if f.config.design.comparison == "before_after":
        return [_beside(e)]
    text = _("Extend the pilot: {kpi} is {effect}, and its interval does not yet clear {hurdle}.").format(
        kpi=e.metric.name,
        effect=compared(e.effect.benefit, e.metric.unit, e.metric.kind),
        hurdle=benefit(hurdle, e.metric.unit, e.metric.kind, signed=False),
    )
    return [Action("extend", _("Extend the pilot"), text)]


def renegotiate(f: Findings) -> list[Action]:
    """The fee per contact at which the hurdle would be met, and the break-even beside it."""
    cost, terms = f.estimate("cost_per_contact"), f.terms
    if cost is None or terms is None:
        return []
    unit = cost.metric.unit
    wanted = terms.break_even_fee(cost.metric.hurdle or 0.0)
    if wanted > 0:
        return [
            Action("renegotiate", _fee_title(wanted, unit), fee_sentence(terms, wanted, unit), round(wanted, 4), unit)
        ]
    text = _("No fee is low enough: what the pilot costs beside the fees is {other} per contact already.")
    return [Action("renegotiate", _("Cut what comes beside the fees"), text.format(other=money(terms.other, unit)))]
