"""Which rows of a log are contacts: those that can be placed in time and are asked for, each once."""

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.source import Source, reading
from pilot_analysis.refusal import Refusal


def asked_for(table: ir.Table, config: Config) -> ir.Table:
    """Without rows that are no customer contacts, and without rows that nobody can place in time."""
    kept = [table.opened_at.notnull()]
    for name, values in config.data.exclude.items():
        column = table[config.column(name)].cast("string")
        kept.append(column.isnull() | ~column.isin(values))
    return table.filter(*kept)


def each_once(table: ir.Table, source: Source, columns: dict[str, str]) -> tuple[ir.Table, int]:
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
            allowed="one row a contact; identical copies are dropped",
        )  # fmt: skip
    return table, surplus
