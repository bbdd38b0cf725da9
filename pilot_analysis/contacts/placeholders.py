"""Ids that name nobody: words for nothing, and a customer with more contacts than one person has."""

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.logs import SOURCE_ARM
from pilot_analysis.config.models import Config
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.faults import reading
from pilot_analysis.contacts.table import Contacts, judged_contacts, number_of
from pilot_analysis.words import _, count, joined, percent

WORDS = (
    "-", "--", "?", ".", "0", "-1", "n/a", "#n/a", "na", "nan", "null", "none", "nil", "\\n", "(blank)", "(none)",
    "(empty)", "empty", "unknown", "anonymous", "unassigned", "undefined", "not set", "no agent", "no customer", "test",
)  # fmt: skip
LEAST = 0.01  # share of an arm's contacts
FEWEST = 20  # contacts of a customer who may be no person
TIMES_THE_OTHERS = 5.0  # contacts of that customer, beside those of the arm's fourth busiest
BUCKETS = 4096
MOST_NAMED = 3  # customers looked at in each arm


def placeholders_check(contacts: Contacts, config: Config) -> Check | None:
    """Whether ids of agents, customers or teams stand for nobody; None where the log names no agent or customer.

    warn: words for nothing are more than LEAST of an arm's contacts; or, where repeat contacts are looked for, up to
    MOST_NAMED customers have at least LEAST of them, FEWEST, and TIMES_THE_OTHERS the next one's.
    """
    names = [name for name in ("agent_id", "customer_id") if name in contacts.columns]
    nowhere = _of_no_arm(contacts, config)
    if not names and not nowhere:
        return None
    parts = [*nowhere, *_words_for_nothing(contacts, names)]
    by_repeat = "customer_id" in names and config.kpis.fcr.measured_by(contacts.columns) != "flag"
    if by_repeat and not any(name == "customer_id" for name, _part in parts):
        parts += _busy_customers(contacts)
    if not parts:
        return Check("placeholders", "pass", _("No id of an agent or customer looks as if it stood for nobody."))
    text = _("Ids that name nobody: {parts}.").format(parts=joined([part for _name, part in parts]))
    if nowhere:
        text += " " + _("They count for no arm, or for the one that is the rest: find out whose contacts they are.")
    if any(name == "customer_id" for name, _part in parts):
        text += " " + _(
            "Contacts of one customer count as repeats of each other: first contact resolution then looks worse than "
            "it is."
        )
    if any(name == "agent_id" for name, _part in parts):
        text += " " + _("Whoever hides behind it counts as one agent: the intervals rest on fewer than there are.")
    if len(parts) > len(nowhere):
        text += " " + _("Say that it is nothing, as in data.codes: {customer_id: {unknown: null}}, or export the ids.")
    return Check("placeholders", "warn", text)


def _of_no_arm(contacts: Contacts, config: Config) -> list[tuple[str, str]]:
    """What to say of words for nothing, and of nothing, in the column that decides the arm, where no arm names them;
    nothing is named by the check `missing` where one arm is the rest."""
    arm, t = config.data.arm, contacts.table
    column = config.column(arm.column)
    if column not in t.columns or SOURCE_ARM in t.columns or not isinstance(t[column], ir.StringValue):
        return []
    inside = t.filter(t.in_segment, t.phase.isin(("ramp_up", "judged")))
    word = ibis.ifelse(inside[column].isnull(), ibis.literal(""), inside[column].lower())
    with reading(contacts.source.name):
        rows = inside.group_by(word=word).aggregate(n=number_of(inside)).to_pyarrow().to_pylist()
    named = {name.lower() for names in (arm.baseline, arm.pilot) if names != "rest" for name in names}
    nothing = WORDS if "rest" in (arm.baseline, arm.pilot) else (*WORDS, "")
    whole = sum(row["n"] for row in rows)
    return [
        (column, _("{column} is {word!r} in {share} of all contacts").format(
            column=column, word=row["word"], share=percent(row["n"] / whole)))
        for row in sorted(rows, key=lambda row: str(row["word"]))
        if row["word"] in nothing and row["word"] not in named and row["n"] > LEAST * whole
    ]  # fmt: skip


def _words_for_nothing(contacts: Contacts, names: Sequence[str]) -> list[tuple[str, str]]:
    """Column, and what to say of the words for nothing in it."""
    t = judged_contacts(contacts.table)
    asked = {name: t[name].lower().isin(WORDS) for name in names}
    with reading(contacts.source.name):
        rows = t.group_by("arm").aggregate(
            n=number_of(t), **{name: number_of(t, where).fill_null(0) for name, where in asked.items()},
            **{f"{name}:word": t[name].max(where=where) for name, where in asked.items()},
        ).to_pyarrow().to_pylist()  # fmt: skip
    return [
        (name, _("{column} is {word!r} in {share} of the {arm} contacts").format(
            column=name, word=row[f"{name}:word"], share=percent(row[name] / row["n"]),
            arm=contacts.grouping.called(row["arm"])))
        for name in names for row in sorted(rows, key=lambda row: str(row["arm"]))
        if row["n"] and row[name] / row["n"] > LEAST
    ]  # fmt: skip


def _busy_customers(contacts: Contacts) -> list[tuple[str, str]]:
    """What to say of customers with more contacts than one person has; nobody is named."""
    t = judged_contacts(contacts.table).filter(ibis._.customer_id.notnull())
    least = {arm: max(FEWEST, LEAST * float(contacts.facts[arm]["judged"])) for arm in contacts.grouping.names}
    if contacts.source.engine == "duckdb" and not _crowded(t, least, contacts):
        return []
    by_customer = t.group_by("arm", "customer_id").aggregate(n=number_of(t))
    place = ibis.row_number().over(ibis.window(group_by="arm", order_by=ibis.desc("n")))
    few = by_customer.select("arm", "n", place=place)
    with reading(contacts.source.name):
        rows = few.filter(few.place <= MOST_NAMED).to_pyarrow().to_pylist()
    found = []
    for arm in contacts.grouping.names:
        top = sorted((row["n"] for row in rows if row["arm"] == arm), reverse=True)
        others = top[MOST_NAMED] if len(top) > MOST_NAMED else 1
        judged = float(contacts.facts[arm]["judged"])
        for n in top[:MOST_NAMED]:
            if n >= max(least[arm], TIMES_THE_OTHERS * others):
                found.append(("customer_id", _("one customer has {n} of the {arm} contacts ({share})").format(
                    n=count(n), arm=contacts.grouping.called(arm), share=percent(n / judged))))  # fmt: skip
    return found


def _crowded(t: ir.Table, least: Mapping[str, float], contacts: Contacts) -> bool:
    """Whether any customers whose ids share a hash have together what is `least` of a busy one, by arm: of a large log
    that is counted in a fraction of the time that its customers take."""
    by_hash = t.group_by("arm", bucket=t.customer_id.hash() % BUCKETS).aggregate(n=number_of(t))
    most = by_hash.group_by("arm").aggregate(n=by_hash.n.max())
    with reading(contacts.source.name):
        return any(row["n"] >= least[row["arm"]] for row in most.to_pyarrow().to_pylist())
