"""Case mix and robustness as plain data, for review.json and the tables of the page."""

from collections.abc import Mapping
from typing import Any

from pilot_analysis.decision.case_mix import Balance, named_cells
from pilot_analysis.decision.robustness import Robustness, caveat, kpi_sentence, room
from pilot_analysis.decision.variants import Variant
from pilot_analysis.stats.balance import WORTH_A_LOOK
from pilot_analysis.words import _, counted, decimal, joined, percent


def mix_record(found: Balance, smallest: int) -> dict[str, Any]:
    """The case mix: columns and their values by arm, the model of every KPI, contacts without a counterpart.

    `smallest` is the number of contacts from which on a cell is counted in a sentence.
    """
    return {
        "difference": found.difference,
        "columns": [
            {**factor._asdict(), "levels": [level._asdict() for level in factor.levels]} for factor in found.factors
        ],
        "models": [model._asdict() for model in found.models],
        "uncompared": [
            {
                "kpi": one.kpi, "contacts": one.contacts, "share": one.share, "text": named_cells(one, smallest),
                "cells": [{"cell": name, "contacts": n} for name, n in one.cells],
            }
            for one in found.uncompared
        ],
    }  # fmt: skip


def robustness_record(found: Mapping[str, Robustness]) -> list[dict[str, Any]]:
    """A row a headline KPI: its variants, how many agree, and how far its limit could move."""
    return [
        {
            "kpi": kpi,
            "state": r.decided.state,
            "sentence": kpi_sentence(r),
            "limit": None if (limit := room(r.decided)) is None else limit._asdict(),
            "variants": [_variant(r, v) for v in r.variants],
        }
        for kpi, r in found.items()
    ]


def mix_lines(review: dict[str, Any]) -> list[str]:
    """The case mix in sentences: what differs, what has no counterpart, and which model was used."""
    found = review["case_mix"]
    apart = [one for one in found["columns"] if one["difference"] is None or abs(one["difference"]) >= WORTH_A_LOOK]
    lines = [
        _("{column} differs between the arms: standardised difference {difference}{note}.").format(
            column=one["column"],
            difference=_("without end") if one["difference"] is None else decimal(one["difference"], 2),
            note="" if one["adjusted"] else _(" (not adjusted for)"),
        )
        for one in apart
    ]
    if not apart:
        lines.append(
            _("No column differs by {limit} standard deviations or more.").format(limit=decimal(WORTH_A_LOOK, 1))
        )
    labels = {kpi["id"]: kpi["label"] for kpi in review["kpis"]}
    lines += [
        _("{kpi}: {n} of the pilot's contacts ({share}) have no counterpart: {cells}.").format(
            kpi=labels[one["kpi"]],
            n=counted(one["contacts"], review["privacy"]["smallest_cell"]),
            share=percent(one["share"]),
            cells=one["text"],
        )
        for one in found["uncompared"]
    ]
    by_reason: dict[str, list[str]] = {}
    for model in found["models"]:
        by_reason.setdefault(model["why"], []).append(labels[model["kpi"]])
    return lines + [_("{kpis}: {why}").format(kpis=joined(kpis), why=why) for why, kpis in by_reason.items()]


def caveats(found: Mapping[str, Robustness]) -> list[dict[str, str | None]]:
    """A reason for every guardrail or goal whose result hangs on one choice."""
    texts = {kpi: caveat(r) for kpi, r in found.items()}
    return [{"code": "robustness", "kpi": kpi, "text": text} for kpi, text in texts.items() if text is not None]


def _variant(r: Robustness, v: Variant) -> dict[str, Any]:
    e = v.estimate
    house, pilot = e.arms or (None, None)
    found = None if v.why is not None else e.effect
    return {
        "name": v.name,
        "label": v.label,
        "valid": v.valid,
        "benefit": {
            "estimate": None if found is None else found.benefit,
            "low": None if found is None else found.benefit_low,
            "high": None if found is None else found.benefit_high,
        },
        "state": e.state,
        "same_state": r.same_state(v),
        "turns": any(v is one for one in r.turned),
        "baseline": None if house is None else house.value,
        "pilot": None if pilot is None else pilot.value,
        "n": {"baseline": 0 if house is None else house.n, "pilot": 0 if pilot is None else pilot.n},
        "clusters": {
            "baseline": 0 if house is None else house.clusters,
            "pilot": 0 if pilot is None else pilot.clusters,
        },
        "why": v.why,
    }
