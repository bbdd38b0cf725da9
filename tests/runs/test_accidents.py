"""Whatever befalls a run, what is published is whole, and the next run puts everything in order."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from accidents import see_that_all_is_in_order, see_that_published_is_whole
from pilots import LENIENT, program, write_pilot
from small_runs import Notebook, alive, children

from pilot_analysis.runs.folder import run_pilot
from pilot_analysis.runs.home import runs_of

HERE = Path(__file__).parent
KILLS = 20


@pytest.mark.parametrize("kind", ["killed", "full"])
def test_an_accident_at_every_file_operation(kind: str, tmp_path: Path) -> None:
    """Killed just before each, or no room from each on: see accidents.py."""
    line = [sys.executable, str(HERE / "accidents.py"), kind, str(tmp_path)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["operations"] > 40


@pytest.fixture
def week(notebook: Notebook, tmp_path: Path) -> Path:
    """A notebook whose every execution writes a run about other contacts."""
    counter = tmp_path / "counter"
    return notebook(
        f"import pathlib, sys; sys.path[:0] = [{str(HERE)!r}, {str(HERE.parent)!r}]\n"
        "from accidents import review, write_stub\n"
        f"counter = pathlib.Path({str(counter)!r})\n"
        "number = int(counter.read_text()) + 1 if counter.exists() else 0\n"
        "counter.with_suffix('.new').write_text(str(number)); counter.with_suffix('.new').replace(counter)\n"
        "write_stub(pathlib.Path(output_dir), review(number))"
    )


def started(notebook: Path, reports: Path) -> subprocess.Popen[bytes]:
    """A run in a process of its own."""
    code = (
        "import sys; from pathlib import Path; from pilot_analysis.runs.folder import run_pilot\n"
        "run_pilot(Path('pilot.yaml'), Path(sys.argv[1]), 'demo', Path(sys.argv[2]), {}, wait=60)"
    )
    return subprocess.Popen([sys.executable, "-c", code, str(notebook), str(reports)], stderr=subprocess.DEVNULL)


def test_runs_killed_at_random_instants(week: Path, tmp_path: Path) -> None:
    chance = random.Random(20260302)
    reports = tmp_path / "reports"
    begun = time.monotonic()
    with started(week, reports) as first:
        pass
    assert first.returncode == 0
    whole = time.monotonic() - begun

    kernels: set[int] = set()
    for _ in range(KILLS):
        with started(week, reports) as runner:
            end = time.monotonic() + chance.uniform(0, whole)
            while time.monotonic() < end and runner.poll() is None:
                kernels.update(children(runner.pid))
                time.sleep(0.01)
            kernels.update(children(runner.pid))
            runner.kill()
        see_that_published_is_whole(reports)

    assert len(kernels) >= KILLS / 4, "the instants were such that hardly a kernel was running"
    published = run_pilot(Path("pilot.yaml"), week, "demo", reports, {})
    see_that_all_is_in_order(reports, published)
    assert [kernel for kernel in kernels if alive(kernel)] == []


def test_two_at_once_are_two_runs_and_no_mixture(week: Path, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    for pair in range(1, 4):
        with started(week, reports) as one, started(week, reports) as other:
            pass
        assert (one.returncode, other.returncode) == (0, 0)
        assert len(see_that_published_is_whole(reports)) == 2 * pair
    runs = [json.loads((reports / "demo" / run / "review.json").read_text()) for run in runs_of(reports / "demo")]
    assert len({review["headline"] for review in runs}) == 6


def test_two_commands_at_once(tmp_path: Path) -> None:
    """The second waits, finds nothing changed, and both say which run is published."""
    pilot = write_pilot(tmp_path, **LENIENT)
    line = [sys.executable, "-m", "pilot_analysis", "run", str(pilot), "--out", str(tmp_path / "reports")]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(line, **pipes) as one, subprocess.Popen(line, **pipes) as other:
        said = [one.communicate(), other.communicate()]
    assert (one.returncode, other.returncode) == (0, 0), said
    assert sum("Unchanged since run" in out for out, _ in said) == 1
    assert sum("Another run of small-pilot is under way (process" in err for _, err in said) == 1
    assert len(runs_of(tmp_path / "reports" / "small-pilot")) == 1


@pytest.mark.parametrize("number", [15, 2])  # SIGTERM, and what Ctrl-C sends
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_command_that_is_told_to_end_leaves_nothing(tmp_path: Path, number: int, jobs: str) -> None:
    pilots = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        pilots.append(str(write_pilot(tmp_path / name, report__slug=name, **LENIENT)))
    reports = tmp_path / "reports"
    line = [sys.executable, "-m", "pilot_analysis", "run", *pilots, "--out", str(reports), "--jobs", jobs]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as runner:
        while len(kernels := children(runner.pid)) < int(jobs):
            time.sleep(0.01)
        time.sleep(0.5)
        runner.send_signal(number)
        _, said = runner.communicate(timeout=30)
    assert runner.returncode == {15: 143, 2: 130}[number], said
    assert "Traceback" not in said
    assert [kernel for kernel in kernels if alive(kernel)] == []
    assert [path for path in reports.rglob("*") if path.name not in ("a", "b")] == []


def test_a_limit_on_the_size_of_files_is_a_full_disk(tmp_path: Path) -> None:
    """The kernel cannot write its page: exit 1 and a sentence, and the run before stays."""
    pilot, reports = write_pilot(tmp_path, **LENIENT), tmp_path / "reports"
    assert program("run", pilot, "--out", reports).code == 0
    before = {path: path.stat().st_mtime_ns for path in (reports / "small-pilot").rglob("*")}

    def small_files() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    done = program("run", pilot, "--out", reports, "--force", preexec_fn=small_files)

    assert done.code == 1
    assert "File too large" in done.err
    assert "Traceback" not in done.err
    assert {path: path.stat().st_mtime_ns for path in (reports / "small-pilot").rglob("*")} == before


@pytest.mark.parametrize("place", ["demo", ".demo.lock"])
def test_where_nothing_can_be_written_the_run_is_refused(tmp_path: Path, place: str) -> None:
    """Permissions do not hold back an administrator; something else in the place of a folder or file does."""
    reports = tmp_path / "reports"
    if place == ".demo.lock":
        (reports / place).mkdir(parents=True)
    else:
        reports.mkdir()
        (reports / place).write_text("a file, no folder")
    pilot = write_pilot(tmp_path, report__slug="demo", **LENIENT)

    done = program("run", pilot, "--out", reports)

    assert (done.code, done.out) == (2, "")
    assert "cannot be written to" in done.err
    assert "Traceback" not in done.err
