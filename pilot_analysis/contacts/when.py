"""When the contacts of the arms come: hours of the day that tell of two clocks, and days that are missing."""

from datetime import date, timedelta

import numpy as np

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.table import ARMS, Contacts
from pilot_analysis.stats.gaps import gaps
from pilot_analysis.stats.hours import HOURS, Floats, Shift, shift_between
from pilot_analysis.words import MINUS, _, count, day, first_of, joined, ngettext, percent

FEWEST_CONTACTS, FEWEST_DAYS = 200, 10  # of each arm, with a time of day
APART = 0.15  # share of the contacts that lie in other hours, from which on the arms are not alike
LEFT = 0.3  # of that, which a shift may leave
INSIDE = 0.08  # the same within the hours in which both are open
ENOUGH = 50.0  # by how much chi-squared has to fall: 23 hours give 23 by chance, and one standard deviation is 7
SHIFT_ALONE = (3, 0.75)  # hours from which on, and distance up to which, no opening times fit as well
MOST_NAMED = 6
HALF_FEWEST = 50  # contacts of each arm, to tell a clock of twelve hours
HALF_LEAST = 0.05  # share of the contacts at 1 to 4 and at 8 to 12, of a clock of twelve hours


def time_zone_check(contacts: Contacts) -> Check | None:
    """Whether one arm's clock looks hours off the other's; None without enough times of day.

    warn: a shift of two hours or more fits, and opening times do not; or stamps know twelve hours only. info:
    what fits is one hour, or could be opening times as well.
    """
    profiles = [hours_by_day(contacts, arm) for arm in ARMS]
    if all(map(_of_half_a_clock, profiles)):
        return Check("time_zone", "warn", _(
            "All contacts of both arms were opened between 1:00 and 12:59. Stamps of twelve hours that lost their AM "
            "and PM look so: afternoons are then mornings, and times between stamps hours off. Export again with 24 "
            "hours. Where both arms do work just then, look at pilot.timezone."
        ))  # fmt: skip
    if any(len(days) < FEWEST_DAYS or days.sum() < FEWEST_CONTACTS for days in profiles):
        return None
    found = shift_between(*profiles)
    if found is None or not _fits(found):
        return Check(
            "time_zone", "pass", _("No shift of a clock explains at which hours the contacts of the arms come.")
        )
    text = ngettext(
        "The pilot's contacts come at the hours of the {baseline} ones if its clock is moved by {n} hour: {before} "
        "of them lie in other hours as they are, {after} then.",
        "The pilot's contacts come at the hours of the {baseline} ones if its clock is moved by {n} hours: {before} "
        "of them lie in other hours as they are, {after} then.",
        abs(found.hours),
    ).format(
        baseline=contacts.grouping.called(ARMS[0]), n=_moved(found.hours), before=percent(found.before, 0),
        after=percent(found.after, 0),
    )  # fmt: skip
    if not _a_clock(found):
        return Check("time_zone", "info", text + " " + _("Opening hours would explain that as well as a time zone."))
    return Check("time_zone", "warn", text + " " + _(
        "Either its stamps are of another time zone (days, weeks and business hours are then wrong, and response times "
        "where answers go by another clock than contacts): say so with data.sources.timezone. Or its customers live or "
        "are served at other hours: compare the hours, or the region, that both have (data.segment)."
    ))  # fmt: skip


def _of_half_a_clock(days: Floats) -> bool:
    """Whether no contact came at 0 or from 13 on, but some in what would be the afternoon and some in the morning."""
    if days.sum() < HALF_FEWEST:
        return False
    by_hour = days.sum(axis=0) / days.sum()
    none = by_hour[0] == 0 and by_hour[13:].sum() == 0
    return bool(none and by_hour[1:5].sum() >= HALF_LEAST and by_hour[8:13].sum() >= HALF_LEAST)


def _fits(found: Shift) -> bool:
    apart = found.hours != 0 and found.before >= APART
    return apart and found.after <= LEFT * found.before and found.gain >= ENOUGH


def _a_clock(found: Shift) -> bool:
    if abs(found.hours) < 2:
        return False
    least, most = SHIFT_ALONE
    return (found.inside >= INSIDE and found.inside >= 2 * found.after) or (
        abs(found.hours) >= least and found.before <= most
    )


def _moved(hours: int) -> str:
    """By how much the pilot's clock has to be moved."""
    return (MINUS if hours > 0 else "+") + count(abs(hours))


def hours_by_day(contacts: Contacts, group: str) -> Floats:
    """Judged contacts of a group with a time of day, shape (days, 24)."""
    own = contacts.counts[(contacts.counts["group"] == group) & contacts.counts["hour"].notna()]
    days, rows = np.unique(own["day"].to_numpy(), return_inverse=True)
    found = np.zeros((len(days), HOURS))
    np.add.at(found, (rows, own["hour"].to_numpy(dtype=int)), own["judged"].to_numpy(dtype=float))
    return found


def volume_gaps_check(contacts: Contacts, config: Config) -> Check | None:
    """Days on which an arm has hardly a contact while the other one has its usual volume; None where only one arm is
    compared in the pilot's days."""
    if contacts.grouping.before is not None or len(contacts.grouping.watched) < 2:
        return None
    # the last day of a log is rarely whole
    until = min(config.pilot.end, min(contacts.last.values()) - timedelta(days=1))
    start = config.pilot.start
    days = [start + timedelta(days=i) for i in range((until - start).days + 1)]
    inside = contacts.counts.groupby(["arm", "day"])["inside"].sum()
    left_out = np.array([config.design.leaves_out(each) for each in days], dtype=bool)
    series = {arm: np.where(left_out, np.nan, [float(inside.get((arm, each), 0.0)) for each in days]) for arm in ARMS}
    parts = []
    for arm, other in (ARMS, ARMS[::-1]):
        found = [gap for gap in gaps(series[arm], series[other]) if days[gap.days[0]] >= contacts.judged_from]
        named = [
            _("{days} ({n}, usually {usual})").format(
                days=_span([days[i] for i in gap.days]), n=count(gap.n), usual=count(gap.usual))
            for gap in found
        ]  # fmt: skip
        if named:
            parts.append(
                _("{arm}: {days}").format(arm=contacts.grouping.called(arm), days=joined(first_of(named, MOST_NAMED)))
            )
    if not parts:
        return Check(
            "volume_gaps", "pass", _("No arm falls silent on days on which the other one has its usual volume.")
        )
    return Check("volume_gaps", "warn", _(
        "Days with hardly a contact in one arm, while the other one had its usual volume: {parts}. Holidays of one "
        "side, or holes of the export: every KPI lacks these contacts, and first contact resolution looks better where "
        "a repeat is lost. Export them again, or leave the days out of both arms (design.exclude_dates)."
    ).format(parts="; ".join(parts)))  # fmt: skip


def _span(days: list[date]) -> str:
    if len(days) == 1:
        return day(days[0])
    return _("{first} to {last}").format(first=day(days[0]), last=day(days[-1]))
