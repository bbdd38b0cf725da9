"""Rate cards in the config: what each arm costs."""

from typing import Annotated, Literal

from pydantic import Field

from pilot_analysis.config.outlook import ValueOfPoint, Volume
from pilot_analysis.config.section import Section
from pilot_analysis.config.types import (
    NOT_BOOL,
    Money,
)


class PerHour(Section):
    """Paid by the hour: handle seconds / 3600 x rate / (occupancy x (1 - shrinkage))."""

    kind: Literal["per_hour"]
    rate: Money = Field(description="Price of an hour.")
    occupancy: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False), NOT_BOOL] = Field(
        1.0, description="Share of logged-in time spent on contacts; 1 when the hour is already productive."
    )
    shrinkage: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False), NOT_BOOL] = Field(
        0.0, description="Share of paid time away from work: leave, training, breaks."
    )


class PerContact(Section):
    """A price per contact."""

    kind: Literal["per_contact"]
    rate: Money = Field(description="Price of a contact.")


class PerMinute(Section):
    """A price per minute of handle time."""

    kind: Literal["per_minute"]
    rate: Money = Field(description="Price of a minute.")


Component = Annotated[PerHour | PerContact | PerMinute, Field(discriminator="kind")]


class Costs(Section):
    """Rate cards: a list of components for each arm, added up."""

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = Field("EUR", description="ISO 4217 code.")
    baseline: list[Component] = Field(
        default_factory=list, description="What the in-house arm costs, and before the pilot every contact."
    )
    pilot: list[Component] = Field(default_factory=list, description="What the provider charges.")
    volume_per_month: Volume | None = Field(
        None, description="Contacts a month that are to be scaled, for the money a year. Omitted: the pilot's own."
    )
    value_of_point: ValueOfPoint | None = Field(
        None, description="What a point of quality is worth; shown apart from every saving."
    )
