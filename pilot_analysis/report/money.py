"""Money a year, as the first screen says it."""

from math import isclose
from typing import Any

from pilot_analysis import words
from pilot_analysis.report import outlook, wording
from pilot_analysis.words import _


def money(review: dict[str, Any]) -> dict[str, str] | None:
    """The saving a contact and, where it was projected, a year with its low end; None without costs.

    Where a part stays in-house, that of the rest.
    """
    cost = (review["scope"]["cost"] if review["keep_in_house"] and review["scope"] else review["cost"]) or {}
    year, contact = cost.get("saving_per_year"), cost.get("saving_per_contact")
    currency = review["pilot"]["currency"]
    if contact is None or contact["estimate"] is None:
        return None
    saved, spent = _("{amount} saved a contact"), _("{amount} more spent a contact")
    lines = {"year": "", "contact": _signed(contact["estimate"], currency, None, saved, spent)}
    if year is None or year["estimate"] is None:
        return lines
    lines["volume"] = outlook.at_volume(cost)
    lines["first_year"] = _first_year(outlook.first_year(cost), currency)
    exact = {end: wording.rounded(year[end], year["low"], year["high"]) for end in ("estimate", "low")}
    saved, spent = _("{amount} saved"), _("{amount} more spent")
    lines["year"] = _signed(exact["estimate"] or 0.0, currency, 0, saved, spent)
    low = exact["low"]
    if year["low"] is not None and isclose(year["low"], year["estimate"], rel_tol=1e-6):
        lines["low"] = ""  # two prices have no interval
    elif low is None:
        lines["low"] = _("its low end is unbounded")
    elif low >= 0:
        lines["low"] = _("at least {amount}").format(amount=words.money(low, currency, 0))
    else:
        lines["low"] = _("at worst {amount} more spent").format(amount=words.money(-low, currency, 0))
    return lines


def _first_year(found: dict[str, Any], currency: str) -> str:
    """The first year with the usual buffer on the fees, in half a sentence."""
    saving = found["saving"]
    exact = wording.rounded(saving["estimate"], saving["low"], saving["high"]) or 0.0
    text = (
        _("were the first year's fees {share} higher: {amount} saved")
        if exact >= 0
        else _("were the first year's fees {share} higher: {amount} more spent")
    )
    return text.format(share=words.percent(found["buffer"], 0), amount=words.money(abs(exact), currency, 0))


def _signed(x: float, currency: str, digits: int | None, saved: str, spent: str) -> str:
    return (saved if x >= 0 else spent).format(amount=words.money(abs(x), currency, digits))
