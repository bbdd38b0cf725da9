"""Rate cards become the cost of every contact, and the ledger that traces it."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np

from pilot_analysis.config.models import Config
from pilot_analysis.config.rates import Component, is_fee
from pilot_analysis.config.rates_adjusting import BonusMalus, Escalator, Invoice
from pilot_analysis.contacts.floats import ONE, ZERO, number
from pilot_analysis.contacts.table import ARMS, Contacts
from pilot_analysis.costs.adjusting import InvoicedMonth, Item, bonus, escalated, invoiced, steps
from pilot_analysis.costs.by_period import spread_of
from pilot_analysis.costs.cards import LOG, Card, cards_of, counts_agents, refuse_unknown
from pilot_analysis.costs.checks import bonus_check, invoice_check
from pilot_analysis.costs.counted import Counted, count_by_day
from pilot_analysis.costs.kpi_values import kpi_values
from pilot_analysis.costs.ledger import Ledger, Line, kind_name

NOTHING = ibis.null("float64")
FIXED = {"fixed", "one_off", "own_hours", "minimum"}  # does not grow with volume


@dataclass(frozen=True)
class Worked:
    """What a group's card came to: its items by place, and the months for which there were invoices."""

    items: dict[str, Item]
    months: list[InvoicedMonth]


def priced(table: ir.Table, contacts: Contacts, config: Config) -> tuple[ir.Table, Ledger]:
    """The measured contacts with `v_cost`, the cost of each, and the ledger of both arms.

    What is charged by contact is the contact's own; the rest is shared by the group's judged contacts. The log's own
    cost wins over the rate card of a group that has it. Without costs there is neither.

    Raises:
        Refusal: for a rate card that this log cannot work out.
    """
    # counted on the bare contacts: what is measured of them takes long to compile
    cards = cards_of(contacts.table, contacts, config)
    if not cards:
        return table, Ledger((), {}, {}, config.costs.currency)
    refuse_unknown(cards, contacts, config)
    components = [c for card in cards.values() for c in card.components.values()]
    counted = count_by_day(
        contacts, config,
        {place: charge.quantity for card in cards.values() for place, charge in card.charges.items()},
        {group: card.known for group, card in cards.items()},
        agents=any(counts_agents(c) for c in components),
        kpis=kpi_values(table, contacts, {c.kpi for c in components if isinstance(c, BonusMalus)}),
    )  # fmt: skip
    pilot_days = config.pilot.days
    worked = {group: _worked(card, counted[group], pilot_days) for group, card in cards.items()}
    costs = [
        (table.side == group, _cost(card, worked[group], counted[group], table))
        for group, card in cards_of(table, contacts, config).items()
    ]
    arms = [arm for arm in ARMS if arm in cards]
    lines = [line for arm in arms for line in _lines(arm, cards[arm], worked[arm], counted[arm], config)]
    checks = [
        *(invoice_check({arm: worked[arm].months for arm in arms}, config.costs.currency)),
        *(bonus_check({arm: (cards[arm].components, counted[arm].kpis) for arm in arms})),
    ]
    return table.mutate(v_cost=ibis.cases(*costs, else_=NOTHING)), Ledger(
        tuple(lines), {arm: counted[arm].judged_contacts for arm in ARMS if arm in counted},
        {arm: int(counted[arm].judged.sum()) for arm in ARMS if arm in counted}, config.costs.currency, tuple(checks),
    )  # fmt: skip


def _worked(card: Card, counted: Counted, pilot_days: int) -> Worked:
    """What every component of a card comes to."""
    items = {}
    for place, charge in card.charges.items():
        quantity = counted.of_all(place)
        items[place] = Item(charge.basis, quantity, charge.rate, quantity * charge.rate, np.zeros(len(quantity)))
    for place, component in card.components.items():
        spread = spread_of(component, counted, pilot_days)
        if spread is not None:
            items[place] = spread
    fees = [items[place] for place in card.fees]
    rises = {p: escalated(c, fees, counted) for p, c in card.components.items() if isinstance(c, Escalator)}
    items |= rises
    fees += rises.values()
    items |= {p: bonus(c, fees, counted) for p, c in card.components.items() if isinstance(c, BonusMalus)}
    return Worked(*invoiced(items, card.invoices(), counted))


def _cost(card: Card, worked: Worked, counted: Counted, table: ir.Table) -> ir.FloatingValue:
    """The cost of a contact: what it is charged itself, and its part of what all share."""
    own = {place: charge.money for place, charge in card.charges.items()}
    fees = sum((own[place] for place in card.fees if place in own), ZERO)
    for place, component in card.components.items():
        if isinstance(component, Escalator):
            rises = [(table.day >= day, number(share)) for day, share in reversed(steps(component, counted.days[-1]))]
            if rises:
                own[place] = fees * ibis.cases(*rises, else_=ZERO)
    cost = ZERO
    for place, money in own.items():
        factors = [
            (_in_month(table, m.month), number(m.invoiced / m.modelled if m.modelled else 0.0))
            for m in worked.months
            if place in m.places
        ]
        cost = cost + (money * ibis.cases(*factors, else_=ONE) if factors else money)
    shared = float(sum(item.spread[counted.judged].sum() for item in worked.items.values()))
    if shared:
        cost = cost + (number(shared / counted.judged_contacts) if counted.judged_contacts else NOTHING)
    return ibis.ifelse(card.known, cost, NOTHING)


def _in_month(table: ir.Table, month: str) -> ir.BooleanValue:
    return (table.day.year() == int(month[:4])) & (table.day.month() == int(month[5:]))


def _lines(arm: str, card: Card, worked: Worked, counted: Counted, config: Config) -> list[Line]:
    """A line a component, in the order of the config."""
    contacts = counted.judged_contacts
    lines = []
    for place in card.components or (LOG,):
        item, component = worked.items[place], card.components.get(place)
        amount = float(item.amount[counted.judged].sum())
        kind = "log" if component is None else component.kind
        own = config.costs.currency
        currency, rate = (own, 1.0) if component is None else card.charged_in(component, own)
        covers = [card.components[p] for p in card.invoices()[place][1]] if isinstance(component, Invoice) else []
        lines.append(Line(
            arm=arm, place=place, kind=kind, name=(component and component.name) or kind_name(kind), basis=item.basis,
            quantity=contacts if component is None else float(item.quantity[counted.judged].sum()),
            rate=None if component is None else item.rate,
            amount=amount, per_contact=amount / contacts if contacts else 0.0,
            fee=_is_fee(component, covers, arm), avoidable=component is None or component.avoidable,
            one_off=kind == "one_off", scales=any(c.kind not in FIXED for c in covers) if covers else kind not in FIXED,
            currency=currency, exchange_rate=rate,
        ))  # fmt: skip
    return lines


def _is_fee(component: Component | None, covers: list[Component], arm: str) -> bool:
    """An invoice is a fee where all that it charges are."""
    if component is None:
        return arm == ARMS[1]
    if covers and component.fee is None:
        return all(is_fee(c, arm) for c in covers)
    return is_fee(component, arm)
