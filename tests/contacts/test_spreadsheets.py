"""Exports that went through a spreadsheet, or a person: read as they were meant, or refused with what to do."""

from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook
from small_logs import found, log, open_log

from pilot_analysis.refusal import Refusal

LOG = log({"cost": 12.25, "channel": "e-mail"}, {"cost": 0.5, "channel": "chat"}, channel="chat")
TEXT = LOG.to_csv(index=False)
TITLES = "Interactions report\nFrom,2026-03-02\n\n"


@pytest.mark.parametrize(
    ("before", "sign", "encoding"),
    [("sep=;\n", ";", "utf-8"), ('"sep=|"\n', "|", "utf-8"), ("SEP=;\n", ";", "cp1252"), (TITLES, ",", "utf-8"),
     (TITLES, ";", "utf-16")],
)  # fmt: skip
def test_lines_above_the_header_are_not_read_and_counted(tmp_path: Path, before: str, sign: str, encoding: str) -> None:
    plain = found(open_log(tmp_path, TEXT))
    keys = {"data__encoding": encoding} if encoding == "cp1252" else {}
    text = (before + LOG.to_csv(index=False, sep=sign)).replace("\n", "\r\n" if sign == "|" else "\n")
    contacts = open_log(tmp_path, text.encode(encoding), **keys)
    pd.testing.assert_frame_equal(found(contacts), plain)
    assert contacts.source.above == before.count("\n")


def test_a_workbooks_title_is_not_its_header(tmp_path: Path) -> None:
    book = Workbook()
    for row in (
        ["Cases of March"],
        [None, "Filter", "all"],
        list(LOG),
        *LOG.astype(object).where(LOG.notna(), None).values,
    ):
        book.active.append(list(row))
    book.save(tmp_path / "c.xlsx")
    contacts = open_log(tmp_path, None, data__contacts="c.xlsx")
    assert contacts.source.above == 2
    pd.testing.assert_frame_equal(found(contacts, "arm", "channel"), found(open_log(tmp_path, TEXT), "arm", "channel"))


@pytest.mark.parametrize("header", ["a;b", "Id, and more;Group;Created", "one"])
def test_a_header_of_few_names_is_no_title(tmp_path: Path, header: str) -> None:
    with pytest.raises(Refusal) as refused:
        open_log(tmp_path, f"{header}\n1;2;3;4;5\n")
    assert header.split(";")[0] in f"{refused.value.allowed} {refused.value.found}"


def test_columns_without_a_name_at_the_ends(tmp_path: Path) -> None:
    """Row numbers of a data frame on the left, what a spreadsheet leaves on the right."""
    numbered = LOG.to_csv().replace("\n", ",,\n")
    plain = found(open_log(tmp_path, TEXT))
    pd.testing.assert_frame_equal(found(open_log(tmp_path, numbered)), plain)
    with pytest.raises(Refusal, match="column without a name"):
        open_log(tmp_path, TEXT.replace("contact_id,team", "contact_id,,team", 1))


@pytest.mark.parametrize("column", ["contact_id", "customer_id", "agent_id"])
def test_ids_that_a_spreadsheet_shortened(tmp_path: Path, column: str) -> None:
    rows = log({column: "4.92E+11"}, customer_id="c1", agent_id="a")
    rows.loc[0, column] = "4.92E+11"
    with pytest.raises(Refusal, match="shortened") as refused:
        open_log(tmp_path, rows)
    assert refused.value.key == column
    assert refused.value.found == "4.92E+11"


def test_an_e_in_an_id_is_no_exponent(tmp_path: Path) -> None:
    rows = log({"customer_id": "492E11"}, {"customer_id": "4e+c"}, {"customer_id": "12E+1-x"})
    assert len(found(open_log(tmp_path, rows))) == len(rows)


@pytest.mark.parametrize(
    ("values", "fits"),
    [(["1.234", "27"], False), (["12.500", "7", "999"], False), (["1.234", "27.5"], True), (["0.125", "27"], True),
     (["1.234", "27.000"], True), (["27", "1234"], True)],
)  # fmt: skip
def test_points_that_may_group_thousands(tmp_path: Path, values: list[str], fits: bool) -> None:
    rows = log(*({"handle_seconds": value} for value in values))
    if fits:
        table = found(open_log(tmp_path, rows), "handle_seconds")
        assert table.handle_seconds.dropna().tolist() == [float(value) for value in values]
        return
    with pytest.raises(Refusal, match="points in column 'handle_seconds' are ambiguous"):
        open_log(tmp_path, rows)
