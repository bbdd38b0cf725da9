"""DuckDB in this process: its clock, its room, and where it writes what does not fit."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis

from pilot_analysis.scratch import scratch

SMALL_BYTES = 64_000_000
LEAST_MEMORY, MOST_MEMORY = 1_200_000_000, 3_000_000_000  # what needs more is written to a file


def duckdb_for(files: Iterable[Path], database: Path | None = None) -> Any:
    """Ibis on a DuckDB with room for logs of this size.

    Args:
        database: a DuckDB file to read; it is not written to, and nothing is written beside it.
    """
    place, read_only = (":memory:", False) if database is None else (str(database), True)
    connection = ibis.duckdb.connect(place, read_only=read_only, temp_directory=aside().name)
    # Stamps without a zone must never be read in the zone of the machine.
    connection.raw_sql("SET TimeZone='UTC'")
    fit_to(connection, files)
    return connection


@cache
def aside() -> TemporaryDirectory[str]:
    """The process's folder for what does not fit; one for all, since DuckDB opens a file a second time only with the
    settings of the first."""
    return scratch("pilot-analysis")


def fit_to(connection: Any, files: Iterable[Path]) -> None:
    """Give DuckDB threads and memory for logs of this size; what does not fit is written to temporary files."""
    size = sum(file.stat().st_size for file in files)
    memory = min(max(3 * size, LEAST_MEMORY), MOST_MEMORY)
    # Sums of floats depend on the order of adding; on one thread the same data give the same bytes.
    threads = "SET threads=1" if size < SMALL_BYTES else "RESET threads"
    connection.raw_sql(f"SET memory_limit='{memory}B'; {threads}")
