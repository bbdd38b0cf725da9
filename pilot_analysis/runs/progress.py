"""Progress of runs: a bar each on a terminal, one plain line a step otherwise, an event a step for programs."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pilot_analysis.runs import log

Steps = Callable[[int, int], None]
"""Told (steps finished, steps in all)."""


@contextmanager
def shown(step: str = "cell") -> Iterator[Callable[[str], Steps]]:
    """Gives each pilot, by its slug, a callback that is told of its steps; they write to standard error.

    Args:
        step: what they are called.
    """
    if log.is_json():
        yield lambda _slug: lambda done, whole: log.tell(step, f"{step} {done} of {whole}", done=done, of=whole)
        return
    if not sys.stderr.isatty():
        yield lambda slug: lambda done, whole: print(f"{slug}: {step} {done} of {whole}", file=sys.stderr, flush=True)
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

            def forward(done: int, whole: int) -> None:
                bars.update(task, completed=done, total=whole, visible=done < whole)

            return forward

        yield bar
