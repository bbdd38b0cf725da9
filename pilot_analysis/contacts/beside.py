"""Tables beside the logs (surveys, touches, a roster): read by the same rules, for the same engine."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.logs import Beside
from pilot_analysis.config.models import Config
from pilot_analysis.contacts.faults import reading
from pilot_analysis.contacts.log import Log, Part, refuse_apart, stamps_in_utc, told_as
from pilot_analysis.contacts.parse import parse
from pilot_analysis.contacts.settled import settled
from pilot_analysis.contacts.source import Source, no_such_column, open_source
from pilot_analysis.refusal import Refusal

NO_STAMP = "no_stamp_"  # stands for the stamp that every table needs, where this one has none


class Read(NamedTuple):
    """A table beside the logs: typed, stamps in UTC; and where it was read."""

    table: ir.Table
    part: Part


def open_beside(place: Beside, key: str, config: Config, log: Source, header_only: bool = False) -> Source:
    """Open the table at `key` of the config, to be joined with a log.

    Raises:
        Refusal: where it cannot be read, or not be joined.
    """
    with told_as({"data.contacts": f"{key}.path", "data.table": f"{key}.table"}, config):
        found = open_source(_alone(place, config), beside=log, header_only=header_only)
    refuse_apart(log, found, f"{key}.path", config)
    return found


def read_beside(place: Beside, key: str, wanted: Mapping[str, str], config: Config, log: Log) -> Read:
    """The table at `key` of the config.

    Args:
        wanted: canonical name whose type a column has, and the name it gets -> its key in the config.

    Raises:
        Refusal: for a column that is not there, and whatever else cannot be read.
    """
    source = open_beside(place, key, config, log.source)
    present, mapped = source.table.columns, {}
    for name, own in wanted.items():
        column = getattr(place, own)
        if column is None:
            continue
        if column not in present:
            raise no_such_column(source, f"{key}.{own}", column, present)
        mapped[name] = column
    table = source.table
    if "opened_at" not in mapped:
        table = table.mutate(**{NO_STAMP: ibis.timestamp(str(config.pilot.start))})
        mapped["opened_at"] = NO_STAMP
    alone = _alone(place, config)
    with told_as({"data.contacts": f"{key}.path"}, config), reading(source.name):
        parsed = parse(replace(source, table=table), mapped, alone.pilot, alone.data)
        table = settled(parsed.table, source, key.replace(".", "_"))
    table, _clock = stamps_in_utc(table, parsed, alone.pilot.timezone, config.pilot.timezone)
    return Read(table, Part(key, source, parsed.rows))


def _alone(place: Beside, config: Config) -> Config:
    """The config as if the table were the contacts."""
    data: dict[str, object] = {
        "contacts": place.path, "table": place.table, "columns": {}, "sources": None, "preset": None, "codes": {},
        "units": {}, "leave_out": [],
    }  # fmt: skip
    return config.model_copy(update={
        "data": config.data.model_copy(update=data),
        "pilot": config.pilot.model_copy(update={"timezone": place.timezone or config.pilot.timezone}),
    })  # fmt: skip


def refuse_without_ids(key: str, log: Log, config: Config) -> None:
    """Refuse to join a table to rows that stand for many contacts."""
    if "weight" in log.columns:
        raise Refusal(
            "weighted rows have no contacts to join", file=str(config.file or "config"), line=config.line(key), key=key,
            found="weight", allowed="one row a contact, or no such key",
        )  # fmt: skip


def ids_of(log: Log, source_name: str | None, key: str, config: Config) -> ir.Table:
    """The contacts as a table beside the logs knows them: `log_id_`, the id in their own log, and all columns.

    Args:
        source_name: the log whose contacts the table knows, None for all.

    Raises:
        Refusal: where an id of a table that knows all logs stands in several of them.
    """
    table = log.table
    if "source_name" not in table.columns:
        return table.mutate(log_id_=table.contact_id)
    if source_name is not None:
        return table.filter(table.source_name == source_name).mutate(log_id_=ibis._.log_id)
    twice = table.group_by("log_id").having(ibis._.count() > 1).aggregate(n=ibis._.count())
    found = twice.aggregate(n=twice.count(), example=twice.log_id.min()).to_pyarrow().to_pylist()[0]
    if found["n"]:
        raise Refusal(
            "an id stands in several logs, so that nobody knows which contact is meant",
            file=str(config.file or "config"), line=config.line(f"{key}.source"), key=f"{key}.source",
            found=f"{found['example']}, and {found['n'] - 1:,} more",
            allowed="the name of the one of data.sources that the table belongs to",
        )  # fmt: skip
    return table.mutate(log_id_=table.log_id)
