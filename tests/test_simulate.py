"""The simulated log is what its truth says: measured here with pandas, from the log alone."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from pilot_analysis.simulation import Channel, Level, Scenario, simulate

# Many contacts of agents who are all alike, so that only chance by contact is left.
LARGE = Scenario(
    pilot_per_day=4_000, baseline_per_day=4_000, agent_sd=0, agent_log_sd=0,
    effects={"csat": -0.05, "fcr": 0.04, "response_time": -0.30, "handle_time": 0.20},
)  # fmt: skip
JUDGED = ("2026-03-16", "2026-05-01")  # after 14 days of ramp-up, to the end of the pilot


@pytest.fixture(scope="module")
def large() -> tuple[pd.DataFrame, dict]:
    return simulate(LARGE, seed=11)


@pytest.fixture(scope="module")
def default() -> tuple[pd.DataFrame, dict]:
    return simulate(Scenario(), seed=3)


def judged(log: pd.DataFrame, first: str = JUDGED[0], before: str = JUDGED[1]) -> pd.DataFrame:
    return log[(log["opened_at"] >= first) & (log["opened_at"] < before)]


def arms(log: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return log[log["team"] == "In-house"], log[log["team"] == "Vendor"]


def with_resolved(log: pd.DataFrame, days: int = 7) -> pd.DataFrame:
    """Index contacts, and whether the customer stayed away on this category for so many days."""
    log = log.sort_values(["customer_id", "category", "opened_at"], kind="stable")
    same = log.groupby(["customer_id", "category"])["opened_at"]
    window = pd.Timedelta(days=days)
    index = ~(log["opened_at"] - same.shift(1) <= window)
    return log[index].assign(resolved=~(same.shift(-1) - log["opened_at"] <= window)[index])


def top_box(log: pd.DataFrame) -> pd.Series:
    return (log["csat"].dropna() >= 4).astype(float)


def response_seconds(log: pd.DataFrame) -> pd.Series:
    """Seconds to the first response; unanswered ones took longer than any."""
    return (log["first_response_at"] - log["opened_at"]).dt.total_seconds().fillna(np.inf)


def difference(pilot: pd.Series, baseline: pd.Series) -> tuple[float, float]:
    """The difference of two means and its standard error."""
    return pilot.mean() - baseline.mean(), float(np.hypot(pilot.sem(), baseline.sem()))


def test_csat_differs_by_the_truth(large):
    log, truth = large
    baseline, pilot = (top_box(arm) for arm in arms(judged(log)))
    found, error = difference(pilot, baseline)
    assert truth["effects"]["csat"] == {"kind": "difference", "value": -0.05}
    assert error < 0.003
    assert abs(found + 0.05) < 3 * error


def test_fcr_by_repeat_contacts_differs_by_the_truth(large):
    log, truth = large
    baseline, pilot = (arm["resolved"].astype(float) for arm in arms(judged(with_resolved(log))))
    found, error = difference(pilot, baseline)
    assert truth["effects"]["fcr"] == {"kind": "difference", "value": 0.04}
    assert error < 0.003
    assert abs(found - 0.04) < 3 * error
    assert abs(baseline.mean() - truth["levels"]["baseline"]["fcr"]) < 3 * baseline.sem()
    assert abs(baseline.mean() - 0.74) < 0.005


def test_fcr_counts_a_return_within_the_window_only_where_the_issue_was_open():
    plain = {"email": Channel(1.0, unanswered=0.02), "phone": Channel(1.0)}
    scenario = Scenario(
        fcr=1.0, agent_sd=0, ramp_effect=0, returning_share=0.4, channels=plain,
        tiers={"1": Level(1.0)}, categories={"billing": Level(1.0), "returns": Level(1.0)},
    )  # fmt: skip
    log, _ = simulate(scenario, seed=5)
    assert not log.duplicated(["customer_id", "category"]).any()
    assert log.duplicated(["customer_id"]).mean() > 0.1


@pytest.mark.parametrize("channel", ["email", "chat", "phone"])
def test_response_medians_are_those_of_the_truth(large, channel):
    log, truth = large
    rng = np.random.default_rng(0)
    medians = []
    for arm, rows in zip(("baseline", "pilot"), arms(judged(log)), strict=True):
        seconds = response_seconds(rows[rows["channel"] == channel])
        # Whole seconds are spread out again, or the median of a phone queue could only be whole.
        median = float(np.median(seconds + rng.uniform(-0.5, 0.5, len(seconds))))
        error = np.sqrt(np.pi / 2) * 0.9 / np.sqrt(len(seconds))  # of its log, at a log-sd of at most 0.9
        assert abs(np.log(median / truth["levels"][arm]["response_time"][channel])) < 3 * error
        medians.append(median)
    assert truth["effects"]["response_time"]["by_channel"][channel] == pytest.approx(0.70, abs=1e-8)
    assert medians[1] / medians[0] == pytest.approx(0.70, rel=0.02)


def test_medians_count_the_unanswered_as_the_longest(default):
    # Phone: median 40 s and log-sd 0.8, agents' log-sd 0.1, 3% never answered: half of all contacts
    # are as many as 0.5 / 0.97 of the answered ones.
    _, truth = default
    expected = 40 * np.exp(np.hypot(0.8, 0.1) * norm.ppf(0.5 / 0.97))
    assert truth["levels"]["baseline"]["response_time"]["phone"] == pytest.approx(expected)
    assert truth["levels"]["baseline"]["response_time"]["chat"] == pytest.approx(90)


def test_an_effect_on_part_of_a_channel_moves_its_median_by_less():
    scenario = replace(LARGE, effects={"response_time.tier=2": 1.0})
    log, truth = simulate(scenario, seed=2)
    baseline, pilot = (
        response_seconds(rows[rows["channel"] == "email"]) for rows in arms(judged(log))
    )  # fmt: skip
    level = truth["levels"]["pilot"]["response_time"]["email"]
    error = np.sqrt(0.25 / len(pilot))
    assert abs((pilot <= level).mean() - 0.5) < 3 * error
    assert 1.1 < truth["effects"]["response_time"]["by_channel"]["email"] < 1.5
    assert pilot.quantile(0.9) / baseline.quantile(0.9) == pytest.approx(
        truth["effects"]["response_time_p90"]["by_channel"]["email"], rel=0.05
    )


def test_contacts_handed_back_are_finished_in_house_and_leave_the_rest_of_the_log_as_it_was():
    scenario = Scenario(pilot_per_day=1_000, days=30)
    plain, _truth = simulate(scenario, seed=5)
    log, _truth = simulate(replace(scenario, handed_back=0.22), seed=5)
    pd.testing.assert_frame_equal(log.drop(columns=["final_team", "final_agent_id"]), plain)
    house, vendor = arms(log)
    assert (house.final_team == "In-house").all()
    assert (vendor.final_team == "In-house").mean() == pytest.approx(0.22, abs=0.01)
    assert (vendor.final_agent_id.str[0] == "A").equals(vendor.final_team == "In-house")


def test_handle_time_differs_by_the_truth(large):
    log, truth = large
    baseline, pilot = (arm["handle_seconds"] for arm in arms(judged(log)))
    ratio = pilot.mean() / baseline.mean()
    error = np.hypot(pilot.sem() / pilot.mean(), baseline.sem() / baseline.mean())
    assert truth["effects"]["handle_time"] == {"kind": "ratio", "value": 1.2}
    assert abs(np.log(ratio / 1.2)) < 3 * error


def test_the_truth_is_standardised_to_the_pilots_own_mix():
    # Simpson: the vendor gets the easy tier, is worse in both, and looks better.
    scenario = replace(
        LARGE,
        tiers={"1": Level(0.4), "2": Level(0.6, csat=-0.20)},
        pilot_tier1_share=0.9,
        effects={"csat.tier=1": -0.01, "csat.tier=2": -0.10},
    )
    log, truth = simulate(scenario, seed=1)
    baseline, pilot = arms(judged(log))
    tier1 = (pilot["tier"] == "1").mean()
    assert tier1 == pytest.approx(0.9, abs=0.005)
    assert truth["effects"]["csat"]["value"] == pytest.approx(-0.01 * tier1 - 0.10 * (1 - tier1), abs=1e-8)
    assert top_box(pilot).mean() > top_box(baseline).mean() + 0.05
    within = [
        difference(top_box(pilot[pilot["tier"] == t]), top_box(baseline[baseline["tier"] == t])) for t in ("1", "2")
    ]
    assert abs(within[0][0] + 0.01) < 3 * within[0][1]
    assert abs(within[1][0] + 0.10) < 3 * within[1][1]


def test_the_vendors_channels_can_have_shares_of_their_own():
    scenario = Scenario(pilot_channel_shares={"email": 3, "chat": 1})
    log, _ = simulate(scenario, seed=1)
    shares = arms(log)[1]["channel"].value_counts(normalize=True)
    assert shares["email"] == pytest.approx(0.75, abs=0.02)
    assert set(shares.index) == {"email", "chat"}


def test_agents_scatter_around_their_arm_and_work_at_their_level():
    scenario = Scenario(
        pilot_agents=300, baseline_agents=300, pilot_per_day=3_000, baseline_per_day=3_000, ramp_effect=0
    )
    log, truth = simulate(scenario, seed=4)
    agents = pd.DataFrame(truth["agents"]).set_index("agent_id")
    for arm in ("baseline", "pilot"):
        level = agents.loc[agents["arm"] == arm, "csat"]
        assert level.std() == pytest.approx(0.03, rel=0.15)
        assert level.mean() == pytest.approx(0.84, abs=3 * 0.03 / np.sqrt(300) + 0.001)
    rated = log.dropna(subset="csat")
    seen = top_box(rated).groupby(rated["agent_id"]).agg(["mean", "count"]).join(agents["csat"])
    z = (seen["mean"] - seen["csat"]) / np.sqrt(seen["csat"] * (1 - seen["csat"]) / seen["count"])
    assert np.sqrt((z**2).mean()) == pytest.approx(1, abs=0.1)


def test_one_bad_agent_can_be_named():
    log, truth = simulate(Scenario(pilot_agents=6, effects={"csat.agent_id=V03": -0.34}), seed=8)
    pilot = arms(judged(log))[1]
    share = (pilot["agent_id"] == "V03").mean()
    assert truth["effects"]["csat"]["value"] == pytest.approx(-0.34 * share, abs=1e-6)
    by_agent = top_box(pilot).groupby(pilot["agent_id"]).mean()
    assert by_agent.idxmin() == "V03"


def test_agents_have_unequal_volumes(default):
    log, truth = default
    volume = log.groupby("agent_id").size()
    assert volume.max() > 2 * volume.min()
    assert {a["agent_id"]: a["contacts"] for a in truth["agents"]} == volume.to_dict()


def test_the_ramp_up_shows_and_ends():
    scenario = replace(LARGE, effects={}, ramp_up_days=28, ramp_effect=-0.20, ramp_decays=False)
    log, truth = simulate(scenario, seed=6)
    assert truth["effects"]["csat"]["value"] == truth["effects"]["fcr"]["value"] == 0
    ramp = judged(log, "2026-03-02", "2026-03-30")
    after = judged(log, "2026-03-30")
    for rows, effect in ((ramp, -0.20), (after, 0.0)):
        baseline, pilot = (top_box(arm) for arm in arms(rows))
        found, error = difference(pilot, baseline)
        assert abs(found - effect) < 3 * error
    index = with_resolved(log)
    baseline, pilot = (arm["resolved"].astype(float) for arm in arms(judged(index, "2026-03-02", "2026-03-30")))
    found, error = difference(pilot, baseline)
    assert abs(found + 0.20) < 3 * error


def test_by_default_the_learning_curve_falls_to_nothing():
    log, _ = simulate(replace(LARGE, effects={}), seed=7)
    weeks = (("2026-03-02", "2026-03-09", -0.045), ("2026-03-09", "2026-03-16", -0.015), (*JUDGED, 0.0))
    for first, before, mean in weeks:  # -0.06 falling in a line over 14 days
        baseline, pilot = (top_box(arm) for arm in arms(judged(log, first, before)))
        found, error = difference(pilot, baseline)
        assert abs(found - mean) < 3 * error + 0.003  # Mondays are busier, so a week leans to its start


def test_the_log_is_cut_at_its_end(large):
    log, _ = large
    end = pd.Timestamp("2026-05-15")
    assert log["opened_at"].max() < end
    assert log["first_response_at"].max() < end
    assert log["resolved_at"].max() < end
    last = log[log["opened_at"] >= end - pd.Timedelta(hours=3)]
    assert last["resolved_at"].isna().mean() > log["resolved_at"].isna().mean() + 0.1
    # Nobody had time to come back in the last days: a count that does not wait flatters them.
    index = with_resolved(log)
    mature = index[index["opened_at"] < end - pd.Timedelta(days=7)]["resolved"].mean()
    young = index[index["opened_at"] >= end - pd.Timedelta(days=3)]["resolved"].mean()
    assert young > mature + 0.1


def test_before_the_pilot_everything_is_in_house(default):
    log, _ = default
    assert log["opened_at"].min() < pd.Timestamp("2026-02-10")
    vendor = arms(log)[1]
    assert vendor["opened_at"].min() >= pd.Timestamp("2026-03-02")
    assert vendor["opened_at"].max() > pd.Timestamp("2026-05-14")
    during = judged(log, "2026-03-02", "2026-05-01")
    assert (during["team"] == "Vendor").mean() == pytest.approx(1 / 3, abs=0.01)
    assert len(arms(during)[1]) == pytest.approx(60 * 150, rel=0.05)


def test_rows_are_sound(default):
    log, _ = default
    assert log["contact_id"].is_unique
    assert log["opened_at"].is_monotonic_increasing
    assert 35_000 < len(log) < 45_000
    answered = log.dropna(subset="first_response_at")
    assert (answered["first_response_at"] > answered["opened_at"]).all()
    resolved = log.dropna(subset="resolved_at")
    assert (resolved["resolved_at"] >= resolved["first_response_at"]).all()
    assert 0.005 < log["first_response_at"].isna().mean() < 0.03
    assert set(log["csat"].dropna().unique()) == {1, 2, 3, 4, 5}
    assert log.loc[log["csat"].notna(), "csat_offered"].all()
    assert log["csat"].notna().sum() / log["csat_offered"].sum() == pytest.approx(0.30, abs=0.01)
    assert (log.loc[log["resolved_at"].isna(), "csat_offered"] == False).all()  # noqa: E712
    assert "fcr" not in log
    assert "cost" not in log


def test_local_times_know_the_clock_change(default):
    # On 29 March 2026 the clocks of Berlin go from 2:00 to 3:00.
    log, _ = default
    skipped = (pd.Timestamp("2026-03-29 02:00"), pd.Timestamp("2026-03-29 03:00"))
    for column in ("opened_at", "first_response_at", "resolved_at"):
        assert not log[column].between(*skipped, inclusive="left").any()
    autumn, _ = simulate(Scenario(start=date(2026, 10, 10)), seed=1)
    assert autumn["opened_at"].is_monotonic_increasing


def test_the_dissatisfied_can_keep_silent_at_the_vendor():
    scenario = replace(LARGE, effects={}, answer_rate_pilot=0.08, unhappy_answer_ratio_pilot=0.25)
    log, truth = simulate(scenario, seed=9)
    baseline, pilot = (arm[arm["csat_offered"]] for arm in arms(judged(log)))
    assert baseline["csat"].notna().mean() == pytest.approx(0.30, abs=0.01)
    # 84% satisfied answer at 8%, 16% at 2%: 7.04% answer, and 95.45% of those are satisfied.
    assert pilot["csat"].notna().mean() == pytest.approx(0.0704, abs=0.003)
    assert top_box(pilot).mean() == pytest.approx(0.9545, abs=0.01)
    assert truth["effects"]["csat"]["value"] == 0


def test_the_price_follows_the_cost_effect():
    scenario = replace(LARGE, effects={"cost": -0.25, "cost.channel=phone": 0.10}, with_cost_column=True)
    log, truth = simulate(scenario, seed=10)
    baseline, pilot = (arm["cost"] for arm in arms(judged(log)))
    levels = truth["levels"]
    # handle hours x 38 EUR at 75% occupancy; no contact is paid in-house that nobody answered.
    worked = arms(judged(log))[0]["handle_seconds"].mean() / 3_600 * 38 / 0.75
    assert baseline.mean() == pytest.approx(worked, abs=1e-4)
    assert abs(baseline.mean() - levels["baseline"]["cost_per_contact"]) < 3 * baseline.sem()
    assert pilot.mean() == pytest.approx(levels["pilot"]["cost_per_contact"], abs=1e-4)
    assert truth["pilot_price"] == pytest.approx(levels["pilot"]["cost_per_contact"], abs=1e-4)
    assert -0.25 < truth["effects"]["cost_per_contact"]["value"] - 1 < -0.15


def test_a_seed_gives_one_log_and_an_effect_changes_nothing_else(default):
    log, truth = default
    again, truth_again = simulate(Scenario(), seed=3)
    pd.testing.assert_frame_equal(log, again)
    assert truth == truth_again
    assert not simulate(Scenario(), seed=4)[0]["opened_at"].head(100).equals(log["opened_at"].head(100))
    worse, _ = simulate(Scenario(effects={"csat": -0.10}), seed=3)
    pd.testing.assert_frame_equal(log.drop(columns="csat"), worse.drop(columns="csat"))


def test_a_pilot_too_small_to_have_contacts_has_no_truth():
    tiny = Scenario(days=1, before_days=0, after_days=0, ramp_up_days=0, pilot_per_day=0.01, baseline_per_day=0.01)
    log, truth = simulate(tiny, seed=1)
    assert len(log) == 0
    assert truth["effects"]["csat"]["value"] is None
    assert truth["effects"]["response_time"]["value"] is None
    assert truth["agents"][0]["csat"] is None
