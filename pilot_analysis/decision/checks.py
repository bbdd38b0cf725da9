"""Checks that need sums or estimates: overlap, Simpson, agents, maturity, dates."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pilot_analysis.config.agreed import fingerprints
from pilot_analysis.config.models import Config
from pilot_analysis.contacts.as_read import units_said
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.table import Contacts
from pilot_analysis.decision.case_mix import Balance, named_cells
from pilot_analysis.decision.estimate import Estimate, state_name
from pilot_analysis.decision.estimates import Estimates
from pilot_analysis.decision.leakage import leakage_check
from pilot_analysis.decision.means import CaseMix
from pilot_analysis.decision.no_counterpart import Unmatched
from pilot_analysis.decision.planned import planned_check
from pilot_analysis.decision.plausible import gaming_check, units_check
from pilot_analysis.decision.variants import Variant
from pilot_analysis.kpis.clusters import INDEPENDENT
from pilot_analysis.words import _, benefit, count, counted, day, joined, percent

LARGEST_UNCOMPARED, SMALL_UNCOMPARED = 0.10, 0.01  # shares of the pilot's contacts
FEW_AGENTS = 10


def sums_checks(contacts: Contacts, config: Config, found: Estimates, cluster: str | None) -> list[Check]:
    """Checks of the comparison."""
    checks: list[Check | None] = [
        _agreed(config),
        planned_check(contacts, found.mix, next((e for e in found.estimates if e.metric.id == "csat"), None), config),
        _agents(contacts, found.mix, cluster, found.estimates),
        _overlap(found.case_mix, found.unmatched, config.privacy.smallest_cell),
        _simpson(found.estimates, found.variants),
        _immature(contacts, found.mix, config),
        units_check(contacts, found.estimates, units_said(contacts)),
        gaming_check(found.estimates),
        leakage_check(
            contacts,
            found.mix,
            config.data.columns.get(config.data.arm.column, config.data.arm.column),
            config.kpis.fcr.window_days,
            config.costs.currency,
            config.privacy.smallest_cell,
        ),
    ]
    return [check for check in checks if check is not None]


def _agreed(config: Config) -> Check:
    """Whether it was agreed on in time, and whether it is what is judged."""
    check, now = _agreed_in_time(config), fingerprints(config)
    if not config.decision.agreed:
        return check
    changed = [part for part, own in config.decision.agreed.items() if own != now[part]]
    if not changed:
        return replace(check, text=check.text + " " + _("What is judged is what was agreed on."))
    text = _("What is judged is not what was agreed on: {parts} of the config changed since.").format(
        parts=joined(list(changed))
    )
    # costs are known better at the end, and a pilot may be extended
    status = check.status if check.status == "fail" else "warn" if set(changed) <= {"pilot", "costs"} else "fail"
    return replace(check, status=status, text=check.text + " " + text)


def _agreed_in_time(config: Config) -> Check:
    agreed, start = config.decision.agreed_on, config.pilot.start
    if agreed is None:
        return Check(
            "agreed",
            "warn",
            _("The config does not say when KPIs and margins were agreed (decision.agreed_on)."),
        )
    if agreed > start:
        return Check("agreed", "fail", _(
            "KPIs and margins were agreed on {agreed}, after the pilot began on {start}: they may have been "
            "chosen to fit, so the result cannot say scale."
        ).format(agreed=day(agreed), start=day(start)))  # fmt: skip
    return Check(
        "agreed",
        "pass",
        _("KPIs and margins were agreed on {agreed}, before the pilot began.").format(agreed=day(agreed)),
    )


def _agents(contacts: Contacts, mix: CaseMix, cluster: str | None, estimates: Sequence[Estimate]) -> Check:
    if cluster == INDEPENDENT:
        return Check("agents", "warn", _(
            "Contacts are taken as independent of each other (design.cluster: none): the intervals carry neither the "
            "luck of which agents were hired nor that contacts of one agent resemble each other. Where agents differ "
            "they are too narrow, and show what is not there."
        ))  # fmt: skip
    every = mix.sums.measures["contacts"]
    groups = contacts.grouping.names
    n = [mix.clusters(group, every) for group in range(len(groups))]
    text = _("Clusters ({column}): {parts}.").format(
        column=cluster_label(cluster),
        parts=joined([
            _("{n} {arm}").format(n=count(k), arm=contacts.grouping.called(g)) for k, g in zip(n, groups, strict=True)
        ]),
    )  # fmt: skip
    status = "pass"
    if cluster != "agent_id":
        status = "info"
        text += " " + _("The interval does not carry the luck of which agents were hired.")
    if min(n) < FEW_AGENTS:
        status = "warn"
        text += " " + _("Fewer than {n} in an arm make wide intervals.").format(n=FEW_AGENTS)
    nameless = ~mix.sums.named
    by_day = float(every.n[nameless[mix.sums.cluster]].sum()) / max(float(every.n.sum()), 1.0)
    if cluster is not None and by_day >= 0.0005:
        text += " " + _("{share} of the contacts have none and cluster by arm and day.").format(share=percent(by_day))
    for e in estimates:
        # customers are not named
        if cluster != "customer_id" and e.metric.id == "fcr" and e.influence is not None and e.effect is not None:
            text += " " + _("First contact resolution is moved most by {cluster}.").format(cluster=e.influence.cluster)
    return Check("agents", status, text)  # type: ignore[arg-type]


def cluster_label(cluster: str | None) -> str:
    """The clusters as the page calls them."""
    return {"agent_id": _("agents"), "customer_id": _("customers"), None: _("days"), INDEPENDENT: _("contacts")}.get(
        cluster, str(cluster)
    )


def _overlap(case_mix: Balance, unmatched: Sequence[Unmatched], smallest: int) -> Check:
    """The pilot's contacts without a counterpart, counted and named; and those that targets stand in for."""
    check = _compared(case_mix, smallest)
    if not unmatched:
        return check
    parts = [
        _("{by} {value} ({share})").format(by=part.by, value=part.value, share=percent(part.share))
        for part in unmatched
    ]
    text = _("Only the pilot has {parts}: held against the targets of the KPIs, as agreed.").format(parts=joined(parts))
    unjudged = list(dict.fromkeys(name for part in unmatched for name in part.unjudged))
    if unjudged:
        text += " " + _(
            "There it is not known whether these hold, without a target or with too little to tell: {kpis}."
        )
        text = text.format(kpis=joined(unjudged))
    status = "warn" if unjudged and check.status == "pass" else check.status
    return Check("overlap", status, f"{check.text} {text}")


def _compared(case_mix: Balance, smallest: int) -> Check:
    worst = max(case_mix.uncompared, key=lambda found: found.share, default=None)
    if worst is None:
        return Check("overlap", "pass", _("Every kind of contact that the pilot had has a counterpart."))
    few = worst.contacts < smallest
    text = _(
        "{n} of the pilot's contacts ({share}) have no counterpart for {kpi} and are not compared: {cells}."
    ).format(n=counted(worst.contacts, smallest), share=percent(None if few else worst.share), kpi=worst.name,
             cells=named_cells(worst, smallest))  # fmt: skip
    found = "fail" if worst.share > LARGEST_UNCOMPARED else "warn" if worst.share > SMALL_UNCOMPARED else "pass"
    return Check("overlap", found, text)  # type: ignore[arg-type]


def _simpson(estimates: Sequence[Estimate], variants: Mapping[str, Sequence[Variant]]) -> Check:
    """Crude and adjusted must not differ in sign or in state; the crude one has its own clustered interval."""
    states, signs = [], []
    for e in estimates:
        crude = next((v.estimate for v in variants.get(e.metric.id, ()) if v.name == "crude" and v.why is None), None)
        if crude is None or crude.effect is None or e.effect is None or e.why is not None:
            continue
        text = _("{kpi} {crude} crude (result “{crude_state}”), {adjusted} adjusted (result “{state}”)").format(
            kpi=e.metric.name, crude=benefit(crude.effect.benefit, e.metric.unit, e.metric.kind),
            adjusted=benefit(e.effect.benefit, e.metric.unit, e.metric.kind),
            crude_state=state_name(crude.state), state=state_name(e.state),
        )  # fmt: skip
        by_chance = e.effect.low <= crude.effect.estimate <= e.effect.high
        apart = crude.effect.benefit * e.effect.benefit < 0
        if crude.state != e.state or (apart and not by_chance):
            states.append(text)
        elif apart:
            signs.append(text)
    if states:
        return Check("simpson", "warn", _(
            "Without the case mix it would be read differently: {kpis}. The arms had different kinds of contacts; the "
            "adjusted comparison counts."
        ).format(kpis="; ".join(states + signs)))  # fmt: skip
    if signs:
        return Check("simpson", "info", _(
            "Crude and adjusted differ in sign, but by no more than chance, and give the same state: {kpis}."
        ).format(kpis="; ".join(signs)))  # fmt: skip
    return Check("simpson", "pass", _("Crude and adjusted comparisons agree in sign and in state."))


def _immature(contacts: Contacts, mix: CaseMix, config: Config) -> Check | None:
    young = mix.sums.measures.get("immature")
    if young is None:
        return None
    without = float(mix.sums.measures["ineligible"].total.sum())
    facts = {"days": config.kpis.fcr.window_days, "end": day(contacts.data_end.date())}
    each = [float(young.total[mix.sums.arm == i].sum()) for i in range(len(contacts.grouping.names))]
    if any(each):
        parts = [
            _("{n} {arm}").format(n=count(n), arm=contacts.grouping.called(group))
            for n, group in zip(each, contacts.grouping.names, strict=True)
        ]
        text = _(
            "First contact resolution leaves out contacts younger than {days} days when the log ends on {end}: {parts}."
        ).format(**facts, parts=joined(parts))
    else:
        text = _("Every contact was at least {days} days old when the log ended on {end}.").format(**facts)
    if without:
        text += " " + _("{n} contacts without customer or reason are not eligible.").format(n=count(without))
    return Check("immature", "info" if any(each) or without else "pass", text)
