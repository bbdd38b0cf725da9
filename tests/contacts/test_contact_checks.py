"""The checks of the log itself: how they stand, and what they name."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pilots import contacts, write_pilot

from pilot_analysis import load_config
from pilot_analysis.contacts.checks import agents_in_both_arms, contact_checks, shared_agents_check
from pilot_analysis.contacts.table import open_contacts
from pilot_analysis.refusal import Refusal


def checks(folder: Path, rows: pd.DataFrame | None = None, **keys) -> dict[str, tuple[str, str]]:
    """Status and text of every check by its id."""
    config = load_config(write_pilot(folder, rows, **keys))
    found = contact_checks(open_contacts(config), config)
    assert len({check.id for check in found}) == len(found)
    return {check.id: (check.status, check.text) for check in found}


def test_a_sound_log_passes_all(tmp_path: Path) -> None:
    found = checks(tmp_path)
    assert set(found) >= {"duplicates", "times", "scale", "date_only", "missing", "volume", "period"}
    assert {status for name, (status, _) in found.items() if name != "hours"} == {"pass"}


def test_copies(tmp_path: Path) -> None:
    rows = contacts()
    status, text = checks(tmp_path, pd.concat([rows, rows[:7]]))["duplicates"]
    assert status == "warn"
    assert "7" in text


def test_answers_before_the_contact(tmp_path: Path) -> None:
    rows = contacts()
    rows.loc[:4, "first_response_at"] = rows.opened_at - pd.Timedelta("1min")
    status, text = checks(tmp_path, rows)["times"]
    assert status == "warn"
    assert "5" in text


def test_no_check_of_times_without_times_and_of_ratings_without_ratings(tmp_path: Path) -> None:
    found = checks(tmp_path, contacts(csat=None, first_response_at=None))
    assert not {"times", "scale"} & set(found)


def test_dates_without_a_time(tmp_path: Path) -> None:
    rows = contacts()
    status, text = checks(tmp_path, rows.assign(first_response_at=rows.opened_at.dt.strftime("%Y-%m-%d")))["date_only"]
    assert status == "warn"
    assert "first_response_at" in text
    assert "640" in text


@pytest.mark.parametrize(
    ("ratings", "scale", "found"),
    [([7], [1, 5], "7"), ([0, 3], [1, 5], "0"), ([10.5], [0, 10], "10.5")],
)
def test_a_rating_off_the_scale_is_refused(tmp_path: Path, ratings: list, scale: list, found: str) -> None:
    rows = contacts(csat=3)
    rows["csat"] = [*ratings, *rows.csat[len(ratings) :]]
    with pytest.raises(Refusal, match="scale") as refused:
        checks(tmp_path, rows, kpis__csat__scale=scale)
    assert refused.value.found == found
    assert f"{scale[0]} to {scale[1]}" in str(refused.value.allowed)
    assert refused.value.key == "csat"


def test_the_ends_of_the_scale_belong_to_it(tmp_path: Path) -> None:
    rows = contacts()
    rows["csat"] = np.where(rows.index % 2 == 0, 0, 10)
    assert checks(tmp_path, rows, kpis__csat__scale=[0, 10])["scale"][0] == "pass"


def test_a_rating_off_the_scale_is_named_by_its_column_in_the_source(tmp_path: Path) -> None:
    rows = contacts(csat=9).rename(columns={"csat": "Satisfaction Score"})
    with pytest.raises(Refusal) as refused:
        checks(tmp_path, rows, data__columns={"csat": "Satisfaction Score"})
    assert refused.value.key == "Satisfaction Score"


def test_columns_that_are_mostly_empty(tmp_path: Path) -> None:
    rows = contacts()
    rows["category"] = rows.category.where((rows.index % 4 == 0) | (rows.team == "Vendor"))
    status, text = checks(tmp_path, rows)["missing"]
    assert status == "warn"
    assert "category in 75% of the in-house contacts" in text
    assert "pilot" not in text


def test_contacts_that_nobody_placed(tmp_path: Path) -> None:
    rows = contacts()
    rows.loc[rows.index[:9], "team"] = None
    status, text = checks(tmp_path, rows, data__arm__baseline="rest")["missing"]
    assert status == "warn"
    assert "9 contacts have no team" in text


def test_rows_without_a_date(tmp_path: Path) -> None:
    rows = contacts()
    rows.loc[:2, "opened_at"] = pd.NaT
    status, text = checks(tmp_path, rows)["missing"]
    assert status == "warn"
    assert text.startswith("3 rows have no opened_at and were left out. ")


@pytest.mark.parametrize(("end", "status"), [("2026-03-30", "warn"), ("2026-03-31", "pass"), ("2026-05-30", "pass"),
                                             ("2026-05-31", "warn")])  # fmt: skip
def test_a_pilot_lasts_thirty_to_ninety_days(tmp_path: Path, end: str, status: str) -> None:
    """From 2 March: 30 days to 31 March, 90 days to 30 May."""
    assert checks(tmp_path, pilot__end=end)["period"][0] == status


def test_days_without_a_contact(tmp_path: Path) -> None:
    """Weekends are usual, two weeks are not."""
    rows = contacts()
    day = rows.opened_at.dt.date
    weekdays = rows[rows.opened_at.dt.dayofweek < 5]
    assert checks(tmp_path, weekdays, pilot__end="2026-04-10")["volume"][0] == "pass"
    gap = rows[(day < pd.Timestamp("2026-03-10").date()) | (day > pd.Timestamp("2026-03-24").date())]
    status, text = checks(tmp_path, gap)["volume"]
    assert status == "warn"
    assert "15 days" in text


# --- agents in both arms -------------------------------------------------------------------------------------


def shared(folder: Path, rows: pd.DataFrame) -> tuple[float, int] | None:
    return agents_in_both_arms(open_contacts(load_config(write_pilot(folder, rows))))


def test_arms_with_agents_of_their_own(tmp_path: Path) -> None:
    found = shared(tmp_path, contacts())
    assert found == (0, 0)
    assert shared_agents_check(found).status == "pass"


def test_a_shared_agent(tmp_path: Path) -> None:
    """One of the five agents of each arm is the same person: a fifth of all contacts."""
    rows = contacts()
    rows["agent_id"] = rows.agent_id.replace({"Ia0": "Kim", "Va0": "Kim"})
    found = shared(tmp_path, rows)
    assert found == pytest.approx(((rows.agent_id == "Kim").mean(), 1))
    check = shared_agents_check(found)
    assert (check.id, check.status) == ("agents_in_both_arms", "warn")
    assert "20.0%" in check.text


def test_contacts_without_an_agent_are_nobodys(tmp_path: Path) -> None:
    rows = contacts()
    rows["agent_id"] = rows.agent_id.where(~rows.agent_id.str.endswith("0"))
    assert shared(tmp_path, rows) == (0, 0)


def test_a_log_that_names_no_agents(tmp_path: Path) -> None:
    assert shared(tmp_path, contacts(agent_id=None)) is None
    assert shared_agents_check(None).status == "info"


# --- hours ---------------------------------------------------------------------------------------------------


def test_days_and_hours_of_the_arms(tmp_path: Path) -> None:
    """Ten of the forty days are weekend days. Contacts come at 8:00, 9:15 ... 16:45; an hour earlier in-house, where
    then one in eight of those on thirty weekdays is too early: 30 of 320."""
    rows = contacts()
    rows["opened_at"] -= pd.to_timedelta(np.where(rows.team == "In-house", 1, 0), "h")
    status, text = checks(tmp_path, rows)["hours"]
    assert status == "info"
    assert "25.0% of the pilot's contacts and 25.0% of the in-house ones" in text
    assert "0.0% and 9.4%" in text


def test_hours_are_those_of_the_pilots_zone(tmp_path: Path) -> None:
    """In Berlin from 9:00 in winter and 10:00 in summer, when the last, at 16:45 UTC, comes at 18:45: 2 to 28 March are
    20 weekdays, 30 March to 10 April ten, with one in eight too late."""
    rows = contacts()
    rows["opened_at"] = rows.opened_at.dt.floor("15min").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    text = checks(tmp_path, rows.drop(columns="first_response_at"))["hours"][1]
    assert "3.1% and 3.1%" in text


def test_dates_alone_have_no_hours(tmp_path: Path) -> None:
    rows = contacts()
    found = checks(tmp_path, rows.assign(opened_at=rows.opened_at.dt.strftime("%Y-%m-%d")))
    assert "hours" not in found


@pytest.mark.parametrize(("column", "n", "status"), [("wait in seconds", 33, "warn"), ("wait in seconds", 32, "pass"),
                                                     ("wait in minutes", 200, "pass")])  # fmt: skip
def test_answers_that_took_no_time(tmp_path: Path, column: str, n: int, status: str) -> None:
    """More than 5% of 640; minutes are rounded."""
    rows = contacts(first_response_at=None).assign(**{column: 90})
    rows.loc[rows.index[:n], column] = 0
    found = checks(tmp_path, rows, data__columns={"response_seconds": column})["times"]
    assert found[0] == status
    assert ("5.2% of the answers took no time at all" in found[1]) == (status == "warn")


def test_a_code_makes_no_time_nothing(tmp_path: Path) -> None:
    rows = contacts(first_response_at=None).assign(response_seconds=90)
    rows.loc[rows.index[:64], "response_seconds"] = 0
    keys = {"data__codes": {"response_seconds": {"0": None}}}
    assert checks(tmp_path, rows, **keys)["times"][0] == "pass"
