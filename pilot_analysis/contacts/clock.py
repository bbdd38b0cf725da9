"""Time zones without the engine: offsets of a zone as a piecewise constant, the same on every engine."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

DAYS_AROUND = 3


def offset_changes(zone: str, first: date, last: date) -> tuple[int, list[tuple[datetime, int]]]:
    """The zone's offset a few days before `first`, and its changes until a few days after `last`.

    Returns:
        The offset in seconds; each change as its instant (UTC, without a zone) and the new offset.
    """
    tz = ZoneInfo(zone)

    def offset_at(when: datetime) -> int:
        return int(when.astimezone(tz).utcoffset().total_seconds())  # type: ignore[union-attr]

    at = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=DAYS_AROUND)
    end = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=DAYS_AROUND)
    start_offset = current = offset_at(at)
    changes = []
    while at < end:
        following = at + timedelta(days=1)
        if offset_at(following) != current:
            low, high = at, following
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if offset_at(middle) == current else (low, middle)
            current = offset_at(following)
            changes.append((high.replace(microsecond=0, tzinfo=None), current))
        at = following
    return start_offset, changes


class Clock:
    """Turns wall-clock stamps of a zone into UTC and back, as lazy expressions."""

    def __init__(self, zone: str, first: date, last: date) -> None:
        self.first, self.last = first, last
        self._start, self._changes = offset_changes(zone, first, last)
        self._last = self._changes[-1][1] if self._changes else self._start

    def changes(self) -> list[tuple[datetime, int, int]]:
        """When the clock is set (UTC, without a zone), and the offsets before and after in seconds."""
        offsets = [self._start, *(offset for _, offset in self._changes)]
        return [(at, before, after) for (at, after), before in zip(self._changes, offsets, strict=False)]

    def utc(self, wall: ir.TimestampValue) -> ir.TimestampValue:
        """UTC of a wall-clock stamp; in the hour that occurs twice, the later one."""
        until = [(at + timedelta(seconds=min(before, after)), -before) for at, before, after in self.changes()]
        return self._shifted(wall, until, -self._last)

    def local(self, utc: ir.TimestampValue) -> ir.TimestampValue:
        """Wall-clock stamp of a UTC stamp."""
        return self._shifted(utc, [(at, before) for at, before, _after in self.changes()], self._last)

    @staticmethod
    def _shifted(stamp: ir.TimestampValue, until: list[tuple[datetime, int]], last: int) -> ir.TimestampValue:
        if not until:
            return stamp if last == 0 else stamp + ibis.interval(seconds=last)
        seconds = ibis.cases(*((stamp < ibis.timestamp(at), offset) for at, offset in until), else_=last)
        return stamp + seconds.as_interval("s")
