"""Open what `data.contacts` names, as an Ibis table with the names of the source."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from pilot_analysis.config.models import Config
from pilot_analysis.config.presets import presets
from pilot_analysis.contacts.databases import contacts_refusal, open_database
from pilot_analysis.contacts.dialect import (
    TITLES,
    UTF_8,
    dialect_of,
    names_twice,
    no_rows,
    refuse_header,
    rows_above_header,
    text_rows,
    with_names_at_the_ends,
)
from pilot_analysis.contacts.embedded import duckdb_for, fit_to
from pilot_analysis.contacts.faults import reading
from pilot_analysis.contacts.jsonlines import json_rows
from pilot_analysis.contacts.loading import Row, table_of
from pilot_analysis.contacts.sheets import sheet_rows
from pilot_analysis.contacts.sizes import refuse_large_parquet, refuse_too_large
from pilot_analysis.refusal import Refusal, listed, nearest

CSV_SUFFIXES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz")
PARQUET_SUFFIXES = (".parquet", ".pq")
SHEET_SUFFIXES = (".xlsx",)
JSON_SUFFIXES = (".jsonl", ".ndjson")
SUFFIXES = CSV_SUFFIXES + PARQUET_SUFFIXES + SHEET_SUFFIXES + JSON_SUFFIXES


@dataclass(frozen=True)
class Source:
    """An opened source.

    Attributes:
        table: the rows, lazily, under their source names. Text files have text columns only.
        name: what the source is called in messages; never holds a password.
        files: the files behind it, none for a database.
        is_text: whether the files are text, to be parsed.
        decimal_comma: whether a comma between digits may be taken for the decimal sign (`;` files).
        engine: what computes: duckdb, for files too, or another database.
        above: lines above the headers of its files, which are titles or tell a spreadsheet the separator.
    """

    table: ir.Table
    name: str
    files: tuple[Path, ...] = ()
    is_text: bool = False
    decimal_comma: bool = False
    engine: str = "duckdb"
    above: int = 0

    def fingerprints(self) -> list[dict[str, Any]]:
        """Path name, size in bytes and SHA-256 of every file."""
        return [{"path": file.name, "bytes": file.stat().st_size, "sha256": _sha256(file)} for file in self.files]


def open_source(
    config: Config, beside: Source | None = None, repeats: bool = False, header_only: bool = False
) -> Source:
    """Open the contacts of a config that has one log.

    Args:
        beside: a source that it will be joined with, so that files are read in one engine.
        repeats: whether names may stand several times in the header of a text file, as its preset would say.
        header_only: whether the names of the columns are enough, so that no row need be copied into the engine.

    Raises:
        Refusal: when there is nothing to read, or it cannot be read for what it is.
    """
    contacts = config.data.contacts
    assert contacts is not None, "a config of several logs is read log by log"
    if "://" in contacts:
        database = open_database(config, contacts, lambda file: _engine((file,), beside), header_only)
        return Source(
            database.table, database.name, database.files, is_text=bool(database.files), engine=database.engine
        )
    files = files_at(config, contacts)
    connection = _engine(files, beside)
    suffixes = {_suffix(file) for file in files}
    if len(suffixes) > 1:
        raise contacts_refusal(
            config, "the files are of different kinds", listed(sorted(suffixes)), "one kind a source"
        )
    suffix = suffixes.pop()
    for file in files:
        if suffix in PARQUET_SUFFIXES:
            refuse_large_parquet(connection, file, config.data.largest_gb)
        else:
            refuse_too_large(file, config.data.largest_gb)
    if suffix in PARQUET_SUFFIXES:
        return _parquet(connection, files)
    if suffix in CSV_SUFFIXES:
        return _text(connection, files, config.data.encoding, repeats or _repeats(config), header_only)
    if suffix in SHEET_SUFFIXES:
        return _rows(connection, files, sheet_rows, header_only)
    if suffix in JSON_SUFFIXES:
        return _rows(connection, files, json_rows, header_only)
    raise contacts_refusal(config, "this kind of file cannot be read", files[0].name, listed(SUFFIXES))


def _engine(files: tuple[Path, ...], beside: Source | None) -> Any:
    """DuckDB for these files, the one in which `beside` was read."""
    if beside is None or not beside.files:
        return duckdb_for(files)
    connection = beside.table.get_backend()
    fit_to(connection, files)
    return connection


def no_such_column(source: Source, key: str, name: str, present: Sequence[str]) -> Refusal:
    """A column that a key of the config names and the data, with the columns `present`, have not."""
    return Refusal("the data have no such column", file=source.name, key=key, found=name,
                   allowed="columns: " + listed(present, most=60), nearest=nearest(name, present))  # fmt: skip


def files_at(config: Config, contacts: str) -> tuple[Path, ...]:
    """The files that a path or a pattern of a config names.

    Raises:
        Refusal: where there is none, or an empty one.
    """
    path = Path(contacts)
    if any(sign in contacts for sign in "*?[") and not (config.folder / path).exists():
        anchor = Path(path.anchor) if path.is_absolute() else config.folder
        pattern = str(path.relative_to(path.anchor)) if path.is_absolute() else contacts
        files = tuple(sorted(file for file in anchor.glob(pattern) if file.is_file()))
        if not files:
            raise contacts_refusal(
                config, "no file fits the pattern", contacts, "a pattern that fits at least one file"
            )
        return files
    file = config.folder / path
    try:
        exists = file.exists()
    except OSError:  # a name that is too long to be one
        exists = False
    if not exists:
        raise contacts_refusal(config, "the data file does not exist", contacts, f"a file, relative to {config.folder}")
    if not file.is_file():
        raise contacts_refusal(config, "the data is not a file", contacts, "a file or a pattern such as logs/*.csv")
    if file.stat().st_size == 0:
        raise Refusal("the data file is empty", file=str(file), allowed="a header and at least one row")
    return (file,)


def _suffix(file: Path) -> str:
    suffixes = [s.lower() for s in file.suffixes]
    return "".join(suffixes[-2:]) if suffixes[-1:] == [".gz"] else "".join(suffixes[-1:])


def _name(files: tuple[Path, ...]) -> str:
    return str(files[0]) + (f" and {len(files) - 1} more" if len(files) > 1 else "")


def _repeats(config: Config) -> bool:
    """Whether the system is known to repeat names in its header."""
    return config.data.preset is not None and presets()[config.data.preset].repeats


def _text(connection: Any, files: tuple[Path, ...], encoding: str | None, repeats: bool, header_only: bool) -> Source:
    """Text files: dialect from the header, everything read as text and parsed column by column later."""
    dialects = [dialect_of(file, encoding, repeats) for file in files]
    first = dialects[0]
    for file, dialect in zip(files, dialects, strict=True):
        if dialect[1:3] != first[1:3]:
            raise _different(file, dialect.names, first.names)
    decimal_comma = first.delimiter == ";"
    above = sum(dialect.above for dialect in dialects)
    if any(dialect.encoding != UTF_8 or dialect.above != first.above for dialect in dialects):
        rows = chain.from_iterable(text_rows(*one) for one in zip(files, dialects, strict=True))
        table = table_of(connection, first.names, iter(()) if header_only else rows)
        return Source(table, _name(files), files, True, decimal_comma, above=above)
    with reading(_name(files)):
        table = connection.read_csv(
            [str(file) for file in files], auto_detect=False, delim=first.delimiter, quote='"', escape='"',
            header=True, skip=first.above, strict_mode=True, columns=dict.fromkeys(first.names, "VARCHAR"),
        )  # fmt: skip
    return Source(table, _name(files), files, True, decimal_comma, above=above)


def _rows(
    connection: Any, files: tuple[Path, ...], rows_of: Callable[[Path], Iterator[Row]], header_only: bool
) -> Source:
    """Files that come as rows of text, a header first."""
    streams, headers, above = [], [], 0
    for file in files:
        stream = rows_of(file)
        first = list(islice(stream, TITLES))
        titles = rows_above_header(first)
        above += titles
        headers.append(with_names_at_the_ends([(name or "").strip() for name in first[titles]]))
        streams.append(chain(first[titles + 1 :], stream))
    for file, header in zip(files, headers, strict=True):
        refuse_header(header, file)
        if header != headers[0]:
            raise _different(file, header, headers[0])
    table = table_of(connection, headers[0], iter(()) if header_only else chain.from_iterable(streams))
    if not header_only and not table.count().to_pyarrow().as_py():
        raise no_rows(headers[0], files[0])
    return Source(table, _name(files), files, is_text=True, above=above)


def _different(file: Path, names: Sequence[str], first: Sequence[str]) -> Refusal:
    return Refusal("the files have different headers", file=str(file), found=listed(names), allowed=listed(first))


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
    twice = names_twice(list(schemas[0]))
    if twice:
        raise Refusal("the file has a name twice (capitals do not tell apart)", file=str(files[0]),
                      found=listed(twice), allowed="one name a column")  # fmt: skip
    with reading(files[0]):
        return Source(connection.read_parquet([str(file) for file in files]), _name(files), files)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
