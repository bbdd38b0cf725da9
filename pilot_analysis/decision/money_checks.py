"""The checks of the money, from what the review knows of volume and handle time."""

from pilot_analysis.contacts.check import Check
from pilot_analysis.costs.plausible import cost_checks
from pilot_analysis.costs.seasons import Seasons
from pilot_analysis.decision.findings import Findings
from pilot_analysis.decision.volume import contacts_a_month


def money_checks(f: Findings, seasons: Seasons | None) -> list[Check]:
    """Checks of rate cards and volume; none where nothing is known of costs."""
    ledger, handling = f.ledger, f.estimate("handle_time")
    now = contacts_a_month(ledger)
    if ledger is None or not ledger.lines or now is None:
        return []
    seconds = None if handling is None or handling.arms is None else handling.arms[1].value
    hours = None if seconds is None else ledger.contacts["pilot"] * seconds / 3600
    return cost_checks(f.config.costs, ledger, seasons, now, hours)
