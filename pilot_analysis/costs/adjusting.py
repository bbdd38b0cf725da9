"""Components that act on others: escalators, bonus and malus, invoices that take the place of what they cover."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import numpy as np

from pilot_analysis.config.rates_adjusting import BonusMalus, Escalator, Invoice
from pilot_analysis.costs.by_contact import worth
from pilot_analysis.costs.counted import Bools, Counted, Floats


@dataclass(frozen=True)
class Item:
    """What one component comes to in one group by day; arrays have shape (days,).

    Attributes:
        basis: what is counted; quantity: of it; rate: money for one, None where there is not one rate.
        amount: money in the config's currency.
        spread: the part of it that no single contact is charged, so that all share it.
    """

    basis: str
    quantity: Floats
    rate: float | None
    amount: Floats
    spread: Floats

    def outside(self, days: Bools) -> "Item":
        """What remains of it without some of the days."""
        kept = np.where(days, 0.0, 1.0)
        return replace(self, quantity=self.quantity * kept, amount=self.amount * kept, spread=self.spread * kept)


class InvoicedMonth(NamedTuple):
    """A month in which invoices took the place of some components.

    Attributes:
        places: of the components; month: as YYYY-MM.
        invoiced: money of all its invoices; modelled: what the rate card would have charged.
    """

    places: tuple[str, ...]
    month: str
    invoiced: float
    modelled: float


def steps(escalator: Escalator, last: date) -> list[tuple[date, float]]:
    """The days up to `last` from which an escalator takes its share of the fees, and that share.

    >>> rise = Escalator(kind="escalator", share=0.03, **{"from": date(2026, 4, 1)})
    >>> [(str(day), round(share, 4)) for day, share in steps(rise, date(2027, 4, 1))]
    [('2026-04-01', 0.03), ('2027-04-01', 0.0609)]
    """
    start, found = escalator.starts, []
    for year in range(max(last.year - start.year, -1) + 1):
        leap = (start.month, start.day) == (2, 29)
        day = start.replace(year=start.year + year, day=28 if leap and year % 4 else start.day)
        if day <= last:
            found.append((day, (1 + escalator.share) ** (year + 1) - 1))
    return found


def escalated(escalator: Escalator, fees: Sequence[Item], counted: Counted) -> Item:
    """The rise of the fees."""
    rise = np.zeros(len(counted.days))
    taken = steps(escalator, counted.days[-1])
    for day, share in taken:
        rise[[d >= day for d in counted.days]] = share
    amount, spread = _sum(fees, "amount", counted), _sum(fees, "spread", counted)
    rate = taken[0][1] if len(taken) == 1 else None
    return Item("share", np.where(rise != 0, amount, 0.0), rate, amount * rise, spread * rise)


def bonus(component: BonusMalus, fees: Sequence[Item], counted: Counted) -> Item:
    """A share of the fees by the value of a KPI; nothing where the log cannot tell the value."""
    value = counted.kpis.get(component.kpi, np.nan)  # within no band
    reached = [band.share for band in component.bands if band.lowest <= value < band.highest]
    share = reached[0] if reached else 0.0
    amount = _sum(fees, "amount", counted)
    return Item("share", amount, share, amount * share, amount * share)


def invoiced(
    items: Mapping[str, Item], invoices: Mapping[str, tuple[Invoice, tuple[str, ...]]], counted: Counted
) -> tuple[dict[str, Item], list[InvoicedMonth]]:
    """The items with invoices in the place of what they cover, month by month.

    An invoice is for all days of its month that the arm is paid for: the judged ones have the part that they would
    have of the modelled amount. One for a month that the data do not reach the end of waits.

    Args:
        items: modelled, by place; invoices: with the places that each covers, by place.
    """
    found, months = dict(items), []
    billed: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for place, (invoice, covers) in invoices.items():
        billed.setdefault((covers, invoice.month), []).append(place)
    for (covers, month), places in billed.items():
        own = counted.month == month
        if not counted.is_over(month):
            continue
        amount, spread = (_sum([items[c] for c in covers], part, counted) * own for part in ("amount", "spread"))
        modelled = float(amount.sum())
        if not modelled:  # nothing to go by but the contacts
            amount = spread = (counted.contacts if counted.contacts[own].any() else counted.months) * own
        whole = float(amount.sum())
        charged = {place: invoices[place][0].amount * worth(invoices[place][0]) for place in places}
        for place, money in charged.items():
            found[place] = Item("invoice", amount / whole, money, amount * money / whole, spread * money / whole)
        for cover in covers:
            found[cover] = found[cover].outside(own)
        months.append(InvoicedMonth(covers, month, sum(charged.values()), modelled))
    for place in invoices:
        nothing = np.zeros(len(counted.days))
        found.setdefault(place, Item("invoice", nothing, None, nothing, nothing))
    return found, months


def _sum(items: Sequence[Item], part: str, counted: Counted) -> Floats:
    return sum((getattr(item, part) for item in items), np.zeros(len(counted.days)))
