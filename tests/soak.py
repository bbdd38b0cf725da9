"""`make soak`: hundreds of real runs, killed, doubled and starved of room; prints a table, exits with 1 on a fault.

    python tests/soak.py [--kills 200] [--weeks 52] [--pairs 50]

Takes about half an hour. A full disk and a read-only folder need root, since they are real mounts; without it they are
left out and the table says so.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "runs")]

from pilots import END, LENIENT, START, program, write_pilot  # noqa: E402
from small_runs import alive, children  # noqa: E402

from pilot_analysis.runs.folder import CONTENTS  # noqa: E402
from pilot_analysis.runs.history import HISTORY, read  # noqa: E402
from pilot_analysis.runs.home import latest_run, runs_of  # noqa: E402
from pilot_analysis.runs.manifest import hashes, read_record  # noqa: E402

ROOMS = (50, 200, 400, 600, 800, 1000)  # kB left on the disk when the second run begins


class Row(NamedTuple):
    """What was tried, how often, how often it went well, and what was seen beside."""

    what: str
    tried: int
    well: int
    seen: str = ""


class Pilot:
    """A small pilot with a folder of reports of its own."""

    def __init__(self, folder: Path) -> None:
        self.config = write_pilot(folder, report__keep=None, **LENIENT)
        self.reports = folder / "reports"
        self.home = self.reports / "small-pilot"

    def run(self, *options: object) -> int:
        """A run to its end; its exit code."""
        return program("run", self.config, "--out", self.reports, *options).code

    def started(self) -> "subprocess.Popen[bytes]":
        """A run in a process of its own."""
        line = [sys.executable, "-m", "pilot_analysis", "run", self.config, "--out", self.reports, "--force"]
        return subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def whole(self) -> bool:
        """Whether every published run is whole and no mixture, `latest` names one, and the index can be read."""
        runs = runs_of(self.home)
        return (
            latest_run(self.home) in runs
            and all(any((self.home / run).glob(pattern)) for run in runs for pattern in CONTENTS)
            and all(hashes(self.home / run) == read_record(self.home / run).manifest for run in runs)
            and "</html>" in (self.reports / "index.html").read_text(encoding="utf-8")
        )

    def in_order(self) -> bool:
        """Whether besides nothing is left over and every run is in the history."""
        known = [entry.run for entry in read(self.home / HISTORY)]
        left = [path for path in [*self.reports.iterdir(), *self.home.iterdir()] if path.name.startswith(".")]
        return self.whole() and sorted(known) == runs_of(self.home) and not left


def kills(folder: Path, tried: int, chance: random.Random) -> Iterator[Row]:
    """Runs killed at random instants, each followed by a look at what is published."""
    pilot = Pilot(folder)
    begun = time.monotonic()
    pilot.run()
    longest = time.monotonic() - begun
    whole, kernels = 0, set[int]()
    for _ in range(tried):
        with pilot.started() as runner:
            end = time.monotonic() + chance.uniform(0, longest)
            while time.monotonic() < end and runner.poll() is None:
                kernels.update(children(runner.pid))
                time.sleep(0.02)
            kernels.update(children(runner.pid))
            runner.kill()
        whole += pilot.whole()
    yield Row("killed at a random instant: the published run is whole", tried, whole)
    yield Row("  the next run is fine and all is in order", 1, pilot.run("--force") == 0 and pilot.in_order())
    time.sleep(2)
    yield Row("  kernels seen running, and gone", len(kernels), sum(not alive(kernel) for kernel in kernels))


def weeks(folder: Path, tried: int, _chance: random.Random) -> Iterator[Row]:
    """A run a week, the first at the pilot's second week; weeks after its end find nothing new or say the same."""
    pilot = Pilot(folder)
    days = [date.fromisoformat(START) + timedelta(days=13 + 7 * week) for week in range(tried)]
    codes = [pilot.run("--as-of", day, "--verdict-exit") for day in days]
    last = date.fromisoformat(END)
    expected = [30 if day < last else 0 for day in days]
    entries = read(pilot.home / HISTORY)
    finals = [entry for entry in entries if entry.final]
    index = (pilot.reports / "index.html").read_text(encoding="utf-8")
    right = sum(code == want for code, want in zip(codes, expected, strict=True))
    yield Row("weekly runs with the verdict expected", tried, right)
    reached = int(days[-1] >= last)
    yield Row("  final verdicts", reached, len(finals), f"{len(entries)} runs, {entries[-1].look} looks")
    yield Row("  the index and the folder are right", 1, f"{tried} runs" in index and pilot.in_order())


def pairs(folder: Path, tried: int, chance: random.Random) -> Iterator[Row]:
    """Two runs of one pilot at once."""
    pilot = Pilot(folder)
    well = 0
    for _pair in range(tried):
        before = len(runs_of(pilot.home)) if pilot.home.exists() else 0
        with pilot.started() as one:
            time.sleep(chance.uniform(0, 1))
            with pilot.started() as other:
                pass
        well += (one.returncode, other.returncode) == (0, 0) and len(runs_of(pilot.home)) == before + 2
    yield Row("two runs of a pilot at once: both published", tried, well)
    yield Row("  no mixture, all in order", 1, pilot.in_order())


@contextmanager
def mounted(place: Path, *options: str) -> Iterator[None]:
    """Something mounted at `place` inside the block."""
    subprocess.run(["mount", *options, place], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def full_disk(folder: Path, _tried: int, _chance: random.Random) -> Iterator[Row]:
    """A second run on a disk with less and less room: exit 1 and the first one stays, or it fits."""
    pilot = Pilot(folder)
    pilot.reports.mkdir()
    well, codes = 0, []
    for room in ROOMS:
        with mounted(pilot.reports, "-t", "tmpfs", "-o", "size=4m", "soak"):
            first = pilot.run()
            before = latest_run(pilot.home)
            free = os.statvfs(pilot.reports).f_bavail * os.statvfs(pilot.reports).f_frsize
            (pilot.reports / "ballast").write_bytes(b"x" * max(free - room * 1000, 0))
            code = pilot.run("--force")
            codes.append(code)
            kept = pilot.whole() and (code == 0 or latest_run(pilot.home) == before)
            (pilot.reports / "ballast").unlink()
            well += first == 0 and code in (0, 1) and kept and pilot.run("--force") == 0 and pilot.in_order()
    seen = ", ".join(f"{room} kB: {code}" for room, code in zip(ROOMS, codes, strict=True))
    yield Row("full disk: exit 1 or 0, what was published is whole", len(ROOMS), well, seen)
    yield Row("  it was full at least once", 1, 1 in codes)


def read_only(folder: Path, _tried: int, _chance: random.Random) -> Iterator[Row]:
    """A folder that is read-only: refused, and the first run stays."""
    pilot = Pilot(folder)
    first = pilot.run()
    with mounted(pilot.reports, "--bind", str(pilot.reports)):
        subprocess.run(["mount", "-o", "remount,bind,ro", pilot.reports], check=True)
        code = pilot.run("--force")
        whole = pilot.whole()
    yield Row("read-only folder: refused, what was published is whole", 1, (first, code, whole) == (0, 2, True))


def main() -> int:
    """Print the table; 1 when something did not go well."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name, default in (("kills", 200), ("weeks", 52), ("pairs", 50)):
        parser.add_argument(f"--{name}", type=int, default=default)
    wanted = vars(parser.parse_args())
    trials: list[tuple[Callable[[Path, int, random.Random], Iterator[Row]], int]] = [
        (kills, wanted["kills"]), (weeks, wanted["weeks"]), (pairs, wanted["pairs"]),
    ]  # fmt: skip
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    trials += [(full_disk, 1), (read_only, 1)] if root else []
    rows, chance = [], random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        for trial, tried in trials:
            if not tried:
                continue
            place = Path(folder, trial.__name__)
            place.mkdir()
            begun = time.monotonic()
            for row in trial(place, tried, chance):
                rows.append(row)
                mark = "ok" if row.well == row.tried else "FAULT"
                print(f"{row.what:<62}{row.well:>5} of {row.tried:<5}{mark:<7}{row.seen}", flush=True)
            print(f"  {time.monotonic() - begun:.0f} s", flush=True)
    if not root:
        print("left out: a full disk and a read-only folder, which need root")
    print(json.dumps({"faults": sum(row.well != row.tried for row in rows)}))
    return int(any(row.well != row.tried for row in rows))


if __name__ == "__main__":
    sys.exit(main())
