"""The folder of a run: the files in it, and how it appears whole or not at all."""

import json
import re
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

from pilot_analysis.refusal import Refusal
from pilot_analysis.report.page import Standing
from pilot_analysis.runs import log
from pilot_analysis.runs.execute import NotebookFailed, execute
from pilot_analysis.runs.history import Entry, with_run
from pilot_analysis.runs.home import FAILED, LATEST, UNFINISHED, appear, mend, prune, remove, settle, write
from pilot_analysis.runs.index import write_index
from pilot_analysis.runs.lock import Lock, refuse
from pilot_analysis.runs.manifest import write_record
from pilot_analysis.runs.pdf import PDF, print_page
from pilot_analysis.runs.termination import Termination
from pilot_analysis.words import _, language

NOTEBOOK = "review.ipynb"
CONTENTS = (
    NOTEBOOK, "review.html", "review.json", "review.xlsx", "config.yaml", "tables/*.csv", "figures/*.svg",
)  # fmt: skip
SLUG = re.compile(r"[^\W_][\w-]*")


@dataclass(frozen=True)
class Published:
    """A run that has been published.

    Attributes:
        slug: the pilot's folder name.
        run_id: UTC time and four random digits, so that names sort by time.
        folder: `reports/<slug>/<run_id>`.
        latest: `reports/<slug>/latest`, which names that folder now.
        review: what `review.json` holds.
        unchanged: whether it was there already and nothing had to be done.
    """

    slug: str
    run_id: str
    folder: Path
    latest: Path
    review: dict[str, Any]
    unchanged: bool = False


def write_run(review: dict[str, Any], config_yaml: str, folder: Path, standing: Standing | None = None) -> None:
    """Write all files of a run but the notebook into `folder`, in the language of the review.

    Args:
        review: as `Review.to_dict()` gives it; no NaN, no infinity.
        config_yaml: the config as resolved, without secrets.
        folder: is made where it does not exist.
        standing: how the review stands to the pilot's earlier runs, for the page.
    """
    from pilot_analysis.report.figures import markup
    from pilot_analysis.report.frames import csv_text
    from pilot_analysis.report.guide import guide
    from pilot_analysis.report.tables import tables
    from pilot_analysis.report.workbook import write_workbook

    for name in ("tables", "figures"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with language(review["pilot"]["language"]):
        content = json.dumps(review, indent=2, ensure_ascii=False, allow_nan=False)
        write(folder / "review.json", content + "\n")
        write(folder / "config.yaml", config_yaml)
        drawings = markup(review)
        write_page(review, folder, standing, drawings)
        for name, drawing in drawings.items():
            write(folder / "figures" / f"{name}.svg", drawing)
        all_tables = tables(review)
        for name, table in all_tables.items():
            write(folder / "tables" / f"{name}.csv", csv_text(table))
        write_workbook(all_tables, folder / "review.xlsx", guide(review, all_tables))


def write_page(
    review: dict[str, Any], folder: Path, standing: Standing | None, drawings: Mapping[str, str] | None = None
) -> None:
    """Write `review.html` into `folder`, in the language of the review; `drawings` where they are made already."""
    from pilot_analysis.report.page import render

    with language(review["pilot"]["language"]):
        write(folder / "review.html", render(review, standing, drawings))


def run_pilot(
    config_path: Path,
    notebook: Path,
    slug: str,
    reports: Path,
    parameters: Mapping[str, Any],
    *,
    unchanged: Callable[[Entry], bool] = lambda _last: False,
    keep: int | None = None,
    browser: Path | None = None,
    timeout: float = 1800.0,
    deadline: float = 3600.0,
    wait: float = 600.0,
    stop: Event | None = None,
    progress: Callable[[int, int], None] | None = None,
    tell: Callable[[str], None] = lambda _message: None,
    clean: Callable[[str], str] = str,
) -> Published:
    """Execute `notebook` for one pilot and publish what it wrote to `reports/<slug>/<run-id>`.

    The run is made in a hidden folder beside it and appears by one rename. Runs of one pilot go one
    after the other. Whatever goes wrong, the run that was published before stays.

    Args:
        config_path: goes to the notebook as parameter `config`, as it is given.
        notebook: writes a run (see `write_run`) to its parameter `output_dir`.
        slug: the pilot's folder name: letters, digits, `-` and `_`.
        reports: where pilots are published; made where it does not exist.
        parameters: further parameters of the notebook.
        unchanged: whether the run that was published last would only be made again: then it is not.
        keep: how many runs to keep (see `home.prune`); None keeps all.
        browser: prints the page to `review.pdf`; None prints nothing.
        timeout: seconds for each cell.
        deadline: seconds for the whole notebook.
        wait: seconds to wait for another run of the same pilot.
        stop: set from another thread, it ends the run, also one that waits.
        progress: told (code cells finished, code cells in all).
        tell: told one sentence when there is something to wait for.
        clean: takes secrets out of a text; whatever a cell printed passes through it.

    Raises:
        Refusal: the notebook refused, `reports` cannot be written, or another run did not end in time;
            nothing is left behind.
        KeyboardInterrupt: the run was told to stop; nothing is left behind.
        NotPrinted: the browser made no PDF; nothing is left behind.
        NotebookFailed: the partial notebook is kept in `reports/<slug>/failed-<run-id>`.
        OSError: the files cannot be written, a full disk included; nothing is left behind.
    """
    if not SLUG.fullmatch(slug):
        raise Refusal(
            _("A pilot's folder cannot have this name."), key="report.slug", found=slug,
            allowed=_("letters, digits, hyphens and underscores"),
        )  # fmt: skip
    home = reports / slug
    needed = CONTENTS if browser is None else (*CONTENTS, PDF)
    with Termination():
        try:
            with Lock(reports, slug, wait, tell, stop):
                started = datetime.now(UTC)
                run_id = new_run(started)
                log.learn(run=run_id)
                staging = home / f"{UNFINISHED}{run_id}"
                try:
                    entries = begin(home)
                    if entries and whole(home / entries[-1].run, needed) and unchanged(entries[-1]):
                        return published(home, entries[-1].run, unchanged=True)
                    staging.mkdir()
                    execute(
                        notebook,
                        staging / NOTEBOOK,
                        {"config": str(config_path), **parameters, "output_dir": str(staging)},
                        timeout=timeout, deadline=deadline, stop=stop, progress=progress,
                    )  # fmt: skip
                    review = checked(staging, notebook)
                    rewrite(staging, run_id, clean)
                    if browser is not None:
                        print_page(staging / "review.html", staging / PDF, browser, stop=stop)
                    write_record(staging, home / run_id, config_path, started, datetime.now(UTC))
                    entries = with_run(entries, run_id, review)
                    appear(staging, home / run_id, entries)
                    prune(home, entries, keep)
                except NotebookFailed as fault:
                    fault.kept = keep_failed(staging, home / f"{FAILED}{run_id}", fault, clean)
                    raise
                finally:
                    # What cannot be removed now, the pilot's next run removes.
                    shutil.rmtree(staging, ignore_errors=True)
                    if home.is_dir() and not any(home.iterdir()):
                        home.rmdir()
        except NotebookFailed:
            write_index(reports, wait)
            raise
        write_index(reports, wait)
    return published(home, run_id)


def new_run(started: datetime) -> str:
    """A run's id: the time in UTC, so that names sort by it, and four random digits."""
    return f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def begin(home: Path) -> list[Entry]:
    """Make the pilot's folder, or put it in order; returns its history."""
    try:
        home.mkdir(exist_ok=True)
        return mend(home)
    except OSError as fault:
        refuse(home, fault)


def whole(run: Path, contents: Sequence[str] = CONTENTS) -> bool:
    """Whether a run has everything it must have."""
    return all(any(run.glob(pattern)) for pattern in contents)


def published(home: Path, run_id: str, *, unchanged: bool = False) -> Published:
    """A run that is there."""
    folder = home / run_id
    review = json.loads((folder / "review.json").read_text(encoding="utf-8"))
    return Published(home.name, run_id, folder, home / LATEST, review, unchanged)


def checked(staging: Path, notebook: Path) -> dict[str, Any]:
    """The review of a run that has everything it must have.

    Raises:
        NotebookFailed: something is missing or is no JSON.
    """
    missing = [pattern for pattern in CONTENTS if not any(staging.glob(pattern))]
    if missing:
        cause = _("it ended without writing {names}").format(names=", ".join(missing))
        raise NotebookFailed(str(notebook), None, cause)
    try:
        review = json.loads((staging / "review.json").read_text(encoding="utf-8"))
    except ValueError as fault:
        raise NotebookFailed(str(notebook), None, f"review.json: {fault}") from fault
    if not isinstance(review, dict):
        raise NotebookFailed(str(notebook), None, _("review.json holds no review"))
    return review


def rewrite(staging: Path, name: str, clean: Callable[[str], str]) -> None:
    """The notebook was told to write to the staging folder; a reader looks for the published one, not for secrets."""
    executed = staging / NOTEBOOK
    write(executed, clean(executed.read_text(encoding="utf-8").replace(staging.name, name)))


def keep_failed(staging: Path, folder: Path, fault: NotebookFailed, clean: Callable[[str], str]) -> Path | None:
    """Keep the partial notebook, and nothing that could pass for a result, in a folder marked failed."""
    if not (staging / NOTEBOOK).is_file():
        return None
    for path in staging.iterdir():
        if path.name != NOTEBOOK:
            remove(path)
    rewrite(staging, folder.name, clean)
    write(staging / "FAILED.txt", clean(f"{fault}\n"))
    settle(staging, folder)
    return folder
