"""What the contacts hold, counted in one scan by arm, group, day and hour; the checks ask for sums of it."""

from typing import Any

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.arms import unplaced
from pilot_analysis.contacts.faults import reading
from pilot_analysis.contacts.fingerprint import content_sum
from pilot_analysis.contacts.first_touch import changed_hands
from pilot_analysis.contacts.groups import Grouping
from pilot_analysis.contacts.hours import in_opening_time, on_business_day
from pilot_analysis.contacts.log import Log
from pilot_analysis.contacts.source import Source
from pilot_analysis.refusal import Refusal

DAY = 86_400  # seconds
ROUNDING, APART = 120.0, 0.25  # seconds, share of a time: what rounding to minutes and clocks may differ by


def counted_facts(
    table: ir.Table, config: Config, log: Log, columns: frozenset[str]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Counts by arm, group (None for contacts that are not compared), day and hour of the day (None for those, and for
    stamps without a time of day), and the names of what is counted.

    Args:
        table: the contact table; columns: those that the log has.

    Raises:
        Refusal: for a weight that is missing or negative.
    """
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
    return rows, list(counted)


def refuse_empty_arms(rows: list[dict[str, Any]], grouping: Grouping, config: Config, source: Source) -> None:
    """Refuse a log in which an arm that must be known has no contact in the pilot's days."""
    pilot = config.pilot
    for arm in grouping.watched:
        own = [row for row in rows if row["arm"] == arm]
        if not sum(row["inside"] for row in own):
            days = [row["day"] for row in own]
            seen = f"contacts from {min(days)} to {max(days)}" if own else "no contact at all"
            raise Refusal(f"the {arm} arm has no contact in the pilot's period", file=source.name, key="pilot.start",
                          found=seen, allowed=f"contacts from {pilot.start} to {pilot.end} in the segment")  # fmt: skip


def _comparable(table: ir.Table, columns: frozenset[str]) -> dict[str, ir.BooleanValue]:
    """Contacts in which durations and stamps can be held against each other, those in which they agree, and those in
    which the duration lacks whole days."""

    def alike(duration: ir.FloatingValue, stamps: ir.FloatingValue) -> ir.BooleanValue:
        return (duration - stamps).abs() <= ROUNDING + APART * stamps

    def without_days(duration: ir.FloatingValue, stamps: ir.FloatingValue) -> ir.BooleanValue:
        lost = (stamps - duration).round().cast("int64")
        return (lost > DAY // 2) & ((lost + int(ROUNDING)) % DAY <= 2 * int(ROUNDING))

    found: dict[str, ir.BooleanValue] = {}
    if "response_seconds" in columns and "first_response_at" in columns:
        seconds = (table.first_response_at.epoch_seconds() - table.opened_at.epoch_seconds()).cast("float64")
        seen = table.response_seconds.notnull() & (seconds >= 0)
        found |= {"response_seen": seen, "response_agree": seen & alike(table.response_seconds, seconds)}
        found |= {"response_long": seen & (seconds >= DAY),
                  "response_without_days": seen & without_days(table.response_seconds, seconds)}  # fmt: skip
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
        found |= {"elapsed_long": seen & (lasted >= DAY),
                  "elapsed_without_days": seen & without_days(table.resolution_seconds, lasted)}  # fmt: skip
    return {name: rows.fill_null(False) for name, rows in found.items()}


def facts_by_group(
    rows: list[dict[str, Any]], counted: list[str], grouping: Grouping
) -> dict[str | None, dict[str, Any]]:
    """Sums of `counted_facts` by group; `inside` and `days_inside` are of its arm in all of the pilot's days."""
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
