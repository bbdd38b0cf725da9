"""Progress of runs: a bar each on a terminal, one plain line a step otherwise, an event a step for programs."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pilot_analysis.runs import log

Steps = Callable[[int, int], None]
"""Told (code cells finished, code cells in all)."""


@contextmanager
def shown() -> Iterator[Callable[[str], Steps]]:
    """Gives each pilot, by its slug, a callback that is told of its cells; they write to standard error."""
    if log.is_json():
        yield lambda _slug: lambda done, whole: log.tell("cell", f"cell {done} of {whole}", done=done, of=whole)
        return
    if not sys.stderr.isatty():
        yield lambda slug: lambda done, whole: print(f"{slug}: cell {done} of {whole}", file=sys.stderr, flush=True)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    # What is written meanwhile goes above the bars; a standard output that goes elsewhere is left alone.
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=sys.stdout.isatty()) as bars:

        def bar(slug: str) -> Steps:
            task = bars.add_task(slug, total=None)

            def step(done: int, whole: int) -> None:
                bars.update(task, completed=done, total=whole, visible=done < whole)

            return step

        yield bar
