"""One log or several become one table of contacts, each log with its own columns, time zone and arm."""

from collections.abc import Sequence
from dataclasses import replace

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.columns import CANONICAL
from pilot_analysis.config.logs import LOG_ID, SOURCE_ARM, SOURCE_NAME
from pilot_analysis.config.models import Config
from pilot_analysis.contacts.arms import arm_of
from pilot_analysis.contacts.beside import open_beside
from pilot_analysis.contacts.clock import Clock
from pilot_analysis.contacts.codes import LeftOutOf, count_left_out
from pilot_analysis.contacts.embedded import fit_to
from pilot_analysis.contacts.faults import reading
from pilot_analysis.contacts.floats import ONE
from pilot_analysis.contacts.log import Log, Part, refuse_apart, stamps_in_utc, told_as
from pilot_analysis.contacts.needed import needed_columns
from pilot_analysis.contacts.notes import merged, rows_notes, sources_check
from pilot_analysis.contacts.parse import parse
from pilot_analysis.contacts.roster import with_roster
from pilot_analysis.contacts.rows import asked_for, each_once, folded, from_customers
from pilot_analysis.contacts.settled import settled, stored
from pilot_analysis.contacts.source import Source, open_source
from pilot_analysis.contacts.surveys import with_surveys
from pilot_analysis.contacts.touches import with_touches

OWN_IDS = ("contact_id", "issue_id", "merged_into")  # which each log numbers for itself
IBIS_TYPES = {"text": "string", "timestamp": "timestamp", "number": "float64", "boolean": "boolean"}


def open_sources(config: Config, header_only: bool = False) -> list[Source]:
    """Every log of a config, opened; those in files in one engine.

    Args:
        header_only: as for `open_source`.

    Raises:
        Refusal: for what cannot be read, and where logs lie in engines that cannot be joined.
    """
    if config.data.sources is None:
        return [open_source(config, header_only=header_only)]
    found: list[Source] = []
    for number in range(len(config.data.sources)):
        alone = config.of_source(number)
        with told_as(_keys_of(config, number), config):
            found.append(open_source(alone, beside=found[0] if found else None, header_only=header_only))
        refuse_apart(found[0], found[-1], f"data.sources.{number}.path", config)
    files = {file for source in found for file in source.files}
    if files:
        fit_to(found[0].table.get_backend(), files)
    return found


def open_all(config: Config) -> list[Source]:
    """Every log of a config, and every table beside them, opened for their names and files.

    Raises:
        Refusal: as `open_sources` does.
    """
    found = open_sources(config, header_only=True)
    return [
        *found,
        *(open_beside(place, key, config, found[0], header_only=True) for key, place in config.data.beside().items()),
    ]


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
            with told_as(_keys_of(config, number), config):
                logs.append(_read(config.of_source(number), source, config.pilot.timezone, f"parsed_{number}"))
        log = _united(logs, config)
    log = replace(log, notes=(*log.notes, *rows_notes(log.folded, log.ours, config.data.fold)))
    joined = with_roster(with_surveys(with_touches(log, config), config), config)
    if joined is log:
        return log
    with reading(log.source.name):  # joins are made once, not at every scan
        return replace(joined, table=stored(joined.table, log.source, "joined"), notes=merged(joined.notes))


def _read(config: Config, source: Source, timezone: str, name: str) -> Log:
    """One log; `timezone` is the pilot's, to which a date without a time belongs."""
    columns = needed_columns(config, source)
    parsed = parse(source, columns, config.pilot, config.data)
    # Text is parsed once, not at every scan.
    with reading(source.name):
        table = settled(parsed.table, source, name)
    table, clock = stamps_in_utc(table, parsed, config.pilot.timezone, timezone)
    dropped = 0
    if config.data.fold is not None:
        table, dropped = folded(table, config.data.fold, config.column(config.data.fold.by), columns, source)
    table, ours = from_customers(asked_for(table, config), columns, config)
    table, duplicates = each_once(table, source, columns)
    parts = (Part(source.name, source, parsed.rows),)
    return Log(
        table, columns, source, parts, parsed.rows, parsed.undated, duplicates, dropped, ours, parsed.date_only, clock,
        parsed.spelt, parsed.units, _left_out(config, source, columns),
    )  # fmt: skip


def _left_out(config: Config, source: Source, columns: dict[str, str]) -> list[LeftOutOf]:
    """What is left out of one log; its arm is told later where the whole log is one arm's."""
    column = columns.get(config.column(config.data.arm.column))
    arm = ibis.null("string") if column is None else arm_of(source.table[column].cast("string").strip(), config)
    return count_left_out(source, arm, config.data.leave_out)


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
    source = replace(
        logs[0].source, table=table, name=" and ".join(log.source.name for log in logs), files=files,
        is_text=any(x.source.is_text for x in logs),
    )  # fmt: skip
    with reading(source.name):
        table = settled(table, source, "united")
        duplicates = dropped = 0
        if config.data.same_ids and config.data.fold is not None:
            table, dropped = folded(table, config.data.fold, config.column(config.data.fold.by), columns, source)
        if config.data.same_ids:
            table, duplicates = each_once(table, source, columns)
        note = sources_check(
            table, {s.called: x for s, x in zip(sources, logs, strict=True)}, config.data.same_ids,
            config.privacy.smallest_cell,
        )  # fmt: skip
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
        {name: sum(log.date_only.get(name, 0) for log in logs) for name in dated}, clock,
        {f"{s.called}: {name}": how for log, s in zip(logs, sources, strict=True) for name, how in log.spelt.items()},
        [replace(unit, log=s.called) for log, s in zip(logs, sources, strict=True) for unit in log.units],
        [one._replace(arm=s.arm or one.arm) for log, s in zip(logs, sources, strict=True) for one in log.left_out],
        notes=(note,),
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
            value = ONE
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


def _keys_of(config: Config, number: int) -> dict[str, str]:
    """Keys of a config of one log -> those of one of `data.sources`."""
    source, own = (config.data.sources or [])[number], f"data.sources.{number}"
    names = {"data.contacts": "path", "data.table": "table"} | ({"data.fold.by": "fold.by"} if source.fold else {})
    names |= {f"data.columns.{name}": f"columns.{name}" for name in source.columns}
    names |= {f"data.exclude.{name}": f"exclude.{name}" for name in source.exclude}
    return {key: f"{own}.{name}" for key, name in names.items()}
