"""What a spreadsheet leaves of an export that was opened and saved in it: refused, because nothing brings it back."""

from collections.abc import Iterable, Mapping
from typing import Any

import ibis.expr.types as ir

from pilot_analysis.contacts.source import Source
from pilot_analysis.refusal import Refusal

IDS = ("contact_id", "customer_id", "issue_id", "merged_into", "agent_id", "final_agent_id", "csat_agent_id")
SHORTENED = r"^\d([.,]\d+)?[eE]\+\d{2,}$"  # 4.92E+11
GROUPED = r"^[+-]?[1-9]\d{0,2}(\.\d{3})+$"  # 1.234, of which nobody knows whether it is above a thousand


def facts_of_id(text: ir.StringValue) -> dict[str, ir.Value]:
    """What to ask of a column of ids: how many are `shortened`, and an example."""
    shortened = text.re_search(SHORTENED)
    return {"shortened": shortened.sum().fill_null(0), "shortened_example": text.min(where=shortened)}


def facts_of_number(text: ir.StringValue) -> dict[str, ir.Value]:
    """What to ask of a column of numbers: how many have a point, could be grouped by it, or are whole."""
    dotted = text.re_search(r"^[+-]?\d+\.\d")
    return {
        "dotted": dotted.sum().fill_null(0), "dotted_example": text.min(where=dotted),
        "grouped": text.re_search(GROUPED).sum().fill_null(0),
        "whole": text.re_search(r"^[+-]?\d+$").sum().fill_null(0),
    }  # fmt: skip


def refuse_shortened_ids(columns: Mapping[str, str], facts: Mapping[str, Any], source: Source) -> None:
    """Many ids become one when a spreadsheet shows them as 4.92E+11."""
    for name, column in columns.items():
        n = facts.get(f"{name}:shortened")
        if n:
            raise Refusal(
                f"ids of column {column!r} were shortened, as a spreadsheet does ({n:,} such rows)", file=source.name,
                key=column, found=facts[f"{name}:shortened_example"],
                allowed="ids in full: export again, and do not open the file in a spreadsheet in between",
            )  # fmt: skip


def refuse_grouped_thousands(
    columns: Mapping[str, str], numbers: Iterable[str], commas: set[str], facts: Mapping[str, Any], source: Source
) -> None:
    """1.234 is not one and a bit where a neighbour has decimal commas, or where every number with a point has three
    digits after it and others have no point at all."""
    for name in numbers:
        dotted = facts.get(f"{name}:dotted")
        if name in commas or not dotted or dotted != facts[f"{name}:grouped"]:
            continue
        if commas or facts[f"{name}:whole"]:
            beside = " beside decimal commas" if commas else ""
            raise Refusal(
                f"the points in column {columns[name]!r} are ambiguous{beside}", file=source.name, key=columns[name],
                found=facts[f"{name}:dotted_example"], allowed="one decimal sign, and no grouping of thousands",
            )  # fmt: skip
