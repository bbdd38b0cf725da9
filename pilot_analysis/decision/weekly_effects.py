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


def sums_by_week(metrics: Sequence[Metric], table: ir.Table, cluster: str | None) -> Sums:
    """Contacts of both arms by week (`monday`) and `phase`, in the segment and outside the days left out, in one scan.

    What the trend and the learning curve are made of.
    """
    shown = [found for metric in metrics for found in (metric, weekly_metric(metric)) if found is not None]
    kept = in_scope(table)
    kept = with_log_response(kept.mutate(monday=kept.day.truncate("W").cast("date")))
    measures = dict.fromkeys(m.measure for m in shown if in_trend(m) and m.form == "mean")
    return sum_contacts(kept, ["monday", "phase"], cluster, list(measures))


def in_trend(metric: Metric) -> bool:
    """Whether the KPI has weekly values: those with a say that were measured, but for those a contact cannot have."""
    return metric.why is None and metric.role != "secondary" and metric.form != "per_resolution"


def learning_curve(metrics: Sequence[Metric], weeks: Sums, confidence: float) -> pd.DataFrame:
    """Pilot against in-house by week since the pilot's start, ramp-up and judged days, of `sums_by_week`.

    Both arms of the same week, so that season and campaigns fall out; on the mix as it came.

    Returns:
        kpi, week (Monday), stage (ramp_up, judged), kind, estimate, low, high; in a week that the ramp-up ends in,
        both stages.
    """
    shown = [m for m in map(weekly_metric, metrics) if m is not None]
    of_pilot = weeks.cells["phase"].isin(("ramp_up", "judged")).to_numpy()
    staged = replace(weeks, cells=weeks.cells.rename(columns={"phase": "stage"}))
    return weekly_effects(shown, staged.within(of_pilot), [], confidence)


def weekly_metric(metric: Metric) -> Metric | None:
    """The KPI as a weekly mean; None for those without a say, without one, or that another stands for."""
    if not in_trend(metric):
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
    held = keys.iloc[np.unique(sums.cell)]
    for week, stage in sorted(set(held.itertuples(index=False, name=None))):
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
