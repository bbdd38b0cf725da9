"""What a plan reads from a log of in-house contacts, beside the truth and other programs."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pingouin
import pytest
from plans import typed
from statsmodels.regression.mixed_linear_model import MixedLM

from pilot_analysis import load_config
from pilot_analysis.decision.means import mean_estimate
from pilot_analysis.kpis.metrics import headline
from pilot_analysis.planning.assumed import with_assumed
from pilot_analysis.planning.baseline import baseline_of
from pilot_analysis.planning.design import Planner, expected
from pilot_analysis.planning.draws import counted, one_cell, volumes
from pilot_analysis.planning.noise import Noise, agents_apart, noise_of
from pilot_analysis.refusal import Refusal
from pilot_analysis.simulation import Scenario, simulate


def config_of(log, folder, **sections):
    """A plan from `log`, of which the pilot begins when the log has ended."""
    file = folder / "log.parquet"
    log.to_parquet(file)
    settings = {
        "pilot": {"name": "Vendor", "start": "2026-06-01", "end": "2026-07-30", "ramp_up_days": 14},
        "data": {"contacts": str(file), "arm": {"column": "team", "baseline": ["In-house"], "pilot": ["Vendor"]}},
        "costs": {"currency": "EUR", "baseline": [{"kind": "per_hour", "rate": 38.0, "occupancy": 0.75}],
                  "pilot": [{"kind": "per_contact", "rate": 5.2}]},
    }  # fmt: skip
    return load_config(settings | sections)


@pytest.fixture(scope="module")
def log():
    """Nine weeks in-house, 60 agents who differ by four points, before any vendor."""
    scenario = Scenario(start=date(2026, 5, 30), days=1, before_days=63, after_days=0, ramp_up_days=0,
                        baseline_agents=60, baseline_per_day=450, pilot_per_day=0.01, agent_sd=0.04)  # fmt: skip
    found, _truth = simulate(scenario, 6)
    return found[found["team"] == "In-house"]


@pytest.fixture(scope="module")
def baseline(log, tmp_path_factory):
    return baseline_of(config_of(log, tmp_path_factory.mktemp("plan")))


def test_levels_volumes_and_shares_are_those_of_the_scenario(baseline):
    assert baseline.agents == 60
    assert baseline.contacts_per_day == pytest.approx(450, rel=0.03)
    assert baseline.volume_sd == pytest.approx(0.4, abs=0.1)
    assert baseline.noise["csat"].level == pytest.approx(0.84, abs=0.015)
    assert baseline.noise["fcr"].level == pytest.approx(0.74, abs=0.015)
    assert baseline.noise["csat"].share == pytest.approx(0.30, abs=0.01)


def test_agents_differ_as_the_scenario_has_them(baseline):
    """Sd 0.04 of levels and log-sd 0.10 of paces; from 60 agents, so within a quarter."""
    assert baseline.noise["csat"].agent_sd == pytest.approx(0.04, rel=0.25)
    assert baseline.noise["fcr"].agent_sd == pytest.approx(0.04, rel=0.25)
    assert baseline.noise["cost_per_contact"].agent_sd == pytest.approx(0.10, rel=0.25)
    assert baseline.noise["response_time"].agent_sd == pytest.approx(0.10, rel=0.25)
    for noise in baseline.noise.values():
        assert noise.agent_sd_high > noise.agent_sd


def test_agents_and_contacts_are_told_apart_as_a_mixed_model_does(log, tmp_path):
    """Random intercepts by restricted maximum likelihood, without case mix in either."""
    found = baseline_of(config_of(log, tmp_path, design={"adjust_for": []})).noise["csat"]
    rated = log.dropna(subset=["csat"])
    satisfied = (rated["csat"] >= 4).to_numpy(dtype=float)
    model = MixedLM(satisfied, np.ones((len(rated), 1)), groups=rated["agent_id"].to_numpy()).fit(reml=True)
    assert found.agent_sd == pytest.approx(float(np.sqrt(model.cov_re[0, 0])), rel=0.05)
    assert found.contact_sd == pytest.approx(float(np.sqrt(model.scale)), rel=0.03)


def test_the_icc_of_equal_agents_is_that_of_pingouin(tmp_path):
    """30 agents with 40 ratings each, who differ much: ICC(1) of one-way random effects."""
    rng = np.random.default_rng(3)
    chance = np.clip(0.7 + 0.15 * rng.standard_normal(30), 0.05, 0.95)
    agent = np.repeat(np.arange(30), 40)
    good = rng.random(1200) < chance[agent]
    log = pd.DataFrame({
        "contact_id": [f"C{i}" for i in range(1200)], "team": "In-house", "agent_id": [f"A{a:02}" for a in agent],
        "opened_at": pd.Timestamp("2026-03-01") + pd.to_timedelta(np.tile(np.arange(40), 30), unit="D"),
        "csat": np.where(good, 5, 1),
    })  # fmt: skip
    found = baseline_of(config_of(log, tmp_path)).noise["csat"]
    long = pd.DataFrame({"agent": agent, "rating": np.tile(np.arange(40), 30), "score": good.astype(float)})
    theirs = pingouin.intraclass_corr(long, targets="agent", raters="rating", ratings="score")
    assert found.icc == pytest.approx(theirs.set_index("Type").loc["ICC(1,1)", "ICC"], rel=0.15)


def test_the_spreads_that_a_log_allows_are_estimates_times_df_over_chi_square():
    """By hand with a table's chi-square of 20 degrees of freedom: 12.443 and 31.410 have 10% below and 5% above."""
    noise = Noise(0.85, 0.3, 0.03, 0.35, df=20.0, sampling=0.0005)
    found = noise.agent_sd_at(np.array([0.9, 0.05]))
    assert found[0] == pytest.approx(np.sqrt((0.03**2 + 0.0005) * 20 / 12.443 - 0.0005), rel=1e-4)
    assert found[1] == pytest.approx(np.sqrt((0.03**2 + 0.0005) * 20 / 31.410 - 0.0005), rel=1e-4)
    assert list(replace(noise, df=np.inf).agent_sds) == [0.03]


def test_the_truth_lies_as_often_among_the_spreads_that_a_log_allows_as_they_say():
    """500 baselines of 40 agents who differ by three points, with 75 unequal observations each: below the 20%, 50% and
    80% points in as many of them, give or take three simulation errors; the squared estimate is right on average."""
    rng, metric = np.random.default_rng(8), next(m for m in headline(typed(), None) if m.id == "csat")
    found = []
    for _ in range(500):
        half, n = volumes((20, 20), (1500, 1500), 0.4, rng)
        good = rng.binomial(n, 0.84 + 0.03 * rng.standard_normal(40))
        halves, all_of_them = (one_cell(arm, n, {"csat": counted(n, n, good)}) for arm in (half, np.zeros_like(half)))
        apart = noise_of(mean_estimate(metric, halves, 0.95, influence=False), n.astype(float), half, 1.0, None)
        found.append(agents_apart(apart, metric, all_of_them))
    points = np.array([noise.agent_sd_at(np.array([0.2, 0.5, 0.8])) for noise in found])
    assert (points > 0.03).mean(axis=0) == pytest.approx([0.2, 0.5, 0.8], abs=3 * np.sqrt(0.25 / 500))
    assert np.mean([noise.agent_sd**2 for noise in found]) == pytest.approx(0.03**2, rel=0.07)
    assert np.mean([noise.df for noise in found]) == pytest.approx(39, rel=0.01)


def test_only_the_last_ninety_days_before_the_pilot_are_planned_from(log, tmp_path):
    old = log.assign(opened_at=log["opened_at"] - pd.Timedelta(days=200), contact_id="old-" + log["contact_id"])
    period = baseline_of(config_of(pd.concat([old, log]), tmp_path)).period
    assert (period.start, period.end) == (date(2026, 3, 28), date(2026, 5, 30))


def test_a_log_that_begins_with_the_pilot_is_planned_from_its_own_days(log, tmp_path):
    pilot = {"name": "Vendor", "start": "2026-03-01", "end": "2026-05-10"}
    period = baseline_of(config_of(log, tmp_path, pilot=pilot)).period
    assert (period.start, period.end) == (date(2026, 3, 28), date(2026, 5, 10))


def test_days_of_ones_own_choice(log, tmp_path):
    plan = {"period": {"start": "2026-04-10", "end": "2026-04-20"}}
    found = baseline_of(config_of(log, tmp_path, plan=plan))
    assert found.period.days == 11
    assert found.contacts == pytest.approx(11 * 450, rel=0.1)
    with pytest.raises(Refusal, match="no contact in these days"):
        baseline_of(config_of(log, tmp_path, plan={"period": {"start": "2025-04-10", "end": "2025-04-20"}}))


def test_what_is_typed_stands_in_for_what_was_measured(log, tmp_path, baseline):
    config = config_of(log, tmp_path, plan={"assume": {"csat_agent_sd": 0.05, "answer_rate": 0.1, "agents": 20}})
    found = with_assumed(baseline, config)
    assert (found.agents, found.noise["csat"].share, found.noise["csat"].agent_sd) == (20, 0.1, 0.05)
    assert found.noise["csat"].level == baseline.noise["csat"].level
    assert found.noise["fcr"] == baseline.noise["fcr"]


def test_the_expected_cost_comes_from_the_rate_cards(log, tmp_path, baseline):
    """5.20 a contact, the same for all."""
    truth = expected(config_of(log, tmp_path), baseline)
    assert truth.effects["cost_per_contact"] == pytest.approx(5.2 / baseline.noise["cost_per_contact"].level - 1)
    assert (baseline.price.level, baseline.price.agent_sd, baseline.price.contact_sd) == (pytest.approx(5.2), 0, 0)


def test_an_hourly_price_is_that_of_the_in_house_handle_times_and_varies_with_them(log, tmp_path):
    """Half the rate for the same hours."""
    hours = {"currency": "EUR", "baseline": [{"kind": "per_hour", "rate": 38.0, "occupancy": 0.75}],
             "pilot": [{"kind": "per_hour", "rate": 19.0, "occupancy": 0.75}]}  # fmt: skip
    config = config_of(log, tmp_path, costs=hours)
    found = baseline_of(config)
    assert expected(config, found).effects["cost_per_contact"] == pytest.approx(-0.5, abs=1e-9)
    assert found.price.agent_sd == pytest.approx(found.noise["cost_per_contact"].agent_sd)
    assert found.price.contact_sd == pytest.approx(found.noise["cost_per_contact"].contact_sd)


def test_what_is_paid_by_the_month_before_the_pilot_is_in_the_price_of_its_contacts(log, tmp_path, baseline):
    """Nine weeks of a log that ends before the pilot: each day is its part of 93,000.00 a month."""
    monthly = {"currency": "EUR", "baseline": [{"kind": "per_hour", "rate": 38.0, "occupancy": 0.75},
                                               {"kind": "fixed", "rate": 93_000.0, "per": "month"}]}  # fmt: skip
    found = baseline_of(config_of(log, tmp_path, costs=monthly))
    days = pd.date_range(found.period.start, found.period.end)
    paid = sum(93_000.0 / day.days_in_month for day in days)
    before = baseline.noise["cost_per_contact"].level
    assert found.noise["cost_per_contact"].level == pytest.approx(before + paid / found.contacts)


def test_what_depends_on_the_pilots_volume_has_no_price_before_it(log, tmp_path):
    costs = {"currency": "EUR", "baseline": [{"kind": "per_hour", "rate": 38.0, "occupancy": 0.75}],
             "pilot": [{"kind": "per_agent_month", "rate": 2500, "agents": 15}]}  # fmt: skip
    config = config_of(log, tmp_path, costs=costs)
    assert "cost_per_contact" not in expected(config, baseline_of(config)).effects
    typed = config_of(log, tmp_path, costs=costs, plan={"expect": {"cost_per_contact": -0.2}})
    assert expected(typed, baseline_of(typed)).effects["cost_per_contact"] == -0.2


def test_the_pilots_contacts_are_taken_from_those_in_house_and_at_most_half(log, tmp_path, baseline):
    planner = Planner(config_of(log, tmp_path), baseline)
    small, large = planner.design(15, 60), planner.design(200, 60)
    assert sum(small.per_day) == pytest.approx(baseline.contacts_per_day)
    assert small.per_day[1] == pytest.approx(baseline.contacts_per_day / 60 * 15)
    assert large.per_day[0] == pytest.approx(large.per_day[1])
    assert small.contacts[1] == pytest.approx(small.per_day[1] * 46)


def test_a_log_without_agents_cannot_say_how_much_they_differ(log, tmp_path):
    with pytest.raises(Refusal, match="how much agents differ"):
        baseline_of(config_of(log.drop(columns="agent_id"), tmp_path))
    few = log[log["agent_id"].isin(["A001", "A002", "A003"])]
    with pytest.raises(Refusal, match="too few agents"):
        baseline_of(config_of(few, tmp_path))


def test_independent_contacts_have_no_agents_part(log, tmp_path):
    found = baseline_of(config_of(log, tmp_path, design={"cluster": "none"}))
    assert {noise.agent_sd for noise in found.noise.values()} == {0.0}
