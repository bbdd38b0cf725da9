"""The SQL that a review sends to BigQuery and Snowflake, reviewed statement by statement; neither runs on a machine."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pytest
import sqlglot
import sqlglot.expressions as sge
from ibis.backends.duckdb import Backend
from large_log import LOG
from sqlglot import ErrorLevel
from test_same_review import CONFIG

from pilot_analysis import load_config, review
from pilot_analysis.config.models import Config
from pilot_analysis.contacts import source
from pilot_analysis.contacts.databases import Database
from pilot_analysis.contacts.table import open_contacts
from pilot_analysis.contacts.warehouses import COMPILERS
from pilot_analysis.refusal import Refusal

HOSTILE = "O'Brien\\ `x`\"; DROP TABLE contacts; --"  # a name of a team, and of a column
AS_BIGQUERY_CAN_CALL_IT = "O'Brien__x_DROP TABLE contacts_--"  # no column has such signs there: Ibis puts others
DIALECTS = sorted(COMPILERS)
WRITES = (
    sge.Insert, sge.Update, sge.Delete, sge.Merge, sge.Create, sge.Drop, sge.Alter, sge.Command, sge.TruncateTable,
    sge.Copy, sge.Set,
)  # fmt: skip
ESTIMATES = (
    sge.PercentileCont, sge.PercentileDisc, sge.Quantile, sge.ApproxQuantile, sge.ApproxQuantiles, sge.Median,
    sge.ApproxDistinct,
)  # fmt: skip
# Stamps, durations and truths as an export has them that nobody typed.
AS_TEXT = f"""
SELECT * REPLACE (csat::TEXT AS csat, strftime(first_response_at, '%d/%m/%Y %H:%M:%S') AS first_response_at,
                  handle_seconds::TEXT AS handle_seconds, reopened::TEXT AS reopened) FROM ({LOG})
"""
# Every function that is sent, each looked up in that engine's reference; look up there what comes to them.
BOTH = """ABS CAST CEIL COALESCE CONCAT COUNT DATE_TRUNC FLOOR GREATEST LAG LEAD LENGTH LN LOWER LPAD MAX MD5 MIN NULLIF
REGEXP_REPLACE REVERSE ROUND ROW_NUMBER SUBSTRING SUM TRIM"""
FUNCTIONS = {
    "bigquery": """ARRAY_TO_STRING COUNTIF DATE DATETIME DATETIME_ADD DATETIME_TRUNC ENDS_WITH EXTRACT IEEE_DIVIDE IF
INSTR IS_INF IS_NAN MOD REGEXP_CONTAINS SAFE_CAST TO_HEX TRUNC UNICODE UNIX_SECONDS VAR_POP WEEK""",
    "snowflake": """ASCII CONCAT_WS CONVERT_TIMEZONE COUNT_IF DATEADD DATE_FROM_PARTS DATE_PART DAYOFWEEK ENDSWITH IFF
POSITION REGEXP_LIKE REGEXP_SUBSTR TIMESTAMP_FROM_PARTS TO_DATE TRY_CAST VARIANCE_POP""",
}
SYNTAX = {"AND", "FROM", "IN", "INTERVAL", "NOT", "OR", "OVER", "WHEN", "WHERE"}  # before a bracket, and no function
QUOTED = re.compile(r"""'(?:[^'\\]|''|\\.)*'|`[^`]*`|"(?:[^"]|"")*\"""")


@pytest.fixture(scope="module")
def sent() -> dict[str, list[str]]:
    """What a review asks of either, as SQL; DuckDB answers in its place."""
    return {dialect: [*_statements(dialect, LOG, review), *_statements(dialect, AS_TEXT, open_contacts)]
            for dialect in DIALECTS}  # fmt: skip


def _statements(dialect: str, log: str, ask: Callable[[Config], object]) -> Iterator[str]:
    engine = ibis.duckdb.connect()
    engine.raw_sql("SET TimeZone='UTC'")
    # opened_at is an instant (TIMESTAMP of BigQuery, TIMESTAMP_TZ of Snowflake), the answer a wall-clock stamp
    engine.raw_sql(f"""
        CREATE TABLE contacts AS SELECT * EXCLUDE (team) REPLACE (opened_at::TIMESTAMPTZ AS opened_at),
        CASE team WHEN 'Vendor' THEN '{HOSTILE.replace("'", "''")}' ELSE team END AS "{HOSTILE.replace('"', '""')}"
        FROM ({log}) WHERE hash(contact_id) % 25 = 0
    """)
    asked: list[ir.Expr] = []
    with pytest.MonkeyPatch.context() as patch:
        for name in ("to_pyarrow", "execute"):
            patch.setattr(Backend, name, _recorded(getattr(Backend, name), asked))
        database = Database(engine.table("contacts"), "warehouse", engine=dialect)
        patch.setattr(source, "open_database", lambda *_: database)
        ask(load_config(config(f"{dialect}://place"), folder=Path()))
    for expression in asked:
        yield COMPILERS[dialect]().to_sqlglot(expression.unbind()).sql(dialect, unsupported_level=ErrorLevel.RAISE)


def config(place: str) -> dict[str, Any]:
    arm = {"column": HOSTILE, "baseline": ["In-house"], "pilot": [HOSTILE]}
    bonus = {"kind": "bonus_malus", "kpi": "response_time_p90", "bands": [{"at_least": 1.0, "share": 0.001}]}
    costs = {**CONFIG["costs"], "pilot": [*CONFIG["costs"]["pilot"], bonus]}
    return {**CONFIG, "costs": costs, "data": {"contacts": place, "table": "contacts", "arm": arm}}


def _recorded(original: Any, asked: list[ir.Expr]) -> Any:
    def record(self: Backend, expression: ir.Expr, *args: Any, **kwargs: Any) -> Any:
        asked.append(expression)
        return original(self, expression, *args, **kwargs)

    return record


@pytest.fixture(params=DIALECTS)
def statements(request: pytest.FixtureRequest, sent: dict[str, list[str]]) -> list[sge.Expression]:
    """Each parsed by the engine's own grammar."""
    found = [sqlglot.parse(sql, read=request.param, error_level=ErrorLevel.RAISE) for sql in sent[request.param]]
    assert len(found) >= 15
    assert all(len(parts) == 1 for parts in found), "no statement hides in another"
    return [parts[0] for parts in found]


def test_only_the_table_is_read_and_nothing_is_written(statements: list[sge.Expression]) -> None:
    for statement in statements:
        assert isinstance(statement, sge.Query)
        assert not list(statement.find_all(*WRITES))
        named = {cte.alias for cte in statement.find_all(sge.CTE)}
        assert {table.name for table in statement.find_all(sge.Table)} - named == {"contacts"}


def test_every_name_is_quoted(statements: list[sge.Expression]) -> None:
    for statement in statements:
        named = [*statement.find_all(sge.Column), *statement.find_all(sge.Table), *statement.find_all(sge.Alias)]
        names = [name for one in named for name in one.args.values() if isinstance(name, sge.Identifier)]
        assert names
        assert [name.name for name in names if not name.quoted] == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_function_is_one_of_that_engine(sent: dict[str, list[str]], dialect: str) -> None:
    """As it is written, since a parser takes any name for a function."""
    texts = " ".join(QUOTED.sub("x", sql) for sql in sent[dialect])
    called = {name.upper() for name in re.findall(r"\b(\w+)\s*\(", texts)} - SYNTAX
    assert called == set(f"{BOTH} {FUNCTIONS[dialect]}".split())


def test_hostile_names_and_values_stay_names_and_values(statements: list[sge.Expression]) -> None:
    names = {name.name for statement in statements for name in statement.find_all(sge.Identifier)}
    values = {text.name for statement in statements for text in statement.find_all(sge.Literal) if text.is_string}
    named = {one.removeprefix("filled:").removesuffix(":unclean") for one in names if "DROP" in one}
    assert named in ({HOSTILE}, {AS_BIGQUERY_CAN_CALL_IT})
    assert {one for one in values if "DROP" in one} == {HOSTILE}


def test_no_engine_is_asked_for_a_quantile(statements: list[sge.Expression]) -> None:
    for statement in statements:
        assert not list(statement.find_all(*ESTIMATES))
        functions = {one.name.upper() for one in statement.find_all(sge.Anonymous)}
        assert not [name for name in functions if "QUANTILE" in name or "PERCENTILE" in name or "MEDIAN" in name]


def test_repeat_contacts_are_looked_for_by_customer_and_reason_in_order(statements: list[sge.Expression]) -> None:
    windows = [
        window for statement in statements for window in statement.find_all(sge.Window)
        if isinstance(window.this, sge.Lag | sge.Lead)
    ]  # fmt: skip
    assert windows
    for window in windows:
        assert [column.name for column in window.args["partition_by"]] == ["customer_id", "category"]
        order = window.args["order"].expressions
        assert [one.this.name for one in order] == ["opened_at", "contact_id"]
        assert not any(one.args.get("desc") for one in order)


# stamps


def test_bigquery_gets_functions_of_the_type_that_a_stamp_has() -> None:
    """By its reference: UNIX_SECONDS and TIMESTAMP_ADD take a TIMESTAMP, DATETIME_ADD and _TRUNC a DATETIME."""
    table = ibis.table({"wall": "timestamp", "instant": "timestamp('UTC')", "name": "string"}, name="t")
    expected = {
        table.wall.epoch_seconds(): "UNIX_SECONDS(CAST(`t0`.`wall` AS TIMESTAMP))",
        table.instant.epoch_seconds(): "UNIX_SECONDS(`t0`.`instant`)",
        table.wall + ibis.interval(seconds=5): "DATETIME_ADD(`t0`.`wall`, INTERVAL '5' SECOND)",
        table.wall.truncate("s"): "DATETIME_TRUNC(`t0`.`wall`, SECOND)",
        table.instant.truncate("D"): "TIMESTAMP_TRUNC(`t0`.`instant`, DAY)",
        table.name.ascii_str(): "UNICODE(`t0`.`name`)",  # its ASCII fails on an umlaut
        table.name.hexdigest("md5"): "TO_HEX(MD5(`t0`.`name`))",
    }
    for value, sql in expected.items():
        assert sql in COMPILERS["bigquery"]().to_sqlglot(table.select(x=value)).sql("bigquery")


def test_snowflake_turns_an_instant_to_utc_before_its_zone_is_dropped() -> None:
    """By its reference, a TIMESTAMP_TZ cast to TIMESTAMP_NTZ keeps the clock of its own offset."""
    table = ibis.table({"instant": "timestamp('UTC')", "text": "string"}, name="t")
    compiler = COMPILERS["snowflake"]()
    sql = compiler.to_sqlglot(table.select(x=table.instant.cast("timestamp"))).sql("snowflake")
    assert """CAST(CONVERT_TIMEZONE('UTC', "t0"."instant") AS TIMESTAMP)""" in sql
    sql = compiler.to_sqlglot(table.select(x=table.text.try_cast("float64"))).sql("snowflake")
    assert """TRY_CAST(CAST("t0"."text" AS VARCHAR) AS DOUBLE)""" in sql


# connections


@pytest.mark.parametrize("place", ["bigquery://project/desk", "snowflake://reader:${WORD}@account/desk/public"])
def test_without_its_driver_the_extra_is_named_and_no_password(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORD", "hunter2")
    scheme = place.partition(":")[0]
    with pytest.raises(Refusal) as caught:
        review(load_config(config(place), folder=Path()))
    assert "driver" in str(caught.value)
    assert f"pip install 'pilot-analysis[{scheme}]'" in str(caught.value)
    assert "hunter2" not in str(caught.value)
