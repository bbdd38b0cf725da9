"""What simulated pilots of a plan show, beside closed forms and a published table."""

import numpy as np
import pytest
from plans import ASSUMED, ONLY_QUALITY, typed

from pilot_analysis.planning.assumed import typed_baseline
from pilot_analysis.planning.design import Planner, Truth, closed_form, shown, spread_of
from pilot_analysis.planning.pilots import drawn, simulated
from pilot_analysis.stats.power import design_effect, farrington_manning, observations_per_arm

HELD = ("superior", "non_inferior")
PILOTS = 400
TABLE = {
    (0.03, (0.0, 0.0)): 0.37, (0.03, (0.02, 0.02)): 0.90, (0.03, (0.04, 0.03)): 0.99,
    (0.049, (0.0, 0.0)): 0.13, (0.049, (0.02, 0.02)): 0.53, (0.049, (0.04, 0.03)): 0.80,
}  # fmt: skip


def quality_planner(agent_sd):
    """60 days, 150 contacts a day in the pilot, 30% answered, 15 and 40 agents, margins of 3 points.

    What the table leaves unsaid: in-house has twice the pilot's contacts, and agents' volumes a log-sd of 0.5.
    """
    assume = ASSUMED | {"csat_agent_sd": agent_sd, "fcr_agent_sd": agent_sd, "volume_sd": 0.5}
    config = typed({"assume": assume, "baseline_contacts_per_day": 300}, kpis=ONLY_QUALITY)
    return Planner(config, typed_baseline(config))


@pytest.mark.parametrize(("agent_sd", "truth"), TABLE)
def test_satisfaction_and_resolution_both_held_as_often_as_the_table_says(agent_sd, truth):
    """An independent simulation of the same pilots: 37 / 90 / 99% and 13 / 53 / 80%; closed forms within three points,
    simulated pilots within two of these, give or take two simulation errors."""
    planner, expected = quality_planner(agent_sd), TABLE[agent_sd, truth]
    design, rng = planner.design(15, 60), np.random.default_rng(5)
    effects = Truth(dict(zip(("csat", "fcr"), truth, strict=True)))
    held = [all(e.state in HELD for e in drawn(planner, design, effects, rng)) for _ in range(PILOTS)]
    closed = closed_form(planner, design, effects)
    assert closed == pytest.approx(expected, abs=0.03)
    assert np.mean(held) == pytest.approx(closed, abs=0.02 + 2 * np.sqrt(closed * (1 - closed) / PILOTS))


def test_without_clusters_the_power_is_that_of_farrington_and_manning():
    """As many independent answers as 80% takes: two points, give or take two simulation errors of 1.6."""
    n = observations_per_arm(0.85, 0.85, 0.03)
    assume = ASSUMED | {"csat": 0.85, "answer_rate": 1.0, "contacts_per_day": 1e4}
    config = typed(
        {"assume": assume, "contacts_per_day": n / 60, "baseline_contacts_per_day": n / 60},
        kpis=ONLY_QUALITY | {"fcr": {"role": "secondary"}}, design={"cluster": "none"},
    )  # fmt: skip
    planner = Planner(config, typed_baseline(config))
    design, truth = planner.design(15, 60), Truth({})
    assert design.contacts == pytest.approx((n, n))
    rng = np.random.default_rng(1)
    held = np.mean([drawn(planner, design, truth, rng)[0].state in HELD for _ in range(600)])
    assert held == pytest.approx(0.80, abs=0.02 + 0.033)
    assert closed_form(planner, design, truth) == pytest.approx(0.80, abs=0.002)
    assert farrington_manning(0.85, 0.85, 0.03).pilot == pytest.approx(n, rel=0.01)


def test_the_design_effect_makes_of_agents_what_independent_answers_would_be():
    """Equal volumes: the variance is that of independent answers times 1 + (m - 1) ICC."""
    config = typed({"assume": ASSUMED | {"volume_sd": 0.0}}, kpis=ONLY_QUALITY)
    planner = Planner(config, typed_baseline(config))
    design, noise = planner.design(15, 60), planner.baseline.noise["csat"]
    variance = sum(
        0.84 * 0.16 / (n * 0.3) * design_effect(n * 0.3 / k, noise.icc)
        for k, n in zip(design.agents, design.contacts, strict=True)
    )
    csat = planner.baseline.metrics[0]
    assert spread_of(csat, planner, design, Truth({})).variance == pytest.approx(variance, rel=1e-9)


def test_every_kpi_varies_in_simulated_pilots_as_its_closed_form_says():
    config = typed({"expect": {"csat": 0.02, "response_time": -0.2}})
    planner = Planner(config, typed_baseline(config))
    design = planner.design(15, 60)
    truth = Truth({"csat": 0.02, "response_time": -0.2, "response_time_p90": -0.2, "cost_per_contact": -0.2})
    rng = np.random.default_rng(2)
    found = [drawn(planner, design, truth, rng) for _ in range(200)]
    for i, metric in enumerate(planner.baseline.metrics[:5]):
        effects = np.array([pilot[i].effect.estimate for pilot in found])
        scale = np.log(effects) if metric.kind == "ratio" else effects
        spread = spread_of(metric, planner, design, truth)
        assert scale.std() == pytest.approx(np.sqrt(spread.variance), rel=0.15)
        assert np.mean([pilot[i].effect.df for pilot in found]) == pytest.approx(spread.df, rel=0.25)
        expected = truth.effects.get(metric.id, 0.0)
        assert np.mean(effects) == pytest.approx(1 + expected if metric.kind == "ratio" else expected, abs=0.01)


def test_a_margin_that_is_shown_with_the_powers_chance_is_shown_with_that_chance():
    """The margin that a plan names, put into the config, has the power that was asked for."""
    config = typed(kpis=ONLY_QUALITY)
    planner = Planner(config, typed_baseline(config))
    csat = shown(planner.baseline.metrics[0], planner, planner.design(15, 60), Truth({}))
    wider = typed(kpis=ONLY_QUALITY | {"csat": {"margin": csat.margin}})
    planner = Planner(wider, typed_baseline(wider))
    again = shown(planner.baseline.metrics[0], planner, planner.design(15, 60), Truth({}))
    assert again.power == pytest.approx(0.8, abs=0.01)


def test_the_rules_decide_and_what_is_not_measured_is_never_scaled():
    config = typed(costs={"currency": "EUR"})
    planner = Planner(config, typed_baseline(config))
    found = simulated(planner, planner.design(40, 90), Truth({"csat": 0.05, "fcr": 0.05, "response_time": -0.5}), 20)
    assert found.verdicts == {"adjust": 1.0}
    assert set(found.rules) <= {"goal_unproven", "guardrail_unproven"}
