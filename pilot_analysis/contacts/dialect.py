"""Text files: encoding, delimiter and column names, from how they begin."""

import codecs
import csv
import gzip
import io
import itertools
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
BYTE_ORDER_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class Dialect(NamedTuple):
    """How a text file is written: the encoding by its Python name, the delimiter, the column names."""

    encoding: str
    delimiter: str
    names: list[str]


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
    delimiter = max(DELIMITERS, key=lambda sign: len(_first_row(text, sign, file)))
    names = [name.strip() for name in _first_row(text, delimiter, file)]
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
    return Dialect(found, delimiter, names)


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
        reader = csv.reader(_lines(text, file), delimiter=dialect.delimiter, strict=True)
        try:
            for row in itertools.islice(reader, 1, None):
                if row and len(row) != width:
                    raise Refusal("the data cannot be read", file=str(file), line=reader.line_num,
                                  found=dialect.delimiter.join(row),
                                  allowed=f"{width} fields, as in the header")  # fmt: skip
                if row:
                    yield [field or None for field in row]
        except UnicodeDecodeError as error:
            raise not_in(dialect.encoding, file, error.object, error) from None
        except (csv.Error, OSError, EOFError, zlib.error) as error:
            raise Refusal("the data cannot be read", file=str(file), line=reader.line_num, found=str(error)) from None


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
