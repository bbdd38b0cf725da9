"""What reading the logs gives: the contacts of all of them, and where they came from."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.clock import Clock
from pilot_analysis.contacts.codes import LeftOutOf
from pilot_analysis.contacts.durations import UnitOf
from pilot_analysis.contacts.parse import Parsed
from pilot_analysis.contacts.source import Source
from pilot_analysis.contacts.spelling import Spelling
from pilot_analysis.refusal import Refusal


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


class Staff(NamedTuple):
    """The agents of one arm of a roster who were on it in the pilot's days.

    Attributes:
        name: as the roster calls the arm, empty where it names none.
        agents: how many; joined: whose first day lies in the pilot, after its first; left: whose last day lies in it,
            before its last.
        tenure_days: median of the days from the first day to the pilot's start, 0 for those who joined later; None
            where the roster has no first days.
        paid_hours: of the rows that lie in the pilot's days; None where the roster has none.
    """

    name: str
    agents: int
    joined: int
    left: int
    tenure_days: float | None
    paid_hours: float | None


@dataclass(frozen=True)
class Log:
    """The contacts of all logs.

    Attributes:
        table: one row a contact; stamps in UTC without a zone. Columns under the names by which the config speaks of
            them, `<stamp>_is_date` where a stamp has no time of day; of several logs also `source_name`, `log_id` and,
            where a log has its arm, `source_arm`.
        columns: name in the table -> name in the (first) log that has it.
        source: where it was read, in messages; its files are those of all logs.
        parts: each log, and each table beside them.
        rows: rows of the logs; undated: those without `opened_at`; duplicates: identical rows that were dropped;
            folded: rows of a contact in whose place another one stands; ours: direction -> rows that no customer began.
        date_only: stamp columns without a time of day -> how many.
        clock: of the pilot's zone, over the span of the logs.
        staff: the arms of a roster.
        spelt: how dates are written that are not year first, by column; units: those of every duration.
        left_out: what the rules of `data.leave_out` took away, by arm.
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
    spelt: dict[str, Spelling]
    units: list[UnitOf]
    left_out: list[LeftOutOf]
    staff: tuple[Staff, ...] = ()
    notes: tuple[Check, ...] = ()


def stamps_in_utc(table: ir.Table, parsed: Parsed, zone: str, pilot_zone: str) -> tuple[ir.Table, Clock]:
    """`table`, which has the columns of `parsed`, with its stamps in UTC; and the pilot's clock over its span.

    Stamps are on the clock of `zone`, a date without a time is a day of `pilot_zone`.
    """
    own = parsed.clock
    clock = own if zone == pilot_zone else Clock(pilot_zone, own.first, own.last)

    def utc(stamp: str) -> ir.Value:
        if clock is own or stamp not in parsed.date_only:
            return own.utc(table[stamp])
        return ibis.ifelse(table[f"{stamp}_is_date"], clock.utc(table[stamp]), own.utc(table[stamp]))

    return table.mutate(**{stamp: utc(stamp) for stamp in parsed.wall}), clock


def refuse_apart(one: Source, other: Source, key: str, config: Config) -> None:
    """Refuse two sources that no engine can join."""
    if one.table.get_backend() != other.table.get_backend():
        raise Refusal(
            "the data lie in places that cannot be joined", file=str(config.file or "config"), line=config.line(key),
            key=key, found=f"{one.name} and {other.name}", allowed="files, or tables of one database",
        )  # fmt: skip


@contextmanager
def told_as(renamed: Mapping[str, str], config: Config) -> Iterator[None]:
    """Refusals that name the keys that a person wrote, in place of those of a config that was made of them."""
    try:
        yield
    except Refusal as refusal:
        if refusal.key is not None and refusal.key in renamed:
            refusal.key = renamed[refusal.key]
            if refusal.file == str(config.file or "config"):
                refusal.line = config.line(refusal.key)
        raise
