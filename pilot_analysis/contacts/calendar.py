"""Business time between two stamps, by one calendar: opening hours of business days, without holidays.

`before(t)` counts the business seconds from a fixed Monday to `t`, so that the business time between two stamps is a
difference, whatever lies between them. On the calendar's wall clock it is whole weeks, plus business days of the week,
less holidays, plus what of today is over. Where the clock is set, an hour of wall time is missing or occurs twice;
what of it lies in opening hours is taken off or added from that instant on.
"""

from datetime import datetime

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.hours import Calendar
from pilot_analysis.config.models import Config
from pilot_analysis.config.types import WEEKDAYS
from pilot_analysis.contacts.clock import Clock
from pilot_analysis.contacts.hours import minutes
from pilot_analysis.contacts.log import Log
from pilot_analysis.refusal import Refusal

DAY = 86_400
EPOCH = datetime(1970, 1, 1)
EPOCH_WEEKDAY = 3  # it was a Thursday


class BusinessClock:
    """The business seconds of one calendar, as lazy expressions."""

    def __init__(self, calendar: Calendar, clock: Clock) -> None:
        """`clock` is of the calendar's zone."""
        self._clock = clock
        self._opens, self._closes = minutes(calendar.opens) * 60, minutes(calendar.closes) * 60
        self._open = [day in calendar.days for day in WEEKDAYS]
        days = {(day - EPOCH.date()).days for day in calendar.holidays}
        self._holidays = sorted(day for day in days if self._open[(day + EPOCH_WEEKDAY) % 7])
        self._corrections = []
        for at, before, after in clock.changes():
            instant = int((at - EPOCH).total_seconds())
            jump = self.wall_seconds(instant + before) - self.wall_seconds(instant + after)
            if jump:
                self._corrections.append((at, jump))

    def between(self, start: ir.TimestampValue, end: ir.TimestampValue) -> ir.FloatingValue:
        """Business seconds from one UTC stamp to another."""
        return (self.before(end) - self.before(start)).cast("float64")

    def before(self, utc: ir.TimestampValue) -> ir.IntegerValue:
        """Business seconds from a fixed Monday to a UTC stamp."""
        wall = self._clock.local(utc).epoch_seconds().cast("int64")
        second = wall % DAY
        day = ((wall - second) / DAY).cast("int64")
        weekday = (day + EPOCH_WEEKDAY) % 7
        weeks = ((day + EPOCH_WEEKDAY - weekday) / 7).cast("int64")
        passed = ibis.cases(*((weekday == i, sum(self._open[:i])) for i in range(7)), else_=0)
        full = weeks * sum(self._open) + passed
        for holiday in self._holidays:
            full = full - ibis.ifelse(day > holiday, 1, 0)
        open_days = [i for i, is_open in enumerate(self._open) if is_open]
        today = weekday.isin(open_days)
        if self._holidays:
            today = today & ~day.isin(self._holidays)
        over = ibis.least(ibis.greatest(second - self._opens, 0), self._closes - self._opens)
        total = full * (self._closes - self._opens) + ibis.ifelse(today, over, 0)
        for at, jump in self._corrections:
            total = total + ibis.ifelse(utc >= ibis.timestamp(at), jump, 0)
        return total

    def wall_seconds(self, wall: int) -> int:
        """`before` of one wall-clock second, where the clock was never set."""
        day, second = divmod(wall, DAY)
        weeks, weekday = divmod(day + EPOCH_WEEKDAY, 7)
        full = weeks * sum(self._open) + sum(self._open[:weekday]) - sum(day > holiday for holiday in self._holidays)
        over = min(max(second - self._opens, 0), self._closes - self._opens)
        today = self._open[weekday] and day not in self._holidays
        return full * (self._closes - self._opens) + (over if today else 0)


def business_clock(config: Config, log: Log) -> BusinessClock | None:
    """The clock by which answers are timed; None where no calendar is asked for.

    Raises:
        Refusal: where the log has durations and no stamps.
    """
    name = config.kpis.response_time.calendar
    if name is None:
        return None
    if "response_seconds" in log.columns and "first_response_at" not in log.columns:
        raise Refusal(
            "a duration cannot be put on a calendar", file=log.source.name, key="kpis.response_time.calendar",
            found="response_seconds", allowed="first_response_at, the time of the first answer; or no calendar",
        )  # fmt: skip
    calendar = config.calendars[name]
    zone = calendar.timezone or config.pilot.timezone
    return BusinessClock(calendar, Clock(zone, log.clock.first, log.clock.last))
