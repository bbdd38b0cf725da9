"""A pilot's folder: how a run appears in it, whole or not at all, and how what was left behind is put in order.

Everything that needs room on the disk is written before the one rename by which a run appears. What a run that
was killed at any instant leaves is put right by the pilot's next run.
"""

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from pilot_analysis.runs import history
from pilot_analysis.runs.history import HISTORY, RUN, Entry

UNFINISHED = ".unfinished-"
FAILED = "failed-"
LATEST = "latest"
MOST_FAILED = 5
"""Partial notebooks that are kept of a pilot."""


def write(path: Path, text: str) -> None:
    """Write text as UTF-8 with the same line ends on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")


def appear(staging: Path, folder: Path, entries: Sequence[Entry]) -> None:
    """Let the finished folder `staging` appear as the run `folder`; `entries` are the history with it."""
    home = folder.parent
    fresh_link, fresh_history = linked(home, folder.name), home / f"{UNFINISHED}{HISTORY}"
    write(fresh_history, history.text_of(entries))
    sync(fresh_history)
    settle(staging, folder)
    point(home, folder.name, fresh_link)
    fresh_history.replace(home / HISTORY)
    sync(home)


def settle(staging: Path, folder: Path) -> None:
    """Give a finished folder its name, in one step and on the disk."""
    for path in [*staging.rglob("*"), staging]:
        sync(path)
    staging.rename(folder)
    sync(folder.parent)


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


def linked(home: Path, run: str) -> Path | None:
    """A link to a run, under a name of its own for now; None where the system allows no links."""
    fresh = home / f"{UNFINISHED}{LATEST}"
    try:
        fresh.symlink_to(run, target_is_directory=True)
    except FileExistsError:
        fresh.unlink()
        fresh.symlink_to(run, target_is_directory=True)
    except (NotImplementedError, OSError):
        return None
    return fresh


def point(home: Path, run: str, fresh: Path | None) -> None:
    """Let `latest` name a run: by the link `fresh`, or as a copy where there are no links."""
    latest = home / LATEST
    if fresh is None:
        fresh = home / f"{UNFINISHED}{LATEST}"
        shutil.copytree(home / run, fresh)
    if os.path.lexists(latest) and (os.name == "nt" or not latest.is_symlink()):
        # A folder cannot be replaced by a rename, nor can a link to one on Windows.
        aside = home / f"{UNFINISHED}before-{run}"
        latest.rename(aside)
        fresh.rename(latest)
        remove(aside)
    else:
        fresh.replace(latest)


def mend(home: Path) -> list[Entry]:
    """Put right what an interrupted run left, and return the pilot's history; needs the pilot's lock.

    Half-made folders go. A run that had appeared, and was not yet in the history or not yet the latest, becomes so.
    """
    for stale in home.glob(f"{UNFINISHED}*"):
        # A kernel that dies this moment may still write; what is left then, the next run removes.
        remove(stale, ignore_errors=True)
    entries = history.read(home / HISTORY)
    known = {entry.run for entry in entries}
    unknown = [run for run in runs_of(home) if run not in known]
    for run in unknown:
        entries = history.with_run(entries, run, json.loads((home / run / "review.json").read_text(encoding="utf-8")))
    if unknown:
        fresh = home / f"{UNFINISHED}{HISTORY}"
        write(fresh, history.text_of(entries))
        sync(fresh)
        fresh.replace(home / HISTORY)
    there = kept(home, entries)
    if there and latest_run(home) != there[-1]:
        point(home, there[-1], linked(home, there[-1]))
    return entries


def earlier(staging: Path) -> list[Entry] | None:
    """The pilot's earlier runs, where `staging` is the folder of a run being made; None for any other folder."""
    return history.read(staging.parent / HISTORY) if staging.name.startswith(UNFINISHED) else None


def kept(home: Path, entries: Sequence[Entry]) -> list[str]:
    """The runs of a history that are still there, in the order in which they were published."""
    there = set(runs_of(home))
    return [entry.run for entry in entries if entry.run in there]


def runs_of(home: Path) -> list[str]:
    """The published runs that are still there, by their names."""
    return sorted(path.name for path in home.iterdir() if RUN.fullmatch(path.name))


def latest_run(home: Path) -> str | None:
    """The run that `latest` names; None where it names none that is there."""
    latest = home / LATEST
    if not (latest / "review.json").is_file():
        return None
    if latest.is_symlink():
        return latest.readlink().name
    record = latest / "run.json"
    return str(json.loads(record.read_text(encoding="utf-8"))["run"]) if record.is_file() else None


def prune(home: Path, entries: Sequence[Entry], keep: int | None) -> None:
    """Remove runs beyond the newest `keep`, and all but the newest failed ones; needs the pilot's lock.

    The latest run, every final one and every signed one stay; `keep` None keeps all.
    """
    final = {entry.run for entry in entries if entry.phase == "final"}
    old = [] if keep is None else kept(home, entries)[:-keep]
    for run in old:
        folder = home / run
        if run not in final and run != latest_run(home) and not signed(folder):
            aside = home / f"{UNFINISHED}removed-{run}"
            folder.rename(aside)  # gone in one step: nobody meets half a run
            remove(aside)
    for folder in sorted(home.glob(f"{FAILED}*"))[:-MOST_FAILED]:
        remove(folder)


def signed(folder: Path) -> bool:
    """Whether somebody has put a file `signed`, or `signed` with any ending, into a run's folder."""
    return (folder / "signed").exists() or any(folder.glob("signed.*"))


def remove(path: Path, *, ignore_errors: bool = False) -> None:
    """Remove a file, a link or a whole folder."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=ignore_errors)
    else:
        path.unlink(missing_ok=ignore_errors)
