"""How often intervals hold the truth: simulated pilots through the same functions that a review uses.

Agents are drawn anew for every pilot, with their own level and volume, and contacts come one by one; from
there on everything is the package's own arithmetic on sums. An interval that lies wholly on the better side
of the truth would call a pilot non-inferior whose truth lies on the margin: that may happen in 2.5% of pilots.

    python tests/simulation/interval_coverage.py 2000 [type...]

prints the grid with 2,000 pilots a row.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betaincinv, ndtri

from pilot_analysis.contacts.table import ARMS
from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.means import CaseMix, mean_estimate, per_resolution_estimate
from pilot_analysis.decision.quantiles import quantile_estimate, time_mix, wanted_bins
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.sums import MeasureSums, Sums
from pilot_analysis.kpis.times import BINS_PER_E, NEVER, Bins, Counts, Histogram, edge

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

AGENTS = ((4, 20), (6, 30), (12, 60), (40, 160))  # pilot, in-house
ICCS = (0.02, 0.05)
VOLUME_SD = 0.6  # log-normal
Shape = Literal["normal", "beta"]  # normal, cut at 0 and 1, as `simulate` has them; beta: a long tail of bad agents
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Design:
    """A pilot to simulate.

    Attributes:
        agents: of the pilot and in-house.
        icc: agents' part of a contact's variance; an agent is equally good in every cell.
        contacts: mean per agent.
        mix: share of contacts by cell, in-house and pilot.
        focus: how much agents keep to some of the cells; the concentration of a Dirichlet.
        spread: how much more the pilot's agents differ than those in-house (ratio of their variances).
        shape: of the agents' own chances of success.
    """

    agents: tuple[int, int]
    icc: float
    contacts: int = 150
    mix: tuple[tuple[float, ...], tuple[float, ...]] = ((1.0,), (1.0,))
    focus: float = 10.0
    spread: float = 1.0
    shape: Shape = "normal"

    def iccs(self) -> tuple[float, float]:
        """In-house, pilot."""
        return self.icc, self.icc * self.spread


class Contacts(NamedTuple):
    """Contacts one by one; agents have normal scores, equal in distribution in both arms."""

    arm: Ints
    agent: Ints
    cell: Ints
    level: Floats


class Found(NamedTuple):
    """What became of the simulated pilots.

    Attributes:
        pilots: simulated; measured: with an interval.
        covered: share of intervals that hold the truth.
        passed: share wholly on the better side: called non-inferior were the truth the margin.
        harmed: share wholly on the worse side.
        width: median width on the analysis scale.
    """

    pilots: int
    measured: int
    covered: float
    passed: float
    harmed: float
    width: float

    def meets_bar(self) -> bool:
        """Coverage 94-96.5%, one-sided error at most 3.0%, each plus two simulation errors."""
        both, one = (2 * float(np.sqrt(p * (1 - p) / max(self.measured, 1))) for p in (0.05, 0.025))
        return 0.94 - both <= self.covered <= 0.965 + both and self.passed <= 0.03 + one


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


def sums_of(found: Contacts, cells: pd.DataFrame, values: dict[str, Floats]) -> Sums:
    """Sums by arm, cell and agent, as the scan makes them; a value of NaN is in the population, not observed."""
    size, agents = len(cells), int(found.agent.max()) + 1
    key, row = np.unique((found.arm * size + found.cell) * agents + found.agent, return_inverse=True)
    measures = {}
    for name, value in {"contacts": np.ones(len(found.arm)), **values}.items():
        seen = ~np.isnan(value)
        n, total = (np.bincount(row[seen], x, len(key)) for x in (np.ones(seen.sum()), value[seen]))
        centred = value[seen] - (total / np.maximum(n, 1))[row[seen]]
        scatter = np.bincount(row[seen], centred**2, len(key))
        measures[name] = MeasureSums(np.bincount(row, minlength=len(key)).astype(float), n, total, scatter)
    arm, cell = np.divmod(key // agents, size)
    return Sums(arm, cell, key % agents, cells, [f"{i:04}" for i in range(agents)], measures)


def proportion(design: Design, rng: np.random.Generator) -> tuple[Estimate, float]:
    """CSAT 85% in-house, three points less at the vendor."""
    return _share(design, rng, np.array([0.85]), np.array([-0.03]), 1.0)


def adjusted_proportion(design: Design, rng: np.random.Generator) -> tuple[Estimate, float]:
    """The same with a share answered of 40% in cells of other levels, mixes and effects."""
    level = np.array([0.90, 0.87, 0.84, 0.80, 0.86, 0.74])
    drop = np.array([-0.02, -0.03, -0.03, -0.04, -0.01, -0.05])
    return _share(design, rng, level, drop, 0.4)


def cost_ratio(design: Design, rng: np.random.Generator) -> tuple[Estimate, float]:
    """Cost per contact: skewed (coefficient of variation 1), agents differ by factors, the vendor 10% dearer."""
    found = contacts(design, rng)
    level = np.resize([4.0, 6.0, 9.0], len(design.mix[0]))
    between = np.log1p(np.array(design.iccs()))[found.arm]  # so that agents make the icc's part of a variance of 1
    agent = np.exp(np.sqrt(between) * found.level - between / 2)
    value = level[found.cell] * np.where(found.arm == 1, 1.1, 1.0) * agent * rng.gamma(1.0, size=len(agent))
    sums = sums_of(found, _cells(design), {"cost": value})
    metric = _metric("cost_per_contact", "lower", "ratio", "mean", 0.10, "cost")
    return mean_estimate(metric, CaseMix(sums, list(sums.cells)), CONFIDENCE, influence=False), float(np.log(1.1))


def price_ratio(design: Design, rng: np.random.Generator) -> tuple[Estimate, float]:
    """The same in-house costs against a price per contact, which does not vary at all."""
    found = contacts(design, rng)
    level = np.resize([4.0, 6.0, 9.0], len(design.mix[0]))
    between = np.log1p(design.icc)
    agent = np.exp(np.sqrt(between) * found.level - between / 2)
    handled = level[found.cell] * agent * rng.gamma(1.0, size=len(agent))
    sums = sums_of(found, _cells(design), {"cost": np.where(found.arm == 1, 5.5, handled)})
    metric = _metric("cost_per_contact", "lower", "ratio", "mean", 0.10, "cost")
    in_pilot = np.bincount(found.cell[found.arm == 1], minlength=len(level))
    truth = float(np.log(5.5 / (in_pilot @ level) * in_pilot.sum()))
    return mean_estimate(metric, CaseMix(sums, list(sums.cells)), CONFIDENCE, influence=False), truth


def resolution_cost(design: Design, rng: np.random.Generator) -> tuple[Estimate, float]:
    """Cost per resolution: the same costs over an FCR of 70%, each with agents of their own level."""
    found = contacts(design, rng)
    between = np.log1p(np.array(design.iccs()))[found.arm]
    agent = np.exp(np.sqrt(between) * found.level - between / 2)
    cost = 5.0 * np.where(found.arm == 1, 1.1, 1.0) * agent * rng.gamma(1.0, size=len(agent))
    other = rng.standard_normal(int(found.agent.max()) + 1)[found.agent]
    chance = np.interp(other, SCORES, _chances(0.70, design.icc, design.shape))
    resolved = np.where(rng.random(len(chance)) < 0.5, rng.random(len(chance)) < chance, np.nan)
    sums = sums_of(found, _cells(design), {"cost": cost, "fcr": resolved})
    metric = _metric("cost_per_resolution", "lower", "ratio", "per_resolution", 0.10, "cost")
    return per_resolution_estimate(metric, CaseMix(sums, list(sums.cells)), CONFIDENCE), float(np.log(1.1))


def median(design: Design, rng: np.random.Generator) -> tuple[Estimate, float]:
    """Median response time over two channels, 10% longer at the vendor."""
    return _time(design, rng, 0.5, 1.10)


def p90(design: Design, rng: np.random.Generator) -> tuple[Estimate, float]:
    """90th percentile of the response time, 25% longer at the vendor."""
    return _time(design, rng, 0.9, 1.25)


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


Type = Callable[[Design, np.random.Generator], tuple[Estimate, float]]

SIX_CELLS = ((0.25, 0.20, 0.20, 0.15, 0.12, 0.08), (0.45, 0.10, 0.20, 0.05, 0.15, 0.05))
FOUR_CELLS = ((0.3, 0.2, 0.3, 0.2), (0.45, 0.15, 0.3, 0.1))  # chat and email, by tier
TYPES: dict[str, tuple[Type, tuple[tuple[float, ...], tuple[float, ...]], int]] = {
    "proportion": (proportion, ((1.0,), (1.0,)), 150),
    "adjusted_proportion": (adjusted_proportion, SIX_CELLS, 375),
    "cost_ratio": (cost_ratio, ((0.5, 0.3, 0.2), (0.6, 0.3, 0.1)), 150),
    "price_ratio": (price_ratio, ((0.5, 0.3, 0.2), (0.6, 0.3, 0.1)), 150),
    "resolution_cost": (resolution_cost, ((1.0,), (1.0,)), 300),
    "median": (median, FOUR_CELLS, 300),
    "p90": (p90, FOUR_CELLS, 300),
}


def simulate(name: str, design: Design, pilots: int, seed: int) -> Found:
    """Many pilots of one type; every pilot has its own stream of random numbers."""
    one, mix, mean = TYPES[name]
    design = replace(design, contacts=mean, mix=mix)
    better, worse, measured, widths = 0, 0, 0, []
    for stream in np.random.SeedSequence([seed, design.agents[0], round(design.icc * 1000)]).spawn(pilots):
        estimate, truth = one(design, np.random.default_rng(stream))
        if estimate.effect is None:
            continue
        ends = np.array([estimate.effect.low, estimate.effect.high])
        low, high = np.log(ends) if estimate.metric.kind == "ratio" else ends
        too_high, too_low = bool(low > truth), bool(high < truth)
        better += too_high if estimate.metric.better == "higher" else too_low
        worse += too_low if estimate.metric.better == "higher" else too_high
        measured += 1
        widths.append(high - low)
    whole = max(measured, 1)
    return Found(
        pilots, measured, 1 - (better + worse) / whole, better / whole, worse / whole,
        float(np.median(widths or [np.inf])),
    )  # fmt: skip


def _share(
    design: Design, rng: np.random.Generator, level: Floats, drop: Floats, answered: float
) -> tuple[Estimate, float]:
    """A share of contacts; the truth is the drop in the pilot's own mix, which the estimand takes as given."""
    found = contacts(design, rng)
    chance, mean = np.empty(len(found.cell)), np.empty((2, len(level)))
    for arm, icc in enumerate(design.iccs()):
        for c, p in enumerate(level + arm * drop):
            here = (found.cell == c) & (found.arm == arm)
            chances = _chances(float(p), icc, design.shape)
            chance[here] = np.interp(found.level[here], SCORES, chances)
            mean[arm, c] = chances.mean()
    value = (rng.random(len(chance)) < chance).astype(float)
    if answered < 1:
        value[rng.random(len(chance)) >= answered] = np.nan
    sums = sums_of(found, _cells(design), {"csat": value})
    metric = _metric("csat", "higher", "difference", "mean", 0.03, "csat")
    estimate = mean_estimate(metric, CaseMix(sums, list(sums.cells)), CONFIDENCE, influence=False)
    in_pilot = np.bincount(found.cell[found.arm == 1], minlength=len(level))
    return estimate, float(in_pilot @ (mean[1] - mean[0]) / in_pilot.sum())


def _time(design: Design, rng: np.random.Generator, share: float, ratio: float) -> tuple[Estimate, float]:
    """Log-normal times in two channels of two tiers; three in a hundred contacts are never answered."""
    found = contacts(design, rng)
    centre, sd = np.log([60.0, 90.0, 9_000.0, 14_000.0])[found.cell], np.array([0.9, 0.9, 1.2, 1.2])[found.cell]
    icc = np.array(design.iccs())[found.arm]
    noise = np.sqrt(icc) * found.level + np.sqrt(1 - icc) * rng.standard_normal(len(sd))
    seconds = np.maximum(np.exp(centre + found.arm * np.log(ratio) + sd * noise), 1.0)  # as the scan takes them
    seconds[rng.random(len(sd)) < 0.03] = np.inf
    cells = pd.DataFrame({"channel": ["chat", "chat", "email", "email"], "tier": ["1", "2", "1", "2"]})
    histogram = histogram_of(found, cells, seconds)
    mix = time_mix(histogram)
    counts = counts_of(found, histogram, seconds, wanted_bins(mix, [0.5, 0.9]))
    metric = _metric("response_time", "lower", "ratio", "quantile", ratio - 1, "response", share)
    return quantile_estimate(metric, mix, counts, CONFIDENCE)[0], float(np.log(ratio))


RANKS = (np.arange(4000) + 0.5) / 4000
SCORES = ndtri(RANKS)


@cache
def _chances(mean: float, icc: float, shape: Shape) -> Floats:
    """Chances of agents at SCORES, with this mean (before the cut) and ICC."""
    if shape == "normal":
        return np.clip(mean + np.sqrt(icc * mean * (1 - mean)) * SCORES, 0, 1)
    size = (1 - icc) / icc
    return betaincinv(mean * size, (1 - mean) * size, RANKS)


def _cells(design: Design) -> pd.DataFrame:
    return pd.DataFrame({"tier": [str(i) for i in range(len(design.mix[0]))]})


def _metric(
    name: str, better: str, kind: str, form: str, margin: float, measure: str, share: float | None = None
) -> Metric:
    unit = {"csat": "fraction", "response": "seconds"}.get(measure, "EUR")
    return Metric(name, name, unit, better, kind, form, "guardrail", margin, None, None, measure, share)  # type: ignore[arg-type]


def main() -> None:
    """Print the grid."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("pilots", type=int, nargs="?", default=2000)
    asked.add_argument("types", nargs="*", default=list(TYPES))
    asked.add_argument("--spread", type=float, default=1.0, help="variance of the pilot's agents over in-house")
    asked.add_argument("--shape", choices=["normal", "beta"], default="normal")
    asked.add_argument("--agents", type=int, nargs=2, action="append", help="pilot and in-house, instead of the grid")
    given = asked.parse_args()
    print("| type | agents, pilot and in-house | ICC | measured | coverage | passed at the margin | other side | bar |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in given.types:
        for agents in [(a, b) for a, b in given.agents or AGENTS]:
            for icc in ICCS:
                design = Design(agents, icc, spread=given.spread, shape=given.shape)
                found = simulate(name, design, given.pilots, seed=1)
                print(
                    f"| {name} | {agents[0]}, {agents[1]} | {icc} | {found.measured / found.pilots:.1%} "
                    f"| {found.covered:.1%} | {found.passed:.1%} | {found.harmed:.1%} "
                    f"| {'met' if found.meets_bar() else 'missed'} |", flush=True,
                )  # fmt: skip


if __name__ == "__main__":
    main()
