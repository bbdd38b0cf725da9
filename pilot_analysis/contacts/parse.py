"""Source columns become typed columns; one scan says whether they can, and how.

Text is parsed strictly: a value that cannot be read is refused with the value, never turned into a
missing one, because a silently lost column is how a wrong number gets onto the page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.columns import CANONICAL, DURATIONS, ColumnType
from pilot_analysis.config.data import Data
from pilot_analysis.config.models import Pilot
from pilot_analysis.config.reading import SECONDS
from pilot_analysis.config.types import FIRST_YEAR, LAST_YEAR
from pilot_analysis.contacts import stamps
from pilot_analysis.contacts.clock import Clock
from pilot_analysis.contacts.codes import decoded, is_left_out
from pilot_analysis.contacts.durations import UnitOf, in_units
from pilot_analysis.contacts.faults import reading
from pilot_analysis.contacts.source import Source
from pilot_analysis.contacts.spelling import Spelling, spellings, year_first
from pilot_analysis.contacts.spreadsheets import (
    IDS,
    facts_of_id,
    facts_of_number,
    refuse_grouped_thousands,
    refuse_shortened_ids,
)
from pilot_analysis.contacts.stamps import as_written, is_midnight
from pilot_analysis.refusal import Refusal

EMPTY = ("", "na", "n/a", "nan", "null", "none", "nat")  # how exports write a missing value
TRUE = ("true", "t", "yes", "y", "1", "1.0")
FALSE = ("false", "f", "no", "n", "0", "0.0")
MIDNIGHT_SHARE = 0.005  # stamps at 00:00:00 above this share are dates without a time (chance: 1 in 1,440)
MIDNIGHT_FEWEST = 3
SPACE = ord(" ")
LONGEST_LOG = timedelta(days=3653)

ALLOWED = {
    "timestamp": "a time stamp as 2026-03-02 14:05:00, with or without a zone such as +01:00; or a whole column "
    "as 02/03/2026 14:05 or 2 Mar 2026 2:05 PM",
    "number": "a number such as 1234.5",
    "boolean": "true or false, yes or no, 1 or 0",
}


@dataclass(frozen=True)
class Parsed:
    """The typed table.

    Attributes:
        table: columns under the names by which the config speaks of them; stamps as they were written.
        rows: number of rows in the source; undated: those without `opened_at`.
        date_only: stamp columns in which midnight stands for "no time": column -> how many.
        wall: stamp columns in the pilot's own zone; the other stamps are UTC already.
        clock: of that zone, over the span of the log.
        spelt: how the dates of a column are written that are not year first; units: those of every duration.
    """

    table: ir.Table
    rows: int
    undated: int
    date_only: dict[str, int]
    wall: list[str]
    clock: Clock
    spelt: dict[str, Spelling]
    units: list[UnitOf]


def parse(source: Source, columns: Mapping[str, str], pilot: Pilot, data: Data) -> Parsed:
    """Type the columns `columns` (name used -> name in the source), without the rows that `data.leave_out` names.

    Canonical names get their canonical type, all others are text. `<stamp>_is_date` columns say where
    a stamp has no time of day.

    Raises:
        Refusal: for the first column with a value that cannot be read, and for a log without rows.
    """
    raw = _with_types(source.table)
    for left_out in data.leave_out:
        raw = raw.filter(~is_left_out(raw, left_out, source))
    types: dict[str, ColumnType] = {name: CANONICAL[name].type if name in CANONICAL else "text" for name in columns}
    texts = {
        name: cleaned(decoded(raw[column], data.codes.get(name)), () if types[name] == "text" else EMPTY)
        for name, column in columns.items()
        if raw[column].type().is_string() or data.codes.get(name)
    }
    _refuse_wrong_types(raw, columns, types, texts, source)
    units, respelt = in_units(raw, texts, columns, data.units, source)
    raw, texts = _with_spelling(raw, texts, respelt)
    facts = _facts(raw, columns, types, texts, source, pilot)
    odd = {name: texts[name] for name in texts if types[name] == "timestamp" and facts[f"{name}:bad"]}
    spelt = spellings(raw, odd, columns, data.day_first, source) if odd else {}
    if spelt:
        year_firsts = {name: year_first(texts[name], spelling) for name, spelling in spelt.items()}
        raw, texts = _with_spelling(raw, texts, year_firsts)
        again = {name: columns[name] for name in columns if name in spelt or name == "opened_at"}
        facts |= _facts(raw, again, types, texts, source, pilot)
    commas = {name for name in texts if types[name] == "number" and _comma(name, columns[name], facts, source)}
    refuse_grouped_thousands(columns, [name for name in texts if types[name] == "number"], commas, facts, source)
    refuse_shortened_ids(columns, facts, source)
    for name in columns:
        if name not in commas and facts.get(f"{name}:bad"):
            raise Refusal(
                f"a value of column {columns[name]!r} is not a {types[name]}"
                + (f" ({facts[f'{name}:bad']:,} such rows)" if facts[f"{name}:bad"] > 1 else ""),
                file=source.name, key=columns[name], found=facts[f"{name}:example"],
                allowed=ALLOWED[types[name]],
            )  # fmt: skip
    if not facts["rows"] or facts["first"] is None:
        raise Refusal("the data have no rows" if not facts["rows"] else "no contact has an opened_at",
                      file=source.name, allowed="at least one contact")  # fmt: skip
    for stray in (facts["first"], facts["last"]):
        if not FIRST_YEAR <= stray.year <= LAST_YEAR:
            raise Refusal("a contact was opened at an impossible time", file=source.name, key=columns["opened_at"],
                          found=stray, allowed=f"years from {FIRST_YEAR} to {LAST_YEAR}")  # fmt: skip
    date_only: dict[str, int] = {}
    wall: list[str] = []
    typed: dict[str, ir.Value] = {}
    clock = _clock(pilot, facts["first"], facts["last"])
    for name, column in columns.items():
        value = texts.get(name, raw[column])
        if types[name] == "timestamp":
            typed[name], on_wall = as_written(value, facts[f"{name}:zoned"], facts[f"{name}:filled"], clock)
            if on_wall:
                wall.append(name)
            midnights, filled = facts[f"{name}:midnight"], facts[f"{name}:filled"]
            if midnights >= MIDNIGHT_FEWEST and midnights > MIDNIGHT_SHARE * filled:
                date_only[name] = midnights
            typed[f"{name}_is_date"] = is_midnight(value, clock) if name in date_only else ibis.literal(False)
        elif types[name] == "number":
            size = SECONDS.get(units[name].unit, 1.0) if name in DURATIONS else 1.0
            typed[name] = _number(value, name in commas) if size == 1 else _number(value, name in commas) * size
        elif types[name] == "boolean":
            typed[name] = _boolean(value)
        elif facts.get(f"{name}:unclean") == 0 and not data.codes.get(name):
            typed[name] = raw[column]
        else:
            typed[name] = plain_text(value)
    undated = int(facts["rows"] - facts["opened_at:filled"])
    return Parsed(raw.select(**typed), int(facts["rows"]), undated, date_only, wall, clock, spelt, list(units.values()))


def _with_spelling(
    raw: ir.Table, texts: dict[str, ir.StringValue], respelt: Mapping[str, ir.StringValue]
) -> tuple[ir.Table, dict[str, ir.StringValue]]:
    """The table with what replaces some texts beside its columns: spelt out once, not wherever a text is asked for."""
    if not respelt:
        return raw, texts
    table = raw.mutate(**{f"{name}, respelt": value for name, value in respelt.items()})
    return table, {**texts, **{name: table[f"{name}, respelt"] for name in respelt}}


def _facts(
    raw: ir.Table, columns: Mapping[str, str], types: Mapping[str, ColumnType],
    texts: Mapping[str, ir.StringValue], source: Source, pilot: Pilot,
) -> dict[str, Any]:  # fmt: skip
    """One scan: rows, and for each column that must be parsed how many values cannot be."""
    opened = texts.get("opened_at", raw[columns["opened_at"]])
    opened = (
        ibis.coalesce(stamps.wall(opened), stamps.in_utc(opened))
        if opened.type().is_string()
        else opened.cast("timestamp")
    )
    around = _clock(pilot, datetime.min, datetime.min)
    asked: dict[str, ir.Value] = {"rows": raw.count(), "first": opened.min(), "last": opened.max()}
    for name, column in columns.items():
        value = texts.get(name)
        if types[name] == "timestamp":
            given = raw[column] if value is None else value
            asked[f"{name}:filled"] = given.count()
            asked[f"{name}:midnight"] = is_midnight(given, around).sum().fill_null(0)
            asked[f"{name}:zoned"] = stamps.is_zoned(given).sum().fill_null(0)
        if value is None and types[name] == "boolean" and raw[column].type().is_numeric():
            number = raw[column].cast("float64")
            bad = ~number.isin((0, 1)) & ~number.isnan()
            asked[f"{name}:bad"] = bad.sum().fill_null(0)
            asked[f"{name}:example"] = raw[column].min(where=bad).cast("string")
        if value is not None and types[name] == "text" and not source.is_text:
            # such a source is read again at every scan; text files become a table, cleaned once
            asked[f"{name}:unclean"] = _is_unclean(raw[column]).sum().fill_null(0)
        if value is not None and name in IDS and source.is_text:
            asked |= {f"{name}:{fact}": x for fact, x in facts_of_id(value).items()}
        if value is None or types[name] == "text":
            continue
        bad = value.notnull() & ~readable(value, types[name])
        asked[f"{name}:bad"] = bad.sum().fill_null(0)
        asked[f"{name}:example"] = value.min(where=bad)
        if types[name] == "number":
            plain_or_comma = value.re_search(r"^[+-]?\d+(,\d+)?$")
            asked[f"{name}:comma"] = (bad & plain_or_comma).sum().fill_null(0)
            asked[f"{name}:comma_sure"] = (bad & plain_or_comma & ~value.re_search(r",\d{3}$")).sum().fill_null(0)
            asked |= {f"{name}:{fact}": x for fact, x in facts_of_number(value).items()}
    with reading(source.name):
        row: dict[str, Any] = raw.aggregate(**asked).to_pyarrow().to_pylist()[0]
    return row


def readable(text: ir.StringValue, kind: ColumnType) -> ir.BooleanValue:
    """Whether a text is a stamp, a number or a boolean."""
    if kind == "timestamp":
        return stamps.readable(text)
    if kind == "number":
        return _is_finite(text.try_cast("float64")).fill_null(False)
    return text.lower().isin(TRUE + FALSE)


def _comma(name: str, column: str, facts: Mapping[str, Any], source: Source) -> bool:
    """Whether a column is written with decimal commas.

    Raises:
        Refusal: where 1,234 may be either one thousand or one and a bit.
    """
    bad, comma = facts[f"{name}:bad"], facts[f"{name}:comma"]
    if not bad or comma < bad:
        return False
    if facts[f"{name}:dotted"] or not (facts[f"{name}:comma_sure"] or source.decimal_comma):
        raise Refusal(
            f"the commas in column {column!r} are ambiguous",
            file=source.name,
            key=column,
            found=facts[f"{name}:example"],
            allowed="one decimal sign, and no grouping of thousands",
        )
    return True


def _clock(pilot: Pilot, first: datetime, last: datetime) -> Clock:
    """The pilot's clock over the log, and a year beyond it for answers; stray dates do not stretch it."""
    begin = max(first.date(), pilot.start - LONGEST_LOG)
    end = min(max(last.date(), pilot.end), pilot.end + LONGEST_LOG)
    return Clock(pilot.timezone, min(begin, pilot.start), end + timedelta(days=366))


def cleaned(text: ir.StringValue, empty: tuple[str, ...]) -> ir.StringValue:
    """Trimmed; nothing is missing, and so are the words `empty` (a region may well be called NA)."""
    trimmed = text.strip()
    missing = trimmed.lower().isin(empty) if empty else trimmed == ""
    return ibis.ifelse(missing, ibis.null("string"), trimmed)


def _is_unclean(text: ir.StringValue) -> ir.BooleanValue:
    """Whether `_cleaned` and `_text` would make something else of a text.

    The space is the last white sign of ASCII, and nothing counts as 0. Unlike a pattern, or the text's right end, each
    of these is asked once for every different text of a Parquet file's dictionary.
    """
    return (text.ascii_str() <= SPACE) | (text.reverse().ascii_str() <= SPACE) | text.endswith(".0")


def _with_types(raw: ir.Table) -> ir.Table:
    """Types that parquet has and Ibis does not: a column of nothing is empty text, which can be anything."""
    untyped = [name for name, kind in raw.schema().items() if kind.is_null() or 'kind="NULL"' in str(kind)]
    # Ibis has no name for nanoseconds with a zone yet.
    nanos = [name for name, kind in raw.schema().items() if "TIMESTAMPTZ_NS" in str(kind)]
    typed = {name: ibis.null("string") for name in untyped}
    typed |= {name: raw[name].cast("timestamp('UTC')") for name in nanos}
    return raw.mutate(**typed) if typed else raw


def _refuse_wrong_types(
    raw: ir.Table, columns: Mapping[str, str], types: Mapping[str, ColumnType], texts: Mapping[str, ir.StringValue],
    source: Source,
) -> None:  # fmt: skip
    fits: dict[ColumnType, Callable[[Any], bool]] = {
        "text": lambda t: not t.is_nested() and not t.is_binary(),
        "timestamp": lambda t: t.is_timestamp() or t.is_date(),
        "number": lambda t: t.is_numeric(),
        "boolean": lambda t: t.is_boolean() or t.is_numeric(),
    }
    for name, column in columns.items():
        kind = raw[column].type()
        if not (name in texts or fits[types[name]](kind)):
            raise Refusal(f"column {column!r} cannot be read as a {types[name]}", file=source.name, key=column,
                          found=f"type {kind}", allowed=ALLOWED.get(types[name], "text"))  # fmt: skip


def _is_finite(number: ir.FloatingValue) -> ir.BooleanValue:
    return number.notnull() & ~number.isnan() & ~number.isinf()


def _number(value: ir.Value, comma: bool) -> ir.FloatingValue:
    if value.type().is_string():
        return (value.replace(",", ".") if comma else value).try_cast("float64")
    number = value.cast("float64")
    return ibis.ifelse(_is_finite(number), number, ibis.null("float64"))


def _boolean(value: ir.Value) -> ir.BooleanValue:
    if value.type().is_string():
        return value.lower().isin(TRUE)  # whatever else there is says no, or was refused
    if value.type().is_boolean():
        return value
    number = value.cast("float64")
    return ibis.cases((number == 1, True), (number == 0, False), else_=ibis.null("boolean"))


def plain_text(value: ir.Value) -> ir.StringValue:
    """Trimmed text; a whole number that a data frame turned into 17.0 is 17 again."""
    if value.type().is_string():
        # Text keeps words such as "None": a person or a queue may be called so.
        return value.re_replace(r"^(-?\d+)\.0$", r"\1")
    if value.type().is_floating():
        number = ibis.ifelse(_is_finite(value), value, ibis.null("float64"))
        whole = number.cast("int64")
        return ibis.ifelse(number == whole, whole.cast("string"), number.cast("string"))
    return value.cast("string")
