"""A log of a quarter of a million contacts, made by DuckDB, in every place from which a review can read it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb

CONTACTS, CUSTOMERS, AGENTS = 250_000, 90_000, 60
COLUMNS = {  # of the log, with their types in PostgreSQL
    "contact_id": "text", "opened_at": "timestamp", "agent_id": "text", "team": "text", "customer_id": "text",
    "channel": "text", "category": "text", "csat": "integer", "first_response_at": "timestamp",
    "handle_seconds": "double precision", "reopened": "boolean",
}  # fmt: skip

# Wall-clock stamps of Berlin, with the hour that 29 March 2026 lacks left out, as clocks do.
LOG = f"""
WITH drawn AS (
  SELECT i, hash(i) % 60 AS agent, [hash(i + {CONTACTS} * k) % 1000003 / 1000003.0 FOR k IN range(1, 7)] AS u
  FROM range({CONTACTS}) t(i)
), timed AS (
  SELECT *, TIMESTAMP '2026-02-20 00:00:00' + INTERVAL (CAST(floor(i * 70.0 * 86400 / {CONTACTS}) AS BIGINT)) SECOND
    AS spoken FROM drawn
)
SELECT 'c' || i AS contact_id,
  CASE WHEN spoken::DATE = DATE '2026-03-29' AND hour(spoken) = 2 THEN spoken + INTERVAL 1 HOUR ELSE spoken END
    AS opened_at,
  CASE WHEN u[6] > 0.002 THEN 'agent ' || agent END AS agent_id,
  CASE WHEN agent < 18 THEN 'Vendor' ELSE 'In-house' END AS team,
  'customer ' || CAST(floor(u[1] * {CUSTOMERS}) AS INTEGER) AS customer_id,
  ['email', 'chat', 'phone'][1 + CAST(floor(u[2] * 3) AS INTEGER)] AS channel,
  ['bill', 'parcel', 'login', 'other'][1 + CAST(floor(u[3] * 4) AS INTEGER)] AS category,
  CASE WHEN u[4] < 0.3 THEN CASE WHEN u[5] < 0.8 + agent % 7 * 0.01 THEN 5 ELSE 2 END END AS csat,
  CASE WHEN u[4] > 0.01 THEN opened_at + INTERVAL (CAST(floor(exp(6 + 2 * u[5] + u[3])) AS INTEGER)) SECOND END
    AS first_response_at,
  60 + 600 * u[2] AS handle_seconds,
  u[1] < 0.05 AS reopened
FROM timed
"""


def to_parquet(file: Path) -> str:
    """The log as a file."""
    with duckdb.connect() as engine:
        engine.execute(f"COPY ({LOG}) TO '{file}' (FORMAT parquet)")
    return file.name


def to_duckdb(parquet: Path, file: Path) -> str:
    """The same as a DuckDB database."""
    with duckdb.connect(str(file)) as engine:
        engine.execute(f"CREATE TABLE contacts AS FROM '{parquet}'")
    return f"duckdb://{file.name}"


def to_sqlite(parquet: Path, file: Path) -> str:
    """The same as an SQLite database: stamps are text there, truths are numbers."""
    with closing(sqlite3.connect(file)) as database:
        database.execute(f"CREATE TABLE contacts ({', '.join(COLUMNS)})")
        places = ", ".join("?" * len(COLUMNS))
        for chunk in chunks(
            parquet, "* REPLACE (opened_at::TEXT AS opened_at, first_response_at::TEXT AS first_response_at)"
        ):
            database.executemany(f"INSERT INTO contacts VALUES ({places})", chunk)
        database.commit()
    return f"sqlite://{file.name}"


def to_postgres(parquet: Path, url: str) -> str:
    """The same as a table of a PostgreSQL server."""
    import psycopg

    with psycopg.connect(url) as server:
        server.execute("CREATE TABLE contacts (" + ", ".join(f"{n} {t}" for n, t in COLUMNS.items()) + ")")
        with server.cursor().copy("COPY contacts FROM STDIN") as copy:
            for chunk in chunks(parquet):
                for row in chunk:
                    copy.write_row(row)
    return url


def chunks(parquet: Path, columns: str = "*") -> Iterator[list[tuple[object, ...]]]:
    """The rows of the log, some at a time."""
    with duckdb.connect() as engine:
        rows = engine.execute(f"SELECT {columns} FROM '{parquet}'")
        while chunk := rows.fetchmany(50_000):
            yield chunk
