"""Durations in seconds, whatever unit the log has them in; which unit that is, is said and never guessed silently."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.columns import CANONICAL, DURATIONS
from pilot_analysis.config.reading import SECONDS, Unit
from pilot_analysis.contacts.faults import reading
from pilot_analysis.contacts.medians import medians
from pilot_analysis.contacts.source import Source
from pilot_analysis.refusal import Refusal

THREE = r"^([+-]?)(\d+):(\d{2}):(\d{2}(\.\d+)?)$"
TWO = r"^([+-]?)(\d+):(\d{2})$"
NAMED: dict[Unit, str] = {
    "milliseconds": r"\b(ms|msec|millis|milliseconds?)\b", "seconds": r"\b(s|secs?|seconds?)\b",
    "minutes": r"\b(m|mins?|minutes?)\b", "hours": r"\b(h|hrs?|hours?)\b", "days": r"\b(d|days?)\b",
}  # fmt: skip
IN_BUSINESS_HOURS = r"\b(business|working|operating|office) ?(hours?|hrs?|time)?\b"
# A median handle time, in seconds, that a contact centre has: what makes 300,000 milliseconds and 300 seconds.
SHORTEST_MEDIAN, LONGEST_MEDIAN = 20.0, 7200.0

Because = Literal["values", "config", "name", "canonical", "size", "nothing"]


@dataclass(frozen=True)
class UnitOf:
    """The unit of a duration, and how it is known.

    Attributes:
        name: the canonical column; column: its name in the source; log: which log, where there are several.
        unit: the unit.
        because: values (01:02:03), config (or its preset), name (of the column), canonical (a column that is called
            handle_seconds), size (of the median handle time), nothing (taken for seconds).
        business: whether its name says that it counts business hours only.
        mean: of a handle time whose unit is told by the size of the median: its mean in seconds, else None.
    """

    name: str
    column: str
    unit: Unit
    because: Because
    business: bool
    mean: float | None = None
    log: str | None = None


def unit_in_name(column: str) -> Unit | None:
    """The unit that the name of a column says; None where it says none, or several.

    >>> unit_in_name("First reply time in minutes within business hours"), unit_in_name("Total Handle")
    ('minutes', None)
    >>> unit_in_name("handleTimeMs"), unit_in_name("Resolution time (in hrs)")
    ('milliseconds', 'hours')
    """
    words = re.sub(IN_BUSINESS_HOURS, " ", _words(column))
    found: list[Unit] = [unit for unit, pattern in NAMED.items() if re.search(pattern, words)]
    return found[0] if len(found) == 1 else None


def counts_business_hours(column: str) -> bool:
    """Whether the name of a duration says that it counts business hours only."""
    return re.search(IN_BUSINESS_HOURS, _words(column)) is not None


def _words(column: str) -> str:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    return re.sub(r"[^a-z0-9]+", " ", apart.lower())


def in_units(
    raw: ir.Table, texts: Mapping[str, ir.StringValue], columns: Mapping[str, str],
    given: Mapping[str, Sequence[Unit]], source: Source,
) -> tuple[dict[str, UnitOf], dict[str, ir.StringValue]]:  # fmt: skip
    """The unit of every duration, and what to read instead of those that are written 01:02:03 (seconds, as text).

    Args:
        texts: the text columns by canonical name; columns: the names in the source.
        given: unit by canonical name, by the config or its preset; several where a system varies, to be told apart
            by the size of the handle time.

    Raises:
        Refusal: where a column mixes spellings, or where nothing tells the unit that has to be told.
    """
    names = [name for name in DURATIONS if name in columns]
    written = [name for name in names if name in texts]
    several = [name for name in names if len(given.get(name, ())) > 1]
    facts = _facts(raw, texts, columns, written, several, source)
    found: dict[str, UnitOf] = {}
    respelt: dict[str, ir.StringValue] = {}
    for name in names:
        column = columns[name]
        unit, because = _unit(name, column, given.get(name, ()), facts, source)
        mean = facts["mean"] * SECONDS[unit] if because == "size" and name == "handle_seconds" else None
        found[name] = UnitOf(name, column, unit, because, counts_business_hours(column), mean)
        if name in written and unit in ("hh:mm:ss", "mm:ss", "hh:mm"):
            respelt[name] = _as_seconds(texts[name], unit)
    return found, respelt


def _facts(
    raw: ir.Table, texts: Mapping[str, ir.StringValue], columns: Mapping[str, str], written: list[str],
    several: list[str], source: Source,
) -> dict[str, Any]:  # fmt: skip
    asked: dict[str, ir.Value] = {}
    facts: dict[str, Any] = {}
    for name in written:
        text = texts[name]
        for kind, pattern in (("three", THREE), ("two", TWO)):
            asked[f"{name}:{kind}"] = text.re_search(pattern).sum().fill_null(0)
        asked[f"{name}:filled"] = text.count()
        asked[f"{name}:example"] = text.min(where=text.re_search(TWO))
    if several and "handle_seconds" in columns:
        value = texts.get("handle_seconds", raw[columns["handle_seconds"]])
        number = value.replace(",", ".").try_cast("float64") if value.type().is_string() else value.cast("float64")
        with reading(source.name):
            found = medians(raw.filter(number > 0), number, ibis.literal("all"))
        facts["median"] = found["all"].value if found else None
        asked["mean"] = number.mean(where=number > 0)
    if asked:
        with reading(source.name):
            facts |= raw.aggregate(**asked).to_pyarrow().to_pylist()[0]
    return facts


def _unit(
    name: str, column: str, given: Sequence[Unit], facts: Mapping[str, Any], source: Source
) -> tuple[Unit, Because]:
    three, two = int(facts.get(f"{name}:three", 0)), int(facts.get(f"{name}:two", 0))
    if three or two:
        return _spelt(name, column, given, facts, source)
    if len(given) > 1:
        return _by_size(name, column, given, facts, source), "size"
    if given:
        (unit,) = given
        if ":" in unit:
            if facts.get(f"{name}:filled", 1):
                raise Refusal(f"column {column!r} has no value written as data.units says", file=source.name,
                              key=f"data.units.{name}", found=unit, allowed="the unit of its numbers")  # fmt: skip
            return "seconds", "config"
        return unit, "config"
    if column.casefold() in CANONICAL:
        return "seconds", "canonical"
    named = unit_in_name(column)
    return (named, "name") if named else ("seconds", "nothing")


def _spelt(
    name: str, column: str, given: Sequence[Unit], facts: Mapping[str, Any], source: Source
) -> tuple[Unit, Because]:
    three, two, filled = (int(facts[f"{name}:{kind}"]) for kind in ("three", "two", "filled"))
    if three == filled:
        return "hh:mm:ss", "values"
    meant = [unit for unit in given if unit in ("mm:ss", "hh:mm")]
    if two == filled and len(meant) == 1:
        return meant[0], "config"
    if two == filled:
        raise Refusal(
            f"the times of column {column!r} may be minutes and seconds, or hours and minutes", file=source.name,
            key=f"data.units.{name}", found=facts[f"{name}:example"],
            allowed=f"--set data.units.{name}=mm:ss, or hh:mm",
        )  # fmt: skip
    raise Refusal(
        f"column {column!r} mixes spellings of a duration", file=source.name, key=column,
        found=f"{three:,} as 01:02:03, {two:,} as 01:02, {filled - three - two:,} otherwise",
        allowed="one spelling in a column",
    )  # fmt: skip


def _by_size(name: str, column: str, units: Sequence[Unit], facts: Mapping[str, Any], source: Source) -> Unit:
    """The one of several units in which the median handle time is one that a contact centre has."""
    median = facts.get("median")
    fitting = [] if median is None else [
        unit for unit in units if SHORTEST_MEDIAN <= median * SECONDS.get(unit, 0.0) <= LONGEST_MEDIAN
    ]  # fmt: skip
    if len(fitting) == 1:
        return fitting[0]
    raise Refusal(
        f"the unit of column {column!r} cannot be told", file=source.name, key=f"data.units.{name}",
        found="no handle time" if median is None else f"a median handle time of {median:,.0f}",
        allowed=f"--set data.units.{name}=" + " or ".join(unit for unit in units if unit in SECONDS),
    )  # fmt: skip


def _as_seconds(text: ir.StringValue, unit: Unit) -> ir.StringValue:
    """01:02:03 as 3723, text that is no duration as it is."""
    pattern = THREE if unit == "hh:mm:ss" else TWO
    sign, first, second = (text.re_extract(pattern, group) for group in (1, 2, 3))
    sizes = {"hh:mm:ss": (3600, 60), "mm:ss": (60, 1), "hh:mm": (3600, 60)}[unit]
    seconds = first.try_cast("float64") * sizes[0] + second.try_cast("float64") * sizes[1]
    if unit == "hh:mm:ss":
        seconds = seconds + text.re_extract(pattern, 4).try_cast("float64")
    signed = ibis.ifelse(sign == "-", -seconds, seconds)
    return ibis.ifelse(text.re_search(pattern), signed.cast("string"), text)
