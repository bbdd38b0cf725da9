"""Dates that are not written year first: day or month first is decided by the data, or asked for, never guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from pilot_analysis.contacts.faults import reading
from pilot_analysis.contacts.source import Source
from pilot_analysis.contacts.stamps import ZONE
from pilot_analysis.refusal import Refusal

_CLOCK = rf"(?:,?[T ]+(\d{{1,2}}):(\d{{2}})(?::(\d{{2}}(?:\.\d{{1,9}})?))?(?: ?([AaPp])\.?[Mm]\.?)?({ZONE})?)?$"
_MONTH = r"([A-Za-z]{3,9})\.?"
MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"

# The parts of a date in the order of the pattern's groups; `first` and `second` are day and month, or the reverse.
PATTERNS: dict[str, tuple[str, tuple[str, str, str]]] = {
    "numbers": (r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})" + _CLOCK, ("first", "second", "year")),
    "year first": (r"^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})" + _CLOCK, ("year", "month", "day")),
    "day and word": (r"^(\d{1,2})[ /-]" + _MONTH + r"[ /-](\d{4}|\d{2})" + _CLOCK, ("day", "word", "year")),
    "word and day": (r"^" + _MONTH + r" (\d{1,2}),? (\d{4})" + _CLOCK, ("word", "day", "year")),
    "seconds": (r"^\d{10}$", ("", "", "")),
    "milliseconds": (r"^\d{13}$", ("", "", "")),
}
DOTTED = r"^\d{1,2}\.\d{1,2}\.\d"


@dataclass(frozen=True)
class Spelling:
    """How the dates of a column are written.

    Attributes:
        kind: one of PATTERNS.
        day_first: of numbers; None for the others.
        deciding: how many dates decided it by a day above 12; 0 where another column, points or the config did.
    """

    kind: str
    day_first: bool | None = None
    deciding: int = 0


def spellings(
    raw: ir.Table, texts: Mapping[str, ir.StringValue], columns: Mapping[str, str], day_first: bool | None,
    source: Source,
) -> dict[str, Spelling]:  # fmt: skip
    """How the dates of each column of `texts` are written, where all of them are written in one of PATTERNS.

    Args:
        texts: stamps by canonical name; columns: the name of each in the source.
        day_first: what the config says.

    Raises:
        Refusal: where no date of the log tells day from month, or two contradict each other or the config.
    """
    asked: dict[str, ir.Value] = {}
    for name, text in texts.items():
        asked[f"{name}:filled"] = text.count()
        for kind, (pattern, _) in PATTERNS.items():
            asked[f"{name}:{kind}"] = text.re_search(pattern).sum().fill_null(0)
        numbers = PATTERNS["numbers"][0]
        fits = text.re_search(numbers)
        first, second = (text.re_extract(numbers, group).try_cast("int64") for group in (1, 2))
        asked[f"{name}:day first"] = (fits & (first > 12)).sum().fill_null(0)
        asked[f"{name}:month first"] = (fits & (second > 12)).sum().fill_null(0)
        asked[f"{name}:dotted"] = text.re_search(DOTTED).sum().fill_null(0)
        asked[f"{name}:example"] = text.min(where=fits)
    with reading(source.name):
        facts: dict[str, Any] = raw.aggregate(**asked).to_pyarrow().to_pylist()[0]
    kinds = {
        name: next(
            (k for k in PATTERNS if facts[f"{name}:{k}"] and facts[f"{name}:{k}"] == facts[f"{name}:filled"]), ""
        )
        for name in texts
    }
    found = {name: Spelling(kind) for name, kind in kinds.items() if kind and kind != "numbers"}
    numeric = [name for name, kind in kinds.items() if kind == "numbers"]
    decided = {name: _decided(name, columns[name], facts, day_first, source) for name in numeric}
    agreed = {spelling.day_first for spelling in decided.values() if spelling is not None}
    for name in numeric:
        spelling = decided[name]
        if spelling is None and len(agreed) == 1:
            spelling = Spelling("numbers", agreed.copy().pop())
        if spelling is None:
            raise Refusal(
                f"the dates of column {columns[name]!r} may be day first or month first: none has a day above 12",
                file=source.name, key="data.day_first", found=facts[f"{name}:example"],
                allowed="--set data.day_first=true where 03/02 is 3 February, false where it is 2 March",
            )  # fmt: skip
        found[name] = spelling
    return found


def _decided(
    name: str, column: str, facts: Mapping[str, Any], day_first: bool | None, source: Source
) -> Spelling | None:
    """What the dates of one column say, or the config, or points; None where nothing does."""
    day, month = int(facts[f"{name}:day first"]), int(facts[f"{name}:month first"])
    if day and month:
        raise Refusal(
            f"the dates of column {column!r} are day first and month first", file=source.name, key=column,
            found=f"{day:,} with a day above 12 in front, {month:,} with one behind", allowed="one way in a column",
        )  # fmt: skip
    if day or month:
        if day_first is not None and day_first != bool(day):
            raise Refusal(
                f"the dates of column {column!r} are not as data.day_first says", file=source.name,
                key="data.day_first", found=day_first,
                allowed=f"{str(bool(day)).lower()}: {max(day, month):,} dates have a day above 12",
            )  # fmt: skip
        return Spelling("numbers", bool(day), max(day, month))
    if day_first is not None:
        return Spelling("numbers", day_first)
    return Spelling("numbers", True) if facts[f"{name}:dotted"] else None  # 03.02.2026 is 3 February everywhere


def year_first(text: ir.StringValue, spelling: Spelling) -> ir.StringValue:
    """A text of this spelling as 2026-03-02 14:05:00, with its zone; text that is no date stays as it is."""
    if spelling.kind in ("seconds", "milliseconds"):
        number = text.try_cast("int64")
        seconds = number if spelling.kind == "seconds" else (number / 1000).floor().cast("int64")
        return ibis.coalesce(seconds.as_timestamp("s").strftime("%Y-%m-%d %H:%M:%S") + "+00:00", text)
    pattern, names = PATTERNS[spelling.kind]
    parts = {name: text.re_extract(pattern, group) for group, name in enumerate(names, start=1)}
    if spelling.kind == "numbers":
        order = ("day", "month") if spelling.day_first else ("month", "day")
        parts |= {order[0]: parts["first"], order[1]: parts["second"]}
    if "word" in parts:
        place = ibis.literal(MONTHS).find(parts["word"].lower().substr(0, 3))
        parts["month"] = ibis.ifelse((place >= 0) & (place % 3 == 0), (place / 3).floor().cast("int64") + 1, 0)
        parts["month"] = parts["month"].cast("string")
    year = ibis.ifelse(parts["year"].length() == 2, ibis.literal("20") + parts["year"], parts["year"])
    date = year + "-" + parts["month"].lpad(2, "0") + "-" + parts["day"].lpad(2, "0")
    hour, minute, second, half, zone = (text.re_extract(pattern, group) for group in range(4, 9))
    twelve = hour.try_cast("int64")
    by_half = (twelve % 12 + ibis.ifelse(half.lower() == "p", 12, 0)).cast("string")
    # 13 PM is no time of day, and stays unreadable
    hours = ibis.ifelse(half == "", hour, ibis.ifelse(twelve.between(1, 12), by_half, "99"))
    clock = " " + hours.lpad(2, "0") + ":" + minute + ":" + ibis.ifelse(second == "", "00", second) + zone
    return ibis.ifelse(text.re_search(pattern), ibis.ifelse(hour == "", date, date + clock), text)
