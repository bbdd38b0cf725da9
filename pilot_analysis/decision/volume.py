"""What more contacts would do to the pilot's cost: what does not grow with them is spread, a minimum is met."""

from collections.abc import Callable

from pilot_analysis.costs.ledger import Ledger, Line
from pilot_analysis.costs.projection import DAYS_A_MONTH, Terms, at_volume

MOST_VOLUME = 10  # times the contacts of now; more is no advice
BY_STEPS = ("tiered", "overage")  # their price at another volume is not that of now


def contacts_a_month(ledger: Ledger | None) -> float | None:
    """The pilot's contacts a month in its judged days; None where they are not known."""
    if ledger is None or not ledger.days.get("pilot"):
        return None
    return ledger.contacts["pilot"] / ledger.days["pilot"] * DAYS_A_MONTH


def volume_for(terms: Terms, now: float, factor: float) -> float | None:
    """Contacts a month, more than now, at which the pilot's cost per contact is this part of what it is.

    None where no volume up to MOST_VOLUME times that of now is enough, or prices go by steps of volume.

    Args:
        now: contacts a month.
        factor: wanted cost per contact over that of now, below 1.
    """
    if any(line.kind in BY_STEPS for line in terms.pilot_lines):
        return None
    prices = {line.place: _minimum(line, now) for line in terms.pilot_lines if line.kind == "minimum"}

    def enough(then: float) -> bool:
        return terms.changed(at_volume(now, then, prices)).pilot <= factor * terms.pilot

    low, high = now, MOST_VOLUME * now
    if not enough(high):
        return None
    while high - low > 0.5:
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _minimum(line: Line, now: float) -> Callable[[float], float]:
    """What being short of a minimum volume costs a contact, at so many contacts a month."""
    paid = line.per_contact * now  # a month
    rate = line.rate or 0.0
    volume = now + (paid / rate if rate else 0.0)
    return lambda then: max(volume - then, 0.0) * rate / then
