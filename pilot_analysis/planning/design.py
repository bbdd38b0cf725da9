"""A pilot of some size, what is expected of it, and what closed forms say that it can show."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from pilot_analysis.config.models import Config
from pilot_analysis.kpis.clusters import INDEPENDENT
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.planning.baseline import Baseline
from pilot_analysis.planning.noise import EQUALLY_LIKELY, Noise
from pilot_analysis.refusal import Refusal
from pilot_analysis.stats.power import (
    Spread,
    clustered_spread,
    half_width,
    power_above,
    powers_above,
    room_needed,
    together,
)

Floats = npt.NDArray[np.float64]
LARGEST_PART = 0.5  # of the volume for the pilot: beyond, in-house has too few left to be compared with
# two KPIs' agents differ independently of each other: a lattice (Niederreiter, Bull Am Math Soc 84 (1978) 957)
IN_ORDER = np.arange(len(EQUALLY_LIKELY))
APART = 7 * IN_ORDER % len(EQUALLY_LIKELY)
SEED, DRAWN = 11, 2_000  # spreads of all KPIs, to say how sure a chance is
ONE_PRICE = Noise(1.0, 1.0, 0.0, 0.0)  # of every contact in the pilot, where no rate card says otherwise


@dataclass(frozen=True)
class Design:
    """A pilot; arms in the order in-house, pilot.

    Attributes:
        days: of the pilot; judged: those after the ramp-up.
        agents: of both arms; per_day: contacts a day of both arms; contacts: that are compared.
    """

    days: int
    judged: int
    agents: tuple[int, int]
    per_day: tuple[float, float]
    contacts: tuple[float, float]


@dataclass(frozen=True)
class Truth:
    """What the pilot is taken to be: effects by KPI (a difference; relative for a ratio, -0.2 is a fifth less)."""

    effects: Mapping[str, float]

    def gain(self, metric: Metric) -> float:
        """A KPI's benefit on the analysis scale: + is better, minus the logarithm for a ratio."""
        effect = self.effects.get(metric.id, 0.0)
        if metric.kind == "ratio":
            return -float(np.log1p(effect))
        return effect if metric.better == "higher" else -effect


class Planner:
    """Designs of one config and the baseline behind it.

    Raises:
        Refusal: where the pilot would take every contact.
    """

    def __init__(self, config: Config, baseline: Baseline) -> None:
        self.config, self.baseline = config, baseline
        per_day, left = config.plan.contacts_per_day, config.plan.baseline_contacts_per_day
        concurrent = config.design.comparison == "concurrent"
        if concurrent and left is None and per_day and per_day >= baseline.contacts_per_day:
            raise Refusal("the pilot would take every contact, and nothing is left to be compared with",
                          file=str(config.file or "config"), line=config.line("plan.contacts_per_day"),
                          key="plan.contacts_per_day", found=per_day,
                          allowed=f"fewer than {baseline.contacts_per_day:.1f}, what is there a day; or "
                          "plan.baseline_contacts_per_day, what is left")  # fmt: skip
        given = config.plan
        self.per_agent = (
            given.contacts_per_day / given.agents
            if given.contacts_per_day and given.agents
            else baseline.contacts_per_day / baseline.agents
        )

    def design(self, agents: int, days: int) -> Design:
        """A pilot of so many agents and days, more than its ramp-up takes."""
        given, whole = self.config.plan, self.baseline.contacts_per_day
        judged = days - self.config.pilot.ramp_up_days
        fixed = given.contacts_per_day if given.agents is None else None
        pilot = self.per_agent * agents if fixed is None else fixed
        if given.baseline_contacts_per_day is None and self.config.design.comparison == "concurrent":
            pilot = min(pilot, max(LARGEST_PART * whole, given.contacts_per_day or 0.0))
            house = whole - pilot
        else:
            house = given.baseline_contacts_per_day or whole
        before = self.config.design.baseline_period
        return Design(
            days, judged, (self.baseline.agents, agents), (house, pilot),
            (house * (before.days if before is not None else judged), pilot * judged),
        )  # fmt: skip


def expected(config: Config, baseline: Baseline) -> Truth:
    """What `plan.expect` says; a cost that is not in it comes from the rate cards."""
    expect = config.plan.expect
    effects = {
        "csat": expect.csat, "fcr": expect.fcr, "response_time": expect.response_time,
        "response_time_p90": expect.response_time,
    }  # fmt: skip
    house, price = baseline.noise.get("cost_per_contact"), baseline.price
    if expect.cost_per_contact is not None:
        effects["cost_per_contact"] = expect.cost_per_contact
    elif house is not None and price is not None:
        effects["cost_per_contact"] = price.level / house.level - 1
    return Truth(_with_resolution(effects, baseline))


def equal(truth: Truth, baseline: Baseline) -> Truth:
    """The same cost, and all else as in-house."""
    cost = truth.effects.get("cost_per_contact", 0.0)
    effects = {k: cost if k == "cost_per_contact" else 0.0 for k in truth.effects if k != "cost_per_resolution"}
    return Truth(_with_resolution(effects, baseline))


def _with_resolution(effects: dict[str, float], baseline: Baseline) -> dict[str, float]:
    fcr = baseline.noise.get("fcr")
    if "cost_per_contact" in effects and fcr is not None:
        resolved = 1 + effects.get("fcr", 0.0) / fcr.level
        effects["cost_per_resolution"] = (1 + effects["cost_per_contact"]) / resolved - 1 if resolved > 0 else 10.0
    return effects


def spread_of(metric: Metric, planner: Planner, design: Design, truth: Truth) -> Spread | None:
    """Variances that a KPI's effect may have on the analysis scale; None where it cannot be measured."""
    noise = planner.baseline.noise
    own = noise.get("cost_per_contact" if metric.form == "per_resolution" else metric.id)
    if own is None or (metric.measure == "cost" and metric.id not in truth.effects):
        return None
    pilot = planner.baseline.price or ONE_PRICE if metric.measure == "cost" else own
    arms = [_arm(each, planner, design, arm, own.share) for arm, each in enumerate((own, pilot))]
    if metric.form == "per_resolution":
        fcr = noise.get("fcr")
        if fcr is None:
            return None
        relative = replace(
            fcr, agent_sd=fcr.agent_sd / fcr.level, contact_sd=fcr.contact_sd / fcr.level,
            sampling=fcr.sampling / fcr.level**2,
        )  # fmt: skip
        arms += [_arm(relative, planner, design, arm, fcr.share, APART) for arm in (0, 1)]
    return together(arms)


def _arm(
    noise: Noise, planner: Planner, design: Design, arm: int, share: float, order: npt.NDArray[np.int64] = IN_ORDER
) -> Spread:
    weight, sds = _weights(design.agents[arm], planner.baseline.volume_sd), noise.agent_sds
    sds = sds[order] if len(sds) > 1 else sds
    spread = clustered_spread(sds, noise.contact_sd, design.contacts[arm] * share, weight)
    known = planner.config.design.cluster == INDEPENDENT
    return spread._replace(df=np.full(len(sds), np.inf)) if known else spread


@lru_cache(4096)
def _weights(agents: int, volume_sd: float) -> Floats:
    """Typical volumes of so many agents."""
    found: Floats = np.exp(volume_sd * ndtri((np.arange(agents) + 0.5) / agents))
    return found


def limit_of(metric: Metric) -> float:
    """What a KPI's interval has to clear, on the analysis scale: the hurdle of a goal, the margin of a guardrail."""
    limit = (metric.hurdle or 0.0) if metric.role == "goal" else -(metric.margin or 0.0)
    return float(-np.log1p(-limit)) if metric.kind == "ratio" else limit


@dataclass(frozen=True)
class Shown:
    """What a design shows of one KPI.

    Attributes:
        power: chance that it holds (a goal: is met) under the truth.
        smallest_drop: half-width of the interval to be expected, on the benefit scale.
        margin: the smallest that would be shown with the plan's power; for a goal the largest hurdle. None where even
            that cannot be said.
    """

    metric: Metric
    power: float
    smallest_drop: float
    margin: float


def shown(metric: Metric, planner: Planner, design: Design, truth: Truth) -> Shown | None:
    """What closed forms say of one KPI; None where it cannot be measured."""
    spread = spread_of(metric, planner, design, truth)
    if spread is None:
        return None
    confidence, gain = planner.config.design.confidence, truth.gain(metric)
    half = half_width(spread, confidence=confidence)
    lowest = gain - room_needed(spread, power=planner.config.plan.power, confidence=confidence)
    ratio = metric.kind == "ratio"
    margin = -(-np.expm1(-lowest) if ratio else lowest)
    return Shown(
        metric, power_above(gain - limit_of(metric), spread, confidence=confidence),
        float(np.expm1(half)) if ratio else half, float(-margin if metric.role == "goal" else margin),
    )  # fmt: skip


def closed_form(planner: Planner, design: Design, truth: Truth) -> float:
    """Chance that every guardrail holds and every goal is met, were the KPIs independent of each other."""
    power, confidence = 1.0, planner.config.design.confidence
    for metric in planner.baseline.metrics:
        spread = spread_of(metric, planner, design, truth)
        if spread is not None:
            power *= power_above(truth.gain(metric) - limit_of(metric), spread, confidence=confidence)
        elif metric.id != "cost_per_resolution":
            return 0.0
    return power


def closed_forms(planner: Planner, design: Design, truth: Truth) -> Floats:
    """The same were it known how much agents differ, for DRAWN of the ways that the baseline allows, ascending."""
    confidence, rng = planner.config.design.confidence, np.random.default_rng(SEED)
    found, drawn = np.ones(DRAWN), {}
    for metric in planner.baseline.metrics:
        spread = spread_of(metric, planner, design, truth)
        if spread is None:
            continue
        if metric.measure not in drawn:  # the median and the 90th percentile are of the same agents
            drawn[metric.measure] = rng.integers(len(EQUALLY_LIKELY), size=DRAWN)
        chance = powers_above(truth.gain(metric) - limit_of(metric), spread, confidence=confidence)
        found *= chance[drawn[metric.measure] % len(chance)]
    return np.sort(found)
