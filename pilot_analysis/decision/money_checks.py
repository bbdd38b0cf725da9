"""The checks of the money, from what the review knows of volume, handle time and paid hours."""

from collections.abc import Iterable
from math import fsum

from pilot_analysis.config.logs import ROSTER_ARM
from pilot_analysis.config.models import Config
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.log import Staff
from pilot_analysis.costs.plausible import cost_checks
from pilot_analysis.costs.roster_hours import hours_check
from pilot_analysis.costs.seasons import Seasons
from pilot_analysis.decision.findings import Findings
from pilot_analysis.decision.volume import contacts_a_month


def money_checks(f: Findings, seasons: Seasons | None, staff: Iterable[Staff]) -> list[Check]:
    """Checks of rate cards and volume; none where nothing is known of costs."""
    ledger, handling = f.ledger, f.estimate("handle_time")
    now = contacts_a_month(ledger)
    if ledger is None or not ledger.lines or now is None:
        return []
    seconds = None if handling is None or handling.arms is None else handling.arms[1].value
    hours = None if seconds is None else ledger.contacts["pilot"] * seconds / 3600
    found = cost_checks(f.config.costs, ledger, seasons, now, hours)
    paid = hours_check(f.config.costs, ledger, paid_hours(staff, f.config), f.config.pilot.days)
    return found if paid is None else [*found, paid]


def paid_hours(staff: Iterable[Staff], config: Config) -> dict[str, float]:
    """Hours paid in the pilot's days by arm, where the roster names the arms and knows the hours of all of an arm."""
    split = config.data.arm
    if config.column(split.column) != ROSTER_ARM:
        return {}
    known = {one.name: one.paid_hours for one in staff}
    sides = {"baseline": split.baseline, "pilot": split.pilot}
    named = {name for names in sides.values() if names != "rest" for name in names}
    found = {
        arm: [known.get(name) for name in (set(known) - named if names == "rest" else names)]
        for arm, names in sides.items()
    }
    return {arm: fsum(filter(None, hours)) for arm, hours in found.items() if all(hours)}
