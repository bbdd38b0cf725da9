"""What could be changed, each change recomputed through the same rules: coaching, rate, volume, scope, days, agents,
FCR.

The smallest change that turns the verdict comes first; sizes are relative to what is now.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import ceil, log, log1p

from pilot_analysis.config.policy import Rule
from pilot_analysis.costs.projection import Terms
from pilot_analysis.decision.coaching import agent_levels, coached, most_coached
from pilot_analysis.decision.estimate import Estimate, moved
from pilot_analysis.decision.findings import COSTS, Findings, Lever
from pilot_analysis.decision.means import CaseMix
from pilot_analysis.decision.resolved import resolved
from pilot_analysis.decision.rules import decide
from pilot_analysis.decision.scope import without_recomputed
from pilot_analysis.decision.volume import contacts_a_month, volume_for
from pilot_analysis.words import _, benefit, compared, count, joined, money, percent

LONGEST_PILOT = 90  # days
MOST_AGENTS = 10  # times the agents of now; more is no advice
BARELY = 1e-9  # beyond a limit, in the units of the analysis scale


def levers_for(f: Findings, mix: CaseMix, rules: Sequence[Rule]) -> list[Lever]:
    """Every lever that applies, those that turn the verdict to scale first, the smallest change first of all.

    None while the pilot runs, where it would be scaled anyway, and where a must-have failed.
    """
    plain = without_recomputed(rules)
    decided, _tried = decide(f, plain)
    if f.interim or decided is None or decided.verdict == "scale" or decided.id == "must_have_failed":
        return []
    judge = _Judge(f, plain)
    found = [lever for pull in (_coach, _rate, _volume, _days, _agents, _fcr) for lever in pull(f, mix, judge)]
    found += _scope(f)
    return sorted(found, key=lambda lever: (lever.verdict != "scale", lever.effort))


class _Judge:
    """The rules applied to changed estimates."""

    def __init__(self, findings: Findings, rules: Sequence[Rule]) -> None:
        self.findings, self.rules = findings, rules

    def __call__(self, changed: Sequence[Estimate]) -> Rule | None:
        """The rule that would decide with these estimates in place."""
        new = {e.metric.id: e for e in changed}
        estimates = [new.get(e.metric.id, e) for e in self.findings.estimates]
        return decide(replace(self.findings, estimates=estimates), self.rules)[0]


def _lever(code: str, text: str, value: float, unit: str, effort: float, rule: Rule | None) -> Lever:
    if rule is None or rule.verdict != "scale":
        text = f"{text} {_('That alone does not turn the verdict.')}"
    return Lever(
        code, text, value, unit, effort, None if rule is None else rule.verdict, None if rule is None else rule.id
    )


def _coach(f: Findings, mix: CaseMix, judge: _Judge) -> list[Lever]:
    """The weakest agents brought to their team's median: as few as turn the verdict, else the bottom quartile."""
    if f.config.column(f.config.design.cluster) != "agent_id":
        return []
    found = []
    for e in f.guardrails + f.goals:
        levels = agent_levels(e, mix) if e.state in ("inconclusive", "harm") else None
        if levels is None or e.effect is None or not levels.level[0] < 0:
            continue
        changed, rule, agents = e, None, 0
        for agents in range(1, most_coached(levels) + 1):
            changed = coached(e, mix, levels, agents, f.config.design.confidence)
            rule = judge([changed])
            if rule is not None and rule.verdict == "scale":
                break
        if changed.effect is None or not changed.effect.benefit > e.effect.benefit:
            continue
        text = _("Coach {agents} to their team's median: {kpi} would be {then} instead of {now}.").format(
            agents=joined(levels.name[:agents]), kpi=e.metric.name,
            then=compared(changed.effect.benefit, e.metric.unit, e.metric.kind),
            now=compared(e.effect.benefit, e.metric.unit, e.metric.kind),
        )  # fmt: skip
        found.append(_lever("coach", text, agents, "agents", agents / len(levels.name), rule))
    return found


def _rate(f: Findings, _mix: CaseMix, judge: _Judge) -> list[Lever]:
    """The fee per contact at which every cost goal would be met, by the whole interval."""
    terms, factor = f.terms, _cost_wanted(f)
    if terms is None or factor is None:
        return []
    wanted_fee = terms.fee_within(terms.pilot * factor)
    if wanted_fee <= 0:
        return []
    text = fee_sentence(terms, wanted_fee, f.config.costs.currency)
    effort = 1 - wanted_fee / terms.fee
    rule = judge(_at_cost(factor, f))
    return [_lever("renegotiate", text, round(wanted_fee, 4), f.config.costs.currency, effort, rule)]


def _volume(f: Findings, _mix: CaseMix, judge: _Judge) -> list[Lever]:
    """More contacts, where the cost is too high for what does not grow with them."""
    terms, factor, now = f.terms, _cost_wanted(f), contacts_a_month(f.ledger)
    if terms is None or factor is None or now is None:
        return []
    then = volume_for(terms, now, factor)
    if then is None:
        return []
    text = _(
        "Send the vendor {then} contacts a month (now {now}): what does not grow with them is spread over more, and a "
        "contact costs {cost} instead of {was}."
    ).format(
        then=count(ceil(then)), now=count(now), cost=money(terms.pilot * factor, f.config.costs.currency),
        was=money(terms.pilot, f.config.costs.currency),
    )  # fmt: skip
    rule = judge(_at_cost(factor, f))
    return [_lever("volume", text, ceil(then), "contacts", then / now - 1, rule)]


def _cost_wanted(f: Findings) -> float | None:
    """What the pilot's cost per contact would have to be multiplied by to meet every cost goal; None if they are."""
    cost, terms = f.estimate("cost_per_contact"), f.terms
    missed = [e for e in f.goals_unmet() if e.metric.id in COSTS]
    if cost is None or cost.effect is None or cost.why is not None or terms is None:
        return None
    if cost.metric.role == "guardrail" and cost.effect.benefit_low <= -f.config.decision.max_increase:
        missed.append(cost)
    if not missed:
        return None
    parts, factor = resolved(f), 1.0
    for e in missed:
        if e.effect is None or e.arms is None:
            return None
        limit = -f.config.decision.max_increase if e.metric.role == "guardrail" else e.metric.hurdle or 0.0
        wanted = (1 - limit) / e.effect.high  # what the whole ratio would have to be multiplied by
        needed = wanted if e is cost or parts is None else parts.factor(wanted)
        if needed is None:
            return None
        factor = min(factor, needed)
    return factor - BARELY


def _at_cost(factor: float, f: Findings) -> list[Estimate]:
    """The costs with the pilot's own cost per contact multiplied."""
    cost, of_resolution, parts = f.estimate("cost_per_contact"), f.estimate("cost_per_resolution"), resolved(f)
    assert cost is not None
    changed = [moved(cost, log(factor), f.config.design.confidence)]
    if of_resolution is not None and of_resolution.effect is not None:
        times = factor if parts is None else parts.times(factor)
        changed.append(moved(of_resolution, log(times), f.config.design.confidence))
    return changed


def fee_sentence(terms: Terms, wanted: float, currency: str) -> str:
    """To below which fee per contact, from which, and at which nothing is saved.

    Below: at the fee itself exactly the agreed share is saved, and a goal asks for more.
    """
    return _("Renegotiate the fee to below {wanted} per contact (now {now}; {even} is the break-even).").format(
        wanted=money(wanted, currency), now=money(terms.fee, currency), even=money(terms.break_even_fee(), currency)
    )


def _open(f: Findings) -> list[Estimate]:
    """What is not shown though the estimate itself is good enough: here more data may help."""
    unmet = {e.metric.id for e in f.goals_unmet()}
    found = []
    for e in f.guardrails + f.goals:
        if e.effect is None or e.why is not None or (e.state != "inconclusive" and e.metric.id not in unmet):
            continue
        limit = (e.metric.hurdle or 0.0) if e.metric.role == "goal" else -(e.metric.margin or 0.0)
        if e.effect.benefit > limit:
            found.append(e)
    return found


def _more(f: Findings, judge: _Judge, sizes: Sequence[int], variance: Callable[[Estimate, int], float]) -> int | None:
    """The smallest size at which the open KPIs, staying as they are, would give scale.

    None in a comparison with earlier days: what it cannot rule out does not shrink with more of them.
    """
    waiting = _open(f)
    if not waiting or f.config.design.comparison == "before_after":
        return None

    def scaled(size: int) -> bool:
        changed = [
            moved(e, 0.0, f.config.design.confidence, variance(e, size) ** 0.5) for e in waiting
        ]  # fmt: skip
        rule = judge(changed)
        return rule is not None and rule.verdict == "scale"

    if not sizes or not scaled(sizes[-1]):
        return None
    low, high = 0, len(sizes) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if scaled(sizes[middle]) else (middle + 1, high)
    return sizes[low]


def _days(f: Findings, _mix: CaseMix, judge: _Judge) -> list[Lever]:
    """More days of the same agents: only the luck of contacts shrinks, not that of which agents were hired."""
    pilot = f.config.pilot
    now = pilot.days
    judged = now - pilot.ramp_up_days

    def variance(e: Estimate, days: int) -> float:
        assert e.effect is not None
        between = max(e.effect.se**2 - e.variance_fixed, 0.0)
        return between + e.variance_fixed * judged / (days - pilot.ramp_up_days)

    days = _more(f, judge, range(now + 1, LONGEST_PILOT + 1), variance)
    if days is None:
        return []
    text = _("Extend the pilot to {days} days, if what was seen stays as it is.").format(days=count(days))
    rule = next(rule for rule in judge.rules if rule.verdict == "scale")
    return [_lever("extend", text, days, "days", days / now - 1, rule)]


def _agents(f: Findings, _mix: CaseMix, judge: _Judge) -> list[Lever]:
    """More agents in the pilot, each with as many contacts as those of now; the in-house part does not shrink."""
    clusters = [e.arms[1].clusters for e in _open(f) if e.arms is not None]
    if not clusters or f.config.column(f.config.design.cluster) != "agent_id":
        return []
    now = max(clusters)

    def variance(e: Estimate, agents: int) -> float:
        assert e.effect is not None
        assert e.arms is not None
        in_house, pilot = e.arms
        growth = agents / now
        between = max(e.effect.se**2 - e.variance_fixed, 0.0)
        of_agents = in_house.clusters / (in_house.clusters + pilot.clusters)
        of_contacts = in_house.n / (in_house.n + pilot.n)
        return between * (1 - of_agents + of_agents / growth) + e.variance_fixed * (
            1 - of_contacts + of_contacts / growth
        )

    agents = _more(f, judge, range(now + 1, MOST_AGENTS * now + 1), variance)
    if agents is None:
        return []
    text = _("Put {n} agents on the pilot (now {now}), if what was seen stays as it is.").format(
        n=count(agents), now=count(now)
    )
    rule = next(rule for rule in judge.rules if rule.verdict == "scale")
    return [_lever("add_agents", text, agents, "agents", agents / now - 1, rule)]


def _fcr(f: Findings, _mix: CaseMix, judge: _Judge) -> list[Lever]:
    """By how much first contact resolution would have to rise; a result to reach, not a thing to do."""
    fcr, of_resolution = f.estimate("fcr"), f.estimate("cost_per_resolution")
    if fcr is None or fcr.effect is None or fcr.arms is None or fcr.metric.role == "secondary":
        return []
    if fcr.state not in ("inconclusive", "harm"):
        return []
    gap = -(fcr.metric.margin or 0.0) - fcr.effect.benefit_low + BARELY
    now = fcr.arms[1].value
    if not 0 < now < 1 - gap:
        return []
    confidence = f.config.design.confidence
    changed = [moved(fcr, gap, confidence)]
    if of_resolution is not None and of_resolution.effect is not None:
        changed.append(moved(of_resolution, -log1p(gap / now), confidence))
    text = _("First contact resolution at the vendor would have to rise by {gap}, to {level}.").format(
        gap=benefit(gap, fcr.metric.unit, fcr.metric.kind, signed=False), level=percent(now + gap)
    )
    return [_lever("fix_fcr", text, round(gap, 4), fcr.metric.unit, gap / now, judge(changed))]


def _scope(f: Findings) -> list[Lever]:
    """What the segments that are harmed would leave."""
    if f.rest is None:
        return []
    names = joined([f"{by} {value}" for by, value in f.rest.parts])
    text = _("Keep {names} in-house and send the other {share} to the vendor.").format(
        names=names, share=percent(f.rest.share, 0)
    )
    verdict = f.rest.verdict if f.rest.passes else "adjust"
    share = round(f.rest.share, 4)
    return [Lever("limit_scope", text, share, "fraction", 1 - f.rest.share, verdict, f.rest.rule)]
