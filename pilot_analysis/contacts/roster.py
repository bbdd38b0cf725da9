"""Who worked for which arm, and when: the arm of a contact by its agent and day; tenure, turnover and paid hours."""

from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np

from pilot_analysis.config.logs import ROSTER_ARM, ROSTER_FINAL_ARM, Roster
from pilot_analysis.config.models import Config
from pilot_analysis.contacts.beside import read_beside
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.log import Log, Staff
from pilot_analysis.contacts.settled import stored
from pilot_analysis.refusal import Refusal
from pilot_analysis.stats.quantile import weighted_quantile
from pilot_analysis.words import _, count, counted, decimal, joined, percent

KEY = "data.roster"
WANTED = {  # canonical names lend their types; hours are a plain number, which `qa_score` is
    "agent_id": "agent", "team": "arm", "opened_at": "start", "resolved_at": "end", "qa_score": "paid_hours",
}  # fmt: skip
AGENTS = {ROSTER_ARM: "agent_id", ROSTER_FINAL_ARM: "final_agent_id"}
MOST_ELSEWHERE = 0.05  # of the contacts, by agents who are not on the roster, or not on that day


class Elsewhere(NamedTuple):
    """Contacts whose agent is known; those by agents who are not on the roster, and how many these are; those by agents
    who are, but not on that day."""

    contacts: int
    unknown: int
    absent: int
    agents: int


def with_roster(log: Log, config: Config) -> Log:
    """The log with `staff`, and where the roster names arms `roster_arm` and `roster_final_arm`: for which arm the
    agent who had a contact first, and last, worked on the day it was opened.

    Raises:
        Refusal: where the roster cannot be read, the log names no agents, or an agent worked for two arms on a day.
    """
    roster = config.data.roster
    if roster is None:
        return log
    if "agent_id" not in log.columns:
        raise Refusal("a roster needs a log that names its agents", file=log.source.name, key=KEY,
                      found="no agent_id", allowed="data.columns.agent_id, or no such key")  # fmt: skip
    read = read_beside(roster, KEY, WANTED, config, log)
    shifts = _shifts(read.table, log, roster)
    made = {name: agent for name, agent in AGENTS.items() if agent in log.columns and roster.arm is not None}
    work = stored(_days_at_work(shifts, log, {"agent_id", *made.values()}), read.part.source, "rostered")
    _refuse_two_arms(work, read.part.source.name)
    table = log.table.mutate(on_=log.clock.local(log.table.opened_at).date())
    for name, agent in made.items():
        arms = work.select(by_="agent", at_="day", **{name: "arm"})
        table = table.left_join(arms, [table[agent] == arms.by_, table.on_ == arms.at_]).drop("by_", "at_")
    staff = _staff(shifts, config.pilot.start, config.pilot.end, has_start=roster.start is not None)
    return replace(
        log, table=table.drop("on_"), columns={**log.columns, **{name: name for name in made}}, staff=staff,
        parts=(*log.parts, read.part), notes=(*log.notes, _note(_elsewhere(work), staff, config.privacy.smallest_cell)),
    )  # fmt: skip


def _shifts(rows: ir.Table, log: Log, roster: Roster) -> ir.Table:
    """One row a line of the roster: agent, arm, first and last day (null: open), paid hours."""

    def day(name: str) -> ir.DateValue:
        if name not in rows.columns or (name == "opened_at" and roster.start is None):
            return ibis.null("date")
        return log.clock.local(rows[name]).date()

    return rows.filter(rows.agent_id.notnull()).select(
        who=rows.agent_id, side=rows.team if "team" in rows.columns else ibis.literal(""),
        begins=day("opened_at"), ends=day("resolved_at"),
        hours=rows.qa_score if "qa_score" in rows.columns else ibis.null("float64"),
    )  # fmt: skip


def _days_at_work(shifts: ir.Table, log: Log, columns: set[str]) -> ir.Table:
    """Every day on which an agent has contacts: their number as first handler, whether the agent is known at all, and
    the arm on that day (null where not on the roster), with how many arms there are."""
    days = log.table.mutate(day=log.clock.local(log.table.opened_at).date())
    first, *others = (
        days.filter(days[name].notnull()).select(
            agent=days[name], day=days.day, own=ibis.literal(int(name == "agent_id"))
        )
        for name in sorted(columns)
    )
    every = ibis.union(first, *others) if others else first
    worked = every.group_by("agent", "day").aggregate(contacts=every.own.sum())
    on = worked.left_join(shifts, worked.agent == shifts.who)
    there = on.who.notnull() & (on.begins.isnull() | (on.begins <= on.day)) & (on.ends.isnull() | (on.ends >= on.day))
    return on.group_by("agent", "day").aggregate(
        contacts=on.contacts.max(), known=on.who.notnull().any(), there=there.any(),
        arms=on.side.nunique(where=there), arm=on.side.min(where=there),
    )  # fmt: skip


def _refuse_two_arms(work: ir.Table, name: str) -> None:
    twice = work.filter(work.arms > 1)
    row = twice.aggregate(n=twice.agent.nunique(), day=twice.day.min()).to_pyarrow().to_pylist()[0]
    if row["n"]:
        raise Refusal(  # whose name nobody asked for
            "an agent stands in the roster for two arms on one day", file=name, key=f"{KEY}.arm",
            found=f"{row['n']:,} such agents, the first on {row['day']}",
            allowed="one arm a day; `start` and `end` of the rows say from when to when",
        )  # fmt: skip


def _elsewhere(work: ir.Table) -> Elsewhere:
    unknown, absent = ~work.known, work.known & ~work.there
    row = work.aggregate(
        contacts=work.contacts.sum(), unknown=work.contacts.sum(where=unknown), absent=work.contacts.sum(where=absent),
        agents=work.agent.nunique(where=unknown & (work.contacts > 0)),
    ).to_pyarrow().to_pylist()[0]  # fmt: skip
    return Elsewhere(**{name: int(value or 0) for name, value in row.items()})


def _staff(shifts: ir.Table, start: date, end: date, *, has_start: bool) -> tuple[Staff, ...]:
    first, last = ibis.date(str(start)), ibis.date(str(end))
    far = ibis.date("9999-12-31")
    agents = shifts.group_by("side", "who").aggregate(
        begins=shifts.begins.min(), ends=ibis.coalesce(shifts.ends, far).max(),
        hours=shifts.hours.sum(where=(shifts.begins >= first) & (shifts.ends <= last)),
    )  # fmt: skip
    there = agents.filter(agents.begins.isnull() | (agents.begins <= last), agents.ends >= first)
    tenure = ibis.greatest(first.epoch_days() - there.begins.epoch_days(), 0)
    rows = there.group_by("side", tenure=tenure).aggregate(
        n=there.count(), joined=(there.begins > first).sum(), left=(there.ends < last).sum(), hours=there.hours.sum(),
    ).to_pyarrow().to_pylist()  # fmt: skip
    return tuple(_of_arm(name, [row for row in rows if row["side"] == name], has_start)
                 for name in sorted({row["side"] for row in rows}, key=lambda side: (side is None, side)))  # fmt: skip


def _of_arm(name: str | None, rows: list[dict[str, Any]], has_start: bool) -> Staff:
    """One arm from its agents counted by tenure."""
    known = [row for row in rows if row["tenure"] is not None]
    n = np.array([row["n"] for row in known], dtype=np.float64)
    tenure = np.array([row["tenure"] for row in known], dtype=np.float64)
    hours = [row["hours"] for row in rows if row["hours"] is not None]
    return Staff(
        name or "", sum(int(row["n"]) for row in rows), sum(int(row["joined"] or 0) for row in rows),
        sum(int(row["left"] or 0) for row in rows),
        weighted_quantile(tenure, n / n.sum(), 0.5) if has_start and known else None, sum(hours) if hours else None,
    )  # fmt: skip


def _note(elsewhere: Elsewhere, staff: tuple[Staff, ...], smallest: int) -> Check:
    """Tenure and turnover of each arm, and contacts by agents who are not on the roster.

    warn: these are more than MOST_ELSEWHERE of the contacts.
    """
    said = []
    for arm in staff:
        parts = [_("{n} agents").format(n=count(arm.agents))]
        if arm.tenure_days is not None:
            parts.append(_("on the roster for {days} days (median) when the pilot began").format(
                days=decimal(arm.tenure_days, 0)))  # fmt: skip
        turnover = _("{joined} joined and {left} left during it ({share})")
        if 0 < arm.left < smallest:
            turnover = _("{joined} joined and {left} left during it")
        parts.append(turnover.format(
            joined=counted(arm.joined, smallest), left=counted(arm.left, smallest),
            share=percent(arm.left / arm.agents)))  # fmt: skip
        if arm.paid_hours is not None:
            parts.append(_("{hours} paid hours").format(hours=count(arm.paid_hours)))
        said.append(_("{arm}: {parts}.").format(arm=arm.name or _("On the roster"), parts=joined(parts)))
    if elsewhere.unknown:
        said.append(_("{n} agents of the log are not on the roster ({share} of the contacts).").format(
            n=count(elsewhere.agents), share=percent(elsewhere.unknown / elsewhere.contacts)))  # fmt: skip
    if elsewhere.absent:
        said.append(_("{share} of the contacts are by agents outside their days on the roster.").format(
            share=percent(elsewhere.absent / elsewhere.contacts)))  # fmt: skip
    said.append(_(
        "A team of old hands, or one that loses nobody, shows better satisfaction, resolution and handle time than the "
        "one that a larger contract brings."
    ))  # fmt: skip
    doubtful = elsewhere.unknown + elsewhere.absent > MOST_ELSEWHERE * elsewhere.contacts
    return Check("roster", "warn" if doubtful else "info", " ".join(said))
