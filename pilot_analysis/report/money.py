"""Money a year, as the first screen says it: what is forecast and how low it may be, at which volume, and a what-if."""

from math import isclose
from typing import Any

from pilot_analysis import words
from pilot_analysis.report import outlook, wording
from pilot_analysis.words import _


def money(review: dict[str, Any]) -> dict[str, str] | None:
    """The saving a contact and, where it was projected, a year with its low end; None without costs.

    `year` is the number; `forecast` its volume and low end, `advised` the same year at the volumes that the verdict
    advises and `what_if` the first year with a buffer, a sentence each. Where a part stays in-house, all that of the
    rest.
    """
    cost = (review["scope"]["cost"] if review["keep_in_house"] and review["scope"] else review["cost"]) or {}
    year, contact = (
        cost.get("saving_per_year"),
        cost.get("saving_per_contact_to_come") or cost.get("saving_per_contact"),
    )
    currency = review["pilot"]["currency"]
    if contact is None or contact["estimate"] is None:
        return None
    a_contact = _signed(
        contact["estimate"], currency, None, _("{amount} saved a contact"), _("{amount} more spent a contact")
    )
    if year is None or year["estimate"] is None:
        return {"year": "", "contact": a_contact}
    return {
        "year": _saved(year, currency),
        "contact": a_contact,
        "forecast": _("{volume}, {low}; {contact}.").format(
            volume=outlook.at_volume(cost), low=_low_end(review, year, currency), contact=a_contact
        ),
        "advised": _advised(cost["at_gates"], currency),
        "what_if": _("What if the first year's fees were {share} higher: {saved}.").format(
            share=words.percent(outlook.USUAL_BUFFER, 0), saved=_saved(outlook.first_year(cost)["saving"], currency)
        ),
    }


def _low_end(review: dict[str, Any], year: dict[str, Any], currency: str) -> str:
    """How low the year may come out, in half a sentence."""
    if year["low"] is not None and isclose(year["low"], year["estimate"], rel_tol=1e-6):
        return _("by two prices, which have no interval")
    low = wording.rounded(year["low"], year["low"], year["high"])
    if low is None:
        return _("its low end is unbounded")
    text = (
        _("at least {amount} (low end of the {level} interval)")
        if low >= 0
        else _("at worst {amount} more spent (low end of the {level} interval)")
    )
    level = words.percent(review["pilot"]["confidence"], 0)
    return text.format(amount=words.money(abs(low), currency, 0), level=level)


def _advised(gates: list[dict[str, Any]], currency: str) -> str:
    """The year after the first step of scaling, and after the last; empty where none is advised."""
    if not gates:
        return ""
    return _("After the first step, at {n} a month: {first}. With all of in-house, {all}: {last}.").format(
        n=words.count(gates[0]["per_month"]), first=_saved(gates[0]["saving"], currency),
        all=words.count(gates[-1]["per_month"]), last=_saved(gates[-1]["saving"], currency),
    )  # fmt: skip


def _saved(amounts: dict[str, Any], currency: str) -> str:
    """An amount to the digits that its interval supports, as saved or spent."""
    exact = wording.rounded(amounts["estimate"], amounts["low"], amounts["high"]) or 0.0
    return _signed(exact, currency, 0, _("{amount} saved"), _("{amount} more spent"))


def _signed(x: float, currency: str, digits: int | None, saved: str, spent: str) -> str:
    return (saved if x >= 0 else spent).format(amount=words.money(abs(x), currency, digits))
