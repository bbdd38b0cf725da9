"""Checks that need sums or estimates: overlap, Simpson, agents, maturity, dates."""

from collections.abc import Sequence
from math import log

import numpy as np

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.table import Contacts
from pilot_analysis.decision.estimate import Estimate, state_of
from pilot_analysis.decision.leakage import leakage_check
from pilot_analysis.decision.means import CaseMix
from pilot_analysis.decision.plausible import gaming_check, units_check
from pilot_analysis.kpis.sums import NO_CLUSTER
from pilot_analysis.stats.intervals import Effect, effect
from pilot_analysis.words import _, count, day, joined, percent

LARGEST_UNCOMPARED = 0.10
FEW_AGENTS = 10


def sums_checks(
    contacts: Contacts, config: Config, mix: CaseMix, cluster: str | None, estimates: Sequence[Estimate]
) -> list[Check]:
    """Checks of the comparison."""
    found: list[Check | None] = [
        _agreed(config),
        _agents(contacts, mix, cluster, estimates),
        _overlap(estimates),
        _simpson(estimates, config.design.confidence),
        _immature(contacts, mix, config),
        units_check(contacts, estimates),
        gaming_check(estimates),
        leakage_check(contacts, mix, config.kpis.fcr.window_days, config.costs.currency),
    ]
    return [check for check in found if check is not None]


def _agreed(config: Config) -> Check:
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
    nameless = np.array([name.startswith(NO_CLUSTER) for name in mix.sums.clusters], dtype=bool)
    by_day = float(every.n[nameless[mix.sums.cluster]].sum()) / max(float(every.n.sum()), 1.0)
    if cluster is not None and by_day >= 0.0005:
        text += " " + _("{share} of the contacts have none and cluster by arm and day.").format(share=percent(by_day))
    for e in estimates:
        # customers are not named
        if cluster != "customer_id" and e.metric.id == "fcr" and e.influence is not None and e.effect is not None:
            text += " " + _("First contact resolution moves most with {cluster}.").format(cluster=e.influence.cluster)
    return Check("agents", status, text)  # type: ignore[arg-type]


def cluster_label(cluster: str | None) -> str:
    """The clusters as the page calls them."""
    return {"agent_id": _("agents"), "customer_id": _("customers"), None: _("days")}.get(cluster, str(cluster))


def _overlap(estimates: Sequence[Estimate]) -> Check:
    decisive = [e for e in estimates if e.arms is not None and e.metric.role != "secondary"]
    uncompared = {e.metric.label: 1 - e.compared for e in decisive}
    worst = max(uncompared.values(), default=0.0)
    if worst < 0.0005:
        return Check("overlap", "pass", _("Every kind of contact that the pilot had has a counterpart."))
    text = _("{share} of the pilot's contacts are of a kind without a counterpart, and are not compared.").format(
        share=percent(worst)
    )
    return Check("overlap", "fail" if worst > LARGEST_UNCOMPARED else "warn" if worst > 0.01 else "pass", text)


def _simpson(estimates: Sequence[Estimate], confidence: float) -> Check:
    """Crude and adjusted must not point in different directions by more than chance."""
    turned = []
    for e in estimates:
        if e.effect is None or e.crude is None or e.why is not None or e.metric.form != "mean":
            continue
        nothing = 1.0 if e.metric.kind == "ratio" else 0.0
        differs = (e.crude.estimate - nothing) * (e.effect.estimate - nothing) < 0
        crude_state = state_of(_shifted(e, confidence), e.metric.margin)
        if crude_state != e.state or (differs and not e.effect.low <= e.crude.estimate <= e.effect.high):
            turned.append(e.metric.label)
    if not turned:
        return Check("simpson", "pass", _("Crude and adjusted comparisons agree."))
    return Check("simpson", "warn", _(
        "The crude comparison would be read differently from the adjusted one: {kpis}. The arms had different "
        "kinds of contacts; the adjusted one counts."
    ).format(kpis=joined(turned)))  # fmt: skip


def _shifted(e: Estimate, confidence: float) -> Effect:
    """The effect with the crude estimate in place of the adjusted one."""
    assert e.effect is not None
    assert e.crude is not None
    estimate = log(e.crude.estimate) if e.metric.kind == "ratio" else e.crude.estimate
    return effect(
        estimate,
        e.effect.se,
        e.effect.df,
        kind=e.metric.kind,
        better=e.metric.better,
        margin=e.metric.margin,
        confidence=confidence,
    )


def _immature(contacts: Contacts, mix: CaseMix, config: Config) -> Check | None:
    young = mix.sums.measures.get("immature")
    if young is None:
        return None
    unfit = mix.sums.measures["ineligible"]
    parts = [
        _("{n} {arm}").format(n=count(float(young.total[mix.sums.arm == i].sum())), arm=contacts.grouping.called(group))
        for i, group in enumerate(contacts.grouping.names)
    ]
    text = _(
        "First contact resolution leaves out contacts younger than {days} days when the log ends on {end}: {parts}."
    ).format(days=config.kpis.fcr.window_days, end=day(contacts.data_end.date()), parts=joined(parts))
    without = float(unfit.total.sum())
    if without:
        text += " " + _("{n} contacts without customer or reason are not eligible.").format(n=count(without))
    return Check("immature", "info", text)
