"""Contacts one by one with their times, and what the two scans for quantiles would make of them."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from drawn_pilots import VOLUME_SD, Design

from pilot_analysis.contacts.table import ARMS
from pilot_analysis.kpis.times import BINS_PER_E, NEVER, Bins, Counts, Histogram, edge

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Contacts(NamedTuple):
    """Contacts one by one; agents have normal scores, equal in distribution in both arms."""

    arm: Ints
    agent: Ints
    cell: Ints
    level: Floats


def contacts(design: Design, rng: np.random.Generator) -> Contacts:
    """Draw agents with their volumes and cells, then their contacts."""
    arms = np.repeat([0, 1], design.agents[::-1])
    volume = rng.poisson(design.contacts * rng.lognormal(-(VOLUME_SD**2) / 2, VOLUME_SD, len(arms))) + 1
    cells = len(design.mix[0])
    by_cell = np.empty((len(arms), cells), dtype=np.int64)
    for arm in (0, 1):
        own = rng.gamma(design.focus * np.maximum(design.mix[arm], 1e-9), size=(int((arms == arm).sum()), cells))
        by_cell[arms == arm] = rng.multinomial(volume[arms == arm], own / own.sum(axis=1, keepdims=True))
    count = by_cell.ravel()
    agent = np.repeat(np.repeat(np.arange(len(arms)), cells), count)
    cell = np.repeat(np.tile(np.arange(cells), len(arms)), count)
    return Contacts(arms[agent], agent, cell, rng.standard_normal(len(arms))[agent])


def histogram_of(found: Contacts, cells: pd.DataFrame, seconds: Floats) -> Histogram:
    """Counts by bin, as the first scan makes them; infinite seconds were never answered."""
    answered = np.isfinite(seconds)
    number = np.where(answered, np.floor(np.log(np.where(answered, seconds, 1.0)) * BINS_PER_E), NEVER).astype(np.int64)
    key, n = np.unique((found.arm * len(cells) + found.cell) * (NEVER + 1) + number, return_counts=True)
    place, number = np.divmod(key, NEVER + 1)
    return Histogram(cells, place // len(cells), place % len(cells), number, n.astype(float))


def counts_of(found: Contacts, histogram: Histogram, seconds: Floats, wanted: Bins) -> Counts:
    """Exact values in the wanted bins, as the second scan makes them."""
    number = np.floor(np.log(np.minimum(seconds, 1e30)) * BINS_PER_E)
    channel = histogram.channel[found.cell]
    value = np.full(len(seconds), np.inf)
    for (arm, name), ranges in wanted.items():
        here = (found.arm == ARMS.index(arm)) & (channel == name)
        place = 0.0
        for first, last in ranges:
            value[here & np.isinf(value) & (number < first)] = place
            inside = here & np.isinf(value) & (number <= last)
            value[inside] = seconds[inside]
            place = float(edge(last))
    order = np.lexsort((value, found.agent, found.cell, found.arm))
    key = np.column_stack([found.arm, found.cell, found.agent])[order]
    value = value[order]
    first_of = np.flatnonzero(np.r_[True, (np.diff(key, axis=0) != 0).any(axis=1) | (value[1:] != value[:-1])])
    n = np.diff(np.r_[first_of, len(value)]).astype(float)
    names = [f"{i:04}" for i in range(int(found.agent.max()) + 1)]
    return Counts(*key[first_of].T, value[first_of], n, names)
