"""Invented lines of a rate card, to put money together without a contact log."""

from pilot_analysis.costs.ledger import Line


def line(per_contact, kind="per_contact", arm="pilot", *, contacts=1000.0, **more):
    """A component that costs this much a contact; fee of the pilot, avoidable in-house, growing with volume."""
    default = {
        "arm": arm, "place": f"costs.{arm}.0", "kind": kind, "name": kind, "basis": "contact", "quantity": contacts,
        "rate": per_contact, "amount": per_contact * contacts, "per_contact": per_contact, "fee": arm == "pilot",
        "avoidable": True, "one_off": False, "scales": True, "currency": "EUR", "exchange_rate": 1.0,
    }  # fmt: skip
    return Line(**{**default, **more})


def hidden_cost():
    """In-house 6.00; a fee of 4.30, training of .60, own quality checks of .55, odd hours of .25."""
    house = (line(6.00, arm="baseline"),)
    pilot = (
        line(4.30),
        line(0.60, "one_off", name="Knowledge transfer", place="costs.pilot.1", fee=False, one_off=True, scales=False),
        line(0.55, "own_hours", name="Quality checks", place="costs.pilot.2", fee=False),
        line(0.25, "surcharge", name="Odd hours", place="costs.pilot.3", fee=False),
    )
    return house, pilot
