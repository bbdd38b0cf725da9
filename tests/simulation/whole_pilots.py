"""Whole pilots drawn at the level of sums, and what three ways of deciding make of them.

Agents are drawn anew for every pilot; each has a level of its own in satisfaction and in first contact resolution and
a pace of its own. Satisfaction and resolution are counted, in-house costs follow handle times (exponential, so that an
agent's total is a gamma variate), the vendor has a price. Response times are drawn as estimates, with the standard
error that agents whose times differ by 10% give, the same in every segment. Where there are segments, the sums are
also by odd and even days, on which a part that is kept out has to be harmed too.
"""

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from pilot_analysis.config.models import Config
from pilot_analysis.decision.estimate import ArmValue, Estimate
from pilot_analysis.decision.estimates import Estimates
from pilot_analysis.decision.findings import Findings
from pilot_analysis.decision.levers import levers_for
from pilot_analysis.decision.means import CaseMix, mean_estimate, per_resolution_estimate
from pilot_analysis.decision.nonresponse import nonresponse, parity_check
from pilot_analysis.decision.rules import decide, default_rules
from pilot_analysis.decision.scope import HALVES, Part, largest_rest
from pilot_analysis.decision.segments import segment_effects, with_harm
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.sums import MeasureSums, Sums
from pilot_analysis.planning.draws import amounts, counted
from pilot_analysis.stats.intervals import effect
from pilot_analysis.words import joined

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Verdict = Literal["scale", "adjust", "stop"]

CSAT, FCR, COST = 0.84, 0.74, 6.65  # in-house; COST of a contact
INDEX = 0.8  # share of contacts that first contact resolution can be judged of
VOLUME_SD = 0.4  # of agents' volumes, log-normal
PACE_SD = 0.1  # of agents' handle and response times, log-normal
JUDGED = 46  # days, of 60 with 14 of ramp-up
PART = "channel"
SETTINGS = {
    "pilot": {"name": "P", "start": "2026-03-02", "end": "2026-04-30", "ramp_up_days": 14},
    "data": {"contacts": "c.csv", "arm": {"column": "team", "baseline": "rest", "pilot": ["V"]}},
}
CONFIG = Config.model_validate(SETTINGS)
PARTED = Config.model_validate(SETTINGS | {"design": {"segments": [PART]}})


@dataclass(frozen=True)
class Truth:
    """What the vendor is.

    Attributes:
        name: in words.
        csat, fcr: differences; cost, response: relative, -0.25 is a quarter less.
        agents: in-house, pilot; per_day: contacts; agent_sd: of levels; answered: share of surveys.
        days: that are counted.
        bad_agent: added to the satisfaction of one agent of the vendor.
        parts: shares of the segments (channels); bad_part: added to the vendor's satisfaction in the last.
        unhappy: at the vendor, the answer rate of the dissatisfied over that of the satisfied.
        start: added to both shares of the vendor over the days that are counted, and gone afterwards.
    """

    name: str
    csat: float = 0.0
    fcr: float = 0.0
    cost: float = -0.25
    response: float = -0.30
    agents: tuple[int, int] = (40, 15)
    per_day: tuple[float, float] = (300.0, 150.0)
    agent_sd: float = 0.03
    answered: float = 0.30
    days: int = JUDGED
    bad_agent: float = 0.0
    parts: tuple[float, ...] = (1.0,)
    bad_part: float = 0.0
    unhappy: float = 1.0
    start: float = 0.0


BIG = {"agents": (160, 80), "per_day": (1500.0, 1000.0)}


class Decided(NamedTuple):
    """A verdict by each way of deciding, our rule, and the segments that it keeps in-house."""

    ours: Verdict
    rule: str
    spreadsheet: Verdict
    significance: Verdict
    kept: str = ""


def decided(truth: Truth, rng: np.random.Generator) -> Decided:
    """One pilot, and what becomes of it."""
    sums, times = drawn(truth, rng)
    by = [PART] if len(truth.parts) > 1 else []
    rules = default_rules()

    def assess(part: Part) -> tuple[Findings, float]:
        cells = sums.cells
        keep = ~cells[PART].isin([s.value for s in part.without]).to_numpy()
        if part.days is not None:
            keep = keep & (cells["days"] == part.days).to_numpy()
        some = sums.within(keep)
        return assessed(some, times, by, truth)[0], some.of_pilot / sums.of_pilot

    findings, mix = assessed(sums, times, by, truth)
    findings = replace(findings, rest=largest_rest(findings, assess, rules))
    if findings.harmed():
        findings = replace(findings, levers=levers_for(findings, mix, rules))
    rule, _tried = decide(findings, rules)
    assert rule is not None
    kept = "" if findings.rest is None or rule.id != "harm_scoped" else joined([v for _by, v in findings.rest.parts])
    estimates = list(findings.estimates)
    return Decided(rule.verdict, rule.id, spreadsheet(mix, estimates), by_significance(estimates), kept)


def assessed(sums: Sums, times: list[Estimate], by: list[str], truth: Truth) -> tuple[Findings, CaseMix]:
    """What sums say, as in a review; response times are the same in every part."""
    config, confidence = PARTED if by else CONFIG, CONFIG.design.confidence
    mix = CaseMix(sums, by)
    found = [
        mean_estimate(METRICS[name], mix, confidence, influence=False) for name in ("csat", "fcr", "cost_per_contact")
    ]
    estimates = [*found, *times, per_resolution_estimate(METRICS["cost_per_resolution"], mix, confidence)]
    segments = with_harm(segment_effects([e.metric for e in found], sums, by, by, confidence), confidence)
    silent = nonresponse(found[0], mix, confidence) if truth.unhappy != 1.0 else None
    checks = [] if silent is None else [parity_check(silent)]
    valid = Estimates(estimates, segments, mix, {}, {}, silent, []).validated()
    return Findings(config, valid.estimates, valid.segments, checks, interim=False), mix


def drawn(truth: Truth, rng: np.random.Generator) -> tuple[Sums, list[Estimate]]:
    """The sums of one pilot by agent, segment and half of the days; and its response times."""
    people = np.repeat([0, 1], truth.agents)
    rate = np.array([rate * truth.days / n for rate, n in zip(truth.per_day, truth.agents, strict=True)])[people]
    mean = rate * rng.lognormal(-(VOLUME_SD**2) / 2, VOLUME_SD, len(people))

    def level(base: float, change: float) -> Floats:
        return base + (change + truth.start) * people + truth.agent_sd * rng.standard_normal(len(people))

    csat, fcr = level(CSAT, truth.csat), level(FCR, truth.fcr)
    csat[-1] += truth.bad_agent
    pace = np.exp(PACE_SD * rng.standard_normal(len(people)) - PACE_SD**2 / 2)
    parted = len(truth.parts) > 1
    cells = pd.DataFrame(
        [(f"part {i}", days) for i in range(len(truth.parts)) for days in (HALVES if parted else ("all",))],
        columns=[PART, "days"],
    )
    share = np.repeat(truth.parts, len(cells) // len(truth.parts)) * len(truth.parts) / len(cells)
    agent, cell = np.divmod(np.arange(len(people) * len(cells)), len(cells))
    arm, pace = people[agent], pace[agent]
    n = rng.poisson(mean[agent] * share[cell]) + 1
    whole = n.astype(np.float64)
    worse = truth.bad_part * arm * (cells[PART] == f"part {len(truth.parts) - 1}").to_numpy()[cell]
    satisfied = rng.binomial(n, np.clip(csat[agent] + worse, 0.0, 1.0))
    heard = rng.binomial(satisfied, truth.answered)
    seen = heard + rng.binomial(n - satisfied, truth.answered * np.where(arm == 1, truth.unhappy, 1.0))
    judged = rng.binomial(n, INDEX)
    price = COST * (1 + truth.cost)
    measures = {
        "contacts": MeasureSums(whole, whole, whole, np.zeros(len(n))),
        "answered": counted(n, n, seen),
        "csat": counted(n, seen, heard),
        "fcr": counted(judged, judged, rng.binomial(judged, np.clip(fcr, 0.0, 1.0)[agent])),
    }
    house = amounts(n, COST * pace, 1.0, rng)
    measures["cost"] = MeasureSums(
        whole, whole, np.where(arm == 1, price * n, house.total), np.where(arm == 1, 0.0, house.scatter)
    )
    names = [f"{i:03}" for i in range(len(people))]
    times = [response_time(METRICS[name], truth, rng) for name in ("response_time", "response_time_p90")]
    return Sums(arm, cell, agent, cells, names, measures, 2), times


def response_time(metric: Metric, truth: Truth, rng: np.random.Generator) -> Estimate:
    """A response time as an estimate of its own."""
    se = PACE_SD * float(np.sqrt(sum(1 / n for n in truth.agents))) * 1.2  # agents, and a fifth more for contacts
    log = float(np.log1p(truth.response)) + se * float(rng.standard_normal())
    df = float(min(truth.agents))
    found = effect(log, se, df, kind="ratio", better="lower", margin=metric.margin, confidence=CONFIG.design.confidence)
    return Estimate(metric, (ArmValue(600.0, 1, 1), ArmValue(600.0 * float(np.exp(log)), 1, 1)), found)


def spreadsheet(mix: CaseMix, estimates: list[Estimate]) -> Verdict:
    """A z-test of contacts: a significant loss stops, a saving without one is scaled."""
    for name in ("csat", "fcr"):
        m = mix.sums.measures[name]
        n, x = mix.by_cell(m.n).sum(axis=1), mix.by_cell(m.total).sum(axis=1)
        share, pooled = x / n, x.sum() / n.sum()
        if (share[1] - share[0]) / np.sqrt(pooled * (1 - pooled) * (1 / n).sum()) < -1.96:
            return "stop"
    cost = estimates[2].effect
    return "scale" if cost is not None and cost.benefit > 0 else "adjust"


def by_significance(estimates: list[Estimate]) -> Verdict:
    """GrowthBook's "clear signals" on our own intervals: a guardrail counts as lost only when that is significant."""
    guardrails = [e.effect for e in estimates if e.metric.role == "guardrail" and e.effect is not None]
    goal = estimates[2].effect
    if any(found.benefit_high < 0 for found in guardrails) or (goal is not None and goal.benefit_high < 0):
        return "stop"
    return "scale" if goal is not None and goal.benefit_low > 0 else "adjust"


def metric(name: str, unit: str, measure: str, margin: float, **rest: object) -> Metric:
    """A KPI with the default limits."""
    ratio = unit != "fraction"
    form = {"cost_per_resolution": "per_resolution", "response_time": "quantile", "response_time_p90": "quantile"}
    return Metric(
        name, name, unit, "lower" if ratio else "higher", "ratio" if ratio else "difference", form.get(name, "mean"),  # type: ignore[arg-type]
        "goal" if name.startswith("cost") else "guardrail", margin, rest.get("hurdle"), None, measure,  # type: ignore[arg-type]
    )  # fmt: skip


METRICS = {
    m.id: m
    for m in (
        metric("csat", "fraction", "csat", 0.03),
        metric("fcr", "fraction", "fcr", 0.03),
        metric("cost_per_contact", "EUR", "cost", 0.0, hurdle=0.10),
        metric("response_time", "seconds", "response", 0.10),
        metric("response_time_p90", "seconds", "response", 0.25),
        metric("cost_per_resolution", "EUR", "cost", 0.0),
    )
}
