"""One log in a file, in DuckDB, in SQLite and in PostgreSQL: one review, to the ninth digit."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import ibis.expr.types as ir
import pytest
from large_log import CONTACTS, to_duckdb, to_parquet, to_postgres, to_sqlite
from own_postgresql import postgresql

from pilot_analysis import load_config, review
from pilot_analysis.contacts.source import open_source
from pilot_analysis.runs.verify import _values_that_differ

CONFIG: dict[str, Any] = {
    "pilot": {"name": "Large pilot", "start": "2026-03-02", "end": "2026-04-20", "ramp_up_days": 7,
              "timezone": "Europe/Berlin"},
    "data": {"arm": {"column": "team", "baseline": ["In-house"], "pilot": ["Vendor"]}},
    "design": {"adjust_for": ["channel", "category"], "segments": ["channel", "hours"]},
    "kpis": {"fcr": {"measure": "repeat_contact", "window_days": 7, "same": ["category"]}},
    "costs": {"baseline": [{"kind": "per_hour", "rate": 38.0, "occupancy": 0.75}],
              "pilot": [{"kind": "per_minute", "rate": 0.62, "step_seconds": 6},
                        {"kind": "per_agent_month", "rate": 9.0},
                        {"kind": "surcharge", "when": "after_hours", "rate": 0.05},
                        {"kind": "surcharge", "when": "weekend", "share": 0.02},
                        {"kind": "surcharge", "when": "holiday", "rate": 0.1, "dates": ["2026-04-03"]},
                        {"kind": "per_result", "rate": 0.01, "column": "category"},
                        {"kind": "bonus_malus", "kpi": "fcr", "bands": [{"at_least": 0.1, "share": 0.001}]},
                        {"kind": "escalator", "share": 0.01, "from": "2026-04-01"},
                        {"kind": "invoice", "month": "2026-03", "amount": 90000, "covers": ["per_minute"]}]},
    "decision": {"agreed_on": "2026-02-20"},
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engines")


@pytest.fixture(scope="module")
def parquet(folder: Path) -> Path:
    return folder / to_parquet(folder / "contacts.parquet")


def reviewed(folder: Path, contacts: str, table: str = "contacts") -> dict[str, Any]:
    """The review as it is written, of a place."""
    where = {"contacts": contacts} | ({"table": table} if "://" in contacts else {})
    config = load_config({**CONFIG, "data": CONFIG["data"] | where}, folder=folder)
    return json.loads(json.dumps(review(config).to_dict()))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def expected(folder: Path, parquet: Path) -> dict[str, Any]:
    found = reviewed(folder, parquet.name)
    assert found["provenance"]["rows"] == CONTACTS
    assert all(kpi["state"] != "not_measured" for kpi in found["kpis"])
    return found


def assert_same(expected: dict[str, Any], found: dict[str, Any]) -> None:
    """Every number to 1e-9, every state and every text; how it was read apart."""
    assert found["provenance"]["rows"] == CONTACTS
    assert list(_values_that_differ({**expected, "provenance": None}, {**found, "provenance": None}, "")) == []


def bytes_of(folder: Path) -> dict[str, str]:
    """What lies in a folder, by its hash."""
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def test_duckdb(folder: Path, parquet: Path, expected: dict[str, Any]) -> None:
    place = to_duckdb(parquet, folder / "log.duckdb")
    before = bytes_of(folder)
    assert_same(expected, reviewed(folder, place))
    assert bytes_of(folder) == before


def test_sqlite_in_several_chunks(folder: Path, parquet: Path, expected: dict[str, Any]) -> None:
    place = to_sqlite(parquet, folder / "log.sqlite")
    before = bytes_of(folder)
    found = reviewed(folder, place)
    assert_same(expected, found)
    assert found["provenance"]["data"][0]["path"] == "log.sqlite"
    assert bytes_of(folder) == before


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.mark.system("initdb")
def test_postgresql_by_a_role_that_may_only_select(
    folder: Path, parquet: Path, expected: dict[str, Any], server: str
) -> None:
    import psycopg

    place = to_postgres(parquet, server)
    there = (
        """SELECT md5(string_agg(c::text, '' ORDER BY contact_id)), (SELECT count(*) FROM pg_class) FROM contacts c"""
    )
    with psycopg.connect(server, autocommit=True) as owner:
        owner.execute("CREATE ROLE reader LOGIN; GRANT SELECT ON contacts TO reader")
        owner.execute("REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC")
        before = owner.execute(there).fetchone()
        assert_same(expected, reviewed(folder, place.replace("user=pilot", "user=reader")))
        assert owner.execute(there).fetchone() == before


# what a review may do there


@pytest.mark.system("initdb")
def test_a_session_of_postgresql_may_not_write(folder: Path, server: str) -> None:
    """By the server's own word, though the user owns it; and temporary tables are writing too."""
    import psycopg

    with psycopg.connect(server) as owner:
        owner.execute("CREATE TABLE opened (contact_id text)")
    connection = opened(folder, server).get_backend()
    for statement in ("INSERT INTO opened VALUES ('x')", "DROP TABLE opened", "CREATE TEMP TABLE kept (x int)"):
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.raw_sql(statement)
    connection.con.close()


def test_a_duckdb_file_is_opened_for_reading(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "log.duckdb")) as owner:
        owner.execute("CREATE TABLE opened (contact_id text)")
    connection = opened(tmp_path, "duckdb://log.duckdb").get_backend()
    for statement in ("INSERT INTO opened VALUES ('x')", "DROP TABLE opened", "CREATE TABLE kept (x int)"):
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            connection.raw_sql(statement)
    connection.disconnect()


def test_an_sqlite_file_needs_no_right_to_write(tmp_path: Path) -> None:
    """Its bytes stay, nothing appears beside it, and the statement that reads it is refused a write by SQLite."""
    with closing(sqlite3.connect(tmp_path / "log.sqlite")) as owner:
        owner.execute("CREATE TABLE opened (contact_id)")
        owner.execute("INSERT INTO opened VALUES ('a')")
        owner.commit()
    before = (tmp_path / "log.sqlite").read_bytes()
    assert opened(tmp_path, "sqlite://log.sqlite").count().execute() == 1
    assert [file.name for file in tmp_path.iterdir()] == ["log.sqlite"]
    assert (tmp_path / "log.sqlite").read_bytes() == before


def opened(folder: Path, place: str, table: str = "opened") -> ir.Table:
    """A table of a database, as a review opens it."""
    data = CONFIG["data"] | {"contacts": place, "table": table}
    return open_source(load_config({**CONFIG, "data": data}, folder=folder)).table
