"""Databases by URL: which table is meant, what is said where there is none, and that no password is shown."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import ibis.expr.types as ir
import pytest
from own_postgresql import KEYED, postgresql
from pilots import CONFIG

from pilot_analysis import load_config
from pilot_analysis.contacts.embedded import aside
from pilot_analysis.contacts.snapshots import snapshots
from pilot_analysis.contacts.source import open_source
from pilot_analysis.refusal import Refusal

PASSWORD = "p@ss/w:r#d%?+ x"  # whatever would end a password in a URL


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql() as url:
        import psycopg

        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute(f"""
                CREATE ROLE {KEYED} LOGIN PASSWORD '{PASSWORD}';
                CREATE SCHEMA desk;
                GRANT USAGE ON SCHEMA desk TO {KEYED};
                CREATE TABLE tickets AS SELECT 'public'::text AS contact_id;
                CREATE TABLE "Tickets 2026" AS SELECT 'mixed case'::text AS contact_id;
                CREATE TABLE desk.tickets AS SELECT 'desk'::text AS contact_id;
                CREATE VIEW desk.seen AS SELECT contact_id || ', seen' AS contact_id FROM desk.tickets;
                CREATE MATERIALIZED VIEW kept AS SELECT 'kept'::text AS contact_id;
                GRANT SELECT ON ALL TABLES IN SCHEMA public, desk TO {KEYED};
            """)
        yield url


def opened(place: str, table: str = "tickets", folder: Path | None = None) -> ir.Table:
    config = {**CONFIG, "data": CONFIG["data"] | {"contacts": place, "table": table}}
    return open_source(load_config(config, folder=folder)).table


def only_id(table: ir.Table) -> Any:
    return table.contact_id.to_pyarrow().to_pylist()[0]


# which table


@pytest.mark.system("initdb")
@pytest.mark.parametrize(
    ("query", "table", "found"),
    [
        ("", "tickets", "public"),
        ("", "Tickets 2026", "mixed case"),
        ("", "desk.tickets", "desk"),
        ("&schema=desk", "tickets", "desk"),
        ("", "desk.seen", "desk, seen"),
        ("", "kept", "kept"),
    ],
)
def test_a_table_a_view_and_a_schema(server: str, query: str, table: str, found: str) -> None:
    assert only_id(opened(server + query, table)) == found


def test_a_schema_of_a_duckdb_file(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "log.duckdb")) as owner:
        owner.execute("CREATE SCHEMA desk; CREATE TABLE desk.tickets AS SELECT 'desk' AS contact_id")
    assert only_id(opened("duckdb://log.duckdb", "desk.tickets", tmp_path)) == "desk"


def test_what_does_not_fit_the_memory_of_a_duckdb_file_is_not_written_beside_it(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "log.duckdb")) as owner:
        owner.execute("CREATE TABLE tickets AS SELECT i AS contact_id FROM range(3000000) AS all_of_them(i)")
    engine = opened("duckdb://log.duckdb", folder=tmp_path).get_backend()
    engine.raw_sql("SET memory_limit='20MB'")
    engine.con.execute("SELECT contact_id FROM tickets ORDER BY hash(contact_id)")
    assert list(Path(aside().name).glob("*.tmp"))
    assert [file.name for file in tmp_path.iterdir()] == ["log.duckdb"]


# none


@pytest.mark.system("initdb")
@pytest.mark.parametrize(
    ("table", "nearest", "names"),
    [("tickts", "tickets", "Tickets 2026, tickets"), ("desk.tikets", "desk.tickets", "desk.seen, desk.tickets")],
)
def test_a_table_that_is_not_there_names_those_that_are(server: str, table: str, nearest: str, names: str) -> None:
    with pytest.raises(Refusal) as caught:
        opened(server, table)
    assert (caught.value.key, caught.value.found, caught.value.nearest) == ("data.table", table, nearest)
    assert str(caught.value.allowed).endswith(f": {names}")


@pytest.mark.parametrize("scheme", ["duckdb", "sqlite"])
def test_files_that_are_no_such_database(tmp_path: Path, scheme: str) -> None:
    with duckdb.connect(str(tmp_path / "duckdb")) as owner:
        owner.execute("CREATE TABLE tickets (contact_id text)")
    with closing(sqlite3.connect(tmp_path / "sqlite")) as owner:
        owner.execute("CREATE TABLE tickets (contact_id)")
    said = {}
    for file, table in ((scheme, "tickts"), ("duckdb" if scheme == "sqlite" else "sqlite", "tickets"), ("gone", "t")):
        with pytest.raises(Refusal) as caught:
            opened(f"{scheme}://{file}", table, tmp_path)
        said[caught.value.problem] = caught.value.nearest
    assert said == {
        "the database has no such table": "tickets", "the file is no database of this kind": None,
        "the data file does not exist": None,
    }  # fmt: skip


# passwords


@pytest.mark.system("initdb")
def test_a_password_may_hold_any_sign(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORD", PASSWORD)
    place = server.partition("&")[0].replace("//", f"//{KEYED}:${{WORD}}@")
    assert only_id(opened(place)) == "public"
    monkeypatch.setenv("WORD", "p%40ss%2Fw%3Ar%23d%25%3F%2B%20x")  # quoted before, as URLs want it
    assert only_id(opened(place)) == "public"


@pytest.mark.system("initdb")
@pytest.mark.parametrize(
    ("place", "said"),
    [
        (KEYED + ":${WORD}@", "password authentication failed"),
        (KEYED + ":wrong-word@", "password authentication failed"),
        (KEYED + ":wr@ng/word@", "OperationalError"),
        ("pilot:wrong-word@nowhere.invalid", "nowhere.invalid"),
        ("pilot:wrong-word@localhost:port", "port"),
    ],
)
def test_a_server_that_does_not_open_says_why_and_shows_no_password(
    server: str, monkeypatch: pytest.MonkeyPatch, place: str, said: str
) -> None:
    monkeypatch.setenv("WORD", "wrong-word")
    query = "" if "@nowhere" in place or "@local" in place else "?" + server.partition("?")[2].partition("&")[0]
    with pytest.raises(Refusal) as caught:
        opened(f"postgresql://{place}/postgres{query}")
    text = str(caught.value)
    assert said in text
    assert not [part for part in ("wrong-word", "wr@ng", "ng/word", "word@") if part in text]


def test_a_password_in_the_query_is_not_shown() -> None:
    with pytest.raises(Refusal) as caught:
        opened("postgresql://nowhere.invalid/postgres?user=pilot&password=hunter2")
    assert "hunter2" not in str(caught.value)
    assert "password=…" in str(caught.value)


# one state of it


@pytest.mark.system("initdb")
def test_all_scans_of_a_review_see_one_state_and_nothing_is_held_afterwards(server: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as other:
        other.execute("CREATE TABLE live AS SELECT 'a'::text AS contact_id")
        with snapshots():
            table = opened(server, "live")
            before = table.count().execute()
            other.execute("INSERT INTO live VALUES ('b')")
            assert (before, table.count().execute()) == (1, 1)
        held = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
        assert other.execute(held).fetchone() == (0,)
        assert table.count().execute() == 2
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            table.get_backend().raw_sql("INSERT INTO live VALUES ('c')")
