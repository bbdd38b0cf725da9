"""Hostile text in every free field of config and data is text wherever it is shown."""

import csv
import json
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from pilots import LENIENT, contacts, write_pilot

from pilot_analysis import data_check, explorer, load_config, notebook, review
from pilot_analysis.config.loader import resolved_yaml
from pilot_analysis.review import Review
from pilot_analysis.runs.folder import write_run
from pilot_analysis.runs.index import write_index

SCRIPT = "<script>alert(1)</script>"
EVIL = f"=1+1{SCRIPT}\"'&amp;{{{{7*7}}}}" + "W" * 60 + "\N{PILE OF POO}\N{RIGHT-TO-LEFT OVERRIDE}\N{HEBREW LETTER ALEF}"
RUN = "20260501T060000Z-00aa"


class Elements(HTMLParser):
    """The elements of a page that could run something, and its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.live: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "iframe", "object", "embed", "img"} or any(
            name.startswith("on") for name, _ in attributes
        ):
            self.live.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Elements:
    elements = Elements()
    elements.feed(html)
    return elements


def log() -> pd.DataFrame:
    """A small pilot's log in which every value of a person's or a tool's own choosing is hostile."""
    found = contacts()
    for name in ("contact_id", "team", "agent_id", "customer_id", "channel", "category"):
        found[name] = found[name] + EVIL
    return found.assign(comment=EVIL, language=EVIL, final_team=found["team"], priority="@" + EVIL)


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pilot(
        tmp_path_factory.mktemp("hostile"), log(),
        pilot__name=EVIL, pilot__vendor="+" + EVIL, pilot__note="-" + EVIL,
        data__arm={"column": "team", "baseline": ["In-house" + EVIL], "pilot": ["Vendor" + EVIL]},
        design={"adjust_for": ["channel", "language"], "segments": ["channel", "category"]},
        report={"title": "@" + EVIL, "slug": "hostile"},
        vendor_review={"must_haves": {EVIL: True}, "red_flags": [EVIL]},
        kpis__csat__margin_because=EVIL, **LENIENT,
    )  # fmt: skip


@pytest.fixture(scope="module")
def found(pilot: Path) -> Review:
    return review(load_config(pilot))


@pytest.fixture(scope="module")
def written(found: Review, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of reports with the run in it."""
    reports = tmp_path_factory.mktemp("reports")
    folder = reports / "hostile" / RUN
    write_run(found.to_dict(), resolved_yaml(found.config), folder)
    (reports / "hostile" / "latest").symlink_to(RUN)
    write_index(reports)
    return reports


def test_page_index_and_history(written: Path) -> None:
    for file in (f"hostile/{RUN}/review.html", "index.html", "hostile/history.html"):
        shown = read((written / file).read_text(encoding="utf-8"))
        assert shown.live == [], file
        assert SCRIPT in shown.text, file
        assert "{{7*7}}" in shown.text, file


def test_figures(written: Path) -> None:
    files = list((written / "hostile" / RUN / "figures").glob("*.svg"))
    assert files
    assert all(SCRIPT not in file.read_text(encoding="utf-8") for file in files)


def test_workbook_and_tables_run_nothing(written: Path) -> None:
    folder = written / "hostile" / RUN
    texts = [
        cell
        for sheet in openpyxl.load_workbook(folder / "review.xlsx").worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    ]
    assert {cell.data_type for cell in texts} == {"s"}
    assert any(cell.value.startswith("=1+1<script>") for cell in texts)
    fields = [
        field
        for file in (folder / "tables").glob("*.csv")
        for row in csv.reader(file.open(encoding="utf-8", newline=""))
        for field in row
    ]
    runs = [field for field in fields if field.startswith(("=", "+", "@", "-")) and not _is_number(field)]
    assert runs == []
    assert any(field.startswith("'=1+1<script>") for field in fields)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_notebooks(pilot: Path, found: Review) -> None:
    export = data_check.read(str(pilot), {})
    cut = explorer.cut(str(pilot), {}, ["category"], {})
    shown: list[Any] = [notebook.scorecard(found), notebook.figures(found, "effects"), notebook.agent_averages(found)]
    shown += [
        notebook.table(found, name) for name in ("summary", "mix", "case_mix", "segments", "checks", "provenance")
    ]
    shown += [show(export) for show in (data_check.answer, data_check.columns, data_check.weeks, data_check.volumes)]
    shown += [explorer.effects(cut), explorer.rows(cut), explorer.mix(cut)]
    for one in shown:
        html = one.to_html() if hasattr(one, "to_html") else one.data
        assert read(html).live == []
        assert SCRIPT not in html
    assert escape(SCRIPT) in data_check.columns(export).to_html()
    for markdown in (notebook.verdict(found), explorer.notice(cut)):
        assert SCRIPT not in markdown.data


def test_review_json_keeps_it_as_it_is(written: Path) -> None:
    content = json.loads((written / "hostile" / RUN / "review.json").read_text(encoding="utf-8"))
    assert content["pilot"]["name"] == EVIL
