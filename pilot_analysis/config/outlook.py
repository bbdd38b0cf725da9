"""What the config says of the money to come: the volume to be scaled, the market, what quality is worth."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from pilot_analysis.config.market import market
from pilot_analysis.config.section import Section
from pilot_analysis.config.types import NOT_BOOL, Money

if TYPE_CHECKING:
    Region = str
else:
    Region = Literal[tuple(market())]
Volume = Annotated[float, Field(gt=0, allow_inf_nan=False), NOT_BOOL]


class ValueOfPoint(Section):
    """What one percentage point of a KPI is worth a year, in `costs.currency`; never part of a saving or a verdict."""

    csat: Money | None = Field(None, description="A point of customer satisfaction.")
    fcr: Money | None = Field(None, description="A point of first contact resolution.")
    because: str | None = Field(None, max_length=500, description="Where these numbers come from, for the page.")
