"""The plan in the config: what the pilot is to be, what is expected of it, and what is known without a log."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from pilot_analysis.config.period import Period
from pilot_analysis.config.section import Section
from pilot_analysis.config.types import NOT_BOOL, Whole, as_list

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), NOT_BOOL]
Level = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False), NOT_BOOL]
Difference = Annotated[float, Field(gt=-1, lt=1, allow_inf_nan=False), NOT_BOOL]
Relative = Annotated[float, Field(gt=-1, le=10, allow_inf_nan=False), NOT_BOOL]
Spread = Annotated[float, Field(ge=0, lt=0.5, allow_inf_nan=False), NOT_BOOL]
LogSpread = Annotated[float, Field(ge=0, le=5, allow_inf_nan=False), NOT_BOOL]
Positive = Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False), NOT_BOOL]
Agents = Annotated[int, Field(ge=2, le=10_000), NOT_BOOL]
Lengths = Annotated[
    list[Annotated[Whole, Field(ge=1, le=365)]],
    Field(min_length=1, max_length=12),
    BeforeValidator(as_list, json_schema_input_type=int | list[int]),
]


class Expect(Section):
    """What the pilot is expected to be against in-house: the truth under which the plan is made."""

    csat: Difference = Field(0.0, description="Difference: 0.02 is two points better, 0 equal.")
    fcr: Difference = Field(0.0, description="Difference: 0.02 is two points better, 0 equal.")
    response_time: Relative = Field(0.0, description="Relative: -0.3 is 30% faster, median and 90th percentile.")
    cost_per_contact: Relative | None = Field(
        None, description="Relative: -0.2 is 20% cheaper. Omitted: from the rate cards in `costs`."
    )


class Assume(Section):
    """What is known of in-house without a log, or better than from it; all else comes from the log."""

    agents: Agents | None = Field(None, description="In-house agents who serve the pilot's kind of contact.")
    contacts_per_day: Positive | None = Field(None, description="Contacts of that kind a day, before the pilot.")
    volume_sd: LogSpread | None = Field(None, description="How unequal agents' volumes are: log-sd, 0 for equal.")
    csat: Level | None = Field(None, description="Share satisfied.")
    answer_rate: Share | None = Field(None, description="Share of the contacts that are rated.")
    csat_agent_sd: Spread | None = Field(None, description="Sd of agents' own levels: 0.03 is three points.")
    fcr: Level | None = Field(None, description="Share resolved at first contact.")
    fcr_share: Share | None = Field(None, description="Share of the contacts of which that can be told.")
    fcr_agent_sd: Spread | None = Field(None, description="Sd of agents' own levels.")
    cost_per_contact: Positive | None = Field(None, description="Mean cost of a contact.")
    cost_agent_sd: LogSpread | None = Field(None, description="Sd of agents' mean costs relative to the mean.")
    cost_contact_sd: LogSpread | None = Field(None, description="Sd of a contact's cost relative to the mean.")
    response_seconds: Positive | None = Field(None, description="Median response time.")
    response_agent_sd: LogSpread | None = Field(None, description="Log-sd of agents' own response times.")
    response_contact_sd: LogSpread | None = Field(None, description="Log-sd of the response times of an agent.")


class Plan(Section):
    """The pilot as it is planned; `pilot-analysis plan` says what it can show, a review what became of it."""

    agents: Agents | None = Field(
        None, description="Agents of the pilot. Omitted: as few as reach `power` in the pilot's days."
    )
    contacts_per_day: Positive | None = Field(
        None, description="Contacts a day in the pilot. Omitted: as many for each agent as in-house has."
    )
    baseline_contacts_per_day: Positive | None = Field(
        None, description="Contacts a day left in-house. Omitted: what is there now less the pilot's."
    )
    days: Lengths = Field([30, 45, 60, 90], description="Lengths of the pilot to compare, in days.")
    power: Annotated[float, Field(ge=0.5, le=0.99, allow_inf_nan=False), NOT_BOOL] = Field(
        0.8, description="Chance of scale that the pilot should have if it is what `expect` says."
    )
    set_up_days: Annotated[int, Field(ge=0, le=365), NOT_BOOL] = Field(
        35, description="Days to set the pilot up, counted back from its start: 4 to 6 weeks when simple, 8 to 12 else."
    )
    log: bool | Annotated[str, Field(min_length=1)] = Field(
        True,
        description="true: the plan is made from `data.contacts`. A path: from this log of in-house contacts, with the "
        "same columns. false: no log is read, and `assume` has to say all.",
    )
    period: Period | None = Field(
        None, description="Days of the log to plan from. Omitted: the last 90 before the pilot, else its own."
    )
    expect: Expect = Field(default_factory=Expect, description="The truth under which the plan is made.")
    assume: Assume = Field(default_factory=Assume, description="What is known without a log, or better.")
