"""One state of a database for all scans of a review, though others write to it meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_sessions: ContextVar[list[Any] | None] = ContextVar("sessions", default=None)


@contextmanager
def snapshots() -> Iterator[None]:
    """Inside, a session of PostgreSQL sees the database as it was at its first question.

    Afterwards nothing is held there, however long the session may live.
    """
    begun: list[Any] = []
    token = _sessions.set(begun)
    try:
        yield
    finally:
        _sessions.reset(token)
        for session in begun:
            if not session.closed:
                session.rollback()


def begin_snapshot(session: Any) -> None:
    """Begin with a session of psycopg that commits by itself; outside of `snapshots` nothing is held."""
    begun = _sessions.get()
    if begun is not None:
        session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        begun.append(session)
