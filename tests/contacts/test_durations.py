"""Durations in the units that helpdesks use: read in seconds, said, and held against the stamps."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from small_logs import found, log, open_log

from pilot_analysis.contacts.as_read import units_said
from pilot_analysis.refusal import Refusal

SECONDS = [300.0, 450.0, 3720.0]
BERLIN = "2026-03-10 10:00:00"


def durations(folder: Path, name: str, values: list[Any], **keys: Any) -> tuple[list[float], str]:
    """The handle times that are read of a column `name`, and what is said of it."""
    rows = log(*({name: value} for value in values))
    contacts = open_log(folder, rows, **{"data__columns": {"handle_seconds": name}, **keys})
    table = found(contacts, "handle_seconds")
    return [table.handle_seconds[f"a{i}"] for i in range(1, len(values) + 1)], units_said(contacts)[0].text


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("Handle time in minutes", [5, 7.5, 62], "in minutes (by its name)"),
        ("Handle time (hrs)", ["0.0833333333", "0.125", "1.0333333333"], "in hours (by its name)"),
        ("handleTimeMs", [300_000, 450_000, 3_720_000], "in milliseconds (by its name)"),
        ("Handle time", ["0:05:00", "00:07:30", "01:02:00"], "hours:minutes:seconds (by its values)"),
        ("Handle time (in hrs)", ["00:05:00", "00:07:30", "01:02:00"], "hours:minutes:seconds (by its values)"),
        ("handle_seconds", [300, 450, 3720], "in seconds (by its name)"),
        ("Handle", [300, 450, 3720], "nothing says its unit"),
    ],
)
def test_units(tmp_path: Path, name: str, values: list[Any], said: str) -> None:
    read, text = durations(tmp_path, name, values)
    assert read == pytest.approx(SECONDS)
    assert said in text


@pytest.mark.parametrize(("unit", "values"), [("minutes", [5, 7.5, 62]), ("mm:ss", ["5:00", "07:30", "62:00"]),
                                              ("hh:mm", ["0:05", "0:07", "1:02"])])  # fmt: skip
def test_the_config_says_a_unit(tmp_path: Path, unit: str, values: list[Any]) -> None:
    read, text = durations(tmp_path, "Handle", values, data__units={"handle_seconds": unit})
    assert read == pytest.approx([300, 420 if unit == "hh:mm" else 450, 3720])
    assert "as the config or its preset says" in text


@pytest.mark.parametrize(("values", "unit"), [([300_000, 450_000, 3_720_000], "milliseconds"), (SECONDS, "seconds")])
def test_one_of_several_units_by_the_size_of_the_median(tmp_path: Path, values: list[float], unit: str) -> None:
    read, text = durations(tmp_path, "Handle", values, data__units={"handle_seconds": ["milliseconds", "seconds"]})
    assert read == pytest.approx(SECONDS)
    assert f"in {unit} (by the size" in text


@pytest.mark.parametrize(
    ("values", "keys", "problem", "key"),
    [
        (["5:00", "7:30"], {}, "minutes and seconds, or hours and minutes", "data.units.handle_seconds"),
        (["00:05:00", "7:30"], {}, "mixes spellings", "Handle"),
        (["00:05:00", "300"], {}, "mixes spellings", "Handle"),
        ([300, 450], {"data__units": {"handle_seconds": "mm:ss"}}, "no value written", "data.units.handle_seconds"),
        ([9000, 9500], {"data__units": {"handle_seconds": ["milliseconds", "seconds"]}}, "cannot be told",
         "data.units.handle_seconds"),
        (["5 min", "7 min"], {}, "is not a number", "Handle"),
    ],
)  # fmt: skip
def test_what_nothing_tells_is_refused(
    tmp_path: Path, values: list[Any], keys: dict[str, Any], problem: str, key: str
) -> None:
    with pytest.raises(Refusal, match=problem) as refused:
        durations(tmp_path, "Handle", values, **keys)
    assert refused.value.key == key


def test_a_duration_of_business_hours_is_said_to_be_one(tmp_path: Path) -> None:
    rows = log({"Reply (business hours), min": 5}, {"Reply (business hours), min": 9})
    contacts = open_log(tmp_path, rows, data__columns={"response_seconds": "Reply (business hours), min"})
    (said, *_) = units_said(contacts)
    assert said.status == "warn"
    assert "read in minutes" in said.text
    assert "business hours only" in said.text


def paired(**columns: Any) -> pd.DataFrame:
    """Forty contacts, opened at ten, answered after ten minutes and resolved after two hours."""
    one = {"opened_at": BERLIN, "first_response_at": "2026-03-10 10:10:00", "resolved_at": "2026-03-10 12:00:00"}
    return log(*[one | columns] * 40).assign(contact_id=[f"a{i}" for i in range(44)])


@pytest.mark.parametrize(
    ("columns", "status", "words"),
    [
        ({"resolution_seconds": 7200}, "pass", ""),
        ({"resolution_seconds": 120}, "fail", "100% of the contacts the log's own resolution time"),  # minutes
        ({"response_seconds": 600}, "pass", ""),
        ({"response_seconds": 10}, "fail", "100% of the contacts the log's own response time"),  # minutes
        ({"response_seconds": 36_000, "first_response_at": None}, "warn", "100% of the contacts are answered after"),
        ({"handle_seconds": 600}, "pass", ""),
        ({"handle_seconds": 600_000}, "warn", "handling took longer"),  # milliseconds
    ],
)  # fmt: skip
def test_units_are_held_against_the_stamps(tmp_path: Path, columns: dict[str, Any], status: str, words: str) -> None:
    said = units_said(open_log(tmp_path, paired(**columns)))
    order = ("pass", "warn", "fail")
    assert max((one.status for one in said), key=order.index) == status
    assert words in " ".join(one.text for one in said)
