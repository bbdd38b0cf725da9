"""The canonical contact table of a pilot: typed, in arms, with phases; still a lazy expression."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.columns import CANONICAL
from pilot_analysis.config.models import Config, Scalar
from pilot_analysis.contacts.clock import Clock
from pilot_analysis.contacts.parse import Parsed, as_text, parse
from pilot_analysis.contacts.source import Source, open_source, reading
from pilot_analysis.refusal import Refusal, listed, nearest

ARMS = ("baseline", "pilot")


@dataclass(frozen=True)
class Contacts:
    """All contacts of the log, and which of them the review judges.

    Attributes:
        table: one row a contact. Canonical columns under their names (stamps in UTC without a zone), and
            `day` (date in the pilot's zone), `arm` (baseline, pilot or null), `final_arm`, `in_segment`,
            `phase` (before, ramp_up, judged, after), `response` (seconds to the first answer, or null),
            `unanswered` (known never to have been answered).
        columns: names of the columns that the log has.
        source: where it was read.
        rows: rows in the source; duplicates: identical rows that were dropped.
        date_only: stamp columns without a time of day -> count.
        first, last: first and last day of the log, per arm for `last`.
        data_end: the last stamp up to which both arms are known (UTC).
        log_start: the first stamp of the log (UTC).
        judged_from: first day after the ramp-up.
        interim: whether the data (or `as_of`) do not reach the pilot's last day in both arms.
        facts: counts by arm (baseline, pilot, and None for contacts in neither), for the checks.
    """

    table: ir.Table
    columns: frozenset[str]
    source: Source
    rows: int
    duplicates: int
    date_only: dict[str, int]
    first: date
    last: dict[str, date]
    data_end: datetime
    log_start: datetime
    judged_from: date
    interim: bool
    facts: dict[str, dict[str, Any]]

    def filled(self, arm: str, column: str) -> int:
        """Judged contacts of an arm in which a column is filled; 0 for a column the log lacks."""
        return int(self.facts[arm].get(f"filled:{column}", 0))

    @property
    def judged(self) -> ir.Table:
        """The contacts on which the verdict rests."""
        t = self.table
        return t.filter(t.arm.notnull(), t.in_segment, t.phase == "judged")


def open_contacts(config: Config) -> Contacts:
    """Read the contacts of a config, as far as a lazy expression reads.

    Raises:
        Refusal: for whatever makes the log unusable, with file, column, value and what is allowed.
    """
    source = open_source(config)
    columns = _wanted(config, source)
    pilot = config.pilot
    parsed = parse(source, columns, pilot.timezone)
    # Text is parsed once, not at every scan.
    with reading(source.name):
        table = settled(parsed.table, source, "parsed")
    last = max(parsed.last.date(), pilot.end)
    clock = Clock(pilot.timezone, min(parsed.first.date(), pilot.start), last)
    table = table.mutate(**{name: clock.utc(table[name]) for name in parsed.wall})
    if pilot.as_of is not None:
        table = table.filter(clock.local(table.opened_at).date() <= pilot.as_of)
    table = _without(table, config)
    table, duplicates = _unique(table, config, source, columns)
    table = table.mutate(day=clock.local(table.opened_at).date())
    _refuse_unknown_values(table, config, source, columns)
    table = _with_arms(table, config)
    table = _with_phases(table, config)
    table = settled(_with_response(table), source, "contacts")
    return _described(table, config, source, parsed, frozenset(columns), duplicates)


def settled(table: ir.Table, source: Source, name: str) -> ir.Table:
    """The same rows under a name of the engine, so that what follows compiles fast.

    Text sources become a table, which is scanned many times; parquet stays lazy, as a view; a database is
    only read, so its expression goes on as it is.
    """
    if not source.files:
        return table
    engine = table.get_backend()
    if source.is_text:
        return engine.create_table(name, table, temp=True)
    return engine.create_view(name, table)


def _wanted(config: Config, source: Source) -> dict[str, str]:
    """Name used in the config -> name in the source, for every column that is needed.

    Raises:
        Refusal: for a column that the source does not have.
    """
    present = list(source.table.columns)
    mapped = config.data.columns
    found: dict[str, str] = {}

    def find(name: str, key: str) -> str:
        column = mapped.get(name, name)
        if column not in present:
            raise Refusal("the data have no such column", file=source.name, line=None, key=key, found=column,
                          allowed="columns: " + listed(present, most=60), nearest=nearest(column, present))  # fmt: skip
        return column

    for name in mapped:
        found[name] = find(name, f"data.columns.{name}")
    for name in CANONICAL:
        if name in present:
            found.setdefault(name, name)
    needed: list[tuple[str, str]] = [("opened_at", "data.columns.opened_at")]
    if "weight" not in found:
        needed.append(("contact_id", "data.columns.contact_id"))
    needed.append((config.data.arm.column, "data.arm.column"))
    needed += [(name, f"data.segment.{name}") for name in config.data.segment]
    needed += [(name, f"data.exclude.{name}") for name in config.data.exclude]
    needed += [(name, "design.adjust_for") for name in config.design.adjust_for or []]
    needed += [(name, "design.segments") for name in config.design.segments]
    if config.kpis.fcr.measure == "repeat_contact" or "same" in config.kpis.fcr.model_fields_set:
        needed += [
            (name, "kpis.fcr.same") for name in config.kpis.fcr.same if config.kpis.fcr.measure != "flag"
        ]
    if config.design.cluster != "agent_id":
        needed.append((config.design.cluster, "design.cluster"))
    for name, key in needed:
        found.setdefault(name, find(name, key))
    return found


def _without(table: ir.Table, config: Config) -> ir.Table:
    """Without rows that are no customer contacts, and without rows that nobody can place in time."""
    kept = [table.opened_at.notnull()]
    for name, values in config.data.exclude.items():
        column = table[name].cast("string")
        kept.append(column.isnull() | ~column.isin(_texts(values)))
    return table.filter(*kept)


def _unique(table: ir.Table, config: Config, source: Source, columns: dict[str, str]) -> tuple[ir.Table, int]:
    """Each contact once; identical rows are dropped, differing ones refused."""
    if "weight" in columns:
        return table, 0
    with reading(source.name):
        row = table.aggregate(
            n=table.contact_id.count(), ids=table.contact_id.nunique(), without=table.contact_id.isnull().sum()
        ).to_pyarrow().to_pylist()[0]  # fmt: skip
    if row["without"]:
        raise Refusal("a contact has no contact_id", file=source.name, key=columns["contact_id"],
                      found=f"{row['without']:,} such rows", allowed="a unique name for every contact")  # fmt: skip
    surplus = int(row["n"] - row["ids"])
    if not surplus:
        return table, 0
    table = table.distinct()
    differing = table.group_by("contact_id").having(ibis._.count() > 1).aggregate(n=ibis._.count())
    first = (
        differing.aggregate(n=differing.count(), example=differing.contact_id.min())
        .to_pyarrow()
        .to_pylist()[0]
    )
    if first["n"]:
        raise Refusal(
            f"{first['n']:,} contact_ids stand in several rows that differ", file=source.name,
            key=columns["contact_id"], found=first["example"],
            allowed="one row a contact; identical copies are dropped",
        )  # fmt: skip
    return table, surplus


def _texts(values: Iterable[Scalar]) -> list[str]:
    # YAML's true is how a person writes the text "true"
    return [str(v).casefold() if isinstance(v, bool) else as_text(v) for v in values]


def _refuse_unknown_values(table: ir.Table, config: Config, source: Source, columns: dict[str, str]) -> None:
    """Every value that names an arm or a segment must occur: a typing error would empty an arm."""
    arm = config.data.arm
    asked = [
        (arm.column, values, f"data.arm.{side}")
        for side, values in (("baseline", arm.baseline), ("pilot", arm.pilot))
        if values != "rest"
    ]
    asked += [(name, values, f"data.segment.{name}") for name, values in config.data.segment.items()]
    for name, values, key in asked:
        column = table[name].cast("string")
        missing = [v for v in _texts(values) if v not in set(_occurring(table, column, _texts(values)))]
        if missing:
            occurring = table.group_by(value=column).aggregate(n=ibis._.count())
            names = (
                occurring.filter(occurring.value.notnull())
                .order_by(ibis.desc("n"), "value")
                .limit(200)
                .value.to_pyarrow()
                .to_pylist()
            )
            raise Refusal(f"a value does not occur in column {columns[name]!r}", file=str(config.file or "config"),
                          line=config.line(key), key=key, found=", ".join(missing),
                          allowed="values that occur: " + listed(names), nearest=nearest(missing[0], names))  # fmt: skip


def _occurring(table: ir.Table, column: ir.StringValue, values: list[str]) -> list[str]:
    found: list[str] = (
        table.filter(column.isin(values)).select(value=column).distinct().value.to_pyarrow().to_pylist()
    )
    return found


def _with_arms(table: ir.Table, config: Config) -> ir.Table:
    """`arm` by first touch, `final_arm` where the log says who had it last, and `in_segment`."""
    arm = config.data.arm
    final = {"team": "final_team", "agent_id": "final_agent_id"}.get(arm.column)
    inside = [
        table[name].cast("string").isin(_texts(values)).fill_null(False)
        for name, values in config.data.segment.items()
    ]  # noqa: FBT003
    segment = ibis.literal(True)  # noqa: FBT003 - a value
    for condition in inside:
        segment = segment & condition
    return table.mutate(
        arm=_arm_of(table[arm.column], config),
        final_arm=_arm_of(table[final], config) if final in table.columns else ibis.null("string"),
        in_segment=segment,
    )


def _arm_of(column: ir.Value, config: Config) -> ir.StringValue:
    text, arm = column.cast("string"), config.data.arm
    cases = [
        (text.isin(_texts(values)), name)
        for name, values in (("baseline", arm.baseline), ("pilot", arm.pilot))
        if values != "rest"
    ]
    rest = next(
        (name for name, values in (("baseline", arm.baseline), ("pilot", arm.pilot)) if values == "rest"),
        None,
    )
    return ibis.cases(*cases, else_=ibis.null("string") if rest is None else rest)


def _with_phases(table: ir.Table, config: Config) -> ir.Table:
    pilot = config.pilot
    judged_from = pilot.start + timedelta(days=pilot.ramp_up_days)
    return table.mutate(
        phase=ibis.cases(
            (table.day < pilot.start, "before"),
            (table.day > pilot.end, "after"),
            (table.day < judged_from, "ramp_up"),
            else_="judged",
        )  # fmt: skip
    )


def _with_response(table: ir.Table) -> ir.Table:
    """Seconds to the first answer where the log can tell, and whether there never was one."""
    nothing, no = ibis.null("float64"), ibis.literal(False)  # noqa: FBT003 - a value
    response: ir.Value = nothing
    empty: ir.Value = ibis.literal(True)  # noqa: FBT003 - a value
    if "first_response_at" in table.columns:
        clock_from = (
            ibis.coalesce(table.handoff_at, table.opened_at)
            if "handoff_at" in table.columns
            else table.opened_at
        )
        seconds = (table.first_response_at.epoch_seconds() - clock_from.epoch_seconds()).cast("float64")
        dates = table.first_response_at_is_date | table.opened_at_is_date
        response = ibis.ifelse(dates, nothing, seconds)
        empty = table.first_response_at.isnull()
    if "response_seconds" in table.columns:
        response = ibis.coalesce(table.response_seconds, response)
        empty = empty & table.response_seconds.isnull()
    unanswered: ir.Value = no
    if "abandoned" in table.columns:
        unanswered = table.abandoned.fill_null(False) & empty  # noqa: FBT003 - a value
    if "first_response_at" in table.columns and "resolved_at" in table.columns:
        # Neither answered nor resolved: the log knows of no answer. Resolved without a stamp: it cannot tell.
        unanswered = unanswered | (empty & table.resolved_at.isnull())
    return table.mutate(
        raw_response=response,
        response=ibis.ifelse(response >= 0, response, nothing),
        unanswered=unanswered,
    )


def _described(
    table: ir.Table, config: Config, source: Source, parsed: Parsed, columns: frozenset[str], duplicates: int
) -> Contacts:
    judged = table.in_segment & (table.phase == "judged")
    filled = {
        f"filled:{name}": (judged & table[name].notnull()).sum().fill_null(0)
        for name in sorted({*columns, "response", "final_arm"})
    }
    with reading(source.name):
        by_arm = {
            row["arm"]: row
            for row in table.group_by("arm").aggregate(
                first=table.day.min(), last=table.day.max(), first_at=table.opened_at.min(),
                last_at=table.opened_at.max(), n=table.count(),
                inside=(table.in_segment & table.phase.isin(("ramp_up", "judged"))).sum().fill_null(0),
                judged=judged.sum().fill_null(0),
                negative=(judged & (table.raw_response < 0)).sum().fill_null(0),
                days=table.day.nunique(where=judged),
                passed_on=(judged & (table.final_arm != table.arm)).sum().fill_null(0),
                unplaced=_empty(table, config.data.arm.column, judged),
                **filled,
            ).to_pyarrow().to_pylist()
        }  # fmt: skip
    pilot = config.pilot
    for arm in ARMS:
        row = by_arm.get(arm)
        if row is None or not row["inside"]:
            seen = "no contact at all" if row is None else f"contacts from {row['first']} to {row['last']}"
            raise Refusal(f"the {arm} arm has no contact in the pilot's period", file=source.name, key="pilot.start",
                          found=seen, allowed=f"contacts from {pilot.start} to {pilot.end} in the segment")  # fmt: skip
    last = {arm: by_arm[arm]["last"] for arm in ARMS}
    return Contacts(
        table=table, columns=columns, source=source, rows=parsed.rows, duplicates=duplicates,
        date_only=parsed.date_only,
        first=min(row["first"] for row in by_arm.values()),
        last=last,
        data_end=min(by_arm[arm]["last_at"] for arm in ARMS),
        log_start=min(row["first_at"] for row in by_arm.values()),
        judged_from=pilot.start + timedelta(days=pilot.ramp_up_days),
        facts=by_arm,
        interim=min(last.values()) < pilot.end or (pilot.as_of is not None and pilot.as_of < pilot.end),
    )  # fmt: skip


def _empty(table: ir.Table, column: str, where: ir.BooleanValue) -> ir.IntegerScalar:
    """Rows in which the arm column is empty: under `rest` they are in-house by default."""
    return (where & table[column].isnull()).sum().fill_null(0)
