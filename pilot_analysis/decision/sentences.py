"""The verdict in sentences: headline, reasons, what would change it, and one plain sentence for each KPI."""

from collections.abc import Sequence

from pilot_analysis.config.policy import Rule
from pilot_analysis.decision.checks import cluster_label
from pilot_analysis.decision.estimate import Estimate, Influence, state_name
from pilot_analysis.decision.findings import COSTS, Findings
from pilot_analysis.decision.rules import Tried
from pilot_analysis.kpis.sums import INDEPENDENT
from pilot_analysis.stats.intervals import Effect
from pilot_analysis.words import _, benefit, count, digits_of, joined, p_value, percent


def shown(e: Estimate, x: float, *, signed: bool = True) -> str:
    """A number on the benefit scale of a KPI, with the digits that its interval supports."""
    m, found = e.metric, e.effect
    limit = m.hurdle if m.hurdle is not None else None if m.margin is None else -m.margin
    low, high = (None, None) if found is None else (found.benefit_low, found.benefit_high)
    return benefit(x, m.unit, m.kind, digits_of(low, high, limit, m.unit, m.kind), signed=signed)


def method(e: Estimate, cluster: str | None, confidence: float) -> str:
    """Which test, which clusters, how many, how adjusted."""
    if e.effect is None or e.arms is None:
        return ""
    mix = (
        _("standardised to the pilot's case mix by an additive model of its factors") if e.method == "main_effects"
        else _("standardised to the pilot's case mix")
    )  # fmt: skip
    if e.effect.se == 0:
        return _("A price per contact, {mix}: it has no sampling error.").format(mix=mix)
    kind = {
        "mean": _("difference of means") if e.metric.kind == "difference" else _("log ratio of means"),
        "quantile": _("log ratio of quantiles within channels, Woodruff's interval"),
        "per_resolution": _("log ratio of cost over resolved share"),
    }[e.metric.form]
    if cluster == INDEPENDENT:
        return _("{kind}, {mix}; {interval} at {level}%, contacts taken as independent; one-sided p: {tests}").format(
            kind=kind, mix=mix, level=f"{confidence * 100:g}", tests=_tests(e.effect),
            interval=_("t interval") if e.effect.shares is None else _("score interval (Miettinen and Nurminen)"),
        )  # fmt: skip
    return _(
        "{kind}, {mix}; t interval at {level}% with {df} degrees of freedom from {pilot} pilot and {baseline} in-house "
        "clusters ({cluster}; CR2, Satterthwaite); one-sided p: {tests}"
    ).format(
        kind=kind, mix=mix, level=count(confidence * 100) if confidence * 100 % 1 == 0 else f"{confidence * 100:g}",
        df=count(e.effect.df) if e.effect.df < 1e6 else "\N{INFINITY}", pilot=count(e.arms[1].clusters),
        baseline=count(e.arms[0].clusters), cluster=cluster_label(cluster), tests=_tests(e.effect),
    )  # fmt: skip


def short_method(e: Estimate, cluster: str | None, goals: int) -> str:
    """The same in half a line, to stand beside the interval; empty without one.

    Args:
        cluster: column of the clusters, None for days.
        goals: how many goals of quality share their error, so that Holm's correction is theirs.
    """
    if e.effect is None or e.arms is None or e.why is not None:
        return ""
    if e.effect.se == 0:
        return _("prices, without sampling error")
    if cluster == INDEPENDENT:
        test = _("t interval") if e.effect.shares is None else _("score interval")
        return _("{test}; contacts as independent").format(test=test)
    text = _("t interval, {df} df; {cluster}: {baseline} and {pilot}").format(
        df=count(e.effect.df) if e.effect.df < 1e6 else "\N{INFINITY}", cluster=cluster_label(cluster),
        baseline=count(e.arms[0].clusters), pilot=count(e.arms[1].clusters),
    )  # fmt: skip
    holm_counts = goals > 1 and e.metric.role == "goal" and e.metric.id not in COSTS
    return text + "; " + _("Holm over {n} goals").format(n=count(goals)) if holm_counts else text


def _tests(found: Effect) -> str:
    """The p-values of an effect by name, those that its limits allow."""
    named = [
        (_("better {p}"), found.p_superior),
        (_("not worse than the margin {p}"), found.p_noninferior),
        (_("equivalent, by two one-sided tests, {p}"), found.p_equivalent),
        (_("above the hurdle {p}"), found.p_hurdle),
    ]
    return ", ".join(name.format(p=p_value(p)) for name, p in named if p is not None)


def kpi_sentence(e: Estimate, confidence: float) -> str:
    """One plain sentence under a row of the scorecard, and what has to be known beside it."""
    sentence = _kpi_sentence(e, confidence)
    return sentence if e.note is None else f"{sentence} {e.note}"


def _kpi_sentence(e: Estimate, confidence: float) -> str:
    if e.effect is None or e.why is not None:
        return _("Not measured: {why}.").format(why=(e.why or "").rstrip("."))
    low, high, m = e.effect.benefit_low, e.effect.benefit_high, e.metric.margin or 0.0
    plain = {name: shown(e, x, signed=False) for name, x in (("least", low), ("most", high))}
    facts = plain | {
        "low": shown(e, low),
        "high": shown(e, high),
        "margin": shown(e, -m),
        "agreed": shown(e, e.metric.hurdle or 0.0, signed=False),
        "level": f"{confidence * 100:g}",
    }
    if e.metric.hurdle is not None:
        if e.hurdle_met:
            return _("Saves at least {least}; the agreed minimum is {agreed}.").format(**facts)
        if high < e.metric.hurdle:
            return _("Saves at most {high}; the agreed minimum is {agreed}.").format(**facts)
        return _("Saves between {low} and {high}; the agreed minimum of {agreed} is not shown.").format(**facts)
    if e.state == "superior":
        return _("Better by {least} to {most} ({level}% interval).").format(**facts)
    if e.metric.margin is None:
        worse = (
            _("Worse: between {low} and {high}.")
            if high < 0
            else _("Neither better nor worse is shown: {low} to {high}.")
        )
        return worse.format(**facts)
    if e.state == "non_inferior" and high < 0:
        return _("Slightly worse ({high} to {low}), but inside the margin of {margin}.").format(**facts)
    if e.state == "non_inferior":
        return _("At worst {low}; the margin is {margin}.").format(**facts)
    if e.state == "harm":
        return _("Worse: {high} at best, beyond the margin of {margin}.").format(**facts)
    return _("Could be as bad as {low}; the margin is {margin}.").format(**facts)


def influence_sentence(e: Estimate, cluster: str | None) -> str:
    """Who moves the result most, and what would be without: the effect, its interval and the state."""
    i = e.influence
    if i is None or e.effect is None:
        return ""
    ratio = e.metric.kind == "ratio"

    def gain(x: float) -> float:
        return 1 - x if ratio else x if e.metric.better == "higher" else -x

    facts = {"cluster": cluster_name(i, cluster), "effect": shown(e, gain(i.estimate_without))}
    if i.low_without is None or i.high_without is None:
        return _(
            "Without {cluster}, which moves it most, it would be {effect}, and nothing could be said of it."
        ).format(**facts)
    low, high = sorted((gain(i.low_without), gain(i.high_without)))
    text = (
        _("Without {cluster}, which moves it most, it would be {effect} ({low} to {high}): still {state}.")
        if i.state_without == e.state
        else _(
            "Without {cluster}, which moves it most, it would be {effect} ({low} to {high}): {state} instead of {now}."
        )
    )
    return text.format(
        **facts, low=shown(e, low), high=shown(e, high), state=state_name(i.state_without), now=state_name(e.state)
    )


def cluster_name(i: Influence, cluster: str | None) -> str:
    """An agent's or a day's name; customers are not named."""
    return _("one customer") if cluster == "customer_id" else i.cluster


def headline(rule: Rule | None, f: Findings) -> str:
    """The verdict and its main reason in one sentence."""
    cost = f.estimate("cost_per_contact")
    saving = ""
    if cost is not None and cost.effect is not None and cost.why is None:
        saving = (
            _("cost per contact is {x} lower") if cost.effect.benefit >= 0 else _("cost per contact is {x} higher")
        ).format(x=shown(cost, abs(cost.effect.benefit), signed=False))
    if rule is None:
        unmet = {e.metric.id for e in f.goals_unmet()}
        watched = [
            e.metric.name for e in f.estimates
            if (e.metric.role == "guardrail" and e.state in ("inconclusive", "harm")) or e.metric.id in unmet
        ]  # fmt: skip
        if watched:
            return _("Interim: watch {kpis}; no verdict before the pilot's last day.").format(kpis=joined(watched))
        return _("Interim: on course; no verdict before the pilot's last day.")
    if rule.id == "all_met":
        return (
            _("Scale: every guardrail held, and {saving}.").format(saving=saving)
            if saving
            else _("Scale: every guardrail held, and every goal is met.")
        )
    lead = {"adjust": _("Adjust: {why}."), "stop": _("Stop: {why}."), "scale": _("Scale: {why}.")}[rule.verdict]
    return lead.format(why=_headline_reason(rule, f))


def _headline_reason(rule: Rule, f: Findings) -> str:
    def named(estimates: Sequence[Estimate]) -> str:
        return joined(
            [
                _("{kpi} ({low} to {high})").format(
                    kpi=e.metric.name, low=shown(e, e.effect.benefit_low), high=shown(e, e.effect.benefit_high)
                )
                for e in estimates
                if e.effect is not None
            ]
        )

    if "rest_passes" in rule.when and f.rest is not None:
        return _("{names} stays in-house, where harm is shown; the other {share} of the pilot would be scaled").format(
            names=joined([f"{by} {value}" for by, value in f.rest.parts]), share=percent(f.rest.share, 0)
        )
    if "lever_passes" in rule.when:
        return _("worse beyond the margin on {kpis}, and one change would turn that").format(kpis=named(f.harmed()))
    if rule.id == "harm":
        return _("worse beyond the margin on {kpis}").format(kpis=named(f.harmed()))
    if rule.id == "invalid":
        failed = joined([c.id for c in f.checks if c.status == "fail"])
        return _("the measurement does not hold ({checks}), so nothing can be concluded from it").format(checks=failed)
    if rule.id == "guardrail_unproven":
        return _("not shown to hold: {kpis}").format(kpis=named([e for e in f.guardrails if e.state == "inconclusive"]))
    if rule.id == "guardrail_not_measured":
        return _("not measured: {kpis}").format(
            kpis=joined([e.metric.name for e in f.guardrails if e.state == "not_measured"])
        )
    if rule.id == "goal_unproven":
        unmet = f.goals_unmet()
        measured = [e for e in unmet if e.effect is not None and e.why is None]
        missing = [e.metric.name for e in unmet if e not in measured]
        parts = [_("guardrails hold, but a goal is not met: {kpis}").format(kpis=named(measured))] if measured else []
        parts += [_("a goal was not measured: {kpis}").format(kpis=joined(missing))] if missing else []
        return joined(parts) or _("no KPI is a goal, so nothing says what would be gained")
    if rule.id == "segment_harm":
        return _("worse beyond the margin in {names}").format(
            names=joined(sorted({f"{s.by} {s.value}" for s in f.harmed_segments()}))
        )
    if rule.id == "cost_higher":
        cost = f.estimate("cost_per_contact")
        return _("the pilot costs more: {kpis}").format(kpis=named([cost] if cost is not None else []))
    return _(rule.text).rstrip(".")[:1].lower() + _(rule.text).rstrip(".")[1:]


def reasons(
    rule: Rule | None, tried: Sequence[Tried], f: Findings, sentences: dict[str, str]
) -> list[dict[str, str | None]]:
    """The deciding rule's reason first, then the state of every goal and guardrail."""
    found: list[dict[str, str | None]] = []
    if rule is not None:
        why = next(t.why for t in tried if t.outcome == "matched")
        found.append({"code": rule.id, "kpi": None, "text": (why[:1].upper() + why[1:]).rstrip(".") + "."})
    found += [
        {"code": e.state, "kpi": e.metric.id, "text": f"{e.metric.label}: {sentences[e.metric.id]}"}
        for e in f.estimates
        if e.metric.role != "secondary"
    ]
    return found


def would_change(rule: Rule | None, f: Findings) -> str:
    """What would turn the verdict, in the limits of this pilot's own KPIs."""
    if rule is None:
        return _("The verdict is given with the first data that reach the pilot's last day.")
    if rule.verdict == "scale":
        tightest = closest_guardrail(f)
        if tightest is None or tightest.effect is None:
            return _("It would no longer be scale with a goal missed.")
        return _(
            "Closest to its limit is {kpi}: at worst {low} against in-house. Were that beyond {limit}, it would no "
            "longer be scale."
        ).format(
            kpi=tightest.metric.name,
            limit=shown(tightest, -(tightest.metric.margin or 0.0)),
            low=shown(tightest, tightest.effect.benefit_low),
        )
    if rule.id == "must_have_failed":
        return _("Nothing in the KPIs: the must-have has to be met, the incident closed, first.")
    turning = next((lever for lever in f.levers if lever.verdict == "scale" and lever.code != "fix_fcr"), None)
    if rule.verdict == "adjust" and turning is not None:
        return _("The smallest change that would give scale: {text}").format(text=turning.text)
    needs = []
    for e in f.guardrails:
        if e.state == "not_measured":
            needs.append(_("{kpi} measured").format(kpi=e.metric.name))
        elif e.state in ("inconclusive", "harm") and e.effect is not None:
            needs.append(
                _("{kpi} with its interval above {limit} (it now begins at {low})").format(
                    kpi=e.metric.name, limit=shown(e, -(e.metric.margin or 0.0)), low=shown(e, e.effect.benefit_low)
                )
            )
    for e in f.goals_unmet():
        if e.effect is None or e.why is not None:
            needs.append(_("{kpi} measured").format(kpi=e.metric.name))
        else:
            needs.append(
                _("{kpi} with its interval above {limit} (it now begins at {low})").format(
                    kpi=e.metric.name, limit=shown(e, e.metric.hurdle or 0.0), low=shown(e, e.effect.benefit_low)
                )
            )
    if not f.goals:
        needs.append(_("a KPI that is a goal"))
    needs += [_("the check {id} repaired").format(id=c.id) for c in f.checks if c.status == "fail"]
    needs += [_("{by} {value} kept out").format(by=s.by, value=s.value) for s in f.harmed_segments()]
    if rule.id == "red_flags":
        needs.append(_("the red flags settled"))
    return _("Scale needs: {needs}.").format(needs="; ".join(dict.fromkeys(needs)) or _("a rule that fits"))


def closest_guardrail(f: Findings) -> Estimate | None:
    """The guardrail whose interval ends closest to its limit, measured in margins."""
    measured = [e for e in f.guardrails if e.effect is not None and e.why is None and e.metric.margin]

    def room(e: Estimate) -> float:
        assert e.effect is not None
        assert e.metric.margin
        return (e.effect.benefit_low + e.metric.margin) / e.metric.margin

    return min(measured, key=room, default=None)
