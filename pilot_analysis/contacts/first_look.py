"""A first look at an export, before any of it is taken for right: nothing here refuses a value.

A value that cannot be read is counted and shown, where a review would refuse it. Times are those of the export
as they are written; stamps with a zone are in UTC.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from pilot_analysis.config.columns import CANONICAL
from pilot_analysis.config.models import Config
from pilot_analysis.contacts import stamps
from pilot_analysis.contacts.arms import arm_of
from pilot_analysis.contacts.faults import reading
from pilot_analysis.contacts.known import with_presets
from pilot_analysis.contacts.parse import EMPTY, cleaned, plain_text, readable
from pilot_analysis.contacts.personal import PERSONAL
from pilot_analysis.contacts.settled import settled
from pilot_analysis.contacts.source import Source
from pilot_analysis.contacts.sources import open_sources
from pilot_analysis.contacts.spelling import spellings, year_first
from pilot_analysis.refusal import Refusal

FEW = 12
"""A column with at most so many values is shown with all of them; others may name people."""
MOST_LOOKED_AT = 60


@dataclass(frozen=True)
class ExportLog:
    """One log of an export.

    Attributes:
        name: what it is called.
        rows: as they stand in the export, under its own names.
        becomes: column of the export -> canonical column.
        arm: who has the row, by the config; null where it names no arm.
        opened: when it was opened; null where that cannot be read.
    """

    name: str
    rows: ir.Table
    becomes: dict[str, str]
    arm: ir.Value
    opened: ir.Value


def logs_of(config: Config) -> list[ExportLog]:
    """Every log that the config names.

    Raises:
        Refusal: where there is nothing to read.
    """
    found = []
    with suppress(Refusal):  # an export that is not the helpdesk's is looked at without what the preset knows
        config = with_presets(config)
    for number, source in enumerate(open_sources(config)):
        several = config.data.sources
        alone = config if several is None else config.of_source(number)
        name = Path(source.name).name if several is None else several[number].called
        with reading(source.name):
            rows = settled(source.table, source, f"export_{number}")
        becomes = {name: name for name in rows.columns if name in CANONICAL}
        becomes |= {column: name for name, column in alone.data.columns.items() if column in rows.columns}
        rows = _year_first(rows, becomes, alone, source)
        found.append(ExportLog(
            name, rows, becomes, _arm(rows, becomes, alone, None if several is None else several[number].arm),
            _opened(rows, becomes),
        ))  # fmt: skip
    return found


def columns(logs: list[ExportLog]) -> pd.DataFrame:
    """A row a column of the export.

    `log`, `column`, `becomes` (canonical name or None), `type` in the file, `filled` (share), `different` values,
    `unreadable` (how many are not what the canonical column needs), `example` of these, and `values`: all of them where
    they are few, the range of numbers and stamps, else None, and None of columns that tell who somebody is.
    """
    return pd.DataFrame([row for log in logs for row in _columns(log)], dtype=object)


def duplicates(logs: list[ExportLog]) -> pd.DataFrame:
    """A row a log: `rows`, `identical` ones beyond the first, `ids` that stand more than once, rows `without_id`."""
    found = []
    for log in logs:
        rows = _number(log.rows.count())
        row: dict[str, Any] = {"log": log.name, "rows": rows, "identical": rows - _number(log.rows.distinct().count())}
        ids = _column(log, "contact_id")
        if ids is not None:
            text = ids.cast("string")
            each = log.rows.filter(text.notnull()).group_by(id=text).aggregate(n=ibis._.count())
            row |= {"ids": _number(each.filter(each.n > 1).count()), "without_id": _number(text.isnull().sum())}
        found.append(row)
    return pd.DataFrame(found, columns=["log", "rows", "identical", "ids", "without_id"], dtype=object)


def completeness(logs: list[ExportLog], *, weekly: bool = False) -> pd.DataFrame:
    """A row an arm (and a `week`, its Monday): `arm`, `rows`, and the share that is filled of each canonical column."""
    parts = []
    for log in logs:
        rows = log.rows.mutate(arm=log.arm, week=log.opened.truncate("W").date())
        filled = {name: _filled(rows[column]).sum() for column, name in log.becomes.items()}
        by = ("arm", "week") if weekly else ("arm",)
        parts.append(rows.group_by(*by).aggregate(rows=rows.count(), **filled).to_pandas())
    keys = ["arm", "week"] if weekly else ["arm"]
    total = pd.concat(parts).groupby(keys, dropna=False).sum(min_count=1).reset_index()
    names = [name for name in CANONICAL if name in total.columns]
    total[names] = total[names].div(total["rows"], axis=0)
    return pd.DataFrame(total[[*keys, "rows", *names]])


def volumes(logs: list[ExportLog]) -> dict[str | None, dict[date, int]]:
    """Rows by arm (None: neither) and day."""
    return _counted(logs, lambda opened: opened.date())


def times_of_day(logs: list[ExportLog]) -> dict[str | None, dict[int, int]]:
    """Rows by arm and hour, as written."""
    return _counted(logs, lambda opened: opened.hour())


def _counted(logs: list[ExportLog], of: Any) -> dict[str | None, dict[Any, int]]:
    found: dict[str | None, dict[Any, int]] = {}
    for log in logs:
        rows = log.rows.mutate(arm=log.arm, at=of(log.opened))
        counts = rows.filter(rows["at"].notnull()).group_by("arm", "at").aggregate(n=ibis._.count())
        for row in counts.order_by("arm", "at").to_pyarrow().to_pylist():
            arm = found.setdefault(row["arm"], {})
            arm[row["at"]] = arm.get(row["at"], 0) + row["n"]
    return found


def _year_first(rows: ir.Table, becomes: dict[str, str], config: Config, source: Source) -> ir.Table:
    """The rows with stamps year first, in the columns in which the data say which number is the day."""
    columns = {name: own for own, name in becomes.items() if CANONICAL[name].type == "timestamp"}
    texts = {name: cleaned(rows[own], EMPTY) for name, own in columns.items() if rows[own].type().is_string()}
    if not texts:
        return rows
    unread = rows.aggregate(**{name: (text.notnull() & ~stamps.readable(text)).sum() for name, text in texts.items()})
    (bad,) = unread.to_pyarrow().to_pylist()
    odd = {name: text for name, text in texts.items() if bad[name]}
    with suppress(Refusal):  # shown as it is; the review's refusal says why
        spelt = spellings(rows, odd, columns, config.data.day_first, source) if odd else {}
        return rows.mutate(**{columns[name]: year_first(texts[name], spelling) for name, spelling in spelt.items()})
    return rows


def _arm(rows: ir.Table, becomes: dict[str, str], config: Config, whole: str | None) -> ir.Value:
    """The arm of every row; null where the column that decides is not there."""
    if whole is not None:
        return ibis.literal(whole)
    name = config.data.arm.column
    column = next((own for own, canonical in becomes.items() if canonical == name), name)
    if column not in rows.columns:
        return ibis.null("string")
    value = rows[column]
    return arm_of(plain_text(cleaned(value, ()) if value.type().is_string() else value), config)


def _opened(rows: ir.Table, becomes: dict[str, str]) -> ir.Value:
    """When each row was opened, where that can be read."""
    column = next((own for own, canonical in becomes.items() if canonical == "opened_at"), None)
    if column is None:
        return ibis.null("timestamp")
    value = rows[column]
    if value.type().is_string():
        text = cleaned(value, EMPTY)
        return ibis.coalesce(stamps.wall(text), stamps.in_utc(text))
    return value.cast("timestamp") if value.type().is_timestamp() or value.type().is_date() else ibis.null("timestamp")


def _column(log: ExportLog, name: str) -> ir.Value | None:
    """A canonical column, nothing being null."""
    own = next((column for column, canonical in log.becomes.items() if canonical == name), None)
    return None if own is None else _nothing_is_null(log.rows[own])


def _nothing_is_null(value: ir.Value) -> ir.Value:
    return cleaned(value, EMPTY) if value.type().is_string() else value


def _filled(value: ir.Value) -> ir.BooleanValue:
    return _nothing_is_null(value).notnull()


def _columns(log: ExportLog) -> Iterator[dict[str, Any]]:
    names = list(log.rows.columns)[:MOST_LOOKED_AT]
    asked: dict[str, ir.Value] = {"rows": log.rows.count()}
    for place, name in enumerate(names):
        value = _nothing_is_null(log.rows[name])
        asked |= {f"filled{place}": value.count(), f"different{place}": value.nunique()}
        kind = _kind(log, name)
        if kind != "text" and value.type().is_string():
            bad = value.notnull() & ~readable(value, kind)
            asked |= {f"bad{place}": bad.sum(), f"example{place}": value.min(where=bad)}
            value = value.nullif("") if kind == "timestamp" else value.try_cast("float64")
        if kind in ("timestamp", "number"):
            asked |= {f"low{place}": value.min().cast("string"), f"high{place}": value.max().cast("string")}
    (facts,) = log.rows.aggregate(**asked).to_pyarrow().to_pylist()
    for place, name in enumerate(names):
        different = facts[f"different{place}"]
        low, high = facts.get(f"low{place}"), facts.get(f"high{place}")
        yield {
            "log": log.name, "column": name, "becomes": log.becomes.get(name), "type": str(log.rows[name].type()),
            "filled": facts[f"filled{place}"] / max(facts["rows"], 1), "different": different,
            "unreadable": facts.get(f"bad{place}") or 0, "example": facts.get(f"example{place}"),
            "values": None if log.becomes.get(name) in PERSONAL else _values(log, name) if different <= FEW
            else None if low is None else f"{low} … {high}",
        }  # fmt: skip


def _kind(log: ExportLog, name: str) -> Any:
    canonical = log.becomes.get(name)
    return CANONICAL[canonical].type if canonical in CANONICAL else "text"


def _values(log: ExportLog, name: str) -> str:
    """The values of a column, the most frequent first."""
    value = _nothing_is_null(log.rows[name]).cast("string")
    counts = log.rows.filter(value.notnull()).group_by(value=value).aggregate(n=ibis._.count())
    rows = counts.order_by(ibis.desc("n"), "value").to_pyarrow().to_pylist()
    return ", ".join(f"{row['value']} ({row['n']:,})" for row in rows)


def _number(value: ir.Value) -> int:
    return int(value.to_pyarrow().as_py() or 0)
