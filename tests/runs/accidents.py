"""Runs that meet with an accident at every single file operation; a program, since each one needs a process.

    python accidents.py killed REPORTS     killed just before operation 1, 2, 3, ... of a run
    python accidents.py full REPORTS       no room on the disk from operation 1, 2, 3, ... on

The notebook is a stand-in that writes what a run must have. After each accident the published run must be whole,
and after the next run everything in order. Prints how many operations a run has.
"""

import errno
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from small_runs import write_stub

from pilot_analysis.runs import folder, history, home
from pilot_analysis.runs.exits import explained
from pilot_analysis.runs.folder import CONTENTS, Published, run_pilot
from pilot_analysis.runs.manifest import hashes, read_record

OPERATIONS = {"open", "os.mkdir", "os.rename", "os.symlink", "os.remove", "os.rmdir"}
NEED_ROOM = {"os.mkdir", "os.symlink"}


def review(number: int, phase: str = "interim", verdict: str | None = None) -> dict[str, Any]:
    """What a run and the index read of a review; `number` tells its contacts from those of others."""
    at = datetime(2026, 3, 9, 6, tzinfo=UTC) + timedelta(weeks=number)
    return {
        "phase": phase, "verdict": verdict, "headline": f"Week {number}.",
        "rule": {"id": None if verdict is None else "all_met"}, "kpis": [],
        "pilot": {"name": "Demo", "slug": "demo", "start": "2026-03-02", "end": "2026-04-30", "as_of": None,
                  "data_to": at.date().isoformat(), "language": "en"},
        "provenance": {"generated_at": at.isoformat(), "contacts_sha256": f"contacts {number}", "version": "1",
                       "data": [{"path": "c.csv", "sha256": f"file {number}"}], "config_sha256": "c"},
    }  # fmt: skip


def run(reports: Path, number: int, **options: Any) -> Published:
    """A run of the pilot `demo` whose notebook is a stand-in."""
    folder.execute = lambda _notebook, output, *_, **__: write_stub(output.parent, review(number))  # type: ignore[assignment]
    return run_pilot(Path("pilot.yaml"), Path("n.ipynb"), "demo", reports, {}, **options)


def at_operation(number: int, reports: Path, accident: Callable[[str, str], None]) -> None:
    """From file operation `number` below `reports` on, call `accident` just before each."""
    seen = count(1)
    told = os.fspath(reports)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in OPERATIONS and isinstance(arguments[0], str | os.PathLike):
            path = os.fspath(arguments[1] if event == "os.symlink" else arguments[0])
            if str(path).startswith(told) and next(seen) >= number:
                accident(event, str(arguments[1]))

    sys.addaudithook(hook)


def killed(_event: str, _mode: str) -> None:
    """The end, without any chance to clear up."""
    os.kill(os.getpid(), signal.SIGKILL)


def full(event: str, mode: str) -> None:
    """No room for anything new; what removes, renames and reads goes on."""
    if event in NEED_ROOM or (event == "open" and any(sign in mode for sign in "wxa")):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def see_that_published_is_whole(reports: Path) -> list[str]:
    """Look at the pilot as a reader would at this moment; returns its runs."""
    pilot = reports / "demo"
    latest = pilot / "latest"
    runs = home.runs_of(pilot)
    for name in runs:
        assert all(any((pilot / name).glob(pattern)) for pattern in CONTENTS), f"{name} is not whole"
        assert hashes(pilot / name) == read_record(pilot / name).manifest, f"{name} is a mixture"
    assert latest.resolve().name in runs, "latest names no run"
    assert "<html" in (reports / "index.html").read_text(encoding="utf-8")
    known = [entry.run for entry in history.read(pilot / history.HISTORY)]
    assert len(known) == len(set(known))
    assert len(set(runs) - set(known)) <= 1, "more than the run just killed is not in the history"
    return runs


def see_that_all_is_in_order(reports: Path, published: Published) -> None:
    """Nothing is left of the accident, and nothing is forgotten."""
    runs = see_that_published_is_whole(reports)
    pilot = reports / "demo"
    assert os.readlink(pilot / "latest") == published.run_id  # noqa: PTH115 - as it is written
    entries = history.read(pilot / history.HISTORY)
    assert {entry.run for entry in entries} >= set(runs)
    assert [entry.look for entry in entries] == list(range(1, len(entries) + 1))
    hidden = [path.name for path in [*reports.iterdir(), *pilot.iterdir()] if path.name.startswith(".")]
    assert hidden == [], hidden


def main(kind: str, reports: Path) -> int:
    """Accidents one operation later each time, until a run ends before its accident; returns their number."""
    home.sync = lambda _path: None  # a process that is killed takes nothing with it that it has written
    numbers = count()
    run(reports, next(numbers), keep=3)
    for operation in count(1):
        process = os.fork()
        number = next(numbers)
        if not process:
            at_operation(operation, reports, killed if kind == "killed" else full)
            try:
                run(reports, number, keep=3)
            except OSError as fault:
                code, message = explained(fault)
                os._exit(code if fault.errno == errno.ENOSPC and "No space left" in message else 99)
            os._exit(0)
        status = os.waitpid(process, 0)[1]
        ended = "killed" if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        if ended == 0:
            return operation - 1
        assert ended == ("killed" if kind == "killed" else 1), f"operation {operation}: ended with {ended}"
        see_that_published_is_whole(reports)
        published = run(reports, next(numbers), keep=3)
        try:
            see_that_all_is_in_order(reports, published)
        except AssertionError as fault:
            raise AssertionError(f"operation {operation}: {fault}") from fault
    raise AssertionError


if __name__ == "__main__":
    print(json.dumps({"operations": main(sys.argv[1], Path(sys.argv[2]).resolve())}))
