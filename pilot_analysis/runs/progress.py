"""Progress of a run: a bar on a terminal, one plain line a step otherwise."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def shown(slug: str) -> Iterator[Callable[[int, int], None]]:
    """A callback that is told (code cells finished, code cells in all); it writes to standard error."""
    if not sys.stderr.isatty():
        yield lambda done, whole: print(f"{slug}: cell {done} of {whole}", file=sys.stderr, flush=True)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(slug)
        yield lambda done, whole: bar.update(task, completed=done, total=whole)
