"""Whether rate cards look like those of the market, and what business cases get wrong. They warn, never refuse."""

import re
from collections.abc import Sequence
from itertools import groupby

from pilot_analysis.config.market import CURRENCY, Range, market
from pilot_analysis.config.rates import Costs
from pilot_analysis.config.rates_by_contact import PerHour, PerMinute
from pilot_analysis.config.rates_by_period import Minimum
from pilot_analysis.contacts.check import Check
from pilot_analysis.costs.by_contact import worth
from pilot_analysis.costs.ledger import Ledger
from pilot_analysis.costs.seasons import Seasons
from pilot_analysis.words import _, count, decimal, joined, money, percent

LABOUR = ("per_hour", "per_agent_month")
LABOUR_LOW, LABOUR_HIGH = 0.65, 0.97  # of the in-house cost
ABOVE_HOURLY = 1.10  # what a full commission leaves a vendor, at the least, over its hourly rate
PEAK = 1.10  # contacts a day of the pilot over those of the log's months
BUFFER = re.compile(r"buffer|contingenc|reserve|puffer|r[üu]ckstellung|colch[oó]n", re.IGNORECASE)


def cost_checks(
    costs: Costs, ledger: Ledger, seasons: Seasons | None, per_month: float, handled_hours: float | None
) -> list[Check]:
    """The checks that these rate cards call for.

    Args:
        per_month: contacts a month of the pilot.
        handled_hours: of the pilot's contacts in the judged days, None where the log does not know.
    """
    found = [
        _rates(costs), _commission(costs, ledger, handled_hours), _labour(ledger), _buffer(costs), _currency(costs),
        _minimum(costs, per_month), _season(seasons),
    ]  # fmt: skip
    return [check for check in found if check is not None]


def _dollar(costs: Costs) -> float | None:
    """What a dollar is in the config's currency, None where nothing says so."""
    if costs.currency == CURRENCY:
        return 1.0
    return next((worth(c) for c in (*costs.baseline, *costs.pilot) if c.currency == CURRENCY), None)


def _outside(rate: float, usual: Range) -> bool:
    low, high = usual
    return rate < low or (high is not None and rate > high)


def _shown(usual: Range) -> str:
    low, high = usual
    if high is None:
        return _("{low} and more").format(low=money(low, CURRENCY))
    return _("{low} to {high}").format(low=money(low, CURRENCY), high=money(high, CURRENCY))


def _rates(costs: Costs) -> Check | None:
    """The vendor's rates by the hour and minute beside those of its region."""
    if costs.region is None:
        return None
    hourly = "per_hour" if costs.service == "inbound" else "outbound_per_hour"
    usual = market()[costs.region]
    rated = [(c, usual[kind]) for c in costs.pilot for kind in [hourly if isinstance(c, PerHour) else c.kind]
             if isinstance(c, PerHour | PerMinute) and kind in usual]  # fmt: skip
    if not rated:
        return None
    dollar = _dollar(costs)
    if dollar is None:
        return Check("rates", "info", _(
            "Usual rates are in US dollars, and nothing says what a dollar is in {currency}: not compared."
        ).format(currency=costs.currency))  # fmt: skip
    odd = [
        _("{name} is {rate}, where {usual} is usual").format(
            name=c.name or c.kind, rate=money(c.rate * worth(c) / dollar, CURRENCY), usual=_shown(span))
        for c, span in rated
        if _outside(c.rate * worth(c) / dollar, span)
    ]  # fmt: skip
    if odd:
        text = _("For the region {region}: {odd}. A rate below the market is rarely the whole price; one above can be "
                 "talked about.")  # fmt: skip
        return Check("rates", "warn", text.format(region=costs.region, odd=joined(odd)))
    return Check("rates", "pass", _("The rates are usual for the region {region}.").format(region=costs.region))


def _commission(costs: Costs, ledger: Ledger, handled_hours: float | None) -> Check | None:
    """Whether a vendor that is paid by results alone earns its hourly rate."""
    fees = [line for line in ledger.of("pilot") if line.fee]
    if not fees or any(line.kind not in ("commission", "per_result") for line in fees) or not handled_hours:
        return None
    dollar = _dollar(costs)
    if costs.region is None or dollar is None:
        return None
    low = market()[costs.region]["per_hour"][0] * ABOVE_HOURLY
    earned = sum(line.amount for line in fees) / handled_hours / dollar
    facts = {"earned": money(earned, CURRENCY), "low": money(low, CURRENCY)}
    if earned < low:
        return Check("commission", "warn", _(
            "The vendor earns {earned} in an hour of handling by results alone, less than {low}, its region's hourly "
            "rate and a tenth: nobody can work for that for long."
        ).format(**facts))  # fmt: skip
    return Check("commission", "pass", _("By results alone the vendor earns {earned} in an hour of handling.").format(
        **facts))  # fmt: skip


def _labour(ledger: Ledger) -> Check | None:
    """The share of labour in the in-house cost, where a part of it is said to be labour."""
    lines, total = ledger.of("baseline"), ledger.total("baseline")
    labour = sum(line.amount for line in lines if line.kind in LABOUR)
    if not labour or total <= 0:
        return None
    share = labour / total
    facts = {"share": percent(share, 0), "low": percent(LABOUR_LOW, 0), "high": percent(LABOUR_HIGH, 0)}
    if share > LABOUR_HIGH:
        return Check("labour_share", "warn", _(
            "Labour is {share} of the in-house cost, where {low} to {high} is usual: either the rate holds everything, "
            "or rent, platforms, IT and team leads are missing, and in-house looks cheaper than it is."
        ).format(**facts))  # fmt: skip
    if share < LABOUR_LOW:
        return Check("labour_share", "warn", _(
            "Labour is {share} of the in-house cost, where {low} to {high} is usual: look whether the overhead is this "
            "team's, and whether it would be saved."
        ).format(**facts))  # fmt: skip
    return Check("labour_share", "pass", _("Labour is {share} of the in-house cost.").format(**facts))


def _buffer(costs: Costs) -> Check | None:
    """A buffer in the rate card, where the first year has one already."""
    named = [c.name for c in costs.pilot if c.name and BUFFER.search(c.name)]
    if not named:
        return None
    return Check("buffer", "warn", _(
        "The pilot's rate card has {names}, and the first year is shown with 10 to 20% more of the fees already: a "
        "buffer counted twice. Take it out, or read the year without one."
    ).format(names=joined(named)))  # fmt: skip


def _currency(costs: Costs) -> Check | None:
    """Components in another currency, and whether they agree on its rate."""
    foreign = sorted(
        (c.currency, worth(c))
        for c in (*costs.baseline, *costs.pilot)
        if c.currency is not None and c.currency != costs.currency
    )
    if not foreign:
        return None
    by_currency = {code: list(dict.fromkeys(rate for _code, rate in own))
                   for code, own in groupby(foreign, key=lambda one: one[0])}  # fmt: skip
    shown = joined([
        _("{currency} at {rates}").format(currency=code, rates=joined([_rate(rate) for rate in rates]))
        for code, rates in by_currency.items()
    ])  # fmt: skip
    if any(len(rates) > 1 for rates in by_currency.values()):
        return Check("currency", "warn", _(
            "Components are converted at different rates for one currency ({shown}): one of them is wrong."
        ).format(shown=shown))  # fmt: skip
    return Check("currency", "info", _(
        "Converted to {home}: {shown}. Savings move with that rate, which no interval knows."
    ).format(home=costs.currency, shown=shown))  # fmt: skip


def _rate(rate: float) -> str:
    return decimal(rate, 4).rstrip("0")


def _minimum(costs: Costs, per_month: float) -> Check | None:
    """A volume that is paid for in any case, beside the pilot's and the one to be scaled."""
    minimums = [c for c in costs.pilot if isinstance(c, Minimum)]
    if not minimums:
        return None
    volumes = [per_month, *([costs.volume_per_month] if costs.volume_per_month is not None else [])]
    short = _short(minimums, volumes)
    if short is None:
        return Check("minimum_volume", "pass", _("The volume is above the minimum that is paid for in any case."))
    volume, least = short
    return Check("minimum_volume", "warn", _(
        "{volume} contacts a month are fewer than the minimum of {least} that is paid for: {rest} are paid for "
        "nothing."
    ).format(volume=count(volume), least=count(least), rest=count(least - volume)))  # fmt: skip


def _short(minimums: Sequence[Minimum], volumes: Sequence[float]) -> tuple[float, float] | None:
    found = [(volume, c.volume) for volume in volumes for c in minimums if volume < c.volume]
    return max(found, key=lambda pair: pair[1] - pair[0], default=None)


def _season(seasons: Seasons | None) -> Check | None:
    """Whether the pilot ran in a peak, so that a year at its own volume is too much."""
    if seasons is None:
        return None
    facts = {"months": count(len(seasons.months)), "share": percent(abs(seasons.pilot_index - 1), 0)}
    if seasons.pilot_index > PEAK:
        return Check("season", "warn", _(
            "The pilot's days had {share} more contacts than the {months} complete months of the log: a year at the "
            "pilot's volume overstates the money."
        ).format(**facts))  # fmt: skip
    return Check("season", "pass", _(
        "The pilot's days had about as many contacts as the {months} complete months of the log."
    ).format(**facts) if seasons.pilot_index >= 2 - PEAK else _(
        "The pilot's days had {share} fewer contacts than the {months} complete months of the log: a year at the "
        "pilot's volume understates the money."
    ).format(**facts))  # fmt: skip
