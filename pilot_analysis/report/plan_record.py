"""A plan as JSON can hold it: the numbers, and the sentences that are said of them."""

from typing import Any

from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.planning.calendar import calendar
from pilot_analysis.planning.design import Shown
from pilot_analysis.planning.pilots import Verdicts
from pilot_analysis.planning.plan import Judged, Plan, Range
from pilot_analysis.report.plan_words import headline, notes
from pilot_analysis.stats.power import design_effect, farrington_manning
from pilot_analysis.words import language

SCHEMA = 1


def plan_record(plan: Plan) -> dict[str, Any]:
    """The content of plan.json; shares are fractions, times seconds, money the config's currency."""
    config = plan.config
    with language(config.report.language):
        return {
            "schema": SCHEMA,
            "pilot": {
                "name": config.pilot.name, "vendor": config.pilot.vendor, "slug": config.slug,
                "start": config.pilot.start.isoformat(), "end": config.pilot.end.isoformat(),
                "ramp_up_days": config.pilot.ramp_up_days, "language": config.report.language,
            },
            "headline": headline(plan),
            "notes": notes(plan),
            "power": config.plan.power,
            "sure": _range(plan.sure),
            "sure_with_longer_history": _range(plan.longer),
            "currency": config.costs.currency,
            "baseline": _baseline(plan),
            "kpis": [_kpi(metric, plan) for metric in plan.baseline.metrics],
            "design": judged_record(plan.chosen),
            "lengths": [judged_record(j) for j in plan.lengths],
            "smallest": [
                {"days": w.days, "power_wanted": w.power,
                 "design": None if w.judged is None else judged_record(w.judged)}
                for w in plan.smallest
            ],
            "curve": [judged_record(j) for j in plan.curve],
            "as_good": None if plan.as_good is None else _verdicts(plan.as_good),
            "doublings": [{"of": d.lack, "power": round(d.power, 4)} for d in plan.doublings],
            "unmeasured": plan.unmeasured,
            "unreachable": plan.unreachable,
            "calendar": [{"id": m.id, "day": m.day.isoformat(), "text": m.text} for m in calendar(config)],
        }  # fmt: skip


def _range(found: Range | None) -> dict[str, float] | None:
    return None if found is None else {"low": round(found.low, 4), "high": round(found.high, 4)}


def _baseline(plan: Plan) -> dict[str, Any]:
    b = plan.baseline
    return {
        "start": None if b.period is None else b.period.start.isoformat(),
        "end": None if b.period is None else b.period.end.isoformat(),
        "contacts": b.contacts, "agents": b.agents, "contacts_per_day": round(b.contacts_per_day, 4),
        "contacts_per_agent_and_day": round(b.contacts_per_day / b.agents, 4), "volume_sd": round(b.volume_sd, 4),
        "cells": b.cells,
    }  # fmt: skip


def _kpi(metric: Metric, plan: Plan) -> dict[str, Any]:
    noise, effects = plan.baseline.noise.get(metric.id), plan.truth.effects
    shown = next((k for k in plan.chosen.kpis if k.metric.id == metric.id), None)
    return {
        "id": metric.id, "label": metric.label, "name": metric.name, "unit": metric.unit, "kind": metric.kind,
        "role": metric.role, "why": metric.why, "margin": metric.margin, "hurdle": metric.hurdle,
        "level": None if noise is None else noise.level,
        "share": None if noise is None else noise.share,
        "agent_sd": None if noise is None else noise.agent_sd,
        "agent_sd_high": None if noise is None else noise.agent_sd_high,
        "contact_sd": None if noise is None else noise.contact_sd,
        "icc": None if noise is None else noise.icc,
        "expected": effects.get(metric.id, None if metric.measure == "cost" else 0.0),
        "power": None if shown is None else shown.power,
        "smallest_drop": None if shown is None else shown.smallest_drop,
        "margin_shown": None if shown is None else shown.margin,
        "observations": None if shown is None else _observations(shown, plan),
    }  # fmt: skip


def _observations(shown: Shown, plan: Plan) -> dict[str, float] | None:
    """What a share takes in the pilot by Farrington and Manning, and times the design effect of its agents."""
    metric, noise = shown.metric, plan.baseline.noise.get(shown.metric.id)
    if metric.span != 1 or metric.form != "mean" or noise is None or metric.better == "lower" or not metric.margin:
        return None
    design = plan.chosen.design
    level = min(max(noise.level + plan.truth.effects.get(metric.id, 0.0), 0.0), 1.0)
    if level - noise.level <= -metric.margin:
        return None
    alpha = (1 - plan.config.design.confidence) / 2
    independent = farrington_manning(
        level, noise.level, metric.margin, ratio=design.contacts[0] / design.contacts[1], power=plan.config.plan.power,
        alpha=alpha,
    ).pilot  # fmt: skip
    expected = design.contacts[1] * noise.share
    effect = design_effect(expected / design.agents[1], noise.icc)
    return {"expected": expected, "independent": independent, "design_effect": effect, "needed": independent * effect}


def judged_record(judged: Judged) -> dict[str, Any]:
    """One design with what it shows."""
    design = judged.design
    return {
        "days": design.days, "judged_days": design.judged,
        "agents": design.agents[1], "contacts_per_day": round(design.per_day[1], 4),
        "contacts": round(design.contacts[1], 4),
        "baseline_agents": design.agents[0], "baseline_contacts_per_day": round(design.per_day[0], 4),
        "baseline_contacts": round(design.contacts[0], 4),
        "power": judged.power, "closed_form": judged.closed,
        "kpis": {k.metric.id: {"power": k.power, "smallest_drop": k.smallest_drop, "margin_shown": k.margin}
                 for k in judged.kpis},
        "simulated": None if judged.verdicts is None else _verdicts(judged.verdicts),
        "cost": None if judged.cost is None else round(judged.cost, 2),
    }  # fmt: skip


def _verdicts(found: Verdicts) -> dict[str, Any]:
    return {
        "pilots": found.pilots, "power": found.power, "error": round(found.error, 4), "verdicts": found.verdicts,
        "rules": found.rules,
    }  # fmt: skip
