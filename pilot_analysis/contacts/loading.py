"""Rows that the engine cannot read by itself become one of its tables, a batch at a time, all of it text."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
from ibis.util import gen_name

BATCH = 10_000  # rows in memory at a time

Row = Sequence[str | None]


def table_of(connection: Any, names: Sequence[str], rows: Iterator[Row]) -> ir.Table:
    """A table with the columns `names`, as text.

    Args:
        connection: Ibis on DuckDB.
        rows: one value a column, None where there is none; read once, and only as they are stored.

    Raises:
        Exception: as `rows` raises it; the engine would put its own error in its place.
    """
    schema = pa.schema([(name, pa.string()) for name in names])
    raised: list[Exception] = []

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            while batch := list(islice(rows, BATCH)):
                columns = [pa.array(column, pa.string()) for column in zip(*batch, strict=True)]
                yield pa.record_batch(columns, schema=schema)
        except Exception as error:
            raised.append(error)
            raise

    reader = pa.RecordBatchReader.from_batches(schema, batches())
    engine = connection.con
    name = gen_name("rows")
    engine.register("rows_read", reader)
    try:
        engine.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM rows_read")
    except Exception:
        if raised:
            raise raised[0] from None
        raise
    finally:
        engine.unregister("rows_read")
    return connection.table(name)
