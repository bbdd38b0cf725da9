"""The KPIs on which a bonus depends, as a contract reads them: the plain value of an arm's judged contacts."""

from collections.abc import Collection

import ibis
import ibis.expr.types as ir
import numpy as np

from pilot_analysis.contacts.faults import reading
from pilot_analysis.contacts.floats import number
from pilot_analysis.contacts.table import Contacts

MEANS = {
    "csat": "csat", "csat_mean": "csat_mean", "fcr": "fcr", "response_within": "within", "handle_time": "handle",
    "reopen_rate": "reopened", "escalation_rate": "escalated", "abandonment_rate": "abandoned",
    "complaint_rate": "complaint", "qa_score": "qa_score", "nps": "nps",
}  # fmt: skip
QUANTILES = {"response_time": 0.5, "response_time_p90": 0.9}
NEVER = ibis.literal(10**12).cast("float64")  # seconds: between two infinities there is no number


def kpi_values(table: ir.Table, contacts: Contacts, kpis: Collection[str]) -> dict[str, dict[str, float]]:
    """The value of each KPI by group; those that the log cannot tell are left out.

    Args:
        table: measured contacts, with `w`; an answer that never came is later than any.
    """
    asked: dict[str, ir.Value] = {}
    judged = table.filter(table.compared)
    found: dict[str, dict[str, float]] = {}
    for name in sorted(kpis):
        measure = MEANS.get(name, "response")
        if f"v_{measure}" not in table.columns:
            continue
        value = table[f"v_{measure}"]
        member = table[f"p_{measure}"] if f"p_{measure}" in table.columns else ibis.literal(True)
        if name in QUANTILES:
            if "weight" in contacts.columns:
                continue
            late = ibis.ifelse(table.unanswered, NEVER, value)
            with reading(contacts.source.name):
                for group, quantile in _quantiles(judged.filter(member), late, QUANTILES[name]).items():
                    found.setdefault(group, {})[name] = quantile
        else:
            weight = ibis.ifelse(member & value.notnull(), table.w, 0.0)
            asked[name] = (weight * value).sum() / weight.sum().nullif(0.0)
    if not asked:
        return found
    with reading(contacts.source.name):
        rows = judged.group_by("side").aggregate(**asked).to_pyarrow().to_pylist()
    for row in rows:
        known = {name: v for name in asked if (v := row[name]) is not None and not np.isnan(v)}
        found.setdefault(row["side"], {}).update(known)
    return found


def _quantiles(table: ir.Table, value: ir.FloatingValue, share: float) -> dict[str, float]:
    """The quantile of `value` by group, between the two values whose places are nearest (Hyndman and Fan's type 7).

    Of the engine only the order is asked: quantile functions differ, and those of the largest engines estimate.
    """
    known = table.filter(value.notnull()).select(table.side, value=value)
    by_value = ibis.window(group_by="side", order_by="value")
    placed = known.mutate(place=ibis.row_number().over(by_value), n=ibis._.count().over(group_by="side"))
    at = (placed.n - 1) * number(share)
    rows = placed.filter((placed.place - at).abs() < 1).group_by("side").aggregate(
        n=ibis._.n.max(), low=ibis._.value.min(), high=ibis._.value.max()
    ).to_pyarrow().to_pylist()  # fmt: skip
    return {row["side"]: row["low"] + (row["high"] - row["low"]) * ((row["n"] - 1) * share % 1) for row in rows}
