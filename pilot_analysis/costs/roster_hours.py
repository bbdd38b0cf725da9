"""The hours that a rate card prices beside those that the roster says were paid."""

from collections.abc import Mapping

from pilot_analysis.config.rates import Costs
from pilot_analysis.config.rates_by_contact import PerHour
from pilot_analysis.contacts.check import Check
from pilot_analysis.costs.cards import placed
from pilot_analysis.costs.ledger import Ledger
from pilot_analysis.words import _, arm_name, count, joined, percent

APART = 0.20  # of the hours paid: occupancy and shrinkage are rarely known better


def hours_check(costs: Costs, ledger: Ledger, paid: Mapping[str, float], pilot_days: int) -> Check | None:
    """Whether a card by the paid hour prices about the hours that were paid.

    Args:
        paid: hours in the pilot's days by arm, where the roster knows them; the judged days have their part of them.
        pilot_days: days from the pilot's start to its end.

    Returns:
        warn: more than APART of the hours paid are missing in the card, or too many in it. None where no arm with a
        card by the paid hour has hours.
    """
    said, apart = [], False
    for arm, card in (("baseline", costs.baseline), ("pilot", costs.pilot)):
        components, _fees = placed(card, arm)
        by_hour = {place for place, c in components.items() if isinstance(c, PerHour) and c.hour == "paid"}
        lines = [line for line in ledger.of(arm) if line.place in by_hour]
        if not lines or not paid.get(arm):
            continue
        priced, known = sum(line.quantity for line in lines), paid[arm] * ledger.days[arm] / pilot_days
        said.append(_("{arm}: {priced} hours in the rate card, {paid} on the roster ({share})").format(
            arm=arm_name(arm), priced=count(priced), paid=count(known), share=percent(priced / known, 0)))  # fmt: skip
        apart |= abs(priced / known - 1) > APART
    if not said:
        return None
    facts = _("Paid hours of the judged days, {hours}.").format(hours=joined(said))
    if not apart:
        return Check("paid_hours", "pass", facts)
    return Check("paid_hours", "warn", facts + " " + _(
        "Where the roster has more, the card makes contacts cheaper than they are, unless these agents also did work "
        "that is not in this log; where it has fewer, occupancy or shrinkage in the card are too hard, or rows of the "
        "roster reach beyond the pilot's days. Measure both before the cost per contact is argued with."
    ))  # fmt: skip
