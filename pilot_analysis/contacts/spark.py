"""Tables that Spark reads: of its catalogue, or Parquet in whatever storage it knows."""

from functools import cache
from logging import getLogger
from pathlib import Path
from typing import Any
from warnings import filterwarnings

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

UTC = dt.Timestamp(timezone="UTC")
LOCAL = "local"  # Spark in this process, on all cores; anything else is the address of a cluster
ON_THIS_MACHINE = {  # nothing but this machine is asked for, whatever its host name resolves to
    "spark.master": "local[*]", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
}  # fmt: skip
READING = {
    "spark.sql.ansi.enabled": "true",  # what cannot be cast or does not fit fails, as it does in every other engine
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}


def spark_table(address: str, name: str, folder: Path) -> ir.Table:
    """A table that Spark reads.

    Args:
        address: LOCAL; host:port of a master; or nothing: the session that Spark's own configuration describes.
        name: `table`, `database.table` or `catalog.database.table`; or the path of Parquet files (one with a slash,
            or that ends in .parquet), by its URL or relative to `folder`.
    """
    connection = _session(address)
    if "://" in name:
        return _with_instants(connection.read_parquet(name))
    if "/" in name or name.endswith(".parquet"):
        return _with_instants(connection.read_parquet(str(folder / name)))
    *database, table = name.split(".")
    return _with_instants(connection.table(table, database=tuple(database) or None))


def _with_instants(table: ir.Table) -> ir.Table:
    """The same with its instants, Spark's type TIMESTAMP, known as such: to Ibis they are stamps of some wall clock."""
    from pyspark.sql.types import TimestampType

    spark = table.get_backend()
    fields = spark.raw_sql(spark.compile(table.limit(0))).schema
    return table.cast({field.name: UTC for field in fields if isinstance(field.dataType, TimestampType)})


def spark_names(address: str, name: str) -> list[str]:
    """The tables beside the one of this name, as names for `spark_table`."""
    *database, _table = name.split(".")
    return [".".join([*database, one]) for one in _session(address).list_tables(database=tuple(database) or None)]


@cache
def _session(address: str) -> Any:
    """A session of its own, so that settings of others stay as they are; one for all tables, which may be joined."""
    from pyspark.sql import SparkSession

    settings = ON_THIS_MACHINE if address == LOCAL else {"spark.master": f"spark://{address}"} if address else {}
    # What goes wrong is told as a refusal; PySpark would print its traces before.
    filterwarnings("ignore", message="toPandas attempted Arrow", category=UserWarning)
    for name in ("py4j", "SQLQueryContextLogger"):
        getLogger(name).disabled = True
    builder = SparkSession.builder.appName("pilot-analysis")
    for key, value in settings.items():
        builder = builder.config(key, value)
    return ibis.pyspark.connect(builder.getOrCreate().newSession(), **READING)  # it turns stamps with a zone to UTC
