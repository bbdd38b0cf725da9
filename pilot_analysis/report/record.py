"""The review as plain data: exactly what stands in review.json."""

from dataclasses import asdict
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING, Any

from pilot_analysis.config.models import END_OF_PILOT
from pilot_analysis.contacts.checks import open_days
from pilot_analysis.contacts.groups import GROUPS
from pilot_analysis.contacts.table import ARMS
from pilot_analysis.decision.certainty import how_sure
from pilot_analysis.decision.estimate import Estimate, smallest_drop
from pilot_analysis.decision.evidence import comparison_assumptions, evidence
from pilot_analysis.decision.headline import headline, would_change
from pilot_analysis.decision.next_steps import look_again
from pilot_analysis.decision.nonresponse import NonResponse, tipping_sentence
from pilot_analysis.decision.planned import smallest_drop_at_end
from pilot_analysis.decision.scope import routing
from pilot_analysis.decision.sentences import (
    cluster_name,
    influence_sentence,
    kpi_sentence,
    method,
    reasons,
    short_method,
)
from pilot_analysis.kpis.clusters import INDEPENDENT
from pilot_analysis.report.agents import agents_record
from pilot_analysis.report.comments import comments_record
from pilot_analysis.report.cost import cost_assumptions, cost_record
from pilot_analysis.report.provenance import provenance
from pilot_analysis.report.robustness import caveats, mix_record, robustness_record
from pilot_analysis.report.small_cells import without_small_cells
from pilot_analysis.stats.intervals import Effect
from pilot_analysis.words import _

if TYPE_CHECKING:
    from pilot_analysis.review import Review

SCHEMA = "pilot-analysis/review/1"


def record(review: "Review") -> dict[str, Any]:
    """The content of review.json: no NaN, no infinity, dates as text."""
    f, rule = review.findings, review.rule
    confidence = review.config.design.confidence
    trust = evidence(review.config, review.checks)
    sentences = {e.metric.id: kpi_sentence(e, confidence) for e in review.estimates}
    kept = _kept(review)
    cost = cost_record(review, f, gates=() if kept else review.gates)
    sure = how_sure(rule, f, review.stability, review.cluster)
    smallest = review.config.privacy.smallest_cell
    content = {
        "schema": SCHEMA,
        "phase": "interim" if review.contacts.interim else "final",
        "verdict": review.verdict,
        "headline": headline(rule, f),
        "rule": {
            "id": None if rule is None else rule.id,
            "text": _("No verdict before the pilot's last day.") if rule is None else _(rule.text),
        },
        "would_change": would_change(rule, f),
        "reasons": [*reasons(rule, review.tried, f, sentences), *caveats(review.robustness)],
        "actions": [action.to_dict() for action in review.actions],
        "look_again": look_again(rule, review.actions, f),
        "plan": review.plan,
        "stability": None if review.stability is None else asdict(review.stability),
        "how_sure": None if sure is None else sure._asdict(),
        "other_verdicts": [one._asdict() for one in review.other_verdicts],
        "keep_in_house": kept,
        "evidence_grade": trust.grade,
        "evidence": trust.text,
        "pilot": _pilot(review),
        "kpis": [_kpi(e, review, sentences[e.metric.id]) for e in review.estimates],
        "segments": [_segment(s) for s in review.segments],
        "scope": _scope(review, kept),
        "routing": [route._asdict() for route in routing(f, rule)],
        "levers": [asdict(lever) for lever in f.levers],
        "pre_trend": None if review.pre_trend is None else review.pre_trend.to_dict(),
        "nonresponse": None if review.nonresponse is None else _nonresponse(review.nonresponse),
        "cost": cost,
        "checks": [check.to_dict() for check in review.checks],
        "completeness": [{**row, "week": row["week"].isoformat()} for row in review.completeness.to_dict("records")],
        "rules": [
            {
                "id": t.rule.id,
                "text": _(t.rule.text),
                "verdict": t.rule.verdict,
                "outcome": t.outcome,
                "why": t.why,
            }
            for t in review.tried
        ],
        "trend": [{**row, "week": row["week"].date().isoformat()} for row in review.trend.to_dict("records")],
        "learning": [] if review.learning is None else review.learning.to_dict("records"),
        "agents": agents_record(review.agents, smallest),
        "comments": None if review.comments is None else comments_record(review.comments),
        "mix": review.case_mix.cells.to_dict("records"),
        "case_mix": mix_record(review.case_mix, smallest),
        "robustness": robustness_record(review.robustness),
        "assumptions": _assumptions(review, cost),
        "privacy": {"agents": review.config.privacy.agents, "smallest_cell": smallest},
        "provenance": provenance(review),
    }
    return without_small_cells(_plain(content), smallest)


def _kpi(e: Estimate, review: "Review", sentence: str) -> dict[str, Any]:
    m, found = e.metric, e.effect
    arms: Any = e.arms or (None, None)
    nothing = {"value": None, "n": 0, "clusters": 0}
    return {
        "id": m.id,
        "label": m.label,
        "name": m.name,
        "unit": m.unit,
        "role": m.role,
        "better": m.better,
        "baseline": nothing if arms[0] is None else arms[0]._asdict(),
        "pilot": nothing if arms[1] is None else arms[1]._asdict(),
        "effect": {
            "estimate": None if found is None else found.estimate,
            "low": None if found is None else found.low,
            "high": None if found is None else found.high,
            "kind": m.kind,
        },
        "benefit": _benefit(found),
        "this_team": {"low": e.this_team[0], "high": e.this_team[1]} if e.this_team else {"low": None, "high": None},
        "margin": m.margin,
        "hurdle": m.hurdle,
        "target": m.target,
        "p_superior": None if found is None else found.p_superior,
        "p_noninferior": None if found is None else found.p_noninferior,
        "p_equivalent": None if found is None else found.p_equivalent,
        "p_hurdle": None if found is None else found.p_hurdle,
        "state": e.state,
        "why": e.why or e.note,
        "short_method": short_method(e, review.cluster, len(review.config.decision.goals)),
        "method": method(e, review.cluster, review.config.design.confidence),
        "crude": {
            k: v
            for k, v in (e.crude._asdict() if e.crude else {"baseline": None, "pilot": None, "estimate": None}).items()
            if k in ("baseline", "pilot", "estimate")
        },
        "naive": e.naive._asdict()
        if e.naive
        else {"baseline": None, "pilot": None, "estimate": None, "low": None, "high": None},
        "sentence": sentence,
        "influence": _influence(e, review.cluster),
        "smallest_drop": smallest_drop(e),
        "smallest_drop_at_end": smallest_drop_at_end(e, review.contacts, review.config),
        "se": None if found is None else found.se,
        "df": None if found is None else found.df,
        "adjustment": e.method,
        "compared": e.compared,
        "groups": [{"group": group, **value._asdict()} for group, value in zip(GROUPS, e.groups, strict=False)],
    }


def _influence(e: Estimate, cluster: str | None) -> dict[str, Any] | None:
    """Who moves the result most, and what it would be without."""
    if e.influence is None:
        return None
    named = {"cluster": cluster_name(e.influence, cluster), "sentence": influence_sentence(e, cluster)}
    return {name: value for name, value in e.influence._asdict().items() if name != "without"} | named


def _benefit(found: Effect | None) -> dict[str, float | None]:
    """An effect where + is better."""
    if found is None:
        return {"estimate": None, "low": None, "high": None}
    return {"estimate": found.benefit, "low": found.benefit_low, "high": found.benefit_high}


def _segment(s: Any) -> dict[str, Any]:
    e: Estimate = s.estimate
    assert e.effect is not None
    assert e.arms is not None
    return {
        "by": s.by, "value": s.value, "kpi": e.metric.id, "share": s.share,
        "n": {"baseline": e.arms[0].n, "pilot": e.arms[1].n},
        "baseline": e.arms[0].value, "pilot": e.arms[1].value,
        "benefit": _benefit(e.effect), "shrunk": None if s.shrunk is None else _benefit(s.shrunk),
        "margin": e.metric.margin, "state": e.state, "p_harm": s.p_harm, "p_harm_holm": s.adjusted, "harm": s.harm,
        "against": "target" if s.against_target else "baseline", "note": e.note,
    }  # fmt: skip


def _kept(review: "Review") -> list[dict[str, str]]:
    """The parts that stay in-house, where the verdict is that the rest goes to the vendor."""
    rest, rule = review.findings.rest, review.rule
    if rest is None or rule is None or "rest_passes" not in rule.when:
        return []
    return [{"by": by, "value": value} for by, value in rest.parts]


def _scope(review: "Review", kept: list[dict[str, str]]) -> dict[str, Any] | None:
    """The pilot without the segments that are harmed: what the rules say of it, its KPIs, and what `kept` in-house
    saves."""
    rest = review.findings.rest
    if rest is None:
        return None
    confidence = review.config.design.confidence
    return {
        "without": [{"by": by, "value": value} for by, value in rest.parts],
        "share": rest.share, "verdict": rest.verdict, "rule": rest.rule, "passes": rest.passes, "why": rest.why,
        "kpis": [
            _kpi(e, review, kpi_sentence(e, confidence))
            for e in rest.findings.estimates
            if e.metric.role != "secondary"
        ],
        "cost": cost_record(review, rest.findings, rest.share, review.gates if kept else ()),
        "halves": [asdict(half) for half in rest.halves],
    }  # fmt: skip


def _nonresponse(found: NonResponse) -> dict[str, Any]:
    """Answer rates of both arms, worst-case bounds of the effect on satisfaction, and where its state turns."""

    def rate(e: Estimate | None) -> dict[str, Any] | None:
        if e is None or e.arms is None:
            return None
        effect = {name: None if e.effect is None else getattr(e.effect, name) for name in ("estimate", "low", "high")}
        return {"baseline": e.arms[0]._asdict(), "pilot": e.arms[1]._asdict(), "effect": effect}

    worst, best = found.worst, found.best
    return {
        "of": "contacts" if found.offered is None else "offered",
        "offer_rate": rate(found.offered),
        "answer_rate": rate(found.answered),
        "rated": rate(found.rated),
        "parity": found.parity,
        "flatters_pilot": found.flatters_pilot,
        "bounds": {
            "worst": rate(worst), "worst_state": worst.state, "best": rate(best), "best_state": best.state,
        },
        "turns": [turn._asdict() for turn in found.turns],
        "tipping": None if found.tipping is None else found.tipping._asdict(),
        "sentence": tipping_sentence(found),
    }  # fmt: skip


def _title(review: "Review") -> str:
    """The title of the page: a pilot that runs is not at its end, unless somebody chose other words."""
    title = review.config.report.title
    return _("Interim review") if review.contacts.interim and title == END_OF_PILOT else title


def _pilot(review: "Review") -> dict[str, Any]:
    config, contacts = review.config, review.contacts
    pilot, period = config.pilot, config.design.baseline_period
    return {
        "name": pilot.name, "slug": config.slug, "title": _title(review), "vendor": pilot.vendor,
        "start": pilot.start, "end": pilot.end, "days": pilot.days,
        "ramp_up_days": pilot.ramp_up_days, "judged_from": contacts.judged_from,
        "judged_days": open_days(contacts, config, contacts.judged_from),
        "timezone": pilot.timezone,
        "language": config.report.language, "currency": config.costs.currency, "as_of": pilot.as_of,
        "data_from": contacts.first, "data_to": max(contacts.last.values()),
        "comparison": config.design.comparison, "before": contacts.grouping.before,
        "baseline_period": None if period is None else period.model_dump(mode="json"),
        "exclude_dates": [days.model_dump(mode="json") for days in config.design.exclude_dates],
        "routing": config.design.routing, "cluster": review.cluster or "day",
        "confidence": config.design.confidence, "objective": config.decision.objective,
        "contacts": {group: contacts.facts[group]["judged"] for group in contacts.grouping.names},
        "shared_agents": review.shared_agents, "note": pilot.note,
        "vendor_review": config.vendor_review.model_dump(mode="json"),
    }  # fmt: skip


def _assumptions(review: "Review", cost: dict[str, Any]) -> list[str]:
    config, contacts = review.config, review.contacts
    found = [
        _("Contacts count for the arm that had them first."),
        _("Contacts of one agent resemble each other; agents, not contacts, are the unit of uncertainty.")
        if review.cluster == "agent_id"
        else _("Contacts are taken as independent of each other: the intervals do not know that agents differ.")
        if review.cluster == INDEPENDENT
        else _("The unit of uncertainty is {cluster}.").format(cluster=review.cluster or _("days")),
    ]
    found += comparison_assumptions(config, contacts.grouping)
    if config.pilot.ramp_up_days:
        found.append(
            _("The first {n} days are a ramp-up: shown, and left out of the verdict.").format(
                n=config.pilot.ramp_up_days
            )
        )
    if "handle_seconds" in contacts.columns and any(
        c.kind == "per_hour" for c in [*config.costs.baseline, *config.costs.pilot]
    ):
        found.append(
            _(
                "An hour is paid for handle time over occupancy and productive time (1 - shrinkage), as the config "
                "states them."
            )
        )
    if any(not contacts.filled(arm, "final_arm") for arm in ARMS):
        found.append(
            _("The log does not say who finished a contact: contacts passed to the other arm are not charged.")
        )
    found += cost_assumptions(cost)
    found += [
        _("Why the margin of {kpi} is what it is: {why}").format(kpi=name, why=kpi.margin_because)
        for name, kpi in (
            (_("customer satisfaction"), config.kpis.csat),
            (_("first contact resolution"), config.kpis.fcr),
            (_("response time"), config.kpis.response_time),
        )
        if kpi.margin_because
    ]
    return found


def _plain(value: Any) -> Any:
    """JSON's own types; what is not a finite number is null."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if isfinite(value) else None
    return value
