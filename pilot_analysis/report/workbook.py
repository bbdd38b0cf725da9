"""The tables as an Excel workbook, a sheet each."""

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pandas as pd

from pilot_analysis.report.frames import GENERAL
from pilot_analysis.report.wording import plain

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

NARROWEST, WIDEST = 8, 60
"""Widths of a column in characters; longer text is wrapped."""


def write_workbook(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write the tables to `path`; the same tables give the same bytes.

    A table's name (at most 31 characters) is its sheet's. Text is always text, whatever it begins with.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, table in tables.items():
        fill(book.create_sheet(name), table)
    content = BytesIO()
    book.save(content)
    path.write_bytes(undated(content))


def fill(sheet: "Worksheet", table: pd.DataFrame) -> None:
    """Write one table: a bold header that stays in sight, then a row each."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    formats = table.attrs.get("formats", {})
    sheet.freeze_panes = "A2"
    for number, header in enumerate(table.columns, start=1):
        title = sheet.cell(1, number)
        write(title, header)
        title.font = Font(bold=True)
        title.alignment = Alignment(vertical="top", wrap_text=True)
        longest = len(header)
        written_as = formats.get(header, [GENERAL] * len(table))
        for row, (value, number_format) in enumerate(zip(table[header], written_as, strict=True), start=2):
            cell = sheet.cell(row, number)
            write(cell, value)
            cell.number_format = GENERAL if isinstance(value, str) else number_format
            cell.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str))
            longest = max(longest, len(value) if isinstance(value, str) else NARROWEST)
        sheet.column_dimensions[get_column_letter(number)].width = min(max(longest + 2, NARROWEST), WIDEST)


def write(cell: "Cell | Any", value: Any) -> None:
    """Write a value; text is stored as text and marked, so that editing it runs nothing either."""
    if isinstance(value, str):
        cell.value = plain(value)
        cell.data_type = "s"
        cell.quotePrefix = True
    else:
        cell.value = value


def undated(content: BytesIO) -> bytes:
    """The workbook's bytes without the time of writing, which its parts and its properties carry."""
    bare = BytesIO()
    with ZipFile(content) as source, ZipFile(bare, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", part)
            info = ZipInfo(name)  # dated 1980-01-01
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, part)
    return bare.getvalue()
