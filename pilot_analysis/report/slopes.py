"""How the arms moved before the pilot, as a reader meets it: a row a KPI."""

from dataclasses import dataclass
from math import expm1
from typing import Any

from pilot_analysis import words
from pilot_analysis.report import wording
from pilot_analysis.report.wording import Named
from pilot_analysis.words import _


@dataclass(frozen=True)
class SlopeRow:
    """One KPI's slope and drift in words."""

    label: str
    per_week: str
    drift: str
    p: str
    limit: str
    result: Named


def slope_rows(review: dict[str, Any]) -> list[SlopeRow]:
    """The rows of a review; none without a baseline period that can tell."""
    kpis = {kpi["id"]: kpi for kpi in review["kpis"]}
    rows = []
    for slope in (review["pre_trend"] or {}).get("slopes", []):
        kpi = kpis[slope["kpi"]]
        ratio = kpi["effect"]["kind"] == "ratio"

        def written(x: float, digits: int, *, ratio: bool = ratio) -> str:
            return words.percent(-expm1(-x), digits, signed=True) if ratio else words.points(x, digits, signed=True)

        drift = slope["drift"]
        rows.append(SlopeRow(
            kpi["label"], written(slope["per_week"], 2),
            _("{estimate} ({low} to {high})").format(
                estimate=written(drift["estimate"], 1), low=written(drift["low"], 1), high=written(drift["high"], 1)
            ),
            words.decimal(slope["p_holm"], 3), _limit(slope["limit"], ratio=ratio),
            wording.check_status(slope["status"]),
        ))  # fmt: skip
    return rows


def _limit(limit: float | None, *, ratio: bool) -> str:
    if limit is None:
        return words.MISSING
    return words.percent(limit) if ratio else words.points(limit)
