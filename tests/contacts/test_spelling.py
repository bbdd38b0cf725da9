"""Dates in the ways that helpdesks and spreadsheets write them: the day they mean, or a question."""

from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from small_logs import log, open_log, read_or_refused

from pilot_analysis.contacts.as_read import dates_check
from pilot_analysis.refusal import Refusal

NOON = datetime(2026, 3, 3, 12, 5)
DAYS = [NOON + timedelta(days=i, hours=i) for i in range(20)]  # from 3 to 22 March: some days are above 12
ROWS = log(*[{"opened_at": f"{day:%Y-%m-%d %H:%M:%S}"} for day in DAYS])


def written(way: str, rows: pd.DataFrame = ROWS) -> pd.DataFrame:
    stamps = [datetime.fromisoformat(text) for text in rows.opened_at]
    return rows.assign(opened_at=[stamp.strftime(way) for stamp in stamps])


@pytest.mark.parametrize(
    "way",
    [
        "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d-%m-%y %H:%M", "%m/%d/%y, %I:%M %p",
        "%Y/%m/%d %H:%M:%S", "%d %b %Y %H:%M", "%d/%b/%y %I:%M %p", "%B %d, %Y %I:%M:%S %p", "%Y-%m-%d %I:%M %p",
        "%m/%d/%Y %H:%M:%S +0100",
    ],
)  # fmt: skip
def test_a_whole_column_is_read_as_it_is_meant(tmp_path: Path, way: str) -> None:
    """The instants are those of the log written year first; Berlin is one hour ahead of UTC on these days."""
    table, refusal = read_or_refused(tmp_path, written(way), "opened_at")
    assert refusal is None
    own = [table.opened_at[f"a{i}"] for i in range(1, len(DAYS) + 1)]
    assert [stamp + timedelta(hours=1) for stamp in own] == DAYS


@pytest.mark.parametrize(("unit", "size"), [("seconds", 1), ("milliseconds", 1000)])
def test_seconds_since_1970(tmp_path: Path, unit: str, size: int) -> None:
    since = [int((datetime.fromisoformat(text) - datetime(1970, 1, 1)).total_seconds()) * size
             for text in ROWS.opened_at]  # fmt: skip
    contacts = open_log(tmp_path, ROWS.assign(opened_at=[str(number) for number in since]))
    assert contacts.table.filter(contacts.table.contact_id == "a1").opened_at.to_pyarrow().to_pylist() == [NOON]
    assert f"{unit} since 1970" in dates_check(contacts).text


def test_the_order_is_said_with_what_decided_it(tmp_path: Path) -> None:
    """Of 3 to 22 March ten days are above 12, so ten dates decide. FRAME adds 2 March twice and 10 April twice."""
    check = dates_check(open_log(tmp_path, written("%d/%m/%Y %H:%M")))
    assert check.status == "info"
    assert "opened_at as day/month/year" in check.text
    assert "10 dates" in check.text


def test_a_log_written_year_first_needs_no_word(tmp_path: Path) -> None:
    assert dates_check(open_log(tmp_path, ROWS)) is None


def test_undecided_dates_are_asked_for(tmp_path: Path) -> None:
    few = written("%d/%m/%Y %H:%M", log(*[{"opened_at": f"2026-03-0{i} 10:00:00"} for i in range(3, 9)]))
    few = few[~few.contact_id.str.contains("last")]  # all days up to 12
    with pytest.raises(Refusal, match="day first or month first") as refused:
        open_log(tmp_path, few)
    assert refused.value.key == "data.day_first"
    contacts = open_log(tmp_path, few, data__day_first=True)
    assert sorted(set(contacts.table.day.to_pyarrow().to_pylist()))[0].month == 3


def test_a_config_that_the_data_contradict_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"not as data\.day_first says"):
        open_log(tmp_path, written("%d/%m/%Y %H:%M"), data__day_first=False)


def test_another_column_decides(tmp_path: Path) -> None:
    """No resolution has a day above 12, the openings have."""
    rows = written("%d/%m/%Y %H:%M").assign(resolved_at=None)
    rows.loc[0, "resolved_at"] = "03/04/2026 10:00"
    table, refusal = read_or_refused(tmp_path, rows, "resolved_at")
    assert refusal is None
    assert table.resolved_at["a1"] == datetime(2026, 4, 3, 8)  # summer time


@pytest.mark.parametrize(
    "texts",
    [
        ["13/03/2026 10:00", "03/13/2026 10:00"],  # both orders
        ["2026-03-04 10:00:00", "13/03/2026 10:00"],  # what a spreadsheet leaves that could read only some
        ["13/03/2026 13:00 PM"], ["31/02/2026 10:00"], ["13/03/2026 10:00 CET"], ["13 Mrz 2026 10:00"],
        ["1773136800", "2026-03-13 10:00:00"],
    ],
)  # fmt: skip
def test_what_is_no_date_of_one_spelling_is_refused(tmp_path: Path, texts: list[str]) -> None:
    rows = written("%d/%m/%Y %H:%M").assign(resolved_at=None)
    rows.loc[range(len(texts)), "resolved_at"] = texts
    _, refusal = read_or_refused(tmp_path, rows)
    assert refusal is not None
    assert refusal.key == "resolved_at"
