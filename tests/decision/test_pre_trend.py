"""Arms that moved apart before the pilot: slopes of a known size, and what the check says of them."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from pilots import write_pilot

from pilot_analysis import load_config, review
from pilot_analysis.report.page import render
from pilot_analysis.report.tables import tables

FIRST, START, END = date(2026, 1, 5), date(2026, 3, 2), date(2026, 4, 10)  # Mondays; eight weeks before
PERIOD = {"start": FIRST.isoformat(), "end": (START - timedelta(days=1)).isoformat()}


def moving(apart, per_day=40, weeks=8, agents=12):
    """South's satisfaction moves by `apart` a week against North's before the pilot, and stays where it is in it."""
    rng = np.random.default_rng(3)
    first = START - timedelta(weeks=weeks)
    days = np.repeat(np.arange((END - first).days + 1), 2 * per_day)
    south = np.tile(np.repeat([0, 1], per_day), len(days) // (2 * per_day))
    agent = rng.integers(0, agents, len(days))
    week = np.minimum(days / 7, weeks)
    chance = 0.7 + 0.03 * np.sin(agent) + south * apart * (week - weeks)
    return pd.DataFrame({
        "contact_id": [f"c{i}" for i in range(len(days))],
        "opened_at": pd.Timestamp(first) + pd.to_timedelta(days, "D") + pd.to_timedelta(8 + agent, "h"),
        "region": np.where(south == 1, "South", "North"),
        "agent_id": [f"{'NS'[s]}{a}" for s, a in zip(south, agent, strict=True)],
        "csat": np.where(rng.random(len(days)) < chance, 5, 2),
        "cost": rng.uniform(4, 6, len(days)),
        "response_seconds": np.exp(rng.normal(5, 1, len(days))),
    })  # fmt: skip


KEYS = {
    "pilot__start": START.isoformat(), "pilot__end": END.isoformat(), "kpis": ...,
    "data__arm": {"column": "region", "baseline": ["North"], "pilot": ["South"]},
}  # fmt: skip


def told(folder, rows, period=None):
    design = {"comparison": "difference_in_differences", "adjust_for": [], "baseline_period": period or PERIOD}
    content = review(load_config(write_pilot(folder, rows, **KEYS, design=design))).to_dict()
    found = content["pre_trend"]
    return content, found, {s["kpi"]: s for s in found["slopes"]}


def check(content):
    return next(c for c in content["checks"] if c["id"] == "pre_trend")


def test_arms_that_moved_alike(tmp_path):
    content, found, slopes = told(tmp_path, moving(0.0))
    assert found["weeks_before"] == 8
    # from the middle of the eight weeks to the middle of the forty days
    assert found["weeks_apart"] == pytest.approx((56 / 2 + 40 / 2) / 7)
    assert set(slopes) == {"csat", "cost_per_contact", "response_time"}
    assert slopes["csat"]["low"] < 0 < slopes["csat"]["high"]
    assert check(content)["status"] == "pass"
    assert {row["stage"] for row in found["weeks"]} == {"before", "judged"}
    assert len([row for row in found["weeks"] if row["kpi"] == "csat"]) == 8 + 6


def test_a_slope_is_found_in_its_size(tmp_path):
    content, found, slopes = told(tmp_path, moving(0.02))
    csat = slopes["csat"]
    assert csat["low"] < 0.02 < csat["high"]
    assert csat["drift"]["estimate"] == pytest.approx(csat["per_week"] * found["weeks_apart"])
    assert csat["shown"]
    # over seven weeks 14 points, of which the margin is three
    assert csat["status"] == check(content)["status"] == "fail"
    assert "customer satisfaction" in check(content)["text"]
    assert slopes["response_time"]["status"] == "pass"
    assert slopes["cost_per_contact"]["status"] == "pass"


def test_a_slope_for_the_worse_is_one_too(tmp_path):
    _content, _found, slopes = told(tmp_path, moving(-0.025))
    assert slopes["csat"]["high"] < 0
    assert slopes["csat"]["shown"]


def test_a_short_and_thin_baseline_period_cannot_tell(tmp_path):
    rows = moving(0.0, per_day=4, weeks=4)
    content, _found, slopes = told(tmp_path, rows, {"start": "2026-02-02", "end": "2026-03-01"})
    assert abs(slopes["csat"]["drift"]["estimate"]) > 0.03
    assert not slopes["csat"]["shown"]
    assert check(content)["status"] == "warn"
    assert "longer baseline period" in check(content)["text"]


def test_page_and_tables_show_it(tmp_path):
    content, found, _slopes = told(tmp_path, moving(0.02))
    shown = render(content)
    assert "Before the pilot" in shown
    assert shown.count("pilot against in-house by week") == 3
    made = tables(content)
    assert len(made["pre_trend"]) == 3
    assert len(made["weekly_effects"]) == len(found["weeks"]) == 3 * 14
    assert list(made["groups"]["Group"][:4]) == ["baseline", "pilot", "baseline_before", "pilot_before"]


def test_two_weeks_make_no_line(tmp_path):
    content, found, slopes = told(tmp_path, moving(0.0), {"start": "2026-02-16", "end": "2026-03-01"})
    assert slopes == {}
    assert check(content)["status"] == "warn"
    assert "2 weeks" in check(content)["text"]
    assert found["weeks"]  # the weekly effects are shown all the same


def test_other_comparisons_have_none(tmp_path):
    rows = moving(0.0, per_day=4, weeks=4)
    content = review(load_config(write_pilot(tmp_path, rows, **KEYS, design={"adjust_for": []}))).to_dict()
    assert content["pre_trend"] is None
    assert "pre_trend" not in {c["id"] for c in content["checks"]}
