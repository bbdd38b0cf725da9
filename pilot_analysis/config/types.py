"""The types of config values, and what a person may write for them."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from pilot_analysis.config.columns import CANONICAL, as_text

FIRST_YEAR, LAST_YEAR = 1980, 2200  # of pilots and of contacts; systems write 0001, 1970 or 9999 for "no date"


def _not_bool(value: object) -> object:
    """YAML's `true` is not the number 1."""
    if isinstance(value, bool):
        raise ValueError("a number is needed, not true or false")  # noqa: TRY004 - pydantic's protocol
    return value


def as_list(value: object) -> object:
    """A single value is a list of one."""
    return value if isinstance(value, list | tuple) else [value]


def _as_texts(value: object) -> object:
    """Values of a column as a text column holds them; YAML's true is how a person writes the text "true"."""
    items = value if isinstance(value, list | tuple) else [value]
    return [
        str(item).casefold()
        if isinstance(item, bool)
        else as_text(item)
        if isinstance(item, str | int | float)
        else item
        for item in items
    ]


def _answer(value: object) -> object:
    """yes, no or unknown, however it was written; nothing written is unknown."""
    if value is None:
        return "unknown"
    return ("yes" if value else "no") if isinstance(value, bool) else str(value).casefold()


def _date_text(value: object) -> object:
    """Only YYYY-MM-DD is a date; pydantic alone would read 20260302 as seconds since 1970."""
    if isinstance(value, str) and len(value) == 10 and value[4:8:3] == "--":
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise ValueError("a date of the calendar, as YYYY-MM-DD, is needed") from None
    if not isinstance(value, date):
        raise ValueError("a date as YYYY-MM-DD is needed")  # noqa: TRY004 - pydantic's protocol
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"a date from {FIRST_YEAR} to {LAST_YEAR} is needed")
    return value


def as_period(value: object) -> object:
    """A single day is a period of one day."""
    return {"start": value, "end": value} if isinstance(value, str | date) else value


# Limits stand before the validator, else the JSON Schema does not show them.
NOT_BOOL = BeforeValidator(_not_bool)
Number = Annotated[float, Field(allow_inf_nan=False), NOT_BOOL]
Whole = Annotated[int, NOT_BOOL]
Day = Annotated[date, BeforeValidator(_date_text)]
Scalar = bool | int | float | str
Values = Annotated[
    list[str], Field(min_length=1), BeforeValidator(_as_texts, json_schema_input_type=Scalar | list[Scalar])
]
Filter = Annotated[list[str], BeforeValidator(_as_texts, json_schema_input_type=Scalar | list[Scalar])]
Names = Annotated[list[str], BeforeValidator(as_list, json_schema_input_type=str | list[str])]
Event = Literal["always", "verdict_change", "watch", "failure"]
Events = Annotated[list[Event], BeforeValidator(as_list, json_schema_input_type=Event | list[Event])]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Weekdays = Annotated[
    list[Weekday], Field(min_length=1), BeforeValidator(as_list, json_schema_input_type=Weekday | list[Weekday])
]
TimeOfDay = Annotated[str, Field(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
Role = Literal["goal", "guardrail", "secondary"]
if TYPE_CHECKING:
    CanonicalName = str
else:
    CanonicalName = Literal[tuple(CANONICAL)]
Answer = Annotated[Literal["yes", "no", "unknown"], BeforeValidator(_answer)]
Margin = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False), NOT_BOOL]
MarginRatio = Annotated[float, Field(gt=1, lt=10, allow_inf_nan=False), NOT_BOOL]
Money = Annotated[float, Field(ge=0, allow_inf_nan=False), NOT_BOOL]
