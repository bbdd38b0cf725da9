"""Ratings that a survey tool holds, joined to their contacts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.logs import SOURCE_NAME, Surveys
from pilot_analysis.config.models import Config
from pilot_analysis.contacts.beside import ids_of, read_beside, refuse_without_ids
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.log import Log
from pilot_analysis.contacts.settled import stored
from pilot_analysis.refusal import Refusal
from pilot_analysis.words import _, count, decimal, joined

DAY = 86_400
MOST_UNMATCHED = 0.05  # of a survey's rows
WANTED = {"contact_id": "key", "csat": "score", "opened_at": "answered_at", "csat_agent_id": "agent"}


def with_surveys(log: Log, config: Config) -> Log:
    """The log with the ratings of its surveys: `csat`, and as far as they say it when, of whom, and who was asked.

    Raises:
        Refusal: where a survey cannot be read, nothing of it belongs to a contact, or two answers cannot be told apart.
    """
    for number, surveys in enumerate(config.data.surveys):
        log = _with_survey(log, surveys, f"data.surveys.{number}", config)
    return log


def _with_survey(log: Log, surveys: Surveys, key: str, config: Config) -> Log:
    refuse_without_ids(key, log, config)
    read = read_beside(surveys, key, WANTED, config, log)
    source, place = read.part.source, key.replace(".", "_")
    answers = stored(
        _answers(read.table, ids_of(log, surveys.source, key, config), surveys), source, f"{place}_answers"
    )
    facts = _facts(answers)
    if not facts["matched"]:
        raise Refusal("no survey belongs to a contact", file=source.name, key=f"{key}.key", found=surveys.key,
                      allowed="the column with the ids of the contacts")  # fmt: skip
    counted = answers.filter(answers.counts, answers.rank_ == 0).select("id_", "score_", "at_", "agent_").distinct()
    _refuse_ambiguous(counted, surveys, key, source.name)
    table = log.table.left_join(counted, log.table.contact_id == counted.id_)
    if facts["unanswered"]:
        asked = answers.filter(answers.id_.notnull()).select(asked_="id_").distinct()
        table = table.left_join(asked, log.table.contact_id == asked.asked_)
    given: dict[str, ir.Value] = {"csat": table.score_}
    if surveys.answered_at is not None:
        given["csat_answered_at"] = table.at_
    if surveys.agent is not None:
        given["csat_agent_id"] = table.agent_
    if facts["unanswered"]:
        given["csat_offered"] = table.asked_.notnull()
    own = ibis.literal(True) if surveys.source is None else table[SOURCE_NAME] == surveys.source
    replaced = _replaced(table, own) if "csat" in log.columns else {}
    values: dict[str, ir.Value] = {
        name: ibis.ifelse(own, value, table[name] if name in log.columns else ibis.null(value.type()))
        for name, value in given.items()
    }
    if "csat_answered_at" in given:
        values["csat_answered_at_is_date"] = ibis.literal(False)
    helpers = [name for name in ("id_", "score_", "at_", "agent_", "asked_") if name in table.columns]
    return replace(
        log, table=table.mutate(**values).drop(*helpers), parts=(*log.parts, read.part),
        columns={**log.columns, **{name: name for name in given}},
        notes=(*log.notes, _note({**facts, **replaced}, surveys, source.name)),
    )  # fmt: skip


def _answers(rows: ir.Table, contacts: ir.Table, surveys: Surveys) -> ir.Table:
    """Every row of a survey with the contact it belongs to, whether it counts, and its rank among those that do."""
    closed = contacts.resolved_at if "resolved_at" in contacts.columns else ibis.null("timestamp")
    known = contacts.select(
        log_id_="log_id_", id_="contact_id", opened_="opened_at", closed_=ibis.coalesce(closed, contacts.opened_at),
        first_=contacts.agent_id if "agent_id" in contacts.columns else ibis.null("string"),
    )  # fmt: skip
    table = rows.left_join(known, rows.contact_id == known.log_id_)
    no = ibis.literal(False)
    late, early, rank = no, no, ibis.literal(0).cast("int64")
    at: ir.Value = ibis.null("timestamp")
    if surveys.answered_at is not None:
        at = table.opened_at
        early = (~table.opened_at_is_date & (at < table.opened_)).fill_null(False)
        if surveys.answer_window_days is not None:
            seconds = at.epoch_seconds() - table.closed_.epoch_seconds()
            late = (seconds > surveys.answer_window_days * DAY).fill_null(False)
    counts = table.id_.notnull() & table.csat.notnull() & ~late & ~early
    if surveys.answered_at is not None:
        order = ibis.desc(at, nulls_first=False) if surveys.keep == "last" else ibis.asc(at, nulls_first=False)
        rank = ibis.rank().over(ibis.window(group_by=[table.id_, counts], order_by=order))
    rated = table.csat_agent_id if surveys.agent is not None else ibis.null("string")
    return table.select(
        id_=table.id_, score_=table.csat, at_=at, agent_=rated, late=late, early=early, counts=counts, rank_=rank,
        other_agent=(rated != table.first_).fill_null(False),
    )  # fmt: skip


def _facts(answers: ir.Table) -> dict[str, int]:
    matched = answers.id_.notnull()
    used = answers.counts & (answers.rank_ == 0)
    asked = {
        "rows": answers.count(), "matched": matched.sum(), "unanswered": (matched & answers.score_.isnull()).sum(),
        "late": (matched & answers.late).sum(), "early": (matched & answers.early).sum(),
        "used": answers.id_.nunique(where=answers.counts), "several": (answers.counts & (answers.rank_ > 0)).sum(),
        "other_agent": (used & answers.other_agent).sum(),
    }  # fmt: skip
    row = answers.aggregate(**asked).to_pyarrow().to_pylist()[0]
    return {name: int(value or 0) for name, value in row.items()}


def _refuse_ambiguous(counted: ir.Table, surveys: Surveys, key: str, name: str) -> None:
    several = counted.group_by("id_").having(ibis._.count() > 1).aggregate(n=ibis._.count())
    row = several.aggregate(n=several.count(), example=several.id_.min()).to_pyarrow().to_pylist()[0]
    if row["n"]:
        raise Refusal(
            f"{row['n']:,} contacts have several answers, and nothing says which came {surveys.keep}", file=name,
            key=f"{key}.answered_at", found=row["example"], allowed="the time of the answers, and one rating at a time",
        )  # fmt: skip


def _replaced(table: ir.Table, own: ir.BooleanValue) -> dict[str, int]:
    """Ratings that the log has itself, and how many of them differ."""
    row = table.aggregate(
        had=(own & table.csat.notnull()).sum(), differ=(own & (table.csat != table.score_)).sum()
    ).to_pyarrow().to_pylist()[0]  # fmt: skip
    return {name: int(value or 0) for name, value in row.items()}


def _note(facts: Mapping[str, Any], surveys: Surveys, name: str) -> Check:
    """What became of a survey's rows.

    warn: more than MOST_UNMATCHED of them belong to no contact, or some are from before their contact.
    """
    unmatched = facts["rows"] - facts["matched"]
    said = [_("{n} ratings were joined from {rows} rows of {file}.").format(
        n=count(facts["used"]), rows=count(facts["rows"]), file=name.rpartition("/")[2])]  # fmt: skip
    window = decimal(surveys.answer_window_days or 0, 0)
    which = _("last") if surveys.keep == "last" else _("first")
    out = [
        (unmatched, _("{n} of contacts that the log does not have")),
        (facts["late"], _("{n} answered later than {days} days after the contact")),
        (facts["early"], _("{n} answered before their contact began")),
        (facts["several"], _("{n} besides the {which} answer of their contact")),
    ]
    parts = [text.format(n=count(n), days=window, which=which) for n, text in out if n]
    if parts:
        said.append(_("Left out: {parts}.").format(parts=joined(parts)))
    if facts["unanswered"]:
        said.append(_("{n} were sent and not answered.").format(n=count(facts["unanswered"])))
    if facts.get("had"):
        said.append(_("They stand in place of {n} ratings of the log itself, of which {differ} differ.").format(
            n=count(facts["had"]), differ=count(facts["differ"])))  # fmt: skip
    if facts["other_agent"]:
        said.append(_("{n} rate another agent than the one who had the contact first, for whom they count.").format(
            n=count(facts["other_agent"])))  # fmt: skip
    doubtful = unmatched > MOST_UNMATCHED * facts["rows"] or facts["early"]
    return Check("surveys", "warn" if doubtful else "info", " ".join(said))
