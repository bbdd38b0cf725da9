"""Components of a rate card that are charged by contact, from what the log says of each."""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pilot_analysis.config.component import Common, Dates, Fraction, Positive
from pilot_analysis.config.hours import BusinessHours
from pilot_analysis.config.section import Section
from pilot_analysis.config.types import NOT_BOOL, Money, Values


class PerHour(Common):
    """By the hour of agent time: handle time, with waiting and leave where the price is of a paid hour."""

    kind: Literal["per_hour"]
    rate: Money = Field(description="Price of an hour.")
    occupancy: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False), NOT_BOOL] = Field(
        1.0, description="Share of logged-in time spent on contacts; 1 when the hour is already productive."
    )
    shrinkage: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False), NOT_BOOL] = Field(
        0.0, description="Share of paid time away from work: leave, training, breaks."
    )
    hour: Literal["paid", "logged_in", "handling"] = Field(
        "paid",
        description="Which hour has this price. paid: handle time / (occupancy x (1 - shrinkage)); logged_in: handle "
        "time / occupancy, leave is the provider's; handling: handle time alone, so is waiting.",
    )


class PerContact(Common):
    """A price per contact."""

    kind: Literal["per_contact"]
    rate: Money = Field(description="Price of a contact.")


class PerMinute(Common):
    """A price per minute of handle or talk time."""

    kind: Literal["per_minute"]
    rate: Money = Field(description="Price of a minute.")
    of: Literal["handle", "talk"] = Field(
        "handle", description="handle: `handle_seconds`; talk: `talk_seconds`, where none is no talk."
    )
    step_seconds: Positive | None = Field(
        None, description="Each contact is rounded up to a multiple of this: 60 to whole minutes. Omitted: exact."
    )


class PerResult(Common):
    """A price per result: a sale, a kept appointment, a resolved case."""

    kind: Literal["per_result"]
    rate: Money = Field(description="Price of a result.")
    column: str = Field(description="Source or canonical column that tells a result.")
    values: Values | None = Field(
        None, description="Its values that are a result. Omitted: filled, and not false, no or 0."
    )


class Commission(Common):
    """A share of a value that the log has, such as that of an order."""

    kind: Literal["commission"]
    share: Fraction = Field(description="Share of the value.")
    column: str = Field(description="Source column with the value, in the component's currency; empty is nothing.")


class Tier(Section):
    """A step of a price by volume."""

    up_to: Positive | None = Field(None, description="Last contact a month at this price; the last tier has none.")
    rate: Money = Field(description="Price of a contact.")


class Tiered(Common):
    """A price per contact that depends on how many there are in a month."""

    kind: Literal["tiered"]
    tiers: list[Tier] = Field(min_length=1, description="Steps, the smallest volume first.")
    applies_to: Literal["within", "all"] = Field(
        "within", description="within: each contact at the price of its step; all: all at that of the step reached."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        ends = [tier.up_to for tier in self.tiers]
        if ends[-1] is not None:
            raise ValueError("the last tier has no up_to, so that every volume has a price")
        known = [end for end in ends[:-1] if end is not None]
        if len(known) < len(ends) - 1 or any(after <= before for before, after in pairwise(known)):
            raise ValueError("tiers may not overlap: every up_to but the last one's is above the one before")
        return self


class Surcharge(Common):
    """What contacts at odd hours, on weekends and holidays, or in a hurry cost more; several add up."""

    kind: Literal["surcharge"]
    when: Literal["after_hours", "weekend", "holiday", "rush"] = Field(
        description="after_hours: on business days outside business hours; weekend: on no business day; holiday: on "
        "one of `dates`; rush: `column` has one of `values`. By the day and hour in `pilot.timezone`."
    )
    rate: Money | None = Field(None, description="Price of such a contact on top.")
    share: Fraction | None = Field(
        None, description="Or a share of what the other fees charge such a contact; one of the two."
    )
    hours: BusinessHours | None = Field(None, description="Business hours of the contract. Omitted: those of `design`.")
    dates: Dates | None = Field(None, description="The holidays, within the pilot or its baseline period.")
    column: str | None = Field(None, description="For rush: source or canonical column, such as `priority`.")
    values: Values | None = Field(None, description="For rush: its values that are charged more.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.rate is None) == (self.share is None):
            raise ValueError("one of rate and share is needed")
        if (self.dates is not None) != (self.when == "holiday"):
            raise ValueError("dates belong to holiday, and holiday needs them")
        if {self.column is not None, self.values is not None} != {self.when == "rush"}:
            raise ValueError("column and values belong to rush, and rush needs both")
        if self.hours is not None and self.when not in ("after_hours", "weekend"):
            raise ValueError("hours belong to after_hours and weekend")
        return self
