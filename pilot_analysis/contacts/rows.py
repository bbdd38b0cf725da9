"""Which rows of a log are contacts: those that can be placed in time and are asked for, each once."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.columns import CANONICAL
from pilot_analysis.config.logs import Fold
from pilot_analysis.config.models import Config
from pilot_analysis.contacts import stamps
from pilot_analysis.contacts.faults import reading
from pilot_analysis.contacts.source import Source
from pilot_analysis.refusal import Refusal

NOT_FROM_CUSTOMERS = ("outbound", "outgoing", "out", "internal")  # values of `direction`, unless the config says which


def asked_for(table: ir.Table, config: Config) -> ir.Table:
    """Without rows that are no customer contacts, and without rows that nobody can place in time."""
    kept = [table.opened_at.notnull()]
    for name, values in config.data.exclude.items():
        if values:
            column = table[config.column(name)].cast("string")
            kept.append(column.isnull() | ~column.isin(values))
    return table.filter(*kept)


def from_customers(table: ir.Table, columns: Mapping[str, str], config: Config) -> tuple[ir.Table, dict[str, int]]:
    """Without outbound and internal rows, where the log says which these are and `data.exclude` does not; how many."""
    if "direction" not in columns or "direction" in {config.column(name) for name in config.data.exclude}:
        return table, {}
    direction = table.direction.lower()
    ours = direction.isin(NOT_FROM_CUSTOMERS).fill_null(False)
    rows = table.filter(ours).group_by(kind=direction).aggregate(n=ibis._.count()).to_pyarrow().to_pylist()
    return table.filter(~ours), {row["kind"]: int(row["n"]) for row in sorted(rows, key=lambda row: str(row["kind"]))}


def folded(
    table: ir.Table, fold: Fold, column: str, columns: Mapping[str, str], source: Source
) -> tuple[ir.Table, int]:
    """One row a contact, the latest or first by a column; and how many were left out.

    Rows that are alike in that column are all kept, for `each_once` to judge; a row without a value in it comes last.

    Raises:
        Refusal: where nothing in the column can be put in order.
    """
    order = _ordered(table, column, columns, source)
    best = ibis.desc(order, nulls_first=False) if fold.keep == "latest" else ibis.asc(order, nulls_first=False)
    ranked = table.mutate(rank_=ibis.rank().over(ibis.window(group_by="contact_id", order_by=best)))
    out = ranked.contact_id.notnull() & (ranked.rank_ > 0)
    with reading(source.name):
        dropped = int(ranked.aggregate(n=out.sum().fill_null(0)).to_pyarrow().to_pylist()[0]["n"])
    return ranked.filter(~out).drop("rank_"), dropped


def _ordered(table: ir.Table, column: str, columns: Mapping[str, str], source: Source) -> ir.Value:
    """A column as something that has an order: as typed, else as stamps, else as numbers."""
    value = table[column]
    if column in CANONICAL and CANONICAL[column].type != "text":
        return value
    text = value.cast("string")
    stamp = ibis.coalesce(stamps.in_utc(text), stamps.wall(text))
    number = text.try_cast("float64")
    with reading(source.name):
        row = table.aggregate(filled=text.count(), stamps=stamp.count(), numbers=number.count()).to_pyarrow()
    facts = row.to_pylist()[0]
    if facts["filled"] and facts["stamps"] == facts["filled"]:
        return stamp
    if facts["filled"] and facts["numbers"] == facts["filled"]:
        return number
    raise Refusal(
        "rows cannot be put in order by this column", file=source.name, key=columns.get(column, column),
        found=f"{facts['filled']:,} values, of which {facts['stamps']:,} are stamps and {facts['numbers']:,} numbers",
        allowed="time stamps or numbers",
    )  # fmt: skip


def each_once(table: ir.Table, source: Source, columns: Mapping[str, str]) -> tuple[ir.Table, int]:
    """Each contact once, and how many rows were dropped: identical ones are, differing ones refused."""
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
    first = differing.aggregate(n=differing.count(), example=differing.contact_id.min()).to_pyarrow().to_pylist()[0]
    if first["n"]:
        raise Refusal(
            f"{first['n']:,} contact_ids stand in several rows that differ", file=source.name,
            key=columns["contact_id"], found=first["example"],
            allowed="one row a contact; identical copies are dropped; data.fold says which of several rows is kept",
        )  # fmt: skip
    return table, surplus
