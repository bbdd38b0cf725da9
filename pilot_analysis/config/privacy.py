"""What of people's data may leave the engine."""

from typing import Annotated, Literal

from pydantic import Field

from pilot_analysis.config.section import Section
from pilot_analysis.config.types import NOT_BOOL

SHORTEST_SALT = 16  # characters; a shorter one is guessed together with the names


class Privacy(Section):
    """What of people's data a review shows (docs/privacy.md). Customers are never named."""

    agents: Literal["pseudonyms", "names"] = Field(
        "pseudonyms",
        description="How agents are called wherever a review speaks of one: pseudonyms, a number that holds for this "
        "review alone, or with `salt` a code; names, as the log has them.",
    )
    smallest_cell: Annotated[int, Field(ge=1, le=1000), NOT_BOOL] = Field(
        5,
        description="Fewest contacts, answers or agents of which a part of an arm is shown: a segment, a week, an "
        "agent, a value of the case mix, the comments. Smaller ones count and are not shown; 1 shows all.",
    )
    salt: Annotated[str, Field(min_length=SHORTEST_SALT)] | None = Field(
        None,
        repr=False,
        description=f"A secret of at least {SHORTEST_SALT} characters, here only as `${{NAME}}`, a variable of the "
        "environment: agents are then called by a keyed hash (HMAC-SHA-256) of their name, the same in every review "
        "with this salt, so that weeks can be held beside each other.",
    )
