"""Excel workbooks: the first sheet that holds anything, row by row, as text."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any

from pilot_analysis.contacts.dialect import TITLES
from pilot_analysis.contacts.loading import Row
from pilot_analysis.refusal import Refusal

MOST_BLANK = 1000  # blank rows after which the rest of a sheet is taken to be blank too


def sheet_rows(file: Path) -> Iterator[Row]:
    """The rows of a workbook, its header first; formulas as the values they had when it was saved.

    Raises:
        Refusal: where it is no workbook, or holds nothing.
    """
    from xml.etree.ElementTree import ParseError
    from zipfile import BadZipFile
    from zlib import error as zlib_error

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    broken = (
        OSError, EOFError, BadZipFile, InvalidFileException, ParseError, zlib_error,
        KeyError, ValueError, TypeError, AttributeError, IndexError, AssertionError, NotImplementedError, SyntaxError,
    )  # fmt: skip
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            for sheet in book.worksheets:
                rows = _filled(sheet)
                first = list(islice(rows, TITLES))
                if first:
                    yield from _even(first, rows)
                    return
        finally:
            book.close()
    except broken as error:
        raise Refusal("the workbook cannot be read", file=str(file), found=f"{type(error).__name__}: {error}",
                      allowed="a workbook as Excel saves it (.xlsx)") from None  # fmt: skip
    raise Refusal("the data file is empty", file=str(file), allowed="a header and at least one row")


def _filled(sheet: Any) -> Iterator[list[str | None]]:
    """The rows that hold anything."""
    blank = 0
    for row in sheet.iter_rows(values_only=True):
        texts = [cell_text(value) for value in row]
        if any(text is not None for text in texts):
            blank = 0
            yield texts
        elif (blank := blank + 1) > MOST_BLANK:
            return


def _even(first: Sequence[list[str | None]], rows: Iterator[list[str | None]]) -> Iterator[Row]:
    """Every row as wide as the widest of the first; cells beyond are dropped."""
    width = max(i for row in first for i, cell in enumerate(row, start=1) if cell is not None)
    for row in chain(first, rows):
        yield (row + [None] * (width - len(row)))[:width]


def cell_text(value: object) -> str | None:
    """A cell as a text file would hold it.

    >>> cell_text(timedelta(hours=25, minutes=1, seconds=5)), cell_text(datetime(2026, 3, 2, 9)), cell_text(17.0)
    ('25:01:05', '2026-03-02 09:00:00', '17')
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds = round(abs(value.total_seconds()))
        sign = "-" if value < timedelta(0) else ""
        return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
