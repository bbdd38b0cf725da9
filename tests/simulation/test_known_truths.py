"""Traps whose truth is known: easy contacts routed to the vendor, and a tail that a median does not see."""

import numpy as np
import pandas as pd
import pytest
import yaml
from drawn_pilots import Design, rows

from pilot_analysis import load_config, review
from pilot_analysis.decision.means import CaseMix, mean_estimate
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.sums import MeasureSums, Sums
from pilot_analysis.simulation import Level, Scenario, write

TRUTH = -0.06
MANY = {"pilot_agents": 40, "agent_log_sd": 0.03, "pilot_per_day": 400, "baseline_per_day": 400}
EASY = np.array([0.92, 0.66])  # satisfaction in-house by tier


def kpi(found, name):
    return next(k for k in found["kpis"] if k["id"] == name)


def adjusted_and_crude(seed):
    """A vendor that gets 97% tier 1 where in-house has 45%, six points worse in either tier."""
    rng = np.random.default_rng(seed)
    found = rows(Design((15, 40), 0.02, contacts=400, mix=((0.45, 0.55), (0.97, 0.03))), rng)
    chance = np.clip(EASY[found.cell] + TRUTH * found.arm + 0.03 * found.score, 0, 1)
    n = rng.binomial(found.n, 0.4)
    good = rng.binomial(n, chance).astype(float)
    population, n = found.n.astype(float), n.astype(float)
    csat = MeasureSums(population, n, good, good * (1 - good / np.maximum(n, 1)))
    contacts = MeasureSums(population, population, population, np.zeros(len(n)))
    sums = Sums(found.arm, found.cell, found.agent, pd.DataFrame({"tier": ["1", "2"]}),
                [f"{i:02}" for i in range(55)], {"csat": csat, "contacts": contacts}, 2)  # fmt: skip
    metric = Metric("csat", "CSAT", "fraction", "higher", "difference", "mean", "guardrail", 0.03, None, None, "csat")
    estimate = mean_estimate(metric, CaseMix(sums, ["tier"]), 0.95, influence=False)
    return estimate.effect.estimate, estimate.crude.estimate


def test_easy_contacts_do_not_hide_a_loss_of_six_points():
    found = np.array([adjusted_and_crude(seed) for seed in range(200)])
    adjusted, crude = found.mean(axis=0)
    assert crude > 0.02
    assert adjusted == pytest.approx(TRUTH, abs=0.01)


def test_easy_contacts_raise_the_simpson_flag(tmp_path):
    tiers = {"1": Level(0.45), "2": Level(0.55, -0.24, -0.08, 1.5)}
    truth = Scenario(tiers=tiers, pilot_tier1_share=0.97, pilot_agents=40, pilot_per_day=500, baseline_per_day=500,
                     effects={"csat": TRUTH, "cost": -0.25})  # fmt: skip
    found = review(load_config(write(tmp_path / "pilot", truth, 1).config)).to_dict()
    csat = kpi(found, "csat")
    assert csat["crude"]["estimate"] > 0 > csat["effect"]["high"]
    assert next(c for c in found["checks"] if c["id"] == "simpson")["status"] == "warn"


def test_a_longer_tail_at_the_same_median_is_harm_of_the_90th_percentile_alone(tmp_path):
    """Every log time of the vendor lies twice as far from its channel's median as it would."""
    written = write(tmp_path / "pilot", Scenario(**MANY), 3)
    log = pd.read_csv(written.contacts, parse_dates=["opened_at", "first_response_at"])
    seconds = (log["first_response_at"] - log["opened_at"]).dt.total_seconds()
    centre = seconds.groupby(log["channel"]).transform("median")
    wider = centre * (seconds / centre) ** 2
    vendor = log["agent_id"].str.startswith("V").fillna(value=False) & wider.notna()
    answered = log["opened_at"] + pd.to_timedelta(wider.where(vendor).round().clip(lower=1), unit="s")
    log["first_response_at"] = log["first_response_at"].where(~vendor, answered).dt.strftime("%Y-%m-%dT%H:%M:%S")
    log["opened_at"] = log["opened_at"].dt.strftime("%Y-%m-%dT%H:%M:%S")
    log.to_csv(tmp_path / "wider.csv", index=False)
    settings = yaml.safe_load(written.config.read_text(encoding="utf-8"))
    settings["data"]["contacts"] = str(tmp_path / "wider.csv")
    found = review(load_config(settings)).to_dict()
    assert kpi(found, "response_time")["state"] in ("non_inferior", "superior")
    assert kpi(found, "response_time_p90")["state"] == "harm"
    assert (found["verdict"], found["rule"]["id"]) == ("stop", "harm")
