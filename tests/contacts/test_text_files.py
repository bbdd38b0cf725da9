"""Text files in the dialects that helpdesks and spreadsheets write."""

import gzip
from pathlib import Path

import pandas as pd
import pytest
from small_logs import found, log, open_log

from pilot_analysis.refusal import Refusal

LOG = log(
    {"csat": 4.5, "cost": 12.25, "channel": "e-mail", "comment": "fine"},
    {"csat": None, "cost": 0.5, "channel": "Größe, naïve", "comment": 'two\nlines, "quoted"; and a tab\there'},
    {"csat": 3.0, "cost": 1234.0, "channel": None, "comment": None},
    {"csat": 5.0, "cost": -0.25, "channel": "NA", "comment": "None"},
)
TEXT = LOG.to_csv(index=False)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """What the plain file says."""
    return found(open_log(tmp_path_factory.mktemp("plain"), TEXT))


def test_the_plain_file(plain: pd.DataFrame) -> None:
    assert list(plain.loc[["a1", "a2", "a3", "a4"], "cost"]) == [12.25, 0.5, 1234.0, -0.25]
    assert plain.csat.count() == 3
    assert plain.comment["a2"] == 'two\nlines, "quoted"; and a tab\there'


def test_words_stay_words_and_only_nothing_is_missing_in_text(plain: pd.DataFrame) -> None:
    """A region may be called NA, and a customer None; in a number `NA` is missing."""
    assert plain.channel["a4"] == "NA"
    assert plain.comment["a4"] == "None"
    assert plain.channel.isna()["a3"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("c.csv", LOG.to_csv(index=False, sep=";").encode()),
        ("c.csv", LOG.to_csv(index=False, sep=";", decimal=",").encode()),
        ("c.csv", b"\xef\xbb\xbf" + LOG.to_csv(index=False, sep=";", decimal=",").encode()),
        ("c.csv", LOG.to_csv(index=False, decimal=",").encode()),  # decimal commas in quotes
        ("c.csv", LOG.to_csv(index=False, sep="|").encode()),
        ("c.tsv", LOG.to_csv(index=False, sep="\t").encode()),
        ("c.csv", LOG.to_csv(index=False, na_rep="NULL").replace("NULL,NULL\n", ",\n").encode()),
        ("c.csv", TEXT.encode() + b"\n\n"),
        ("c.tsv.gz", gzip.compress(LOG.to_csv(index=False, sep="\t").encode())),
    ],
    ids=["semicolons", "semicolons and decimal commas", "as Excel in Germany", "quoted decimal commas", "bars", "tabs",
         "NULL", "blank lines at the end", "tsv.gz"],
)  # fmt: skip
def test_dialects_are_the_same_log(tmp_path: Path, plain: pd.DataFrame, name: str, content: bytes) -> None:
    table = found(open_log(tmp_path, content, data__contacts=name))
    pd.testing.assert_frame_equal(table, plain)


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends(tmp_path: Path, plain: pd.DataFrame, line_end: str) -> None:
    flat = LOG.assign(comment=None)
    table = found(open_log(tmp_path, flat.to_csv(index=False, lineterminator=line_end)))
    pd.testing.assert_frame_equal(table, plain.assign(comment=table.comment))


def test_line_ends_inside_quotes_stay(tmp_path: Path) -> None:
    rows = log({"comment": "one\r\ntwo\nthree"})
    table = found(open_log(tmp_path, rows.to_csv(index=False, lineterminator="\r\n")))
    assert table.comment["a1"] == "one\r\ntwo\nthree"


def test_names_with_blanks_around_and_inside(tmp_path: Path) -> None:
    text = LOG.rename(columns={"cost": " Cost (EUR) ", "channel": "via;channel"}).to_csv(index=False)
    table = found(open_log(tmp_path, text, data__columns={"cost": "Cost (EUR)", "channel": "via;channel"}))
    assert table.cost.sum() == LOG.cost.sum()
    assert table.channel["a1"] == "e-mail"


def test_a_header_over_two_lines(tmp_path: Path) -> None:
    text = TEXT.replace("cost", '"cost\nin EUR"', 1)
    table = found(open_log(tmp_path, text, data__columns={"cost": "cost\nin EUR"}))
    assert table.cost.sum() == LOG.cost.sum()


def test_more_columns_than_are_needed_may_hold_anything(tmp_path: Path, plain: pd.DataFrame) -> None:
    table = found(open_log(tmp_path, LOG.assign(**{"arm size": "12 kg", "é": "x"}).to_csv(index=False)))
    pd.testing.assert_frame_equal(table, plain)


@pytest.mark.parametrize("row", ["a9,Vendor\n", "a9" + ",x" * 12 + "\n"])
def test_ragged_rows_are_refused_with_their_line(tmp_path: Path, row: str) -> None:
    flat = LOG.assign(comment="x").to_csv(index=False)
    with pytest.raises(Refusal) as refused:
        open_log(tmp_path, flat + row)
    line = flat.count("\n") + 1
    assert str(line) in f"{refused.value.line} {refused.value.problem}"
    assert row.strip() in str(refused.value.found)


def test_an_open_quote_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="cannot be read"):
        open_log(tmp_path, LOG.assign(comment="x").to_csv(index=False) + 'a9,"Vendor,2026-03-10 10:00:00,4,1,chat,x\n')


def test_names_that_differ_in_case_only_are_refused(tmp_path: Path) -> None:
    """Engines do not tell capitals from small letters, so one of the two would be lost."""
    with pytest.raises(Refusal, match="twice") as refused:
        open_log(tmp_path, LOG.assign(Team="North").to_csv(index=False))
    assert refused.value.found == "Team, team"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16-le"])  # UTF-16 without its mark
def test_other_encodings_are_refused_not_misread(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(Refusal, match="text"):
        open_log(tmp_path, TEXT.encode(encoding))


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be"])
def test_utf_16_says_itself(tmp_path: Path, plain: pd.DataFrame, mark: str, packed: bool) -> None:
    raw = ("\ufeff" + LOG.to_csv(index=False, sep="\t")).encode(mark)  # "Unicode text" of a spreadsheet
    content = gzip.compress(raw) if packed else raw
    table = found(open_log(tmp_path, content, data__contacts="c.txt.gz" if packed else "c.txt"))
    pd.testing.assert_frame_equal(table, plain)


def test_an_encoding_that_the_config_names(tmp_path: Path, plain: pd.DataFrame) -> None:
    for encoding in ("cp1252", "utf-16-le"):
        table = found(open_log(tmp_path, TEXT.encode(encoding), data__encoding=encoding))
        pd.testing.assert_frame_equal(table, plain)


@pytest.mark.parametrize("encoding", ["cp99", "base64", ""])
def test_what_is_no_encoding_of_text_is_refused(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(Refusal) as refused:
        open_log(tmp_path, TEXT, data__encoding=encoding)
    assert refused.value.key == "data.encoding"


def test_a_ragged_row_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    flat = LOG.assign(comment="x").to_csv(index=False) + "a9,Vendor\n"
    with pytest.raises(Refusal, match="cannot be read") as refused:
        open_log(tmp_path, flat.encode("utf-16"))
    assert refused.value.line == flat.count("\n")
    assert refused.value.found == "a9,Vendor"


def test_another_encoding_far_down_the_file(tmp_path: Path) -> None:
    """Past the part in which the dialect is looked for."""
    many = pd.concat([log(*[{"channel": "chat" * 20}] * 1500), log({"contact_id": "z", "channel": "Köln"})])
    with pytest.raises(Refusal, match=r"read|UTF-8"):
        open_log(tmp_path, many.drop_duplicates("contact_id").to_csv(index=False).encode("latin-1"))


def test_quoted_lines_far_down_the_file(tmp_path: Path) -> None:
    """A large file is read by several threads; a quoted line end must not begin a row."""
    rows = log(*[{"comment": 'first line\nsecond, "line"\n' + "x" * 100}] * 20_000)
    table = found(open_log(tmp_path, rows.to_csv(index=False)), "comment")
    assert len(table) == len(rows)
    assert table.comment.value_counts().iloc[0] == 20_000
