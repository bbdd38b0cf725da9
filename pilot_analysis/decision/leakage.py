"""Contacts that one arm had first and the other arm finished, or had to answer again."""

from math import sqrt

from pilot_analysis.contacts.check import Check, Status
from pilot_analysis.contacts.table import ARMS, Contacts
from pilot_analysis.decision.means import CaseMix
from pilot_analysis.kpis.sums import MeasureSums
from pilot_analysis.words import _, count, counted, money, percent

MOST_PASSED_ON = 0.05  # share of the pilot's contacts that were finished in-house
SOME_DILUTED, MOST_DILUTED = 0.01, 0.10  # of the in-house contacts, finished by the pilot's side
MOST_REASSIGNED = 0.10  # of the contacts, where only their last handler is known
MOST_CROSSED = 0.10  # how far the share of repeats in the other arm may lie above that arm's share of contacts
STANDARD_ERRORS = 3.0  # by how many the share of repeats has to lie above it


def leakage_check(
    contacts: Contacts, mix: CaseMix, column: str, window_days: int, currency: str, smallest: int = 1
) -> Check | None:  # fmt: skip
    """How much work of each arm ended in the other, in both directions, and what it cost there.

    Arms by the last handler are no arms where more than MOST_REASSIGNED changed hands; `column` decides them. Fewer
    than `smallest` contacts are not counted aloud. warn as well where arms are by the last handler and nobody can see
    how many changed hands. None where both sides are of one arm.
    """
    if contacts.grouping.before is not None:  # of earlier contacts there was no pilot yet to finish them
        return None
    measures, leaks, diluted = mix.sums.measures, False, 0.0
    parts, reassigned = _by_final_handler(contacts, column)
    unseen = contacts.handler == "final" and bool(parts) and not _traced(contacts)
    if any(contacts.filled(arm, "final_arm") for arm in ARMS):
        passed = [(float(contacts.facts[arm]["passed_on"]), float(contacts.filled(arm, "final_arm"))) for arm in ARMS]
        diluted, leaked = (total / n if n else 0.0 for total, n in passed)
        leaks = leaked > MOST_PASSED_ON
        text = _(
            "Finished by the other arm: {pilot} of the pilot's contacts and {baseline} of the in-house ones; they "
            "count for the arm that had them first, as not resolved at first contact."
        )
        parts.append(text.format(pilot=_shown(*passed[1], smallest), baseline=_shown(*passed[0], smallest)))
        parts += _paid(mix, [total for total, _n in passed], currency, smallest)
    elif contacts.handler not in ("final", "unknown"):
        parts.append(_(
            "Contacts that the other arm finished cannot be seen from this export: they count as resolved where they "
            "began, and cost per resolution does not charge them. Export final_team or final_agent_id as well."
        ))  # fmt: skip
    if diluted > SOME_DILUTED:
        text = _(
            "{share} of the in-house contacts were finished by the pilot's side: that makes the arms alike, so that a "
            "difference looks smaller than it is, and non-inferiority is shown by dilution."
        )
        parts.append(text.format(share=percent(diluted)))
    if "crossed" in measures and measures["contacts"].n.any():  # no contact is judged in the first days
        crossed = [_in_arm(mix, measures["crossed"], arm) for arm in (0, 1)]
        share = [_in_arm(mix, measures["contacts"], arm)[1] for arm in (0, 1)]
        leaks |= any(_more_than_routed(*crossed[arm], share[1 - arm] / sum(share)) for arm in (0, 1))
        text = _(
            "Of customers who came back within {days} days, {pilot} of the pilot's came back in-house and {baseline} "
            "of the in-house ones to the pilot, which had {share} of the contacts."
        )
        routed = percent(share[1] / sum(share), 0)
        parts.append(
            text.format(
                days=window_days,
                pilot=_shown(*crossed[1], smallest),
                baseline=_shown(*crossed[0], smallest),
                share=routed,
            )
        )
        parts += _paid(mix, [total for total, _n in crossed], currency, smallest)
    if not parts:
        return None
    spoilt = diluted > MOST_DILUTED or reassigned > MOST_REASSIGNED
    status: Status = "fail" if spoilt else "warn" if unseen or leaks or diluted > SOME_DILUTED else "info"
    return Check("leakage", status, " ".join(parts))


def _by_final_handler(contacts: Contacts, column: str) -> tuple[list[str], float]:
    """What is to be said where the arm is decided by who had a contact last, and the share that changed hands."""
    if contacts.handler not in ("final", "unknown"):
        return [], 0.0
    traced = _traced(contacts)
    if not traced:
        whose = (
            _("The arm is decided by {column}, who had the contact last.") if contacts.handler == "final"
            else _("The arm is decided by {column}, and nothing in the log says that this is who had a contact first.")
        )  # fmt: skip
        return [whose.format(column=column), _(
            "How many contacts were reassigned cannot be seen from this export: hard contacts may have ended in "
            "another arm than the one they began in, where they count for satisfaction, resolution and cost alike. "
            "Export the number of reassignments or the first team, or, where this is the first, say so with "
            "data.arm.handler: first."
        )], 0.0  # fmt: skip
    share = sum(float(contacts.facts[arm]["reassigned"]) for arm in ARMS) / traced
    if contacts.handler == "final":
        text = _(
            "The arm is decided by {column}, who had the contact last, and {share} of the contacts were reassigned."
        )
    else:
        text = _(
            "The arm is decided by {column}, and {share} of the contacts were reassigned; nothing in the log says that "
            "this is who had them first."
        )
    said = [text.format(column=column, share=percent(share))]
    if share > MOST_REASSIGNED:
        said.append(_(
            "Contacts that were passed on then count for the arm they ended in, so the comparison shows who keeps easy "
            "contacts and who gets the hard ones, not who serves better. Arms are decided by first touch: map the "
            "first team or agent, give data.touches, or, where this is the first, say so with data.arm.handler: first."
        ))  # fmt: skip
    return said, share


def _traced(contacts: Contacts) -> float:
    """Contacts of which the log says whether they changed hands."""
    return sum(float(contacts.facts[arm].get("traced", 0)) for arm in ARMS)


def _in_arm(mix: CaseMix, m: MeasureSums, arm: int) -> tuple[float, float]:
    """Sum and count of a measure in an arm."""
    own = mix.sums.arm == arm
    return float(m.total[own].sum()), float(m.n[own].sum())


def _shown(total: float, n: float, smallest: int) -> str:
    if 0 < total < smallest:
        return counted(total, smallest)
    return _("{n} ({share})").format(n=count(total), share=percent(total / n if n else 0.0))


def _more_than_routed(total: float, n: float, routed: float) -> bool:
    """Whether repeats land in the other arm more often than its share of contacts explains, and not by chance."""
    if not n:
        return False
    above = total / n - routed
    return above > MOST_CROSSED and above > STANDARD_ERRORS * sqrt(routed * (1 - routed) / n)


def _paid(mix: CaseMix, leaked: list[float], currency: str, smallest: int) -> list[str]:
    """What the contacts that each arm leaked cost the other one; nothing where costs are not known, or few leaked."""
    cost = mix.sums.measures.get("cost")
    if cost is None or not any(leaked) or any(0 < total < smallest for total in leaked):
        return []
    per_contact = [total / n if n else None for total, n in (_in_arm(mix, cost, arm) for arm in (0, 1))]
    if per_contact[0] is None or per_contact[1] is None:
        return []
    return [_("At the other arm's cost per contact that is {pilot} and {baseline}.").format(
        pilot=money(leaked[1] * per_contact[0], currency, 0), baseline=money(leaked[0] * per_contact[1], currency, 0)
    )]  # fmt: skip
