"""A rate card becomes the price of one contact, as a lazy expression over the contact table."""

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.rates import Component, PerContact, PerHour


@dataclass(frozen=True)
class RateCard:
    """The components of one arm, added up per contact.

    Attributes:
        fixed: money for every contact, whatever it takes.
        per_second: money for every second of handle time.
    """

    fixed: float
    per_second: float

    def price(self, table: ir.Table) -> ir.FloatingValue:
        """Money for each contact; null where handle time is charged and the log does not have it."""
        if not self.per_second:
            return ibis.literal(self.fixed, "float64")
        return table.handle_seconds * self.per_second + self.fixed


def rate_card(components: Sequence[Component]) -> RateCard:
    """Add the components of one arm.

    An hour buys `occupancy x (1 - shrinkage)` hours of handling, so a handled second costs
    rate / 3600 / (occupancy x (1 - shrinkage)) (Erlang's occupancy and shrinkage as workforce planning
    uses them; Cleveland, Call Center Management on Fast Forward, 4th ed., ch. 7).

    >>> from pilot_analysis.config.rates import PerHour
    >>> card = rate_card([PerHour(kind="per_hour", rate=36.0, occupancy=0.8, shrinkage=0.25)])
    >>> round(card.per_second * 600, 4)  # ten minutes at 36 an hour, 60% of it productive
    10.0
    """
    fixed = per_second = 0.0
    for component in components:
        if isinstance(component, PerContact):
            fixed += component.rate
        elif isinstance(component, PerHour):
            per_second += component.rate / 3600 / (component.occupancy * (1 - component.shrinkage))
        else:
            per_second += component.rate / 60
    return RateCard(fixed, per_second)
