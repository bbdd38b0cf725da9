"""`make spark-check`: Spark on this machine gives the review that DuckDB gives of the same file, to the ninth digit.

Spark has an environment of its own, for its size; it needs Java 17 or newer.
"""

from pathlib import Path
from typing import Any

import duckdb
from test_same_review import assert_same, expected, folder, opened, parquet, reviewed  # noqa: F401 - fixtures

from pilot_analysis.contacts.spark import ON_THIS_MACHINE


def test_parquet(folder: Path, parquet: Path, expected: dict[str, Any]) -> None:  # noqa: F811
    assert_same(expected, reviewed(folder, "spark://local", table=f"./{parquet.name}"))


def test_a_table_of_the_catalogue_is_only_read(tmp_path: Path, parquet: Path) -> None:  # noqa: F811
    """A database of its own; afterwards it holds what it held before, and so do the settings of others."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder
    for key, value in ON_THIS_MACHINE.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.conf.set("spark.sql.session.timeZone", "Asia/Manila")
    session.sql(f"CREATE DATABASE desk LOCATION '{tmp_path / 'warehouse'}'")
    session.read.parquet(str(parquet)).limit(20_000).write.saveAsTable("desk.contacts")
    files = sorted(path.name for path in (tmp_path / "warehouse").rglob("*"))

    table = opened(tmp_path, "spark://local", "desk.contacts")
    assert table.count().execute() == 20_000
    first = duckdb.execute(
        f"SELECT min(opened_at), count(csat) FROM '{tmp_path}/warehouse/contacts/*.parquet'"
    ).fetchone()
    found = table.aggregate(first=table.opened_at.min(), rated=table.csat.count()).execute()
    assert tuple(found.iloc[0]) == first, "wall-clock stamps are not moved"
    assert [row.tableName for row in session.sql("SHOW TABLES IN desk").collect()] == ["contacts"]
    assert sorted(path.name for path in (tmp_path / "warehouse").rglob("*")) == files
    assert session.conf.get("spark.sql.session.timeZone") == "Asia/Manila"
