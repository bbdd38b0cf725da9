"""Business time, counted by hand: weekends, holidays, nights, and the days on which the clock is set."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import numpy as np
import pandas as pd
import pytest
from pilots import LENIENT, contacts, write_config, write_log, write_pilot
from small_logs import found, log, open_log

from pilot_analysis import load_config, review
from pilot_analysis.config.hours import Calendar
from pilot_analysis.contacts.calendar import BusinessClock
from pilot_analysis.contacts.clock import Clock
from pilot_analysis.refusal import Refusal

HOUR = 3600
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]


def between(pairs: list[tuple[str, str]], zone: str = "Europe/Berlin", **calendar: Any) -> list[float]:
    """Hours of business time between wall-clock stamps, or stamps with an offset, of a zone."""

    def utc(text: str) -> datetime:
        stamp = datetime.fromisoformat(text)
        aware = stamp if stamp.tzinfo else stamp.replace(tzinfo=ZoneInfo(zone))
        return aware.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

    clock = BusinessClock(Calendar.model_validate(calendar), Clock(zone, date(2026, 1, 1), date(2026, 12, 31)))
    table = ibis.memtable(
        pd.DataFrame([(i, utc(a), utc(b)) for i, (a, b) in enumerate(pairs)], columns=["i", "a", "b"])
    )
    rows = table.mutate(seconds=clock.between(table.a, table.b)).order_by("i").to_pandas()
    return [seconds / HOUR for seconds in rows.seconds]


def test_nights_and_weekends_do_not_count() -> None:
    """Monday to Friday from 8 to 18; 6 March 2026 is a Friday."""
    assert between([
        ("2026-03-05 10:00:00", "2026-03-05 10:30:00"),  # within a day
        ("2026-03-05 17:00:00", "2026-03-06 09:00:00"),  # one hour, and one
        ("2026-03-06 17:00:00", "2026-03-09 08:30:00"),  # over the weekend
        ("2026-03-07 11:00:00", "2026-03-08 20:00:00"),  # within the weekend
        ("2026-03-07 11:00:00", "2026-03-09 08:00:00"),  # until it opens
        ("2026-03-02 00:00:00", "2026-03-16 00:00:00"),  # two weeks
        ("2026-03-05 18:00:00", "2026-03-06 08:00:00"),  # a night
        ("2026-03-05 06:00:00", "2026-03-05 20:00:00"),  # a whole day
    ]) == [0.5, 2, 1.5, 0, 0, 100, 0, 10]  # fmt: skip


def test_holidays_do_not_count() -> None:
    """3 and 6 April 2026 are Good Friday and Easter Monday; a holiday on a Saturday changes nothing."""
    holidays = ["2026-04-03", "2026-04-04", "2026-04-06"]
    assert between([
        ("2026-04-02 17:00:00", "2026-04-07 09:00:00"),
        ("2026-04-03 09:00:00", "2026-04-03 17:00:00"),
        ("2026-03-30 00:00:00", "2026-04-13 00:00:00"),
    ], holidays=holidays) == [2, 0, 80]  # fmt: skip


def test_other_days_and_hours() -> None:
    assert between(
        [("2026-03-07 08:00:00", "2026-03-09 08:00:00")], days=["sat", "sun"], **{"from": "09:30", "to": "24:00"}
    ) == [29]


def test_by_the_clock_of_the_calendar() -> None:
    """From 8 to 18 in Berlin is from 7 to 17 UTC in winter and from 6 to 16 in summer (from 29 March on)."""
    assert between([
        ("2026-03-27T06:30:00+00:00", "2026-03-27T07:30:00+00:00"),
        ("2026-03-30T05:30:00+00:00", "2026-03-30T06:30:00+00:00"),
        ("2026-03-27T16:00:00+00:00", "2026-03-30T07:00:00+00:00"),
    ]) == [0.5, 0.5, 2]  # fmt: skip


ALWAYS: dict[str, Any] = {"days": [*WEEKDAYS, "sat", "sun"], "from": "00:00", "to": "24:00"}


def test_always_open_is_elapsed_time_also_where_the_clock_is_set() -> None:
    """On 29 March 2 becomes 3 o'clock, on 25 October 3 becomes 2."""
    assert between([
        ("2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"),
        ("2026-03-29T01:59:00+01:00", "2026-03-29T03:01:00+02:00"),
        ("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"),
        ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"),
        ("2026-03-01T00:00:00+01:00", "2026-11-30T00:00:00+01:00"),
    ], **ALWAYS) == pytest.approx([23, 2 / 60, 25, 1, 274 * 24])  # fmt: skip


def test_a_night_shift_on_the_days_on_which_the_clock_is_set() -> None:
    """Open from 1 to 5: three hours on the one Sunday and five on the other."""
    night = {"days": ["sun"], "from": "01:00", "to": "05:00"}
    assert between([
        ("2026-03-29 00:00:00", "2026-03-30 00:00:00"), ("2026-10-25 00:00:00", "2026-10-26 00:00:00"),
        ("2026-03-22 00:00:00", "2026-03-23 00:00:00"),
    ], **night) == [3, 5, 4]  # fmt: skip


def test_against_a_count_of_minutes() -> None:
    """A plain loop over every minute of two months, with its holidays and its change of the clock."""
    rng, zone = np.random.default_rng(7), ZoneInfo("Europe/Berlin")
    holidays = [date(2026, 4, 3), date(2026, 4, 6)]
    first = datetime(2026, 3, 1)
    instants = [first + timedelta(minutes=i) for i in range(60 * 24 * 60)]
    walls = [instant.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone) for instant in instants]
    is_open = [
        w.weekday() < 5 and w.date() not in holidays and 9 * 60 <= w.hour * 60 + w.minute < 17 * 60 + 30 for w in walls
    ]
    passed = np.concatenate([[0], np.cumsum(is_open)])
    pairs = np.sort(rng.integers(0, len(instants), (200, 2)), axis=1)
    stamps = [(f"{instants[a]}+00:00", f"{instants[b]}+00:00") for a, b in pairs]
    calendar = {"from": "09:00", "to": "17:30", "holidays": [str(day) for day in holidays]}
    assert between(stamps, **calendar) == pytest.approx([(passed[b] - passed[a]) / 60 for a, b in pairs])


CALENDAR: dict[str, Any] = {
    "calendars": {"office": {"from": "09:00", "to": "17:00", "holidays": ["2026-03-11"]}},
    "kpis": {"response_time": {"calendar": "office"}},
}


def test_the_response_time_of_both_arms_by_one_calendar(tmp_path: Path) -> None:
    """10 March 2026 is a Tuesday; answered before it opens: no business time passed. Answered before it was asked stays
    an error of a clock."""
    rows = log(
        {"first_response_at": "2026-03-10 10:05:00"},
        {"first_response_at": "2026-03-12 09:01:00"},
        {"opened_at": "2026-03-10 20:00:00", "first_response_at": "2026-03-10 21:00:00"},
        {"first_response_at": "2026-03-10 09:59:00"},
        {"team": "In-house", "opened_at": "2026-03-10 16:59:00", "first_response_at": "2026-03-12 09:01:00"},
    )
    found_rows = found(
        open_log(tmp_path, rows, calendars=CALENDAR["calendars"], kpis=CALENDAR["kpis"]), "response", "raw_response"
    ).loc["a1":"a5"]
    assert found_rows.response.tolist()[:3] == [300, 7 * HOUR + 60, 0]
    assert pd.isna(found_rows.response["a4"])
    assert found_rows.response["a5"] == 120
    assert found_rows.raw_response["a4"] == -60


def test_a_review_says_by_which_calendar(tmp_path: Path) -> None:
    log = contacts().assign(first_response_at=lambda f: f.opened_at + pd.Timedelta(days=1))
    keys = {"calendars": CALENDAR["calendars"], "kpis__response_time__calendar": "office", **LENIENT}
    result = review(load_config(write_pilot(tmp_path, log, **keys))).to_dict()
    check = next(c for c in result["checks"] if c["id"] == "calendar")
    assert (check["status"], "office" in check["text"]) == ("info", True)
    assert "mon to fri" not in check["text"]
    assert "1 holiday" in check["text"]
    response = next(k for k in result["kpis"] if k["id"] == "response_time")
    assert "business" in response["label"]
    assert response["baseline"]["value"] < 9 * HOUR


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"kpis__response_time__calendar": "shop"}, "kpis.response_time.calendar"),
        ({"calendars": {"office": {"from": "18:00", "to": "08:00"}}}, "calendars.office.to"),
        ({"calendars": {"office": {"timezone": "Mars"}}}, "calendars.office.timezone"),
        ({"calendars": {"office": {"holidays": ["2026-02-30"]}}}, "calendars.office.holidays.0"),
        ({"calendars": {"office": {"hours": 8}}}, "calendars.office.hours"),
    ],
)
def test_calendars_that_are_none(tmp_path: Path, keys: dict[str, Any], key: str) -> None:
    with pytest.raises(Refusal) as refused:
        load_config(write_config(tmp_path, **{"calendars": {"office": {}}} | keys))
    assert refused.value.key == key


def test_a_duration_cannot_be_put_on_a_calendar(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="calendar") as refused:
        open_log(tmp_path, log({"response_seconds": "60"}), calendars=CALENDAR["calendars"], kpis=CALENDAR["kpis"])
    assert refused.value.key == "kpis.response_time.calendar"


def test_parquet_gives_the_same(tmp_path: Path) -> None:
    keys = {"calendars": CALENDAR["calendars"], "kpis__response_time__calendar": "office"}
    text = review(load_config(write_pilot(tmp_path, **keys))).to_dict()
    write_log(contacts(), tmp_path / "contacts.parquet")
    typed = review(load_config(write_config(tmp_path, data__contacts="contacts.parquet", **keys))).to_dict()
    for one, other in zip(text["kpis"], typed["kpis"], strict=True):
        assert one["effect"] == pytest.approx(other["effect"])
