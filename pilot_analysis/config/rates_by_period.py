"""Components of a rate card that are charged by time or volume, and spread over the arm's contacts."""

from typing import Literal

from pydantic import Field

from pilot_analysis.config.component import Common, Positive
from pilot_analysis.config.types import Money


class Fixed(Common):
    """A fixed amount per period, whatever the volume: rent, platforms, management, a retainer."""

    kind: Literal["fixed"]
    rate: Money = Field(description="Amount per period.")
    per: Literal["day", "week", "month", "year", "pilot"] = Field(
        "month", description="The period. A month is pro-rated by its days; pilot: all days of the pilot alike."
    )


class PerAgentMonth(Common):
    """A price per dedicated agent and month."""

    kind: Literal["per_agent_month"]
    rate: Money = Field(description="Price of an agent a month.")
    agents: Positive | None = Field(
        None, description="Agents under contract. Omitted: the agents seen in the log in each month."
    )


class Seats(Common):
    """A price per seat and month: a workplace, a licence."""

    kind: Literal["seats"]
    rate: Money = Field(description="Price of a seat a month.")
    number: Positive | None = Field(None, description="Seats. Omitted: the agents seen in the log in each month.")


class OwnHours(Common):
    """Hours of the client's own people for this arm: quality reviews, managing the provider."""

    kind: Literal["own_hours"]
    rate: Money = Field(description="Cost of an hour.")
    hours: Positive = Field(description="Hours per period.")
    per: Literal["day", "week", "month"] = Field("week", description="The period.")


class OneOff(Common):
    """Paid once and spread over months: set-up, training, knowledge transfer, integration."""

    kind: Literal["one_off"]
    amount: Money = Field(description="What is paid.")
    amortise_months: Positive = Field(description="Months over which it is spread.")


class Minimum(Common):
    """A volume that is paid for in any case: what a month falls short of it is charged."""

    kind: Literal["minimum"]
    volume: Positive = Field(description="Contacts a month.")
    rate: Money = Field(description="Price of each contact short of it.")


class Overage(Common):
    """A price on top for contacts beyond a volume."""

    kind: Literal["overage"]
    volume: Positive = Field(description="Contacts a month.")
    rate: Money = Field(description="Price of each contact above, added to what it costs anyway.")
