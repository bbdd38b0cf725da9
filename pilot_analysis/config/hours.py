"""Business hours, of the design and of a contract."""

from pydantic import Field

from pilot_analysis.config.section import Section
from pilot_analysis.config.types import TimeOfDay, Weekdays


class BusinessHours(Section):
    """When the business is open, on the pilot's clock."""

    days: Weekdays = Field(["mon", "tue", "wed", "thu", "fri"], description="Business days.")
    opens: TimeOfDay = Field("08:00", alias="from", description="First minute of a business day.")
    closes: TimeOfDay = Field("18:00", alias="to", description="Its end; after `from`, at the latest 24:00.")
