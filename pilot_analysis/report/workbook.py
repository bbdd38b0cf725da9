"""The tables as an Excel workbook, a sheet each."""

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pandas as pd

from pilot_analysis.report.frames import GENERAL
from pilot_analysis.report.guide import Guide
from pilot_analysis.report.wording import plain

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

NARROWEST, WIDEST = 8, 60
"""Widths of a column in characters; longer text is wrapped."""
MANY = 6
"""With more columns the first one stays in sight too."""
LINE = 15
"""Height of a line in points."""


def write_workbook(tables: Mapping[str, pd.DataFrame], path: Path, guide: Guide | None = None) -> None:
    """Write the tables to `path`, after a sheet with the guide; the same tables give the same bytes.

    A table's name (at most 31 characters) is its sheet's. Text is always text, whatever it begins with.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    if guide is not None:
        explain(book.create_sheet("about"), guide)
    for name, table in tables.items():
        fill(book.create_sheet(name), table)
    content = BytesIO()
    book.save(content)
    path.write_bytes(undated(content))


def explain(sheet: "Worksheet", guide: Guide) -> None:
    """Write the guide: title and sentences, then the sheets with a link to each."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    for row, text in enumerate((guide.title, *guide.lines), start=1):
        cell = sheet.cell(row, 1)
        write(cell, text)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=3)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        sheet.row_dimensions[row].height = LINE * max(1, -(-len(text) // (WIDEST + 30)))
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.row_dimensions[1].height = 2 * LINE
    top = len(guide.lines) + 3
    fill(sheet, guide.contents, top)
    for row, name in enumerate(guide.contents.iloc[:, 0], start=top + 1):
        link = sheet.cell(row, 1)
        link.hyperlink = Hyperlink(link.coordinate, location=f"'{name}'!A1")
        link.font = Font(color="0563C1", underline="single")
    sheet.freeze_panes = None
    sheet.column_dimensions["A"].width = 24


def fill(sheet: "Worksheet", table: pd.DataFrame, top: int = 1) -> None:
    """Write one table from row `top` on: a bold header that stays in sight, then a row each."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    formats = table.attrs.get("formats", {})
    sheet.freeze_panes = "B2" if len(table.columns) > MANY else "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
    if top == 1:
        sheet.print_title_rows = "1:1"
        if len(table):
            sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table) + 1}"
    for number, header in enumerate(table.columns, start=1):
        title = sheet.cell(top, number)
        write(title, header)
        title.font = Font(bold=True)
        title.alignment = Alignment(vertical="top", wrap_text=True)
        longest = len(header)
        written_as = formats.get(header, [GENERAL] * len(table))
        for row, (value, number_format) in enumerate(zip(table[header], written_as, strict=True), start=top + 1):
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
