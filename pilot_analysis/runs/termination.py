"""Being told to end is an exception, so that what was begun is cleared away."""

import signal
import threading
from types import FrameType, TracebackType


class Termination:
    """Inside the block SIGTERM ends the program as an exception, so that what it began is cleared away."""

    def __enter__(self) -> None:
        # Python lets only the main thread set handlers.
        self.active = threading.current_thread() is threading.main_thread()
        if self.active:
            self.before = signal.signal(signal.SIGTERM, self.leave)

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.active:
            signal.signal(signal.SIGTERM, self.before)

    @staticmethod
    def leave(signum: int, _frame: FrameType | None) -> None:
        """Exit with the status that a shell gives for the signal."""
        raise SystemExit(128 + signum)
