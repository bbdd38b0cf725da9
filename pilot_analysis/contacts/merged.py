"""Contacts merged into another: the customer wrote again, so they are repeats, by whatever name and reason."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.table import Contacts
from pilot_analysis.words import _, count

HOPS = 3  # doublings: a chain of up to eight merges is followed to its end


def is_merged(table: ir.Table) -> ir.BooleanValue:
    """Whether a contact was merged into another one; never null."""
    if "merged_into" not in table.columns:
        return ibis.literal(False)
    return (table.merged_into.notnull() & (table.merged_into != table.contact_id)).fill_null(False)


def with_reasons_of_targets(table: ir.Table, names: Sequence[str]) -> tuple[ir.Table, list[str]]:
    """The table, and the names of columns that hold for every contact the `names` (customer and reason) of the contact
    into which it was merged at last; its own where it was not merged, or the log lacks them there."""
    if "merged_into" not in table.columns:
        return table, list(names)
    own = [f"of_{i}_" for i in range(len(names))]
    target = table.select(into_="contact_id", **dict(zip(own, names, strict=True)))
    found = _final_targets(table).inner_join(target, [("to_", "into_")]).select("from_", *own)
    joined = table.left_join(found, [("contact_id", "from_")]).select(*table.columns, *own)
    keys = {
        f"k_{i}": ibis.coalesce(joined[of], joined[name]) for i, (of, name) in enumerate(zip(own, names, strict=True))
    }
    return joined.mutate(**keys).drop(*own), list(keys)


def merged_check(contacts: Contacts) -> Check | None:
    """How many contacts were merged, and how many into contacts that the log lacks; None where there are none."""
    if "merged_into" not in contacts.columns or "contact_id" not in contacts.columns:
        return None
    table = contacts.table
    steps = table.filter(is_merged(table)).select("merged_into")
    known = table.select(into_="contact_id")
    row = steps.left_join(known, [("merged_into", "into_")]).select("into_").aggregate(
        n=ibis._.count(), lost=ibis._.into_.isnull().sum()
    ).to_pyarrow().to_pylist()[0]  # fmt: skip
    if not row["n"]:
        return None
    text = _(
        "{n} contacts were merged into another: they count as the same customer's on the same reason in first contact "
        "resolution, and not in satisfaction and times, which the contact they were merged into has."
    ).format(n=count(row["n"]))
    if row["lost"]:
        lost = _("{n} were merged into contacts that the log does not have, and keep their own customer.")
        text += " " + lost.format(n=count(row["lost"]))
    return Check("merged", "info", text)


def _final_targets(table: ir.Table) -> ir.Table:
    """Merged contact -> the contact in which its chain of merges ends."""
    steps = table.filter(is_merged(table)).select(from_="contact_id", to_="merged_into")
    for _hop in range(HOPS):
        further = steps.select(via_="from_", end_="to_")
        hop = steps.left_join(further, [("to_", "via_")])
        steps = hop.select("from_", to_=ibis.coalesce(hop.end_, hop.to_)).distinct()  # a join that can be joined
    return steps
