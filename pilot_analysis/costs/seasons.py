"""How volume moves with the months: whether the pilot's days were usual ones, and what each month of a year brings."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import fsum

import ibis.expr.types as ir

from pilot_analysis.contacts.faults import reading
from pilot_analysis.contacts.table import Contacts, in_scope

LEAST_MONTHS = 3  # complete ones, before anything is said of the season
A_YEAR = 12


@dataclass(frozen=True)
class Month:
    """A complete calendar month: its first day, contacts a day of both arms, and that over the mean of the months."""

    first: date
    per_day: float
    index: float


@dataclass(frozen=True)
class Seasons:
    """The complete months of the log, at most the newest twelve.

    Attributes:
        months: in order; whole_year: whether there are twelve.
        pilot_index: contacts a day in the pilot's judged days over the mean of the months.
    """

    months: tuple[Month, ...]
    pilot_index: float

    @property
    def whole_year(self) -> bool:
        """Whether they are a year, so that a year can be told from them."""
        return len(self.months) == A_YEAR


def contacts_by_day(table: ir.Table, contacts: Contacts) -> dict[date, float]:
    """Measured contacts of both arms by day, within the segment and outside the days left out."""
    inside = in_scope(table)
    with reading(contacts.source.name):
        rows = inside.group_by("day").aggregate(n=inside.w.sum()).to_pyarrow().to_pylist()
    return {row["day"]: float(row["n"]) for row in rows}


def seasons(
    by_day: Mapping[date, float], judged_from: date, judged_to: date, left_out: Callable[[date], bool] = lambda _: False
) -> Seasons | None:
    """The months between the log's first and last day, where three of them are complete.

    A day without a contact inside a month counts as such, a day left out not at all.

    Args:
        by_day: contacts by day.
        judged_from, judged_to: the pilot's judged days, inclusive.
        left_out: whether a day does not count.
    """

    def per_day(start: date, length: int) -> float:
        days = [day for i in range(length) if not left_out(day := start + timedelta(days=i))]
        return fsum(by_day.get(day, 0.0) for day in days) / len(days) if days else 0.0

    if not by_day:
        return None
    first, last = min(by_day), max(by_day)
    complete = []
    month = date(first.year, first.month, 1)
    while month <= last:
        length = monthrange(month.year, month.month)[1]
        following = month + timedelta(days=length)
        if first <= month and following <= last + timedelta(days=1):
            complete.append((month, per_day(month, length)))
        month = following
    newest = complete[-A_YEAR:]
    mean = fsum(n for _month, n in newest) / len(newest) if newest else 0.0
    if len(newest) < LEAST_MONTHS or not mean:
        return None
    months = tuple(Month(month, n, n / mean) for month, n in newest)
    return Seasons(months, per_day(judged_from, (judged_to - judged_from).days + 1) / mean)
