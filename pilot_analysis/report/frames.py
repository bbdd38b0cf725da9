"""Frames of plain values with their number formats, and their text for CSV files and spreadsheets."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date
from io import StringIO
from typing import Any, NamedTuple

import pandas as pd

from pilot_analysis import words
from pilot_analysis.report import wording
from pilot_analysis.words import _

GENERAL = "General"
COUNT = "#,##0"
SECONDS = '#,##0 "s"'
DAY = "yyyy-mm-dd"
P_VALUE = "0.0000"
RATIO = "0.000"
SHARE = "0.0%"
SCORE = "0.00"

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""How a cell begins that a spreadsheet would run instead of show."""


class Column(NamedTuple):
    """A header, a value a row, and the number format a row or of all rows."""

    header: str
    values: Sequence[Any]
    formats: Sequence[str] | str = GENERAL


def frame(*columns: Column) -> pd.DataFrame:
    """A frame of plain values (no number becomes another type beside a missing one)."""
    table = pd.DataFrame({column.header: pd.Series(column.values, dtype=object) for column in columns})
    table.attrs["formats"] = {
        column.header: [column.formats] * len(column.values)
        if isinstance(column.formats, str)
        else list(column.formats)
        for column in columns
    }
    return table


def each(rows: Iterable[dict[str, Any] | None], *path: str) -> list[Any]:
    """What stands at `path` in each row; None where a part of the way is None."""
    found: list[Any] = list(rows)
    for key in path:
        found = [None if value is None else value[key] for value in found]
    return found


def level_format(unit: str | None) -> str:
    """The number format of a KPI's value in an arm."""
    if unit is not None and re.fullmatch("[A-Z]{3}", unit):
        return f"#,##0.00 [${unit}]"
    return {"fraction": SHARE, "seconds": SECONDS, "score": SCORE}.get(unit or "", GENERAL)


def benefit_format(kpi: dict[str, Any]) -> str:
    """The number format on the benefit scale: points and per cent alike are fractions."""
    return SHARE if kpi["effect"]["kind"] == "ratio" or kpi["unit"] == "fraction" else SCORE


def effect_format(kpi: dict[str, Any]) -> str:
    """The number format of pilot minus in-house, or of pilot divided by in-house."""
    return RATIO if kpi["effect"]["kind"] == "ratio" else benefit_format(kpi)


def written(table: pd.DataFrame) -> pd.DataFrame:
    """The table as text, every value as its number format says; what is missing is empty."""
    formats = table.attrs.get("formats", {})
    found = pd.DataFrame({
        header: pd.Series(
            [_written(value, form) for value, form in zip(table[header], formats.get(header) or [GENERAL] * len(table),
                                                          strict=False)],
            dtype=object,
        )
        for header in table.columns
    })  # fmt: skip
    found.attrs["numbers"] = [header for header in table.columns if _are_numbers(table[header])]
    return found


def _are_numbers(values: Iterable[Any]) -> bool:
    known = [value for value in values if value is not None]
    return bool(known) and all(isinstance(value, int | float) and not isinstance(value, bool) for value in known)


def _written(value: Any, number_format: str) -> str:
    """One value in the language in force."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return words.day(value)
    if not isinstance(value, int | float):
        return str(value)
    money = re.fullmatch(r"#,##0(\.00)? \[\$([A-Z]{3})\]", number_format)
    if money:
        return words.money(value, money[2], None if money[1] else 0)
    if number_format == SECONDS:
        return words.duration(value)
    digits = len(number_format.rstrip("%").partition(".")[2])
    if number_format.endswith("%"):
        return words.percent(value, digits)
    if number_format == GENERAL:
        digits = 0 if float(value).is_integer() else 2
    return words.decimal(value, digits)


def csv_text(table: pd.DataFrame) -> str:
    """The table as CSV; text that a spreadsheet would run gets an apostrophe in front."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(defused, table.columns))
    writer.writerows(map(defused, row) for row in table.itertuples(index=False, name=None))
    return text.getvalue()


def defused(value: Any) -> Any:
    """A value that a spreadsheet shows as it is, without the characters that no file of its can hold."""
    if not isinstance(value, str):
        return value
    # A lone carriage return would end the row for some readers.
    text = wording.plain(value).replace("\r\n", "\n").replace("\r", "\n")
    return "'" + text if text.startswith(FORMULA) else text
