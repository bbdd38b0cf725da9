"""Names of the engine for expressions that are scanned more than once."""

import weakref
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis.expr.types as ir

from pilot_analysis.contacts.source import Source


def settled(table: ir.Table, source: Source, name: str) -> ir.Table:
    """The same rows under a name of the engine, so that what follows compiles fast.

    Text sources become a table, which is scanned many times; parquet stays lazy, as a view; a database is
    only read, so its expression goes on as it is. A name that was given before, in a review of the same contacts that
    were kept, is given anew.
    """
    if not source.files:
        return table
    engine = table.get_backend()
    if source.is_text:
        engine.raw_sql(f'DROP TABLE IF EXISTS "{name}"')  # Ibis's own drop loses the name on its way to DuckDB 2
        return engine.create_table(name, table, temp=True)
    return engine.create_view(name, table, overwrite=True)


def stored(table: ir.Table, source: Source, name: str) -> ir.Table:
    """A table that took joins to make, made once by the engine; of a database, which is only read, its expression."""
    if not source.files:
        return table
    return table.get_backend().create_table(name, table, temp=True)


def put_aside(table: ir.Table, source: Source, name: str, without: Collection[str]) -> ir.Table:
    """Rows that took a sort of the whole log to make, sorted once: of Parquet in a file of their own.

    The file lies in the system's folder for temporary files, for nobody else to read, and goes with its engine. In
    memory the rows of a large log would take more room than all else. Text becomes a table by `settled` before it is
    scanned again; a database is only read.

    Args:
        without: columns that the file need not have.
    """
    if not source.files or source.is_text:
        return table
    engine = table.get_backend()
    folder = TemporaryDirectory(prefix="pilot-analysis-")
    weakref.finalize(engine, folder.cleanup)
    file = Path(folder.name) / f"{name}.parquet"
    engine.to_parquet(table.drop(*without), str(file))
    return engine.read_parquet(str(file))
