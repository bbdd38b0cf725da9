"""What in-house is like: levels, volumes, and how much of every KPI is agents and how much single contacts.

How much contacts vary is measured as a review would: half of the in-house agents are taken for a pilot (an A/A
comparison on the same case mix), so that nothing but chance lies between the halves. How much agents differ is measured
on each of them, where a KPI has a mean; a quantile's standard error between the halves is taken apart.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from pilot_analysis.config.models import Config
from pilot_analysis.config.period import Period
from pilot_analysis.config.types import FIRST_YEAR
from pilot_analysis.contacts.table import ARMS, Contacts, judged_contacts, open_contacts, settled
from pilot_analysis.costs.pricing import priced
from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.estimates import case_mix_columns, cluster_column, time_columns
from pilot_analysis.decision.means import CaseMix, mean_estimate
from pilot_analysis.decision.quantiles import quantile_estimate
from pilot_analysis.decision.time_mix import time_mix, wanted_bins
from pilot_analysis.kpis.clusters import INDEPENDENT
from pilot_analysis.kpis.measures import measured
from pilot_analysis.kpis.metrics import Metric, metrics
from pilot_analysis.kpis.sums import Sums, sum_contacts
from pilot_analysis.kpis.times import count_bins, count_values
from pilot_analysis.planning.noise import Noise, agents_apart, halves, noise_of
from pilot_analysis.planning.price import VENDOR, vendor_price
from pilot_analysis.refusal import Refusal
from pilot_analysis.stats.clusters import sum_by

Floats = npt.NDArray[np.float64]

LONGEST = 90  # days of the log from which a pilot is planned: what is older was another team
FEWEST_AGENTS = 4  # two in each half


@dataclass(frozen=True)
class Baseline:
    """In-house before the pilot.

    Attributes:
        metrics: the KPIs that count, as a review would have them; with `why` where they cannot be measured.
        noise: by KPI; without those that cannot be measured.
        agents: who serve the pilot's kind of contact; contacts_per_day: of that kind.
        volume_sd: log-sd of agents' volumes.
        period, contacts: of the log; None and 0 where all was typed.
        price: what these contacts would cost at the pilot's rate card, None where that cannot be told from them.
        cells: kinds of contact in the case mix.
    """

    metrics: tuple[Metric, ...]
    noise: dict[str, Noise]
    agents: int
    contacts_per_day: float
    volume_sd: float
    period: Period | None = None
    contacts: int = 0
    price: Noise | None = None
    cells: int = 1


def baseline_of(config: Config) -> Baseline:
    """What the log says of in-house.

    Raises:
        Refusal: when the log cannot be used or names too few agents.
    """
    contacts = open_contacts(_open_end(config), ARMS[:1])
    kpis = tuple(m for m in metrics(config, contacts) if m.role != "secondary")
    unit = cluster_column(config, contacts)
    if unit not in ("agent_id", INDEPENDENT) and "agent_id" in contacts.columns:
        raise Refusal(
            "a plan needs to know how much agents differ, and is not made for other clusters",
            file=str(config.file or "config"), line=config.line("design.cluster"), key="design.cluster",
            found=config.design.cluster, allowed="agent_id or none; --set design.cluster=agent_id plans by agents",
        )  # fmt: skip
    if unit not in ("agent_id", INDEPENDENT):
        raise Refusal(
            "a plan needs to know how much agents differ, and the log does not name them", file=contacts.source.name,
            key="data.columns.agent_id", allowed="a column agent_id; or design.cluster: none",
        )  # fmt: skip
    period = config.plan.period or _period(judged_contacts(contacts.table), config.pilot.start)
    table = priced(measured(contacts, config), contacts, _in_days(config, period, contacts.first))[0]
    vendor = vendor_price(table, contacts, config)
    if vendor is not None:
        table = table.mutate(v_vendor=vendor)
    table = judged_contacts(settled(table, contacts.source, "measured"))
    table = table.filter(table.day.between(period.start, period.end))
    whole = sum_contacts(table, [], None, [])
    n = float(whole.measures["contacts"].n.sum())
    if not n:
        raise Refusal("the baseline has no contact in these days", file=contacts.source.name, key="plan.period",
                      found=f"{period.start} to {period.end}",
                      allowed=f"days from {contacts.first} to {contacts.last[ARMS[0]]}")  # fmt: skip
    return _measured(config, contacts, kpis, table, period, n)


def _measured(
    config: Config, contacts: Contacts, kpis: tuple[Metric, ...], table: ir.Table, period: Period, n: float
) -> Baseline:
    cluster, by = cluster_column(config, contacts), case_mix_columns(config, contacts)
    named = table.filter(table.agent_id.notnull()) if "agent_id" in table.columns else table
    unit = "agent_id" if "agent_id" in table.columns else INDEPENDENT
    measures = [m.measure for m in kpis if m.form != "quantile" and m.why is None]
    sums = sum_contacts(named, by, unit, list(dict.fromkeys([*measures, VENDOR])))
    every = sums.measures["contacts"]
    volume = sum_by(sums.cluster, every.n, max(len(sums.clusters), 1))
    if cluster == "agent_id" and len(volume) < FEWEST_AGENTS:
        raise Refusal(
            "too few agents to see how much they differ", file=contacts.source.name, key="data.columns.agent_id",
            found=str(len(volume)), allowed=f"at least {FEWEST_AGENTS} agents in-house",
        )  # fmt: skip
    half = halves(volume)
    apart = replace(sums, arm=half[sums.cluster], groups=len(ARMS))
    if cluster == INDEPENDENT:
        apart = replace(apart, clusters=[], cluster=np.zeros_like(sums.cluster))
    found: dict[str, Noise] = {}
    mix = CaseMix(apart, by)
    whole = CaseMix(replace(apart, arm=np.zeros_like(apart.arm)), by)
    judged = _judged_share(named, contacts, config)
    for m in kpis:
        if m.why is not None or m.form == "per_resolution":
            continue
        if m.form == "mean":
            own = sums.measures.get(m.measure, every)
            e = mean_estimate(m, mix, config.design.confidence, influence=False)
            by_agent = sum_by(sums.cluster, own.n, len(volume))
            share = judged if m.id == "fcr" and judged else float(own.n.sum() / every.n.sum())
            level = float(own.total.sum() / own.n.sum()) if own.n.any() else None
        else:
            e, by_agent = _time(m, named, by, cluster, sums, half, config.design.confidence)
            share, level = float(by_agent.sum() / every.n.sum()), None
        noise = noise_of(e, by_agent, half, share, level)
        if noise is None:
            kpis = tuple(replace(k, why=e.why) if k is m else k for k in kpis)
        else:
            found[m.id] = agents_apart(noise, m, whole) if m.form == "mean" else noise
    price = _price(mix, whole, volume, half, config)
    return Baseline(kpis, found, len(volume), n / period.days, _log_sd(volume), period, round(n), price, len(mix.cells))


def _price(mix: CaseMix, whole: CaseMix, volume: Floats, half: npt.NDArray[np.int64], config: Config) -> Noise | None:
    """The vendor's price of these contacts; one that is the same for all does not vary."""
    m = mix.sums.measures.get(VENDOR)
    if m is None or not m.n.any():
        return None
    level, unit = float(m.total.sum() / m.n.sum()), config.costs.currency
    metric = Metric(VENDOR, VENDOR, unit, "lower", "ratio", "mean", "secondary", None, None, None, VENDOR)
    e = mean_estimate(metric, mix, config.design.confidence, influence=False)
    noise = noise_of(e, volume, half, 1.0, level)
    return agents_apart(noise, metric, whole) if noise is not None else Noise(level, 1.0, 0.0, 0.0)


def _open_end(config: Config) -> Config:
    """The config with every day up to the pilot's last in it, compared with nothing."""
    pilot = config.pilot.model_copy(update={"start": date(FIRST_YEAR, 1, 1), "ramp_up_days": 0})
    design = config.design.model_copy(update={"comparison": "concurrent", "baseline_period": None})
    return config.model_copy(update={"pilot": pilot, "design": design})


def _in_days(config: Config, period: Period, first: date) -> Config:
    """The config that is charged for these days, as far as the log reaches back, and for no other."""
    days = {"start": min(max(period.start, first), period.end), "end": period.end, "ramp_up_days": 0}
    return config.model_copy(update={"pilot": config.pilot.model_copy(update=days)})


def _period(table: ir.Table, start: date) -> Period:
    """The last days before the pilot, at most LONGEST; where the log has none, those of the pilot itself."""
    before = table.day < start
    row = _one(table.aggregate(n=before.sum(), last=table.day.max(where=before), end=table.day.max()))
    last: date = row["last"] if row["n"] else row["end"]
    inside = table.filter(table.day.between(last - timedelta(days=LONGEST - 1), last))
    return Period(start=_one(inside.aggregate(first=inside.day.min()))["first"], end=last)


def _one(row: ir.Table) -> dict[str, Any]:
    found: dict[str, Any] = row.to_pyarrow().to_pylist()[0]
    return found


def _judged_share(table: ir.Table, contacts: Contacts, config: Config) -> float | None:
    """Of the contacts that are old enough and not at the log's beginning: those that repeats can be told of."""
    if "p_fcr" not in table.columns:
        return None
    reach = timedelta(days=config.kpis.fcr.window_days)
    young = (table.opened_at < ibis.timestamp(contacts.log_start + reach)) | (
        table.opened_at > ibis.timestamp(contacts.data_end - reach)
    )
    row = _one(table.aggregate(whole=table.w.sum(where=~young), index=table.w.sum(where=~young & table.p_fcr)))
    return float(row["index"] or 0.0) / float(row["whole"]) if row["whole"] else None


def _time(
    m: Metric,
    table: ir.Table,
    by: list[str],
    cluster: str | None,
    sums: Sums,
    half: npt.NDArray[np.int64],
    confidence: float,
) -> tuple[Estimate, Floats]:
    """A quantile of the halves, and the observations of every agent."""
    second = [name for name, own in zip(sums.clusters, half, strict=True) if own]
    arm = ibis.ifelse(table.agent_id.cast("string").isin(second), ARMS[1], ARMS[0])
    table = table.mutate(arm=arm, judged=ibis.literal(True))
    cells = time_columns(table, by)
    histogram = count_bins(table, m.measure, cells)
    mix = time_mix(histogram)
    wanted = wanted_bins(mix, [m.quantile or 0.5])
    if not wanted:
        return Estimate(m), np.zeros(len(half))
    counts = count_values(table, m.measure, cells, cluster, histogram.cells, wanted)
    e, _each = quantile_estimate(m, mix, counts, confidence, influence=False)
    place = {name: i for i, name in enumerate(sums.clusters)}
    of_agent = np.array([place[name] for name in counts.clusters], dtype=np.int64)
    if not counts.clusters:
        return e, sum_by(sums.cluster, sums.measures["contacts"].n, len(half))
    return e, sum_by(of_agent[counts.cluster], counts.n, len(half))


def _log_sd(volume: Floats) -> float:
    """Log-sd of a log-normal with the volumes' coefficient of variation, beyond what counts vary by chance."""
    mean = float(volume.mean())
    excess = max(float(volume.var(ddof=1)) - mean, 0.0) if len(volume) > 1 else 0.0
    return float(np.sqrt(np.log1p(excess / mean**2)))
