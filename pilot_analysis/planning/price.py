"""What contacts would cost at the pilot's rate card, as far as single contacts say."""

import ibis.expr.types as ir

from pilot_analysis.config.models import Config
from pilot_analysis.config.rates import BY_CONTACT
from pilot_analysis.config.rates_by_contact import PerContact
from pilot_analysis.contacts.floats import ZERO
from pilot_analysis.contacts.table import Contacts
from pilot_analysis.costs.by_contact import charges_of, worth
from pilot_analysis.costs.cards import needed_columns, placed

VENDOR = "vendor"  # the measure that holds it
BY_EACH = {*BY_CONTACT, "surcharge"}  # all else depends on the pilot's volume, days or agents, or on what it achieves


def vendor_price(table: ir.Table, contacts: Contacts, config: Config) -> ir.FloatingValue | None:
    """What each contact would cost at the pilot's rate card; None where that does not depend on contacts alone."""
    card = config.costs.pilot
    if not card or any(c.kind not in BY_EACH for c in card) or not contacts.columns.issuperset(needed_columns(card)):
        return None
    charges = charges_of(*placed(card, "pilot"), table, contacts, config)
    return sum((charge.money for charge in charges.values()), ZERO)


def fixed_price(config: Config) -> float | None:
    """The pilot's price of a contact where it is one price for all; None where it is not."""
    card = [c for c in config.costs.pilot if isinstance(c, PerContact)]
    return sum(c.rate * worth(c) for c in card) if card and len(card) == len(config.costs.pilot) else None
