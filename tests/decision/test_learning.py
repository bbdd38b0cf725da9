"""How the pilot learned: both arms held against each other week by week from the pilot's start."""

import pandas as pd
import pytest
from pilots import contacts, write_pilot

from pilot_analysis import load_config, review


def learned(folder, **keys):
    """A vendor that satisfies nobody in its first week; the pilot starts on a Monday."""
    log = contacts()
    first_week = (log["team"] == "Vendor") & (log["opened_at"] < "2026-03-09")
    log.loc[first_week & log["csat"].notna(), "csat"] = 1.0
    return log, review(load_config(write_pilot(folder, log, pilot__ramp_up_days=7, **keys))).to_dict()


def test_every_week_is_the_difference_of_the_arms_in_that_week(tmp_path):
    log, found = learned(tmp_path)
    weeks = [row for row in found["learning"] if row["kpi"] == "csat"]
    assert [row["stage"] for row in weeks] == ["ramp_up", "judged", "judged", "judged", "judged", "judged"]
    rated = log[log["csat"].notna()]
    satisfied = (rated["csat"] >= 4).groupby([rated["opened_at"].dt.to_period("W").dt.start_time, rated["team"]]).mean()
    by_hand = satisfied.unstack()["Vendor"] - satisfied.unstack()["In-house"]
    assert [row["estimate"] for row in weeks] == pytest.approx(list(by_hand))
    assert weeks[0]["high"] < 0 < weeks[1]["high"]


def test_the_ramp_up_is_learned_from_and_not_judged(tmp_path):
    _log, found = learned(tmp_path)
    csat = next(kpi for kpi in found["kpis"] if kpi["id"] == "csat")
    assert found["learning"][0]["estimate"] < csat["effect"]["low"]


def test_without_a_baseline_in_the_same_weeks_nothing_is_held_against_it(tmp_path):
    log = contacts()
    earlier = log[log["team"] == "In-house"].assign(opened_at=lambda t: t["opened_at"] - pd.Timedelta("60D"))
    found = review(load_config(write_pilot(
        tmp_path, pd.concat([earlier, log[log["team"] == "Vendor"]]),
        design__comparison="before_after",
        design__baseline_period={"start": "2026-01-01", "end": "2026-02-09"},
    ))).to_dict()  # fmt: skip
    assert found["learning"] == []
