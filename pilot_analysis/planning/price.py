"""What contacts would cost at the pilot's rate card, as far as single contacts say."""

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.models import Config
from pilot_analysis.config.rates import BY_CONTACT, fees_of
from pilot_analysis.config.rates_by_contact import PerContact
from pilot_analysis.contacts.table import Contacts
from pilot_analysis.costs.by_contact import charges_of, needed_column, worth

VENDOR = "vendor"  # the measure that holds it
BY_EACH = {*BY_CONTACT, "surcharge"}  # all else depends on the pilot's volume, days or agents, or on what it achieves


def vendor_price(table: ir.Table, contacts: Contacts, config: Config) -> ir.FloatingValue | None:
    """What each contact would cost at the pilot's rate card; None where that does not depend on contacts alone."""
    card = config.costs.pilot
    needed = {column for column in map(needed_column, card) if column is not None}
    if not card or any(c.kind not in BY_EACH for c in card) or not needed <= contacts.columns:
        return None
    components = {f"costs.pilot.{i}": component for i, component in enumerate(card)}
    fees = [f"costs.pilot.{i}" for i in fees_of(card, "pilot")]
    charges = charges_of(components, fees, table, contacts, config)
    return sum((charge.money for charge in charges.values()), ibis.literal(0.0, "float64"))


def fixed_price(config: Config) -> float | None:
    """The pilot's price of a contact where it is one price for all; None where it is not."""
    card = [c for c in config.costs.pilot if isinstance(c, PerContact)]
    return sum(c.rate * worth(c) for c in card) if card and len(card) == len(config.costs.pilot) else None
