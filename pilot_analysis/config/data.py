"""`data` in the config: where the contacts are, what their columns mean and whose they are."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from pilot_analysis.config.logs import SOURCE_ARM, Beside, Fold, LogSource, Roster, Surveys, Touches
from pilot_analysis.config.reading import Codes, Duration, Encoding, LeaveOut, Units
from pilot_analysis.config.section import Section
from pilot_analysis.config.types import NOT_BOOL, CanonicalName, Filter, Values, as_list


class Arm(Section):
    """Which contacts belong to which arm, decided by who had the contact first."""

    column: str = Field(description="Source or canonical column that decides the arm.")
    baseline: Literal["rest"] | Values = Field(
        description="Values of the in-house arm, or `rest`: everything else, empty included and counted."
    )
    pilot: Literal["rest"] | Values = Field(description="Values of the pilot's arm.")
    handler: Literal["auto", "first", "final"] = Field(
        "auto",
        description="Whom the column names: who had the contact first, or last. auto: as the log shows it "
        "(docs/data.md). An arm by the last handler fails `leakage` where more than 10% were reassigned.",
    )


class Data(Section):
    """Where the contacts are and what their columns mean."""

    contacts: str | None = Field(
        None,
        min_length=1,
        description="csv, csv.gz, tsv, parquet, xlsx, jsonl or a glob, relative to this file; or the URL of a "
        "PostgreSQL, DuckDB, SQLite, Spark, BigQuery or Snowflake database, with `table` (docs/scaling.md). `${NAME}` "
        "is taken from the environment. Needed, unless there are `sources`.",
    )
    preset: str | None = Field(
        None,
        description="What is known of a helpdesk (docs/helpdesks.md): fills in columns, units, codes, leave_out and "
        "the rating scale, as far as they are not given here.",
    )
    table: str | None = Field(None, description="Table of a database, when `contacts` is a URL; of Spark also Parquet.")
    columns: dict[CanonicalName, str] = Field(
        default_factory=dict, description="Canonical column: name in the source. Equal names need no entry."
    )
    sources: Annotated[list[LogSource], Field(min_length=1)] | None = Field(
        None, description="Several logs in place of `contacts`, united into one contact table (docs/data.md)."
    )
    same_ids: bool = Field(
        False, description="Whether one contact_id in two `sources` is one contact. Else each log numbers its own."
    )
    arm: Arm = Field(
        default_factory=lambda: Arm(column=SOURCE_ARM, baseline=["baseline"], pilot=["pilot"]),
        description="How contacts are assigned to the in-house and the pilot arm. Needed, unless all `sources` say it.",
    )
    segment: dict[str, Values] = Field(
        default_factory=dict, description="Column: values that were in the pilot's scope, for both arms."
    )
    exclude: dict[str, Filter] = Field(
        default_factory=dict,
        description="Column: values of rows that are no customer contacts. Outbound and internal rows are left out "
        "without it, where the log has `direction`; {direction: []} keeps them.",
    )
    surveys: Annotated[list[Surveys], BeforeValidator(as_list, json_schema_input_type=Surveys | list[Surveys])] = Field(
        default_factory=list, description="Ratings from a survey tool, or several, joined to the contacts."
    )
    touches: Touches | None = Field(
        None,
        description="One row a touch: decides first and last handler, first answer, handle time (docs/data.md).",
    )
    roster: Roster | None = Field(None, description="Who worked for which arm, and when; tenure, turnover, paid hours.")
    fold: Fold | None = Field(
        None, description="Which row is kept of a contact that has several. Omitted: such rows are refused."
    )
    leave_out: list[LeaveOut] = Field(
        default_factory=list, description="Rows of the source that are no contacts, with the reason; counted by arm."
    )
    units: dict[Duration, Units] = Field(
        default_factory=dict,
        description="Duration: its unit, where neither its values (01:02:03) nor its name (`... in minutes`) say it. "
        "Of several the one is taken in which the median handle time is between 20 seconds and 2 hours.",
    )
    codes: dict[CanonicalName, Codes] = Field(
        default_factory=dict,
        description="Column: value in the source: what it stands for (null: nothing), whatever the capitals. `*` is "
        "every other value; without it other values stay as they are.",
    )
    day_first: bool | None = Field(
        None, description="Whether 03/02/2026 is 3 February, where no date of the log can tell (a day above 12 does)."
    )
    encoding: Encoding | None = Field(
        None, description="Encoding of text files that are neither UTF-8 nor UTF-16, such as cp1252."
    )
    largest_gb: Annotated[float, Field(gt=0, allow_inf_nan=False), NOT_BOOL] = Field(
        8.0, description="Largest size of a file in GB, unpacked: a small archive can hold a disk full of zeros."
    )

    def beside(self) -> dict[str, Beside]:
        """The tables beside the logs, by their keys."""
        found: dict[str, Beside] = {f"data.surveys.{i}": surveys for i, surveys in enumerate(self.surveys)}
        if self.touches is not None:
            found["data.touches"] = self.touches
        if self.roster is not None:
            found["data.roster"] = self.roster
        return found
