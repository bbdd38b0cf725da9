"""The canonical contact table of a pilot: typed, in arms, with phases; still a lazy expression."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.arms import ARMS, refuse_unknown_values, unplaced, with_arms
from pilot_analysis.contacts.calendar import BusinessClock, business_clock
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.clock import Clock
from pilot_analysis.contacts.codes import LeftOutOf
from pilot_analysis.contacts.durations import UnitOf
from pilot_analysis.contacts.faults import reading
from pilot_analysis.contacts.fingerprint import content_hash, content_sum
from pilot_analysis.contacts.first_touch import Handler, changed_hands, handler_of
from pilot_analysis.contacts.groups import Grouping, with_groups
from pilot_analysis.contacts.hours import HOURS, asks_for_hours, in_opening_time, on_business_day, with_hours
from pilot_analysis.contacts.log import Log, Part, Staff
from pilot_analysis.contacts.settled import settled
from pilot_analysis.contacts.source import Source
from pilot_analysis.contacts.sources import read_log
from pilot_analysis.contacts.spelling import Spelling
from pilot_analysis.refusal import Refusal

DAY = 86_400  # seconds
ROUNDING, APART = 120.0, 0.25  # seconds, share of a time: what rounding to minutes and clocks may differ by

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
    table = with_arms(table, config, source.engine)
    table, grouping = with_groups(_with_phases(table, config), config, source, arms)
    table = settled(_with_response(table, business_clock(config, log)), source, "contacts")
    return _described(table, config, log, frozenset(columns), grouping)


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


def _described(table: ir.Table, config: Config, log: Log, columns: frozenset[str], grouping: Grouping) -> Contacts:
    source = log.source

    def contacts_in(rows: ir.BooleanValue) -> ir.Value:
        if "weight" not in columns:
            return rows.sum()
        return ibis.ifelse(rows, table.weight, 0.0).sum()

    inside = table.in_segment & table.day.between(config.pilot.start, config.pilot.end)
    local = log.clock.local(table.opened_at)
    timed = ~table.opened_at_is_date
    hours = config.design.business_hours
    business_day = on_business_day(table.day, hours)
    counted: dict[str, ir.Value] = {
        "inside": contacts_in(inside),
        "judged": contacts_in(table.compared),
        "known:response": contacts_in(table.response.notnull() | table.unanswered),
        "excluded": contacts_in(table.in_segment & table.excluded & table.arm.notnull()),
        "negative": contacts_in(table.raw_response < 0),
        "days": ibis.ifelse(table.compared, 1, 0).max(),
        "days_inside": ibis.ifelse(inside & ~table.excluded, 1, 0).max(),
        "timed": contacts_in(timed),
        "off_days": contacts_in(timed & ~business_day),
        "off_hours": contacts_in(timed & business_day & ~in_opening_time(local, hours)),
        "passed_on": contacts_in(table.final_arm != table.arm),
        "unplaced": contacts_in(unplaced(table, config)),
    }
    extreme: dict[str, ir.Value] = {}
    hands = changed_hands(table)
    if hands is not None:
        counted["reassigned"] = contacts_in(hands)
        counted["traced"] = contacts_in(hands.notnull())
    if "csat" in columns:
        low, high = config.kpis.csat.scale
        off_scale = (table.csat < low) | (table.csat > high)
        counted["off_scale"] = contacts_in(off_scale)
        extreme["off_scale_example"] = table.csat.max(where=off_scale)
    if "response_seconds" in columns:
        counted["instant"] = contacts_in((table.response_seconds == 0).fill_null(False))
    if "handle_seconds" in columns:
        counted["negative_handle"] = contacts_in(table.negative_handle.fill_null(False))
        counted["over_a_day"] = contacts_in(table.handle_seconds > DAY)
    counted |= {name: contacts_in(rows) for name, rows in _comparable(table, columns).items()}
    if "weight" in columns:
        counted["unfit_weights"] = (table.weight.isnull() | (table.weight < 0)).sum()
    for name in sorted({*columns, "response", "final_arm"}):
        counted[f"filled:{name}"] = contacts_in(table[name].notnull())
    hour = ibis.ifelse(table.compared & timed, local.hour(), ibis.null("int32"))
    with reading(source.name):
        rows = (
            table.group_by("arm", "side", "compared", "day", hour=hour)
            .aggregate(
                first_at=table.opened_at.min(),
                last_at=table.opened_at.max(), n=table.count(), content=content_sum(table, columns, source.engine),
                **{name: value.fill_null(0) for name, value in counted.items()}, **extreme,
            ).to_pyarrow().to_pylist()
        )  # fmt: skip
    rows = [{**row, "group": row["side"] if row["compared"] else None} for row in rows]
    unfit = sum(row.get("unfit_weights", 0) for row in rows)
    if unfit:
        raise Refusal(
            f"a weight is missing or negative ({unfit:,} such rows)", file=source.name,
            key=config.data.columns.get("weight", "weight"), allowed="how many contacts the row stands for",
        )  # fmt: skip
    pilot = config.pilot
    for arm in grouping.watched:
        own = [row for row in rows if row["arm"] == arm]
        if not sum(row["inside"] for row in own):
            days = [row["day"] for row in own]
            seen = f"contacts from {min(days)} to {max(days)}" if own else "no contact at all"
            raise Refusal(f"the {arm} arm has no contact in the pilot's period", file=source.name, key="pilot.start",
                          found=seen, allowed=f"contacts from {pilot.start} to {pilot.end} in the segment")  # fmt: skip
    last = {arm: max(row["day"] for row in rows if row["arm"] == arm) for arm in grouping.watched}
    return Contacts(
        table=table, columns=columns, handler=handler_of(config, log.columns), source=source, parts=log.parts,
        notes=log.notes, staff=log.staff, rows=log.rows, duplicates=log.duplicates, undated=log.undated,
        date_only=log.date_only, grouping=grouping,
        first=min(row["day"] for row in rows),
        last=last,
        data_end=min(max(row["last_at"] for row in rows if row["arm"] == arm) for arm in grouping.watched),
        log_start=min(row["first_at"] for row in rows),
        judged_from=pilot.judged_from,
        facts=_by_group(rows, grouping, list(counted)), counts=pd.DataFrame(rows),
        used=sum(row["n"] for row in rows), spelt=log.spelt, units=log.units, left_out=log.left_out,
        content=content_hash(columns, sum(int(row["content"]) for row in rows)),
        interim=min(last.values()) < pilot.end or (pilot.as_of is not None and pilot.as_of < pilot.end),
    )  # fmt: skip


def _comparable(table: ir.Table, columns: frozenset[str]) -> dict[str, ir.BooleanValue]:
    """Contacts in which durations and stamps can be held against each other, and those in which they agree."""

    def alike(duration: ir.FloatingValue, stamps: ir.FloatingValue) -> ir.BooleanValue:
        return (duration - stamps).abs() <= ROUNDING + APART * stamps

    found: dict[str, ir.BooleanValue] = {}
    if "response_seconds" in columns and "first_response_at" in columns:
        seconds = (table.first_response_at.epoch_seconds() - table.opened_at.epoch_seconds()).cast("float64")
        seen = table.response_seconds.notnull() & (seconds >= 0)
        found |= {"response_seen": seen, "response_agree": seen & alike(table.response_seconds, seconds)}
    if "resolved_at" not in columns:
        return found
    lasted = (table.resolved_at.epoch_seconds() - table.opened_at.epoch_seconds()).cast("float64")
    lasted = ibis.ifelse(
        table.resolved_at_is_date | table.opened_at_is_date | (lasted < 0), ibis.null("float64"), lasted
    )
    seen = table.response.notnull() & lasted.notnull()
    found |= {"answered_seen": seen, "answered_late": seen & (table.response > lasted + ROUNDING)}
    if "handle_seconds" in columns:
        seen = (table.handle_seconds > 0) & lasted.notnull()
        found |= {"handled_seen": seen, "handled_longer": seen & (table.handle_seconds > lasted + ROUNDING)}
    if "resolution_seconds" in columns:
        seen = table.resolution_seconds.notnull() & lasted.notnull()
        found |= {"elapsed_seen": seen, "elapsed_agree": seen & alike(table.resolution_seconds, lasted)}
    return {name: rows.fill_null(False) for name, rows in found.items()}


def _by_group(rows: list[dict[str, Any]], grouping: Grouping, counted: list[str]) -> dict[str | None, dict[str, Any]]:
    """Counts by group; `inside` and `days_inside` are of the group's arm in all of the pilot's days."""
    found: dict[str | None, dict[str, Any]] = {}
    for group in (*grouping.names, None):
        own = [row for row in rows if row["group"] == group]
        found[group] = {name: round(sum(row[name] for row in own)) for name in counted}
        found[group]["days"] = len({row["day"] for row in own if row["days"]})
        examples = [row.get("off_scale_example") for row in own]
        found[group]["off_scale_example"] = max((x for x in examples if x is not None), default=None)
    for arm in grouping.watched:
        found[arm]["inside"] = round(sum(row["inside"] for row in rows if row["arm"] == arm))
        found[arm]["days_inside"] = len({row["day"] for row in rows if row["arm"] == arm and row["days_inside"]})
    return found
