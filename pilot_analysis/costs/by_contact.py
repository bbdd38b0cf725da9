"""Components that the log charges to single contacts, as lazy expressions over the contact table."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.models import Config
from pilot_analysis.config.rates import Component
from pilot_analysis.config.rates_by_contact import Commission, PerContact, PerHour, PerMinute, PerResult, Surcharge
from pilot_analysis.contacts.faults import reading
from pilot_analysis.contacts.floats import ONE, ZERO, number
from pilot_analysis.contacts.parse import FALSE
from pilot_analysis.contacts.table import Contacts
from pilot_analysis.costs.surcharges import is_charged_more
from pilot_analysis.refusal import Refusal

NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


class Charge(NamedTuple):
    """What one component charges a contact: quantity x rate.

    Attributes:
        quantity: of the basis, for every contact; null where the log does not know it.
        basis: what is counted; rate: money for one of it, in the config's currency.
    """

    quantity: ir.FloatingValue
    basis: str
    rate: float

    @property
    def money(self) -> ir.FloatingValue:
        """What it comes to, for every contact."""
        return self.quantity * number(self.rate)


def worth(component: Component) -> float:
    """One of the component's currency in that of the config."""
    return component.exchange_rate or 1.0


def needed_column(component: Component) -> str | None:
    """The column without which nobody knows what a component charges, None for one that every log can tell."""
    if isinstance(component, PerMinute) and component.of == "talk":
        return "talk_seconds"
    return "handle_seconds" if isinstance(component, PerHour | PerMinute) else None


def charges_of(
    components: Mapping[str, Component], fees: Collection[str], table: ir.Table, contacts: Contacts, config: Config
) -> dict[str, Charge]:
    """What each component that is charged by contact charges the contacts of `table`, by the component's place.

    Args:
        components: by place; fees: those of which a surcharge takes a share.
    """
    found = {place: one for place, c in components.items() if (one := _charge(c, table, config)) is not None}
    surcharged = sum((found[place].money for place in found if place in fees), ZERO)
    for place, c in components.items():
        if isinstance(c, Surcharge):
            applies = is_charged_more(c, place, table, contacts, config)
            found[place] = (
                Charge(ibis.ifelse(applies, ONE, ZERO), "contact", c.rate * worth(c)) if c.rate is not None
                else Charge(ibis.ifelse(applies, surcharged, ZERO), "share", c.share or 0.0)
            )  # fmt: skip
    return found


def _charge(component: Component, table: ir.Table, config: Config) -> Charge | None:
    money = worth(component)
    if isinstance(component, PerContact):
        return Charge(ONE, "contact", component.rate * money)
    if isinstance(component, PerHour):
        return Charge(table.handle_seconds / (3600 * handled_share(component)), "hour", component.rate * money)
    if isinstance(component, PerMinute):
        return Charge(_minutes(component, table), "minute", component.rate * money)
    if isinstance(component, PerResult):
        result = is_result(component, table[config.column(component.column)])
        return Charge(ibis.ifelse(result, ONE, ZERO), "result", component.rate * money)
    if isinstance(component, Commission):
        value = amount_in(table[config.column(component.column)])
        return Charge(value.fill_null(0.0) * money, "value", component.share)
    return None


def handled_share(component: PerHour) -> float:
    """The part of an hour of this price that is spent on contacts.

    A paid hour buys `occupancy x (1 - shrinkage)` hours of handling (occupancy and shrinkage as workforce planning
    uses them; Cleveland, Call Center Management on Fast Forward, 4th ed., ch. 7); a logged-in one `occupancy`.

    >>> from pilot_analysis.config.rates_by_contact import PerHour
    >>> share = handled_share(PerHour(kind="per_hour", rate=36.0, occupancy=0.8, shrinkage=0.25))
    >>> round(36.0 * 600 / 3600 / share, 4)  # ten minutes at 36 an hour, 60% of it productive
    10.0
    """
    return {
        "paid": component.occupancy * (1 - component.shrinkage), "logged_in": component.occupancy, "handling": 1.0,
    }[component.hour]  # fmt: skip


def _minutes(component: PerMinute, table: ir.Table) -> ir.FloatingValue:
    seconds = table.talk_seconds.fill_null(0.0) if component.of == "talk" else table.handle_seconds
    if component.step_seconds is None:
        return seconds / 60.0
    return (seconds / component.step_seconds).ceil().cast("float64") * (component.step_seconds / 60.0)


def is_result(component: PerResult, column: ir.Value) -> ir.BooleanValue:
    """Whether a contact is a result that is paid for."""
    if component.values is not None:
        return column.cast("string").isin(component.values).fill_null(False)
    return column.notnull() & ~column.cast("string").lower().isin(FALSE).fill_null(False)


def amount_in(column: ir.Value) -> ir.FloatingValue:
    """The number in a column of text; null where there is none."""
    text = column.cast("string").strip()
    return ibis.ifelse(text.re_search(NUMBER), text, ibis.null("string")).cast("float64")


def refuse_unreadable(component: Commission, place: str, table: ir.Table, contacts: Contacts, config: Config) -> None:
    """Refuse a commission on a column with values that are no number.

    Raises:
        Refusal: with the first of them.
    """
    column = table[config.column(component.column)]
    bad = column.notnull() & amount_in(column).isnull()
    with reading(contacts.source.name):
        found = table.aggregate(n=bad.sum(), example=column.cast("string").min(where=bad)).to_pyarrow().to_pylist()[0]
    if found["n"]:
        raise Refusal(
            f"a value on which a commission is paid is not a number ({found['n']:,} such rows)",
            file=contacts.source.name, key=f"{place}.column", found=found["example"],
            allowed="numbers with a decimal point, or nothing",
        )  # fmt: skip
