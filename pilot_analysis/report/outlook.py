"""The costs of a review as rows and sentences: for the page, the terminal and the tables."""

from collections.abc import Iterable
from math import isclose
from typing import Any, NamedTuple

from pilot_analysis import words
from pilot_analysis.report import wording
from pilot_analysis.words import _, money

USUAL_BUFFER = 0.15  # the one of which the first screen speaks

Cost = dict[str, Any]


class Money(NamedTuple):
    """A row of money to come: what it is, its amounts, ROI where one is formed."""

    label: str
    amounts: dict[str, float]
    roi: float | None


class Fees(NamedTuple):
    """The fees per contact that something asks for, by buffer; None where none is low enough."""

    label: str
    by_buffer: dict[float, float | None]


class Buffer(NamedTuple):
    """A buffer on the fees, and its header."""

    buffer: float
    label: str


class Changed(NamedTuple):
    """The year's saving with one thing otherwise."""

    label: str
    change: str
    amounts: dict[str, float]


def projected(cost: Cost | None) -> bool:
    """Whether a review has money to come."""
    return cost is not None and "volume" in cost


def at_volume(cost: Cost) -> str:
    """For which volume the money is."""
    own = cost["volume"]["source"] == "pilot"
    text = _("At the pilot's own {n} contacts a month") if own else _("At the {n} contacts a month to be scaled")
    return text.format(n=words.count(cost["volume"]["per_month"]))


def whole(amounts: dict[str, float], end: str, currency: str) -> str:
    """One end of an amount, to the digits that its interval supports."""
    return money(wording.rounded(amounts[end], amounts["low"], amounts["high"]), currency, 0)


def money_rows(cost: Cost) -> list[Money]:
    """A month, a year, the year at each advised volume, the first year with each buffer, and the year at the log's
    usual volume where it is known."""
    rows = [
        Money(_("A month"), cost["saving_per_month"], None),
        Money(_("A year"), cost["saving_per_year"], cost["roi"]),
    ]
    rows += [
        Money(
            _("A year at {n} contacts a month ({share} of in-house moved)").format(
                share=words.percent(one["share"], 0), n=words.count(one["per_month"])
            ),
            one["saving"],
            None,
        )
        for one in cost["at_gates"]
    ]
    rows += [
        Money(_("First year if fees were {share} higher").format(share=words.percent(one["buffer"], 0)),
              one["saving"], one["roi"])
        for one in cost["first_year"]
    ]  # fmt: skip
    usual = (cost["seasonality"] or {}).get("saving_per_usual_year")
    return [*rows, Money(_("A year at the usual volume of the season"), usual, None)] if usual else rows


def first_year(cost: Cost) -> dict[str, Any]:
    """The first year with the usual buffer."""
    found: dict[str, Any] = next(one for one in cost["first_year"] if one["buffer"] == USUAL_BUFFER)
    return found


def fee_rows(cost: Cost) -> list[Fees]:
    """The fees per contact at which nothing is saved, at which the agreed share is, and by the resolution."""
    found: dict[tuple[str, float], Fees] = {}
    for one in cost["break_even"]:
        row = found.setdefault((one["by"], one["saving"]), Fees(_fee_label(one), {}))
        row.by_buffer[one["buffer"]] = one["fee"]
    return list(found.values())


def _fee_label(one: dict[str, Any]) -> str:
    share = words.percent(one["saving"])
    if one["by"] == "resolution":
        return _("A resolution costs as much as in-house")
    if one["by"] == "interval" and not one["saving"]:
        return _("The same at the low end of the interval")
    if one["by"] == "interval":
        return _("{share} of it is saved at the low end of the interval too").format(share=share)
    if one["saving"]:
        return _("{share} of the cost per contact is saved").format(share=share)
    return _("A contact costs as much as in-house")


def buffers(cost: Cost) -> list[Buffer]:
    """The buffers for which fees are told, none first."""
    return [
        Buffer(b, _("fees {share} higher").format(share=words.percent(b, 0)) if b else _("no buffer"))
        for b in dict.fromkeys(one["buffer"] for one in cost.get("break_even", []))
    ]


def changed_rows(cost: Cost) -> list[Changed]:
    """The year's saving with one thing otherwise."""
    names = {
        "volume": _("Volume"), "handle_time_pilot": _("Handle time of the pilot"),
        "handle_time_in_house": _("Handle time in-house"), "fcr": _("First contact resolution of the pilot"),
    }  # fmt: skip
    return [
        Changed(
            names.get(one["what"]) or _("Exchange rate of {currency}").format(currency=one["of"]), _change(one),
            one["saving"],
        )
        for one in cost["sensitivity"]
    ]  # fmt: skip


def _change(one: dict[str, Any]) -> str:
    if one["what"] == "fcr":
        return words.points(one["change"], 0, signed=True) if one["change"] else _("as it is, by the resolution")
    return words.percent(one["change"], 0, signed=True)


def facts(cost: Cost) -> list[str]:
    """What has to be known beside the money, a sentence each."""
    currency, one_off, season = cost["currency"], cost["one_off"], cost["seasonality"]
    fee, other = (money(cost[name], currency) for name in ("fee_per_contact", "other_per_contact"))
    found = [
        _("All of the pilot's cost per contact is fees of the vendor.") if other == money(0.0, currency)
        else _("Of the pilot's cost per contact {fee} are fees of the vendor, {other} comes beside them.").format(
            fee=fee, other=other)
    ]  # fmt: skip
    if cost["stranded_per_contact"]:
        found.append(_("In-house goes on paying {amount} per contact after the work has gone: it is not saved.").format(
            amount=money(cost["stranded_per_contact"], currency)))  # fmt: skip
    if one_off["total"]:
        found.append(_payback(one_off, currency))
    if cost["least_volume"] is None:
        found.append(_("At no volume is anything saved."))
    elif cost["least_volume"]:
        found.append(_("Below {n} contacts a month nothing is saved, as what does not grow with volume is paid anyway.")
                     .format(n=words.count(cost["least_volume"])))  # fmt: skip
    if season is not None:
        found.append(_season(season))
    return found


def _payback(one_off: dict[str, Any], currency: str) -> str:
    total, months, low = money(one_off["total"], currency, 0), one_off["payback_months"], one_off["payback_months_low"]
    if months is None:
        return _("One-off costs of {total} are never paid back.").format(total=total)
    facts = {"total": total, "months": words.decimal(months), "low": "" if low is None else words.decimal(low)}
    if low is None:
        text = _("One-off costs of {total} are paid back in {months} months; at the low end of the interval never.")
    elif isclose(months, low, rel_tol=1e-6):
        text = _("One-off costs of {total} are paid back in {months} months.")
    else:
        text = _("One-off costs of {total} are paid back in {months} months; at the low end of the interval in {low}.")
    return text.format(**facts)


def _season(season: dict[str, Any]) -> str:
    months = words.count(len(season["months"]))
    index = season["pilot_index"] - 1
    facts = {"months": months, "share": words.percent(abs(index), 0)}
    if abs(index) < 0.005:
        return _("The pilot's days had as many contacts as the {months} complete months of the log.").format(**facts)
    if index > 0:
        return _("The pilot's days had {share} more contacts than the {months} complete months of the log.").format(
            **facts
        )
    return _("The pilot's days had {share} fewer contacts than the {months} complete months of the log.").format(
        **facts
    )


def worth(cost: Cost) -> list[str]:
    """What quality is worth by the config's own price, a sentence a KPI."""
    names = {"csat": _("customer satisfaction"), "fcr": _("first contact resolution")}
    return [
        _("{kpi}: {points} at {price} a point are {amount} a year ({low} to {high}).").format(
            kpi=names[one["kpi"]].capitalize(),
            points=words.points(one["points"]["estimate"] / 100, signed=True),
            price=money(one["of_a_point"], cost["currency"], 0),
            amount=whole(one["amount"], "estimate", cost["currency"]),
            **{end: whole(one["amount"], end, cost["currency"]) for end in ("low", "high")},
        )
        for one in cost["worth"]
    ]


def components(cost: Cost) -> list[tuple[str, list[dict[str, Any]]]]:
    """The components by arm, in the order of the config."""
    return [
        (arm, own)
        for arm in ("baseline", "pilot")
        if (own := [c for c in cost.get("components", []) if c["arm"] == arm])
    ]


def charged(component: dict[str, Any], currency: str) -> str:
    """What a component was charged by: 6,864 contacts at €5.46; €2,440.00 of the fees at 2.0%."""
    quantity, rate, basis = component["quantity"], component["rate"], wording.basis(component["basis"])
    if component["basis"] in ("share", "value"):  # of money
        written = f"{money(quantity, currency)} {basis}"
        return written if rate is None else _("{quantity} at {rate}").format(quantity=written, rate=words.percent(rate))
    digits = 0 if abs(quantity - round(quantity)) < 5e-3 else 2 if abs(quantity) >= 1 else 3
    written = f"{words.decimal(quantity, digits)} {basis}"
    if rate is None:
        return written
    exact = money(rate, currency, None if round(rate, 2) == rate else 4)
    return _("{quantity} at {rate}").format(quantity=written, rate=exact)


def counted_as(component: dict[str, Any]) -> str:
    """Fee, once, fixed, stays: what the projections make of a component."""
    marks: Iterable[tuple[bool, str]] = (
        (component["fee"], _("fee")),
        (component["one_off"], _("one-off")),
        (not component["scales"] and not component["one_off"], _("fixed")),
        (not component["avoidable"], _("stays in-house")),
    )
    return ", ".join(mark for is_so, mark in marks if is_so)
