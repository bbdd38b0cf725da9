"""What a system's codes stand for, and rows of it that are no contacts, as lazy expressions on its own columns."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.reading import EMPTY_CELL, OTHER, LeaveOut
from pilot_analysis.contacts.faults import reading
from pilot_analysis.contacts.source import Source, no_such_column


def decoded(column: ir.Value, codes: Mapping[str, str | None] | None) -> ir.Value:
    """The column with every code replaced by what it stands for, whatever the capitals; others stay as they are."""
    if not codes:
        return column
    text = _plain(column)
    folded = text.lower()
    cases = [
        (folded == code.strip().lower(), ibis.null("string") if meaning is None else ibis.literal(meaning))
        for code, meaning in codes.items()
        if code != OTHER
    ]
    others: ir.Value = text
    if OTHER in codes:
        meaning = codes[OTHER]
        nothing = ibis.null("string")
        others = nothing if meaning is None else ibis.ifelse(folded.isnull() | (folded == ""), nothing, meaning)
    return ibis.cases(*cases, else_=others) if cases else others


def is_left_out(table: ir.Table, rule: LeaveOut, source: Source) -> ir.BooleanValue:
    """Whether a row of the source is one that `rule` leaves out.

    Raises:
        Refusal: for a column that the source does not have.
    """
    left_out: ir.BooleanValue = ibis.literal(True)
    for name, values in rule.where.items():
        if name not in table.columns:
            raise no_such_column(source, "data.leave_out", name, table.columns)
        left_out = left_out & _has_one_of(table[name], values)
    return left_out


class LeftOutOf(NamedTuple):
    """How many rows of an arm (None: of neither) a rule left out, of how many."""

    why: str
    arm: str | None
    left_out: int
    rows: int


def count_left_out(source: Source, arm: ir.StringValue, rules: Sequence[LeaveOut]) -> list[LeftOutOf]:
    """What the rules leave out of a log, by arm; a row may be counted by several. One scan, none without rules."""
    if not rules:
        return []
    table = source.table
    counted = {f"n{i}": is_left_out(table, rule, source).sum().fill_null(0) for i, rule in enumerate(rules)}
    with reading(source.name):
        found = table.group_by(arm=arm).aggregate(rows=table.count(), **counted).to_pyarrow().to_pylist()
    return [
        LeftOutOf(rule.why, row["arm"], int(row[f"n{i}"]), int(row["rows"]))
        for i, rule in enumerate(rules) for row in sorted(found, key=lambda row: str(row["arm"]))
    ]  # fmt: skip


def _has_one_of(column: ir.Value, values: list[str]) -> ir.BooleanValue:
    text = _plain(column).fill_null("").lower()
    whole = [value.lower() for value in values if OTHER not in value and value != EMPTY_CELL]
    found = text.isin(whole + [""] * (EMPTY_CELL in values))
    for value in values:
        if OTHER in value:
            pattern = ".*".join(re.escape(part) for part in value.lower().split(OTHER))
            found = found | text.re_search(f"(?s)^{pattern}$")
    return found


def _plain(column: ir.Value) -> ir.StringValue:
    """A column as trimmed text."""
    return (column if column.type().is_string() else column.cast("string")).strip()
