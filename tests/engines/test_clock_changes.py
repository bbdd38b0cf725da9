"""The nights in which clocks change, from every engine: wall clocks by the zone's rules, instants as they are."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from own_postgresql import postgresql
from pilots import CONFIG

from pilot_analysis import load_config
from pilot_analysis.contacts.sources import read_log

ZONE = "Europe/Berlin"
# In 2026 clocks go forward on 29 March at 2:00 and back on 25 October at 3:00.
WALL = (
    "2026-03-29 01:59:59",
    "2026-03-29 03:00:00",
    "2026-10-25 01:30:00",
    "2026-10-25 03:00:00",
    "2026-07-01 12:00:00",
)
# The hour that October has twice, told apart by its offset.
INSTANTS = ("2026-03-29 01:59:59+01", "2026-03-29 03:00:00+02", "2026-10-25 02:30:00+02", "2026-10-25 02:30:00+01",
            "2026-07-01 12:00:00+02")  # fmt: skip


def in_utc(stamp: str) -> datetime:
    """By Python's own time zones."""
    written = datetime.fromisoformat(stamp)
    return (written if written.tzinfo else written.replace(tzinfo=ZoneInfo(ZONE))).astimezone(UTC).replace(tzinfo=None)


def rows(kind: str) -> str:
    """A query for the log, in the SQL of DuckDB and PostgreSQL."""
    stamps = INSTANTS if kind == "timestamptz" else WALL
    values = ", ".join(f"('c{i}', CAST('{stamp}' AS {kind}), 'In-house')" for i, stamp in enumerate(stamps))
    return f"SELECT * FROM (VALUES {values}) AS log (contact_id, opened_at, team)"


def to_parquet(folder: Path, kind: str) -> str:
    duckdb.execute(f"SET TimeZone = 'America/New_York'; COPY ({rows(kind)}) TO '{folder / 'log.parquet'}'")
    return "log.parquet"


def to_duckdb(folder: Path, kind: str) -> str:
    with duckdb.connect(str(folder / "log.duckdb")) as owner:
        owner.execute(f"SET TimeZone = 'America/New_York'; CREATE TABLE log AS {rows(kind)}")
    return "duckdb://log.duckdb"


def to_sqlite(folder: Path, kind: str) -> str:
    stamps = INSTANTS if kind == "timestamptz" else WALL
    with closing(sqlite3.connect(folder / "log.sqlite")) as owner:
        owner.execute("CREATE TABLE log (contact_id, opened_at, team)")
        owner.executemany("INSERT INTO log VALUES (?, ?, 'In-house')", [(f"c{i}", s) for i, s in enumerate(stamps)])
        owner.commit()
    return "sqlite://log.sqlite"


def read(folder: Path, place: str, table: str = "log") -> list[datetime]:
    """The stamps of the log as a review has them, in the order of their ids."""
    data = CONFIG["data"] | {"contacts": place} | ({"table": table} if "://" in place else {})
    log = read_log(load_config({"pilot": CONFIG["pilot"], "data": data}, folder=folder))
    found: list[datetime] = log.table.order_by("contact_id").opened_at.to_pyarrow().to_pylist()
    return found


def assert_stamps(found: list[datetime], kind: str) -> None:
    assert found == [in_utc(stamp) for stamp in (INSTANTS if kind == "timestamptz" else WALL)]


@pytest.mark.parametrize("kind", ["timestamp", "timestamptz"])
@pytest.mark.parametrize("written", [to_parquet, to_duckdb, to_sqlite])
def test_files(tmp_path: Path, written: Callable[[Path, str], str], kind: str) -> None:
    assert_stamps(read(tmp_path, written(tmp_path, kind)), kind)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.mark.system("initdb")
@pytest.mark.parametrize("kind", ["timestamp", "timestamptz"])
def test_postgresql_whatever_its_own_zone_is(tmp_path: Path, server: str, kind: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as owner:
        owner.execute("ALTER ROLE pilot SET timezone = 'America/New_York'")
        owner.execute(f"DROP TABLE IF EXISTS log; CREATE TABLE log AS {rows(kind)}")
    assert_stamps(read(tmp_path, server), kind)


def test_the_expected_stamps_by_hand() -> None:
    expected: dict[str, Any] = {WALL[1]: (1, 0), INSTANTS[2]: (0, 30), INSTANTS[3]: (1, 30), WALL[4]: (10, 0)}
    assert {stamp: (in_utc(stamp).hour, in_utc(stamp).minute) for stamp in expected} == expected
