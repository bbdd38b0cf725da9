"""Run a notebook by Papermill and say in one sentence how it ended."""

import errno
import logging
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from types import ModuleType
from typing import Any

from pilot_analysis.refusal import EngineFailure, Refusal
from pilot_analysis.words import _

LONGEST_CAUSE = 300
DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""No room: the disk, a quota, or a limit on the size of files."""


@dataclass
class NotebookFailed(Exception):  # noqa: N818 - named for what happened
    """A notebook that failed, lost its kernel or ran out of time.

    Attributes:
        notebook: its file.
        cell: the number before the cell that failed, as in `In [4]`; None where it was no cell.
        cause: one line, such as `ValueError: ...`.
        kept: the folder that the partial notebook was kept in.
    """

    notebook: str
    cell: int | None
    cause: str
    kept: Path | None = None

    def __str__(self) -> str:
        if self.cell is None:
            return _("The notebook {notebook} failed: {cause}").format(notebook=self.notebook, cause=self.cause)
        return _("The notebook {notebook} failed in cell [{cell}]: {cause}").format(
            notebook=self.notebook, cell=self.cell, cause=self.cause
        )


def papermill() -> ModuleType:
    """Papermill, without the second that its import usually takes.

    Its import reaches jsonschema, which would build the grammar of `rfc3987_syntax` to check
    internationalised addresses; a notebook has none.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    import papermill as module

    # Without a handler Python prints the log's warnings; what they say stands in our messages.
    logging.getLogger("papermill").addHandler(logging.NullHandler())
    return module  # type: ignore[no-any-return]


def execute(
    notebook: Path,
    output: Path,
    parameters: Mapping[str, Any],
    *,
    timeout: float,
    deadline: float | None = None,
    stop: Event | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Run `notebook` with `parameters` in this interpreter and write the outcome to `output`.

    Args:
        notebook: the notebook; it is not changed.
        output: where the executed notebook goes, the partial one included when a cell failed.
        parameters: what replaces the values of the cell tagged `parameters`; stored in `output`.
        timeout: seconds for each cell.
        deadline: seconds for the whole notebook; None is no limit.
        stop: set from another thread, it ends the run.
        progress: told (code cells finished, code cells in all).

    Raises:
        Refusal: the notebook refused the config or the data, with the same text.
        EngineFailure: the engine of the data failed in it.
        NotebookFailed: a cell failed, the kernel died or did not start, or time ran out.
        KeyboardInterrupt: the run was told to stop.
        OSError: the files cannot be read or written, a full disk included.
    """
    module = papermill()
    try:
        module.execute_notebook(
            literal(notebook),
            literal(output),
            dict(parameters),
            engine_name="pilot",
            kernel_name="python3",
            language="python",
            progress_bar=False,
            # The outcome is written once, at the end or at the failure.
            request_save_on_cell_execute=False,
            execution_timeout=timeout,
            deadline=deadline,
            stop=stop,
            progress=progress,
        )
    except module.PapermillExecutionError as fault:
        raise outcome(notebook, fault) from None


def literal(path: Path) -> str:
    """A path that Papermill takes as it is: it would fill in braces from the parameters."""
    return str(path).replace("{", "{{").replace("}", "}}")


def outcome(notebook: Path, fault: Any) -> Exception:
    """What Papermill's report of a failed cell means to a caller."""
    for kind in (Refusal, EngineFailure):
        if fault.ename == kind.__name__:
            return kind.parsed(fault.evalue)
    for full in DISK_FULL:
        if os.strerror(full) in fault.evalue:
            return OSError(full, os.strerror(full))
    cause = " ".join(f"{fault.ename}: {fault.evalue}".split())
    if len(cause) > LONGEST_CAUSE:
        cause = cause[: LONGEST_CAUSE - 1] + "…"
    return NotebookFailed(str(notebook), fault.exec_count, cause)
