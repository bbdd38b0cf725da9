"""The time to the first answer, and who never got one."""

from pathlib import Path

import pandas as pd
import pytest
from small_logs import FRAME, found, log, open_log

from pilot_analysis.contacts.table import Contacts

AT = "2026-03-10 10:00:00"


def responses(folder: Path, *rows: dict, **columns) -> list[float | None]:
    table = found(open_log(folder, log(*rows, **columns)))
    values = [table.response[f"a{i}"] for i in range(1, len(rows) + 1)]
    return [None if v != v else v for v in values]


def unanswered(folder: Path, *rows: dict, **columns) -> list[bool]:
    table = found(open_log(folder, log(*rows, **columns)))
    return [bool(table.unanswered[f"a{i}"]) for i in range(1, len(rows) + 1)]


def test_from_the_contact_to_the_first_answer(tmp_path: Path) -> None:
    rows = [{"first_response_at": f"2026-03-10 10:{m:02}:30"} for m in (0, 5, 59)]
    assert responses(tmp_path, *rows, {"first_response_at": AT}) == [30, 330, 3570, 0]


def test_seconds_where_the_log_has_no_stamp_and_they_win_where_it_has_both(tmp_path: Path) -> None:
    rows = [
        {"response_seconds": 90.5}, {"response_seconds": 20, "first_response_at": "2026-03-10 10:05:00"},
        {"response_seconds": None, "first_response_at": "2026-03-10 10:05:00"}, {"response_seconds": None},
    ]  # fmt: skip
    assert responses(tmp_path, *rows) == [90.5, 20, 300, None]


def test_answers_from_before_the_contact_are_left_out_of_the_time_and_counted(tmp_path: Path) -> None:
    rows = [{"first_response_at": "2026-03-10 09:59:59", "csat": 4}, {"response_seconds": -5.0, "csat": 5}, {"csat": 3}]
    contacts = open_log(tmp_path, log(*rows))
    table = found(contacts)
    assert table.response.isna()[["a1", "a2"]].all()
    assert not table.unanswered[["a1", "a2"]].any()
    assert contacts.facts["pilot"]["negative"] == 2
    assert contacts.filled("pilot", "csat") == 3  # of the response time only


def test_after_a_bot_the_clock_starts_at_the_handoff(tmp_path: Path) -> None:
    rows = [
        {"handoff_at": "2026-03-10 10:10:00", "first_response_at": "2026-03-10 10:12:00"},
        {"handoff_at": None, "first_response_at": "2026-03-10 10:12:00"},
    ]
    assert responses(tmp_path, *rows) == [120, 720]


def days(column: str, time: str = "") -> list[dict]:
    """Four contacts in which `column` has a date and the other stamps a time."""
    stamps = {"opened_at": AT, "first_response_at": "2026-03-11 10:30:00", "handoff_at": "2026-03-11 10:00:00"}
    return [stamps | {column: stamps[column][:10] + time}] * 4


def assert_left_out(contacts: Contacts, column: str) -> None:
    assert contacts.date_only == {column: 4}
    table = found(contacts)
    assert table.response.isna()[["a1", "a2", "a3", "a4"]].all()
    assert not table.unanswered.any()


@pytest.mark.parametrize("column", ["opened_at", "first_response_at", "handoff_at"])
@pytest.mark.parametrize("time", ["", "T00:00:00Z", "T00:00:00+01:00"])
def test_dates_without_a_time_give_no_response_time(tmp_path: Path, column: str, time: str) -> None:
    """Half a day of error each way would drown every answer in minutes."""
    if column == "opened_at":
        rows = [{k: v for k, v in row.items() if k != "handoff_at"} for row in days(column, time)]
    else:
        rows = days(column, time)
    contacts = open_log(tmp_path, log(*rows, {"first_response_at": "2026-03-10 10:05:00"}))
    assert_left_out(contacts, column)
    assert found(contacts).response["a5"] == 300


@pytest.mark.parametrize("time", [" 00:00:00", "T00:00", "T00:00:00.000Z"])
def test_spellings_of_no_time(tmp_path: Path, time: str) -> None:
    assert_left_out(open_log(tmp_path, log(*days("first_response_at", time))), "first_response_at")


@pytest.mark.parametrize("type_", ["date32[pyarrow]", "datetime64[us]", "datetime64[us, Europe/Berlin]"])
def test_dates_of_typed_files(tmp_path: Path, type_: str) -> None:
    """The last is what a tool makes of dates that turns them into stamps of the pilot's zone."""
    rows = log(*days("first_response_at")).drop(columns="handoff_at")
    dates = pd.to_datetime(rows.first_response_at)
    dates = dates.dt.tz_localize("Europe/Berlin") if "Berlin" in type_ else dates.dt.as_unit("us").astype(type_)
    contacts = open_log(tmp_path, rows.assign(first_response_at=dates), data__contacts="c.parquet")
    assert_left_out(contacts, "first_response_at")


def test_dates_still_place_a_contact_in_its_day_and_phase(tmp_path: Path) -> None:
    rows = [{"opened_at": day} for day in ("2026-03-01", "2026-03-02", "2026-04-10", "2026-04-11")]
    table = found(open_log(tmp_path, log(*rows)))
    assert list(table.phase[["a1", "a2", "a3", "a4"]]) == ["before", "judged", "judged", "after"]


def test_a_rare_midnight_is_a_time(tmp_path: Path) -> None:
    """Two contacts at midnight sharp among few are chance."""
    rows = [{"opened_at": "2026-03-10 00:00:00", "first_response_at": "2026-03-10 00:01:00"}] * 2
    contacts = open_log(tmp_path, log(*rows))
    assert contacts.date_only == {}
    assert found(contacts).response["a1"] == 60


def test_abandoned_before_an_answer_is_unanswered(tmp_path: Path) -> None:
    answered = {"first_response_at": "2026-03-10 10:05:00"}
    rows = [{"abandoned": "yes"}, {"abandoned": "yes", **answered}, {"abandoned": "no"}, {"abandoned": None}]
    assert unanswered(tmp_path, *rows) == [True, False, False, False]


def test_neither_answered_nor_resolved_is_unanswered(tmp_path: Path) -> None:
    answered, resolved = {"first_response_at": "2026-03-10 10:05:00"}, {"resolved_at": "2026-03-10 11:00:00"}
    assert unanswered(tmp_path, {}, answered, resolved, answered | resolved) == [True, False, False, False]


def test_a_log_without_resolutions_cannot_tell(tmp_path: Path) -> None:
    """No stamp may mean an answer that was not recorded: the time is missing, nobody is called unanswered."""
    rows = [{}, {"first_response_at": "2026-03-10 10:05:00"}]
    assert unanswered(tmp_path, *rows) == [False, False]
    assert responses(tmp_path, *rows) == [None, 300]


def test_a_log_without_times(tmp_path: Path) -> None:
    table = found(open_log(tmp_path, log({})))
    assert len(table) == 1 + len(FRAME)
    assert table.response.isna().all()
    assert not table.unanswered.any()
