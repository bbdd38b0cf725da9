"""Business hours: whether a contact came in them, by the pilot's own clock."""

from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.hours import BusinessHours
from pilot_analysis.config.models import Config
from pilot_analysis.config.types import WEEKDAYS
from pilot_analysis.contacts.source import Source
from pilot_analysis.refusal import Refusal

if TYPE_CHECKING:
    from pilot_analysis.contacts.log import Log

HOURS = "hours"  # the column that the contact table has where the config names it and the log has no such column
INSIDE, OUTSIDE = "in hours", "out of hours"


def asks_for_hours(config: Config, source: Source) -> str | None:
    """The key that names `hours`, None where none does; a column of the log that is called so comes first."""
    if HOURS in source.table.columns or HOURS in config.data.columns.values():
        return None
    design = config.design
    named = {
        "design.segments": design.segments, "design.adjust_for": design.adjust_for or [],
        "data.segment": list(config.data.segment),
    }  # fmt: skip
    return next((key for key, names in named.items() if HOURS in names), None)


def with_hours(table: ir.Table, log: "Log", config: Config) -> ir.Table:
    """The table with `hours`: "in hours", "out of hours", or null where a contact has no time of day.

    Raises:
        Refusal: where no contact has one.
    """
    if log.date_only.get("opened_at", 0) >= log.rows - log.undated:
        key = asks_for_hours(config, log.source) or ""
        raise Refusal(
            "the log has only dates: nobody can say which contacts came in business hours",
            file=log.source.name, key=key, found=HOURS,
            allowed="opened_at with a time of day, or no `hours` in this key",
        )  # fmt: skip
    local = log.clock.local(table.opened_at)
    hours = config.design.business_hours
    inside = on_business_day(local, hours) & in_opening_time(local, hours)
    named = ibis.ifelse(inside, INSIDE, OUTSIDE)
    return table.mutate(**{HOURS: ibis.ifelse(table.opened_at_is_date, ibis.null("string"), named)})


def on_business_day(local: ir.TimestampValue | ir.DateValue, hours: BusinessHours) -> ir.BooleanValue:
    """Whether a wall-clock stamp, or a day, lies on one of the business days."""
    return local.day_of_week.index().isin([WEEKDAYS.index(day) for day in hours.days])


def in_opening_time(local: ir.TimestampValue, hours: BusinessHours) -> ir.BooleanValue:
    """Whether a wall-clock stamp lies from the opening time on and before the closing time, whatever the day."""
    minute = local.hour() * 60 + local.minute()
    return (minute >= minutes(hours.opens)) & (minute < minutes(hours.closes))


def minutes(time: str) -> int:
    """Minutes from midnight to a time of day.

    >>> minutes("08:30")
    510
    """
    hour, _, minute = time.partition(":")
    return int(hour) * 60 + int(minute)
