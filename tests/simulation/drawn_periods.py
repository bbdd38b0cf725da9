"""Pilots with a period before them, drawn at the level of sums, and their difference-in-differences beside the truth.

Both arms move between the periods, and the pilot's starts from another level: neither is the pilot's work. In-house
agents work in both periods. Who served the pilot's contacts before is told by `before`: others, who are gone now;
the same agents; or the in-house agents beside their own contacts, so that one cluster has a part in three groups.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Literal

import numpy as np
from drawn_pilots import (
    CONFIDENCE,
    FOUR_CELLS,
    ONE_CELL,
    SCORES,
    SIX_CELLS,
    THREE_CELLS,
    Design,
    Floats,
    Kind,
    Rows,
    _chances,
    _columns,
    _costs,
    _counted,
    _levels,
    _metric,
    _sums,
    _time,
    rows,
)

from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.means import CaseMix, mean_estimate
from pilot_analysis.kpis.sums import MeasureSums

Before = Literal["others", "same", "pool"]
SEASON, REGION = -0.05, -0.04  # of a share; times and costs move by these factors:
SEASON_RATIO, REGION_RATIO = 1.2, 0.9


def two_periods(design: Design, before: Before, rng: np.random.Generator) -> tuple[Design, Rows]:
    """Contacts of the four groups, and the design with as many agents as there are names for."""
    pilots, in_house = design.agents
    now, earlier = rows(design, rng), rows(design, rng)
    own = earlier.arm == 1
    agent = earlier.agent.copy()
    if before == "others":
        agent[own] += pilots
    elif before == "pool":
        agent[own] = (agent[own] - in_house) % in_house
    score = rng.standard_normal(in_house + 2 * pilots)
    whole = Rows(
        *(np.concatenate(pair) for pair in zip(now, earlier._replace(arm=earlier.arm + 2, agent=agent), strict=True))
    )
    return replace(design, agents=(2 * pilots, in_house)), whole._replace(score=score[whole.agent])


def change_of_share(
    level: Floats, drop: Floats, answered: float, before: Before, design: Design, rng: np.random.Generator
) -> tuple[Estimate, float]:
    """A share of contacts that falls in both arms, and at the vendor by `drop` more."""
    design, found = two_periods(design, before, rng)
    chance, mean = np.empty(len(found.cell)), np.empty((4, len(level)))
    for group in range(4):
        moved = level + (SEASON if group < 2 else 0.0) + (REGION if group % 2 else 0.0) + (drop if group == 1 else 0.0)
        for c, p in enumerate(moved):
            here = (found.cell == c) & (found.arm == group)
            chances = _chances(round(float(p), 6), design.icc, design.shape)
            chance[here] = np.interp(found.score[here], SCORES, chances)
            mean[group, c] = chances.mean()
    seen = rng.binomial(found.n, answered) if answered < 1 else found.n
    estimate = _estimate(design, found, "csat", _counted(found.n, seen, chance, rng))
    mix = np.bincount(found.cell, found.n * (found.arm == 1), minlength=len(level))
    return estimate, float(mix @ (mean[1] - mean[3] - mean[0] + mean[2]) / mix.sum())


def change_of_cost(before: Before, design: Design, rng: np.random.Generator) -> tuple[Estimate, float]:
    """Skewed costs that rise in both arms, and at the vendor by 10% more."""
    design, found = two_periods(design, before, rng)
    level = _levels(design)[found.cell] * _factors(1.1)[found.arm]
    cost = _costs(design, found._replace(arm=found.arm % 2), level, rng)
    return _estimate(design, found, "cost", cost), float(np.log(1.1))


def change_of_median(before: Before, design: Design, rng: np.random.Generator) -> tuple[Estimate, float]:
    """Median response time in two channels, longer in both arms, and at the vendor by 10% more."""
    design, found = two_periods(design, before, rng)
    return _time(design, rng, 0.5, 1.10, found, np.log(_factors(1.10)))


def _factors(effect: float) -> Floats:
    """By group: in-house, pilot, and both before."""
    return np.array([SEASON_RATIO, SEASON_RATIO * REGION_RATIO * effect, 1.0, REGION_RATIO])


def _estimate(design: Design, found: Rows, measure: str, sums: MeasureSums) -> Estimate:
    metric = (
        _metric("csat", "higher", "difference", "mean", 0.03, measure) if measure == "csat"
        else _metric("cost_per_contact", "lower", "ratio", "mean", 0.10, measure)
    )  # fmt: skip
    whole = replace(_sums(design, found, **{measure: sums}), groups=4)
    return mean_estimate(metric, CaseMix(whole, _columns(design)), CONFIDENCE, influence=False)


def _shares(before: Before) -> Callable[[Design, np.random.Generator], tuple[Estimate, float]]:
    return partial(change_of_share, np.array([0.85]), np.array([-0.03]), 1.0, before)


LEVELS = np.array([0.90, 0.87, 0.84, 0.80, 0.86, 0.74])
DROPS = np.array([-0.02, -0.03, -0.03, -0.04, -0.01, -0.05])
PERIOD_AGENTS = ((12, 60), (40, 160))
PERIOD_KINDS: dict[str, Kind] = {
    "did_share": Kind(_shares("others"), ONE_CELL, 150),
    "did_share_same_agents": Kind(_shares("same"), ONE_CELL, 150),
    "did_share_pool": Kind(_shares("pool"), ONE_CELL, 150),
    "did_adjusted_share": Kind(partial(change_of_share, LEVELS, DROPS, 0.4, "pool"), SIX_CELLS, 375),
    "did_cost": Kind(partial(change_of_cost, "others"), THREE_CELLS, 150),
    "did_median": Kind(partial(change_of_median, "others"), FOUR_CELLS, 300),
}
