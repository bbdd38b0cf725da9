"""Money a year, as the first screen says it: the forecast with its range, at which volume, and a what-if."""

from math import isclose
from typing import Any

from pilot_analysis import words
from pilot_analysis.report import outlook, wording
from pilot_analysis.words import _

PROPORTIONAL = 0.02  # a year's saving that grows with its volume but for so much is said without a reason


def money(review: dict[str, Any]) -> dict[str, str] | None:
    """The saving a contact and, where it was projected, a year with its range; None without costs.

    `year` is the number; `forecast` its volume and range, `advised` the same year at the volumes that the verdict
    advises, `what_if` the first year with a buffer and `besides` what it has no say in, a sentence each or empty.
    Where a part stays in-house, all that of the rest. Only what is scaled is saved; anything else would be.
    """
    cost = (review["scope"]["cost"] if review["keep_in_house"] and review["scope"] else review["cost"]) or {}
    year, contact = (
        cost.get("saving_per_year"),
        cost.get("saving_per_contact_to_come") or cost.get("saving_per_contact"),
    )
    currency, certain = review["pilot"]["currency"], review["verdict"] == "scale"
    if contact is None or contact["estimate"] is None:
        return None
    if year is None or year["estimate"] is None:
        return {
            "year": "",
            "contact": _("{saved} a contact").format(saved=_said(contact["estimate"], currency, certain)),
        }
    return {
        "year": _saved(year, currency, certain),
        "forecast": _("{volume} and the present fees: {range}; {contact} a contact.").format(
            volume=outlook.at_volume(cost),
            range=_range(review, year, currency),
            contact=words.money(abs(contact["estimate"]), currency),
        ),
        "advised": _advised(cost, currency, certain),
        "what_if": _("At that volume with fees {share} higher in the first year: {saved}.").format(
            share=words.percent(outlook.USUAL_BUFFER, 0),
            saved=_saved(outlook.first_year(cost)["saving"], currency, certain=False),
        ),
        "besides": _("No saving makes up for a reason to stop.")
        if review["verdict"] == "stop" and year["estimate"] > 0
        else "",
    }


def _range(review: dict[str, Any], year: dict[str, Any], currency: str) -> str:
    """From where to where the year may come out, in half a sentence."""
    if year["low"] is None or year["high"] is None:
        return _("its low end is unbounded")
    if isclose(year["low"], year["estimate"], rel_tol=1e-6, abs_tol=0.005):
        return _("two prices, so no interval")
    ends = (year["low"], year["high"])
    low, high = (words.money(abs(wording.rounded(x, *ends) or 0.0), currency, 0) for x in ends)
    if year["low"] >= 0:
        text = _("{low} to {high} ({level} interval)")
    elif year["high"] < 0:
        text = _("{high} to {low} ({level} interval)")
    else:
        text = _("from {low} more spent to {high} saved ({level} interval)")
    return text.format(low=low, high=high, level=words.percent(review["pilot"]["confidence"], 0))


def _advised(cost: dict[str, Any], currency: str, certain: bool) -> str:
    """The year after the first step of scaling, and after the last; empty where none is advised."""
    gates = cost["at_gates"]
    if not gates:
        return ""
    text = _("After the first step, at {n} a month: {first}. With all of in-house, {all}: {last}.").format(
        n=words.count(gates[0]["per_month"]), first=_saved(gates[0]["saving"], currency, certain),
        all=words.count(gates[-1]["per_month"]), last=_saved(gates[-1]["saving"], currency, certain),
    )  # fmt: skip
    now = cost["saving_per_year"]["estimate"] / cost["volume"]["per_month"]
    then = gates[-1]["saving"]["estimate"] / gates[-1]["per_month"]
    if then > now * (1 + PROPORTIONAL):
        text += " " + _("The pilot's fixed costs spread over more contacts.")
    return text


def _saved(amounts: dict[str, Any], currency: str, certain: bool) -> str:
    """An amount to the digits that its interval supports, as saved or spent."""
    exact = wording.rounded(amounts["estimate"], amounts["low"], amounts["high"]) or 0.0
    return _said(exact, currency, certain, 0)


def _said(x: float, currency: str, certain: bool, digits: int | None = None) -> str:
    """Saved or more spent; `certain` where nothing else has to happen for it."""
    amount = words.money(abs(x), currency, digits)
    if amount == words.money(0.0, currency, digits):
        return _("Nothing saved") if certain else _("Nothing would be saved")
    if x > 0:
        return (_("{amount} saved") if certain else _("{amount} would be saved")).format(amount=amount)
    return (_("{amount} more spent") if certain else _("{amount} more would be spent")).format(amount=amount)
