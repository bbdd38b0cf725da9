"""The KPIs in the config: how each is measured, its limits and its role."""

from collections.abc import Collection
from typing import Annotated, Literal

from pydantic import Field

from pilot_analysis.config.section import Section
from pilot_analysis.config.types import (
    NOT_BOOL,
    Margin,
    MarginRatio,
    Names,
    Number,
    Role,
    Whole,
)


class Kpi(Section):
    """What every KPI takes."""

    role: Role | None = Field(None, description="goal, guardrail or secondary. Omitted: as the decision policy says.")
    target: Number | None = Field(None, description="Shown against; it never decides.")


class WithMargin(Kpi):
    """A KPI held against a margin in points."""

    margin: Margin = Field(
        0.03, description="Largest acceptable loss, as a fraction: 0.03 is 3 points. Between 0 and 1."
    )
    margin_because: str | None = Field(None, max_length=500, description="Why this margin; shown.")


class Csat(WithMargin):
    """Customer satisfaction."""

    measure: Literal["top_box"] = Field("top_box", description="Share of answers at or above `top_box`.")
    scale: tuple[Whole, Whole] = Field((1, 5), description="Lowest and highest possible rating.")
    top_box: Whole | None = Field(
        None, description="Lowest rating that counts as satisfied. Omitted: the top two of the scale."
    )

    @property
    def satisfied_from(self) -> int:
        """Lowest rating that counts as satisfied."""
        return self.top_box if self.top_box is not None else max(self.scale[1] - 1, self.scale[0] + 1)


class Fcr(WithMargin):
    """First contact resolution."""

    measure: Literal["repeat_contact", "flag"] | None = Field(
        None,
        description="repeat_contact: no further contact of the customer on the same reason within "
        "`window_days`; flag: the log's own `fcr` column. Omitted: repeat_contact where the log has a "
        "customer_id, else flag.",
    )
    window_days: Annotated[int, Field(ge=1, le=60), NOT_BOOL] = Field(
        7, description="Days within which a contact is a repeat."
    )
    same: Names = Field(default_factory=lambda: ["category"], description="Columns that make two contacts one reason.")

    def measured_by(self, columns: Collection[str]) -> Literal["repeat_contact", "flag"]:
        """How it is measured in a log with these columns: as configured, else by what there is."""
        if self.measure is not None:
            return self.measure
        return "repeat_contact" if "customer_id" in columns else "flag"


class CostPerContact(Kpi):
    """Cost per contact."""

    minimum_saving: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False), NOT_BOOL] = Field(
        0.10, description="Saving that must be shown, as a fraction of the in-house cost (the hurdle)."
    )


class ResponseTime(Kpi):
    """Time to the first answer by a person."""

    calendar: str | None = Field(
        None,
        description="One of `calendars`, by whose business time answers of both arms are timed. Omitted: all.",
    )
    measure: Literal["median"] = Field("median", description="The median, with the 90th percentile beside.")
    margin_ratio: MarginRatio = Field(1.10, description="Largest acceptable pilot / in-house ratio, median.")
    margin_ratio_p90: MarginRatio = Field(1.25, description="The same for the 90th percentile.")
    margin_because: str | None = Field(None, max_length=500, description="Why this margin; shown.")
    within_seconds: dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False), NOT_BOOL]] = Field(
        default_factory=dict, description="Channel: seconds within which a contact should be answered."
    )


class Secondary(Kpi):
    """A secondary measure; as a guardrail it needs a margin."""

    margin: Margin | None = Field(None, description="Largest acceptable loss on the benefit scale.")


class Kpis(Section):
    """The measures, their margins and roles."""

    csat: Csat = Field(default_factory=Csat, description="Customer satisfaction.")
    fcr: Fcr = Field(default_factory=Fcr, description="First contact resolution.")
    cost_per_contact: CostPerContact = Field(default_factory=CostPerContact, description="Cost per contact.")
    response_time: ResponseTime = Field(default_factory=ResponseTime, description="Response time.")
    response_time_p90: Kpi = Field(default_factory=Kpi, description="Its 90th percentile; a guardrail too.")
    cost_per_resolution: Kpi = Field(
        default_factory=Kpi, description="Loaded cost per resolved contact; a goal where cost is."
    )
    response_within: Secondary = Field(default_factory=Secondary, description="Share answered in time.")
    csat_mean: Secondary = Field(default_factory=Secondary, description="Mean rating.")
    handle_time: Secondary = Field(default_factory=Secondary, description="Agent time per contact.")
    resolution_time: Secondary = Field(default_factory=Secondary, description="Median time to resolution.")
    reopen_rate: Secondary = Field(default_factory=Secondary, description="Share reopened.")
    escalation_rate: Secondary = Field(default_factory=Secondary, description="Share escalated.")
    abandonment_rate: Secondary = Field(default_factory=Secondary, description="Share abandoned.")
    complaint_rate: Secondary = Field(default_factory=Secondary, description="Share with a complaint.")
    qa_score: Secondary = Field(default_factory=Secondary, description="Mean quality score.")
    nps: Secondary = Field(default_factory=Secondary, description="Net promoter score, as a fraction.")
