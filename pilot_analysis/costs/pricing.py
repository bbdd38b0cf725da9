"""Rate cards become the cost of every contact, and the ledger that traces it."""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.models import Config
from pilot_analysis.config.rates import Component
from pilot_analysis.contacts.table import ARMS, Contacts
from pilot_analysis.costs.by_contact import Charge, charge, needed_column
from pilot_analysis.costs.counted import Counted, count_by_day, payer
from pilot_analysis.costs.ledger import Ledger, Line, kind_name
from pilot_analysis.words import _

NOTHING = ibis.null("float64")
LOG = "data.columns.cost"  # the place of costs that the log itself has


@dataclass(frozen=True)
class _Card:
    """What prices a group: charges by their place, and when a contact can be priced."""

    charges: Mapping[str, Charge]
    known: ir.BooleanValue


def priced(table: ir.Table, contacts: Contacts, config: Config) -> tuple[ir.Table, Ledger]:
    """The measured contacts with `v_cost`, the cost of each, and the ledger of both arms.

    The log's own cost wins over the rate card of a group that has it. Without costs there is neither.
    """
    cards = {g: _card(g, table, contacts, config) for g in contacts.grouping.names}
    found = {group: card for group, card in cards.items() if card is not None}
    if not found:
        return table, Ledger((), {}, {}, config.costs.currency)
    quantities = {place: charge.quantity for card in found.values() for place, charge in card.charges.items()}
    counted = count_by_day(table, contacts, config, quantities, {group: card.known for group, card in found.items()})
    costs = [(table.side == group, _cost(card)) for group, card in found.items()]
    lines = [line for arm in ARMS if arm in found for line in _lines(arm, found[arm], counted[arm], config)]
    return table.mutate(v_cost=ibis.cases(*costs, else_=NOTHING)), Ledger(
        tuple(lines), {arm: counted[arm].judged_contacts for arm in ARMS},
        {arm: int(counted[arm].judged.sum()) for arm in ARMS}, config.costs.currency,
    )  # fmt: skip


def why_no_cost(contacts: Contacts, config: Config) -> str | None:
    """Why a group's cost is not known, None where that of all is."""
    for group in contacts.grouping.names:
        if contacts.filled(group, "cost"):
            continue
        arm = payer(group)
        components: list[Component] = getattr(config.costs, arm)
        if not components:
            return _("neither a cost column nor costs.{arm} says what a contact costs").format(arm=arm)
        if any(not contacts.filled(group, column) for column in _needed(components)):
            return _("costs.{arm} charges time, and the log has no handle_seconds there").format(arm=arm)
    return None


def _card(group: str, table: ir.Table, contacts: Contacts, config: Config) -> _Card | None:
    if contacts.filled(group, "cost"):
        return _Card({LOG: Charge(table.cost, "contact", 1.0)}, table.cost.notnull())
    arm = payer(group)
    components: list[Component] = getattr(config.costs, arm)
    columns = _needed(components)
    if not components or any(column not in contacts.columns for column in columns):
        return None
    charges = {f"costs.{arm}.{i}": charge(component, table) for i, component in enumerate(components)}
    known = ibis.literal(True)
    for column in columns:
        known = known & table[column].notnull()
    return _Card(charges, known)


def _needed(components: list[Component]) -> list[str]:
    """The columns without which a rate card prices nothing."""
    return sorted({column for column in map(needed_column, components) if column is not None})


def _cost(card: _Card) -> ir.FloatingValue:
    cost = ibis.literal(0.0, "float64")
    for one in card.charges.values():
        cost = cost + one.quantity * one.rate
    return ibis.ifelse(card.known, cost, NOTHING)


def _lines(arm: str, card: _Card, counted: Counted, config: Config) -> list[Line]:
    """A line a component."""
    components = {f"costs.{arm}.{i}": component for i, component in enumerate(getattr(config.costs, arm))}
    lines = []
    for place, one in card.charges.items():
        quantity = float(counted.of_all(place)[counted.judged].sum())
        contacts = counted.judged_contacts
        amount = quantity * one.rate
        component = components.get(place)
        from_log = component is None
        kind = "log" if component is None else component.kind
        lines.append(Line(
            arm=arm, place=place, kind=kind, name=kind_name(kind), basis=one.basis,
            quantity=contacts if from_log else quantity, rate=None if from_log else one.rate, amount=amount,
            per_contact=amount / contacts if contacts else 0.0, fee=arm == ARMS[1], avoidable=True, one_off=False,
            scales=True, currency=config.costs.currency, exchange_rate=1.0,
        ))  # fmt: skip
    return lines
