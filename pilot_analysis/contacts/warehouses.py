"""BigQuery and Snowflake: stamps stay on UTC, and nothing is made there.

Ibis compiles a review for both. What it compiles otherwise than their manuals say is mended here, in their compilers.
"""

from typing import Any, ClassVar

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.bigquery import BigQueryCompiler
from ibis.backends.sql.compilers.snowflake import SnowflakeCompiler

UTC = dt.Timestamp(timezone="UTC")
# Weeks begin on Monday and a stamp without a zone has none, whatever the account's settings are.
SNOWFLAKE_SESSION = {"WEEK_START": 0, "TIMESTAMP_TYPE_MAPPING": "TIMESTAMP_NTZ"}


class BigQuerySQL(BigQueryCompiler):  # type: ignore[misc]
    """A stamp without a zone is a DATETIME there, which UNIX_SECONDS and TIMESTAMP_ADD refuse."""

    __slots__ = ()
    SIMPLE_OPS: ClassVar = {ops.StringAscii: "unicode"}  # its ASCII fails on a name that begins with an umlaut

    def visit_ExtractEpochSeconds(self, op: Any, *, arg: sge.Expression) -> sge.Expression:  # noqa: N802
        sql: sge.Expression = self.f.unix_seconds(arg if op.arg.dtype.timezone else self.cast(arg, UTC))
        return sql

    def visit_TimestampAdd(self, op: Any, *, left: sge.Expression, right: sge.Expression) -> sge.Expression:  # noqa: N802
        sql: sge.Expression = self.f.anon["TIMESTAMP_ADD" if op.left.dtype.timezone else "DATETIME_ADD"](left, right)
        return sql

    def visit_TimestampTruncate(self, op: Any, *, arg: sge.Expression, unit: Any) -> sge.Expression:  # noqa: N802
        found: sge.Expression = super().visit_TimestampTruncate(op, arg=arg, unit=unit)
        return found if op.arg.dtype.timezone else sge.DatetimeTrunc(this=found.this, unit=found.args["unit"])

    def visit_HexDigest(self, op: Any, *, arg: sge.Expression, how: str) -> sge.Expression:  # noqa: ARG002, N802
        sql: sge.Expression = self.f.anon["TO_HEX"](self.f.anon[how.upper()](arg))
        return sql


class SnowflakeSQL(SnowflakeCompiler):  # type: ignore[misc]
    """A TIMESTAMP_TZ that is cast to one without a zone keeps the clock of its own offset there."""

    __slots__ = ()

    def visit_Cast(self, op: Any, *, arg: sge.Expression, to: dt.DataType) -> sge.Expression:  # noqa: N802
        kind = op.arg.dtype
        if kind.is_timestamp() and kind.timezone and to.is_timestamp() and not to.timezone:
            arg = self.f.anon["CONVERT_TIMEZONE"]("UTC", arg)
        sql: sge.Expression = super().visit_Cast(op, arg=arg, to=to)
        return sql

    def visit_TryCast(self, op: Any, *, arg: sge.Expression, to: dt.DataType) -> sge.Expression:  # noqa: N802
        # sqlglot writes TRY_CAST, which is for texts only, where it sees that something is one
        sql: sge.Expression = super().visit_TryCast(
            op, arg=self.cast(arg, dt.string) if op.arg.dtype.is_string() else arg, to=to
        )
        return sql


COMPILERS = {"bigquery": BigQuerySQL, "snowflake": SnowflakeSQL}


def warehouse_table(scheme: str, url: str, name: str) -> ir.Table:
    """A table of the dataset (BigQuery) or schema (Snowflake) that a URL names."""
    if scheme == "bigquery":
        connection = ibis.connect(url)
    else:  # Ibis would make a database for functions that no review needs
        connection = ibis.connect(url, create_object_udfs=False, session_parameters=dict(SNOWFLAKE_SESSION))
    connection.compiler = COMPILERS[scheme]()
    return connection.table(name)
