"""What every component of a rate card may say, and the types that components share."""

from typing import Annotated

from babel.numbers import list_currencies
from pydantic import AfterValidator, BeforeValidator, Field

from pilot_analysis.config.section import Section
from pilot_analysis.config.types import NOT_BOOL, Day, as_list
from pilot_analysis.refusal import nearest


def _known_currency(code: str) -> str:
    known = list_currencies()
    if code not in known:
        guess = nearest(code, known)
        raise ValueError("a currency code of ISO 4217 is needed" + (f"; did you mean {guess}?" if guess else ""))
    return code


Currency = Annotated[str, Field(pattern="^[A-Z]{3}$"), AfterValidator(_known_currency)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False), NOT_BOOL]
Fraction = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False), NOT_BOOL]
Dates = Annotated[list[Day], Field(min_length=1), BeforeValidator(as_list, json_schema_input_type=Day | list[Day])]


class Common(Section):
    """Keys of every component."""

    name: str | None = Field(
        None, min_length=1, max_length=80, description="What the report calls it. Omitted: words for its kind."
    )
    currency: Currency | None = Field(
        None, description="Currency in which it is charged, with `exchange_rate`. Omitted: `costs.currency`."
    )
    exchange_rate: Positive | None = Field(
        None, description="What one of that currency is in `costs.currency`: 0.92 for a dollar of 0.92 euros."
    )
    fee: bool | None = Field(
        None,
        description="Whether it is the provider's fee, on which a buffer, an escalator, a bonus and a renegotiation "
        "act. Omitted: yes for what the pilot is charged by work, time or volume.",
    )
    avoidable: bool = Field(
        True, description="Whether the money is saved where the work goes away; false for overhead that stays."
    )
