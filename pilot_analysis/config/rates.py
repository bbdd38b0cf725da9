"""Rate cards in the config: what each arm costs, as lists of components of any kind."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from pilot_analysis.config.component import Currency
from pilot_analysis.config.outlook import Region, ValueOfPoint, Volume
from pilot_analysis.config.rates_adjusting import BonusMalus, Escalator, Invoice
from pilot_analysis.config.rates_by_contact import (
    Commission,
    PerContact,
    PerHour,
    PerMinute,
    PerResult,
    Surcharge,
    Tiered,
)
from pilot_analysis.config.rates_by_period import Fixed, Minimum, OneOff, Overage, OwnHours, PerAgentMonth, Seats
from pilot_analysis.config.section import Section

Component = (
    PerHour | PerContact | PerMinute | PerResult | Commission | Tiered | Surcharge
    | Fixed | PerAgentMonth | Seats | OwnHours | OneOff | Minimum | Overage
    | BonusMalus | Escalator | Invoice
)  # fmt: skip
KINDS: dict[str, type[Section]] = {get_args(c.model_fields["kind"].annotation)[0]: c for c in get_args(Component)}
RateCard = list[Annotated[Component, Field(discriminator="kind")]]


class Costs(Section):
    """Rate cards: a list of components for each arm, added up. Every kind is worked through in `docs/costs.md`."""

    currency: Currency = Field("EUR", description="ISO 4217 code, of every amount without one of its own.")
    baseline: RateCard = Field(
        default_factory=list, description="What the in-house arm costs, and before the pilot every contact."
    )
    pilot: RateCard = Field(default_factory=list, description="What the provider charges.")
    volume_per_month: Volume | None = Field(
        None, description="Contacts a month that are to be scaled, for the money a year. Omitted: the pilot's own."
    )
    region: Region | None = Field(
        None,
        description="Where the provider works from: its rates by the hour and minute are held beside the usual ones.",
    )
    service: Literal["inbound", "outbound"] = Field("inbound", description="Which usual rates by the hour are meant.")
    value_of_point: ValueOfPoint | None = Field(
        None, description="What a point of quality is worth; shown apart from every saving."
    )


# What the pilot is charged by work, time or volume; everything else is a fee only where the config says so.
FEES = {
    "per_hour", "per_contact", "per_minute", "per_result", "commission", "tiered", "fixed", "per_agent_month", "seats",
    "minimum", "overage",
}  # fmt: skip
BY_CONTACT = {"per_hour", "per_contact", "per_minute", "per_result", "commission"}


def is_fee(component: Component, arm: str) -> bool:
    """Whether a buffer, an escalator, a bonus and a renegotiation act on a component."""
    return (arm == "pilot" and component.kind in FEES) if component.fee is None else component.fee


def fees_of(components: list[Component], arm: str) -> list[int]:
    """The numbers of the components of which escalator, bonus and surcharge take a share."""
    return [i for i, c in enumerate(components) if c.kind in FEES and is_fee(c, arm)]


def covered_by(invoice: Invoice, components: list[Component]) -> list[int]:
    """The numbers of the components whose place an invoice takes."""
    return [
        i for i, c in enumerate(components) if not isinstance(c, Invoice) and {c.kind, c.name} & set(invoice.covers)
    ]
