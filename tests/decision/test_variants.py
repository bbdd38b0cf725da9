"""Every variant against a review that decides that way, or against a slow recomputation."""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pilots import config, contacts, write_log

from pilot_analysis import load_config, review
from pilot_analysis.review import Review

RAMP_UP = 10


def log() -> pd.DataFrame:
    """40 days; in its first ten days the vendor satisfies hardly anybody and is slow."""
    found = contacts()
    early = (found["team"] == "Vendor") & (found["opened_at"] < pd.Timestamp("2026-03-02") + timedelta(days=RAMP_UP))
    rated = found["csat"].notna()
    worse = early & rated & (np.arange(len(found)) % 4 != 0)
    found.loc[worse, "csat"] = 1.0
    late = found.loc[early, "first_response_at"] - found.loc[early, "opened_at"]
    found.loc[early, "first_response_at"] += late
    found["tier"] = np.where(np.arange(len(found)) % 5 == 0, "2", "1")
    return found


def reviewed(folder: Any, contacts: pd.DataFrame | None = None, **keys: Any) -> Review:
    folder.mkdir(parents=True, exist_ok=True)
    write_log(log() if contacts is None else contacts, folder / "contacts.csv")
    settings = {
        "pilot__ramp_up_days": RAMP_UP,
        "privacy__agents": "names",
        "design__adjust_for": ["channel", "tier"],
        **keys,
    }
    import yaml

    (folder / "pilot.yaml").write_text(yaml.safe_dump(config(**settings)), encoding="utf-8")
    return review(load_config(folder / "pilot.yaml"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Review:
    return reviewed(tmp_path_factory.mktemp("whole"))


def variant(found: Review, kpi: str, name: str) -> Any:
    return next(v.estimate for v in found.robustness[kpi].variants if v.name == name)


def decided(found: Review, kpi: str) -> Any:
    return next(e for e in found.estimates if e.metric.id == kpi)


def same(one: Any, other: Any, rel: float = 1e-9) -> None:
    assert one.effect[:6] == pytest.approx(other.effect[:6], rel=rel)
    for own, its in zip(one.arms, other.arms, strict=True):
        assert tuple(own) == pytest.approx(tuple(its), rel=rel)


KPIS = ("csat", "fcr", "cost_per_contact", "response_time", "response_time_p90", "cost_per_resolution")


def test_with_the_ramp_up_as_if_there_were_none(whole: Review, tmp_path: Any) -> None:
    """The same scan gives what a review without a ramp-up gives; the bad first days show."""
    without = reviewed(tmp_path, pilot__ramp_up_days=0)
    for kpi in KPIS:
        same(variant(whole, kpi, "with_ramp_up"), decided(without, kpi))
    assert all(v.name != "with_ramp_up" for r in without.robustness.values() for v in r.variants)
    drop = variant(whole, "csat", "with_ramp_up").effect.benefit - decided(whole, "csat").effect.benefit
    assert drop < -0.1
    assert (
        variant(whole, "response_time", "with_ramp_up").effect.benefit < decided(whole, "response_time").effect.benefit
    )


def test_crude_as_if_there_were_no_case_mix(whole: Review, tmp_path: Any) -> None:
    """A time stays within its channels, since a quantile over all of them says nothing."""
    crude = reviewed(tmp_path, design__adjust_for=[])
    for kpi in ("csat", "fcr", "cost_per_contact", "cost_per_resolution"):
        one, other = variant(whole, kpi, "crude"), decided(crude, kpi)
        assert one.effect.estimate == pytest.approx(other.effect.estimate)
        assert one.effect.se == pytest.approx(other.effect.se, rel=2e-3)  # segments make finer sums there
    by_channel = reviewed(tmp_path / "channel", design__adjust_for=["channel"])
    same(variant(whole, "response_time", "crude"), decided(by_channel, "response_time"))
    assert all(v.name not in ("crude", "main_effects") for v in crude.robustness["csat"].variants)


def test_main_effects_by_least_squares_over_single_contacts(whole: Review) -> None:
    found = log()
    judged = found[found["opened_at"] >= pd.Timestamp("2026-03-12")]
    dummies = np.column_stack([np.ones(len(judged)), judged["channel"] == "email", judged["tier"] == "2"]).astype(float)
    pilot, rated = (judged["team"] == "Vendor").to_numpy(), judged["csat"].notna().to_numpy()
    satisfied = (judged["csat"] >= 4).to_numpy(dtype=float)
    values = []
    for arm in (~pilot, pilot):
        rows = arm & rated
        fit, *_ = np.linalg.lstsq(dummies[rows], satisfied[rows], rcond=None)
        values.append(float((dummies[pilot] @ fit).mean()))
    e = variant(whole, "csat", "main_effects")
    assert e.method == "main_effects"
    assert [arm.value for arm in e.arms] == pytest.approx(values)


def test_days_as_clusters_as_in_a_log_without_people(whole: Review, tmp_path: Any) -> None:
    by_day = reviewed(tmp_path, log().drop(columns=["agent_id", "customer_id"]))
    same(variant(whole, "csat", "days"), decided(by_day, "csat"))
    assert all(v.name != "days" for v in by_day.robustness["csat"].variants)


def test_without_the_most_influential_agent_as_in_a_log_without_that_agent(whole: Review, tmp_path: Any) -> None:
    who = decided(whole, "csat").influence.cluster
    left_out = log()[lambda f: f["agent_id"] != who]
    same(variant(whole, "csat", "without_most_influential"), decided(reviewed(tmp_path, left_out), "csat"))


def fcr_by_hand(found: pd.DataFrame, days: int) -> dict[str, tuple[int, float]]:
    """Index contacts and the share resolved of each team, contact by contact."""
    found = found.assign(opened_at=found["opened_at"].dt.tz_localize("Europe/Berlin"))  # the clock changes in between
    width = pd.Timedelta(days=days)
    at, end = found["opened_at"], found.groupby("team")["opened_at"].max().min()
    counted: dict[str, list[bool]] = {"In-house": [], "Vendor": []}
    for _i, row in found.iterrows():
        others = found[(found["customer_id"] == row["customer_id"]) & (found["category"] == row["category"])]
        gaps = others["opened_at"] - row["opened_at"]
        before = ((gaps < pd.Timedelta(0)) & (gaps >= -width)).any()
        after = ((gaps > pd.Timedelta(0)) & (gaps <= width)).any()
        young, early = row["opened_at"] > end - width, row["opened_at"] < at.min() + width
        if row["opened_at"] >= pd.Timestamp("2026-03-12", tz="Europe/Berlin") and not (before or young or early):
            counted[row["team"]].append(not after)
    return {team: (len(seen), float(np.mean(seen)) if seen else 0.0) for team, seen in counted.items()}


@pytest.mark.parametrize("days", [1, 7, 14])
def test_windows_of_first_contact_resolution_by_hand(whole: Review, days: int) -> None:
    by_hand = fcr_by_hand(log(), days)
    e = variant(whole, "fcr", f"window_{days}")
    assert [arm.n for arm in e.arms] == [by_hand["In-house"][0], by_hand["Vendor"][0]]
    crude = variant(whole, "fcr", f"window_{days}").crude
    assert (crude.baseline, crude.pilot) == pytest.approx((by_hand["In-house"][1], by_hand["Vendor"][1]))


def test_a_window_as_a_review_that_agreed_on_it(whole: Review, tmp_path: Any) -> None:
    week = reviewed(tmp_path, kpis__fcr__window_days=7)
    same(variant(whole, "fcr", "window_7"), decided(week, "fcr"))
    same(variant(week, "fcr", "window_3"), decided(whole, "fcr"))


def test_a_window_longer_than_the_log_allows_says_why(whole: Review) -> None:
    e = variant(whole, "fcr", "window_30")
    assert (e.state, e.why) == ("not_measured", "the log is too short to look 30 days back and ahead of a contact")


def test_naive_is_the_interval_of_the_naive_comparison_and_not_counted(whole: Review) -> None:
    e = decided(whole, "csat")
    naive = next(v for v in whole.robustness["csat"].variants if v.name == "naive")
    assert (naive.estimate.effect.low, naive.estimate.effect.high) == (e.naive.low, e.naive.high)
    assert not naive.valid
    assert "not valid" in naive.label


def test_the_record_holds_every_variant(whole: Review) -> None:
    rows = {row["kpi"]: row for row in whole.to_dict()["robustness"]}
    assert list(rows) == list(KPIS)
    csat = rows["csat"]["variants"]
    assert csat[0]["name"] == "decided"
    assert csat[0]["benefit"] == {
        end: whole.to_dict()["kpis"][0]["benefit"][end] for end in ("estimate", "low", "high")
    }
    assert all(v["same_state"] == (v["state"] == rows["csat"]["state"]) for v in csat if v["why"] is None)
