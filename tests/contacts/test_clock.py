"""The clock gives what Python's own time zones give, also around the changes of the clocks."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilot_analysis.contacts.clock import Clock, offset_changes

# Half an hour of summer time on Lord Howe; midnight did not exist when it began in Sao Paulo.
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC", "America/Sao_Paulo"]
FIRST, LAST = datetime(2015, 1, 1), datetime(2027, 1, 1)
ENGINE = ibis.duckdb.connect()


def changes(zone: str) -> list[datetime]:
    """The hours (UTC) in which the clocks of a zone change."""
    tz, at = ZoneInfo(zone), FIRST
    offsets = []
    while at < LAST:
        offsets.append((at, at.replace(tzinfo=UTC).astimezone(tz).utcoffset()))
        at += timedelta(hours=6)
    rough = [a for (a, before), (_, after) in pairwise(offsets) if before != after]
    return rough or [datetime(2020, 6, 1)]


def moments(zone: str) -> st.SearchStrategy[list[datetime]]:
    """Whole seconds of twelve years, many of them near a change."""
    anywhere = st.datetimes(FIRST, LAST)
    near = st.builds(
        lambda at, s: at + timedelta(seconds=s), st.sampled_from(changes(zone)), st.integers(-7200, 28_800)
    )
    return st.lists(st.one_of(near, anywhere).map(lambda t: t.replace(microsecond=0)), min_size=1, max_size=60)


def evaluated(function, stamps: list[datetime]) -> list[datetime]:
    table = ibis.memtable(pd.DataFrame({"i": range(len(stamps)), "at": pd.Series(stamps, dtype="datetime64[us]")}))
    answers = ENGINE.to_pandas(table.select("i", at=function(table["at"])).order_by("i"))["at"]
    return [answer.to_pydatetime() for answer in answers]


def clock_for(zone: str, stamps: list[datetime]) -> Clock:
    return Clock(zone, min(stamps).date(), max(stamps).date())


@pytest.mark.parametrize("zone", ZONES)
def test_utc_to_wall_clock(zone: str) -> None:
    @settings(max_examples=8, deadline=None, derandomize=True)
    @given(moments(zone))
    def agrees(utc: list[datetime]) -> None:
        expected = [t.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) for t in utc]
        assert evaluated(clock_for(zone, utc).local, utc) == expected

    agrees()


@pytest.mark.parametrize("zone", ZONES)
def test_wall_clock_to_utc_takes_the_later_of_two_hours(zone: str) -> None:
    @settings(max_examples=8, deadline=None, derandomize=True)
    @given(moments(zone))
    def agrees(wall: list[datetime]) -> None:
        expected = [
            t.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC).replace(tzinfo=None) for t in wall
        ]  # fmt: skip
        assert evaluated(clock_for(zone, wall).utc, wall) == expected

    agrees()


@pytest.mark.parametrize("zone", ZONES)
def test_there_and_back(zone: str) -> None:
    """From the wall clock and back, but for the hours that do not exist."""

    @settings(max_examples=8, deadline=None, derandomize=True)
    @given(moments(zone))
    def returns(utc: list[datetime]) -> None:
        clock = clock_for(zone, utc)
        wall = evaluated(clock.local, utc)
        assert evaluated(clock.local, evaluated(clock.utc, wall)) == wall

    returns()


def test_the_changes_of_a_year_to_the_second() -> None:
    # In 2026 Berlin changes on 29 March and 25 October, at 01:00 UTC.
    start, found = offset_changes("Europe/Berlin", date(2026, 1, 1), date(2026, 12, 31))
    assert start == 3600
    assert found == [(datetime(2026, 3, 29, 1), 7200), (datetime(2026, 10, 25, 1), 3600)]


def test_a_change_just_outside_the_log_counts_too() -> None:
    _, found = offset_changes("Europe/Berlin", date(2026, 3, 27), date(2026, 3, 27))
    assert found == [(datetime(2026, 3, 29, 1), 7200)]


def test_a_zone_without_changes() -> None:
    assert offset_changes("Asia/Kolkata", date(2026, 1, 1), date(2026, 12, 31)) == (19_800, [])
