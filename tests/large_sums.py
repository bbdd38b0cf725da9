"""The sums of a large service: 1,000 agents and 200 case-mix cells, as one scan would leave them."""

import numpy as np
import pandas as pd

from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.means import CaseMix, mean_estimate, per_resolution_estimate
from pilot_analysis.decision.segments import Segment, segment_effects, with_harm
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.sums import MeasureSums, Sums

AGENTS, PILOT_AGENTS, CONTACTS_OF_AN_AGENT = 1000, 200, 200
COLUMNS = {"channel": 4, "category": 10, "tier": 5}
KPIS = [
    Metric("csat", "CSAT", "fraction", "higher", "difference", "mean", "guardrail", 0.03, None, None, "csat"),
    Metric("fcr", "FCR", "fraction", "higher", "difference", "mean", "guardrail", 0.03, None, None, "fcr"),
    Metric("cost_per_contact", "Cost", "EUR", "lower", "ratio", "mean", "goal", 0.0, 0.1, None, "cost"),
    Metric("cost_per_resolution", "Cost", "EUR", "lower", "ratio", "per_resolution", "goal", 0.0, None, None, "cost"),
]


def sums() -> Sums:
    """About 110,000 rows."""
    rng = np.random.default_rng(0)
    levels = [[f"{name}{i}" for i in range(size)] for name, size in COLUMNS.items()]
    cells = pd.MultiIndex.from_product(levels, names=list(COLUMNS)).to_frame(index=False)
    of_pilot = (np.arange(AGENTS) < PILOT_AGENTS).astype(np.int64)
    mix = rng.dirichlet(np.full(len(cells), 2.0))
    n = rng.poisson(CONTACTS_OF_AN_AGENT * mix * rng.lognormal(0, 0.5, (AGENTS, 1)))
    agent, cell = np.nonzero(n)
    order = np.lexsort((agent, cell, of_pilot[agent]))
    agent, cell = agent[order], cell[order]
    contacts = n[agent, cell].astype(np.float64)

    def share(level: float, answered: float) -> MeasureSums:
        own = np.clip(level + 0.05 * rng.standard_normal(AGENTS), 0.01, 0.99)[agent]
        seen = rng.binomial(contacts.astype(int), answered)
        good = rng.binomial(seen, own).astype(np.float64)
        return MeasureSums(contacts, seen.astype(np.float64), good, good * (1 - good / np.maximum(seen, 1)))

    cost = 5 * np.exp(0.2 * rng.standard_normal(AGENTS)[agent])
    measures = {
        "contacts": MeasureSums(contacts, contacts, contacts, np.zeros_like(contacts)),
        "csat": share(0.85, 0.4),
        "fcr": share(0.7, 0.8),
        "passed_on": share(0.05, 1.0),
        "cost": MeasureSums(contacts, contacts, rng.gamma(contacts, cost), np.maximum(contacts - 1, 0) * cost**2),
    }
    return Sums(of_pilot[agent], cell, agent, cells, [f"A{i:04}" for i in range(AGENTS)], measures)


def estimated(found: Sums) -> tuple[list[Estimate], list[Segment]]:
    """Every KPI, and by every value of every column."""
    mix = CaseMix(found, list(COLUMNS))
    whole = [
        per_resolution_estimate(kpi, mix, 0.95) if kpi.form == "per_resolution" else mean_estimate(kpi, mix, 0.95)
        for kpi in KPIS
    ]
    return whole, with_harm(segment_effects(KPIS, found, list(COLUMNS), list(COLUMNS), 0.95), 0.95)
