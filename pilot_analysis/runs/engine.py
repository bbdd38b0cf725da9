"""The Papermill engine `pilot`: it says truthfully which cell failed, also when the kernel did.

Papermill finds it by its entry point and loads this module at the end of its own import, so this
module needs `import papermill` before it, and imports only what Papermill has imported already.
"""

import math
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine

Progress = Callable[[int, int], None]
"""Told (code cells finished, code cells in all): once before the first cell, then after each."""

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
        self._folder = tempfile.TemporaryDirectory(prefix="pilot-kernel-", ignore_cleanup_errors=True)
        self.connection_file = str(Path(self._folder.name, "kernel.json"))
        socket = str(Path(self._folder.name, "kernel-ipc"))
        if os.name == "posix" and len(os.fsencode(socket)) < LONGEST_SOCKET_PATH:
            self.transport = "ipc"
            self.ip = socket

    @property
    def kernel_spec(self) -> KernelSpec:
        """The running interpreter as a kernel."""
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
        )

    async def cleanup_resources(self, restart: bool = False) -> None:  # type: ignore[override]
        """Close the connection and remove its folder."""
        await self._async_cleanup_resources(restart=restart)
        if not restart:
            self._folder.cleanup()


class TruthfulClient(PapermillNotebookClient):  # type: ignore[misc]
    """Runs the cells; a cell that ran out of time or lost its kernel is a failed cell."""

    def __init__(self, nb_man: Any, progress: Progress | None, **options: Any) -> None:
        super().__init__(nb_man, kernel_manager_class=OwnInterpreter, **options)
        self.progress = progress or untold
        self.total = sum(cell.cell_type == "code" for cell in nb_man.nb.cells)
        self.finished = 0

    def execute(self, **options: Any) -> Any:
        """Run the notebook; the outcome stands in its cells.

        A kernel that no longer answers is killed, where Papermill would ask it once more.
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
        """
        try:
            done = super().execute_cell(cell, cell_index, **options)
        except (CellTimeoutError, DeadKernelError) as fault:
            ename = type(fault).__name__
            evalue = (
                f"The cell did not finish within {self.timeout} seconds."
                if isinstance(fault, CellTimeoutError)
                else "The kernel died while the cell was running."
            )
            cell.execution_count = self.code_cells_executed
            write_fault(cell, ename, evalue)
            raise CellExecutionError(traceback="", ename=ename, evalue=evalue) from fault
        if cell.cell_type == "code":
            self.finished += 1
            self.progress(self.finished, self.total)
        return done


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
            progress: told of each finished code cell.
        """
        seconds = None if execution_timeout is None else math.ceil(execution_timeout)
        TruthfulClient(
            nb_man,
            progress,
            timeout=seconds,
            # Output that lags behind on a loaded machine is late, not lost.
            iopub_timeout=seconds or 60,
            startup_timeout=math.ceil(start_timeout),
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
