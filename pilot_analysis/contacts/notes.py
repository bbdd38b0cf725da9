"""Checks of how the rows of a log, or of several logs, became contacts."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import ibis.expr.types as ir

from pilot_analysis.config.columns import CANONICAL
from pilot_analysis.config.logs import LOG_ID, SOURCE_NAME, Fold
from pilot_analysis.contacts.check import WORSE, Check
from pilot_analysis.words import _, count, counted, joined, ngettext

if TYPE_CHECKING:
    from pilot_analysis.contacts.log import Log


def rows_notes(folded: int, ours: Mapping[str, int], fold: Fold | None) -> list[Check]:
    """What was left out of the logs without being asked for by value."""
    notes = []
    if fold is not None:
        text = _("The {which} row of a contact by {column} was kept, and {n} other rows were left out.")
        which = _("latest") if fold.keep == "latest" else _("first")
        notes.append(Check("fold", "info", text.format(which=which, column=fold.by, n=count(folded))))
    if ours:
        parts = joined([_("{n} {direction}").format(n=count(n), direction=kind) for kind, n in ours.items()])
        notes.append(Check("direction", "info", _(
            "Not begun by a customer and left out: {parts}. data.exclude: {{direction: []}} keeps such rows."
        ).format(parts=parts)))  # fmt: skip
    return notes


def merged(notes: Iterable[Check]) -> tuple[Check, ...]:
    """The same checks, those of one id as one: its worst status, and all that was said."""
    found: dict[str, Check] = {}
    for note in notes:
        other = found.get(note.id)
        if other is None:
            found[note.id] = note
        else:
            status = max(note.status, other.status, key=WORSE.index)
            found[note.id] = Check(note.id, status, f"{other.text} {note.text}")
    return tuple(found.values())


def sources_check(table: ir.Table, logs: Mapping[str, "Log"], same_ids: bool, smallest: int) -> Check:
    """What stands in several logs: ids that only look alike, customers, agents; and what some logs lack.

    warn: no customer stands in two logs, so that nobody sees who came back by the other tool.
    """
    said = [_("Read as one: {logs}.").format(logs=joined([
        ngettext("{log} ({n} row)", "{log} ({n} rows)", log.rows).format(log=name, n=count(log.rows))
        for name, log in logs.items()
    ]))]  # fmt: skip
    alike = _in_several(table, LOG_ID)
    if alike:
        text = _("{n} contact ids stand in several logs: by data.same_ids each is one contact.")
        if not same_ids:
            text = _("{n} contact ids stand in several logs: they are different contacts, as each log numbers its own.")
        said.append(text.format(n=count(alike)))
    if "agent_id" in table.columns and (agents := _in_several(table, "agent_id")):
        said.append(_("{n} agents stand in several logs and are taken as the same people.").format(
            n=counted(agents, smallest)))  # fmt: skip
    customers = _in_several(table, "customer_id") if "customer_id" in table.columns else 0
    if customers:
        said.append(_("{n} customers stand in several logs: their repeat contacts are seen across them.").format(
            n=counted(customers, smallest)))  # fmt: skip
    else:
        said.append(_(
            "No customer stands in more than one log. If the tools name customers differently, who comes back by the "
            "other one is not seen, and first contact resolution looks better than it is: map customer_id to what both "
            "know, such as an account or an e-mail address."
        ))  # fmt: skip
    lacking = sorted(
        {name for log in logs.values() for name in table.columns if name in CANONICAL and name not in log.columns}
    )
    if lacking:
        said.append(_("Not in every log: {columns}.").format(columns=joined(lacking)))
    return Check("sources", "info" if customers else "warn", " ".join(said))


def _in_several(table: ir.Table, column: str) -> int:
    """How many values of a column stand in several logs."""
    named = table.filter(table[column].notnull())
    by_value = named.group_by(column).aggregate(logs=named[SOURCE_NAME].nunique())
    return int(by_value.filter(by_value.logs > 1).count().to_pyarrow().as_py())
