"""The rate card of a group, and whether this log can work it out."""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.models import Config
from pilot_analysis.config.rates import Component, covered_by, fees_of
from pilot_analysis.config.rates_adjusting import BonusMalus, Escalator, Invoice
from pilot_analysis.config.rates_by_contact import Commission, Surcharge
from pilot_analysis.config.rates_by_period import PerAgentMonth, Seats
from pilot_analysis.contacts.table import Contacts
from pilot_analysis.costs.by_contact import Charge, charges_of, needed_column, refuse_unreadable, worth
from pilot_analysis.costs.counted import payer
from pilot_analysis.refusal import Refusal
from pilot_analysis.words import _

LOG = "data.columns.cost"  # the place of costs that the log itself has


@dataclass(frozen=True)
class Card:
    """What prices a group.

    Attributes:
        components: by their place; none where the log itself has the cost.
        fees: places of the components of which others take a share.
        charges: of the components that are charged by contact.
        known: when a contact can be priced.
    """

    components: Mapping[str, Component]
    fees: list[str]
    charges: Mapping[str, Charge]
    known: ir.BooleanValue

    def charged_in(self, component: Component, own: str) -> tuple[str, float]:
        """The currency in which a component is charged, that of the fees for a share of them, and its exchange rate."""
        if isinstance(component, BonusMalus | Escalator) or (
            isinstance(component, Surcharge) and component.rate is None
        ):
            found = {(c.currency or own, worth(c)) for c in (self.components[place] for place in self.fees)}
            return found.pop() if len(found) == 1 else (own, 1.0)
        return component.currency or own, worth(component)

    def invoices(self) -> dict[str, tuple[Invoice, tuple[str, ...]]]:
        """Invoices with the places that they cover, by place."""
        places = list(self.components)
        components = list(self.components.values())
        return {
            place: (c, tuple(places[i] for i in covered_by(c, components)))
            for place, c in self.components.items()
            if isinstance(c, Invoice)
        }


def why_no_cost(contacts: Contacts, config: Config) -> str | None:
    """Why a group's cost is not known, None where that of all is."""
    for group in contacts.grouping.names:
        if contacts.filled(group, "cost"):
            continue
        arm = payer(group)
        components: list[Component] = getattr(config.costs, arm)
        if not components:
            return _("neither a cost column of the log nor costs.{arm} of the config says what a contact costs").format(
                arm=arm
            )
        for column in needed_columns(components):
            if not contacts.filled(group, column):
                text = _("the config charges time (costs.{arm}), but the log has no {column} there")
                return text.format(arm=arm, column=column)
    return None


def cards_of(table: ir.Table, contacts: Contacts, config: Config) -> dict[str, Card]:
    """What prices each group, as expressions over `table`; none for a group whose cost nobody knows."""
    cards = {group: _card(group, table, contacts, config) for group in contacts.grouping.names}
    return {group: card for group, card in cards.items() if card is not None}


def _card(group: str, table: ir.Table, contacts: Contacts, config: Config) -> Card | None:
    if contacts.filled(group, "cost"):
        return Card({}, [], {LOG: Charge(table.cost, "contact", 1.0)}, table.cost.notnull())
    arm = payer(group)
    card: list[Component] = getattr(config.costs, arm)
    if not card or any(_is_unknown(column, group, contacts) for column in needed_columns(card)):
        return None
    components, fees = placed(card, arm)
    known = ibis.literal(True)
    for column in needed_columns(card):
        if column != "talk_seconds":  # empty there is no talk
            known = known & table[column].notnull()
    return Card(components, fees, charges_of(components, fees, table, contacts, config), known)


def placed(card: list[Component], arm: str) -> tuple[dict[str, Component], list[str]]:
    """The components of an arm's card by their place in the config, and the places of its fees."""
    places = [f"costs.{arm}.{i}" for i in range(len(card))]
    return dict(zip(places, card, strict=True)), [places[i] for i in fees_of(card, arm)]


def refuse_unknown(cards: Mapping[str, Card], contacts: Contacts, config: Config) -> None:
    """Refuse components that this log cannot work out."""
    for group, card in cards.items():
        for place, component in card.components.items():
            if isinstance(component, Commission):
                own = contacts.table.filter(contacts.table.side == group)
                refuse_unreadable(component, place, own, contacts, config)
            if counts_agents(component) and "agent_id" not in contacts.columns:
                key = f"{place}.agents" if isinstance(component, PerAgentMonth) else f"{place}.number"
                raise Refusal(
                    "nobody can count the agents: the log has no agent_id", file=str(config.file or "config"),
                    line=config.line(key), key=key, allowed="how many are under contract",
                )  # fmt: skip


def counts_agents(component: Component) -> bool:
    return (isinstance(component, PerAgentMonth) and component.agents is None) or (
        isinstance(component, Seats) and component.number is None
    )


def _is_unknown(column: str, group: str, contacts: Contacts) -> bool:
    """Whether none of a group's judged contacts, where it has any, has a value in a column."""
    return column not in contacts.columns or (
        contacts.facts[group]["judged"] > 0 and not contacts.filled(group, column)
    )


def needed_columns(components: list[Component]) -> list[str]:
    """The columns without which a rate card prices nothing."""
    return sorted({column for column in map(needed_column, components) if column is not None})
