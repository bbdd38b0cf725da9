"""Whole pilots drawn at the level of sums, and what three ways of deciding make of them.

Agents are drawn anew for every pilot; each has a level of its own in satisfaction and in first contact resolution and
a pace of its own. Satisfaction and resolution are counted, in-house costs follow handle times (exponential, so that an
agent's total is a gamma variate), the vendor has a price. Response times are drawn as estimates, with the standard
error that agents whose times differ by 10% give.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from pilot_analysis.config.models import Config
from pilot_analysis.decision.estimate import ArmValue, Estimate
from pilot_analysis.decision.findings import Findings
from pilot_analysis.decision.means import CaseMix, mean_estimate, per_resolution_estimate
from pilot_analysis.decision.rules import decide, default_rules
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.sums import MeasureSums, Sums
from pilot_analysis.stats.intervals import effect

Floats = npt.NDArray[np.float64]
Verdict = Literal["scale", "adjust", "stop"]

CSAT, FCR, COST = 0.84, 0.74, 6.65  # in-house; COST of a contact
INDEX = 0.8  # share of contacts that first contact resolution can be judged of
VOLUME_SD = 0.4  # of agents' volumes, log-normal
PACE_SD = 0.1  # of agents' handle and response times, log-normal
JUDGED = 46  # days, of 60 with 14 of ramp-up
CONFIG = Config.model_validate(
    {
        "pilot": {"name": "P", "start": "2026-03-02", "end": "2026-04-30", "ramp_up_days": 14},
        "data": {"contacts": "c.csv", "arm": {"column": "team", "baseline": "rest", "pilot": ["V"]}},
    }
)


@dataclass(frozen=True)
class Truth:
    """What the vendor is.

    Attributes:
        name: in words.
        csat, fcr: differences; cost, response: relative, -0.25 is a quarter less.
        agents: in-house, pilot; per_day: contacts; agent_sd: of levels; answered: share of surveys.
        bad_agent: added to the satisfaction of one agent of the vendor.
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
    bad_agent: float = 0.0


BIG = {"agents": (160, 80), "per_day": (1500.0, 1000.0)}


class Decided(NamedTuple):
    """A verdict by each way of deciding, and our rule."""

    ours: Verdict
    rule: str
    spreadsheet: Verdict
    significance: Verdict


def decided(truth: Truth, rng: np.random.Generator) -> Decided:
    """One pilot, and what becomes of it."""
    estimates, mix = drawn(truth, rng)
    rule, _tried = decide(Findings(CONFIG, estimates, [], [], interim=False), default_rules())
    assert rule is not None
    return Decided(rule.verdict, rule.id, spreadsheet(mix, estimates), by_significance(estimates))


def drawn(truth: Truth, rng: np.random.Generator) -> tuple[list[Estimate], CaseMix]:
    """The headline KPIs of one pilot, and the sums they came from."""
    arm = np.repeat([0, 1], truth.agents)
    mean = np.array([rate * JUDGED / n for rate, n in zip(truth.per_day, truth.agents, strict=True)])[arm]
    n = rng.poisson(mean * rng.lognormal(-(VOLUME_SD**2) / 2, VOLUME_SD, len(arm))) + 1

    def level(base: float, change: float) -> Floats:
        return np.clip(base + change * arm + truth.agent_sd * rng.standard_normal(len(arm)), 0.0, 1.0)

    csat = level(CSAT, truth.csat)
    csat[-1] = max(csat[-1] + truth.bad_agent, 0.0)
    pace = np.exp(PACE_SD * rng.standard_normal(len(arm)) - PACE_SD**2 / 2)
    handled = COST * pace * rng.gamma(n)
    price = COST * (1 + truth.cost)
    whole = n.astype(np.float64)
    measures = {
        "contacts": MeasureSums(whole, whole, whole, np.zeros(len(n))),
        "csat": counted(n, rng.binomial(n, truth.answered), csat, rng),
        "fcr": counted(n, rng.binomial(n, INDEX), level(FCR, truth.fcr), rng),
        "cost": MeasureSums(
            whole, whole, np.where(arm == 1, price * n, handled), np.where(arm == 1, 0.0, (COST * pace) ** 2 * n)
        ),
    }
    names = [f"{i:03}" for i in range(len(n))]
    cells = pd.DataFrame(index=range(1))
    mix = CaseMix(Sums(arm, np.zeros(len(n), dtype=np.int64), np.arange(len(n)), cells, names, measures, 2), [])
    confidence = CONFIG.design.confidence
    found = [
        mean_estimate(METRICS[name], mix, confidence, influence=False) for name in ("csat", "fcr", "cost_per_contact")
    ]
    found += [response_time(METRICS[name], truth, rng) for name in ("response_time", "response_time_p90")]
    return [*found, per_resolution_estimate(METRICS["cost_per_resolution"], mix, confidence)], mix


def counted(population: npt.NDArray[np.int64], seen: npt.NDArray[np.int64], chance: Floats,
            rng: np.random.Generator) -> MeasureSums:  # fmt: skip
    """Sums of zeros and ones."""
    good = rng.binomial(seen, chance).astype(np.float64)
    return MeasureSums(
        population.astype(np.float64), seen.astype(np.float64), good, good * (1 - good / np.maximum(seen, 1))
    )


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
