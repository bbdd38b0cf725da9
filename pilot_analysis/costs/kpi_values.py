"""The KPIs on which a bonus depends, as a contract reads them: the plain value of an arm's judged contacts."""

from collections.abc import Collection

import ibis
import ibis.expr.types as ir
import numpy as np

from pilot_analysis.contacts.source import reading
from pilot_analysis.contacts.table import Contacts

MEANS = {
    "csat": "csat", "csat_mean": "csat_mean", "fcr": "fcr", "response_within": "within", "handle_time": "handle",
    "reopen_rate": "reopened", "escalation_rate": "escalated", "abandonment_rate": "abandoned",
    "complaint_rate": "complaint", "qa_score": "qa_score", "nps": "nps",
}  # fmt: skip
QUANTILES = {"response_time": 0.5, "response_time_p90": 0.9}
NEVER = ibis.literal(10**12).cast("float64")  # seconds; an engine's quantile between two infinities is no number


def kpi_values(table: ir.Table, contacts: Contacts, kpis: Collection[str]) -> dict[str, dict[str, float]]:
    """The value of each KPI by group; those that the log cannot tell are left out.

    Args:
        table: measured contacts, with `w`; an answer that never came is later than any.
    """
    asked: dict[str, ir.Value] = {}
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
            asked[name] = late.quantile(QUANTILES[name], where=member)
        else:
            weight = ibis.ifelse(member & value.notnull(), table.w, 0.0)
            asked[name] = (weight * value).sum() / weight.sum().nullif(0.0)
    if not asked:
        return {}
    with reading(contacts.source.name):
        judged = table.filter(table.group.notnull())
        rows = judged.group_by("group").aggregate(**asked).to_pyarrow().to_pylist()
    return {
        row["group"]: {k: v for k in asked if (v := row[k]) is not None and not np.isnan(v)} for row in rows
    }  # fmt: skip
