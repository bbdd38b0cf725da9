"""A share, a time or a code that is another one from some day on is named with its day, arm and KPI."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pilots import contacts, write_pilot

from pilot_analysis import load_config, review

FROM = "2026-03-22"  # the twentieth of the pilot's forty days


def checked(folder: Path, rows: pd.DataFrame, **keys) -> dict[str, str]:
    found = review(load_config(write_pilot(folder, rows, **keys))).to_dict()
    return next(check for check in found["checks"] if check["id"] == "steps")


def later(rows: pd.DataFrame, *teams: str) -> "pd.Series[bool]":
    return rows["team"].isin(teams) & (rows["opened_at"] >= FROM)


def log() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    rows = contacts()
    return rows.assign(handle_seconds=np.round(np.exp(rng.normal(5.5, 0.6, len(rows)))))


def test_a_log_without_changes_passes(tmp_path: Path) -> None:
    assert checked(tmp_path, log())["status"] == "pass"


@pytest.mark.parametrize("teams", [("Vendor",), ("In-house", "Vendor")])
def test_another_unit_from_some_day_on(tmp_path: Path, teams: tuple[str, ...]) -> None:
    rows = log()
    rows.loc[later(rows, *teams), "handle_seconds"] /= 60
    found = checked(tmp_path, rows)
    assert found["status"] == "warn"
    assert "typical handle time of the pilot contacts" in found["text"]
    assert ("of the in-house contacts" in found["text"]) == (len(teams) == 2)
    assert "the handle time is then of two kinds" in found["text"]


def test_another_code_from_some_day_on_is_named_once(tmp_path: Path) -> None:
    rows = log()
    rows.loc[later(rows, "Vendor") & (rows["channel"] == "email"), "channel"] = "mail"
    found = checked(tmp_path, rows)
    assert found["status"] == "warn"
    assert found["text"].count("channel ") == 1
    assert "of the pilot contacts: " in found["text"]


def test_a_rating_that_is_no_longer_offered(tmp_path: Path) -> None:
    rows = log()
    rows.loc[later(rows, "Vendor") & (rows["csat"] >= 4), "csat"] = 3.0
    found = checked(tmp_path, rows)
    assert "satisfied among the rated of the pilot contacts" in found["text"]
    assert "0.0% from then on" in found["text"]
