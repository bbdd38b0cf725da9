"""Logs in several files: tools of both arms, each with its own columns and time zone."""

from pathlib import PurePath
from typing import Annotated, Literal

from pydantic import Field

from pilot_analysis.config.reading import Codes, Duration, Encoding, LeaveOut, Units
from pilot_analysis.config.section import Section
from pilot_analysis.config.types import NOT_BOOL, CanonicalName, Filter, Whole

SOURCE_NAME, SOURCE_ARM = "source_name", "source_arm"
ROSTER_ARM, ROSTER_FINAL_ARM = "roster_arm", "roster_final_arm"
LOG_ID = "log_id"  # of a contact in its own log


class Fold(Section):
    """Which row stands for a contact that has several."""

    keep: Literal["latest", "first"] = Field("latest", description="The row with the highest or the lowest `by`.")
    by: str = Field(description="Column, source or canonical, of time stamps or numbers that puts the rows in order.")


class Beside(Section):
    """Where a table is, and on which clock."""

    path: str = Field(min_length=1, description="As `data.contacts`.")
    table: str | None = Field(None, description="Table of a database, when `path` is a URL.")
    timezone: str | None = Field(
        None, description="IANA zone of its stamps without a zone; omitted: that of the pilot. A date without a time "
        "is a day of the pilot's zone."
    )  # fmt: skip


class LogSource(Beside):
    """One of several logs: the vendor's tool, or the in-house one."""

    name: str | None = Field(
        None, pattern="^[^:]+$", max_length=80,
        description="What it is called, in `source_name` and before its contact ids; omitted: its file or table.",
    )  # fmt: skip
    arm: Literal["baseline", "pilot"] | None = Field(
        None, description="The arm of all its contacts; omitted: `data.arm` decides."
    )
    columns: dict[CanonicalName, str] = Field(
        default_factory=dict, description="As `data.columns`, for this log alone; comes before those of `data.columns`."
    )
    exclude: dict[str, Filter] = Field(
        default_factory=dict, description="As `data.exclude`, for this log alone; both hold."
    )
    preset: str | None = Field(None, description="As `data.preset`, for this log alone.")
    leave_out: list[LeaveOut] = Field(default_factory=list, description="As `data.leave_out`; both hold.")
    units: dict[Duration, Units] = Field(
        default_factory=dict, description="As `data.units`, for this log alone; comes before those of `data.units`."
    )
    codes: dict[CanonicalName, Codes] = Field(
        default_factory=dict, description="As `data.codes`, for this log alone; comes before those of `data.codes`."
    )
    day_first: bool | None = Field(None, description="As `data.day_first`, for this log alone.")
    encoding: Encoding | None = Field(None, description="As `data.encoding`, for this log alone.")

    fold: Fold | None = Field(None, description="As `data.fold`, for this log in its place.")

    @property
    def called(self) -> str:
        """Its name, else the table's, else the file's without its ending."""
        return self.name or self.table or PurePath(self.path).name.partition(".")[0]


class Surveys(Beside):
    """A table of ratings, joined to their contacts: one row an answer, or one a survey that was sent."""

    source: str | None = Field(None, description="Name of the one of `data.sources` whose contacts it knows.")
    key: str = Field(description="Its column with the id of the contact.")
    score: str = Field(description="Its column with the rating; a row without one was sent and not answered.")
    scale: tuple[Whole, Whole] | None = Field(None, description="Its scale, which has to be `kpis.csat.scale`.")
    answered_at: str | None = Field(None, description="Its column with the time of the answer.")
    agent: str | None = Field(None, description="Its column with the rated agent: `csat_agent_id`.")
    keep: Literal["last", "first"] = Field("last", description="Which of several answers on a contact counts.")
    answer_window_days: Annotated[float, Field(gt=0, allow_inf_nan=False), NOT_BOOL] | None = Field(
        None, description="Answers later than this, counted from `resolved_at` (else `opened_at`), do not count."
    )


class Touches(Beside):
    """One row a touch of a contact: who had it first and last, when a person first answered, how long all worked."""

    source: str | None = Field(None, description="Name of the one of `data.sources` whose contacts it knows.")
    key: str = Field(description="Its column with the id of the contact.")
    at: str = Field(description="Its column with the time of the touch.")
    agent: str | None = Field(None, description="Its column with the agent: gives `agent_id` and `final_agent_id`.")
    team: str | None = Field(None, description="Its column with the team: gives `team` and `final_team`.")
    type: str | None = Field(None, description="Its column with the kind of touch, such as reply, note or auto_reply.")
    author: str | None = Field(None, description="Its column with the kind of author, such as agent, customer or bot.")
    seconds: str | None = Field(None, description="Its column with the work of the touch: gives `handle_seconds`.")
    answers: Filter = Field(default_factory=list, description="Further kinds of `type` or `author` that are answers.")
    internal: Filter = Field(default_factory=list, description="Further kinds that are work and no answer.")
    bots: Filter = Field(default_factory=list, description="Further kinds that no person made; left out.")
    customers: Filter = Field(default_factory=list, description="Further kinds that customers made; left out.")

    def makes(self) -> set[str]:
        """The canonical columns that it gives to every log."""
        made = {"first_response_at"}
        made |= {"agent_id", "final_agent_id"} if self.agent else set()
        made |= {"team", "final_team"} if self.team else set()
        return made | ({"handle_seconds"} if self.seconds else set())


class Roster(Beside):
    """Who worked for which arm, and when: one row an agent, or a row for each stretch of days."""

    agent: str = Field(description="Its column with the agent, as `agent_id` has it.")
    arm: str | None = Field(None, description="Its column with the arm: gives `roster_arm`, for `data.arm.column`.")
    start: str | None = Field(None, description="Its column with the first day; empty is ever since.")
    end: str | None = Field(None, description="Its column with the last day; empty is until now.")
    paid_hours: str | None = Field(None, description="Its column with the hours paid in the row's days.")
