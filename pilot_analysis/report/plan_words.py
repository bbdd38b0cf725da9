"""What is said of a plan, in sentences."""

from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.planning.baseline import LONGEST
from pilot_analysis.planning.pilots import unpriced
from pilot_analysis.planning.plan import HIGHER, Plan, Wanted
from pilot_analysis.planning.search import Lack
from pilot_analysis.words import _, benefit, count, joined, percent, points


def headline(plan: Plan) -> str:
    """What the pilot of the config can show, in one sentence."""
    design, sure, power = plan.chosen.design, plan.sure, percent(plan.chosen.power, 0)
    if sure is not None:
        power = _("{power} (between {low} and {high})").format(
            power=power, low=percent(sure.low, 0), high=percent(sure.high, 0)
        )  # fmt: skip
    return _(
        "With {agents} agents, {contacts} contacts a day and {days} days, {power} of such pilots would end in scale "
        "if the vendor is what is expected."
    ).format(
        agents=count(design.agents[1]), contacts=count(design.per_day[1]), days=count(design.days), power=power
    )  # fmt: skip


def notes(plan: Plan) -> list[str]:
    """Whether that is enough, what it would take, what it lacks most, and what it rests on."""
    found = [*_barred(plan)]
    if not found:
        found += [*_enough(plan), *_lacks(plan)]
    if plan.as_good is not None:
        found.append(
            _(
                "Were the vendor only as good as in-house, at the same cost as expected, {power} would be scaled."
            ).format(power=percent(plan.as_good.power, 0))
        )
    return [*found, *_how_sure(plan)]


def _how_sure(plan: Plan) -> list[str]:
    """What leaves the chance open, and whether a longer history would help."""
    csat, period, sure = plan.baseline.noise.get("csat"), plan.baseline.period, plan.sure
    if sure is None or period is None:
        return []
    found = [
        _(
            "The range holds the chance in four of five cases: {days} days of {n} agents show only roughly how much "
            "agents differ from each other."
        ).format(days=count(period.days), n=count(plan.baseline.agents))
    ]  # fmt: skip
    if csat is not None and csat.agent_sd_high > csat.agent_sd:
        found[0] += " " + _("Their satisfaction differs by {sd} (sd), or by up to {most}.").format(
            sd=points(csat.agent_sd), most=points(csat.agent_sd_high)
        )
    if plan.longer is not None and plan.longer.width < sure.width:
        found.append(
            _("With {days} days of history the range would be about {width} wide, not {now}.").format(
                days=count(LONGEST), width=points(plan.longer.width, 0), now=points(sure.width, 0)
            )
        )
    return found


def _lacking(metric: Metric) -> str:
    why = metric.why or (unpriced() if metric.measure == "cost" else None)
    return f"{metric.name} ({why})" if why else metric.name


def _barred(plan: Plan) -> list[str]:
    """What keeps a pilot of any size from scale."""
    found = []
    if plan.unmeasured:
        found.append(
            _(
                "No pilot could be scaled: this log and config do not measure {kpis}. Mend that, or give what the "
                "verdict can do without the role secondary."
            ).format(kpis=joined([_lacking(m) for m in plan.baseline.metrics if m.id in plan.unmeasured]))
        )
    for metric in plan.baseline.metrics:
        if metric.id in plan.unreachable:
            gain, goal = plan.truth.effects.get(metric.id, 0.0), metric.role == "goal"
            limit = (metric.hurdle or 0.0) if goal else -(metric.margin or 0.0)
            sign = -1.0 if metric.better == "lower" else 1.0
            found.append(
                _("No size shows {kpi}: {effect} is expected, and more than {limit} has to be shown.").format(
                    kpi=metric.name, effect=benefit(sign * gain, metric.unit, metric.kind),
                    limit=benefit(limit, metric.unit, metric.kind),
                )
            )  # fmt: skip
    return found


def _enough(plan: Plan) -> list[str]:
    wanted, design = plan.config.plan.power, plan.chosen.design
    if plan.chosen.power >= wanted:
        return [_("That is enough: {power} was asked for.").format(power=percent(wanted, 0))]
    found = [_("That is too few: {power} was asked for.").format(power=percent(wanted, 0))]
    enough = [j for j in plan.lengths if j.power >= wanted]
    longest = max((j.design.days for j in plan.lengths), default=design.days)
    if enough:
        found.append(
            _("The same agents reach it in {days} days ({power}).").format(
                days=count(enough[0].design.days), power=percent(enough[0].power, 0)
            )
        )
    else:
        found.append(
            _("{agents} agents do not reach it in {days} days either.").format(
                agents=count(design.agents[1]), days=count(longest)
            )
        )
    own = [w for w in plan.smallest if w.power == wanted]
    there = next((w for w in own if w.days == design.days and w.judged is not None), None)
    there = there or next((w for w in own if w.judged is not None), None)
    found.append(_takes(there) if there is not None else _never(plan, longest))
    return found


def _takes(wanted: Wanted) -> str:
    assert wanted.judged is not None
    design = wanted.judged.design
    return _("It would take about {agents} agents in {days} days, with {contacts} contacts a day.").format(
        agents=count(design.agents[1]), days=count(wanted.days), contacts=count(design.per_day[1])
    )


def _never(plan: Plan, longest: int) -> str:
    return _(
        "No number of agents does in {days} days: in-house has {agents} agents and {contacts} contacts a day to be "
        "compared with. A wider margin, more answers or a longer pilot would have to be agreed on."
    ).format(
        days=count(longest), agents=count(plan.baseline.agents), contacts=count(plan.baseline.contacts_per_day)
    )  # fmt: skip


def _lacks(plan: Plan) -> list[str]:
    """What twice as much of one thing would do."""
    if plan.chosen.power >= HIGHER:
        return []
    parts = [
        _("{power} with {what}").format(what=_twice(d.lack), power=percent(d.power, 0)) for d in plan.doublings
    ]  # fmt: skip
    return [_("Twice as much of one thing would make it {parts}.").format(parts=joined(parts))]


def _twice(lack: Lack) -> str:
    return {
        "agents": _("the agents on the same contacts"), "days": _("the days"),
        "answers": _("the answers to the survey"), "in_house_agents": _("the agents in-house"),
    }[lack]  # fmt: skip
