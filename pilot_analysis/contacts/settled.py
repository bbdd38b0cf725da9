"""Names of the engine for expressions that are scanned more than once."""

import shutil
import weakref
from pathlib import Path
from uuid import uuid4

import ibis.expr.types as ir

from pilot_analysis.contacts.embedded import aside
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


def is_put_aside(source: Source) -> bool:
    """Whether rows that took a sort of the whole log to make are kept in a file of their own: those of Parquet.

    In memory the rows of a large log would take more room than all else. Text becomes a table by `settled` before it is
    scanned again; a database is only read.
    """
    return bool(source.files) and not source.is_text


def put_aside(table: ir.Table, name: str) -> ir.Table:
    """The same rows in a file, which lies where the engine writes what does not fit, and goes with it, or when the name
    is given anew."""
    engine = table.get_backend()
    folder = Path(aside().name, f"engine-{id(engine)}")
    if not folder.exists():
        folder.mkdir(mode=0o700)
        weakref.finalize(engine, shutil.rmtree, folder, ignore_errors=True)
    for old in folder.glob(f"{name}-*.parquet"):
        old.unlink()
    file = folder / f"{name}-{uuid4().hex}.parquet"  # the engine may remember a name's pages
    engine.to_parquet(table, str(file))
    return engine.read_parquet(str(file))
