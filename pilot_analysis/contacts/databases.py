"""Databases by URL, as tables that are only read."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.loading import table_of
from pilot_analysis.refusal import Refusal, listed

SCHEMES = ("postgresql", "postgres", "duckdb", "sqlite", "spark", "bigquery", "snowflake")
EXTRAS = ("spark", "bigquery", "snowflake")  # engines whose driver is an extra of the package, by that name


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


def open_database(config: Config, url: str, engine_for: Callable[[Path], Any], header_only: bool) -> Database:
    """Open `data.table` of the database at a URL, for reading.

    Args:
        engine_for: DuckDB for a file, for databases that are read as files are.
        header_only: whether the names of the columns are enough.

    Raises:
        Refusal: when there is no such database or table; its text holds no password.
    """
    from ibis.common.exceptions import TableNotFound

    scheme, _, place = url.partition("://")
    # A password may hold any sign, so whatever stands before the last @ is not shown.
    shown = f"{scheme}://{config.without_secrets(place).rpartition('@')[2]}"
    name = f"{shown}, table {config.data.table}"
    if scheme not in SCHEMES:
        raise contacts_refusal(config, "this kind of database is not supported yet", scheme, listed(SCHEMES))
    try:
        if scheme == "sqlite":
            file = config.folder / place.partition("?")[0]
            table = _sqlite(file, str(config.data.table), engine_for, header_only)
            return Database(table, name, (file,))
        if scheme == "duckdb":  # a file is opened for reading only; a missing one is not made
            connection = ibis.duckdb.connect(str(config.folder / place), read_only=True)
            connection.raw_sql("SET TimeZone='UTC'")
            return Database(connection.table(config.data.table), name)
        return Database(_of_server(scheme, url, place, str(config.data.table), config.folder), name, engine=scheme)
    except TableNotFound:
        raise Refusal("the database has no such table", file=str(config.file or "config"),
                      line=config.line("data.table"), key="data.table", found=config.data.table,
                      allowed=f"a table or view of {shown}") from None  # fmt: skip
    except ImportError:
        if scheme not in EXTRAS:
            raise
        raise contacts_refusal(config, "the driver of this database is not installed", scheme,
                               f"pip install 'pilot-analysis[{scheme}]'") from None  # fmt: skip
    except Exception as error:  # noqa: BLE001 - every driver has its own; its text may hold the password
        raise contacts_refusal(config, "the database cannot be reached", f"{shown} ({type(error).__name__})",
                       "a URL such as postgresql://user:${PASSWORD}@host/name") from None  # fmt: skip


def _of_server(scheme: str, url: str, place: str, name: str, folder: Path) -> ir.Table:
    """A table of an engine beyond this process, in a session that reads and keeps its stamps in UTC."""
    if scheme == "spark":
        from pilot_analysis.contacts.spark import spark_table

        return spark_table(place, name, folder)
    if scheme in ("bigquery", "snowflake"):
        from pilot_analysis.contacts.warehouses import warehouse_table

        return warehouse_table(scheme, url, name)
    connection = ibis.connect(url)
    connection.raw_sql("SET default_transaction_read_only = on").close()
    return connection.table(name)


def _sqlite(file: Path, name: str, engine_for: Callable[[Path], Any], header_only: bool) -> ir.Table:
    """The rows of a table of SQLite in DuckDB, some at a time, as text: SQLite has no types to rely on.

    Numbers keep the 15 digits that SQLite writes.
    """
    from ibis.common.exceptions import TableNotFound

    with closing(
        sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    ) as connection:
        known = connection.execute("SELECT name FROM pragma_table_info(?)", (name,)).fetchall()
        if not known:
            raise TableNotFound(name)
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
