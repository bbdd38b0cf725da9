"""How a log is to be read: units, codes and rows that are no contacts; in the config, and in presets."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from pilot_analysis.config.columns import DURATIONS, as_text
from pilot_analysis.config.section import Section
from pilot_analysis.config.types import Scalar, Values, as_list

Unit = Literal["milliseconds", "seconds", "minutes", "hours", "days", "hh:mm:ss", "mm:ss", "hh:mm"]
Units = Annotated[list[Unit], Field(min_length=1), BeforeValidator(as_list, json_schema_input_type=Unit | list[Unit])]
SECONDS: dict[str, float] = {"milliseconds": 0.001, "seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86_400.0}
OTHER = "*"  # among codes: every other value; in `leave_out`: any text
EMPTY_CELL = "(empty)"


def _as_code(value: object) -> object:
    """What a code stands for, as text; nothing is missing."""
    return as_text(value) if isinstance(value, str | int | float) and value != "" else None


def _is_encoding(name: object) -> object:
    try:
        "a".encode(str(name))  # codecs that make no text of bytes are looked up as well
    except (LookupError, UnicodeError, ValueError):
        raise ValueError("an encoding such as cp1252, latin-1 or utf-16 is needed") from None
    return name


Encoding = Annotated[str, BeforeValidator(_is_encoding)]
if TYPE_CHECKING:
    Duration = str
else:
    Duration = Literal[tuple(DURATIONS)]
Code = Annotated[str | None, BeforeValidator(_as_code, json_schema_input_type=Scalar | None)]
Codes = dict[str, Code]


class LeaveOut(Section):
    """Rows that are no customer contacts."""

    why: str = Field(min_length=1, max_length=200, description="What they are; said with their number.")
    where: dict[str, Values] = Field(
        min_length=1,
        description="Column of the source: values. A row is left out where every column has one of its values, "
        "whatever the capitals; `*` stands for any text, `(empty)` for nothing.",
    )
