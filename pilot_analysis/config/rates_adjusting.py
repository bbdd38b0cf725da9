"""Components of a rate card that act on its other components: bonus, escalator, invoice."""

from itertools import pairwise
from math import inf
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pilot_analysis.config.component import Common
from pilot_analysis.config.section import Section
from pilot_analysis.config.types import NOT_BOOL, Day, Names, Number


class Band(Section):
    """A bonus or malus for values of the KPI in a range."""

    at_least: Number | None = Field(None, description="Lowest value; omitted: no end.")
    below: Number | None = Field(None, description="The value below which it ends; omitted: no end.")
    share: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False), NOT_BOOL] = Field(
        description="Share of the fees: above 0 a bonus that is paid, below a malus."
    )

    @property
    def lowest(self) -> float:
        """The value from which it begins."""
        return -inf if self.at_least is None else self.at_least

    @property
    def highest(self) -> float:
        """The value below which it ends."""
        return inf if self.below is None else self.below

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.at_least is None and self.below is None:
            raise ValueError("at_least or below is needed")
        if self.lowest >= self.highest:
            raise ValueError("at_least lies under below")
        return self


class BonusMalus(Common):
    """A share of the fees that depends on a KPI, at its value in the arm's judged contacts."""

    kind: Literal["bonus_malus"]
    kpi: Literal[
        "csat", "csat_mean", "fcr", "response_time", "response_time_p90", "response_within", "handle_time",
        "reopen_rate", "escalation_rate", "abandonment_rate", "complaint_rate", "qa_score", "nps",
    ] = Field(description="The KPI, at the arm's own case mix, as contracts mean it.")  # fmt: skip
    bands: list[Band] = Field(min_length=1, description="Ranges of its value; outside of all there is nothing.")

    @model_validator(mode="after")
    def _apart(self) -> Self:
        ranges = sorted((band.lowest, band.highest) for band in self.bands)
        if any(low < end for (_, end), (low, _) in pairwise(ranges)):
            raise ValueError("bands may not overlap")
        return self


class Escalator(Common):
    """A rise of the fees from a day on, and again every year after."""

    kind: Literal["escalator"]
    share: Annotated[float, Field(gt=-1, le=1, allow_inf_nan=False), NOT_BOOL] = Field(
        description="Rise of the fees as a fraction; a second one comes on top of the first."
    )
    starts: Day = Field(alias="from", description="First day of the rise.")


class Invoice(Common):
    """What was really charged for a month: takes the place of the components that it covers."""

    kind: Literal["invoice"]
    month: Annotated[str, Field(pattern="^(19|2[01])[0-9]{2}-(0[1-9]|1[0-2])$")] = Field(
        description="The month, as YYYY-MM, in quotes."
    )
    amount: Number = Field(description="Its amount for these components; below 0 for a credit note.")
    covers: Names = Field(
        min_length=1, description="Names or kinds of the arm's components that it charges; several invoices add up."
    )
