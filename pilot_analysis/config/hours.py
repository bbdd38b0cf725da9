"""Business hours: of the design, of a contract, and of a calendar."""

from collections.abc import Callable

from pydantic import Field

from pilot_analysis.config.section import Section
from pilot_analysis.config.types import Day, TimeOfDay, Weekdays


class BusinessHours(Section):
    """When the business is open, on the pilot's clock."""

    days: Weekdays = Field(["mon", "tue", "wed", "thu", "fri"], description="Business days.")
    opens: TimeOfDay = Field("08:00", alias="from", description="First minute of a business day.")
    closes: TimeOfDay = Field("18:00", alias="to", description="Its end; after `from`, at the latest 24:00.")


class Calendar(BusinessHours):
    """Business time: the opening hours of business days, without holidays. `<name>` is a name of your own."""

    timezone: str | None = Field(None, description="IANA zone of its clock; omitted: that of the pilot.")
    holidays: list[Day] = Field(
        default_factory=list, max_length=400, description="Days on which the business is closed."
    )


def check_hours(hours: BusinessHours, key: str, refuse: Callable[..., None]) -> None:
    """Refuse a business that closes before it opens."""
    if hours.closes <= hours.opens:
        refuse("the business closes before it opens", f"{key}.to", hours.closes,
               f"a time of day after {hours.opens}, up to 24:00")  # fmt: skip
