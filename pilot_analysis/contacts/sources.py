"""One log or several become one table of contacts, each log with its own columns, time zone and arm."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.columns import CANONICAL
from pilot_analysis.config.logs import LOG_ID, SOURCE_ARM, SOURCE_NAME
from pilot_analysis.config.models import Config
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.clock import Clock
from pilot_analysis.contacts.needed import needed_columns
from pilot_analysis.contacts.notes import rows_notes, sources_check
from pilot_analysis.contacts.parse import parse
from pilot_analysis.contacts.rows import asked_for, each_once, folded, from_customers
from pilot_analysis.contacts.settled import settled
from pilot_analysis.contacts.source import SMALL_BYTES, Source, open_source, reading
from pilot_analysis.refusal import Refusal

OWN_IDS = ("contact_id", "issue_id", "merged_into")  # which each log numbers for itself
IBIS_TYPES = {"text": "string", "timestamp": "timestamp", "number": "float64", "boolean": "boolean"}


@dataclass(frozen=True)
class Part:
    """One log, or a table beside the logs: its name, where it was read and its rows."""

    name: str
    source: Source
    rows: int

    def files(self) -> list[dict[str, Any]]:
        """Fingerprints of its files, with the rows where it is a single one."""
        found = self.source.fingerprints()
        return [{**file, "rows": self.rows} for file in found] if len(found) == 1 else found


@dataclass(frozen=True)
class Log:
    """The contacts of all logs.

    Attributes:
        table: one row a contact; stamps in UTC without a zone. Columns under the names by which the config speaks of
            them, `<stamp>_is_date` where a stamp has no time of day; of several logs also `source_name`, `log_id` and,
            where a log has its arm, `source_arm`.
        columns: name in the table -> name in the (first) log that has it.
        source: where it was read, in messages; its files are those of all parts.
        parts: each log, and each table beside them.
        rows: rows of the logs; undated: those without `opened_at`; duplicates: identical rows that were dropped;
            folded: rows of a contact in whose place another one stands; ours: direction -> rows that no customer began.
        date_only: stamp columns without a time of day -> how many.
        clock: of the pilot's zone, over the span of the logs.
        notes: checks of what was put together.
    """

    table: ir.Table
    columns: dict[str, str]
    source: Source
    parts: tuple[Part, ...]
    rows: int
    undated: int
    duplicates: int
    folded: int
    ours: dict[str, int]
    date_only: dict[str, int]
    clock: Clock
    notes: tuple[Check, ...] = ()


def open_sources(config: Config) -> list[Source]:
    """Every log of a config, opened; those in files in one engine.

    Raises:
        Refusal: for what cannot be read, and where logs lie in engines that cannot be joined.
    """
    if config.data.sources is None:
        return [open_source(config)]
    found: list[Source] = []
    for number in range(len(config.data.sources)):
        alone = config.of_source(number)
        with _told_of(config, number):
            found.append(open_source(alone, beside=found[0] if found else None))
        if found[-1].table.get_backend() != found[0].table.get_backend():
            raise Refusal(
                "the logs lie in places that cannot be joined", file=str(config.file or "config"),
                line=config.line(f"data.sources.{number}.path"), key=f"data.sources.{number}.path",
                found=f"{found[0].name} and {found[-1].name}", allowed="files, or tables of one database",
            )  # fmt: skip
    files = {file for source in found for file in source.files}
    if files and sum(file.stat().st_size for file in files) >= SMALL_BYTES:
        found[0].table.get_backend().raw_sql("RESET threads")
    return found


def read_log(config: Config) -> Log:
    """All contacts of a config, lazily.

    Raises:
        Refusal: for whatever cannot be read, with file, column, value and what is allowed.
    """
    sources = open_sources(config)
    if config.data.sources is None:
        log = _read(config, sources[0], config.pilot.timezone, "parsed")
    else:
        logs = []
        for number, source in enumerate(sources):
            with _told_of(config, number):
                logs.append(_read(config.of_source(number), source, config.pilot.timezone, f"parsed_{number}"))
        log = _united(logs, config)
    return replace(log, notes=(*log.notes, *rows_notes(log.folded, log.ours, config.data.fold)))


def _read(config: Config, source: Source, timezone: str, name: str) -> Log:
    """One log; `timezone` is the pilot's, to which a date without a time belongs."""
    columns = needed_columns(config, source)
    parsed = parse(source, columns, config.pilot)
    zone = parsed.clock
    clock = zone if timezone == config.pilot.timezone else Clock(timezone, zone.first, zone.last)
    # Text is parsed once, not at every scan.
    with reading(source.name):
        table = settled(parsed.table, source, name)

    def utc(stamp: str) -> ir.Value:
        if clock is zone or stamp not in parsed.date_only:
            return zone.utc(table[stamp])
        return ibis.ifelse(table[f"{stamp}_is_date"], clock.utc(table[stamp]), zone.utc(table[stamp]))

    table = table.mutate(**{stamp: utc(stamp) for stamp in parsed.wall})
    dropped = 0
    if config.data.fold is not None:
        table, dropped = folded(table, config.data.fold, config.column(config.data.fold.by), columns, source)
    table, ours = from_customers(asked_for(table, config), columns, config)
    table, duplicates = each_once(table, source, columns)
    parts = (Part(source.name, source, parsed.rows),)
    return Log(
        table, columns, source, parts, parsed.rows, parsed.undated, duplicates, dropped, ours, parsed.date_only, clock
    )  # fmt: skip


def _united(logs: Sequence[Log], config: Config) -> Log:
    """The rows of all logs under each other; what a log lacks is empty there."""
    sources = config.data.sources or []
    columns = {name: column for log in reversed(logs) for name, column in log.columns.items()}
    table = ibis.union(*(
        _shaped(log, columns, source.called, source.arm, config.data.same_ids)
        for log, source in zip(logs, sources, strict=True)
    ))  # fmt: skip
    columns[SOURCE_NAME] = SOURCE_NAME
    if any(source.arm for source in sources):
        columns[SOURCE_ARM] = SOURCE_ARM
    else:
        table = table.drop(SOURCE_ARM)
    files = tuple(dict.fromkeys(file for log in logs for file in log.source.files))
    source = Source(table, " and ".join(log.source.name for log in logs), files, any(x.source.is_text for x in logs))
    with reading(source.name):
        table = settled(table, source, "united")
        duplicates = dropped = 0
        if config.data.same_ids and config.data.fold is not None:
            table, dropped = folded(table, config.data.fold, config.column(config.data.fold.by), columns, source)
        if config.data.same_ids:
            table, duplicates = each_once(table, source, columns)
        note = sources_check(table, {s.called: x for s, x in zip(sources, logs, strict=True)}, config.data.same_ids)
    clock = Clock(
        config.pilot.timezone, min(log.clock.first for log in logs), max(log.clock.last for log in logs)
    )  # fmt: skip
    dated = {name for log in logs for name in log.date_only}
    return Log(
        table, columns, source,
        tuple(Part(s.called, log.source, log.rows) for log, s in zip(logs, sources, strict=True)),
        sum(log.rows for log in logs), sum(log.undated for log in logs), duplicates + sum(x.duplicates for x in logs),
        dropped + sum(log.folded for log in logs),
        {kind: sum(log.ours.get(kind, 0) for log in logs) for kind in sorted({k for log in logs for k in log.ours})},
        {name: sum(log.date_only.get(name, 0) for log in logs) for name in dated}, clock, (note,),
    )  # fmt: skip


def _shaped(log: Log, columns: dict[str, str], name: str, arm: str | None, same_ids: bool) -> ir.Table:
    """The columns of all logs; ids that a log numbers for itself bear its name."""
    table, values = log.table, {}
    for column in columns:
        kind = CANONICAL[column].type if column in CANONICAL else "text"
        value: ir.Value = ibis.null(IBIS_TYPES[kind])
        if column in log.columns:
            value = table[column].cast(IBIS_TYPES[kind])
            if column in OWN_IDS and not same_ids:
                value = ibis.literal(f"{name}:") + value
        elif column == "weight":
            value = ibis.literal(1).cast("float64")
        values[column] = value
        if kind == "timestamp":
            dated = f"{column}_is_date"
            values[dated] = table[dated] if column in log.columns else ibis.literal(False)
    if "contact_id" in log.columns:
        values[LOG_ID] = table.contact_id
    else:
        values[LOG_ID] = ibis.null("string")
    values[SOURCE_NAME] = ibis.literal(name)
    values[SOURCE_ARM] = ibis.null("string") if arm is None else ibis.literal(arm)
    return table.select(**values)


@contextmanager
def _told_of(config: Config, number: int) -> Iterator[None]:
    """Refusals that name the keys of one of `data.sources`."""
    source = (config.data.sources or [])[number]
    own = {"data.contacts": "path", "data.table": "table"} | ({"data.fold.by": "fold.by"} if source.fold else {})
    own |= {f"data.columns.{name}": f"columns.{name}" for name in source.columns}
    own |= {f"data.exclude.{name}": f"exclude.{name}" for name in source.exclude}
    try:
        yield
    except Refusal as refusal:
        if refusal.key in own:
            refusal.key = f"data.sources.{number}.{own[refusal.key]}"
        raise
