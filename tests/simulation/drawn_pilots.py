"""Pilots drawn at the level of sums, and what the package estimates from them beside the truth.

Agents are drawn anew for every pilot, with their own level, volume and mix of cells. Shares are drawn as
counts of an agent's contacts in a cell, costs and times contact by contact; from the sums on everything is
the package's own arithmetic.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betaincinv, ndtri

from pilot_analysis.contacts.groups import GROUPS
from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.means import CaseMix, mean_estimate, per_resolution_estimate
from pilot_analysis.decision.quantiles import quantile_estimate
from pilot_analysis.decision.time_mix import time_mix, wanted_bins
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.sums import MeasureSums, Sums
from pilot_analysis.kpis.times import BINS_PER_E, NEVER, Bins, Counts, Histogram, edge

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Shape = Literal["normal", "beta"]  # normal, cut at 0 and 1, as `simulate` has them; beta: a long tail of bad agents

AGENTS = ((4, 20), (6, 30), (12, 60), (40, 160))  # pilot, in-house
ICCS = (0.02, 0.05)
VOLUME_SD = 0.6  # log-normal
CONFIDENCE = 0.95
DAYS = 60
DAY_SD = 0.05


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


class Rows(NamedTuple):
    """Contacts by arm (or group), cell and agent, in this order; agents have normal scores, alike everywhere."""

    arm: Ints
    cell: Ints
    agent: Ints
    n: Ints
    score: Floats


def rows(design: Design, rng: np.random.Generator) -> Rows:
    """Draw agents with their volumes and cells."""
    cells, parts, first = len(design.mix[0]), [], 0
    for arm, size in enumerate(design.agents[::-1]):
        volume = rng.poisson(design.contacts * rng.lognormal(-(VOLUME_SD**2) / 2, VOLUME_SD, size)) + 1
        own = rng.gamma(design.focus * np.array(design.mix[arm]), size=(size, cells))
        n = rng.multinomial(volume, own / own.sum(axis=1, keepdims=True)).T
        cell, agent = np.nonzero(n)
        score = rng.standard_normal(size)
        parts.append((np.full(len(cell), arm), cell, agent + first, n[cell, agent], score[agent]))
        first += size
    return Rows(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def rows_of_two_periods(design: Design, rng: np.random.Generator) -> Rows:
    """Four groups: in-house, with the same agents before; the pilot, and others who served its contacts before."""
    now, before = rows(design, rng), rows(design, rng)
    score = np.zeros(sum(design.agents))
    score[now.agent] = now.score
    in_house = before.arm == 0
    before = before._replace(
        arm=before.arm + 2, agent=np.where(in_house, before.agent, before.agent + design.agents[0]),
        score=np.where(in_house, score[before.agent], before.score),
    )  # fmt: skip
    return Rows(*(np.concatenate(pair) for pair in zip(now, before, strict=True)))


def proportion(design: Design, rng: np.random.Generator) -> tuple[Estimate, float]:
    """CSAT 85% in-house, three points less at the vendor."""
    return _share(design, rng, np.array([0.85]), np.array([-0.03]))


def adjusted_proportion(design: Design, rng: np.random.Generator) -> tuple[Estimate, float]:
    """The same with a share answered of 40% in cells of other levels, mixes and effects."""
    level = np.array([0.90, 0.87, 0.84, 0.80, 0.86, 0.74])
    drop = np.array([-0.02, -0.03, -0.03, -0.04, -0.01, -0.05])
    return _share(design, rng, level, drop, answered=0.4)


def day_shocks(design: Design, rng: np.random.Generator) -> tuple[Estimate, float]:
    """The plain proportion, but every day of the pilot is better or worse for all of its agents."""
    return _share(design, rng, np.array([0.85]), np.array([-0.03]), day_sd=DAY_SD)


def did_proportion(design: Design, rng: np.random.Generator) -> tuple[Estimate, float]:
    """Difference-in-differences of a share: in-house fell from 87% to 85%, the pilot's from 86% by three more."""
    found = rows_of_two_periods(design, rng)
    chance, mean = np.empty(len(found.n)), np.empty(4)
    for group, level in enumerate((0.85, 0.81, 0.87, 0.86)):
        chances = _chances(level, design.icc, design.shape)
        chance[found.arm == group] = np.interp(found.score[found.arm == group], SCORES, chances)
        mean[group] = chances.mean()
    csat = _counted(found.n, found.n, chance, rng)
    return _mean(design, found, "csat", csat=csat), float(mean[1] - mean[0] - mean[3] + mean[2])


def did_cost_ratio(design: Design, rng: np.random.Generator) -> tuple[Estimate, float]:
    """Difference-in-differences of costs: all rose by 5%, the pilot's by 10% more."""
    found = rows_of_two_periods(design, rng)
    level = _levels(design)[found.cell] * np.array([1.05, 1.05 * 1.1 * 1.2, 1.0, 1.2])[found.arm]
    return _mean(design, found, "cost_per_contact", cost=_costs(design, found, level, rng)), float(np.log(1.1))


def cost_ratio(design: Design, rng: np.random.Generator) -> tuple[Estimate, float]:
    """Cost per contact: skewed (coefficient of variation 1), agents differ by factors, the vendor 10% dearer."""
    found = rows(design, rng)
    level = _levels(design)[found.cell] * np.where(found.arm == 1, 1.1, 1.0)
    return _mean(design, found, "cost_per_contact", cost=_costs(design, found, level, rng)), float(np.log(1.1))


def price_ratio(design: Design, rng: np.random.Generator) -> tuple[Estimate, float]:
    """The same in-house costs against a price per contact, which does not vary at all."""
    found = rows(design, rng)
    n, level = found.n.astype(np.float64), _levels(design)
    handled, in_pilot = _costs(design, found, level[found.cell], rng), found.arm == 1
    cost = MeasureSums(n, n, np.where(in_pilot, 5.5 * n, handled.total), np.where(in_pilot, 0.0, handled.scatter))
    mix = np.bincount(found.cell[in_pilot], n[in_pilot], minlength=len(level))
    truth = float(np.log(5.5 / (mix @ level) * mix.sum()))
    return _mean(design, found, "cost_per_contact", cost=cost), truth


def resolution_cost(design: Design, rng: np.random.Generator) -> tuple[Estimate, float]:
    """Cost per resolution: the same costs over an FCR of 70%, each with agents of their own level."""
    found = rows(design, rng)
    cost = _costs(design, found, 5.0 * np.where(found.arm == 1, 1.1, 1.0), rng)
    other = rng.standard_normal(sum(design.agents))[found.agent]
    chance = np.interp(other, SCORES, _chances(0.70, design.icc, design.shape))
    fcr = _counted(found.n, rng.binomial(found.n, 0.5), chance, rng)
    metric = _metric("cost_per_resolution", "lower", "ratio", "per_resolution", 0.10, "cost")
    mix = CaseMix(_sums(design, found, cost=cost, fcr=fcr), _columns(design))
    return per_resolution_estimate(metric, mix, CONFIDENCE), float(np.log(1.1))


def median(design: Design, rng: np.random.Generator) -> tuple[Estimate, float]:
    """Median response time over two channels, 10% longer at the vendor."""
    return _time(design, rng, 0.5, 1.10)


def p90(design: Design, rng: np.random.Generator) -> tuple[Estimate, float]:
    """90th percentile of the response time, 25% longer at the vendor."""
    return _time(design, rng, 0.9, 1.25)


Type = Callable[[Design, np.random.Generator], tuple[Estimate, float]]


class Kind(NamedTuple):
    """A type of KPI with the mix (in-house, pilot), the contacts of an agent and the numbers of agents."""

    draw: Type
    mix: tuple[tuple[float, ...], tuple[float, ...]]
    contacts: int
    agents: tuple[tuple[int, int], ...] = AGENTS


ONE_CELL = ((1.0,), (1.0,))
THREE_CELLS = ((0.5, 0.3, 0.2), (0.6, 0.3, 0.1))
SIX_CELLS = ((0.25, 0.20, 0.20, 0.15, 0.12, 0.08), (0.45, 0.10, 0.20, 0.05, 0.15, 0.05))
FOUR_CELLS = ((0.3, 0.2, 0.3, 0.2), (0.45, 0.15, 0.3, 0.1))  # chat and email, by tier
TIME_CELLS = pd.DataFrame({"channel": ["chat", "chat", "email", "email"], "tier": ["1", "2", "1", "2"]})
KINDS: dict[str, Kind] = {
    "proportion": Kind(proportion, ONE_CELL, 150),
    "adjusted_proportion": Kind(adjusted_proportion, SIX_CELLS, 375),
    "cost_ratio": Kind(cost_ratio, THREE_CELLS, 150),
    "price_ratio": Kind(price_ratio, THREE_CELLS, 150),
    "resolution_cost": Kind(resolution_cost, ONE_CELL, 300),
    "median": Kind(median, FOUR_CELLS, 300),
    "p90": Kind(p90, FOUR_CELLS, 300),
    "did_proportion": Kind(did_proportion, ONE_CELL, 150, AGENTS[2:]),
    "did_cost_ratio": Kind(did_cost_ratio, THREE_CELLS, 150, AGENTS[2:]),
    "day_shocks": Kind(day_shocks, ONE_CELL, 150),
}
STRESSES = frozenset({"day_shocks"})  # shown, not held to the bar


def _share(
    design: Design, rng: np.random.Generator, level: Floats, drop: Floats, answered: float = 1.0, day_sd: float = 0.0
) -> tuple[Estimate, float]:
    """A share of contacts; the truth is the drop in the pilot's own mix, which the estimand takes as given."""
    found = rows(design, rng)
    chance, mean = np.empty(len(found.cell)), np.empty((2, len(level)))
    for arm, icc in enumerate(design.iccs()):
        for c, p in enumerate(level + arm * drop):
            here = (found.cell == c) & (found.arm == arm)
            chances = _chances(float(p), icc, design.shape)
            chance[here] = np.interp(found.score[here], SCORES, chances)
            mean[arm, c] = chances.mean()
    seen = rng.binomial(found.n, answered) if answered < 1 else found.n
    csat = _by_day(found, chance, day_sd, rng) if day_sd else _counted(found.n, seen, chance, rng)
    mix = np.bincount(found.cell, found.n * (found.arm == 1), minlength=len(level))
    return _mean(design, found, "csat", csat=csat), float(mix @ (mean[1] - mean[0]) / mix.sum())


def _counted(population: Ints, seen: Ints, chance: Floats, rng: np.random.Generator) -> MeasureSums:
    """Sums of zeros and ones."""
    good = rng.binomial(seen, chance).astype(np.float64)
    return MeasureSums(
        population.astype(np.float64), seen.astype(np.float64), good, good * (1 - good / np.maximum(seen, 1))
    )


def _by_day(found: Rows, chance: Floats, day_sd: float, rng: np.random.Generator) -> MeasureSums:
    """The same where the pilot's days differ."""
    shock = rng.normal(0, day_sd, DAYS) * (found.arm == 1)[:, None]
    by_day = rng.multinomial(found.n, np.full(DAYS, 1 / DAYS))
    good = rng.binomial(by_day, np.clip(chance[:, None] + shock, 0, 1)).sum(axis=1).astype(np.float64)
    n = found.n.astype(np.float64)
    return MeasureSums(n, n, good, good * (1 - good / n))


def _costs(design: Design, found: Rows, level: Floats, rng: np.random.Generator) -> MeasureSums:
    """Sums of costs; agents' factors make the ICC's part of a variance of 1."""
    between = np.log1p(np.resize(design.iccs(), 4))[found.arm]
    factor = level * np.exp(np.sqrt(between) * found.score - between / 2)
    each = rng.standard_exponential(int(found.n.sum()))
    first = np.concatenate([[0], np.cumsum(found.n)[:-1]])
    total, squares = np.add.reduceat(each, first), np.add.reduceat(each**2, first)
    n = found.n.astype(np.float64)
    return MeasureSums(n, n, factor * total, factor**2 * np.maximum(squares - total**2 / n, 0.0))


def _time(
    design: Design, rng: np.random.Generator, share: float, ratio: float, found: Rows | None = None,
    moved: Floats | None = None,
) -> tuple[Estimate, float]:  # fmt: skip
    """Log-normal times in two channels of two tiers; three in a hundred contacts are never answered.

    `found` are contacts drawn otherwise, and `moved` is what the logarithm of each group's times lies off then.
    """
    found = rows(design, rng) if found is None else found
    moved = np.array([0.0, np.log(ratio)]) if moved is None else moved
    icc = np.array(design.iccs())[found.arm % 2]
    sd = np.array([0.9, 0.9, 1.2, 1.2])[found.cell]
    centre = np.log([60.0, 90.0, 9_000.0, 14_000.0])[found.cell] + moved[found.arm]
    row = np.repeat(np.arange(len(found.n)), found.n)
    log = (centre + sd * np.sqrt(icc) * found.score)[row]
    log += (sd * np.sqrt(1 - icc))[row] * rng.standard_normal(len(row))
    never = rng.random(len(row)) < 0.03
    number = np.where(never, NEVER, np.floor(np.maximum(log, 0.0) * BINS_PER_E)).astype(np.int64)
    histogram = _histogram(found, row, number)
    mix = time_mix(histogram)
    counts = _counts(design, found, row, log, number, wanted_bins(mix, [0.5, 0.9]))
    metric = _metric("response_time", "lower", "ratio", "quantile", ratio - 1, "response", share)
    return quantile_estimate(metric, mix, counts, CONFIDENCE)[0], float(np.log(ratio))


def _histogram(found: Rows, row: Ints, number: Ints) -> Histogram:
    """Counts by arm, cell and bin."""
    cells = len(TIME_CELLS)
    answered = number != NEVER
    most = int(number[answered].max()) + 2
    place = (found.arm * cells + found.cell)[row] * most + np.where(answered, number, most - 1)
    n = np.bincount(place)
    key = np.flatnonzero(n)
    group, bins = np.divmod(key, most)
    return Histogram(
        TIME_CELLS, group // cells, group % cells, np.where(bins == most - 1, NEVER, bins), n[key].astype(np.float64)
    )


def _counts(design: Design, found: Rows, row: Ints, log: Floats, number: Ints, wanted: Bins) -> Counts:
    """Exact values in the wanted bins, counts outside; rows come by arm and cell, so channels lie together."""
    channel = TIME_CELLS["channel"].to_numpy()[found.cell]
    of_row, values, sizes = [], [], []
    for (arm, name), ranges in wanted.items():
        here = np.flatnonzero((found.arm == GROUPS.index(arm)) & (channel == name))
        ends = np.searchsorted(row, [here[0], here[-1] + 1])
        bins, own, times = number[slice(*ends)], row[slice(*ends)], log[slice(*ends)]
        place, after = 0.0, -1
        for first, last in [*ranges, (NEVER + 1, NEVER + 1)]:
            between = np.bincount(own[(bins > after) & (bins < first)] - here[0], minlength=len(here))
            of_row.append(here[between > 0])
            values.append(np.full(len(of_row[-1]), place if first <= NEVER else np.inf))
            sizes.append(between[between > 0])
            inside = (bins >= first) & (bins <= last)
            of_row.append(own[inside])
            values.append(np.maximum(np.exp(times[inside]), 1.0))
            sizes.append(np.ones(int(inside.sum())))
            place, after = float(edge(last)) if last < NEVER else np.inf, last
    at = np.concatenate(of_row)
    return Counts(
        found.arm[at], found.cell[at], found.agent[at], np.concatenate(values),
        np.concatenate(sizes).astype(np.float64), _names(sum(design.agents)),
    )  # fmt: skip


def _mean(design: Design, found: Rows, name: str, **measures: MeasureSums) -> Estimate:
    (measure,) = measures
    metric = (
        _metric(name, "higher", "difference", "mean", 0.03, measure) if measure == "csat"
        else _metric(name, "lower", "ratio", "mean", 0.10, measure)
    )  # fmt: skip
    mix = CaseMix(_sums(design, found, **measures), _columns(design))
    return mean_estimate(metric, mix, CONFIDENCE, influence=False)


def _sums(design: Design, found: Rows, **measures: MeasureSums) -> Sums:
    n = found.n.astype(np.float64)
    measures["contacts"] = MeasureSums(n, n, n, np.zeros_like(n))
    names, groups = _names(int(found.agent.max()) + 1), 2 * (1 + int(found.arm.max()) // 2)
    return Sums(found.arm, found.cell, found.agent, _cells(len(design.mix[0])), names, measures, groups)


def _levels(design: Design) -> Floats:
    return np.resize([4.0, 6.0, 9.0], len(design.mix[0]))


def _columns(design: Design) -> list[str]:
    return ["tier"] if len(design.mix[0]) > 1 else []


RANKS = (np.arange(4000) + 0.5) / 4000
SCORES = ndtri(RANKS)


@cache
def _chances(mean: float, icc: float, shape: Shape) -> Floats:
    """Chances of agents at SCORES, with this mean (before the cut) and ICC."""
    if shape == "normal":
        return np.clip(mean + np.sqrt(icc * mean * (1 - mean)) * SCORES, 0, 1)
    size = (1 - icc) / icc
    return betaincinv(mean * size, (1 - mean) * size, RANKS)


@cache
def _cells(number: int) -> pd.DataFrame:
    return pd.DataFrame({"tier": np.arange(number)})


@cache
def _names(number: int) -> list[str]:
    return [f"{i:04}" for i in range(number)]


def _metric(
    name: str, better: str, kind: str, form: str, margin: float, measure: str, share: float | None = None
) -> Metric:
    unit = {"csat": "fraction", "response": "seconds"}.get(measure, "EUR")
    return Metric(name, name, unit, better, kind, form, "guardrail", margin, None, None, measure, share)  # type: ignore[arg-type]
