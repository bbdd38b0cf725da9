"""One run of a pilot at a time."""

import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from filelock import FileLock, Timeout

from pilot_analysis.refusal import Refusal
from pilot_analysis.runs.execute import DISK_FULL
from pilot_analysis.words import _


class Lock:
    """Held by one run at a time: a hidden file in `reports`, gone when it is released."""

    def __init__(self, reports: Path, name: str, wait: float, waiting: Callable[[], None] = lambda: None) -> None:
        self.reports, self.name, self.wait, self.waiting = reports, name, wait, waiting
        self.lock = FileLock(reports / f".{name}.lock")

    def __enter__(self) -> None:
        """Wait for the lock.

        Raises:
            Refusal: the folder cannot be written to, or the lock was not free in time.
        """
        try:
            self.reports.mkdir(parents=True, exist_ok=True)
            try:
                self.lock.acquire(timeout=0)
            except Timeout:
                self.waiting()
                self.lock.acquire(timeout=self.wait)
        except Timeout:
            raise Refusal(
                _("Another run is still under way after {seconds} seconds.").format(seconds=round(self.wait)),
                file=str(self.reports / self.name),
            ) from None
        except OSError as fault:
            refuse(self.reports, fault)

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if os.name == "posix":
            # Removed while it is held: whoever waits finds that its file has no name and starts over.
            Path(self.lock.lock_file).unlink(missing_ok=True)
        self.lock.release()


def refuse(folder: Path, fault: OSError) -> NoReturn:
    """Say that `folder` cannot be written to: a refusal, but a full disk stays a failure."""
    if fault.errno in DISK_FULL:
        raise fault
    raise Refusal(
        _("The reports folder cannot be written to."), file=str(folder), found=fault.strerror or str(fault)
    ) from fault
