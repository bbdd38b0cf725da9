"""The canonical contact table of a pilot: typed, in arms, with phases; still a lazy expression."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.arms import ARMS, refuse_unknown_values, with_arms
from pilot_analysis.contacts.calendar import BusinessClock, business_clock
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.clock import Clock
from pilot_analysis.contacts.codes import LeftOutOf
from pilot_analysis.contacts.durations import UnitOf
from pilot_analysis.contacts.facts import counted_facts, facts_by_group, refuse_empty_arms
from pilot_analysis.contacts.fingerprint import content_hash
from pilot_analysis.contacts.first_touch import Handler, handler_of
from pilot_analysis.contacts.groups import Grouping, grouping_of, with_groups
from pilot_analysis.contacts.hours import HOURS, asks_for_hours, with_hours
from pilot_analysis.contacts.log import Part, Staff
from pilot_analysis.contacts.settled import settled
from pilot_analysis.contacts.source import Source
from pilot_analysis.contacts.sources import read_log
from pilot_analysis.contacts.spelling import Spelling

__all__ = ["ARMS", "Contacts", "in_scope", "judged_contacts", "open_contacts", "settled", "with_ramp_up"]


@dataclass(frozen=True)
class Contacts:
    """All contacts of the log, and which of them the review judges.

    Attributes:
        table: one row a contact. Canonical columns under their names (stamps in UTC without a zone), and
            `day` (date in the pilot's zone), `arm` (baseline, pilot or null), `final_arm`, `in_segment`,
            `phase` (before, ramp_up, judged, after), `excluded` (by `design.exclude_dates`), `side` and `compared`
            (see `with_groups`), `response` (seconds to the first answer, or null), `unanswered` (known never to
            have been answered); a handle time below nothing is null.
        columns: names of the columns that the log has.
        read: the contacts as they were read, to the day on which the log is looked at; derived: makes `table` of them,
            with whatever other columns they have.
        handler: whom the column that decides the arm names, None where it names no handler.
        source: where it was read; parts: each log, and each table beside them, by itself.
        notes: checks of how they were put together; staff: the arms of a roster.
        rows: rows in the source; duplicates: identical rows that were dropped; undated: rows without
            `opened_at`, which nobody can place in time.
        date_only: stamp columns without a time of day -> count.
        grouping: which groups are compared.
        first, last: first and last day of the log; `last` per arm that must be known to the pilot's end.
        data_end: the last stamp up to which these arms are known (UTC).
        log_start: the first stamp of the log (UTC).
        judged_from: first day after the ramp-up.
        interim: whether the data (or `as_of`) do not reach the pilot's last day in these arms.
        facts: counts by group, for the checks; those of None are of the contacts in no group.
        counts: the same by arm, group, day and hour of the day (null for contacts that are not judged or whose stamp
            has no time of day), which `facts` are the sums of.
        used: contacts in `table`; content: their hash, whatever order, file or engine they come in.
        spelt: how dates are written that are not year first, by column; units: those of every duration;
            left_out: what the rules of `data.leave_out` took away, by arm.
    """

    table: ir.Table
    read: ir.Table
    derived: Callable[[ir.Table], ir.Table]
    columns: frozenset[str]
    handler: Handler | None
    source: Source
    parts: tuple[Part, ...]
    notes: tuple[Check, ...]
    staff: tuple[Staff, ...]
    rows: int
    duplicates: int
    undated: int
    date_only: dict[str, int]
    grouping: Grouping
    first: date
    last: dict[str, date]
    data_end: datetime
    log_start: datetime
    judged_from: date
    interim: bool
    facts: dict[str | None, dict[str, Any]]
    counts: pd.DataFrame
    used: int
    content: str
    spelt: dict[str, Spelling]
    units: list[UnitOf]
    left_out: list[LeftOutOf]

    def filled(self, group: str, column: str) -> int:
        """Contacts of a group in which a column is filled; 0 for a column the log lacks."""
        return int(self.facts[group].get(f"filled:{column}", 0))


def in_scope(table: ir.Table) -> ir.Table:
    """The contacts of an arm and of the segment, of whatever phase, without the days left out."""
    return table.filter(table.arm.notnull(), table.in_segment, ~table.excluded)


def number_of(table: ir.Table, where: ir.BooleanValue | None = None) -> ir.NumericValue:
    """How many contacts the rows of a contact table stand for; counting is faster than adding up a weight of one."""
    return table.weight.sum(where=where) if "weight" in table.columns else table.count(where=where)


def judged_contacts(table: ir.Table) -> ir.Table:
    """The contacts of a contact table on which the verdict rests; their `arm` is the group they are compared in."""
    return table.filter(table.compared).mutate(arm=table.side)


def with_ramp_up(table: ir.Table, grouping: Grouping) -> ir.Table:
    """The same with those of the ramp-up; `judged` tells them apart."""
    ramp_up = table.in_segment & ~table.excluded & (table.phase == "ramp_up") & table.side.isin(grouping.watched)
    return table.filter(table.compared | ramp_up).mutate(judged=ibis._.compared, arm=ibis._.side)


def open_contacts(config: Config, arms: tuple[str, ...] = ARMS) -> Contacts:
    """Read the contacts of a config, as far as a lazy expression reads.

    Args:
        arms: both, or the in-house arm alone, of which a pilot is planned: the log need not know the other one yet.

    Raises:
        Refusal: for whatever makes the log unusable, with file, column, value and what is allowed.
    """
    log = read_log(config)
    source, columns = log.source, log.columns
    table = log.table.mutate(day=log.clock.local(log.table.opened_at).date())
    if asks_for_hours(config, source):
        table = with_hours(table, log, config)
        columns = {**columns, HOURS: HOURS}
    refuse_unknown_values(table, config, columns, arms)
    if config.pilot.as_of is not None:
        table = _as_of(table, config.pilot.as_of, log.clock)
    read, business = table, business_clock(config, log)
    grouping = grouping_of(with_arms(read, config, source.engine), config, source, arms)

    def derived(contacts: ir.Table) -> ir.Table:
        in_phases = _with_phases(with_arms(contacts, config, source.engine), config)
        return _with_response(with_groups(in_phases, config, grouping), business)

    table = settled(derived(read), source, "contacts")
    known = frozenset(columns)
    rows, counted = counted_facts(table, config, log, known)
    refuse_empty_arms(rows, grouping, config, source)
    pilot = config.pilot
    last = {arm: max(row["day"] for row in rows if row["arm"] == arm) for arm in grouping.watched}
    return Contacts(
        table=table, read=read, derived=derived, columns=known, handler=handler_of(config, log.columns), source=source,
        parts=log.parts, notes=log.notes, staff=log.staff, rows=log.rows, duplicates=log.duplicates,
        undated=log.undated, date_only=log.date_only, grouping=grouping,
        first=min(row["day"] for row in rows),
        last=last,
        data_end=min(max(row["last_at"] for row in rows if row["arm"] == arm) for arm in grouping.watched),
        log_start=min(row["first_at"] for row in rows),
        judged_from=pilot.judged_from,
        facts=facts_by_group(rows, counted, grouping), counts=pd.DataFrame(rows),
        used=sum(row["n"] for row in rows), spelt=log.spelt, units=log.units, left_out=log.left_out,
        content=content_hash(known, sum(int(row["content"]) for row in rows)),
        interim=min(last.values()) < pilot.end or (pilot.as_of is not None and pilot.as_of < pilot.end),
    )  # fmt: skip


def _as_of(table: ir.Table, day: date, clock: Clock) -> ir.Table:
    """The log as it stood at the end of a day: later contacts, answers and ratings had not happened."""

    def had_happened(stamp: ir.TimestampValue) -> ir.BooleanValue:
        return clock.local(stamp).date() <= day

    table = table.filter(had_happened(table.opened_at))
    later = {
        name: ibis.ifelse(had_happened(table[name]), table[name], ibis.null("timestamp"))
        for name in ("first_response_at", "handoff_at", "resolved_at", "csat_answered_at")
        if name in table.columns
    }
    if "csat" in table.columns and "csat_answered_at" in table.columns:
        in_time = had_happened(table.csat_answered_at) | table.csat_answered_at.isnull()
        later["csat"] = ibis.ifelse(in_time, table.csat, ibis.null("float64"))
    return table.mutate(**later)


def _with_phases(table: ir.Table, config: Config) -> ir.Table:
    pilot = config.pilot
    return table.mutate(
        phase=ibis.cases(
            (table.day < pilot.start, "before"),
            (table.day > pilot.end, "after"),
            (table.day < pilot.judged_from, "ramp_up"),
            else_="judged",
        )
    )


def _with_response(table: ir.Table, business: BusinessClock | None) -> ir.Table:
    """Seconds to the first answer where the log can tell, of business time where a calendar is asked for, and whether
    there never was one. `raw_response` is elapsed time, which shows clock errors."""
    nothing, no = ibis.null("float64"), ibis.literal(False)
    raw: ir.Value = nothing
    response: ir.Value = nothing
    empty: ir.Value = ibis.literal(True)
    if "first_response_at" in table.columns:
        clock_from = (
            ibis.coalesce(table.handoff_at, table.opened_at) if "handoff_at" in table.columns else table.opened_at
        )
        seconds = (table.first_response_at.epoch_seconds() - clock_from.epoch_seconds()).cast("float64")
        dates = table.first_response_at_is_date | table.opened_at_is_date
        if "handoff_at" in table.columns:
            dates = dates | table.handoff_at_is_date
        timed = seconds
        if business is not None:
            timed = ibis.ifelse(seconds < 0, seconds, business.between(clock_from, table.first_response_at))
        raw, response = seconds, ibis.ifelse(dates, nothing, timed)
        empty = table.first_response_at.isnull()
    if "response_seconds" in table.columns:
        raw = ibis.coalesce(table.response_seconds, raw)
        if business is None:  # nobody knows which part of a duration was business time
            response = ibis.coalesce(table.response_seconds, response)
        empty = empty & table.response_seconds.isnull()
    unanswered: ir.Value = no
    if "abandoned" in table.columns:
        unanswered = table.abandoned.fill_null(False) & empty
    if "first_response_at" in table.columns and "resolved_at" in table.columns:
        # Neither answered nor resolved: the log knows of no answer. Resolved without a stamp: it cannot tell.
        unanswered = unanswered | (empty & table.resolved_at.isnull())
    handled: dict[str, ir.Value] = {}
    if "handle_seconds" in table.columns:
        below = table.handle_seconds < 0
        handled = {"handle_seconds": ibis.ifelse(below, nothing, table.handle_seconds), "negative_handle": below}
    return table.mutate(
        **handled,
        raw_response=raw,
        response=ibis.ifelse(response >= 0, response, nothing),
        unanswered=unanswered,
    )
