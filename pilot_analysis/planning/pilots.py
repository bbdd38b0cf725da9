"""Whole pilots drawn at the level of sums from what a baseline says, estimated and decided as a review does."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from pilot_analysis.config.policy import Rule, Verdict
from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.findings import Findings
from pilot_analysis.decision.means import CaseMix, mean_estimate, per_resolution_estimate
from pilot_analysis.decision.rules import decide, default_rules
from pilot_analysis.kpis.clusters import INDEPENDENT
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.sums import MeasureSums
from pilot_analysis.planning.design import ONE_PRICE, Design, Floats, Planner, Truth
from pilot_analysis.planning.draws import Ints, amounts, counted, one_cell, scores, volumes
from pilot_analysis.planning.noise import Noise
from pilot_analysis.words import _

SEED = 11  # the same plan gives the same bytes


@dataclass(frozen=True)
class Verdicts:
    """What became of simulated pilots: how many, and the share of each verdict and of each deciding rule."""

    pilots: int
    verdicts: dict[Verdict, float]
    rules: dict[str, float]

    @property
    def power(self) -> float:
        """Share of scale."""
        return self.verdicts.get("scale", 0.0)

    @property
    def error(self) -> float:
        """Standard error of `power`, never nothing."""
        p = (self.power * self.pilots + 1) / (self.pilots + 2)
        return float(np.sqrt(p * (1 - p) / self.pilots))


def simulated(planner: Planner, design: Design, truth: Truth, pilots: int, seed: int = SEED) -> Verdicts:
    """The verdicts of so many pilots, each drawn anew with its own agents."""
    rules = planner.config.decision.rules or default_rules()
    decided: list[Rule] = []
    for i in range(pilots):
        rng = np.random.default_rng(np.random.SeedSequence([seed], spawn_key=(i,)))
        findings = Findings(planner.config, drawn(planner, design, truth, rng), [], [], interim=False)
        rule, _tried = decide(findings, rules)
        assert rule is not None  # the last rule of a policy always matches
        decided.append(rule)
    verdicts, by_rule = Counter(rule.verdict for rule in decided), Counter(rule.id for rule in decided)
    return Verdicts(
        pilots, {name: n / pilots for name, n in verdicts.most_common()},
        {name: n / pilots for name, n in by_rule.most_common()},
    )  # fmt: skip


def drawn(planner: Planner, design: Design, truth: Truth, rng: np.random.Generator) -> list[Estimate]:
    """The KPIs of one pilot, how much agents differ drawn from what the baseline knows of it."""
    mix, kpis = drawn_mix(planner, design, truth, rng)
    found = []
    for metric in kpis:
        estimate = per_resolution_estimate if metric.form == "per_resolution" else mean_estimate
        found.append(estimate(metric, mix, planner.config.design.confidence, influence=False))
    return found


def drawn_mix(planner: Planner, design: Design, truth: Truth, rng: np.random.Generator) -> tuple[CaseMix, list[Metric]]:
    """The sums of one pilot by agent, and the KPIs that are made of them."""
    baseline, config = planner.baseline, planner.config
    price = baseline.price or ONE_PRICE
    arm, n = volumes(design.agents, design.contacts, baseline.volume_sd, rng)
    agents: dict[str, _Agents] = {}
    measures: dict[str, MeasureSums] = {}
    kpis: list[Metric] = []
    for metric in baseline.metrics:
        noise = baseline.noise.get(metric.id)
        if metric.form == "per_resolution" and "cost" in measures and "fcr" in measures:
            kpis.append(metric)
        elif noise is None or (metric.measure == "cost" and metric.id not in truth.effects):
            why = metric.why or unpriced()
            kpis.append(replace(metric, why=why))
        else:
            # a quantile is drawn as the mean of relative times that vary as its estimate does
            own = metric if metric.form == "mean" else replace(metric, form="mean", measure=metric.id)
            measures[own.measure] = _sums(metric, noise, price, truth, arm, n, agents, rng)
            kpis.append(own)
    return one_cell(arm, n, measures, clustered=config.design.cluster != INDEPENDENT), kpis


def unpriced() -> str:
    """Why there is no cost of a pilot."""
    return _("neither costs.pilot nor plan.expect says what a contact costs in the pilot")


class _Agents(NamedTuple):
    """Agents of one pilot: their own levels in standard deviations, and which of the sds they may have they do have."""

    own: Floats
    share: Floats


def _sums(
    metric: Metric, noise: Noise, price: Noise, truth: Truth, arm: Ints, n: Ints, agents: dict[str, _Agents],
    rng: np.random.Generator,
) -> MeasureSums:  # fmt: skip
    """The sums of one KPI, agents with a level or a pace of their own; the pilot's costs vary as its `price` does."""
    if metric.measure not in agents:  # the median and the 90th percentile are of the same agents
        agents[metric.measure] = _Agents(rng.standard_normal(len(arm)), np.array(rng.random()))
    own, share = agents[metric.measure]
    effect = truth.effects.get(metric.id, 0.0)
    seen = n if noise.share >= 1 else rng.binomial(n, noise.share)
    if metric.kind == "difference":
        level = noise.level + effect * arm + noise.agent_sd_at(share) * own
        if metric.span == 1:
            return counted(n, seen, rng.binomial(seen, np.clip(level, 0.0, 1.0)))
        return scores(seen, level, noise.contact_sd, rng)

    def of(spread: Noise) -> MeasureSums:
        sd = spread.agent_sd_at(share)
        pace: Floats = np.exp(sd * own - sd**2 / 2)
        return amounts(seen, noise.level * (1 + effect * arm) * pace, spread.contact_sd, rng)

    if metric.measure != "cost":
        return of(noise)
    house, vendor = of(noise), of(price)
    pilot = arm == 1
    return MeasureSums(
        house.population, house.n, np.where(pilot, vendor.total, house.total),
        np.where(pilot, vendor.scatter, house.scatter),
    )  # fmt: skip
