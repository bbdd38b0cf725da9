"""Logins that several people seem to share: more work in a day than one person does."""

from datetime import date, timedelta
from typing import NamedTuple

import ibis
import numpy as np

from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.floats import ONE, ZERO
from pilot_analysis.contacts.groups import Grouping
from pilot_analysis.contacts.table import Contacts, judged_contacts
from pilot_analysis.words import _, capitalised, counted, day, decimal, first_of, joined, percent

DAY = 86_400
FULL_DAYS = 2  # days with more than 24 hours of handle time: three chats at once through a shift of eight hours
FEWEST_DAYS, FEWEST_LOGINS = 5, 10  # for a login's contacts a day, and for the median login
FEWEST_A_DAY = 50.0  # contacts a day that one person hardly has: under ten minutes each
TIMES_MEDIAN = 4.0  # times the median login's contacts a day
ROBUST_DEVIATIONS = 3.5  # of the logarithm of contacts a day, above the median
MOST_NAMED = 3
STAYED = 0.05  # share of a group's contacts by agents from before and after a day, below which nobody stayed
FEWEST_AGENTS, FEWEST_WORKED = 3, 7  # before that day and after it: agents, and days


class Login(NamedTuple):
    """One login at work: contacts, days with contacts, days with more than 24 hours of handle time, its group, and the
    first and last of the days."""

    name: str
    n: float
    days: int
    full_days: int
    group: str = ""
    first: date = date.min
    last: date = date.max


def logins_at_work(contacts: Contacts) -> list[Login]:
    """Every login of the judged contacts, one scan; none where the log names no agents."""
    if "agent_id" not in contacts.columns:
        return []
    t = judged_contacts(contacts.table).filter(ibis._.agent_id.notnull())
    t = t.mutate(w=t.weight if "weight" in contacts.columns else ONE)
    t = t.mutate(seconds=t.w * t.handle_seconds if "handle_seconds" in contacts.columns else ZERO)
    by_day = t.group_by("agent_id", "day").aggregate(n=t.w.sum(), seconds=t.seconds.sum(), arm=t.arm.max())
    by_login = by_day.group_by("agent_id").aggregate(
        n=by_day.n.sum(), days=by_day.count(), full_days=(by_day.seconds > DAY).sum().fill_null(0),
        arm=by_day.arm.max(), first=by_day.day.min(), last=by_day.day.max(),
    )  # fmt: skip
    return sorted(
        Login(
            str(row["agent_id"]), float(row["n"]), int(row["days"]), int(row["full_days"]), row["arm"], row["first"],
            row["last"],
        )
        for row in by_login.to_pyarrow().to_pylist()
    )  # fmt: skip


def shared_logins_check(logins: list[Login], *, named: bool) -> Check | None:
    """Whether a login handles more than one person can; None where the log names no agents.

    warn: more than 24 hours of handle time on FULL_DAYS days or more; or more than FEWEST_A_DAY contacts a day, more
    than TIMES_MEDIAN times the median login's, and more than ROBUST_DEVIATIONS robust standard deviations (1.4826 times
    the median absolute deviation, of the logarithms) above it. `named` says which they are, else only how many.
    """
    if not logins:
        return None
    busy = [login for login in logins if login.days >= FEWEST_DAYS]
    rate = {login.name: login.n / login.days for login in busy if login.n > 0}
    limit = np.inf
    if len(rate) >= FEWEST_LOGINS:
        logs = np.log(list(rate.values()))
        deviation = 1.4826 * float(np.median(np.abs(logs - np.median(logs))))
        limit = float(np.exp(np.median(logs) + max(np.log(TIMES_MEDIAN), ROBUST_DEVIATIONS * deviation)))
        limit = max(limit, FEWEST_A_DAY)
    shared = [login for login in logins if login.full_days >= FULL_DAYS or rate.get(login.name, 0.0) > limit]
    if not shared:
        text = _("No login handles more in a day than one person can.")
        return Check("shared_logins", "pass", text)
    parts = [
        _("{login} ({rate} contacts a day, {days} days with more than 24 hours of handle time)").format(
            login=login.name if named else _("a login"), rate=decimal(login.n / login.days, 0), days=login.full_days
        )
        for login in sorted(shared, key=lambda login: -login.n)
    ]
    share = sum(login.n for login in shared) / sum(login.n for login in logins)
    return Check("shared_logins", "warn", _(
        "More work than one person does: {logins}, {share} of the contacts. If several people use one login there are "
        "more people than it seems: intervals then rest on fewer clusters than there are, and nobody can tell who is "
        "good. Ask for logins by person."
    ).format(logins=joined(first_of(parts, MOST_NAMED)), share=percent(share)))  # fmt: skip


def replaced_agents_check(logins: list[Login], grouping: Grouping, smallest: int = 1) -> Check | None:
    """Whether all agents of a group are others from some day on; None where the log names no agents.

    warn: at least FEWEST_AGENTS before and after it, at work for FEWEST_WORKED days, and at most STAYED of the group's
    contacts by agents of both times. Fewer than `smallest` are not counted aloud.
    """
    if not logins:
        return None
    parts = []
    for group in grouping.names:
        own = [login for login in logins if login.group == group]
        found = _replaced_on(own)
        if found is not None:
            before = sum(login.last < found for login in own)
            after = sum(login.first >= found for login in own)
            parts.append(
                _("the {arm} contacts are those of {before} agents before {day}, and of {after} others since").format(
                    arm=grouping.called(group),
                    day=day(found),
                    before=counted(before, smallest),
                    after=counted(after, smallest),
                )
            )
    if not parts:
        return Check("replaced_agents", "pass", _("No team is replaced as a whole under way."))
    return Check("replaced_agents", "warn", _(
        "{parts}. New ids, as another tool gives them, look so: every agent then counts twice, and the intervals are "
        "narrower than they should be; make them one (data.codes). If the people were replaced, the first ones are no "
        "longer there, and the result is half theirs."
    ).format(parts="; ".join(map(capitalised, parts))))  # fmt: skip


def _replaced_on(own: list[Login]) -> date | None:
    """The day from which on a group has other agents; None where enough of them stay."""
    total = sum(login.n for login in own)
    for start in sorted({login.first for login in own})[1:]:
        before, after = ([one for one in own if one.last < start], [one for one in own if one.first >= start])
        stayed = total - sum(login.n for login in [*before, *after])
        if min(len(before), len(after)) < FEWEST_AGENTS or stayed > STAYED * total:
            continue
        first, last = min(login.first for login in own), max(login.last for login in own)
        if min((start - first).days, (last - start + timedelta(days=1)).days) >= FEWEST_WORKED:
            return start
    return None
