"""A notebook's end is told truthfully: which cell, why, and what Papermill's record says of the others."""

import asyncio
import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Event, Timer
from types import SimpleNamespace
from typing import Any

import pytest
from jupyter_core.utils import ensure_event_loop
from small_runs import Notebook, alive, children, wait_until

from pilot_analysis.refusal import Refusal
from pilot_analysis.runs.execute import NotebookFailed, execute, outcome, papermill


def engine() -> Any:
    """The engine's module, which Papermill imports."""
    papermill()
    from pilot_analysis.runs import engine as module

    return module


def code_cells(path: Path) -> list[dict[str, Any]]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def statuses(path: Path) -> list[str]:
    return [cell["metadata"]["papermill"]["status"] for cell in code_cells(path)]


def exception_recorded(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))["metadata"]["papermill"]["exception"]


def test_a_cell_that_runs_out_of_time_is_the_failed_cell(notebook: Notebook, tmp_path: Path) -> None:
    out = tmp_path / "out.ipynb"

    with pytest.raises(NotebookFailed) as failed:
        execute(notebook("import time", "time.sleep(600)", "2"), out, {"config": "c"}, timeout=1)

    # In [1] holds the defaults, In [2] the parameters that were passed.
    assert failed.value.cell == 4
    assert failed.value.cause == "CellTimeoutError: The cell did not finish within 1 seconds."
    assert statuses(out) == ["completed", "completed", "completed", "failed", "pending"]
    assert exception_recorded(out) is True


def test_nothing_is_left_waiting_for_a_cell_that_ran_out_of_time(notebook: Notebook, tmp_path: Path) -> None:
    """At the end of the program asyncio would say so on standard error, below the sentence that says what happened."""
    with pytest.raises(NotebookFailed):
        execute(notebook("import time", "time.sleep(600)"), tmp_path / "out.ipynb", {"config": "c"}, timeout=1)
    assert not asyncio.all_tasks(ensure_event_loop())


def test_a_notebook_that_runs_out_of_time_fails_in_the_cell_that_was_running(
    notebook: Notebook, tmp_path: Path
) -> None:
    out = tmp_path / "out.ipynb"
    naps = ["import time; time.sleep(0.2)"] * 100

    with pytest.raises(NotebookFailed) as failed:
        execute(notebook(*naps), out, {"config": "c"}, timeout=60, deadline=4)

    assert failed.value.cause == "DeadlineExceeded: The run did not finish within 4 seconds."
    number = failed.value.cell
    assert number is not None
    assert statuses(out) == ["completed"] * (number - 1) + ["failed"] + ["pending"] * (102 - number)
    assert exception_recorded(out) is True


def test_a_notebook_that_is_told_to_stop_leaves_no_kernel(notebook: Notebook, tmp_path: Path) -> None:
    told, stop = tmp_path / "pid", Event()

    def progress(finished: int, _total: int) -> None:
        if finished == 3:
            Timer(0.2, stop.set).start()

    first = f"import os, pathlib; pathlib.Path({str(told)!r}).write_text(str(os.getpid()))"
    with pytest.raises(KeyboardInterrupt):
        execute(
            notebook(first, "import time; time.sleep(600)"), tmp_path / "out.ipynb", {"config": "c"}, timeout=60,
            progress=progress, stop=stop,
        )  # fmt: skip

    assert not alive(int(told.read_text()))


@pytest.mark.parametrize("instant", ["while the kernel starts", "in a cell", "in a cell that holds the interpreter"])
def test_a_kernel_dies_with_the_process_that_started_it(notebook: Notebook, tmp_path: Path, instant: str) -> None:
    """Killed by a signal that cannot be caught; an adopter that is not process 1 makes no difference."""
    told = tmp_path / "pid"
    busy = "import re; re.match(r'(a*)*b', 'a' * 60)" if "holds" in instant else "import time; time.sleep(600)"
    source = f"import os, pathlib; pathlib.Path({str(told)!r}).write_text(str(os.getpid()))\n{busy}"
    code = (
        "import sys; from pathlib import Path; from pilot_analysis.runs.execute import execute\n"
        "execute(Path(sys.argv[1]), Path(sys.argv[2]), {}, timeout=60)"
    )
    line = [sys.executable, "-c", code, str(notebook(source)), str(tmp_path / "out.ipynb")]
    with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as runner:
        wait_until(lambda: bool(children(runner.pid)) if "starts" in instant else told.exists() and told.read_text())
        (kernel,) = children(runner.pid)
        runner.kill()

    wait_until(lambda: not alive(kernel), seconds=5)


def test_a_cell_that_loses_its_kernel_is_the_failed_cell(notebook: Notebook, tmp_path: Path) -> None:
    out = tmp_path / "out.ipynb"

    with pytest.raises(NotebookFailed) as failed:
        execute(notebook("import os; os._exit(1)", "2"), out, {"config": "c"}, timeout=60)

    assert str(failed.value) == (
        f"The notebook {tmp_path / 'small.ipynb'} failed in cell [3]: "
        "DeadKernelError: The kernel died while the cell was running."
    )
    assert statuses(out) == ["completed", "completed", "failed", "pending"]
    assert exception_recorded(out) is True
    assert code_cells(out)[2]["outputs"][-1]["ename"] == "DeadKernelError"


def test_a_kernel_that_does_not_start_fails_the_first_cell(
    notebook: Notebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.ipynb"
    monkeypatch.setattr(sys, "executable", "/bin/false")

    with pytest.raises(NotebookFailed, match="The kernel did not start"):
        execute(notebook("1"), out, {"config": "c"}, timeout=60)

    assert statuses(out) == ["failed", "pending", "pending"]


def test_an_interrupted_run_leaves_no_kernel(notebook: Notebook, tmp_path: Path) -> None:
    told = tmp_path / "pid"

    def interrupt(finished: int, _total: int) -> None:
        if finished == 3:
            raise KeyboardInterrupt

    source = f"import os, pathlib; pathlib.Path({str(told)!r}).write_text(str(os.getpid()))"
    with pytest.raises(KeyboardInterrupt):
        execute(notebook(source, "2"), tmp_path / "out.ipynb", {"config": "c"}, timeout=60, progress=interrupt)

    assert not alive(int(told.read_text()))


def test_this_interpreter_runs_the_notebook_even_with_standard_input_closed(notebook: Notebook, tmp_path: Path) -> None:
    # Another Python is installed as kernel `python3`, the notebook names a third, and its path has braces.
    spec = tmp_path / "jupyter" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text('{"argv": ["/bin/false"], "display_name": "other", "language": "python"}')
    source = notebook("import sys; print(sys.executable, config)", kernelspec={"name": "conda-r", "language": "R"})
    braces = source.rename(tmp_path / "{braces}.ipynb")
    out = tmp_path / "{out}.ipynb"
    code = (
        "import sys; from pathlib import Path; from pilot_analysis.runs.execute import execute\n"
        "execute(Path(sys.argv[1]), Path(sys.argv[2]), {'config': 'c.yaml'}, timeout=60, progress=print)"
    )

    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", sys.executable, "-c", code, str(braces), str(out)],
        env={**os.environ, "JUPYTER_PATH": str(tmp_path / "jupyter")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["0 3", "1 3", "2 3", "3 3"]
    assert code_cells(out)[2]["outputs"][0]["text"] == [f"{sys.executable} c.yaml\n"]


def test_a_refusal_keeps_its_text() -> None:
    first = Refusal("the column csat is missing", file="pilot.yaml", line=7, found="cast", nearest="csat")
    fault = SimpleNamespace(ename="Refusal", evalue=str(first), exec_count=3)

    again = outcome(Path("n.ipynb"), fault)

    assert isinstance(again, Refusal)
    assert str(again) == str(first)


def test_a_full_disk_in_the_kernel_is_a_full_disk() -> None:
    fault = SimpleNamespace(ename="OSError", evalue="[Errno 28] No space left on device: 'review.html'", exec_count=3)

    again = outcome(Path("n.ipynb"), fault)

    assert isinstance(again, OSError)
    assert again.errno == errno.ENOSPC


def test_a_long_cause_is_one_short_line() -> None:
    fault = SimpleNamespace(ename="ValueError", evalue="several\nlines\n" + "x" * 999, exec_count=3)

    cause = outcome(Path("n.ipynb"), fault).cause  # type: ignore[attr-defined]

    assert cause.startswith("ValueError: several lines xxx")
    assert len(cause) == 300
