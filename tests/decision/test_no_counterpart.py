"""What only the pilot has is held against the target, where the config says so."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pilots import LENIENT, contacts, write_pilot

from pilot_analysis.config.loader import load_config
from pilot_analysis.review import review

KEYS = {
    **LENIENT, "design__adjust_for": ["language"], "design__segments": [], "design__no_counterpart": "target",
    "kpis__csat__target": 0.80, "kpis__fcr__target": 0.90,
}  # fmt: skip


def log(satisfied: float | None = None) -> pd.DataFrame:
    """A third of the pilot's contacts are French, none in-house; `satisfied` of the French answers are fives."""
    rows = contacts()
    french = (rows.team == "Vendor") & (np.arange(len(rows)) % 3 == 0)
    rows["language"] = np.where(french, "fr", "de")
    if satisfied is not None:
        rated = french & rows.csat.notna()
        rows.loc[rated, "csat"] = np.where(np.arange(rated.sum()) % 10 < 10 * satisfied, 5.0, 1.0)
    return rows


def reviewed(folder: Path, rows: pd.DataFrame, **keys: Any) -> dict[str, Any]:
    return review(load_config(write_pilot(folder, rows, **(KEYS | keys)))).to_dict()


def overlap(found: dict[str, Any]) -> dict[str, Any]:
    return next(c for c in found["checks"] if c["id"] == "overlap")


def test_left_out_unless_told(tmp_path: Path) -> None:
    found = reviewed(tmp_path, log(), design__no_counterpart="leave_out")
    assert overlap(found)["status"] == "fail"
    assert found["segments"] == []


def test_held_against_the_target_as_one_sample(tmp_path: Path) -> None:
    rows = log(0.9)
    found = reviewed(tmp_path, rows)
    french = rows[(rows.language == "fr") & rows.csat.notna()]
    part = next(s for s in found["segments"] if s["kpi"] == "csat")
    share = (french.csat >= 4).mean()
    assert (part["by"], part["value"], part["against"]) == ("language", "fr", "target")
    assert part["note"] == "judged against the target of 80.0%"
    assert part["n"] == {"baseline": 0, "pilot": len(french)}
    assert part["baseline"] == 0.80
    assert part["pilot"] == pytest.approx(share)
    assert part["benefit"]["estimate"] == pytest.approx(share - 0.80)
    assert part["benefit"]["low"] < share - 0.80 < part["benefit"]["high"]
    assert part["share"] == pytest.approx(107 / 320, abs=0.002)
    assert part["shrunk"] is None


def test_overlap_counts_it_as_compared_and_names_what_is_not_known(tmp_path: Path) -> None:
    check = overlap(reviewed(tmp_path, log()))
    assert check["status"] == "warn"
    assert "language fr (33" in check["text"]
    assert "median response time" in check["text"].split("not known whether")[1]
    assert "customer satisfaction" not in check["text"]
    without = overlap(reviewed(tmp_path, log(), kpis__csat__target=...))
    assert "customer satisfaction" in without["text"]


def test_routing_does_not_send_what_is_not_known(tmp_path: Path) -> None:
    found = reviewed(tmp_path, log())
    assert found["verdict"] == "scale"
    (route,) = found["routing"]
    assert (route["value"], route["to"]) == ("fr", "unknown")
    assert "response time" in route["why"]


def test_routing_sends_what_holds_against_every_target(tmp_path: Path) -> None:
    times = {"kpis__response_time__role": "secondary", "kpis__csat__margin": 0.4}
    found = reviewed(tmp_path, log(0.9), **times)
    assert overlap(found)["status"] == "pass"
    (route,) = found["routing"]
    assert (route["value"], route["to"]) == ("fr", "vendor")


def test_harm_against_the_target_keeps_the_part_in_house(tmp_path: Path) -> None:
    """Two in ten satisfied, 80% were agreed and 40 points allowed."""
    found = reviewed(tmp_path, log(0.2), kpis__csat__margin=0.35)
    part = next(s for s in found["segments"] if s["kpi"] == "csat")
    assert part["harm"]
    assert found["rule"]["id"] in ("harm_scoped", "segment_harm")
    assert found["scope"]["without"] == [{"by": "language", "value": "fr"}]


def test_nobody_in_house_at_night(tmp_path: Path) -> None:
    """The pilot works around the clock, the others in business hours."""
    rows = contacts()
    night = (rows.team == "Vendor") & (np.arange(len(rows)) % 2 == 0)
    days = rows.opened_at.dt.normalize() - pd.to_timedelta(rows.opened_at.dt.day_of_week.clip(lower=4) - 4, "D")
    moved = days + (rows.opened_at - rows.opened_at.dt.normalize()) + pd.to_timedelta(np.where(night, 12, 0), "h")
    rows["opened_at"] = moved
    found = reviewed(tmp_path, rows.drop(columns="first_response_at"), design__adjust_for=["hours"])
    part = next(s for s in found["segments"] if s["kpi"] == "csat")
    assert (part["by"], part["value"]) == ("hours", "out of hours")
