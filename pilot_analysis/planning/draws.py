"""What a simulated pilot is drawn from at the level of sums: agents with volumes of their own, counts and amounts."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from pilot_analysis.decision.means import CaseMix
from pilot_analysis.kpis.sums import MeasureSums, Sums

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
ONE_CELL = pd.DataFrame(index=range(1))


def volumes(
    agents: Sequence[int], contacts: Sequence[float], volume_sd: float, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """The arm of every agent, and the contacts, at least one.

    Args:
        agents, contacts: in-house and pilot.
        volume_sd: log-sd of agents' volumes.
    """
    arm = np.repeat([0, 1], agents)
    mean = np.array([n / k for n, k in zip(contacts, agents, strict=True)])[arm]
    own = rng.lognormal(-(volume_sd**2) / 2, volume_sd, len(arm))
    return arm, (rng.poisson(mean * own) + 1).astype(np.int64)


def counted(population: Ints, seen: Ints, good: Ints) -> MeasureSums:
    """Sums of zeros and ones: those that are `good` of those `seen` of a population."""
    return MeasureSums(
        *(x.astype(np.float64) for x in (population, seen, good, good * (1 - good / np.maximum(seen, 1))))
    )


def amounts(n: Ints, level: Floats, cv: float, rng: np.random.Generator) -> MeasureSums:
    """Sums of positive values with this coefficient of variation; 0 is a price, which does not vary."""
    whole = n.astype(np.float64)
    if not cv:
        return MeasureSums(whole, whole, level * whole, np.zeros(len(n)))
    total = level * cv**2 * rng.gamma(whole / cv**2)
    return MeasureSums(whole, whole, total, (level * cv) ** 2 * whole)


def scores(n: Ints, level: Floats, sd: float, rng: np.random.Generator) -> MeasureSums:
    """Sums of values around a level, of either sign."""
    whole = n.astype(np.float64)
    total = level * whole + sd * np.sqrt(whole) * rng.standard_normal(len(n))
    return MeasureSums(whole, whole, total, sd**2 * whole)


def one_cell(arm: Ints, n: Ints, measures: dict[str, MeasureSums], *, clustered: bool = True) -> CaseMix:
    """Sums with a row for every agent, all contacts of one kind; not `clustered`: contacts are independent."""
    whole = n.astype(np.float64)
    measures["contacts"] = MeasureSums(whole, whole, whole, np.zeros(len(n)))
    cluster = np.arange(len(n)) if clustered else np.zeros(len(n), dtype=np.int64)
    names = [f"{i:04}" for i in range(len(n))] if clustered else []
    return CaseMix(Sums(arm, np.zeros(len(n), dtype=np.int64), cluster, ONE_CELL, names, measures, 2), [])
