"""`make spark-check`: Spark on this machine gives the review that DuckDB gives of the same file, to the ninth digit.

Spark has an environment of its own, for its size; it needs Java 17 or newer.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from test_clock_changes import assert_stamps, read, to_parquet
from test_same_review import assert_same, expected, folder, opened, parquet, reviewed  # noqa: F401 - fixtures

from pilot_analysis.contacts.faults import DAMAGED, GONE, VALUE, reading
from pilot_analysis.contacts.spark import ON_THIS_MACHINE
from pilot_analysis.refusal import Refusal


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


@pytest.mark.parametrize("kind", ["timestamp", "timestamptz"])
def test_the_nights_in_which_clocks_change(tmp_path: Path, kind: str) -> None:
    assert_stamps(read(tmp_path, "spark://local", f"./{to_parquet(tmp_path, kind)}"), kind)


# what goes wrong, by Spark's own exceptions


def column_dropped(folder: Path, parquet: Path) -> None:  # noqa: F811
    from pyspark.sql import SparkSession

    session = SparkSession.active()
    rows = session.read.parquet(str(parquet)).limit(100)
    session.sql(f"CREATE DATABASE IF NOT EXISTS faults LOCATION '{folder / 'faults'}'")
    rows.write.mode("overwrite").saveAsTable("faults.contacts")
    table = opened(folder, "spark://local", "faults.contacts")
    rows.drop("csat").write.mode("overwrite").saveAsTable("faults.contacts")
    table.csat.sum().to_pyarrow()


def no_number(folder: Path, parquet: Path) -> None:  # noqa: F811
    opened(folder, "spark://local", str(parquet)).channel.cast("float64").sum().to_pyarrow()


def file_gone(folder: Path, parquet: Path) -> None:  # noqa: F811
    copy = folder / "copy.parquet"
    copy.write_bytes(parquet.read_bytes())
    table = opened(folder, "spark://local", str(copy))
    copy.unlink()
    table.csat.sum().to_pyarrow()


def damaged(folder: Path, parquet: Path) -> None:  # noqa: F811
    whole = bytearray(parquet.read_bytes())
    whole[4 : len(whole) // 2] = bytes(len(whole) // 2 - 4)
    (folder / "damaged.parquet").write_bytes(whole)
    opened(folder, "spark://local", "./damaged.parquet").contact_id.nunique().to_pyarrow()


@pytest.mark.parametrize(
    ("asked", "problem"),
    [(column_dropped, GONE), (no_number, VALUE), (file_gone, GONE), (damaged, DAMAGED)],
)
def test_faults(tmp_path: Path, parquet: Path, asked: Callable[[Path, Path], None], problem: Any) -> None:  # noqa: F811
    with pytest.raises(Refusal) as caught, reading("spark"):
        asked(tmp_path, parquet)
    assert caught.value.problem == problem.problem, caught.value
    assert "\n" not in str(caught.value.found)
    assert "o1" not in str(caught.value.found), "no name of a Java object"


def test_a_table_that_is_not_there_names_those_that_are(tmp_path: Path, parquet: Path) -> None:  # noqa: F811
    from pyspark.sql import SparkSession

    session = SparkSession.active()
    session.sql(f"CREATE DATABASE IF NOT EXISTS names LOCATION '{tmp_path / 'names'}'")
    session.read.parquet(str(parquet)).limit(10).write.mode("overwrite").saveAsTable("names.contacts")
    with pytest.raises(Refusal) as caught:
        opened(tmp_path, "spark://local", "names.contcts")
    assert caught.value.nearest == "names.contacts"
