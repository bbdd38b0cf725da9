"""Touches of a contact, one row each: who had it first and last, when a person first answered, how long all worked."""

from dataclasses import replace
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.logs import Touches
from pilot_analysis.config.models import Config
from pilot_analysis.contacts.beside import ids_of, read_beside, refuse_without_ids
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.log import Log
from pilot_analysis.contacts.settled import stored
from pilot_analysis.contacts.source import Source
from pilot_analysis.refusal import Refusal, listed
from pilot_analysis.words import _, count, joined

KEY = "data.touches"
WANTED = {
    "contact_id": "key", "opened_at": "at", "agent_id": "agent", "team": "team", "kind_": "type", "author_": "author",
    "handle_seconds": "seconds",
}  # fmt: skip
MOST_UNMATCHED = 0.05  # of the touches
MOST_KINDS = 200  # of type and author together: a column with more names people

# What the values of `type` and `author` mean, in small letters, unless the config says otherwise. Where the two columns
# differ the earlier name counts: a note by an agent is internal, a reply by a bot is a bot's.
KNOWN = {
    "bots": (
        "bot", "chatbot", "system", "automation", "automated", "auto_reply", "auto-reply", "auto reply", "autoreply",
        "autoresponder", "trigger", "workflow", "virtual agent", "ivr",
    ),
    "customers": ("customer", "requester", "end-user", "end_user", "end user", "visitor", "consumer"),
    "internal": (
        "note", "internal note", "internal_note", "private note", "private_note", "internal", "private", "assignment",
        "assigned", "transfer", "transferred",
    ),
    "answers": (
        "agent", "staff", "human", "teammate", "reply", "public reply", "public_reply", "answer", "response", "email",
        "e-mail", "call", "phone", "chat", "message", "sms",
    ),
}  # fmt: skip


class Kinds(NamedTuple):
    """What the values of `type` and `author` are: one of KNOWN -> values; and how many touches are of each."""

    values: dict[str, list[str]]
    counted: dict[str, int]


def with_touches(log: Log, config: Config) -> Log:
    """The log with what its touches say: `agent_id` and `team` of the first person, `final_agent_id` and `final_team`
    of the last one, `first_response_at`, `handle_seconds` of all people, and `reassigned`.

    Touches by bots and by customers are left out; internal ones are work, and no answer. A contact without touches
    keeps what the log says.

    Raises:
        Refusal: where the touches cannot be read, are of kinds that nobody explained, or belong to no contact.
    """
    touches = config.data.touches
    if touches is None:
        return log
    refuse_without_ids(KEY, log, config)
    read = read_beside(touches, KEY, WANTED, config, log)
    source, rows = read.part.source, read.table
    if config.pilot.as_of is not None:
        rows = rows.filter(log.clock.local(rows.opened_at).date() <= config.pilot.as_of)
    kinds = _kinds(rows, touches, source)
    by_contact = stored(_by_contact(_of_contacts(rows, log, touches, config), touches, kinds), source, "touched")
    facts = _facts(rows, by_contact)
    if not facts["contacts"]:
        raise Refusal("no touch belongs to a contact", file=source.name, key=f"{KEY}.key", found=touches.key,
                      allowed="the column with the ids of the contacts")  # fmt: skip
    table = log.table.left_join(by_contact, log.table.contact_id == by_contact.id_)
    derived = _derived(table, log, touches)
    differ: dict[str, int] = {}
    asked = {
        name: (table.id_.notnull() & (value != table[name])).sum()
        for name, value in derived.items()
        if name in log.columns
    }
    if asked:
        differ = {name: int(n or 0) for name, n in table.aggregate(**asked).to_pyarrow().to_pylist()[0].items()}
    helpers = [name for name in by_contact.columns if name in table.columns]
    dated: ir.Value = ibis.literal(False)
    if "first_response_at" in log.columns:
        dated = table.id_.isnull() & table.first_response_at_is_date
    if "response_seconds" in log.columns:  # of contacts whose touches are known the stamp says it
        derived["response_seconds"] = ibis.ifelse(table.id_.notnull(), ibis.null("float64"), table.response_seconds)
    table = table.mutate(**derived, first_response_at_is_date=dated).drop(*helpers)
    return replace(
        log, table=table, parts=(*log.parts, read.part),
        columns={**{name: name for name in derived}, **log.columns},
        notes=(*log.notes, _note(facts, kinds, differ, [name for name in derived if name != "response_seconds"])),
    )  # fmt: skip


def _kinds(rows: ir.Table, touches: Touches, source: Source) -> Kinds:
    """What each value of `type` and `author` means, and how many touches are of each kind.

    Raises:
        Refusal: for values that neither the config nor KNOWN explains.
    """
    names = [name for name in ("kind_", "author_") if name in rows.columns]
    if not names:
        return Kinds({}, {})
    folded = {name: rows[name].lower() for name in names}
    combined = rows.group_by(**folded).aggregate(n=ibis._.count()).limit(MOST_KINDS + 1).to_pyarrow().to_pylist()
    meaning = {value: kind for kind, values in KNOWN.items() for value in values}
    meaning |= {value.casefold(): kind for kind in KNOWN for value in getattr(touches, kind)}
    seen = {str(row[name]) for row in combined for name in names if row[name] is not None}
    unknown = sorted(seen - meaning.keys())
    if unknown or len(combined) > MOST_KINDS:
        raise Refusal(
            "nobody says what these kinds of touches are", file=source.name, key=KEY, found=listed(unknown, most=10),
            allowed="each value of `type` and `author` in one of answers, internal, bots or customers",
        )  # fmt: skip
    counted = dict.fromkeys(KNOWN, 0)
    for row in combined:
        found = [meaning[str(row[name])] for name in names if row[name] is not None]
        counted[min(found, key=list(KNOWN).index, default="answers")] += row["n"]
    return Kinds({kind: sorted(value for value in seen if meaning[value] == kind) for kind in KNOWN}, counted)


def _of_contacts(rows: ir.Table, log: Log, touches: Touches, config: Config) -> ir.Table:
    """The touches that belong to a contact and have a time, with its id in the contact table."""
    known = ids_of(log, touches.source, KEY, config).select("log_id_", id_="contact_id")
    rows = rows.filter(rows.opened_at.notnull())
    return rows.inner_join(known, rows.contact_id == known.log_id_)


def _by_contact(rows: ir.Table, touches: Touches, kinds: Kinds) -> ir.Table:
    """One row a touched contact; the order of touches at one time is that of their agents' and teams' names."""

    def is_any(kind: str) -> ir.BooleanValue:
        found = rows.id_.isnull()  # never
        for name in ("kind_", "author_"):
            if name in rows.columns and kinds.values.get(kind):
                found = found | rows[name].lower().isin(kinds.values[kind]).fill_null(False)
        return found

    nobody = is_any("bots") | is_any("customers")
    answer = ~nobody & ~is_any("internal")
    people = ~nobody
    asked: dict[str, ir.Value] = {
        "answered_": rows.opened_at.min(where=answer),
        "people_": people.sum(),
        "all_": rows.count(),
    }
    named = [name for name in ("agent_id", "team") if name in rows.columns]
    order = [rows[name] for name in named]
    for name in named:
        own = people & rows[name].notnull()
        asked[f"first_{name}_"] = rows[name].first(where=own, order_by=[rows.opened_at, *order])
        asked[f"last_{name}_"] = rows[name].first(where=own, order_by=[ibis.desc(rows.opened_at), *order])
    if named:
        by = "team" if "team" in named else "agent_id"
        asked["hands_"] = rows[by].nunique(where=people & rows[by].notnull())
    if touches.seconds is not None:
        asked["seconds_"] = rows.handle_seconds.sum(where=people)
    return rows.group_by("id_").aggregate(**asked)


def _derived(table: ir.Table, log: Log, touches: Touches) -> dict[str, ir.Value]:
    """What the touches decide; for contacts without touches, and where they name no handler, what the log says."""

    def own(name: str, kind: str) -> ir.Value:
        return table[name] if name in log.columns else ibis.null(kind)

    touched = table.id_.notnull()
    derived: dict[str, ir.Value] = {
        "first_response_at": ibis.ifelse(touched, table.answered_, own("first_response_at", "timestamp"))
    }
    for name, final, given in (("agent_id", "final_agent_id", touches.agent), ("team", "final_team", touches.team)):
        if given is not None:
            derived[name] = ibis.coalesce(table[f"first_{name}_"], own(name, "string"))
            derived[final] = ibis.coalesce(table[f"last_{name}_"], own(final, "string"))
    if touches.agent is not None or touches.team is not None:
        hands = ibis.greatest(table.hands_ - 1, 0).cast("float64")
        derived["reassigned"] = ibis.ifelse(touched, hands, own("reassigned", "float64"))
    if touches.seconds is not None:
        derived["handle_seconds"] = ibis.coalesce(table.seconds_, own("handle_seconds", "float64"))
    return derived


def _facts(rows: ir.Table, by_contact: ir.Table) -> dict[str, int]:
    total = rows.aggregate(rows=rows.count(), undated=rows.opened_at.isnull().sum()).to_pyarrow().to_pylist()[0]
    found = by_contact.aggregate(
        contacts=by_contact.count(), matched=by_contact.all_.sum(), nobody=(by_contact.people_ == 0).sum()
    ).to_pyarrow().to_pylist()[0]  # fmt: skip
    return {name: int(n or 0) for name, n in {**total, **found}.items()}


def _note(facts: dict[str, int], kinds: Kinds, differ: dict[str, int], derived: list[str]) -> Check:
    """What the touches say in place of the log, and what was left out.

    warn: more than MOST_UNMATCHED of them belong to no contact, or have no time.
    """
    said = [_("{n} touches of {contacts} contacts decide {columns}.").format(
        n=count(facts["matched"]), contacts=count(facts["contacts"]), columns=joined(derived))]  # fmt: skip
    if differ:
        parts = [_("{column} (other in {n})").format(column=name, n=count(n)) for name, n in differ.items()]
        said.append(_("The log has these as well, and gives way where a contact has touches: {columns}.").format(
            columns=joined(parts)))  # fmt: skip
    names = {"bots": _("bots"), "customers": _("customers"), "internal": _("internal"), "answers": _("answers")}
    parts = [
        _("{n} {kind} ({values})").format(n=count(n), kind=names[kind], values=joined(kinds.values[kind]))
        for kind, n in kinds.counted.items() if n
    ]  # fmt: skip
    if parts:
        text = _("By kind: {kinds}; bots and customers are left out, internal touches are work and no answer.")
        said.append(text.format(kinds=joined(parts)))
    unmatched = facts["rows"] - facts["undated"] - facts["matched"]
    for n, text in (
        (unmatched, _("{n} touches belong to no contact of the log.")),
        (facts["undated"], _("{n} touches have no time and are left out.")),
        (facts["nobody"], _("{n} contacts were touched by nobody but bots and customers.")),
    ):
        if n:
            said.append(text.format(n=count(n)))
    doubtful = unmatched > MOST_UNMATCHED * facts["rows"] or facts["undated"] > MOST_UNMATCHED * facts["rows"]
    return Check("touches", "warn" if doubtful else "info", " ".join(said))
