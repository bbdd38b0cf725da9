"""Open what `data.contacts` names, as an Ibis table with the names of the source."""

import codecs
import csv
import gzip
import hashlib
import io
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.models import Config
from pilot_analysis.refusal import Refusal, listed

CSV_SUFFIXES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz")
PARQUET_SUFFIXES = (".parquet", ".pq")
NOT_YET = (".xlsx", ".xls", ".jsonl", ".ndjson", ".json")
DELIMITERS = ",;\t|"
SCHEMES = ("postgresql", "postgres", "duckdb")
HEAD_BYTES = 1 << 16
SMALL_BYTES = 64_000_000


@dataclass(frozen=True)
class Source:
    """An opened source.

    Attributes:
        table: the rows, lazily, under their source names. Text files have text columns only.
        name: what the source is called in messages; never holds a password.
        files: the files behind it, none for a database.
        is_text: whether the files are text, to be parsed.
        decimal_comma: whether a comma between digits may be taken for the decimal sign (`;` files).
    """

    table: ir.Table
    name: str
    files: tuple[Path, ...] = ()
    is_text: bool = False
    decimal_comma: bool = False

    def fingerprints(self) -> list[dict[str, Any]]:
        """Path name, size in bytes and SHA-256 of every file."""
        return [{"path": file.name, "bytes": file.stat().st_size, "sha256": _sha256(file)} for file in self.files]


def open_source(config: Config, beside: Source | None = None) -> Source:
    """Open the contacts of a config that has one log.

    Args:
        beside: a source that it will be joined with, so that files are read in one engine.

    Raises:
        Refusal: when there is nothing to read, or it cannot be read for what it is.
    """
    contacts = config.data.contacts
    assert contacts is not None, "a config of several logs is read log by log"
    if "://" in contacts:
        return _database(config, contacts)
    files = _files(config, contacts)
    connection = beside.table.get_backend() if beside is not None and beside.files else ibis.duckdb.connect()
    # Stamps without a zone must never be read in the zone of the machine.
    connection.raw_sql("SET TimeZone='UTC'")
    if sum(file.stat().st_size for file in files) < SMALL_BYTES:
        # Sums of floats depend on the order of adding; on one thread the same data give the same bytes.
        connection.raw_sql("SET threads=1")
    suffixes = {_suffix(file) for file in files}
    if len(suffixes) > 1:
        raise _refusal(config, "the files are of different kinds", listed(sorted(suffixes)), "one kind a source")
    suffix = suffixes.pop()
    if suffix in PARQUET_SUFFIXES:
        return _parquet(connection, files)
    if suffix in CSV_SUFFIXES:
        return _text(connection, files)
    later = " (not supported yet)" if suffix in NOT_YET else ""
    raise _refusal(
        config,
        f"this kind of file cannot be read{later}",
        files[0].name,
        listed(CSV_SUFFIXES + PARQUET_SUFFIXES),
    )


@contextmanager
def reading(name: Path | str) -> Iterator[None]:
    """Turn what the engine says of an unreadable source into a refusal."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        said = [row.strip() for row in str(error).splitlines() if row.strip()]
        line = next((row for row in said if "Line:" in row), None)
        raise Refusal(
            "the data cannot be read" + (f": {line.removeprefix('Invalid Input Error: ')}" if line else ""),
            file=str(name), found=said[1] if line and len(said) > 1 else said[0],
            allowed="rows with as many fields as the header, one delimiter, one kind of line end",
        ) from None  # fmt: skip


def _refusal(config: Config, problem: str, found: object, allowed: str) -> Refusal:
    return Refusal(problem, file=str(config.file or "config"), line=config.line("data.contacts"),
                   key="data.contacts", found=config.without_secrets(str(found)), allowed=allowed)  # fmt: skip


def _files(config: Config, contacts: str) -> tuple[Path, ...]:
    path = Path(contacts)
    if any(sign in contacts for sign in "*?[") and not (config.folder / path).exists():
        anchor = Path(path.anchor) if path.is_absolute() else config.folder
        pattern = str(path.relative_to(path.anchor)) if path.is_absolute() else contacts
        files = tuple(sorted(file for file in anchor.glob(pattern) if file.is_file()))
        if not files:
            raise _refusal(config, "no file fits the pattern", contacts, "a pattern that fits at least one file")
        return files
    file = config.folder / path
    try:
        exists = file.exists()
    except OSError:  # a name that is too long to be one
        exists = False
    if not exists:
        raise _refusal(config, "the data file does not exist", contacts, f"a file, relative to {config.folder}")
    if not file.is_file():
        raise _refusal(config, "the data is not a file", contacts, "a file or a pattern such as logs/*.csv")
    if file.stat().st_size == 0:
        raise Refusal("the data file is empty", file=str(file), allowed="a header and at least one row")
    return (file,)


def _suffix(file: Path) -> str:
    suffixes = [s.lower() for s in file.suffixes]
    return "".join(suffixes[-2:]) if suffixes[-1:] == [".gz"] else "".join(suffixes[-1:])


def _name(files: tuple[Path, ...]) -> str:
    return str(files[0]) + (f" and {len(files) - 1} more" if len(files) > 1 else "")


def _text(connection: Any, files: tuple[Path, ...]) -> Source:
    """Text files: dialect from the header, everything read as text and parsed column by column later."""
    heads = [_header(file) for file in files]
    delimiter, names = heads[0]
    for file, head in zip(files, heads, strict=True):
        if head != heads[0]:
            raise Refusal(
                "the files have different headers",
                file=str(file),
                found=listed(head[1]),
                allowed=listed(names),
            )
    with reading(_name(files)):
        table = connection.read_csv(
            [str(file) for file in files], auto_detect=False, delim=delimiter, quote='"', escape='"',
            header=True, skip=0, strict_mode=True, columns=dict.fromkeys(names, "VARCHAR"),
        )  # fmt: skip
    return Source(table, _name(files), files, is_text=True, decimal_comma=delimiter == ";")


def _header(file: Path) -> tuple[str, list[str]]:
    """Delimiter and column names of a text file."""
    try:
        with gzip.open(file) if file.suffix.lower() == ".gz" else file.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except (OSError, EOFError) as error:
        raise Refusal("the data file cannot be read", file=str(file), found=str(error)) from None
    if b"\x00" in head:
        raise Refusal("the data file is not text", file=str(file), found="binary data", allowed="text in UTF-8")
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError as error:
        raise Refusal("the data file is not UTF-8 text", file=str(file), line=head[: error.start].count(b"\n") + 1,
                      found=repr(head[error.start : error.start + 1]), allowed="text in UTF-8") from None  # fmt: skip
    if not text.strip():
        raise Refusal("the data file is empty", file=str(file), allowed="a header and at least one row")

    def first_row(delimiter: str) -> list[str]:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])

    delimiter = max(DELIMITERS, key=lambda d: len(first_row(d)))
    names = [name.strip() for name in first_row(delimiter)]
    twice = _twice(names)
    if twice or "" in names:
        fault = "a column without a name" if "" in names else "a name twice (capitals do not tell apart)"
        raise Refusal(f"the header has {fault}", file=str(file), line=1,
                      found=listed(twice or names), allowed="one name a column")  # fmt: skip
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    if not any(any(field.strip() for field in row) for row in itertools.islice(rows, 1, None)):
        raise Refusal("the data file has a header and no rows", file=str(file), found=listed(names),
                      allowed="at least one contact")  # fmt: skip
    return delimiter, names


def _twice(names: Sequence[str]) -> list[str]:
    """Names that stand twice, as an engine sees them."""
    folded = [name.casefold() for name in names]
    return sorted({name for name in names if folded.count(name.casefold()) > 1})


def _parquet(connection: Any, files: tuple[Path, ...]) -> Source:
    """Parquet files, all with the same columns: an engine would take the first one's word for all."""
    schemas = []
    for file in files:
        with reading(file):
            schemas.append(connection.read_parquet(str(file)).schema())
        if dict(schemas[-1]) != dict(schemas[0]):
            differing = sorted(n for n in {*schemas[0], *schemas[-1]} if schemas[0].get(n) != schemas[-1].get(n))
            raise Refusal("the files have different columns", file=str(file), found=listed(differing),
                          allowed=f"columns and types as in {files[0].name}")  # fmt: skip
    twice = _twice(list(schemas[0]))
    if twice:
        raise Refusal("the file has a name twice (capitals do not tell apart)", file=str(files[0]),
                      found=listed(twice), allowed="one name a column")  # fmt: skip
    with reading(files[0]):
        return Source(connection.read_parquet([str(file) for file in files]), _name(files), files)


def _database(config: Config, url: str) -> Source:
    from ibis.common.exceptions import TableNotFound

    scheme, _, place = url.partition("://")
    # A password may hold any sign, so whatever stands before the last @ is not shown.
    shown = f"{scheme}://{config.without_secrets(place).rpartition('@')[2]}"
    if scheme not in SCHEMES:
        raise _refusal(config, "this kind of database is not supported yet", scheme, listed(SCHEMES))
    try:
        if scheme == "duckdb":  # a file is opened for reading only; a missing one is not made
            connection = ibis.duckdb.connect(str(config.folder / place), read_only=True)
            connection.raw_sql("SET TimeZone='UTC'")
        else:
            connection = ibis.connect(url)
        table = connection.table(config.data.table)
    except TableNotFound:
        raise Refusal("the database has no such table", file=str(config.file or "config"),
                      line=config.line("data.table"), key="data.table", found=config.data.table,
                      allowed=f"a table or view of {shown}") from None  # fmt: skip
    except Exception as error:  # noqa: BLE001 - every driver has its own; its text may hold the password
        raise _refusal(config, "the database cannot be reached", f"{shown} ({type(error).__name__})",
                       "a URL such as postgresql://user:${PASSWORD}@host/name") from None  # fmt: skip
    return Source(table, f"{shown}, table {config.data.table}")


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
