"""Who moves a result: chosen by score, and everything estimated anew without that cluster."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pilots import contacts, write_pilot

from pilot_analysis import load_config, review
from pilot_analysis.decision import time_estimates
from pilot_analysis.decision.estimate import ArmValue, Estimate, Influence
from pilot_analysis.decision.influence import influence_of
from pilot_analysis.decision.means import CaseMix, mean_estimate, per_resolution_estimate
from pilot_analysis.decision.quantiles import OnlyCounted, quantile_estimate
from pilot_analysis.decision.sentences import influence_sentence
from pilot_analysis.decision.time_mix import time_mix, wanted_bins
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.sums import MeasureSums, Sums
from pilot_analysis.kpis.times import BINS_PER_E, Counts, Histogram, count_values

CSAT = Metric("csat", "CSAT", "fraction", "higher", "difference", "mean", "guardrail", 0.03, None, None, "csat")
COST = Metric("cost_per_contact", "Cost", "EUR", "lower", "ratio", "mean", "goal", 0.0, 0.1, None, "cost")
LOADED = replace(COST, id="cost_per_resolution", form="per_resolution", hurdle=None)
MEDIAN = Metric("response_time", "Time", "seconds", "lower", "ratio", "quantile", "guardrail", 0.1, None, None,
                "response", 0.5)  # fmt: skip

# eleven in-house agents, then eight of the pilot, of whom the last is far off
ARM = np.repeat([0, 1], [11, 8])
ODD = 18
N = np.full(19, 200.0)


def mix(without=None):
    """Two cells a contact; satisfied, costs and resolved by agent."""
    rng = np.random.default_rng(1)
    satisfied = rng.binomial(200, np.where(np.arange(19) == ODD, 0.35, 0.85), (2, 19)).astype(float)
    resolved = rng.binomial(200, 0.7, (2, 19)).astype(float)
    cost = rng.gamma(200, np.where(np.arange(19) == ODD, 9.0, 5.0), (2, 19))
    keep = np.flatnonzero(np.arange(19) != without)
    arm, cell, agent = np.tile(ARM[keep], 2), np.repeat([0, 1], len(keep)), np.tile(keep, 2)

    def share(x):
        x = x[:, keep].ravel()
        n = np.full(len(x), 200.0)
        return MeasureSums(n, n, x, x * (1 - x / n))

    n = np.full(len(arm), 200.0)
    total = cost[:, keep].ravel()
    measures = {
        "contacts": MeasureSums(n, n, n, 0 * n), "csat": share(satisfied), "fcr": share(resolved),
        "cost": MeasureSums(n, n, total, total**2 / n),
    }  # fmt: skip
    names = [f"agent {i:02}" for i in range(19)]
    return CaseMix(Sums(arm, cell, agent, pd.DataFrame({"tier": ["1", "2"]}), names, measures), ["tier"])


@pytest.mark.parametrize(
    ("metric", "estimated"), [(CSAT, mean_estimate), (COST, mean_estimate), (LOADED, per_resolution_estimate)]
)
def test_the_result_without_an_agent_is_that_of_a_log_without_the_agent(metric, estimated):
    found, without = estimated(metric, mix(), 0.95), estimated(metric, mix(without=ODD), 0.95)
    assert (
        found.influence[:5]
        == Influence("agent 18", without.effect.estimate, without.effect.low, without.effect.high, without.state)[:5]
    )
    assert found.influence.without.effect == without.effect
    assert estimated(metric, mix(), 0.95, influence=False).influence is None


def test_one_agent_can_be_the_whole_finding():
    found = mean_estimate(CSAT, mix(), 0.95)
    assert found.state == "inconclusive"
    assert found.influence.state_without == "non_inferior"
    assert found.influence.by_chance < 0.05
    assert "agent 18" in influence_sentence(found, "agent_id")
    assert "held instead of not shown" in influence_sentence(found, "agent_id")
    assert "agent 18" not in influence_sentence(found, "customer_id")


def times(seconds, agents):
    """The scans of a log of one channel; every contact has its own value, all of them fetched."""
    arm, number = ARM[agents], np.floor(np.log(seconds) * BINS_PER_E).astype(np.int64)
    cells = pd.DataFrame({"channel": ["chat"]})
    key, n = np.unique(arm * 10_000 + number, return_counts=True)
    zero = np.zeros(len(key), dtype=np.int64)
    time = time_mix(Histogram(cells, key // 10_000, zero, key % 10_000, n.astype(float)))
    zero, one = np.zeros(len(agents), dtype=np.int64), np.ones(len(agents))
    return time, Counts(arm, zero, agents, seconds, one, [f"agent {i:02}" for i in range(19)])


def test_the_median_without_an_agent_is_that_of_a_log_without_the_agent():
    rng = np.random.default_rng(2)
    agents = np.repeat(np.arange(19), 100)
    seconds = np.exp(5 + (agents == ODD) * 2 + rng.standard_normal(len(agents)))
    found = quantile_estimate(MEDIAN, *times(seconds, agents), 0.95)[0]
    keep = agents != ODD
    without = quantile_estimate(MEDIAN, *times(seconds[keep], agents[keep]), 0.95)[0]
    median = [np.median(seconds[keep & (ARM[agents] == arm)]) for arm in (0, 1)]
    assert found.influence.cluster == "agent 18"
    assert found.influence.estimate_without == pytest.approx(median[1] / median[0], rel=1e-12)
    # the interval keeps the slope of the whole log
    assert found.influence.low_without == pytest.approx(without.effect.low, rel=0.03)
    assert found.influence.high_without == pytest.approx(without.effect.high, rel=0.03)


def test_a_quantile_that_was_not_fetched_is_asked_for_or_not_measured():
    agents = np.repeat(np.arange(19), 100)
    time, counts = times(np.exp(5 + np.random.default_rng(2).standard_normal(len(agents))), agents)
    none_fetched = replace(counts, value=np.zeros(len(agents)))
    with pytest.raises(OnlyCounted):
        quantile_estimate(MEDIAN, time, none_fetched, 0.95, further=True)
    found = quantile_estimate(MEDIAN, time, none_fetched, 0.95)[0]
    assert (found.effect, found.crude) == (None, None)
    assert "only counted" in found.why


def test_wanted_bins_reach_as_far_as_leaving_one_out_can_move_the_quantile():
    rng = np.random.default_rng(3)
    agents = np.repeat(np.arange(19), 100)
    seconds = np.exp(5 + rng.standard_normal(len(agents)))
    time, _counts = times(seconds, agents)
    one = wanted_bins(time, [0.5])
    wide = wanted_bins(time, [0.5], {("baseline", "chat"): 0.1, ("pilot", "chat"): 0.2})
    for arm, share in (("baseline", 0.1), ("pilot", 0.2)):
        own = seconds[ARM[agents] == ["baseline", "pilot"].index(arm)]
        ends = np.floor(np.log(np.quantile(own, [0.5 - share, 0.5 + share])) * BINS_PER_E)
        assert len(wide[arm, "chat"]) == 1
        assert wide[arm, "chat"][0][0] <= ends[0] < one[arm, "chat"][0][0]
        assert one[arm, "chat"][0][1] < ends[1] <= wide[arm, "chat"][0][1]


def test_nothing_is_said_where_nothing_is_left_to_compare():
    assert influence_of("a", Estimate(CSAT, why="no case-mix cell has values in both arms")) is None
    alone = Estimate(CSAT, (ArmValue(0.8, 90, 9), ArmValue(0.7, 10, 1)), why="one cluster in an arm")
    assert influence_of("a", alone) == Influence("a", pytest.approx(-0.1), None, None, "not_measured")


@pytest.mark.parametrize(("slow", "scans"), [(1.0, 1), (50.0, 2)])
def test_values_further_off_are_fetched_where_leaving_an_agent_out_takes_the_median_there(
    slow, scans, tmp_path, monkeypatch
):
    """What a review says of the log without the agent is what the review of such a log says."""
    log = contacts()
    rng = np.random.default_rng(4)
    log["response_seconds"] = rng.lognormal(6, 0.3, len(log)) * np.where(log.agent_id == "Va0", slow, 1.0)
    log["first_response_at"] = None
    fetched = []
    monkeypatch.setattr(time_estimates, "count_values", lambda *a: fetched.append(a) or count_values(*a))

    found = review(load_config(write_pilot(tmp_path, log, privacy__agents="names"))).to_dict()

    assert len(fetched) == scans
    influence = next(kpi for kpi in found["kpis"] if kpi["id"] == "response_time")["influence"]
    if slow > 1:
        assert influence["cluster"] == "Va0"
    rest = log[log.agent_id != influence["cluster"]]
    (tmp_path / "rest").mkdir()
    without = review(load_config(write_pilot(tmp_path / "rest", rest, privacy__agents="names"))).to_dict()
    effect = next(kpi for kpi in without["kpis"] if kpi["id"] == "response_time")["effect"]
    assert influence["estimate_without"] == pytest.approx(effect["estimate"], rel=1e-9)
