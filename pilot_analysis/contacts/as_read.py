"""How the log was read, said before it can mislead: units of durations, the order of dates, rows left out."""

from collections.abc import Mapping
from typing import NamedTuple

import ibis

from pilot_analysis.contacts.check import Check, Status
from pilot_analysis.contacts.durations import UnitOf
from pilot_analysis.contacts.faults import reading
from pilot_analysis.contacts.medians import medians
from pilot_analysis.contacts.table import ARMS, Contacts
from pilot_analysis.words import _, arm_name, count, duration, joined, ngettext, percent

FEWEST = 20  # contacts in which two columns are compared
FEWEST_LONG = 3  # contacts of a day and more whose duration lacks just the days: no chance does that
MOST = 0.5  # share of them above which a column is taken to be in another unit, or another clock
DIFFERENT = 0.02  # between the shares that a reason took away of the arms
LONG_HANDLING = 3600.0  # seconds of a mean handle time, above which a unit told by size alone is worth a look
MANY = 0.2  # share above which it is worth a look


class Said(NamedTuple):
    """A sentence of a check, and the status that it gives it."""

    status: Status
    text: str


def units_said(contacts: Contacts) -> list[Said]:
    """The unit of every duration, how it is known, and where the stamps of the same contacts speak against it."""
    found = [_unit(unit) for unit in contacts.units]
    clocks = {unit.business for unit in contacts.units if unit.name == "response_seconds"}
    if len(clocks) > 1:
        found.append(Said("fail", _(
            "One log counts the response time in calendar hours and another one in business hours: they cannot be "
            "compared. Export the same of both."
        )))  # fmt: skip
    facts = {name: sum(int(contacts.facts[arm].get(name, 0)) for arm in ARMS) for name in _COUNTED}
    found += _against_stamps(facts)
    found += _unlike_channels(contacts)
    return found


_COUNTED = (
    "elapsed_seen", "elapsed_agree", "response_seen", "response_agree", "answered_seen", "answered_late",
    "handled_seen", "handled_longer", "elapsed_long", "elapsed_without_days", "response_long", "response_without_days",
)  # fmt: skip


def _unit(read: UnitOf) -> Said:
    reasons = {
        "values": _("by its values"), "config": _("as the config or its preset says"), "name": _("by its name"),
        "canonical": _("by its name"), "size": _("by the size of the median handle time"),
        "nothing": _("nothing says its unit; data.units would"),
    }  # fmt: skip
    units = {
        "milliseconds": _("milliseconds"), "seconds": _("seconds"), "minutes": _("minutes"), "hours": _("hours"),
        "days": _("days"), "hh:mm:ss": _("hours:minutes:seconds"), "mm:ss": _("minutes:seconds"),
        "hh:mm": _("hours:minutes"),
    }  # fmt: skip
    column = read.column if read.log is None else f"{read.log}: {read.column}"
    text = _("{column} is read in {unit} ({because}).").format(
        column=column, unit=units[read.unit], because=reasons[read.because])  # fmt: skip
    if read.business:
        text += " " + _(
            "It counts business hours only: the arms can be compared if both have the same calendar, and no other "
            "time of this review is on that clock."
        )
    mean = read.mean or 0.0
    long = mean > LONG_HANDLING
    if long:
        text += " " + _("A contact then takes {time} to handle on average: look whether that is so.").format(
            time=duration(mean))  # fmt: skip
    status: Status = "warn" if read.because == "nothing" or read.business or long else "pass"
    return Said(status, text)


def _against_stamps(facts: Mapping[str, int]) -> list[Said]:
    """Where durations and stamps of the same contacts exclude each other."""
    found = []
    for name, text in (
        ("elapsed", _(
            "In {share} of the contacts the log's own resolution time is not the time between its stamps: another "
            "unit, another time zone, or business hours."
        )),
        ("response", _(
            "In {share} of the contacts the log's own response time is not the time between its stamps: another unit, "
            "another time zone, or business hours."
        )),
    ):  # fmt: skip
        seen, agree = facts[f"{name}_seen"], facts[f"{name}_agree"]
        apart = 1 - agree / seen if seen >= FEWEST else 0.0
        if apart > MANY:
            found.append(Said("fail" if apart > MOST else "warn", text.format(share=percent(apart, 0))))
    for name, called in (("elapsed", _("resolution time")), ("response", _("response time"))):
        long, without = facts[f"{name}_long"], facts[f"{name}_without_days"]
        if without >= FEWEST_LONG and without > MOST * long:
            found.append(Said("warn", _(
                "The log's own {time} lacks whole days in {n} of {long} contacts in which its stamps are a day or more "
                "apart: a spreadsheet shows 26:10:00 as 02:10:00. Format the column as [h]:mm:ss before it is "
                "exported, or export seconds."
            ).format(time=called, n=count(without), long=count(long))))  # fmt: skip
    for name, against, text in (
        ("answered_late", "answered_seen", _("{share} of the contacts are answered after they were resolved.")),
        ("handled_longer", "handled_seen", _("In {share} of the contacts handling took longer than the resolution.")),
    ):
        seen = facts[against]
        share = facts[name] / seen if seen >= FEWEST else 0.0
        if share > MANY:
            found.append(Said("warn", text.format(share=percent(share, 0))))
    return found


# Seconds between which the median response of a channel lies wherever people work, by words in its name.
USUAL = {
    ("phone", "voice", "call", "talk"): (2.0, 1800.0),
    ("chat", "messag", "whatsapp"): (2.0, 7200.0),
    ("mail",): (300.0, 14 * 86_400.0),
}
USUAL_ANY = (2.0, 30 * 86_400.0)


def _unlike_channels(contacts: Contacts) -> list[Said]:
    """Channels whose median response is not one that people reach, as another unit would make it."""
    if not {"response_seconds", "first_response_at"} & contacts.columns:
        return []
    table = contacts.table.filter(contacts.table.compared)
    channel = table.channel.lower() if "channel" in contacts.columns else ibis.null("string")
    with reading(contacts.source.name):
        found = medians(table, table.response, channel)
    odd = []
    for name, median in sorted(found.items(), key=lambda one: str(one[0])):
        if median.n < FEWEST:
            continue
        words = next((words for words in USUAL if any(word in str(name) for word in words)), None)
        low, high = USUAL_ANY if words is None else USUAL[words]
        if not low <= median.value <= high:
            odd.append(_("{time} for {channel}").format(time=duration(median.value), channel=name or _("all contacts")))
    if not odd:
        return []
    text = _("The median response is {times}, which looks like another unit.").format(times=joined(odd))
    return [Said("warn", text)]


def dates_check(contacts: Contacts) -> Check | None:
    """How dates are written that do not begin with the year; None where all do."""
    if not contacts.spelt:
        return None
    ways: dict[str, list[str]] = {}
    decided = 0
    for name, spelling in sorted(contacts.spelt.items()):
        way = {
            "numbers": _("day/month/year") if spelling.day_first else _("month/day/year"),
            "year first": _("year/month/day"), "day and word": _("day, month in letters, year"),
            "word and day": _("month in letters, day, year"), "seconds": _("seconds since 1970, UTC"),
            "milliseconds": _("milliseconds since 1970, UTC"),
        }[spelling.kind]  # fmt: skip
        ways.setdefault(way, []).append(name)
        decided += spelling.deciding
    orders = {spelling.day_first for spelling in contacts.spelt.values()} - {None}
    parts = [_("{columns} as {way}").format(columns=joined(names), way=way) for way, names in ways.items()]
    text = _("Dates are read so: {parts}.").format(parts="; ".join(parts))
    if decided:
        text += " " + _("{n} dates with a day above 12 say so.").format(n=count(decided))
    elif orders:
        text += " " + _("No date has a day above 12: it is so because the config says it, or points stand between.")
    if len(orders) > 1:
        return Check("dates", "warn", text + " " + _("The columns of one log are seldom written in two ways."))
    return Check("dates", "info", text)


def left_out_check(contacts: Contacts) -> Check | None:
    """Rows that are no contacts, by reason and arm; None where no rule looks for any.

    warn: a reason took away a share of one arm that is more than DIFFERENT from that of the other.
    """
    above = sum(part.source.above for part in contacts.parts)
    if not contacts.left_out and not above:
        return None
    said, apart = [], []
    if above:
        said.append(ngettext("{n} line above the header", "{n} lines above the header", above).format(n=count(above)))
    for why in dict.fromkeys(one.why for one in contacts.left_out):
        rows = [one for one in contacts.left_out if one.why == why]
        total = sum(one.left_out for one in rows)
        if not total:
            continue
        shares = {}
        for arm in ARMS:
            own = [one for one in rows if one.arm == arm]
            if own:
                shares[arm] = sum(one.left_out for one in own) / sum(one.rows for one in own)
        by_arm = joined([_("{share} {arm}").format(share=percent(share), arm=arm_name(arm))
                         for arm, share in shares.items()])  # fmt: skip
        text = _("{n} {why}").format(n=count(total), why=why)
        said.append(_("{what} ({by_arm})").format(what=text, by_arm=by_arm) if by_arm else text)
        if len(shares) == len(ARMS) and max(shares.values()) - min(shares.values()) > DIFFERENT:
            apart.append(why)
    if not said:
        return Check("left_out", "pass", _("No row had to be left out."))
    text = _("Left out: {parts}.").format(parts="; ".join(said))
    if apart:
        return Check("left_out", "warn", text + " " + _(
            "The arms differ in {parts}: what is compared is the contacts that remain. Where callers gave up, the "
            "response time is that of those who waited."
        ).format(parts=joined(apart)))  # fmt: skip
    return Check("left_out", "info", text)
