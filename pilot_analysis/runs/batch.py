"""Many pilots in one call: each runs whatever becomes of the others, and each says how it ended."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

from pilot_analysis.runs import log
from pilot_analysis.runs.exits import DONE, ERROR, FAILED, REFUSED, VERDICT_EXIT, WORST_FIRST, exit_code_of
from pilot_analysis.words import _

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Limits:
    """What a run may take, and what it makes.

    Attributes:
        cell: seconds for each cell of the notebook.
        deadline: seconds for the whole notebook, the start of its kernel included.
        wait: seconds to wait for another run of the same pilot.
        force: run also when nothing has changed since the last good run.
        browser: prints the page as a PDF; None prints nothing.
    """

    cell: float = 1800.0
    deadline: float = 3600.0
    wait: float = 600.0
    force: bool = False
    browser: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """How one pilot ended.

    Attributes:
        config: its file.
        slug: its folder's name; empty when the config could not be read.
        code: 0 done, 1 error, 2 refused, 3 failed.
        seconds: of wall time, waiting included.
        review: of the run published, or published before when nothing has changed; else None.
        path: the page, or the folder that a failed notebook was kept in.
        message: what was said on standard error; empty when done.
        unchanged: whether nothing had to be done.
    """

    config: Path
    slug: str
    code: int
    seconds: float
    review: dict[str, Any] | None = None
    path: Path | None = None
    message: str = ""
    unchanged: bool = False

    @property
    def word(self) -> str:
        """The outcome in a word."""
        if self.code == DONE:
            return _("unchanged") if self.unchanged else _("published")
        return {ERROR: _("error"), REFUSED: _("refused"), FAILED: _("failed")}[self.code]

    @property
    def verdict(self) -> str:
        """scale, adjust, stop or interim; empty without a published run."""
        return "" if self.review is None else self.review["verdict"] or "interim"


def run_all(
    configs: Sequence[Path],
    reports: Path,
    overrides: Mapping[str, Any],
    limits: Limits,
    jobs: int,
    say: Tell,
    warn: Tell,
) -> list[Outcome]:
    """Run pilots, `jobs` at the same time; the outcomes in the order of `configs`.

    Args:
        configs: one file for each pilot.
        reports: where runs are published.
        overrides: dotted config keys, for all of them.
        limits: for each of them.
        jobs: pilots at the same time, each with a kernel of its own.
        say: told the verdict and path of each pilot when it is done.
        warn: told what went wrong, and what is waited for.

    Raises:
        KeyboardInterrupt, SystemExit: the call was told to stop; nothing of a run under way stays.
    """
    from pilot_analysis.runs.progress import shown
    from pilot_analysis.runs.termination import Termination

    stop = Event()
    with Termination(), shown() as progress, ThreadPoolExecutor(max_workers=jobs) as pool:

        def one(config: Path) -> Outcome:
            if stop.is_set():
                raise KeyboardInterrupt
            try:
                with log.one_pilot():
                    return run_one(config, reports, overrides, limits, progress, stop, say, warn)
            except BaseException:
                stop.set()
                raise

        futures = [pool.submit(one, config) for config in configs]
        try:
            return [future.result() for future in futures]
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def run_one(
    config: Path, reports: Path, overrides: Mapping[str, Any], limits: Limits,
    progress: Callable[[str], Callable[[int, int], None]], stop: Event, say: Tell, warn: Tell,
) -> Outcome:  # fmt: skip
    """Run one pilot and say how it ended."""
    from pilot_analysis.config.loader import load_config, notify_of
    from pilot_analysis.runs import notify
    from pilot_analysis.runs.execute import NotebookFailed
    from pilot_analysis.runs.folder import run_pilot
    from pilot_analysis.runs.home import LATEST
    from pilot_analysis.runs.notebooks import notebook
    from pilot_analysis.runs.unchanged import unchanged

    begun = monotonic()
    slug, name, asked = "", str(config), notify_of(config, overrides)
    clean: Callable[[str], str] = str
    log.tell("started", _("{config} is read").format(config=config), config=str(config))
    try:
        loaded = load_config(config, overrides)
        slug, name, clean = loaded.slug, loaded.pilot.name, loaded.without_secrets
        log.learn(pilot=slug)
        before = notify.verdict_before(reports / slug / LATEST)
        published = run_pilot(
            config.resolve(), notebook("pilot_review"), slug, reports, {"overrides": dict(overrides)},
            unchanged=lambda last: not limits.force and unchanged(loaded, last), keep=loaded.report.keep,
            browser=limits.browser,
            timeout=limits.cell, deadline=limits.deadline, wait=limits.wait, stop=stop, progress=progress(slug),
            tell=warn, clean=clean,
        )  # fmt: skip
    except Exception as fault:
        if exit_code_of(fault) == ERROR and os.environ.get("PILOT_ANALYSIS_DEBUG"):
            raise
        code, message = log.tell_fault(fault, clean)
        if asked.urls:
            notify.send(asked, notify.of_failure(name, fault, asked.when, clean), warn)
        kept = fault.kept if isinstance(fault, NotebookFailed) else None
        return Outcome(config, slug, code, monotonic() - begun, path=kept, message=message)
    page = published.latest / "review.html"
    found = Outcome(
        config, slug, DONE, monotonic() - begun, published.review, page, unchanged=published.unchanged
    )  # fmt: skip
    if published.unchanged:
        second = _("Unchanged since run {run}, nothing to do.").format(run=published.run_id)
    else:
        second = published.review["headline"]
    log.tell(
        "unchanged" if published.unchanged else "published", second, run=published.run_id,
        verdict=published.review["verdict"], page=str(page), seconds=round(found.seconds, 1),
    )  # fmt: skip
    say(f"{found.verdict}: {slug}: {page}\n  {second}")
    if asked.urls and not published.unchanged:
        notify.send(asked, notify.of_review(published.review, before, page, asked.when), warn)
    return found


def exit_code(outcomes: Sequence[Outcome], verdicts: bool) -> int:
    """The worst of several, in the order 1, 3, 2, 0; with `verdicts` and all done, the worst verdict's."""
    codes = [outcome.code for outcome in outcomes]
    worst = next(code for code in WORST_FIRST if code in codes)
    if worst == DONE and verdicts:
        return max(VERDICT_EXIT[outcome.review["verdict"]] for outcome in outcomes if outcome.review is not None)
    return worst


def print_table(outcomes: Sequence[Outcome]) -> None:
    """A line for each pilot on standard output: a table on a terminal, plain columns otherwise."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    names = (_("pilot"), _("outcome"), _("verdict"), _("seconds"), _("path"))
    lines = [
        (o.slug or str(o.config), o.word, o.verdict or "–", f"{o.seconds:.1f}", "–" if o.path is None else str(o.path))
        for o in outcomes
    ]
    console = Console()
    if not console.is_terminal:
        widths = [max(map(len, column)) for column in zip(names, *lines, strict=True)]
        for line in (names, *lines):
            print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
        return
    table = Table(pad_edge=False)
    for name in names:
        table.add_column(name, justify="right" if name == _("seconds") else "left", overflow="fold")
    colours = {DONE: "green", REFUSED: "yellow", FAILED: "red", ERROR: "red"}
    for outcome, line in zip(outcomes, lines, strict=True):
        slug, word, *rest = map(escape, line)
        table.add_row(slug, f"[{colours[outcome.code]}]{word}[/]", *rest)
    console.print(table)
