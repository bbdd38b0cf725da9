"""The reasons of a verdict, and one plain sentence for each KPI."""

from collections.abc import Sequence
from math import isclose

from pilot_analysis.config.policy import Rule
from pilot_analysis.decision.checks import cluster_label
from pilot_analysis.decision.estimate import Estimate, Influence, state_name
from pilot_analysis.decision.findings import COSTS, Findings
from pilot_analysis.decision.rules import Tried
from pilot_analysis.kpis.clusters import INDEPENDENT
from pilot_analysis.stats.intervals import Effect
from pilot_analysis.words import TINY, _, benefit, capitalised, compared, count, digits_of, p_value, span


def shown(e: Estimate, x: float, *, signed: bool = True) -> str:
    """A number on the benefit scale of a KPI, with the digits that its interval supports."""
    return benefit(x, e.metric.unit, e.metric.kind, _digits(e), signed=signed)


def told(e: Estimate, x: float) -> str:
    """The same in words: 1.2 points better, 14.7% worse."""
    return compared(x, e.metric.unit, e.metric.kind, _digits(e))


def spanned(e: Estimate, low: float, high: float, *, signed: bool = True) -> str:
    """Two numbers on the benefit scale of a KPI with their unit once."""
    return span(low, high, e.metric.unit, e.metric.kind, _digits(e), signed=signed)


def _digits(e: Estimate) -> int:
    m, found = e.metric, e.effect
    limit = m.hurdle if m.hurdle is not None else None if m.margin is None else -m.margin
    low, high = (None, None) if found is None else (found.benefit_low, found.benefit_high)
    return digits_of(low, high, limit, m.unit, m.kind)


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
    low, high, m = e.effect.benefit_low, e.effect.benefit_high, e.metric
    if m.hurdle is not None:
        return _saving_sentence(e, m.hurdle)
    better, worse = spanned(e, low, high, signed=False), spanned(e, -high, -low, signed=False)
    if e.state == "superior":
        return _("Better by {span} ({level}% interval).").format(span=better, level=f"{confidence * 100:g}")
    if m.margin is None:
        return (
            _("Worse by {span}.").format(span=worse) if high < 0
            else _("Neither better nor worse is shown: {span}.").format(span=spanned(e, low, high))
        )  # fmt: skip
    if m.role == "goal":  # without a minimum: better is enough
        return (
            _("Worse by {span}, and it must be better.").format(span=worse) if high < 0
            else _("Not shown to be better: {span}.").format(span=spanned(e, low, high))
        )  # fmt: skip
    facts = {"low": shown(e, low), "limit": shown(e, -m.margin), "margin": shown(e, m.margin, signed=False)}
    if e.state == "non_inferior" and high < 0:
        return _("Slightly worse, by {span}, but inside the margin of {margin}.").format(span=worse, **facts)
    if e.state == "non_inferior":
        return _("At worst {low}; the limit is {limit}.").format(**facts)
    if e.state == "harm":
        return _("Worse by {span}; the margin is {margin}.").format(span=worse, **facts)
    return _("Could be as bad as {low}; the limit is {limit}.").format(**facts)


def _saving_sentence(e: Estimate, hurdle: float) -> str:
    """A saving beside the one that was agreed."""
    assert e.effect is not None
    low, high = e.effect.benefit_low, e.effect.benefit_high
    agreed = shown(e, hurdle, signed=False)
    if isclose(low, high, abs_tol=TINY) and low >= 0:
        return _("Saves {x}; the agreed minimum is {agreed}.").format(x=shown(e, low, signed=False), agreed=agreed)
    if e.hurdle_met:
        text = _("Saves at least {x}; the agreed minimum is {agreed}.")
        return text.format(x=shown(e, low, signed=False), agreed=agreed)
    if high < 0:
        text = _("Costs at least {x} more; a saving of {agreed} was agreed.")
        return text.format(x=shown(e, -high, signed=False), agreed=agreed)
    if high < hurdle:
        return _("Saves at most {x}; the agreed minimum is {agreed}.").format(
            x=shown(e, high, signed=False), agreed=agreed
        )
    return _("A saving of {span}; the agreed minimum of {agreed} is not shown.").format(
        span=spanned(e, low, high, signed=low < 0), agreed=agreed
    )


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


def reasons(
    rule: Rule | None, tried: Sequence[Tried], f: Findings, sentences: dict[str, str]
) -> list[dict[str, str | None]]:
    """The deciding rule's reason first, then the state of every goal and guardrail; while nothing can be judged yet,
    that once."""
    if rule is None and f.estimates and all(e.effect is None for e in f.estimates):
        why = (f.estimates[0].why or "").rstrip(".")
        return [{"code": "not_measured", "kpi": None, "text": capitalised(why) + "."}]
    found: list[dict[str, str | None]] = []
    if rule is not None:
        why = next(t.why for t in tried if t.outcome == "matched")
        found.append({"code": rule.id, "kpi": None, "text": capitalised(why).rstrip(".") + "."})
    found += [
        {"code": e.state, "kpi": e.metric.id, "text": f"{e.metric.label}: {sentences[e.metric.id]}"}
        for e in f.estimates
        if e.metric.role != "secondary"
    ]
    return found


def closest_guardrail(f: Findings) -> Estimate | None:
    """The guardrail whose interval ends closest to its limit, measured in margins."""
    measured = [e for e in f.guardrails if e.effect is not None and e.why is None and e.metric.margin]

    def room(e: Estimate) -> float:
        assert e.effect is not None
        assert e.metric.margin
        return (e.effect.benefit_low + e.metric.margin) / e.metric.margin

    return min(measured, key=room, default=None)
