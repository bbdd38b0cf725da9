"""A stretch of days in the config."""

from datetime import date

from pydantic import Field

from pilot_analysis.config.section import Section
from pilot_analysis.config.types import Day


class Period(Section):
    """Days from `start` to `end`, both inclusive, in `pilot.timezone`."""

    start: Day = Field(description="First day.")
    end: Day = Field(description="Last day.")

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1
