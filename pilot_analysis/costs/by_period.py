"""Components that are charged by time or volume: what each comes to, day by day.

A month is pro-rated by its own days: 1,000.00 a month is 1,000.00 / 31 on each day of March, so that whole months
come to whole amounts and periods can be split and added.
"""

import numpy as np

from pilot_analysis.config.rates import Component
from pilot_analysis.config.rates_by_contact import Tiered
from pilot_analysis.config.rates_by_period import Fixed, Minimum, OneOff, Overage, OwnHours, PerAgentMonth, Seats
from pilot_analysis.costs.adjusting import Item
from pilot_analysis.costs.by_contact import worth
from pilot_analysis.costs.counted import Counted, Floats


def spread_of(component: Component, counted: Counted, pilot_days: int) -> Item | None:
    """What a component that is charged by time or volume comes to; None for one of another sort.

    Args:
        counted: the days and contacts of the group, with its `agents` where the component counts them.
        pilot_days: days from the pilot's start to its end.
    """
    months = counted.months
    if isinstance(component, Fixed):
        return _at(component.rate * worth(component), component.per, _periods(component.per, months, pilot_days))
    if isinstance(component, PerAgentMonth | Seats):
        stated = component.agents if isinstance(component, PerAgentMonth) else component.number
        number = counted.agents if stated is None else stated
        return _at(component.rate * worth(component), component.kind.removeprefix("per_"), number * months)
    if isinstance(component, OwnHours):
        hours = component.hours * _periods(component.per, months, pilot_days)
        return _at(component.rate * worth(component), "hour", hours)
    if isinstance(component, OneOff):
        return _at(component.amount * worth(component), "once", months / component.amortise_months)
    if isinstance(component, Tiered):
        return _tiered(component, counted)
    if isinstance(component, Minimum):
        short = counted.by_month(lambda n, part: max(component.volume * part - n, 0.0), counted.months)
        return _at(component.rate * worth(component), "contact", short)
    if isinstance(component, Overage):
        above = counted.by_month(lambda n, part: max(n - component.volume * part, 0.0), counted.contacts)
        return _at(component.rate * worth(component), "contact", above)
    return None


def _at(rate: float, basis: str, quantity: Floats) -> Item:
    amount = quantity * rate
    return Item(basis, quantity, rate, amount, amount)


def _periods(per: str, months: Floats, pilot_days: int) -> Floats:
    """The part of a period that each day is."""
    each = {"day": 1.0, "week": 1 / 7, "pilot": 1 / pilot_days}.get(per)
    return months / (12 if per == "year" else 1) if each is None else np.full(len(months), each)


def _tiered(component: Tiered, counted: Counted) -> Item:
    """The price of each month's contacts, on its days by their contacts."""
    amount = counted.by_month(lambda n, part: tier_price(component, n, part), counted.contacts) * worth(component)
    return Item("contact", counted.contacts, None, amount, amount)


def tier_price(component: Tiered, contacts: float, part: float = 1.0) -> float:
    """What this many contacts cost in a part of a month, whose steps end at that part of theirs.

    >>> from pilot_analysis.config.rates_by_contact import Tier
    >>> tiers = [Tier(up_to=1000, rate=5.0), Tier(up_to=3000, rate=4.5), Tier(rate=4.0)]
    >>> within = Tiered(kind="tiered", tiers=tiers)
    >>> tier_price(within, 3500)  # 1,000 at 5.00, 2,000 at 4.50, 500 at 4.00
    16000.0
    >>> tier_price(within.model_copy(update={"applies_to": "all"}), 3500)
    14000.0
    """
    cost, start = 0.0, 0.0
    for tier in component.tiers:
        end = np.inf if tier.up_to is None else tier.up_to * part
        if component.applies_to == "all" and contacts <= end:
            return contacts * tier.rate
        cost += max(min(contacts, end) - start, 0.0) * tier.rate
        start = end
    return cost
