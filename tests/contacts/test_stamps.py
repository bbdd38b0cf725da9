"""Time stamps: whatever way an instant is written, it is that instant or it is refused."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from small_logs import found, log, open_log, read_or_refused

AT = "2026-03-10 10:00:00"


def utc(wall: str, zone: str = "Europe/Berlin") -> datetime:
    """The instant of a wall clock, by Python's own time zones, as the table holds it: UTC without a zone."""
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def seconds_between(opened: str, answered: str, zone: str = "Europe/Berlin") -> float:
    return (utc(answered, zone) - utc(opened, zone)).total_seconds()


WALL = {
    "2026-03-10 10:00:00": datetime(2026, 3, 10, 9),
    "2026-03-10T10:00:00": datetime(2026, 3, 10, 9),
    "2026-03-10 10:00": datetime(2026, 3, 10, 9),
    "  2026-03-10 10:00:00 ": datetime(2026, 3, 10, 9),
    "2026-03-10T10:00:00.250": datetime(2026, 3, 10, 9, 0, 0, 250_000),
}
ZONED = {
    "2026-03-10T10:00:00Z": datetime(2026, 3, 10, 10),
    "2026-03-10T10:00Z": datetime(2026, 3, 10, 10),
    "2026-03-10T10:00:00.000Z": datetime(2026, 3, 10, 10),
    "2026-03-10T10:00:00+05:00": datetime(2026, 3, 10, 5),
    "2026-03-10T10:00:00+0500": datetime(2026, 3, 10, 5),
    "2026-03-10T10:00:00-03:30": datetime(2026, 3, 10, 13, 30),
    "2026-03-10 10:00:00.5+05:00": datetime(2026, 3, 10, 5, 0, 0, 500_000),
}


@pytest.mark.parametrize("spellings", [WALL, ZONED, WALL | ZONED], ids=["wall clock", "zoned", "both"])
def test_usual_spellings(tmp_path: Path, spellings: dict[str, datetime]) -> None:
    rows = [{"opened_at": AT, "resolved_at": text} for text in spellings]
    table = found(open_log(tmp_path, log(*rows)), "resolved_at")
    assert [table.resolved_at[f"a{i}"] for i in range(1, len(rows) + 1)] == list(spellings.values())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-10 10:00:00+05", datetime(2026, 3, 10, 5)),  # PostgreSQL
        ("2026-03-10 10:00:00 +0500", datetime(2026, 3, 10, 5)),  # Ruby, git
        ("2026-03-10 10:00:00 +05:00", datetime(2026, 3, 10, 5)),
        ("2026-03-10 10:00:00 UTC", datetime(2026, 3, 10, 10)),  # Ruby, BigQuery
        ("2026-03-10 10:00:00z", datetime(2026, 3, 10, 10)),
        ("2026-03-10 10:00:00 Asia/Tokyo", datetime(2026, 3, 10, 1)),
        ("2026-03-10T10:00:00+05:00[Asia/Karachi]", datetime(2026, 3, 10, 5)),
        ("2026-03-10 10:00:00 PM", datetime(2026, 3, 10, 21)),
        ("2026-03-10 10:00:00 approx", None),
        ("2026-03-10 10", datetime(2026, 3, 10, 9)),
        ("2026-02-30 10:00:00", None),
        ("10/03/2026 10:00:00", None),  # October or March
        ("1773136800", None),  # seconds since 1970
        ("yesterday", None),
    ],
)
def test_other_spellings_are_read_rightly_or_refused(tmp_path: Path, written: str, meant: datetime | None) -> None:
    """None of them may become another instant, or a missing one."""
    table, refusal = read_or_refused(tmp_path, log({"opened_at": written}))
    if refusal:
        assert (refusal.key, refusal.found) == ("opened_at", written)
    else:
        assert table.opened_at.get("a1") == meant


@pytest.mark.parametrize("written", ["2026-03-10 10:00:00 +0100", "2026-03-10 09:00:00+00", "2026-03-10 09:00:00 UTC"])
def test_other_spellings_of_an_answer(tmp_path: Path, written: str) -> None:
    """An answer that cannot be read is not a contact that was never answered."""
    rows = log({"opened_at": "2026-03-10 09:30:00", "first_response_at": written, "resolved_at": None})
    table, refusal = read_or_refused(tmp_path, rows)
    if refusal:
        assert (refusal.key, refusal.found) == ("first_response_at", written)
    else:
        assert (table.response["a1"], table.unanswered["a1"]) == (1800, False)


def test_a_whole_column_of_another_spelling_is_not_lost(tmp_path: Path) -> None:
    """Every stamp with a space before its offset: read or refused, but not an empty log."""
    ruby = log({"opened_at": "2026-03-10 10:00:00"}, {"opened_at": "2026-03-11 10:00:00"})
    ruby["opened_at"] += " +0100"
    table, refusal = read_or_refused(tmp_path, ruby)
    if refusal:
        assert refusal.key == "opened_at"
    else:
        assert list(table.opened_at[["a1", "a2"]]) == [datetime(2026, 3, 10, 9), datetime(2026, 3, 11, 9)]


def test_naive_and_offset_stamps_of_one_column_are_the_same_instants(tmp_path: Path) -> None:
    table = found(open_log(tmp_path, log(
        {"opened_at": "2026-03-10 10:00:00"}, {"opened_at": "2026-03-10T10:00:00+01:00"},
        {"opened_at": "2026-03-10T09:00:00Z"}, {"opened_at": "2026-03-10T18:00:00+09:00"},
    )))  # fmt: skip
    assert set(table.opened_at[["a1", "a2", "a3", "a4"]]) == {pd.Timestamp("2026-03-10 09:00:00")}


def test_offsets_of_both_sides_of_a_change_of_the_clocks(tmp_path: Path) -> None:
    """The hour that occurs twice is told apart by its offset where every stamp has one."""
    rows = log({"opened_at": "2026-10-25T02:30:00+02:00", "first_response_at": "2026-10-25T02:30:00+01:00"})
    rows["opened_at"] = [t if "+" in t else t.replace(" ", "T") + "+02:00" for t in rows.opened_at]
    contacts = open_log(tmp_path, rows, pilot__end="2026-10-26")
    assert found(contacts).response["a1"] == 3600


@pytest.mark.parametrize(
    ("opened", "answered", "expected"),
    [
        ("2026-03-28 01:30:00", "2026-03-28 03:30:00", 7200),  # an ordinary night
        ("2026-03-29 01:30:00", "2026-03-29 03:30:00", 3600),  # an hour is left out
        ("2026-03-28 12:00:00", "2026-03-29 12:00:00", 23 * 3600),
        ("2026-10-25 01:30:00", "2026-10-25 03:30:00", 3 * 3600),  # an hour occurs twice
        ("2026-10-24 12:00:00", "2026-10-25 12:00:00", 25 * 3600),
    ],
)
def test_durations_across_a_change_of_the_clocks(tmp_path: Path, opened: str, answered: str, expected: int) -> None:
    assert seconds_between(opened, answered) == expected
    contacts = open_log(
        tmp_path, log({"opened_at": opened, "first_response_at": answered}), pilot__end=max("2026-04-10", opened[:10])
    )
    assert found(contacts).response["a1"] == expected


def test_an_answer_long_after_the_last_contact_knows_of_the_change_too(tmp_path: Path) -> None:
    """The log ends on 10 March, the answer comes after the clocks changed on the 29th."""
    rows = pd.DataFrame([
        {"contact_id": "a1", "team": "Vendor", "opened_at": "2026-03-10 10:00:00",
         "first_response_at": "2026-04-15 10:00:00"},
        {"contact_id": "b1", "team": "In-house", "opened_at": "2026-03-10 10:00:00"},
    ])  # fmt: skip
    contacts = open_log(tmp_path, rows, pilot__end="2026-03-10")
    assert found(contacts).response["a1"] == seconds_between("2026-03-10 10:00:00", "2026-04-15 10:00:00")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])
def test_days_begin_at_midnight_of_the_pilots_zone(tmp_path: Path, zone: str) -> None:
    """One stamp a second before and one at every local midnight around the change of the clocks."""
    midnights = [datetime(2026, 3, 26) + timedelta(days=i) for i in range(12)]
    instants = [m.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for m in midnights]
    instants += [instant - timedelta(seconds=1) for instant in instants]
    rows = [{"opened_at": f"{instant:%Y-%m-%dT%H:%M:%SZ}"} for instant in instants]
    table = found(open_log(tmp_path, log(*rows), pilot__timezone=zone))
    for number, instant in enumerate(instants, start=1):
        assert table.day[f"a{number}"].date() == instant.astimezone(ZoneInfo(zone)).date()


def test_the_first_and_last_second_of_the_pilot_belong_to_it(tmp_path: Path) -> None:
    rows = [
        {"opened_at": "2026-03-01T22:59:59Z"}, {"opened_at": "2026-03-01T23:00:00Z"},  # midnight of 2 March in Berlin
        {"opened_at": "2026-04-10T21:59:59Z"}, {"opened_at": "2026-04-10T22:00:00Z"},  # midnight of 11 April
    ]  # fmt: skip
    table = found(open_log(tmp_path, log(*rows)))
    assert list(table.phase[["a1", "a2", "a3", "a4"]]) == ["before", "judged", "judged", "after"]


@pytest.fixture
def machine_in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.setenv("TZ", before) if before else monkeypatch.delenv("TZ")
    time.tzset()


@pytest.mark.usefixtures("machine_in_tokyo")
def test_the_zone_of_the_machine_does_not_matter(tmp_path: Path) -> None:
    rows = log({"opened_at": "2026-03-10 23:30:00"}, {"opened_at": "2026-03-10T23:30:00Z"})
    table = found(open_log(tmp_path, rows))
    assert list(table.opened_at[["a1", "a2"]]) == [datetime(2026, 3, 10, 22, 30), datetime(2026, 3, 10, 23, 30)]
    assert [d.date() for d in table.day[["a1", "a2"]]] == [date(2026, 3, 10), date(2026, 3, 11)]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_parquet_stamps_with_a_zone(tmp_path: Path, unit: str) -> None:
    rows = log({"opened_at": "2026-03-10 10:00:00"})
    stamps = (
        pd.to_datetime(rows.opened_at)
        .dt.tz_localize("America/New_York")
        .astype(f"datetime64[{unit}, America/New_York]")
    )
    table = found(open_log(tmp_path, rows.assign(opened_at=stamps), data__contacts="c.parquet"))
    assert table.opened_at["a1"] == datetime(2026, 3, 10, 14)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_parquet_stamps_without_a_zone_are_the_pilots(tmp_path: Path, unit: str) -> None:
    rows = log({"opened_at": "2026-03-10 10:00:00"})
    stamps = pd.to_datetime(rows.opened_at).dt.as_unit(unit)
    table = found(open_log(tmp_path, rows.assign(opened_at=stamps), data__contacts="c.parquet"))
    assert table.opened_at["a1"] == datetime(2026, 3, 10, 9)


def test_parquet_with_a_zone_in_one_file_only(tmp_path: Path) -> None:
    """The second file's stamps say where they are; they must not be taken for the pilot's wall clock."""
    plain = log({"opened_at": "2026-03-10 10:00:00"})
    plain["opened_at"] = pd.to_datetime(plain.opened_at)
    zoned = pd.DataFrame({"contact_id": ["z1"], "team": ["Vendor"],
                          "opened_at": [pd.Timestamp("2026-03-10 10:00:00", tz="UTC")]})[list(plain)]  # fmt: skip
    plain.to_parquet(tmp_path / "1.parquet")
    zoned.to_parquet(tmp_path / "2.parquet")
    table, refusal = read_or_refused(tmp_path, None, data__contacts="*.parquet")
    assert refusal or table.opened_at["z1"] == datetime(2026, 3, 10, 10)


@pytest.mark.parametrize(
    ("column", "stamp"),
    [
        ("opened_at", "0001-01-01 00:00:00"),
        ("opened_at", "1900-01-01 00:00:00"),
        ("opened_at", "9999-12-31 23:59:59"),
        ("first_response_at", "0001-01-01 00:00:00"),
        ("resolved_at", "9999-12-31 23:59:59"),
    ],
)
def test_dates_that_systems_write_for_no_date(tmp_path: Path, column: str, stamp: str) -> None:
    """They are read as such, outside the pilot, or refused; nothing breaks."""
    table, refusal = read_or_refused(tmp_path, log({column: stamp}, {}), "phase")
    if refusal:
        assert stamp in str(refusal)
    else:
        assert table.phase["a2"] == "judged"
        assert column != "opened_at" or table.phase["a1"] in ("before", "after")
