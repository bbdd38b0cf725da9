"""Components that the log charges to single contacts, as lazy expressions over the contact table."""

from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.rates import Component, PerContact, PerHour


class Charge(NamedTuple):
    """What one component charges a contact: quantity x rate.

    Attributes:
        quantity: of the basis, for every contact; null where the log does not know it.
        basis: what is counted; rate: money for one of it, in the component's own currency.
        column: the column without which it is not known, None where every contact has it.
    """

    quantity: ir.FloatingValue
    basis: str
    rate: float
    column: str | None = None


def needed_column(component: Component) -> str | None:
    """The column without which nobody knows what a component charges a contact."""
    return None if isinstance(component, PerContact) else "handle_seconds"


def charge(component: Component, table: ir.Table) -> Charge:
    """What a component charges each contact of `table`, which has the component's `needed_column`."""
    column = needed_column(component)
    if isinstance(component, PerContact):
        return Charge(ibis.literal(1.0, "float64"), "contact", component.rate, column)
    if isinstance(component, PerHour):
        hours = table.handle_seconds / (3600 * paid_share(component))
        return Charge(hours, "hour", component.rate, column)
    return Charge(table.handle_seconds / 60.0, "minute", component.rate, column)


def paid_share(component: PerHour) -> float:
    """The part of a paid hour that is spent on contacts.

    An hour buys `occupancy x (1 - shrinkage)` hours of handling (occupancy and shrinkage as workforce planning
    uses them; Cleveland, Call Center Management on Fast Forward, 4th ed., ch. 7).

    >>> from pilot_analysis.config.rates import PerHour
    >>> share = paid_share(PerHour(kind="per_hour", rate=36.0, occupancy=0.8, shrinkage=0.25))
    >>> round(36.0 * 600 / 3600 / share, 4)  # ten minutes at 36 an hour, 60% of it productive
    10.0
    """
    return component.occupancy * (1 - component.shrinkage)
