"""The smallest pilot that shows what it is asked, and what a pilot lacks most."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal, NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from pilot_analysis.planning.design import Design, Planner, Truth, closed_form, limit_of
from pilot_analysis.planning.noise import Noise
from pilot_analysis.planning.pilots import Verdicts

MOST_AGENTS = 2_000
CERTAIN = 1e-4  # no chance is taken for nearer to 0 or 1
CLOSE = 0.1  # standard normal deviates between a closed form and simulation: three points at a chance of 80%
Lack = Literal["agents", "days", "answers", "in_house_agents"]


class Calibration(NamedTuple):
    """What simulated pilots say more or less than closed forms, in standard normal deviates."""

    shift: float = 0.0

    def __call__(self, power: float) -> float:
        return float(ndtr(ndtri(_inside(power)) + self.shift)) if power > 0 else 0.0


def pooled(known: Sequence[tuple[Verdicts, float]]) -> Calibration:
    """From designs of which the chance of scale is known by simulation and by closed form.

    The mean of what lies between, by its precision, shrunk as one that is seldom more than CLOSE either way.

    Args:
        known: simulated and closed.
    """
    pairs = [(s.power, c, s.pilots) for s, c in known if CERTAIN < c < 1 - CERTAIN]
    if not pairs:
        return Calibration()
    *both, pilots = np.transpose(pairs)
    simulated, closed = (np.clip(x, 0.5 / pilots, 1 - 0.5 / pilots) for x in both)
    at = ndtri(closed)
    weight = pilots * np.exp(-(at**2)) / (2 * np.pi) / (closed * (1 - closed))
    return Calibration(float((weight * (ndtri(simulated) - at)).sum() / (weight.sum() + 1 / CLOSE**2)))


def _inside(power: float) -> float:
    return float(np.clip(power, CERTAIN, 1 - CERTAIN))


def smallest(planner: Planner, truth: Truth, days: int, power: float, of: Calibration) -> Design | None:
    """The fewest agents with this chance of scale in so many days, each as busy as planned; None where none suffice."""

    def enough(agents: int) -> bool:
        return of(closed_form(planner, planner.design(agents, days), truth)) >= power

    tried = sorted({ceil(x) for x in np.geomspace(2, MOST_AGENTS, 60)})
    most = next((agents for agents in tried if enough(agents)), None)
    if most is None:
        return None
    place = tried.index(most)
    low = tried[place - 1] + 1 if place else most
    while low < most:
        middle = (low + most) // 2
        low, most = (low, middle) if enough(middle) else (middle + 1, most)
    return planner.design(most, days)


def unreachable(planner: Planner, truth: Truth) -> list[str]:
    """KPIs that no pilot of any size could show: the truth itself is not beyond their limit."""
    return [m.id for m in planner.baseline.metrics if truth.gain(m) <= limit_of(m) and _counts(m.id, planner, truth)]


def unmeasured(planner: Planner, truth: Truth) -> list[str]:
    """KPIs without which the rules cannot say scale, and which cannot be measured."""
    return [
        m.id for m in planner.baseline.metrics
        if not _counts(m.id, planner, truth) and m.form != "per_resolution"
    ]  # fmt: skip


def _counts(kpi: str, planner: Planner, truth: Truth) -> bool:
    if kpi.startswith("cost") and kpi not in truth.effects:
        return False
    return kpi in planner.baseline.noise or kpi == "cost_per_resolution"


@dataclass(frozen=True)
class Doubling:
    """What twice as much of one thing would do to the chance of scale."""

    lack: Lack
    power: float


def doublings(planner: Planner, design: Design, truth: Truth, of: Calibration) -> list[Doubling]:
    """Twice the agents on the same contacts, twice the days, twice the answers, twice the agents in-house."""
    (house, pilot), (n_house, n_pilot) = design.agents, design.contacts
    changed: list[tuple[Lack, Planner, Design]] = [
        ("agents", planner, replace(design, agents=(house, 2 * pilot))),
        ("days", planner, replace(design, contacts=(2 * n_house, 2 * n_pilot))),
        ("answers", _answering(planner, lambda share: min(2 * share, 1.0)), design),
        ("in_house_agents", planner, replace(design, agents=(2 * house, pilot))),
    ]
    found = [Doubling(name, of(closed_form(by, each, truth))) for name, by, each in changed]
    return sorted(found, key=lambda d: -d.power)


def _answering(planner: Planner, share: Callable[[float], float]) -> Planner:
    """The same with other shares of rated contacts."""
    return changed_noise(planner, lambda kpi, n: replace(n, share=share(n.share)) if kpi == "csat" else n)


def changed_noise(planner: Planner, change: Callable[[str, Noise], Noise]) -> Planner:
    """The same planner where in-house is otherwise."""
    noise = {kpi: change(kpi, each) for kpi, each in planner.baseline.noise.items()}
    return Planner(planner.config, replace(planner.baseline, noise=noise))
