"""The tables hold the review's numbers, and nothing in them is ever run by a spreadsheet."""

import csv
from copy import deepcopy
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from example import interim, review
from openpyxl.worksheet.worksheet import Worksheet

from pilot_analysis.report.frames import csv_text, frame
from pilot_analysis.report.guide import guide
from pilot_analysis.report.tables import tables
from pilot_analysis.report.workbook import write_workbook

HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://x","y")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1",
    "#N/A",
    "TRUE",
]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def sheets(found: dict[str, pd.DataFrame], path: Path) -> dict[str, Worksheet]:
    write_workbook(found, path)
    return {sheet.title: sheet for sheet in openpyxl.load_workbook(path).worksheets}


def column(sheet: Worksheet, header: str) -> list[Any]:
    """The cells below a header."""
    (number,) = [cell.column for cell in sheet[1] if cell.value == header]
    return [sheet.cell(row, number) for row in range(2, sheet.max_row + 1)]


def hostile_texts() -> pd.DataFrame:
    return pd.DataFrame({"=text": HOSTILE}, dtype=object)


def test_every_table_of_the_page_is_there() -> None:
    assert list(tables(review())) == [
        "summary", "scorecard", "reasons", "actions", "keep_in_house", "plan", "levers", "routing", "segments",
        "nonresponse", "tipping", "trend", "groups", "pre_trend", "weekly_effects", "agents", "comments",
        "words", "cost", "savings", "fees", "sensitivity", "bridge", "seasonality", "robustness",
        "other_verdicts", "mix", "case_mix", "uncompared", "checks", "completeness", "rules",
        "assumptions", "methods", "provenance",
    ]  # fmt: skip


def test_the_scorecard_has_the_numbers_of_the_review_unrounded() -> None:
    csat = rows(csv_text(tables(review())["scorecard"]))[0]

    assert csat["KPI"] == "Customer satisfaction (top 2 of 5)"
    assert (csat["In-house"], csat["Pilot"]) == ("0.842", "0.836")
    assert (csat["In-house, n"], csat["Pilot, clusters"]) == ("3120", "14")
    assert float(csat["Benefit, low"]) == pytest.approx(-0.006 - 0.0372)
    assert (csat["Margin"], csat["Hurdle"], csat["Target"]) == ("0.03", "", "0.85")
    assert csat["Result"] == "Not shown"


def test_what_was_not_measured_is_empty_and_counts_stay_whole() -> None:
    csat = rows(csv_text(tables(interim())["scorecard"]))[0]

    assert (csat["In-house"], csat["Effect"], csat["Benefit, high"]) == ("", "", "")
    assert csat["In-house, n"] == "0"
    assert csat["Why"] == "Only 31 ratings so far; 50 are needed."


def test_a_review_without_cost_has_empty_cost_tables() -> None:
    found = tables(review() | {"cost": None})

    assert len(found["cost"]) == 0
    assert len(found["savings"]) == len(found["fees"]) == len(found["bridge"]) == 0


def test_crude_and_naive_effects_stand_beside_the_adjusted_one() -> None:
    methods = {row["KPI"]: row for row in rows(csv_text(tables(review())["methods"]))}
    csat, cost = methods["Customer satisfaction (top 2 of 5)"], methods["Cost per contact"]

    assert float(csat["Effect"]) == pytest.approx(0.836 - 0.842)
    assert float(csat["Crude effect"]) == pytest.approx(0.836 * 1.006 - 0.842 * 0.994)
    assert float(csat["Naive effect, low"]) == pytest.approx(-0.006 - 0.55 * 0.0372)
    assert (csat["Most influential cluster"], csat["Effect without it"]) == ("Agent 11", "0.0114")
    assert float(cost["Effect"]) == pytest.approx(5.21 / 6.84)
    assert cost["Most influential cluster"] == ""


def test_the_facts_of_the_run_are_one_row_each() -> None:
    facts = {row["Item"]: row["Value"] for row in rows(csv_text(tables(review())["provenance"]))}

    assert facts["config_sha256"] == "3f9a1c27" * 8
    assert facts["data.1.path"] == "contacts.parquet"
    assert facts["data.1.rows"] == "25115"
    assert facts["packages.duckdb"] == "2.0.0"


def test_the_mix_has_a_column_for_whatever_was_adjusted_for() -> None:
    other = deepcopy(review())
    other["mix"] = [{"language": "de", "baseline_share": 0.5, "pilot_share": 1.0, "difference": 1.414}]

    assert csv_text(tables(other)["mix"]) == (
        'Language,"In-house, share","Pilot, share",Standardised difference\nde,0.5,1.0,1.414\n'
    )


def test_every_component_has_its_line_and_only_money_is_written_as_money(tmp_path: Path) -> None:
    cost = sheets(tables(review()), tmp_path / "book.xlsx")["cost"]

    found = {name.value: i for i, name in enumerate(column(cost, "Component"))}
    assert [cell.value for cell in column(cost, "Line")] == [30, 31, 30, 31, 32]
    hours, rate = (column(cost, name)[found["By the hour"]] for name in ("Quantity", "Rate"))
    assert (hours.value, hours.number_format) == (1968.0, "#,##0.00")
    assert (rate.value, rate.number_format) == (38.0, "#,##0.00 [$EUR]")


def test_money_to_come_is_a_table_with_its_interval_and_roi() -> None:
    found = {row["Saving"]: row for row in rows(csv_text(tables(review())["savings"]))}
    assert list(found)[:3] == ["per contact", "A month", "A year"]
    assert [found["A year"][end] for end in ("Estimate", "Low", "High", "ROI")] == [
        "63402.0", "56128.0", "70520.0", "0.313"
    ]  # fmt: skip
    bridge = rows(csv_text(tables(review())["bridge"]))
    assert [row["Amount"] for row in bridge if row["Step"] == "In-house"] == ["6.84", "9.41"]


def test_headers_speak_the_language_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pilot_analysis.report.tables._", lambda sentence: f"<{sentence}>")

    assert list(tables(review())["checks"].columns) == ["<Check>", "<Status>", "<Finding>"]


def test_csv_text_that_a_spreadsheet_would_run_gets_an_apostrophe() -> None:
    lines = list(csv.reader(StringIO(csv_text(hostile_texts()), newline="")))

    assert lines[0] == ["'=text"]
    assert [line[0] for line in lines[1:]] == [
        "'=1+1", "'=HYPERLINK(\"http://x\",\"y\")", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'\n=1",
        "'＝1", "#N/A", "TRUE",
    ]  # fmt: skip


def test_csv_numbers_stay_numbers() -> None:
    table = pd.DataFrame({"x": [-1.5, 20, None, date(2026, 3, 2)]}, dtype=object)

    assert csv_text(table).splitlines() == ["x", "-1.5", "20", '""', "2026-03-02"]


def test_workbook_text_is_text_whatever_it_begins_with(tmp_path: Path) -> None:
    sheet = sheets({"hostile": hostile_texts()}, tmp_path / "book.xlsx")["hostile"]

    cells = [sheet["A1"], *column(sheet, "=text")]
    assert [cell.value for cell in cells] == ["=text", *(text.replace("\r", "\n") for text in HOSTILE)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)


def test_characters_that_excel_forbids_are_left_out(tmp_path: Path) -> None:
    table = pd.DataFrame({"text": ["a\x00b\x0bc\x1fd\ufffee\ud800f", "ok \N{PILE OF POO}"]}, dtype=object)

    sheet = sheets({"odd": table}, tmp_path / "book.xlsx")["odd"]

    assert [cell.value for cell in column(sheet, "text")] == ["abcdef", "ok \N{PILE OF POO}"]
    assert csv_text(table).splitlines()[1] == "abcdef"


def test_numbers_are_written_by_their_unit(tmp_path: Path) -> None:
    found = sheets(tables(review()), tmp_path / "book.xlsx")
    card = found["scorecard"]
    names = [cell.value for cell in column(card, "Id")]

    def written(header: str, kpi: str) -> tuple[Any, str]:
        cell = column(card, header)[names.index(kpi)]
        return cell.value, cell.number_format

    assert written("Pilot", "csat") == (0.836, "0.0%")
    assert written("Pilot", "cost_per_contact") == (5.21, "#,##0.00 [$EUR]")
    assert written("Pilot", "response_time") == (2230.2, '#,##0 "s"')
    assert written("Pilot", "csat_mean") == (4.19, "0.00")
    assert written("Margin", "response_time") == (0.10, "0.0%")
    assert written("Effect", "cost_per_contact")[1] == "0.000"
    assert written("In-house, n", "csat") == (3120, "#,##0")
    assert written("Hurdle", "csat")[0] is None
    week = column(found["trend"], "Week of")[0]
    assert (week.value, week.number_format) == (datetime(2026, 2, 2), "yyyy-mm-dd")


def test_a_sheet_has_a_bold_header_that_stays_in_sight(tmp_path: Path) -> None:
    found = sheets(tables(review()), tmp_path / "book.xlsx")

    assert list(found) == list(tables(review()))
    for sheet in found.values():
        assert sheet.freeze_panes == ("B2" if sheet.max_column > 6 else "A2")
        assert all(cell.font.bold for cell in sheet[1])
    widths = found["checks"].column_dimensions
    assert widths["C"].width == 60
    assert widths["B"].width == len("Warning") + 2


def test_the_same_tables_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_workbook(tables(review()), tmp_path / "first.xlsx")
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 2, 3, 4, 5, 6, 0, 34, 0))
    write_workbook(tables(review()), tmp_path / "second.xlsx")

    assert (tmp_path / "first.xlsx").read_bytes() == (tmp_path / "second.xlsx").read_bytes()


def test_an_empty_table_is_its_header(tmp_path: Path) -> None:
    empty = tables(review())["keep_in_house"]

    assert csv_text(empty) == "By,Keep in-house\n"
    assert [cell.value for cell in sheets({"empty": empty}, tmp_path / "b.xlsx")["empty"][1]] == [
        "By", "Keep in-house",
    ]  # fmt: skip
    assert frame().empty


def test_headers_say_what_is_compared() -> None:
    earlier = review()
    earlier["pilot"] |= {"comparison": "before_after"}
    found = tables(earlier)
    headers = [header for name in found for header in found[name].columns]
    assert not [header for header in headers if "in-house" in header.lower() and header != "Keep in-house"]
    assert {"Before", "Before, n", "Before, clusters"} <= set(found["scorecard"].columns)
    netted = review()
    netted["pilot"] |= {"comparison": "difference_in_differences"}
    assert {"Expected", "In-house, n"} <= set(tables(netted)["scorecard"].columns)


def test_agents_stand_in_a_table_of_their_own() -> None:
    found = tables(review())["agents"]
    assert list(found.iloc[3]) == ["Customer satisfaction (top 2 of 5)", "fraction", "pilot", "agent 2", 150, 0.70,
                                   0.741, "Worse than luck"]  # fmt: skip
    assert len(found) == 4


def test_weekly_effects_stand_in_a_table() -> None:
    assert list(tables(review())["weekly_effects"]["Effect"]) == [-0.05, -0.03, -0.01, 0.0]


def numbers(tree: Any) -> set[float]:
    """Every number of a review."""
    if isinstance(tree, dict | list):
        branches = tree.values() if isinstance(tree, dict) else tree
        return {number for branch in branches for number in numbers(branch)}
    return {tree} if isinstance(tree, int | float) and not isinstance(tree, bool) else set()


@pytest.mark.parametrize("made", [review, interim], ids=["final", "interim"])
def test_every_number_of_workbook_and_csv_is_in_the_review(made: Any, tmp_path: Path) -> None:
    known = {_digits(number) for number in numbers(made())}
    found = tables(made())
    written = sheets(found, tmp_path / "book.xlsx")
    seen = 0
    for name, table in found.items():
        cells = [[cell.value for cell in row] for row in written[name].iter_rows(min_row=2)]
        own = [
            value for row in cells for value in row if isinstance(value, int | float) and not isinstance(value, bool)
        ]
        assert {_digits(value) for value in own} <= known, name
        seen += len(own)
        text = list(csv.reader(StringIO(csv_text(table))))[1:]
        assert [[_as_csv(value) for value in row] for row in cells[: len(table)]] == [
            [_digits(float(field)) if _is_float(field) else field for field in row] for row in text
        ]  # fmt: skip
    assert seen > 200


def _digits(number: float) -> str:
    """A number to thirteen digits; a workbook keeps at least fifteen, not always rounded."""
    return f"{number:.13g}"


def _is_float(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _as_csv(value: Any) -> str:
    """What a cell of the workbook is in the CSV file."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _digits(value)
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(tuple("=+-@")) else text


def test_the_first_sheet_explains_and_links_every_other(tmp_path: Path) -> None:
    found = tables(review())
    write_workbook(found, tmp_path / "book.xlsx", guide(review(), found))
    about, *others = openpyxl.load_workbook(tmp_path / "book.xlsx").worksheets
    assert about.title == "about"
    assert about["A1"].value == review()["pilot"]["name"]
    assert review()["headline"] in about["A2"].value
    rows = [row for row in about.iter_rows(min_row=2) if row[0].hyperlink]
    assert [row[0].value for row in rows] == [sheet.title for sheet in others] == list(found)
    assert [row[0].hyperlink.location for row in rows] == [f"'{name}'!A1" for name in found]
    assert all(row[1].value for row in rows), "what it holds, for every table"
    assert [row[2].value for row in rows] == [len(table) for table in found.values()]


def test_a_sheet_prints_on_the_width_of_a_page_and_can_be_filtered(tmp_path: Path) -> None:
    sheet = sheets(tables(review()), tmp_path / "book.xlsx")["scorecard"]
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.auto_filter.ref == sheet.dimensions
