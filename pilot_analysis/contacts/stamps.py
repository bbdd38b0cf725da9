"""Time stamps: what counts as one, with or without a zone, and when it is only a date.

An engine's own cast is too kind: it reads "2026-03-10 10:00 approx" and drops an offset that it does not
know. So the whole text has to fit before it is cast.
"""

import ibis
import ibis.expr.types as ir

from pilot_analysis.contacts.clock import Clock

_DATE = r"\d{4}-\d{2}-\d{2}"
_TIME = r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?"
ZONE = r" ?(Z|z|UTC|GMT|[+-]\d{2}(:?\d{2})?)"
STAMP = f"^{_DATE}({_TIME}({ZONE})?)?$"
ZONED = f"^{_DATE}{_TIME}{ZONE}$"
MIDNIGHT = f"^{_DATE}([T ]0?0:00(:00(\\.0+)?)?({ZONE})?)?$"


def is_zoned(value: ir.Value) -> ir.BooleanValue:
    """Whether a stamp says its own zone."""
    if value.type().is_string():
        return value.re_search(ZONED).fill_null(False)
    return value.notnull() & ibis.literal(_has_zone(value))


def is_midnight(value: ir.Value, clock: Clock) -> ir.BooleanValue:
    """Whether a stamp has no time of day, as it is written; typed instants by the pilot's clock."""
    if value.type().is_string():
        return value.re_search(MIDNIGHT).fill_null(False)
    if value.type().is_date():
        return value.notnull()
    stamp = clock.local(in_utc(value)) if _has_zone(value) else value.cast("timestamp")
    return (stamp == stamp.truncate("D")).fill_null(False)


def readable(text: ir.StringValue) -> ir.BooleanValue:
    """Whether a text is a stamp."""
    return (wall(text).notnull() | in_utc(text).notnull()).fill_null(False)


def wall(text: ir.StringValue) -> ir.TimestampValue:
    """A text without a zone, as written; null for any other."""
    fits = text.re_search(STAMP) & ~text.re_search(ZONED)
    return ibis.ifelse(fits, text, ibis.null("string")).try_cast("timestamp")


def in_utc(value: ir.Value) -> ir.TimestampValue:
    """A stamp with a zone in UTC, without a zone; null for a text that has none."""
    if not value.type().is_string():
        return value.cast("timestamp('UTC')").cast("timestamp")
    text = value.re_replace(r" ?(Z|z|UTC|GMT)$", "+00:00")
    text = text.re_replace(r" ?([+-]\d{2})$", r"\1:00").re_replace(r" ?([+-]\d{2}):?(\d{2})$", r"\1:\2")
    return ibis.ifelse(is_zoned(value), text, ibis.null("string")).try_cast("timestamp('UTC')").cast("timestamp")


def as_written(value: ir.Value, zoned: int, filled: int, clock: Clock) -> tuple[ir.TimestampValue, bool]:
    """A column of stamps, all of them readable, and whether they are on the pilot's wall clock (else UTC).

    Args:
        zoned, filled: how many stamps have a zone, and how many there are.
    """
    if not value.type().is_string():
        return (in_utc(value), False) if zoned else (value.cast("timestamp"), True)
    if not zoned:
        return value.try_cast("timestamp"), True
    if zoned == filled:
        return in_utc(value), False
    return ibis.coalesce(wall(value), clock.local(in_utc(value))), True


def _has_zone(value: ir.Value) -> bool:
    kind = value.type()
    return bool(kind.is_timestamp() and kind.timezone is not None)
