"""Pilot against in-house in every single week: as each arm came to it, and how the pilot learned."""

from collections.abc import Sequence
from dataclasses import replace

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from pilot_analysis.contacts.table import in_scope
from pilot_analysis.decision.means import CaseMix, mean_estimate
from pilot_analysis.kpis.measures import has_measure
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.sums import Sums, sum_contacts


def learning_curve(metrics: Sequence[Metric], table: ir.Table, cluster: str | None, confidence: float) -> pd.DataFrame:
    """Pilot against in-house by week since the pilot's start, ramp-up and judged days, from one scan.

    Both arms of the same week, so that season and campaigns fall out; on the mix as it came.

    Returns:
        kpi, week (Monday), stage (ramp_up, judged), kind, estimate, low, high; in a week that the ramp-up ends in,
        both stages.
    """
    shown = [m for m in map(weekly_metric, metrics) if m is not None]
    kept = in_scope(table).filter(ibis._.phase.isin(("ramp_up", "judged")))
    kept = with_log_response(kept.mutate(monday=kept.day.truncate("W").cast("date"), stage=kept.phase))
    sums = sum_contacts(kept, ["monday", "stage"], cluster, [m.measure for m in shown])
    return weekly_effects(shown, sums, [], confidence)


def weekly_metric(metric: Metric) -> Metric | None:
    """The KPI as a weekly mean; None for those without a say, without one, or that another stands for."""
    if metric.why is not None or metric.role == "secondary" or metric.form == "per_resolution":
        return None
    if metric.form == "mean":
        return metric
    if metric.quantile != 0.5 or metric.measure != "response":
        return None
    return replace(metric, form="mean", measure="log_response", quantile=None)


def with_log_response(table: ir.Table) -> ir.Table:
    """With `v_log_response`, whose weekly mean stands for the quantiles of response time, where that is measured."""
    if not has_measure(table, "response"):
        return table
    return table.mutate(v_log_response=ibis.greatest(table.v_response, 1.0).ln())


def weekly_effects(metrics: Sequence[Metric], sums: Sums, columns: list[str], confidence: float) -> pd.DataFrame:
    """Both arms held against each other in every single week of sums by `monday` and `stage`."""
    rows = []
    keys = sums.cells[["monday", "stage"]]
    for week, stage in sorted(set(keys.itertuples(index=False, name=None))):
        mix = CaseMix(sums.within(((keys["monday"] == week) & (keys["stage"] == stage)).to_numpy()), columns)
        for metric in metrics:
            logs = metric.measure == "log_response"
            asked = replace(metric, kind="difference", unit="log") if logs else metric
            found = mean_estimate(asked, mix, confidence, influence=False).effect
            if found is None:
                continue
            ends = [found.estimate, found.low, found.high]
            shown = [float(np.exp(x)) for x in ends] if logs else ends
            rows.append((metric.id, str(week)[:10], stage, metric.kind, *shown))
    return pd.DataFrame(rows, columns=["kpi", "week", "stage", "kind", "estimate", "low", "high"])
