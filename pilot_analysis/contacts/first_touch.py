"""Whether the column that decides the arm names who had a contact first, and how many contacts changed hands."""

import re
from typing import Literal

import ibis.expr.types as ir

from pilot_analysis.config.logs import ROSTER_ARM
from pilot_analysis.config.models import Config

Handler = Literal["first", "final", "unknown"]

FINAL = {"team": "final_team", "agent_id": "final_agent_id"}
"""A column of the first handler -> that of the last one."""
_FIRST_WORDS = re.compile(r"(^|[^a-z])(first|initial|original)([^a-z]|$)", re.IGNORECASE)


def handler_of(config: Config, columns: dict[str, str]) -> Handler | None:
    """Whom the column that decides the arm names; None where it names no handler (a region, a queue, a log).

    A log that has the last handler as well, or a source column called first, initial or original, has the first one.

    Args:
        columns: name in the contact table -> name in the log.
    """
    column = config.column(config.data.arm.column)
    if column == ROSTER_ARM:  # the arm of an agent
        column = "agent_id"
    if config.data.arm.handler != "auto":
        return config.data.arm.handler
    if column in FINAL.values():
        return "final"
    if column not in FINAL:
        return None
    if FINAL[column] in columns or _FIRST_WORDS.search(columns.get(column, column)):
        return "first"
    return "unknown"


def changed_hands(table: ir.Table) -> ir.BooleanValue | None:
    """Whether a contact went through several hands, null where the log does not say; None where it never does."""
    if "reassigned" in table.columns:
        return table.reassigned > 0
    for first, final in FINAL.items():
        if first in table.columns and final in table.columns:
            return table[first] != table[final]
    return None
