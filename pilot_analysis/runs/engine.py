"""The Papermill engine `pilot`: it says truthfully which cell failed, also when the kernel did.

Papermill finds it by its entry point and loads this module at the end of its own import, so this
module needs `import papermill` before it, and imports only what Papermill has imported already.
"""

import asyncio
import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine

from pilot_analysis.scratch import scratch

Progress = Callable[[int, int], None]
"""Told (code cells finished, code cells in all): once before the first cell, then after each."""

KERNEL = Path(__file__).with_name("kernel.py")

LONGEST_SOCKET_PATH = 100
"""The system's limit on the path of a Unix socket is 104 (macOS) or 108 (Linux) bytes."""


class OwnInterpreter(AsyncKernelManager):
    """Starts the kernel in the interpreter that runs now, and speaks to it through local sockets.

    The kernels installed on the machine do not count: a `python3` there may be any other Python.
    Sockets in a private folder cannot collide as the ports of parallel kernels do; where the system
    has none, the kernel listens on local ports.
    """

    def __init__(self, **options: Any) -> None:
        # ipykernel now and then hangs after its exit hooks have run; then the default waits 4 s for it.
        super().__init__(shutdown_wait_time=1.0, **options)
        self._folder = scratch("pilot-kernel")
        self.connection_file = str(Path(self._folder.name, "kernel.json"))
        socket = str(Path(self._folder.name, "kernel-ipc"))
        if os.name == "posix" and len(os.fsencode(socket)) < LONGEST_SOCKET_PATH:
            self.transport = "ipc"
            self.ip = socket

    @property
    def kernel_spec(self) -> KernelSpec:
        """The running interpreter as a kernel."""
        return KernelSpec(
            argv=[sys.executable, str(KERNEL), "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
        )

    async def cleanup_resources(self, restart: bool = False) -> None:  # type: ignore[override]
        """Close the connection and remove its folder."""
        await self._async_cleanup_resources(restart=restart)
        if not restart:
            self._folder.cleanup()


class TruthfulClient(PapermillNotebookClient):  # type: ignore[misc]
    """Runs the cells; a cell that ran out of time or lost its kernel is a failed cell.

    Args:
        nb_man: Papermill's record of the execution.
        progress: told of each finished code cell.
        seconds: for each cell; None is no limit.
        deadline: seconds for the whole notebook, the start of its kernel included; None is no limit.
        stop: set from another thread, it ends the run within a second or two.
        options: of nbclient.
    """

    def __init__(
        self, nb_man: Any, progress: Progress | None, seconds: float | None, deadline: float | None,
        stop: Event | None, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(nb_man, kernel_manager_class=OwnInterpreter, timeout_func=self.seconds_left, **options)
        self.progress = progress or untold
        self.total = sum(cell.cell_type == "code" for cell in nb_man.nb.cells)
        self.finished = 0
        self.seconds, self.deadline, self.stop = seconds, deadline, stop or Event()
        self.until = math.inf if deadline is None else monotonic() + deadline

    def seconds_left(self, _cell: Any = None) -> float | None:
        """How long a cell that starts now may take, at least a moment; None is without limit."""
        left = min(self.seconds or math.inf, self.until - monotonic())
        return None if left == math.inf else max(left, 0.01)

    async def _async_check_alive(self) -> None:
        # nbclient asks once a second; there is no other place to hear of `stop` while a cell runs.
        if self.stop.is_set():
            raise DeadKernelError("The run was told to stop.")
        await super()._async_check_alive()

    def execute(self, **options: Any) -> Any:
        """Run the notebook; the outcome stands in its cells.

        A kernel that no longer answers is killed, where Papermill would ask it once more.

        Raises:
            KeyboardInterrupt: the run was told to stop.
        """
        self.reset_execution_trackers()
        self.progress(0, self.total)
        self.shutdown_kernel = "immediate"
        started = False
        try:
            with self.setup_kernel(**options):
                answer = self.wait_for_reply(self.kc.kernel_info())
                self.nb.metadata["language_info"] = answer["content"]["language_info"]
                started = True
                self.papermill_execute_cells()
                self.set_widgets_metadata()
                if not self.nb.metadata.papermill["exception"]:
                    self.shutdown_kernel = "graceful"
        except RuntimeError as fault:
            if started:
                raise
            first = next(cell for cell in self.nb.cells if cell.cell_type == "code")
            write_fault(first, type(fault).__name__, f"The kernel did not start: {fault}")
            self.nb_man.cell_exception(first)
        return self.nb

    def execute_cell(self, cell: Any, cell_index: int, **options: Any) -> Any:
        """Run one cell.

        Raises:
            CellExecutionError: it failed, ran out of time or lost its kernel; its outputs say which.
            KeyboardInterrupt: the run was told to stop.
        """
        left = self.seconds_left()
        # Output that lags behind on a loaded machine is late, not lost.
        self.iopub_timeout = 60 if left is None else math.ceil(left)
        if self.stop.is_set():
            raise KeyboardInterrupt
        try:
            done = super().execute_cell(cell, cell_index, **options)
        except (CellTimeoutError, DeadKernelError) as fault:
            for waiting in asyncio.all_tasks(ensure_event_loop()):  # for output of the cell, which comes no more
                waiting.cancel()
            if self.stop.is_set():
                raise KeyboardInterrupt from None
            ename, evalue = self.named(fault)
            cell.execution_count = self.code_cells_executed
            write_fault(cell, ename, evalue)
            raise CellExecutionError(traceback="", ename=ename, evalue=evalue) from fault
        if cell.cell_type == "code":
            self.finished += 1
            self.progress(self.finished, self.total)
        return done

    def named(self, fault: CellTimeoutError | DeadKernelError) -> tuple[str, str]:
        """A name and a sentence for what ended a cell from outside."""
        if isinstance(fault, DeadKernelError):
            return type(fault).__name__, "The kernel died while the cell was running."
        if monotonic() >= self.until:
            return "DeadlineExceeded", f"The run did not finish within {self.deadline:g} seconds."
        return type(fault).__name__, f"The cell did not finish within {self.seconds or self.iopub_timeout:g} seconds."


def untold(_finished: int, _total: int) -> None:
    """The progress that nobody asked for."""


def write_fault(cell: Any, ename: str, evalue: str) -> None:
    """Put a fault where Papermill and every reader of notebooks look for it: among the cell's outputs."""
    traceback = [f"{ename}: {evalue}"]
    fault = new_output("error", ename=ename, evalue=evalue, traceback=traceback)  # type: ignore[no-untyped-call]
    cell.outputs.append(fault)


class PilotEngine(NBClientEngine):  # type: ignore[misc]
    """Papermill's engine, with the running interpreter as kernel and truthful failures."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        start_timeout: float = 60,
        execution_timeout: float | None = None,
        deadline: float | None = None,
        stop: Event | None = None,
        progress: Progress | None = None,
        **_: Any,
    ) -> None:
        """Run the notebook that `nb_man` holds.

        Args:
            nb_man: Papermill's record of the execution.
            kernel_name: by Papermill's interface; always the running interpreter.
            log_output: also write what cells print to Papermill's log.
            stdout_file: also write what cells print here.
            stderr_file: also write what cells print as errors here.
            start_timeout: seconds for the kernel to start.
            execution_timeout: seconds for each cell; None is no limit.
            deadline: seconds for the whole notebook; None is no limit.
            stop: set from another thread, it ends the run.
            progress: told of each finished code cell.
        """
        TruthfulClient(
            nb_man,
            progress,
            execution_timeout,
            deadline,
            stop,
            # The start, and the questions before and after the cells.
            startup_timeout=math.ceil(min(start_timeout, deadline or math.inf)),
            timeout=math.ceil(min(start_timeout, deadline or math.inf)),
            kernel_name=kernel_name,
            log_output=log_output,
            stdout_file=stdout_file,
            stderr_file=stderr_file,
        ).execute()

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:  # noqa: ARG003
        """Always `python3`: the running interpreter."""
        return "python3"

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:  # noqa: ARG003
        """Always `python`."""
        return "python"
