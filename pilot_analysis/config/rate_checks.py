"""What a single component of a rate card cannot show: its place among the others and in the pilot's days."""

from collections.abc import Callable
from datetime import date

from pilot_analysis.config.hours import check_hours
from pilot_analysis.config.models import Config
from pilot_analysis.config.rates import BY_CONTACT, Component, covered_by, fees_of
from pilot_analysis.config.rates_adjusting import BonusMalus, Escalator, Invoice
from pilot_analysis.config.rates_by_contact import Surcharge
from pilot_analysis.refusal import nearest

Refuse = Callable[..., None]


def check_rates(config: Config, refuse: Refuse) -> None:
    """Refuse rate cards that cannot be worked out, with the component's place.

    Raises:
        Refusal: by `refuse`, for the first component.
    """
    for arm, card in (("baseline", config.costs.baseline), ("pilot", config.costs.pilot)):
        for i, component in enumerate(card):
            place = f"costs.{arm}.{i}"
            _check_currency(component, config, place, refuse)
            if isinstance(component, Surcharge):
                _check_surcharge(component, card, arm, config, place, refuse)
            elif isinstance(component, Invoice):
                _check_invoice(component, card, i, config, place, refuse)
            elif isinstance(component, BonusMalus | Escalator) and not fees_of(card, arm):
                refuse("a share of the fees needs a fee", place, component.kind,
                       f"a component of costs.{arm} that is a fee, or one with fee: true")  # fmt: skip


def _check_currency(component: Component, config: Config, place: str, refuse: Refuse) -> None:
    own = config.costs.currency
    foreign = component.currency not in (None, own)
    if foreign and component.exchange_rate is None:
        refuse("another currency needs its rate", f"{place}.exchange_rate", None,
               f"what one {component.currency} is in {own}")  # fmt: skip
    if component.exchange_rate is not None and not foreign:
        refuse("an exchange rate needs another currency", f"{place}.exchange_rate", component.exchange_rate,
               f"no such key, or a currency other than {own}")  # fmt: skip


def _check_surcharge(
    surcharge: Surcharge, card: list[Component], arm: str, config: Config, place: str, refuse: Refuse
) -> None:
    if surcharge.hours is not None:
        check_hours(surcharge.hours, f"{place}.hours", refuse)
    for n, day in enumerate(surcharge.dates or []):
        if not any(first <= day <= last for first, last in _periods(config)):
            refuse("a holiday lies outside the period", f"{place}.dates.{n}", day, _shown(config))
    if surcharge.share is not None and not any(card[i].kind in BY_CONTACT for i in fees_of(card, arm)):
        refuse("a share of what a contact costs needs a fee by contact", f"{place}.share", surcharge.share,
               f"`rate`, or a fee of costs.{arm} by hour, minute, contact or result")  # fmt: skip


def _check_invoice(
    invoice: Invoice, card: list[Component], number: int, config: Config, place: str, refuse: Refuse
) -> None:
    known = sorted({c.kind for c in card if not isinstance(c, Invoice)} | {c.name for c in card if c.name})
    for name in invoice.covers:
        if name not in known:
            refuse("an invoice covers what is not in the rate card", f"{place}.covers", name,
                   "names or kinds of its other components: " + ", ".join(known), nearest(name, known))  # fmt: skip
    if not any(f"{first:%Y-%m}" <= invoice.month <= f"{last:%Y-%m}" for first, last in _periods(config)):
        refuse("an invoice is for a month outside the period", f"{place}.month", invoice.month, _shown(config))
    covers = set(covered_by(invoice, card))
    for other in card[:number]:
        if isinstance(other, Invoice) and other.month == invoice.month:
            also = set(covered_by(other, card))
            if also & covers and also != covers:
                refuse("two invoices of a month cover some components in common", f"{place}.covers",
                       ", ".join(invoice.covers), "the same components, or none of the other's")  # fmt: skip


def _periods(config: Config) -> list[tuple[date, date]]:
    before = config.design.baseline_period
    pilot = (config.pilot.start, config.pilot.end)
    return [pilot] if before is None else [pilot, (before.start, before.end)]


def _shown(config: Config) -> str:
    return "within " + " or ".join(f"{first} to {last}" for first, last in _periods(config))
