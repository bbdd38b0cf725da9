"""Whether something was counted otherwise from one day on: a unit, a scale, a code, a rule, a tool."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np

from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.groups import GROUPS, Grouping
from pilot_analysis.decision.weekly_effects import with_log_response
from pilot_analysis.kpis.measures import has_measure
from pilot_analysis.kpis.sums import NONE_TEXT, Floats, Sums
from pilot_analysis.stats.clusters import sum_by
from pilot_analysis.stats.dips import far_below
from pilot_analysis.stats.steps import WEEK, Step, step
from pilot_analysis.words import _, day, duration, first_of, joined, percent

BY_DAY = ("csat", "fcr", "log_handle", "log_response")  # measures that are looked at, besides the case mix
FACTOR = 2.0  # between the levels of a time
LARGEST_SHARE = 0.05  # of a value of the case mix, before or after, that is too small to matter
NEAR = 3  # days between steps of one column that are the same one
MOST_NAMED = 5


class Series(NamedTuple):
    """A daily series of a group.

    Attributes:
        column: what is the same for series of which one step is named, as the values of a column; about: in words.
        group: number of the group; values, weights: one a day, as in `step`; share: of contacts, else a logarithm of
            seconds; rests: what rests on it.
    """

    column: str
    about: str
    group: int
    values: Floats
    weights: Floats
    share: bool
    rests: str


def with_logs(table: ir.Table) -> ir.Table:
    """With the logarithms of response and handle time, whose daily means show a change of unit."""
    table = with_log_response(table)
    return table.mutate(v_log_handle=ibis.greatest(table.v_handle, 1.0).ln()) if has_measure(table, "handle") else table


def steps_check(days: Sums, grouping: Grouping) -> Check | None:
    """Whether a share, a time or the mix of a group changes its level from one day to the next; None without days.

    warn: a step (`pilot_analysis.stats.steps`), and times FACTOR apart, or a share with half the odds, and half itself
    or ten points less.

    Args:
        days: sums of the judged contacts with an arm's days as clusters.
    """
    if not days.clusters:
        return None
    dates = [date.fromisoformat(name.rsplit(" ", 1)[1]) for name in days.clusters]
    first = min(dates)
    found: list[tuple[Series, Step]] = []
    for series in _series(days, np.array([(each - first).days for each in dates])):
        change = _change(series)
        if change is not None:
            found.append((series, change))
    if not found:
        return Check(
            "steps", "pass", _("No share, time or kind of contact changes its level from one day to the next.")
        )
    named = _one_a_column(found)
    parts = [
        _("{about} of the {arm} contacts: {before} until {day}, {after} from then on").format(
            about=series.about, arm=grouping.called(GROUPS[series.group]), before=_level(series, change.before),
            day=day(first + timedelta(days=change.day - 1)), after=_level(series, change.after))
        for series, change in named
    ]  # fmt: skip
    shown = "; ".join(first_of(parts, MOST_NAMED))
    rests = joined(list(dict.fromkeys(series.rests for series, _change in named)))
    return Check("steps", "warn", _("From one day to the next: {parts}.").format(parts=shown) + " " + _(
        "Another unit, scale, code or rule looks so, or a new version of a tool: {rests} is then of two kinds, in both "
        "arms or in one, and its average says neither. Ask what changed on that day. Where it was how things are "
        "recorded, export the time before in the same way, or review the days on one side of it (pilot.start, "
        "pilot.end)."
    ).format(rests=rests))  # fmt: skip


def _series(days: Sums, at: np.ndarray) -> Iterator[Series]:
    """Every daily series of every group."""
    length = int(at.max()) + 1
    place = at[days.cluster]
    words = {
        "csat": (_("satisfied among the rated"), _("customer satisfaction")),
        "fcr": (_("resolved at first contact"), _("first contact resolution")),
        "log_handle": (_("typical handle time"), _("the handle time")),
        "log_response": (_("typical response time"), _("the response time")),
    }
    contacts = days.measures["contacts"].n
    for group in range(days.groups):
        own = days.arm == group
        for name in BY_DAY:
            if name in days.measures:
                m = days.measures[name]
                total, n = (sum_by(place[own], x[own], length) for x in (m.total, m.n))
                about, rests = words[name]
                yield Series(name, about, group, _mean(total, n), n, not name.startswith("log"), rests)
        n = sum_by(place[own], contacts[own], length)
        for column in days.cells.columns:
            values = days.cells[column].to_numpy()
            for value in sorted(set(values)):
                here = own & (values == value)[days.cell]
                if contacts[here].sum() < LARGEST_SHARE * WEEK / length * n.sum():
                    continue  # not even in one week can it be large
                x = sum_by(place[here], contacts[here], length)
                about = _("{column} {value}").format(column=column, value="-" if value == NONE_TEXT else value)
                yield Series(str(column), about, group, _mean(x, n), n, True, _("the comparison of like with like"))


def _mean(total: Floats, n: Floats) -> Floats:
    found: Floats = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    return found


def _change(series: Series) -> Step | None:
    """The step of a series, where it is large enough to be another definition."""
    n = series.weights
    if not n.sum():
        return None
    found = step(series.values, n, shares=series.share)
    if found is None:
        return None
    low, high = sorted((found.before, found.after))
    if not series.share:
        return found if high - low >= np.log(FACTOR) else None
    return found if high >= LARGEST_SHARE and far_below(low, high) else None


def _one_a_column(found: list[tuple[Series, Step]]) -> list[tuple[Series, Step]]:
    """Of the values of a column that change at about the same time in a group, the one that changes most."""
    kept: list[tuple[Series, Step]] = []
    for series, change in sorted(found, key=lambda one: -abs(one[1].after - one[1].before)):
        same = [
            other for own, other in kept
            if (own.column, own.group) == (series.column, series.group) and abs(other.day - change.day) <= NEAR
        ]  # fmt: skip
        if not same:
            kept.append((series, change))
    return kept


def _level(series: Series, level: float) -> str:
    return percent(level) if series.share else duration(float(np.exp(level)))
