"""The KPIs of a review: their names, units, roles and limits, and whether this log can measure them."""

from dataclasses import dataclass, replace
from typing import Literal

from pilot_analysis.config.models import Config
from pilot_analysis.config.types import Role
from pilot_analysis.contacts.table import Contacts
from pilot_analysis.costs.cards import why_no_cost
from pilot_analysis.words import _

Form = Literal["mean", "quantile", "per_resolution"]


@dataclass(frozen=True)
class Metric:
    """One KPI.

    Attributes:
        id: fixed name.
        label: what a person calls it, with how it is measured; name: the same in a sentence.
        unit: fraction, seconds, score or a currency code.
        better: whether higher or lower is better.
        kind: whether the effect is pilot - baseline or pilot / baseline.
        form: how it is estimated: from means, as a quantile, or as cost over resolved share.
        role: goal, guardrail or secondary.
        margin, hurdle, target: limits, on the benefit scale (target: in the KPI's unit) or None.
        measure: the measured column (see measures.py) behind it.
        quantile: which, for a quantile.
        why: why this log cannot measure it, or None.
    """

    id: str
    label: str
    unit: str
    better: Literal["higher", "lower"]
    kind: Literal["difference", "ratio"]
    form: Form
    role: Role
    margin: float | None
    hurdle: float | None
    target: float | None
    measure: str
    quantile: float | None = None
    why: str | None = None

    @property
    def span(self) -> float | None:
        """How far apart two single values can lie: 1 for a share, 2 for a net promoter score; None without limit."""
        if self.unit != "fraction":
            return None
        return 2.0 if self.measure == "nps" else 1.0

    @property
    def name(self) -> str:
        """What a sentence calls it."""
        return {
            "csat": _("customer satisfaction"), "fcr": _("first contact resolution"),
            "response_time": _("the median response time"),
            "response_time_p90": _("the 90th percentile of response time"),
        }.get(self.id, self.label[:1].lower() + self.label[1:])  # fmt: skip


def metrics(config: Config, contacts: Contacts) -> list[Metric]:
    """The KPIs of this review in the order of the page.

    Headline KPIs are always there, measured or not; the others where the log has them, or where they have a say.
    """
    found = [_rounded(metric) for metric in [*headline(config, contacts), *_secondary(config, contacts)]]
    early = _why_too_early(contacts)
    return [replace(metric, why=early) for metric in found] if early else found


def headline(config: Config, contacts: Contacts | None) -> list[Metric]:
    """The headline KPIs; without a log (None) as if one had all of them."""
    kpis, currency = config.kpis, config.costs.currency
    goals = set(config.decision.goals) if config.decision.objective == "quality" else set()

    def role(name: str, default: Role = "guardrail") -> Role:
        given: Role | None = getattr(kpis, name).role
        return given or ("goal" if name in goals else default)

    cost_is_goal = config.decision.objective == "cost"
    increase = config.decision.max_increase
    why_csat = None if contacts is None else _why_absent(contacts, "csat")
    why_cost = None if contacts is None else why_no_cost(contacts, config)
    why_fcr = None if contacts is None else _why_no_fcr(config, contacts)
    why_time = None if contacts is None else _why_no_time(contacts)
    median_label, p90_label = _("Response time (median)"), _("Response time (90th percentile)")
    if kpis.response_time.calendar is not None:
        median_label = _("Response time (median, business hours)")
        p90_label = _("Response time (90th percentile, business hours)")
    low, high = kpis.csat.scale
    top = (
        _("top {k} of {n}").format(k=high - kpis.csat.satisfied_from + 1, n=high - low + 1)
        if high - low > 1
        else _("share satisfied")
    )
    fcr_how = (
        _("log's own flag") if contacts is not None and config.kpis.fcr.measured_by(contacts.columns) == "flag"
        else _("no repeat within {n} days").format(n=kpis.fcr.window_days)
    )  # fmt: skip
    found = [
        Metric("csat", _("Customer satisfaction ({how})").format(how=top), "fraction", "higher", "difference",
               "mean", role("csat"), kpis.csat.margin, None, kpis.csat.target, "csat",
               why=why_csat),
        Metric("fcr", _("First contact resolution ({how})").format(how=fcr_how), "fraction", "higher",
               "difference", "mean", role("fcr"), kpis.fcr.margin, None, kpis.fcr.target, "fcr", why=why_fcr),
        Metric("cost_per_contact", _("Cost per contact"), currency, "lower", "ratio", "mean",
               role("cost_per_contact", "goal" if cost_is_goal else "guardrail"), increase,
               kpis.cost_per_contact.minimum_saving if cost_is_goal else None,
               kpis.cost_per_contact.target, "cost", why=why_cost),
        Metric("response_time", median_label, "seconds", "lower", "ratio", "quantile",
               role("response_time"), kpis.response_time.margin_ratio - 1, None, kpis.response_time.target,
               "response", 0.5, why_time),
        Metric("response_time_p90", p90_label, "seconds", "lower", "ratio",
               "quantile", role("response_time_p90"), kpis.response_time.margin_ratio_p90 - 1, None,
               kpis.response_time_p90.target, "response", 0.9, why_time),
        Metric("cost_per_resolution", _("Cost per resolution"), currency, "lower", "ratio",
               "per_resolution", role("cost_per_resolution", "goal" if cost_is_goal else "secondary"),
               increase, None, kpis.cost_per_resolution.target, "cost", why=why_cost or why_fcr),
    ]  # fmt: skip
    return [_rounded(metric) for metric in found]


def _secondary(config: Config, contacts: Contacts) -> list[Metric]:
    kpis = config.kpis
    # id, label, unit, better, kind, form, measured column, needed columns
    known = [
        (
            "response_within",
            _("Answered within the target"),
            "fraction",
            "higher",
            "difference",
            "mean",
            "within",
            None,
        ),
        ("csat_mean", _("Mean rating"), "score", "higher", "difference", "mean", "csat_mean", "csat"),
        ("handle_time", _("Handle time (mean)"), "seconds", "lower", "ratio", "mean", "handle", "handle_seconds"),
        (
            "resolution_time",
            _("Resolution time (median)"),
            "seconds",
            "lower",
            "ratio",
            "quantile",
            "resolution",
            "resolved_at",
        ),
        ("reopen_rate", _("Reopened"), "fraction", "lower", "difference", "mean", "reopened", "reopened"),
        ("escalation_rate", _("Escalated"), "fraction", "lower", "difference", "mean", "escalated", "escalated"),
        ("abandonment_rate", _("Abandoned"), "fraction", "lower", "difference", "mean", "abandoned", "abandoned"),
        ("complaint_rate", _("Complaints"), "fraction", "lower", "difference", "mean", "complaint", "complaint"),
        ("qa_score", _("Quality score"), "score", "higher", "difference", "mean", "qa_score", "qa_score"),
        ("nps", _("Net promoter score"), "fraction", "higher", "difference", "mean", "nps", "nps"),
    ]
    found = []
    for name, label, unit, better, kind, form, measure, column in known:
        given = getattr(kpis, name)
        role = given.role or "secondary"
        why = _why_no_share_in_time(config, contacts) if column is None else _why_absent(contacts, column)
        if why is not None and role == "secondary":
            continue
        found.append(
            Metric(name, label, unit, better, kind, form, role, given.margin, None,  # type: ignore[arg-type]
                   given.target, measure, 0.5 if form == "quantile" else None, why)
        )  # fmt: skip
    return found


def _rounded(metric: Metric) -> Metric:
    """1.10 - 1 is 0.1, not 0.10000000000000009."""
    margin = None if metric.margin is None else round(metric.margin, 12)
    return Metric(**{**metric.__dict__, "margin": margin})


def _why_too_early(contacts: Contacts) -> str | None:
    """While the pilot runs: that there is nothing to judge yet, in one of the groups."""
    for group in contacts.grouping.names:
        if contacts.interim and not contacts.facts[group]["judged"]:
            return _("no contact of the {arm} arm can be judged yet").format(arm=contacts.grouping.called(group))
    return None


def _why_absent(contacts: Contacts, column: str) -> str | None:
    if column not in contacts.columns:
        return _("the log has no column {column}").format(column=column)
    for group in contacts.grouping.names:
        if not contacts.filled(group, column):
            return _("column {column} is empty in the {arm} arm").format(
                column=column, arm=contacts.grouping.called(group)
            )
    return None


def _why_no_time(contacts: Contacts) -> str | None:
    if not {"first_response_at", "response_seconds"} & contacts.columns:
        return _("the log has neither first_response_at nor response_seconds")
    for group in contacts.grouping.names:
        if not contacts.filled(group, "response"):
            return _("no response time can be told in the {arm} arm").format(arm=contacts.grouping.called(group))
    return None


def _why_no_share_in_time(config: Config, contacts: Contacts) -> str | None:
    if not config.kpis.response_time.within_seconds:
        return _("kpis.response_time.within_seconds names no channel's target")
    return _why_absent(contacts, "channel") or _why_no_time(contacts)


def _why_no_fcr(config: Config, contacts: Contacts) -> str | None:
    if config.kpis.fcr.measured_by(contacts.columns) == "flag":
        if config.kpis.fcr.measure is None and "fcr" not in contacts.columns:
            return _("the log has neither customer_id nor fcr")
        return _why_absent(contacts, "fcr")
    if "customer_id" not in contacts.columns:
        return _("repeat contacts cannot be seen without a customer_id")
    missing = [name for name in config.kpis.fcr.same if config.column(name) not in contacts.columns]
    if missing and "issue_id" not in contacts.columns:
        return _("repeat contacts need the column {column}").format(column=", ".join(missing))
    return None
