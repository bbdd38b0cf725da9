"""Every KPI of a review estimated from its sums, with segments, trend and case mix."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.table import Contacts
from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.means import CaseMix, mean_estimate, per_resolution_estimate
from pilot_analysis.decision.nonresponse import NonResponse, nonresponse
from pilot_analysis.decision.quantiles import TimeMix, left_out_reach, quantile_estimate, time_mix, wanted_bins
from pilot_analysis.decision.segments import Segment, channel_segments, segment_effects, with_harm
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.sums import Sums, week_sums
from pilot_analysis.kpis.times import NEVER, count_bins, count_values, edge, week_bins
from pilot_analysis.stats.quantile import weighted_quantile
from pilot_analysis.words import _

BEHIND_CHECKS = ("answered", "offered", "immature", "ineligible", "passed_on", "crossed")
RATED = ("csat", "csat_mean")  # what the ratings of those who answered measure


class Weekly(NamedTuple):
    """Weeks by their Monday, as they were recorded.

    Attributes:
        values: of the headline KPIs; columns kpi, week, arm, value, n, phase.
        contacts: of the segment; columns week, arm, phase, n.
    """

    values: pd.DataFrame
    contacts: pd.DataFrame


@dataclass(frozen=True)
class Estimates:
    """The estimates of a review and the small tables they came from."""

    estimates: list[Estimate]
    segments: list[Segment]
    mix: CaseMix
    adjust_for: list[str]
    times: dict[str, TimeMix]
    silent: NonResponse | None

    def validated(self) -> "Estimates":
        """Satisfaction is not measured where its parity failed, in the whole and in segments.

        Harm stands where the bias can only flatter the pilot.
        """
        silent = self.silent
        if silent is None or silent.parity != "fail":
            return self

        def valid(e: Estimate) -> Estimate:
            if e.metric.id not in RATED or e.why is not None:
                return e
            if e.state == "harm" and silent.harm_stands is not None:
                return replace(e, note=silent.harm_stands)
            return replace(e, why=silent.why)

        segments = [replace(s, estimate=valid(s.estimate)) for s in self.segments]
        return replace(
            self,
            estimates=[valid(e) for e in self.estimates],
            segments=[replace(s, harm=s.harm and s.estimate.state == "harm") for s in segments],
        )

    def case_mix(self) -> pd.DataFrame:
        """Share of every case-mix cell in both arms, the pilot's largest first."""
        counts = self.mix.by_cell(self.mix.sums.measures["contacts"].population)[:2]
        shares = counts / counts.sum(axis=1, keepdims=True)
        frame = self.mix.cells[self.adjust_for].copy() if self.adjust_for else pd.DataFrame(index=[0])
        frame["baseline_share"], frame["pilot_share"] = shares
        return frame.sort_values("pilot_share", ascending=False, kind="stable", ignore_index=True)

    def weekly(self, table: ir.Table, metrics: Sequence[Metric]) -> Weekly:
        """Weekly values of the headline KPIs, and contacts.

        Means are the week's own; quantiles are combined over channels by the pilot's shares, as the effect is.
        """
        shown = [m for m in metrics if m.why is None and m.role != "secondary" and m.form != "per_resolution"]
        inside = table.filter(table.arm.notnull(), table.in_segment, ~table.excluded)
        weeks = week_sums(inside, sorted({m.measure for m in shown if m.form == "mean"}))
        parts = [
            weeks[(weeks["measure"] == m.measure) & (weeks["n"] > 0)].assign(
                kpi=m.id, value=lambda f: f["total"] / f["n"]
            )
            for m in shown
            if m.form == "mean"
        ]
        for measure in sorted({m.measure for m in shown if m.form == "quantile"} & self.times.keys()):
            wanted = [m for m in shown if m.measure == measure and m.form == "quantile"]
            parts.append(_weekly_quantiles(week_bins(inside, measure), self.times[measure], wanted))
        contacts = weeks[weeks["measure"] == "contacts"]
        columns = ["kpi", "week", "arm", "value", "n", "phase"]
        if not parts:
            return Weekly(pd.DataFrame(columns=columns), contacts)
        order = {m.id: i for i, m in enumerate(metrics)}
        frame = pd.concat(parts, ignore_index=True)[columns]
        values = frame.sort_values(
            ["kpi", "arm", "week", "phase"],
            key=lambda c: c.map(order) if c.name == "kpi" else c,
            ignore_index=True,
        )
        return Weekly(values, contacts)


def cluster_column(config: Config, contacts: Contacts) -> str | None:
    """The unit of uncertainty: as configured, else agents, customers, days (None)."""
    names = [config.column(config.design.cluster), "agent_id", "customer_id"]
    return next((name for name in names if name in contacts.columns), None)


def case_mix_columns(config: Config, contacts: Contacts) -> list[str]:
    """The columns of the case mix: as configured, else channel, category and tier where the log has them."""
    given = config.design.adjust_for
    names = ["channel", "category", "tier"] if given is None else given
    found = dict.fromkeys(config.column(name) for name in names)
    return [name for name in found if name in contacts.columns]


def segment_columns(config: Config) -> list[str]:
    """The columns by which effects are shown and harm is looked for."""
    return list(dict.fromkeys(config.column(name) for name in config.design.segments))


def measures_of(metrics: Sequence[Metric]) -> list[str]:
    """The measures to sum for these KPIs and the checks beside them."""
    own = [m.measure for m in metrics if m.form != "quantile" and m.why is None]
    return list(dict.fromkeys([*own, *(f"naive_{name}" for name in own), *BEHIND_CHECKS]))


def estimate_all(
    metrics: Sequence[Metric],
    sums: Sums,
    judged: ir.Table,
    adjust_for: list[str],
    cluster: str | None,
    config: Config,
) -> Estimates:
    """Estimate every KPI; only quantiles look at the contacts again."""
    confidence = config.design.confidence
    segments_by = segment_columns(config)
    mix = CaseMix(sums, adjust_for)
    times: dict[str, TimeMix] = {}
    by_channel: list[Segment] = []
    quantiles: dict[str, Estimate] = {}
    for measure in dict.fromkeys(m.measure for m in metrics if m.form == "quantile" and m.why is None):
        wanted = [m for m in metrics if m.form == "quantile" and m.measure == measure]
        by = [
            *(["channel"] if "channel" in judged.columns else []),
            *(n for n in adjust_for if n != "channel"),
        ]
        histogram = count_bins(judged, measure, by)
        times[measure] = time_mix(histogram)
        bins = wanted_bins(times[measure], [m.quantile or 0.5 for m in wanted], left_out_reach(sums))
        counts = count_values(judged, measure, by, cluster, histogram.cells, bins) if bins else None
        shares = {c.name: c.share for c in times[measure].channels}
        for m in wanted:
            if counts is None:
                quantiles[m.id] = Estimate(m, why=_("no channel has response times in both arms"))
                continue
            quantiles[m.id], each = quantile_estimate(m, times[measure], counts, confidence)
            if "channel" in segments_by:
                by_channel += channel_segments(each, shares)
    estimates = []
    for m in metrics:
        if m.form == "quantile":
            estimates.append(quantiles.get(m.id) or Estimate(m, why=m.why))
        elif m.form == "per_resolution":
            estimates.append(per_resolution_estimate(m, mix, confidence))
        else:
            estimates.append(mean_estimate(m, mix, confidence))
    segments = segment_effects(metrics, sums, adjust_for, segments_by, confidence)
    csat = next((e for e in estimates if e.metric.id == "csat"), None)
    return Estimates(
        estimates, with_harm([*segments, *by_channel], confidence), mix, adjust_for, times,
        silent=nonresponse(csat, mix, confidence),
    )  # fmt: skip


def _weekly_quantiles(bins: pd.DataFrame, mix: TimeMix, metrics: Sequence[Metric]) -> pd.DataFrame:
    """Quantiles by week from the binned counts, within one per cent; weeks that lack a channel are left out."""
    shares = {c.name: c.share for c in mix.channels}
    logs: dict[tuple[str, Any, str], list[tuple[float, float, list[float]]]] = {}
    for (arm, week, phase, channel), counts in bins.sort_values("bin").groupby(["arm", "week", "phase", "channel"]):
        share = shares.get(str(channel), 0.0)
        number, n = counts["bin"].to_numpy(), counts["n"].to_numpy(dtype=float)
        answered = number != NEVER
        middle = edge(number[answered]) * np.exp(-0.005)
        values = [weighted_quantile(middle, n[answered] / n.sum(), m.quantile or 0.5) for m in metrics]
        logs.setdefault((str(arm), week, str(phase)), []).append((share, float(n.sum()), values))
    rows = []
    for (arm, week, phase), channels in logs.items():
        covered = sum(share for share, _n, values in channels if np.isfinite(values).all())
        if covered < 0.999:
            continue
        for i, metric in enumerate(metrics):
            log = sum(share * np.log(values[i]) for share, _n, values in channels if share > 0)
            rows.append((metric.id, week, arm, float(np.exp(log)), sum(n for _share, n, _values in channels), phase))
    return pd.DataFrame(rows, columns=["kpi", "week", "arm", "value", "n", "phase"])
