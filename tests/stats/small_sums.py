"""Sums of small logs, contact by contact, without a log."""

from dataclasses import replace

import numpy as np
import pandas as pd

from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.sums import MeasureSums, Sums

CSAT = Metric("csat", "CSAT", "fraction", "higher", "difference", "mean", "guardrail", 0.03, None, None, "csat")
COST = Metric("cost_per_contact", "Cost", "EUR", "lower", "ratio", "mean", "goal", 0.0, 0.1, None, "cost")
PER_RESOLUTION = replace(COST, id="cost_per_resolution", form="per_resolution", hurdle=None)


def sums(contacts, order=None, **measures):
    """Sums of contacts (arm, agent, tier), each with a value or None for every measure."""
    size = {key: i for i, key in enumerate(sorted({(a, tier, agent) for a, agent, tier in contacts}))}
    keys = list(size)
    if order is not None:
        keys = [keys[i] for i in order]
        size = {key: i for i, key in enumerate(keys)}
    tiers, agents = sorted({k[1] for k in keys}), sorted({k[2] for k in keys})
    row = np.array([size[a, tier, agent] for a, agent, tier in contacts])
    population = np.bincount(row, minlength=len(keys)).astype(float)
    found = {"contacts": MeasureSums(population, population, population, 0 * population)}
    for name, values in measures.items():
        value = np.array([np.nan if v is None else v for v in values], dtype=float)
        seen = ~np.isnan(value)
        n, total = (np.bincount(row[seen], x[seen], len(keys)) for x in (np.ones(len(row)), value))
        off = value - np.divide(total, n, out=np.zeros(len(keys)), where=n > 0)[row]
        scatter = np.bincount(row[seen], off[seen] ** 2, len(keys))
        found[name] = MeasureSums(population, n, total, scatter)
    arm, tier, agent = (np.array(x) for x in zip(*keys, strict=True))
    cell, cluster = np.searchsorted(tiers, tier), np.searchsorted(agents, agent)
    return Sums(arm.astype(np.int64), cell, cluster, pd.DataFrame({"tier": tiers}), [str(a) for a in agents], found)
