"""The plan, read from top to bottom: baseline -> designs -> verdicts of simulated pilots -> what is lacking."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.faults import engine_faults
from pilot_analysis.planning.baseline import LONGEST, Baseline
from pilot_analysis.planning.design import (
    Design,
    Planner,
    Shown,
    Truth,
    closed_form,
    closed_forms,
    equal,
    expected,
    shown,
)
from pilot_analysis.planning.log import known
from pilot_analysis.planning.pilots import Verdicts, simulated
from pilot_analysis.planning.search import (
    Calibration,
    Doubling,
    changed_noise,
    doublings,
    pooled,
    smallest,
    unmeasured,
    unreachable,
)
from pilot_analysis.refusal import Refusal
from pilot_analysis.words import language

PILOTS = 250  # simulated for a design: a standard error of at most 3.2 points
CHOSEN = 4  # times as many for the design that was asked about: 1.6 points
HIGHER = 0.9  # a second chance of scale to plan for
INSIDE = (0.1, 0.9)  # of a Range
SHORT = 2 / 3  # of the longest history: what is shorter would gain from more
AGENTS_SHOWN = (5, 10, 15, 20, 30, 40, 60, 80, 120)
Progress = Callable[[int, int], None]


class Range(NamedTuple):
    """Between which chances a chance lies, in four of five cases."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """How far it leaves the chance open."""
        return self.high - self.low


@dataclass(frozen=True)
class Judged:
    """A design with what it shows.

    Attributes:
        kpis: by closed forms; verdicts: of simulated pilots, None where only closed forms were asked.
        closed: chance of scale by closed forms; power: the same corrected by what simulation says.
        cost: what the vendor would be paid for it, None where no rate is known.
    """

    design: Design
    kpis: tuple[Shown, ...]
    closed: float
    power: float
    verdicts: Verdicts | None
    cost: float | None


@dataclass(frozen=True)
class Wanted:
    """The smallest design with a chance of scale in so many days; None where no number of agents has it."""

    days: int
    power: float
    judged: Judged | None


@dataclass(frozen=True)
class Plan:
    """A finished plan.

    Attributes:
        config, baseline, truth: from what it was made.
        chosen: the pilot of the config, with as few agents as will do where it names no number.
        lengths: the same agents for other days.
        smallest: the smallest designs by days and chance of scale.
        curve: chance of scale by agents and days, by closed forms corrected by simulation.
        as_good: the chosen design were the vendor only as good as in-house; None where nothing else is expected.
        doublings: what twice as much of one thing would do, the most first.
        sure: between which chances that of the chosen design lies, given what the log says of how much agents differ;
            None where that is known. longer: the same of LONGEST days, where the log has far fewer.
        unmeasured, unreachable: KPIs that keep every pilot from scale.
    """

    config: Config
    baseline: Baseline
    truth: Truth
    chosen: Judged
    lengths: list[Judged]
    smallest: list[Wanted]
    curve: list[Judged]
    as_good: Verdicts | None
    doublings: list[Doubling]
    sure: Range | None
    longer: Range | None
    unmeasured: list[str]
    unreachable: list[str]


def plan(config: Config, progress: Progress = lambda _done, _of: None) -> Plan:
    """What a pilot of this config can show.

    Args:
        progress: told (steps done, steps in all).

    Raises:
        Refusal: when the log or the assumptions cannot be used.
    """
    with engine_faults(config), language(config.report.language):
        return _planned(config, progress)


def _planned(config: Config, progress: Progress) -> Plan:
    if config.design.comparison == "difference_in_differences":
        raise Refusal("a plan does not know difference_in_differences", file=str(config.file or "config"),
                      line=config.line("design.comparison"), key="design.comparison", found=config.design.comparison,
                      allowed="concurrent or before_after; --set design.comparison=concurrent plans the pilot's own "
                      "days, and the two earlier groups of differences of differences take up to twice the agents, "
                      "fewer where the same agents serve before and during the pilot")  # fmt: skip
    lengths = sorted({days for days in config.plan.days if days > config.pilot.ramp_up_days})
    length = config.pilot.days
    steps = _Steps(progress, 2 + len({length, *lengths}) + len(lengths))
    config, baseline = known(config)
    planner, truth = Planner(config, baseline), expected(config, baseline)
    steps.done()
    agents = config.plan.agents or _fewest(planner, truth, length)
    designs = {days: planner.design(agents, days) for days in {length, *lengths}}
    judged = {}
    for days in sorted(designs):
        judged[days] = _simulated(planner, designs[days], truth, PILOTS * (CHOSEN if days == length else 1))
        steps.done()
    of = pooled([(j.verdicts, j.closed) for j in judged.values() if j.verdicts is not None])
    wanted = []
    for days in lengths:
        for power in sorted({config.plan.power, HIGHER}):
            found = smallest(planner, truth, days, power, of)
            if found is None:
                told = None
            elif power == config.plan.power:
                told = _simulated(planner, found, truth, PILOTS)
            else:
                told = _closed(planner, found, truth, of)
            wanted.append(Wanted(days, power, told))
        steps.done()
    chosen = judged[length]
    same = equal(truth, baseline)
    as_good = simulated(planner, chosen.design, same, PILOTS) if same.effects != truth.effects else None
    steps.done()
    return Plan(
        config, baseline, truth, chosen, [judged[days] for days in lengths], wanted,
        [_closed(planner, planner.design(k, days), truth, of) for days in lengths for k in _agents_shown(agents)],
        as_good, doublings(planner, chosen.design, truth, of), *_sure(planner, chosen, truth, of),
        unmeasured(planner, truth), unreachable(planner, truth),
    )  # fmt: skip


class _Steps:
    """Counts what is done."""

    def __init__(self, progress: Progress, of: int) -> None:
        self.progress, self.number, self.of = progress, 0, of
        progress(0, of)

    def done(self) -> None:
        self.number += 1
        self.progress(self.number, self.of)


def _fewest(planner: Planner, truth: Truth, days: int) -> int:
    """Agents of a pilot whose config names none: as few as will do, else half as many as in-house has."""
    found = smallest(planner, truth, days, planner.config.plan.power, Calibration())
    return found.agents[1] if found is not None else max(planner.baseline.agents // 2, 2)


def _sure(planner: Planner, chosen: Judged, truth: Truth, of: Calibration) -> tuple[Range | None, Range | None]:
    """How sure the chosen design's chance is, and about how sure it would be from a longer history."""
    period, noise = planner.baseline.period, planner.baseline.noise.values()
    if not chosen.power or all(np.isinf(n.df) for n in noise):
        return None, None

    def between(by: Planner) -> Range:
        low, high = (of(float(x)) for x in np.quantile(closed_forms(by, chosen.design, truth), INSIDE))
        return Range(low, high)

    now = between(planner)
    now = Range(min(now.low, chosen.power), max(now.high, chosen.power))
    if period is None or period.days >= SHORT * LONGEST:
        return now, None
    times = LONGEST / period.days
    return now, between(changed_noise(planner, lambda _kpi, n: n.after(times)))


def _agents_shown(agents: int) -> list[int]:
    return sorted({*AGENTS_SHOWN, agents})


def _simulated(planner: Planner, design: Design, truth: Truth, pilots: int) -> Judged:
    found = simulated(planner, design, truth, pilots)
    return replace(_closed(planner, design, truth, Calibration()), power=found.power, verdicts=found)


def _closed(planner: Planner, design: Design, truth: Truth, of: Calibration) -> Judged:
    kpis = [shown(m, planner, design, truth) for m in planner.baseline.metrics]
    closed = closed_form(planner, design, truth)
    return Judged(
        design, tuple(k for k in kpis if k is not None), closed, of(closed), None, _cost(planner, design, truth)
    )


def _cost(planner: Planner, design: Design, truth: Truth) -> float | None:
    """What the vendor is paid for all days of the pilot."""
    house = planner.baseline.noise.get("cost_per_contact")
    if house is None or "cost_per_contact" not in truth.effects:
        return None
    return house.level * (1 + truth.effects["cost_per_contact"]) * design.per_day[1] * design.days
