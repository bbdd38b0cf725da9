"""Databases by URL, as tables that are only read."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.embedded import duckdb_for
from pilot_analysis.contacts.faults import called, reading, said_by
from pilot_analysis.contacts.loading import table_of
from pilot_analysis.contacts.snapshots import begin_snapshot
from pilot_analysis.refusal import Refusal, listed, nearest

EXAMPLES = {  # of each scheme, as a hint
    "postgresql": "postgresql://user:${PASSWORD}@host/database, as the server knows them",
    "postgres": "postgres://user:${PASSWORD}@host/database, as the server knows them",
    "duckdb": "duckdb://support.duckdb, a file that no other program is writing to",
    "sqlite": "sqlite://support.sqlite, a file that no other program is writing to",
    "spark": "spark://local, spark://host:7077 or spark://",
    "bigquery": "bigquery://project/dataset",
    "snowflake": "snowflake://user:${PASSWORD}@account/DATABASE/SCHEMA?warehouse=NAME",
}
EXTRAS = ("spark", "bigquery", "snowflake")  # engines whose driver is an extra of the package, by that name
BEGINNINGS = {"duckdb": (8, b"DUCK"), "sqlite": (0, b"SQLite format 3\0")}  # of their files: where, and what


class Database(NamedTuple):
    """A table of a database.

    Attributes:
        table: its rows, lazily; those of SQLite stand in DuckDB, as text.
        name: what it is called in messages; never holds a password.
        files: the file of an SQLite database.
        engine: what computes: duckdb, or the scheme of the URL.
    """

    table: ir.Table
    name: str
    files: tuple[Path, ...] = ()
    engine: str = "duckdb"


class _Missing(Exception):  # noqa: N818 - an answer, not an accident
    """No such table, and the names that there are."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.names = names


def open_database(config: Config, url: str, engine_for: Callable[[Path], Any], header_only: bool) -> Database:
    """Open `data.table` of the database at a URL, for reading.

    Args:
        engine_for: DuckDB for a file, for databases that are read as files are.
        header_only: whether the names of the columns are enough.

    Raises:
        Refusal: when there is no such database or table; its text holds no password.
    """
    scheme, _, place = url.partition("://")
    table, shown = str(config.data.table), config.without_secrets(called(url, None))
    name = f"{shown}, table {table}"
    if scheme not in EXAMPLES:
        raise contacts_refusal(config, "this kind of database is not supported yet", scheme, listed(EXAMPLES))
    file = config.folder / place.partition("?")[0]
    if scheme in BEGINNINGS:
        _refuse_other_files(config, file, scheme)
    try:
        if scheme == "sqlite":
            with reading(name):
                return Database(_sqlite(file, table, engine_for, header_only), name, (file,))
        if scheme == "duckdb":  # a file is opened for reading only
            return Database(_table(duckdb_for((file,), database=file), table), name)
        return Database(_of_server(scheme, url, place, table, config.folder), name, engine=scheme)
    except _Missing as missing:
        allowed = ": ".join(filter(None, [f"a table or view of {shown}", listed(missing.names)]))
        raise Refusal("the database has no such table", file=str(config.file or "config"),
                      line=config.line("data.table"), key="data.table", found=table, allowed=allowed,
                      nearest=nearest(table, missing.names)) from None  # fmt: skip
    except ImportError:
        if scheme not in EXTRAS:
            raise
        raise contacts_refusal(config, "the driver of this database is not installed", scheme,
                               f"pip install 'pilot-analysis[{scheme}]'") from None  # fmt: skip
    except Refusal:
        raise
    except Exception as error:  # noqa: BLE001 - every driver has its own
        # A password with an @ that stands there as it is, is cut by drivers where they please, and shown in parts.
        said = said_by(error) if place.count("@") < 2 else type(error).__name__
        password = place.rpartition("@")[0].partition(":")[2]
        raise contacts_refusal(config, f"{shown} cannot be opened", said.replace(password, "…") if password else said,
                               EXAMPLES[scheme]) from None  # fmt: skip


def _refuse_other_files(config: Config, file: Path, scheme: str) -> None:
    """Refuse a file that is missing, or is no database of this kind."""
    at, expected = BEGINNINGS[scheme]
    try:
        with file.open("rb") as stream:
            begins = stream.read(at + len(expected))[at:]
    except FileNotFoundError:
        within = file.is_relative_to(config.folder)
        found = str(file.relative_to(config.folder) if within else file)
        raise contacts_refusal(config, "the data file does not exist", config.without_secrets(found),
                               f"a file, relative to {config.folder}: {scheme}://NAME; three slashes begin at the root"
                               ) from None  # fmt: skip
    except OSError as error:
        raise contacts_refusal(config, "the data file cannot be read", error.strerror, EXAMPLES[scheme]) from None
    if begins != expected:
        raise contacts_refusal(config, "the file is no database of this kind", file.name, EXAMPLES[scheme])


def _table(connection: Any, name: str) -> ir.Table:
    """A table by its name, or by its schema and name."""
    from ibis.common.exceptions import TableNotFound

    schema, dot, own = name.rpartition(".")
    try:
        return connection.table(name)
    except TableNotFound:
        if not dot:
            raise _Missing(_names(connection)) from None
    try:
        return connection.table(own, database=schema)
    except TableNotFound:
        raise _Missing([f"{schema}.{one}" for one in _names(connection, schema)]) from None


def _names(connection: Any, schema: str | None = None) -> list[str]:
    """The tables of a schema, without one of that in which names are looked for, that may be seen."""
    tables = connection.table("tables", database="information_schema")
    seen = tables.filter(tables.table_schema == (schema or connection.current_database or ""))
    return sorted(seen.table_name.to_pyarrow().to_pylist())


def _of_server(scheme: str, url: str, place: str, name: str, folder: Path) -> ir.Table:
    """A table of an engine beyond this process, in a session that reads and keeps its stamps in UTC."""
    from ibis.common.exceptions import TableNotFound

    if scheme not in EXTRAS:
        return _table(_postgresql(url), name)
    names: Callable[[], list[str]] = list
    try:
        if scheme == "spark":
            from pilot_analysis.contacts.spark import spark_names, spark_table

            names = partial(spark_names, place, name)
            return spark_table(place, name, folder)
        from pilot_analysis.contacts.warehouses import warehouse_table

        return warehouse_table(scheme, url, name)
    except TableNotFound:
        raise _Missing(names()) from None


def _postgresql(url: str) -> Any:
    """A session that may not write; inside `snapshots` it sees the database as it was at its first question."""
    parts = urlsplit(url)
    named = {"user": parts.username, "password": parts.password}
    connection = ibis.connect(url, **{key: unquote(value) for key, value in named.items() if value})
    connection.raw_sql("SET default_transaction_read_only = on").close()
    begin_snapshot(connection.con)
    return connection


def _sqlite(file: Path, name: str, engine_for: Callable[[Path], Any], header_only: bool) -> ir.Table:
    """The rows of a table of SQLite in DuckDB, some at a time, as text: SQLite has no types to rely on.

    Numbers keep the 15 digits that SQLite writes.
    """
    with closing(
        sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    ) as connection:
        known = connection.execute("SELECT name FROM pragma_table_info(?)", (name,)).fetchall()
        if not known:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name")
            raise _Missing([str(table) for (table,) in tables])
        columns = [str(column) for (column,) in known]
        asked = ", ".join(f"CAST({_quoted(column)} AS TEXT)" for column in columns)
        rows = connection.execute(f"SELECT {asked} FROM {_quoted(name)}")
        return table_of(engine_for(file), columns, iter(()) if header_only else rows)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def contacts_refusal(config: Config, problem: str, found: object, allowed: str) -> Refusal:
    """What `data.contacts` names cannot be read; no secret is shown."""
    return Refusal(problem, file=str(config.file or "config"), line=config.line("data.contacts"),
                   key="data.contacts", found=config.without_secrets(str(found)), allowed=allowed)  # fmt: skip
