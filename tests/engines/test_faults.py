"""Engines that fail while a review asks them: one readable refusal each, as the engines themselves raise it."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import ibis
import pandas as pd
import pytest
from own_postgresql import postgresql
from pilots import CONFIG, command, contacts, program, write_pilot

from pilot_analysis import load_config, review
from pilot_analysis.contacts.faults import BUSY, GONE, LOST, RIGHTS, ROOM, STOPPED, VALUE, reading
from pilot_analysis.contacts.source import open_source
from pilot_analysis.refusal import EngineFailure, Refusal
from pilot_analysis.runs.execute import outcome
from pilot_analysis.runs.exits import ERROR, REFUSED, exit_code_of

NAME = "desk.contacts"  # of the table in the faults' own schema


def config(place: str, **data: Any) -> dict[str, Any]:
    return {**CONFIG, "data": CONFIG["data"] | {"contacts": place, "table": NAME} | data}


def refused(call: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call()
    assert caught.value.__cause__ is None, "no traceback of an engine, which may hold a secret"
    return caught.value


# PostgreSQL


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.fixture(scope="module")
def desk(server: str) -> Any:
    """A session of the owner; every statement on desk.contacts calls desk.fault() for every row."""
    import psycopg

    log = contacts()
    with psycopg.connect(server, autocommit=True) as owner:
        owner.execute("CREATE SCHEMA desk")
        stamps = {"opened_at", "first_response_at"}
        types = {name: "timestamp" if name in stamps else "float8" if log[name].dtype.kind == "f" else "text"
                 for name in log}  # fmt: skip
        owner.execute("CREATE TABLE desk.log (" + ", ".join(f"{name} {kind}" for name, kind in types.items()) + ")")
        with owner.cursor().copy("COPY desk.log FROM STDIN") as copy:
            for row in log.astype(object).where(log.notna(), None).itertuples(index=False):
                copy.write_row(row)
        yield owner


def fault_at(owner: Any, number: int, what: str) -> None:
    """Let the statement `number` of a session on desk.contacts end in `what`, a line of PL/pgSQL."""
    owner.execute(f"""
        CREATE OR REPLACE FUNCTION desk.fault() RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$ BEGIN
          IF current_setting('desk.last', true) IS DISTINCT FROM statement_timestamp()::text THEN
            PERFORM set_config('desk.last', statement_timestamp()::text, false);
            PERFORM set_config('desk.n', (coalesce(nullif(current_setting('desk.n', true), ''), '0')::int + 1)::text,
                               false);
          END IF;
          IF current_setting('desk.n')::int >= {number} THEN {what} END IF;
          RETURN true;
        END $$;
        CREATE OR REPLACE VIEW desk.contacts AS SELECT * FROM desk.log WHERE desk.fault();
    """)


END_SESSION = "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5);"
DISK_FULL = "RAISE EXCEPTION 'could not extend file \"base/5/16397\": No space left on device' USING ERRCODE = '53100';"


@pytest.mark.system("initdb")
@pytest.mark.parametrize("number", [1, 9, 17])
def test_a_connection_lost_in_any_scan_is_a_refusal(desk: Any, server: str, number: int) -> None:
    fault_at(desk, number, END_SESSION)
    found = refused(lambda: review(load_config(config(server))))
    assert found.problem == LOST.problem
    assert found.key == "data.contacts"
    assert str(found.file).endswith(f", table {NAME}")
    assert "terminating connection due to administrator command" in str(found.found)
    assert exit_code_of(found) == REFUSED


@pytest.mark.system("initdb")
def test_a_full_disk_of_the_server_is_nobodys_fault_and_exits_with_1(desk: Any, server: str) -> None:
    fault_at(desk, 3, DISK_FULL)
    found = refused(lambda: review(load_config(config(server))))
    assert isinstance(found, EngineFailure)
    assert (found.problem, found.found) == (
        ROOM.problem, 'DiskFull: could not extend file "base/5/16397": No space left on device'
    )  # fmt: skip
    assert exit_code_of(found) == ERROR


@pytest.mark.system("initdb")
def test_a_run_that_lost_its_server_publishes_nothing(desk: Any, server: str, tmp_path: Path) -> None:
    fault_at(desk, 9, END_SESSION)
    file = write_pilot(tmp_path, data__contacts=server, data__table=NAME)
    done = program("run", str(file), "--out", str(tmp_path / "reports"))
    assert done.code == REFUSED
    assert LOST.problem in done.err
    assert "Traceback" not in done.err + done.out
    assert not list((tmp_path / "reports").glob("*/*/review.json"))


@pytest.mark.system("initdb")
@pytest.mark.parametrize(
    ("made", "problem", "said"),
    [
        ("CREATE VIEW desk.{} AS SELECT contact_id, category::int AS n FROM desk.log", VALUE.problem, "integer"),
        ("CREATE VIEW desk.{} AS SELECT contact_id, 1 AS n FROM desk.log, pg_sleep(9)", STOPPED.problem, "timeout"),
        ("CREATE TABLE desk.{} (contact_id text, n int)", GONE.problem, "does not exist"),
    ],
)
def test_what_else_a_server_may_say(desk: Any, server: str, made: str, problem: str, said: str) -> None:
    name = f"odd_{len(problem)}"
    desk.execute(made.format(name))
    table = open_source(load_config(config(server, table=f"desk.{name}"))).table
    table.get_backend().raw_sql("SET statement_timeout = '500ms'").close()
    if problem is GONE.problem:
        desk.execute(f"ALTER TABLE desk.{name} DROP COLUMN n")

    def asked() -> None:
        with reading("desk"):
            table.n.sum().to_pyarrow()

    found = refused(asked)
    assert (found.problem, found.key) == (problem, "data.contacts")
    assert said in str(found.found)
    assert "\n" not in str(found.found)


@pytest.mark.system("initdb")
def test_a_role_without_the_right_to_read_is_told_so(desk: Any, server: str, tmp_path: Path) -> None:
    desk.execute("CREATE ROLE blind LOGIN; GRANT USAGE ON SCHEMA desk TO blind")
    place = server.replace("user=pilot", "user=blind")
    file = write_pilot(tmp_path, data__contacts=place, data__table="desk.log")
    done = command("review", str(file))
    assert done.code == REFUSED
    assert RIGHTS.problem in done.err
    assert "permission denied for table log" in done.err


# files


def test_another_program_that_writes_to_a_duckdb_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "log.duckdb"
    holds = f"import duckdb, sys; c = duckdb.connect({str(file)!r}); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", holds], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        found = refused(lambda: open_source(load_config(config("duckdb://log.duckdb"), folder=tmp_path)))
        other.communicate()
    assert found.problem == "duckdb://log.duckdb cannot be opened"
    assert "Could not set lock" in str(found.found)


def test_duckdb_without_room_is_an_engine_that_failed() -> None:
    engine = ibis.duckdb.connect(memory_limit="20MB", max_temp_directory_size="1MB", threads=1)

    def asked() -> None:
        with reading("contacts.parquet"):
            engine.raw_sql("CREATE TEMP TABLE wide AS SELECT hash(i)::TEXT AS h FROM range(3000000) t(i) ORDER BY h")

    assert isinstance(refused(asked), EngineFailure)


def test_parquet_that_is_damaged_inside_is_refused_at_the_scan_that_finds_it(tmp_path: Path) -> None:
    file = tmp_path / "contacts.parquet"
    duckdb.execute(f"COPY (SELECT hash(i)::TEXT AS contact_id FROM range(100000) t(i)) TO '{file}'")
    whole = bytearray(file.read_bytes())
    whole[4 : len(whole) // 2] = bytes(len(whole) // 2 - 4)
    file.write_bytes(whole)
    source = open_source(load_config({**CONFIG, "data": CONFIG["data"] | {"contacts": file.name}}, folder=tmp_path))

    def asked() -> None:
        with reading(source.name):
            source.table.contact_id.nunique().to_pyarrow()

    found = refused(asked)
    assert found.file == str(file)
    assert "damaged" in found.problem


@pytest.mark.parametrize(
    ("values", "locked", "problem", "said"),
    [
        ("(CAST(x'ff41' AS TEXT))", False, VALUE.problem, "Could not decode to UTF-8"),
        ("('a')", True, BUSY.problem, "database is locked"),
    ],
)
def test_sqlite_that_cannot_be_read_to_the_end(
    tmp_path: Path, values: str, locked: bool, problem: str, said: str
) -> None:
    with closing(sqlite3.connect(tmp_path / "log.sqlite", isolation_level=None)) as owner:
        owner.execute('CREATE TABLE "desk.contacts" (contact_id)')
        owner.execute(f'INSERT INTO "desk.contacts" VALUES {values}')
        if locked:
            owner.execute("BEGIN EXCLUSIVE")
        found = refused(lambda: open_source(load_config(config("sqlite://log.sqlite"), folder=tmp_path)))
    assert (found.problem, found.file) == (problem, f"sqlite://log.sqlite, table {NAME}")
    assert said in str(found.found)


# what cannot run here, by the names that their drivers have


@pytest.mark.parametrize(
    ("module", "base", "name", "state", "problem"),
    [
        ("google.api_core.exceptions", "GoogleAPIError", "Forbidden", None, RIGHTS.problem),
        ("google.api_core.exceptions", "GoogleAPIError", "ServiceUnavailable", None, LOST.problem),
        ("google.auth.exceptions", "GoogleAuthError", "RefreshError", None, RIGHTS.problem),
        ("snowflake.connector.errors", "Error", "ProgrammingError", "42S02", GONE.problem),
        ("snowflake.connector.errors", "Error", "OperationalError", "08001", LOST.problem),
    ],
)
def test_drivers_of_warehouses_are_known_by_their_classes(
    monkeypatch: pytest.MonkeyPatch, module: str, base: str, name: str, state: str | None, problem: str
) -> None:
    standing_in = ModuleType(module)
    parent = type(base, (Exception,), {})
    setattr(standing_in, base, parent)
    monkeypatch.setitem(sys.modules, module, standing_in)
    error = type(name, (parent,), {"sqlstate": state})

    def asked() -> None:
        with reading("warehouse"):
            raise error("said by the driver")

    assert refused(asked).problem == problem


def test_what_no_engine_says_goes_through_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError), reading("contacts.csv"):
        _ = 1 / 0


# through a notebook


@pytest.mark.parametrize("kind", [Refusal, EngineFailure])
def test_a_notebook_passes_both_kinds_on(kind: type[Refusal]) -> None:
    told = kind(ROOM.problem, file="contacts.parquet", key="data.contacts", found="said", allowed=ROOM.remedy)
    fault = pd.Series({"ename": kind.__name__, "evalue": str(told), "exec_count": 2})
    passed = outcome(Path("pilot_review.ipynb"), fault)
    assert type(passed) is kind
    assert str(passed) == str(told)
