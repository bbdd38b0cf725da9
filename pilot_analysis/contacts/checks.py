"""Checks of the log itself: each says what was found, and what it means for which KPI."""

from datetime import date, timedelta

import ibis

from pilot_analysis.config.logs import SOURCE_ARM
from pilot_analysis.config.models import Config
from pilot_analysis.contacts.as_read import dates_check, left_out_check
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.completeness import completeness, completeness_check
from pilot_analysis.contacts.groups import BEFORE
from pilot_analysis.contacts.known import preset_check
from pilot_analysis.contacts.logins import logins_at_work, replaced_agents_check, shared_logins_check
from pilot_analysis.contacts.lookalikes import lookalikes_check
from pilot_analysis.contacts.merged import merged_check
from pilot_analysis.contacts.placeholders import placeholders_check
from pilot_analysis.contacts.table import ARMS, Contacts, judged_contacts
from pilot_analysis.contacts.when import time_zone_check, volume_gaps_check
from pilot_analysis.refusal import Refusal
from pilot_analysis.words import _, arm_name, count, counted, day, joined, ngettext, percent

SHORTEST, LONGEST = 30, 90  # days of a pilot
MOSTLY_MISSING = 0.2
MANY_INSTANT = 0.05  # share of answers that took 0 seconds, which people seldom do
TO_THE_SECOND = ("milliseconds", "seconds", "hh:mm:ss", "mm:ss")  # in minutes many are rounded to 0
SHARED_AGENTS = 0.05  # share of contacts by agents of both arms above which arms are not separate


def contact_checks(contacts: Contacts, config: Config) -> list[Check]:
    """Checks that need no KPI.

    Raises:
        Refusal: for ratings outside the scale.
    """
    _refuse_off_scale(contacts, config)
    logins, named = logins_at_work(contacts), config.privacy.agents == "names"
    found = [
        _duplicates(contacts),
        _period(config),
        _excluded_dates(contacts, config),
        _times(contacts),
        _date_only(contacts),
        preset_check(config),
        left_out_check(contacts),
        dates_check(contacts),
        _scale(contacts, config),
        _hours(contacts, config),
        shared_logins_check(logins, named=named),
        replaced_agents_check(logins, contacts.grouping, config.privacy.smallest_cell),
        lookalikes_check(contacts, config, logins, named=named),
        placeholders_check(contacts, config),
        merged_check(contacts),
        _calendar(contacts, config),
        *contacts.notes,
    ]
    found += [
        _missing(contacts, config), completeness_check(completeness(contacts, config), contacts, config),
        _volume(contacts, config), volume_gaps_check(contacts, config), time_zone_check(contacts),
    ]  # fmt: skip
    return [check for check in found if check is not None]


def agents_in_both_arms(contacts: Contacts) -> tuple[float, int] | None:
    """Share of judged contacts by agents who work in both arms, and how many such agents; None without agents.

    Of the pilot's days: what agents did before them separates no arms. In before_after the arms are the two periods.
    """
    if "agent_id" not in contacts.columns:
        return None
    t = judged_contacts(contacts.table).filter(ibis._.agent_id.notnull())
    t = t.filter(~t.arm.endswith(BEFORE))
    by_agent = t.group_by("agent_id").aggregate(arms=t.arm.nunique(), n=t.count())
    both = by_agent.arms == 2
    row = by_agent.aggregate(
        shared=by_agent.n.sum(where=both).fill_null(0), n=by_agent.n.sum(), agents=both.sum().fill_null(0)
    ).to_pyarrow().to_pylist()[0]  # fmt: skip
    return (float(row["shared"]) / float(row["n"]), int(row["agents"])) if row["n"] else None


def shared_agents_check(shared: tuple[float, int] | None, comparison: str = "concurrent", smallest: int = 1) -> Check:
    """Whether the arms have agents of their own; fewer than `smallest` of them are not counted aloud."""
    name = "agents_in_both_arms"
    if shared is None:
        return Check(name, "info", _("The log names no agents, so it cannot show whether the arms share them."))
    share, agents = shared
    if comparison == "before_after":
        return Check(name, "info", _(
            "{share} of the contacts belong to {n} agents who worked in both periods; all others came or went."
        ).format(share=percent(share), n=counted(agents, smallest)))  # fmt: skip
    if share <= SHARED_AGENTS:
        return Check(name, "pass", _("The arms have agents of their own."))
    return Check(name, "warn", _(
        "{share} of the contacts belong to {n} agents who work in both arms: the comparison is not one of "
        "teams, what these agents do well or badly counts for both arms in every KPI, and the evidence is grade C at "
        "best. Where agents changed sides under way, say when with data.roster."
    ).format(share=percent(share), n=counted(agents, smallest)))  # fmt: skip


def gaps(contacts: Contacts, config: Config) -> dict[str, int]:
    """Days of the pilot (up to the last day of the log) without a contact, by arm."""
    days = open_days(contacts, config, config.pilot.start)
    return {arm: max(days - int(contacts.facts[arm]["days_inside"]), 0) for arm in contacts.grouping.watched}


def open_days(contacts: Contacts, config: Config, since: date) -> int:
    """Days of the pilot from one on that the log of every arm reaches, without those left out."""
    until = min(config.pilot.end, *contacts.last.values())
    days = (since + timedelta(days=i) for i in range((until - since).days + 1))
    return sum(not config.design.leaves_out(day) for day in days)


def _refuse_off_scale(contacts: Contacts, config: Config) -> None:
    if "csat" not in contacts.columns:
        return
    low, high = config.kpis.csat.scale
    facts = contacts.facts.values()
    off = sum(int(row["off_scale"]) for row in facts)
    if off:
        example = max(row["off_scale_example"] for row in facts if row["off_scale"])
        raise Refusal(
            f"a rating lies outside the scale ({off:,} such rows)", file=contacts.source.name,
            key=config.data.columns.get("csat", "csat"), found=f"{example:g}",
            allowed=f"{low} to {high} as in kpis.csat.scale; empty where not answered",
        )  # fmt: skip


def _duplicates(contacts: Contacts) -> Check:
    if not contacts.duplicates:
        return Check("duplicates", "pass", _("Every contact stands in the log once."))
    return Check(
        "duplicates",
        "warn",
        ngettext(
            "{n} identical copy of a contact was dropped.",
            "{n} identical copies of contacts were dropped.",
            contacts.duplicates,
        ).format(n=count(contacts.duplicates))
        + " "
        + _("Copies would count as contacts, and as repeats. Find out why the export has them: it may lack others."),
    )


def _period(config: Config) -> Check:
    days = config.pilot.days
    judged = days - config.pilot.ramp_up_days
    text = _("The pilot lasts {days} days; {judged} of them count for the verdict.").format(days=days, judged=judged)
    if not SHORTEST <= days <= LONGEST:
        return Check("period", "warn", text + " " + _("Between 30 and 90 days are usual."))
    return Check("period", "pass", text)


def _excluded_dates(contacts: Contacts, config: Config) -> Check | None:
    """What `design.exclude_dates` left out."""
    if not config.design.exclude_dates:
        return None
    out = int(contacts.facts[None]["excluded"])
    days = joined([
        day(period.start) if period.days == 1 else _("{first} to {last}").format(
            first=day(period.start), last=day(period.end))
        for period in config.design.exclude_dates
    ])  # fmt: skip
    text = _("{n} contacts were left out with their days: {days}.").format(n=count(out), days=days)
    return Check("excluded_dates", "info" if out else "warn", text)


def _times(contacts: Contacts) -> Check | None:
    if not {"first_response_at", "response_seconds", "handle_seconds"} & contacts.columns:
        return None

    def number(what: str) -> int:
        return sum(int(contacts.facts[group].get(what, 0)) for group in contacts.grouping.names)

    said = []
    if number("negative"):
        said.append(_(
            "{n} answers bear a stamp from before their contact was opened; they are left out of the response time "
            "only. Look for two time zones, merged contacts or a wrong column in data.columns."
        ).format(n=count(number("negative"))))  # fmt: skip
    if number("negative_handle"):
        said.append(_(
            "{n} contacts were handled for less than no time; they are left out of the handle time, and of what is "
            "charged by it. Look at the column in the export."
        ).format(n=count(number("negative_handle"))))  # fmt: skip
    answered = sum(contacts.filled(group, "response") for group in contacts.grouping.names)
    to_the_second = any(unit.name == "response_seconds" and unit.unit in TO_THE_SECOND for unit in contacts.units)
    if to_the_second and number("instant") > MANY_INSTANT * answered:
        said.append(_(
            "{share} of the answers took no time at all. Where 0 stands for no answer, or for an automatic one, the "
            "response time looks better than it is: say so with data.codes: {{response_seconds: {{0: null}}}}."
        ).format(share=percent(number("instant") / answered)))  # fmt: skip
    if said:
        return Check("times", "warn", " ".join(said))
    return Check("times", "pass", _("No answer comes before its contact."))


def _date_only(contacts: Contacts) -> Check:
    if not contacts.date_only:
        return Check("date_only", "pass", _("Time stamps carry a time of day."))
    parts = [_("{column} ({n})").format(column=column, n=count(n)) for column, n in sorted(contacts.date_only.items())]
    return Check("date_only", "warn", _(
        "Stamps at midnight sharp stand for a day without a time: {columns}. They are left out of the response "
        "time only. Export the column with its time of day."
    ).format(columns=joined(parts)))  # fmt: skip


def _scale(contacts: Contacts, config: Config) -> Check | None:
    if "csat" not in contacts.columns:
        return None
    low, high = config.kpis.csat.scale
    return Check("scale", "pass", _("All ratings lie between {low} and {high}.").format(low=low, high=high))


def _hours(contacts: Contacts, config: Config) -> Check | None:
    """When the contacts of both sides came: outside business days, and on business days outside business hours."""
    shares = []
    for group in ARMS:
        facts = contacts.facts[group]
        if not facts["timed"]:
            return None
        shares.append([percent(int(facts[name]) / int(facts["timed"])) for name in ("off_days", "off_hours")])
    (days_base, hours_base), (days_pilot, hours_pilot) = shares
    hours = config.design.business_hours
    return Check("hours", "info", _(
        "Outside business days came {days_pilot} of the pilot's contacts and {days_base} of the {baseline} ones; on "
        "business days before {opens} or from {closes} on {hours_pilot} and {hours_base}."
    ).format(days_pilot=days_pilot, days_base=days_base, hours_pilot=hours_pilot, hours_base=hours_base,
             baseline=contacts.grouping.called(ARMS[0]), opens=hours.opens, closes=hours.closes))  # fmt: skip


def _calendar(contacts: Contacts, config: Config) -> Check | None:
    """By which business time answers are timed; durations without a stamp are lost."""
    name = config.kpis.response_time.calendar
    if name is None:
        return None
    calendar = config.calendars[name]
    text = ngettext(
        "Answers of both arms are timed by the calendar {name}: {days}, {opens} to {closes} in {zone}, without {n} "
        "holiday.",
        "Answers of both arms are timed by the calendar {name}: {days}, {opens} to {closes} in {zone}, without {n} "
        "holidays.",
        len(calendar.holidays),
    ).format(name=name, days=joined(list(calendar.days)), opens=calendar.opens, closes=calendar.closes,
             zone=calendar.timezone or config.pilot.timezone, n=count(len(calendar.holidays)))  # fmt: skip
    if "response_seconds" in contacts.columns:
        text += " " + _("Durations without a stamp are left out: nobody knows which part was business time.")
        return Check("calendar", "warn", text)
    return Check("calendar", "info", text)


def _missing(contacts: Contacts, config: Config) -> Check:
    """Columns that are often empty, without those that are empty by nature."""
    by_nature = {
        "csat", "csat_answered_at", "csat_agent_id", "nps", "qa_score", "comment", "merged_into", "issue_id",
        "handoff_at", "resolved_at", "final_arm", SOURCE_ARM,
    }  # fmt: skip
    parts = []
    called, groups = contacts.grouping.called, contacts.grouping.names
    unplaced = sum(int(contacts.facts[group]["unplaced"]) for group in groups)
    for column in sorted((contacts.columns | {"response"}) - by_nature - {"first_response_at", "response_seconds"}):
        if column == "response" and not {"first_response_at", "response_seconds"} & contacts.columns:
            continue
        for group in groups:
            judged = int(contacts.facts[group]["judged"])
            share = 1 - contacts.filled(group, column) / judged if judged else 0.0
            if share > MOSTLY_MISSING:
                parts.append(_("{column} in {share} of the {arm} contacts").format(
                    column=column, share=percent(share, 0), arm=called(group)))  # fmt: skip
    said = []
    if parts:
        said.append(_("Empty: {columns}.").format(columns=joined(parts)))
    if unplaced:
        said.append(_("{n} contacts have no {column} and count as {arm}.").format(
            n=count(unplaced), column=config.data.arm.column,
            arm=arm_name("baseline" if config.data.arm.baseline == "rest" else "pilot")))  # fmt: skip
    if contacts.undated:
        said.append(ngettext(
            "{n} row has no opened_at and was left out.", "{n} rows have no opened_at and were left out.",
            contacts.undated,
        ).format(n=count(contacts.undated)))  # fmt: skip
    if said:
        said.append(_(
            "What rests on them is that of fewer contacts, and where arms differ of others in each. Fill them in the "
            "export, or leave a column that is mostly empty out of design.adjust_for."
        ))  # fmt: skip
        return Check("missing", "warn", " ".join(said))
    return Check("missing", "pass", _("No column that is used is empty in more than a fifth of the contacts."))


def _volume(contacts: Contacts, config: Config) -> Check:
    parts = []
    for group in contacts.grouping.names:
        facts = contacts.facts[group]
        per_day = int(facts["judged"]) / max(int(facts["days"]), 1)
        parts.append(
            _("{n} {arm} ({rate} a day)").format(
                n=count(facts["judged"]), arm=contacts.grouping.called(group), rate=count(per_day)
            )
        )
    text = _("Judged contacts from {day} on: {parts}.").format(day=day(contacts.judged_from), parts=joined(parts))
    before = config.design.baseline_period
    if before is not None:
        text = _("Judged contacts from {day} on, and earlier ones of {start} to {end}: {parts}.").format(
            day=day(contacts.judged_from), start=day(before.start), end=day(before.end), parts=joined(parts)
        )
    empty = gaps(contacts, config)
    worst = max(empty.values())
    # two quiet days a week are a weekend
    weekends = 2 * ((min(config.pilot.end, *contacts.last.values()) - config.pilot.start + timedelta(days=7)).days // 7)
    if worst > weekends:
        return Check(
            "volume",
            "warn",
            text
            + " "
            + _(
                "{n} days of the pilot have no contact in an arm. Where it was open then the export has a hole, and "
                "every KPI lacks these contacts."
            ).format(n=worst),
        )
    return Check("volume", "pass", text)
