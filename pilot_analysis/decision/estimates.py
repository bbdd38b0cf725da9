"""Every KPI of a review estimated from its sums, with segments, trend and case mix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.table import Contacts, in_scope
from pilot_analysis.decision.case_mix import Balance, balance
from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.means import CaseMix, mean_estimate, per_resolution_estimate
from pilot_analysis.decision.no_counterpart import Unmatched, unmatched_parts
from pilot_analysis.decision.nonresponse import NonResponse, nonresponse
from pilot_analysis.decision.robustness import Robustness
from pilot_analysis.decision.segments import Segment, channel_segments, segment_effects, with_harm, with_shrunk
from pilot_analysis.decision.steps import BY_DAY
from pilot_analysis.decision.time_estimates import time_estimates
from pilot_analysis.decision.time_mix import TimeMix, left_out_reach
from pilot_analysis.decision.variants import HEADLINE, OtherMixes, Variant, decided, mean_variants
from pilot_analysis.decision.weekly_effects import in_trend
from pilot_analysis.kpis.clusters import INDEPENDENT
from pilot_analysis.kpis.measures import WINDOWS, window_measure
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.sums import Sums
from pilot_analysis.kpis.times import NEVER, middle, week_bins
from pilot_analysis.stats.quantile import weighted_quantile

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
    times: dict[str, TimeMix]
    variants: dict[str, list[Variant]]
    silent: NonResponse | None
    unmatched: list[Unmatched]

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

    def robustness(self) -> dict[str, Robustness]:
        """The variants of the headline KPIs; one that is not measured has none but itself."""
        return {
            e.metric.id: Robustness([decided(e), *(self.variants[e.metric.id][1:] if e.why is None else [])])
            for e in self.estimates
            if e.metric.id in self.variants
        }

    @cached_property
    def case_mix(self) -> Balance:
        """How alike the arms' contacts are."""
        to_target = [(part.by, part.value) for part in self.unmatched]
        return balance(self.mix, self.times, self.estimates, to_target)

    def weekly(self, weeks: Sums, table: ir.Table, metrics: Sequence[Metric]) -> Weekly:
        """Weekly values of the headline KPIs, and contacts.

        Means are the week's own; quantiles are combined over channels by the pilot's shares, as the effect is.

        Args:
            weeks: of `sums_by_week`; table: the measured contacts, of which quantiles are counted anew.
        """
        shown = list(filter(in_trend, metrics))
        parts = []
        for metric in shown:
            if metric.form == "mean" and metric.measure in weeks.measures:
                values = _by_week(weeks, metric.measure)
                values = values[values["n"] > 0]
                parts.append(values.assign(kpi=metric.id, value=values["total"] / values["n"]))
        for measure in sorted({m.measure for m in shown if m.form == "quantile"} & self.times.keys()):
            wanted = [m for m in shown if m.measure == measure and m.form == "quantile"]
            parts.append(_weekly_quantiles(week_bins(in_scope(table), measure), self.times[measure], wanted))
        parts = [part for part in parts if len(part)]  # one without rows has no types, and would take those of the rest
        contacts = _by_week(weeks, "contacts")
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
    if config.design.cluster == INDEPENDENT:
        return INDEPENDENT
    names = [config.column(config.design.cluster), "agent_id", "customer_id"]
    return next((name for name in names if name in contacts.columns), None)


def case_mix_columns(config: Config, contacts: Contacts) -> list[str]:
    """The columns of the case mix that the log has."""
    return [name for name in config.case_mix if name in contacts.columns]


def time_columns(contacts: ir.Table, adjust_for: Sequence[str]) -> list[str]:
    """The same for a time, whose quantiles are taken within channels wherever the log has them: the channel first."""
    channel = ["channel"] if "channel" in contacts.columns else []
    return [*channel, *(name for name in adjust_for if name != "channel")]


def segment_columns(config: Config) -> list[str]:
    """The columns by which effects are shown and harm is looked for."""
    return list(dict.fromkeys(config.column(name) for name in config.design.segments))


def measures_of(metrics: Sequence[Metric]) -> list[str]:
    """The measures to sum for these KPIs and the checks beside them."""
    own = [m.measure for m in metrics if m.form != "quantile" and m.why is None]
    windows = [window_measure(days) for days in WINDOWS]
    return list(dict.fromkeys([*own, *(f"naive_{name}" for name in own), *BEHIND_CHECKS, *windows]))


def measures_by_day(metrics: Sequence[Metric]) -> list[str]:
    """The measures to sum once more with days as clusters: those of the headline KPIs, and what may change in a day."""
    own = [m.measure for m in metrics if m.id in HEADLINE and m.why is None]
    return list(dict.fromkeys([*own, "passed_on", *BY_DAY]))


def estimate_all(
    metrics: Sequence[Metric], sums: Sums, longer: Sums | None, by_day: Sums | None, contacts: ir.Table,
    adjust_for: list[str], cluster: str | None, config: Config, called: Mapping[str, str],
) -> Estimates:  # fmt: skip
    """Estimate every KPI, in every way; only quantiles look at the contacts again.

    Args:
        sums: of the judged contacts; longer: of those with the ramp-up, None without one.
        called: what clusters are called instead of their names, as in `sums`.
        by_day: of the judged contacts, with an arm's days as clusters; None where it is not to be varied.
        contacts: measured, with `judged`, false for those of the ramp-up.
    """
    confidence, segments_by, ramp_up_days = config.design.confidence, segment_columns(config), config.pilot.ramp_up_days
    mix = CaseMix(sums, adjust_for)
    others = OtherMixes(
        None if longer is None else CaseMix(longer, adjust_for), ramp_up_days,
        None if by_day is None or cluster is None else CaseMix(by_day, adjust_for), cluster,
    )  # fmt: skip
    times: dict[str, TimeMix] = {}
    by_channel: list[Segment] = []
    known: dict[str, Estimate] = {}
    varied: dict[str, list[Variant]] = {}
    for measure in dict.fromkeys(m.measure for m in metrics if m.form == "quantile" and m.why is None):
        wanted = [m for m in metrics if m.form == "quantile" and m.measure == measure]
        cells = time_columns(contacts, adjust_for)
        found = time_estimates(wanted, contacts, cells, cluster, left_out_reach(sums), ramp_up_days, confidence, called)
        times[measure] = found.mix
        known |= found.estimates
        varied |= found.variants
        if "channel" in segments_by:
            shares = {c.name: c.share for c in found.mix.channels}
            by_channel += [s for each in found.each.values() for s in channel_segments(each, shares)]
    for m in metrics:
        if m.form == "quantile":
            known.setdefault(m.id, Estimate(m, why=m.why))
        elif m.form == "per_resolution":
            known[m.id] = per_resolution_estimate(m, mix, confidence)
        else:
            known[m.id] = mean_estimate(m, mix, confidence)
        if m.id in HEADLINE and m.id not in varied:
            varied[m.id] = mean_variants(known[m.id], mix, others, confidence)
    segments = segment_effects(metrics, sums, adjust_for, segments_by, confidence)
    to_target = config.design.no_counterpart == "target"
    unmatched = unmatched_parts(metrics, sums, adjust_for, confidence) if to_target else []
    segments += [s for part in unmatched for s in part.judged]
    return Estimates(
        [known[m.id] for m in metrics], with_shrunk(with_harm([*segments, *by_channel], confidence), confidence),
        mix, times, varied,
        silent=nonresponse(known.get("csat"), mix, confidence), unmatched=unmatched,
    )  # fmt: skip


def _by_week(weeks: Sums, measure: str) -> pd.DataFrame:
    """A measure by arm, phase and week; columns arm, phase, week, n, total."""
    return weeks.table(measure).rename(columns={"monday": "week"}).sort_values(["arm", "week", "phase"])


def _weekly_quantiles(bins: pd.DataFrame, mix: TimeMix, metrics: Sequence[Metric]) -> pd.DataFrame:
    """Quantiles by week from the binned counts, within half a per cent; weeks that lack a channel are left out."""
    shares = {c.name: c.share for c in mix.channels}
    logs: dict[tuple[str, Any, str], list[tuple[float, float, list[float]]]] = {}
    for (arm, week, phase, channel), counts in bins.sort_values("bin").groupby(["arm", "week", "phase", "channel"]):
        share = shares.get(str(channel), 0.0)
        number, n = counts["bin"].to_numpy(), counts["n"].to_numpy(dtype=float)
        answered = number != NEVER
        at = middle(number[answered])
        values = [weighted_quantile(at, n[answered] / n.sum(), m.quantile or 0.5) for m in metrics]
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
