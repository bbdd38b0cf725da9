"""One run of a pilot at a time, and who it is that runs."""

import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import NoReturn

from filelock import FileLock, Timeout

from pilot_analysis.refusal import Refusal
from pilot_analysis.runs.execute import DISK_FULL
from pilot_analysis.words import _


class Lock:
    """Held by one run at a time: a hidden file in `reports`, gone when it is released.

    The system releases it when its holder dies, however that comes about. The file says who holds it.

    Args:
        reports: the folder; made where it does not exist.
        name: of what is locked.
        wait: seconds to wait.
        tell: told once who is waited for.
        stop: set from another thread, it ends the wait.
    """

    def __init__(
        self,
        reports: Path,
        name: str,
        wait: float,
        tell: Callable[[str], None] | None = None,
        stop: Event | None = None,
    ) -> None:
        self.reports, self.name, self.wait, self.tell, self.stop = reports, name, wait, tell, stop or Event()
        self.file = reports / f".{name}.lock"
        self.lock = FileLock(self.file)

    def __enter__(self) -> None:
        """Wait for the lock.

        Raises:
            Refusal: the folder cannot be written to, or the lock was not free in time; it names the holder.
            KeyboardInterrupt: told to stop while waiting.
        """
        try:
            self.reports.mkdir(parents=True, exist_ok=True)
            try:
                self.lock.acquire(timeout=0)
            except Timeout:
                if self.tell is not None:
                    said = _("Another run of {slug} is under way ({holder}); waiting for it.")
                    self.tell(said.format(slug=self.name, holder=self.holder()))
                self.lock.acquire(timeout=self.wait, cancel_check=self.stop.is_set)
            self.file.write_text(me(), encoding="utf-8")
        except Timeout:
            if self.stop.is_set():
                raise KeyboardInterrupt from None
            raise Refusal(
                _("Another run is still under way after {seconds} seconds.").format(seconds=round(self.wait)),
                file=str(self.reports / self.name), found=self.holder(), allowed=_("one run of a pilot at a time"),
            ) from None  # fmt: skip
        except OSError as fault:
            self.lock.release()
            refuse(self.reports, fault)

    def holder(self) -> str:
        """Who holds the lock, in words."""
        try:
            return self.file.read_text(encoding="utf-8") or _("it does not say who")
        except OSError:  # released this moment
            return _("it does not say who")

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if os.name == "posix":
            # Removed while it is held: whoever waits finds that its file has no name and starts over.
            self.file.unlink(missing_ok=True)
        self.lock.release()


def me() -> str:
    """This process, its machine and the time."""
    return _("process {number} on {machine} since {time}").format(
        number=os.getpid(), machine=socket.gethostname(), time=f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
    )


def refuse(folder: Path, fault: OSError) -> NoReturn:
    """Say that `folder` cannot be written to: a refusal, but a full disk stays a failure."""
    if fault.errno in DISK_FULL:
        raise fault
    raise Refusal(
        _("The reports folder cannot be written to."), file=str(folder), found=fault.strerror or str(fault)
    ) from fault
