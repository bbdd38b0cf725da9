"""The folder of a run: the files in it, and how it appears whole or not at all."""

import json
import os
import re
import secrets
import shutil
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from types import FrameType, TracebackType
from typing import Any

from pilot_analysis.refusal import Refusal
from pilot_analysis.runs.execute import NotebookFailed, execute
from pilot_analysis.runs.index import write_index
from pilot_analysis.runs.lock import Lock, refuse
from pilot_analysis.runs.manifest import write_record
from pilot_analysis.words import _, language

NOTEBOOK = "review.ipynb"
CONTENTS = (
    NOTEBOOK, "review.html", "review.json", "review.xlsx", "config.yaml", "tables/*.csv", "figures/*.svg",
)  # fmt: skip
UNFINISHED = ".unfinished-"
FAILED = "failed-"
LATEST = "latest"
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
    """

    slug: str
    run_id: str
    folder: Path
    latest: Path
    review: dict[str, Any]


def write_run(review: dict[str, Any], config_yaml: str, folder: Path) -> None:
    """Write all files of a run but the notebook into `folder`, in the language of the review.

    Args:
        review: as `Review.to_dict()` gives it; no NaN, no infinity.
        config_yaml: the config as resolved, without secrets.
        folder: is made where it does not exist.
    """
    from pilot_analysis.report.figures import described, drawn
    from pilot_analysis.report.page import render
    from pilot_analysis.report.svg import svg
    from pilot_analysis.report.tables import csv_text, tables
    from pilot_analysis.report.workbook import write_workbook

    for name in ("tables", "figures"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with language(review["pilot"]["language"]):
        content = json.dumps(review, indent=2, ensure_ascii=False, allow_nan=False)
        write(folder / "review.json", content + "\n")
        write(folder / "config.yaml", config_yaml)
        write(folder / "review.html", render(review))
        alternatives = described(review)
        for name, figure in drawn(review).items():
            write(folder / "figures" / f"{name}.svg", svg(figure, *alternatives[name]))
        all_tables = tables(review)
        for name, table in all_tables.items():
            write(folder / "tables" / f"{name}.csv", csv_text(table))
        write_workbook(all_tables, folder / "review.xlsx")


def write(path: Path, text: str) -> None:
    """Write text as UTF-8 with the same line ends on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")


def run_pilot(
    config_path: Path,
    notebook: Path,
    slug: str,
    reports: Path,
    parameters: Mapping[str, Any],
    *,
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
        NotebookFailed: the partial notebook is kept in `reports/<slug>/failed-<run-id>`.
        OSError: the files cannot be written, a full disk included; nothing is left behind.
    """
    if not SLUG.fullmatch(slug):
        raise Refusal(
            _("A pilot's folder cannot have this name."), key="report.slug", found=slug,
            allowed=_("letters, digits, hyphens and underscores"),
        )  # fmt: skip
    home = reports / slug
    started = datetime.now(UTC)
    run_id = f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    staging = home / f"{UNFINISHED}{run_id}"

    with Termination(), Lock(reports, slug, wait, tell, stop):
        try:
            begin(home, staging)
            execute(
                notebook,
                staging / NOTEBOOK,
                {"config": str(config_path), **parameters, "output_dir": str(staging)},
                timeout=timeout,
                deadline=deadline,
                stop=stop,
                progress=progress,
            )
            review = checked(staging, notebook)
            rewrite(staging, run_id, clean)
            write_record(staging, home / run_id, config_path, started, datetime.now(UTC))
            folder = settle(staging, home / run_id)
            point(home / LATEST, run_id)
        except NotebookFailed as fault:
            fault.kept = keep_failed(staging, home / f"{FAILED}{run_id}", fault, clean)
            raise
        finally:
            # What cannot be removed now, the pilot's next run removes.
            shutil.rmtree(staging, ignore_errors=True)
            if home.is_dir() and not any(home.iterdir()):
                home.rmdir()
    with Lock(reports, "index", wait):
        write_index(reports)
    return Published(slug, run_id, folder, home / LATEST, review)


class Termination:
    """Inside the block SIGTERM ends the program as an exception, so that what it began is cleared away."""

    def __enter__(self) -> None:
        # Python lets only the main thread set handlers.
        self.active = threading.current_thread() is threading.main_thread()
        if self.active:
            self.before = signal.signal(signal.SIGTERM, self.leave)

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.active:
            signal.signal(signal.SIGTERM, self.before)

    @staticmethod
    def leave(signum: int, _frame: FrameType | None) -> None:
        """Exit with the status that a shell gives for the signal."""
        raise SystemExit(128 + signum)


def begin(home: Path, staging: Path) -> None:
    """Make the staging folder and remove what interrupted runs left; needs the pilot's lock."""
    try:
        home.mkdir(exist_ok=True)
        for stale in home.glob(f"{UNFINISHED}*"):
            remove(stale)
        staging.mkdir()
    except OSError as fault:
        refuse(home, fault)


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


def settle(staging: Path, folder: Path) -> Path:
    """Give a finished folder its name, in one step and on the disk; returns `folder`."""
    for path in [*staging.rglob("*"), staging]:
        sync(path)
    staging.rename(folder)
    sync(folder.parent)
    return folder


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    if path.is_dir():
        if os.name != "posix":
            return  # Windows cannot, and writes names through
        handle = os.open(path, os.O_RDONLY)
    else:
        handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def point(latest: Path, run_id: str) -> None:
    """Let `latest` name the run beside it: a relative link, or a copy where the system allows no links."""
    fresh = latest.with_name(f"{UNFINISHED}latest-{run_id}")
    try:
        fresh.symlink_to(run_id, target_is_directory=True)
    except (NotImplementedError, OSError):
        shutil.copytree(latest.with_name(run_id), fresh)
    if os.path.lexists(latest) and (os.name == "nt" or not latest.is_symlink()):
        # A folder cannot be replaced by a rename, nor can a link to one on Windows.
        aside = latest.with_name(f"{UNFINISHED}before-{run_id}")
        latest.rename(aside)
        fresh.rename(latest)
        remove(aside)
    else:
        fresh.replace(latest)


def keep_failed(staging: Path, folder: Path, fault: NotebookFailed, clean: Callable[[str], str]) -> Path | None:
    """Keep the partial notebook, and nothing that could pass for a result, in a folder marked failed."""
    if not (staging / NOTEBOOK).is_file():
        return None
    for path in staging.iterdir():
        if path.name != NOTEBOOK:
            remove(path)
    rewrite(staging, folder.name, clean)
    write(staging / "FAILED.txt", clean(f"{fault}\n"))
    return settle(staging, folder)


def remove(path: Path) -> None:
    """Remove a file, a link or a whole folder."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
