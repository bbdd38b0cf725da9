"""What is told on standard error while a command goes on: lines for people, or `--log-json` for programs.

For people warnings and faults are written as they are (progress has bars of its own); for programs every
event is one JSON object on one line, what libraries log and warn of included.
"""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from pilot_analysis.refusal import Refusal, shortened
from pilot_analysis.runs.exits import ERROR, FAILED, REFUSED, exit_code_of, explained

LOGGER = logging.getLogger("pilot_analysis")
EVENTS = {ERROR: "error", REFUSED: "refused", FAILED: "failed"}
NOTHING_KNOWN: dict[str, object] = {"pilot": None, "run": None}

_about: ContextVar[dict[str, object]] = ContextVar("about", default=NOTHING_KNOWN)


class Lines(logging.Handler):
    """Writes to whatever standard error is at the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        print(self.format(record), file=sys.stderr, flush=True)


class JsonLine(logging.Formatter):
    """One object a line: time (UTC), level, event, pilot, run, message, and the fields of the event."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON, ASCII only, so that no encoding can break it."""
        content: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", record.name),
            **_about.get(),
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        return json.dumps(content, default=str)


def configure(as_json: bool) -> None:
    """Tell programs (`as_json`) or people from now on."""
    root = logging.getLogger()
    for logger in (root, LOGGER):
        for handler in [handler for handler in logger.handlers if isinstance(handler, Lines)]:
            logger.removeHandler(handler)
    logging.captureWarnings(as_json)
    handler = Lines()
    if as_json:
        handler.setFormatter(JsonLine())
        root.addHandler(handler)  # what libraries say
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO if as_json else logging.WARNING)
    LOGGER.propagate = False


def is_json() -> bool:
    """Whether programs are told."""
    return LOGGER.isEnabledFor(logging.INFO)


@contextmanager
def one_pilot() -> Iterator[None]:
    """What is learnt inside the block is forgotten after it."""
    token = _about.set(NOTHING_KNOWN)
    try:
        yield
    finally:
        _about.reset(token)


def learn(**fields: object) -> None:
    """From now on every event has these fields: the pilot, its run."""
    _about.set(_about.get() | fields)


def tell(event: str, message: str, level: int = logging.INFO, /, **fields: object) -> None:
    """Tell of an event; people read of warnings and worse."""
    LOGGER.log(level, "%s", message, extra={"event": event, "fields": fields})


def warn(message: str) -> None:
    """Tell of something that fails nothing."""
    tell("warning", message, logging.WARNING)


def tell_fault(fault: Exception, clean: Callable[[str], str] = str) -> tuple[int, str]:
    """Tell what went wrong; returns the exit code and the message, which `clean` took secrets out of."""
    from pilot_analysis.runs.execute import NotebookFailed

    code, message = exit_code_of(fault), clean(explained(fault))
    fields: dict[str, object] = {"code": code}
    if isinstance(fault, Refusal):
        refusal = fault.redacted(clean)
        found = None if refusal.found is None else shortened(refusal.found)
        fields |= {
            "message": refusal.problem, "file": refusal.file, "line": refusal.line, "key": refusal.key,
            "found": found, "allowed": refusal.allowed, "nearest": refusal.nearest,
        }  # fmt: skip
    elif isinstance(fault, NotebookFailed):
        fields |= {"notebook": fault.notebook, "cell": fault.cell, "cause": clean(fault.cause), "kept": fault.kept}
    else:
        fields |= {"error": type(fault).__name__}
    tell(EVENTS[code], message, logging.ERROR, **fields)
    return code, message
