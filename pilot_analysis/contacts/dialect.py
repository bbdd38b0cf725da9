"""Text files: encoding, delimiter and column names, from how they begin."""

import codecs
import contextlib
import csv
import gzip
import io
import itertools
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from pilot_analysis.contacts.loading import Row
from pilot_analysis.refusal import Refusal, listed

UTF_8 = "utf-8-sig"
DELIMITERS = ",;\t|"
HEAD_BYTES = 1 << 16
LONGEST_LINE = 2_000_000  # characters; the engine's own limit is 2 MB
SEPARATOR_LINE = r'"?sep=(.)"?\s*'  # what a spreadsheet is told in the first line
TITLES, TITLE_CELLS = 20, 2  # rows at the beginning in which a header is looked for; cells of a row above it
BYTE_ORDER_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class Dialect(NamedTuple):
    """How a text file is written: the encoding by its Python name, the delimiter, the column names, and how many lines
    stand above the header."""

    encoding: str
    delimiter: str
    names: list[str]
    above: int = 0


def dialect_of(file: Path, encoding: str | None = None, repeats: bool = False) -> Dialect:
    """The dialect of a text file, packed by gzip or not.

    Args:
        encoding: of a file that is neither UTF-8 nor begins with the mark of UTF-16.
        repeats: whether the system repeats names: Comment, Comment is then Comment (1), Comment (2).

    Raises:
        Refusal: where it is no text, has no rows, or its header does not name every column once.
    """
    try:
        with _opened(file) as stream:
            head = stream.read(HEAD_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise Refusal("the data file cannot be read", file=str(file), found=str(error)) from None
    found = next((name for mark, name in BYTE_ORDER_MARKS.items() if head.startswith(mark)), None) or UTF_8
    if found == UTF_8 and encoding is not None:
        found = encoding
    if found == UTF_8 and b"\x00" in head:
        raise Refusal("the data file is not text", file=str(file), found="binary data",
                      allowed="text in UTF-8 or UTF-16, or its encoding in data.encoding")  # fmt: skip
    try:
        text = codecs.getincrementaldecoder(found)().decode(head)
    except UnicodeDecodeError as error:
        raise not_in(found, file, head, error) from None
    if not text.strip():
        raise Refusal("the data file is empty", file=str(file), allowed="a header and at least one row")
    above, text, signs = _below_titles(text)
    delimiter = max(signs, key=lambda sign: len(_first_row(text, sign, file)))
    names = with_names_at_the_ends([name.strip() for name in _first_row(text, delimiter, file)])
    if repeats:
        names = [f"{name} ({names[: i + 1].count(name)})" if names.count(name) > 1 else name
                 for i, name in enumerate(names)]  # fmt: skip
    refuse_header(names, file)
    rows = itertools.islice(_rows(text, delimiter), 1, None)
    try:
        filled = any(any(field.strip() for field in row) for row in rows)
    except csv.Error:
        filled = True  # what is wrong with the row is said where it is read
    if not filled:
        raise no_rows(names, file)
    return Dialect(found, delimiter, names, above)


def _below_titles(text: str) -> tuple[int, str, str]:
    """How many lines stand above the header, the text from there on, and the signs that may be its delimiter."""
    lines = io.StringIO(text, newline="").readlines()
    said = re.fullmatch(SEPARATOR_LINE, lines[0], re.IGNORECASE)
    if said:
        return 1, "".join(lines[1:]), said[1]
    found = {}
    for sign in DELIMITERS:
        with contextlib.suppress(csv.Error):
            rows = [next(csv.reader([line], delimiter=sign), []) for line in lines[:TITLES]]
            if len(rows[0]) > TITLE_CELLS:
                return 0, text, DELIMITERS  # the first line is the header
            above = rows_above_header(rows)
            found[len(rows[above])] = above
    above = found[max(found)] if found else 0
    return above, "".join(lines[above:]), DELIMITERS


def rows_above_header(rows: Sequence[Row]) -> int:
    """How many of the first rows are titles of a report: at most two cells each, where the header has many.

    >>> rows_above_header([["Interactions"], ["Queue", "all"], [], ["Id", "Date", "Queue", "Agent", "Wait"],
    ...                    ["1", "2026-03-02", "Vendor", "", "12"]])
    3
    """
    cells = [[bool(cell and cell.strip()) for cell in row] for row in rows[:TITLES]]
    header = next((i for i, row in enumerate(cells) if sum(row) > TITLE_CELLS), 0)
    return header if header and sum(cells[header]) > 2 * max(map(sum, cells[:header])) else 0


def with_names_at_the_ends(names: Sequence[str]) -> list[str]:
    """Names for the columns at the left and right end that have none, as row numbers and spreadsheets leave them.

    >>> with_names_at_the_ends(["", "Id", "Group", "", ""])
    ['(column 1)', 'Id', 'Group', '(column 4)', '(column 5)']
    """
    last = max((i for i, name in enumerate(names) if name), default=0)
    return [f"(column {i + 1})" if not name and last and (i == 0 or i > last) else name for i, name in enumerate(names)]


def refuse_header(names: Sequence[str], file: Path) -> None:
    """Refuse a header that does not name every column once, capitals or not."""
    twice = names_twice(names)
    if twice or "" in names:
        fault = "a column without a name" if "" in names else "a name twice (capitals do not tell apart)"
        raise Refusal(f"the header has {fault}", file=str(file), line=1,
                      found=listed(twice or names), allowed="one name a column")  # fmt: skip


def names_twice(names: Sequence[str]) -> list[str]:
    """Names that stand twice, as an engine sees them."""
    folded = [name.casefold() for name in names]
    return sorted({name for name in names if folded.count(name.casefold()) > 1})


def no_rows(names: Sequence[str], file: Path) -> Refusal:
    """What is said of a header without rows."""
    return Refusal("the data file has a header and no rows", file=str(file), found=listed(names),
                   allowed="at least one contact")  # fmt: skip


def not_in(encoding: str, file: Path, head: bytes, error: UnicodeDecodeError) -> Refusal:
    """What is said of bytes that the encoding does not have."""
    called = {UTF_8: "UTF-8", "utf-16": "UTF-16"}.get(encoding, encoding)
    return Refusal(
        f"the data file is not {called} text", file=str(file), line=head[: error.start].count(b"\n") + 1,
        found=repr(head[error.start : error.start + 1]),
        allowed="text in UTF-8 or UTF-16, or its encoding, such as --set data.encoding=cp1252",
    )  # fmt: skip


def text_rows(file: Path, dialect: Dialect) -> Iterator[Row]:
    """The rows of a text file that the engine cannot decode, without its header.

    Raises:
        Refusal: for a row that has not as many fields as the header, with its line.
    """
    width = len(dialect.names)
    with _opened(file) as stream, io.TextIOWrapper(stream, dialect.encoding, newline="") as text:
        lines = itertools.islice(_lines(text, file), dialect.above, None)
        reader = csv.reader(lines, delimiter=dialect.delimiter, strict=True)
        try:
            next(reader, None)
            for row in reader:
                if row and len(row) != width:
                    raise Refusal("the data cannot be read", file=str(file), line=dialect.above + reader.line_num,
                                  found=dialect.delimiter.join(row),
                                  allowed=f"{width} fields, as in the header")  # fmt: skip
                if row:
                    yield [field or None for field in row]
        except UnicodeDecodeError as error:
            raise not_in(dialect.encoding, file, error.object, error) from None
        except (csv.Error, OSError, EOFError, zlib.error) as error:
            raise Refusal("the data cannot be read", file=str(file), line=dialect.above + reader.line_num,
                          found=str(error)) from None  # fmt: skip


def _opened(file: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(file) if file.suffix.lower() == ".gz" else file.open("rb"))


def _lines(text: io.TextIOWrapper, file: Path) -> Iterator[str]:
    """Lines, none of them read beyond LONGEST_LINE."""
    while line := text.readline(LONGEST_LINE):
        if len(line) >= LONGEST_LINE:
            raise Refusal("the data cannot be read", file=str(file), found=f"a line beyond {LONGEST_LINE:,} characters")
        yield line


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _first_row(text: str, delimiter: str, file: Path) -> list[str]:
    try:
        return next(_rows(text, delimiter), [])
    except csv.Error as error:
        raise Refusal("the header cannot be read", file=str(file), line=1, found=str(error)) from None
