"""A column that stops, begins or thins out in some weeks of an arm: named with its weeks and its KPI."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pilots import contacts, write_pilot

from pilot_analysis import load_config
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.completeness import completeness, completeness_check
from pilot_analysis.contacts.table import open_contacts
from pilot_analysis.stats.dips import dip

WEEK = ("2026-03-16", "2026-03-23")  # a whole week: 7 days, 8 contacts a day and arm


def looked_at(folder: Path, rows: pd.DataFrame, **keys) -> tuple[pd.DataFrame, Check]:
    config = load_config(write_pilot(folder, rows, **keys))
    found = open_contacts(config)
    weeks = completeness(found, config)
    check = completeness_check(weeks, found, config)
    assert check is not None
    return weeks, check


def of(rows: pd.DataFrame, *teams: str) -> "pd.Series[bool]":
    """The rows of a team in the week."""
    return rows["team"].isin(teams) & rows["opened_at"].between(*WEEK, inclusive="left")


def test_every_column_that_a_kpi_needs_by_arm_and_week(tmp_path: Path) -> None:
    weeks, check = looked_at(tmp_path, contacts())
    assert set(weeks["column"]) == {"csat", "response", "customer_id", "category", "cost", "agent_id", "channel"}
    own = weeks[(weeks["column"] == "cost") & (weeks["arm"] == "pilot")]
    assert [str(week) for week in own["week"]] == [
        f"2026-{d}" for d in ("03-02", "03-09", "03-16", "03-23", "03-30", "04-06")
    ]
    assert own["n"].tolist() == [56, 56, 56, 56, 56, 40]
    assert own["share"].eq(1).all()
    assert check.status == "pass"


def test_ratings_of_the_newest_week_may_still_come(tmp_path: Path) -> None:
    weeks, _ = looked_at(tmp_path, contacts())
    last = weeks.groupby("column")["week"].max().astype(str)
    assert last["csat"] == "2026-03-23"  # the log ends on 10 April, contacts of 3 April are 7 days old
    assert last["cost"] == "2026-04-06"


def test_a_hole_in_one_arm_names_column_week_and_kpi(tmp_path: Path) -> None:
    rows = contacts()
    rows.loc[of(rows, "Vendor"), "first_response_at"] = pd.NaT
    weeks, check = looked_at(tmp_path, rows)
    hole = weeks[(weeks["column"] == "response") & (weeks["arm"] == "pilot")].set_index("week")["share"]
    assert hole.tolist() == [1, 1, 0, 1, 1, 1]
    assert check.status == "warn"
    assert (
        "response of the pilot contacts in the week of 16 Mar 2026: 0.0% filled, 100.0% in the other weeks"
        in check.text
    )
    assert "behind the response times." in check.text
    assert "in-house" not in check.text


def test_a_column_that_begins_under_way(tmp_path: Path) -> None:
    rows = contacts()
    rows.loc[(rows["team"] == "In-house") & (rows["opened_at"] < WEEK[0]), "category"] = None
    check = looked_at(tmp_path, rows, design__adjust_for=["category"])[1]
    assert check.status == "warn"
    assert "category of the in-house contacts in the 2 weeks from 2 Mar 2026 to 15 Mar 2026" in check.text
    assert "behind first contact resolution and the comparison of like with like." in check.text


def test_a_hole_in_both_arms_is_something_to_know(tmp_path: Path) -> None:
    rows = contacts()
    rows.loc[of(rows, "Vendor", "In-house"), "cost"] = np.nan
    check = looked_at(tmp_path, rows)[1]
    assert check.status == "info"
    assert check.text.count("cost of the in-house and pilot contacts in the week of 16 Mar 2026") == 1


def test_who_never_answered_is_known(tmp_path: Path) -> None:
    rows = contacts().assign(resolved_at=lambda f: f["opened_at"] + pd.Timedelta("1h"))
    rows.loc[of(rows, "Vendor"), ["first_response_at", "resolved_at"]] = pd.NaT
    assert looked_at(tmp_path, rows)[1].status == "pass"


def shares(*x: float, n: float = 200) -> tuple[np.ndarray, np.ndarray]:
    return np.array(x, dtype=float), np.full(len(x), n)


@pytest.mark.parametrize(
    ("x", "places"),
    [
        ((50, 52, 48, 0, 51, 49), (3, 3)),
        ((50, 52, 48, 10, 11, 9), (3, 5)),
        ((0, 0, 51, 50, 48, 52), (0, 1)),
        ((200, 200, 200, 150, 200, 200), (3, 3)),
    ],
)
def test_the_run_of_weeks_that_is_lowest(x: tuple[float, ...], places: tuple[int, int]) -> None:
    found = dip(*shares(*x), *shares(50, 51, 49, 50, 50, 50))
    assert found is not None
    assert (found.first, found.last) == places
    assert not found.both


@pytest.mark.parametrize(
    "x",
    [
        (50, 52, 48, 40, 51, 49),  # a fifth fewer ratings in a week
        (60, 20, 70, 15, 65, 18),  # weeks that scatter by as much
        (200, 199, 198, 190, 200, 199),  # 5% missing
        (0, 0, 0, 0, 0, 0),
        (50, 0),  # two weeks are no course
    ],
)
def test_no_dip(x: tuple[float, ...]) -> None:
    assert dip(*shares(*x), *shares(*[50] * len(x))) is None


def test_a_clean_log_hardly_ever_warns() -> None:
    """Weeks whose log-odds scatter by 0.15, as an answer rate does between 22 and 28%; 9 weeks of 300 contacts."""
    rng = np.random.default_rng(20260320)

    def drawn() -> tuple[np.ndarray, np.ndarray]:
        odds = np.exp(rng.normal(np.log(1 / 3), 0.15, 9))
        return rng.binomial(300, odds / (1 + odds)).astype(float), np.full(9, 300.0)

    assert sum(dip(*drawn(), *drawn()) is not None for _ in range(1000)) <= 2


def test_a_week_without_ratings_is_seen() -> None:
    rng = np.random.default_rng(20260321)
    seen = 0
    for _ in range(100):
        x = rng.binomial(300, 0.25, 9).astype(float)
        x[4] = 0
        found = dip(x, np.full(9, 300.0), rng.binomial(300, 0.25, 9).astype(float), np.full(9, 300.0))
        seen += found is not None and (found.first, found.last) == (4, 4)
    assert seen >= 99
