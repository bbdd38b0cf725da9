"""The value that each contact contributes to each KPI, as lazy columns on the contact table.

A column `v_<measure>` holds the value, null where it was not observed; `p_<measure>` says whether the
contact belongs to the KPI's population (a survey not answered belongs to it, and so weighs in the case
mix). Nothing is read here.
"""

from datetime import timedelta

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.arms import with_arms
from pilot_analysis.contacts.floats import ONE, ZERO
from pilot_analysis.contacts.merged import is_merged, with_reasons_of_targets
from pilot_analysis.contacts.settled import is_put_aside, put_aside
from pilot_analysis.contacts.table import Contacts

NO = ibis.literal(False)
YES = ibis.literal(True)
NOTHING = ibis.null("float64")
OF_TARGETS = ("csat", "csat_mean", "answered", "offered", "response", "within", "resolution", "nps")
IDS = {"contact_id", "issue_id", "customer_id"}
NEIGHBOURS = ("eligible", "since", "until", "crossed")
WINDOWS = (1, 3, 7, 14, 30)  # days within which a contact may count as a repeat, for the sensitivity


def measured(contacts: Contacts, config: Config) -> ir.Table:
    """The contact table with `v_` and `p_` columns for everything that this log can measure.

    Repeat contacts are looked for in the whole log; filters on period, segment and arm come after.
    `v_naive_fcr` is what a count without maturity and index contacts would call resolved.
    """
    table, columns = contacts.table, contacts.columns
    by_flag = config.kpis.fcr.measured_by(columns) == "flag"
    reason = None if by_flag or "customer_id" not in columns else _reason(contacts, config)
    if reason is not None:
        table = _followed(contacts, reason, config)
    table = table.mutate(w=table.weight if "weight" in columns else ONE)
    groups = contacts.grouping.names
    values: dict[str, ir.Value] = {}
    if "csat" in columns:
        answered = table.csat.notnull()
        satisfied = one_if(table.csat >= config.kpis.csat.satisfied_from)
        values["v_csat"] = ibis.ifelse(answered, satisfied, NOTHING)
        values["v_csat_mean"] = table.csat
        values["v_answered"] = one_if(answered)
        if all(contacts.filled(group, "csat_offered") for group in groups):
            # whoever answered was asked, whatever the log says
            offered = table.csat_offered | answered
            values["v_offered"] = ibis.ifelse(table.csat_offered.notnull(), as_number(offered), NOTHING)
            values["p_answered"] = table.csat_offered.notnull() & offered
    if any(contacts.filled(group, "response") for group in groups):
        known = table.response.notnull() | table.unanswered
        values["v_response"], values["p_response"] = table.response, known
        values["u_response"] = table.unanswered
        limits = config.kpis.response_time.within_seconds
        if limits and "channel" in columns:
            values |= _within(table, limits, known)
    for name in ("reopened", "escalated", "abandoned", "complaint"):
        if name in columns:
            values[f"v_{name}"] = as_number(table[name])
    for name in ("handle_seconds", "qa_score"):
        if name in columns:
            values["v_" + name.removesuffix("_seconds")] = table[name]
    if "resolved_at" in columns:
        seconds = (table.resolved_at.epoch_seconds() - table.opened_at.epoch_seconds()).cast("float64")
        values["v_resolution"] = ibis.ifelse(seconds >= 0, seconds, NOTHING)
        values["u_resolution"] = table.resolved_at.isnull()
        values["p_resolution"] = table.resolved_at.isnull() | (seconds >= 0)
    if "nps" in columns:
        score = ibis.cases((table.nps >= 9, 1.0), (table.nps >= 7, 0.0), else_=-1.0)
        values["v_nps"] = ibis.ifelse(table.nps.notnull(), score, NOTHING)
    if any(contacts.filled(group, "final_arm") for group in groups):
        values["v_passed_on"] = one_if(_passed_on(table))
    if "merged_into" in columns:
        values |= _without_merged(values, ~is_merged(table))
    table = table.mutate(**values)
    if by_flag and "fcr" in columns:
        table = table.mutate(v_fcr=as_number(table.fcr), v_naive_fcr=as_number(table.fcr))
    return table if reason is None else _with_repeat_contacts(table, contacts, config)


def _without_merged(values: dict[str, ir.Value], own: ir.BooleanValue) -> dict[str, ir.Value]:
    """Ratings and times without those of merged contacts, which are the affair of the contact they were merged into."""
    found: dict[str, ir.Value] = {}
    for name in OF_TARGETS:
        if f"v_{name}" in values:
            found[f"v_{name}"] = ibis.ifelse(own, values[f"v_{name}"], NOTHING)
            found[f"p_{name}"] = own & values.get(f"p_{name}", YES)
    return found


def as_number(answer: ir.BooleanValue) -> ir.FloatingValue:
    """1 for true, 0 for false, null for neither; not every engine casts booleans to numbers."""
    return ibis.cases((answer, 1.0), (~answer, 0.0), else_=NOTHING)


def one_if(answer: ir.BooleanValue) -> ir.FloatingValue:
    """1 where it is so, else 0: of an answer that is never null, and so need not be asked twice."""
    return ibis.ifelse(answer, ONE, ZERO)


def _passed_on(table: ir.Table) -> ir.BooleanValue:
    """Whether the other arm had the contact at last; never null."""
    return (table.final_arm != table.arm).fill_null(NO)


def window_measure(days: int) -> str:
    """The measure of first contact resolution with another window than the one agreed on."""
    return f"fcr_w{days}"


BY_REPEATS = frozenset({"fcr", *map(window_measure, WINDOWS), "crossed"})
"""Measures that are known of every contact of their population, where they have one, and of no other."""

SHARES = BY_REPEATS | {
    "csat", "answered", "offered", "within", "reopened", "escalated", "abandoned", "complaint", "passed_on",
    "naive_fcr", "immature", "ineligible",
}  # fmt: skip
"""Measures whose values are 0 or 1: how many there are and their sum say how they scatter."""


def has_measure(table: ir.Table, measure: str) -> bool:
    """Whether the table holds a measured column."""
    return f"v_{measure}" in table.columns


def population(table: ir.Table, measure: str) -> ir.BooleanValue | None:
    """Which contacts belong to the population of a measure; None where all do."""
    name = f"p_{measure}"
    return table[name] if name in table.columns else None


def observed(table: ir.Table, measure: str) -> ir.BooleanValue:
    """Which contacts of the population have a value."""
    known, member = table[f"v_{measure}"].notnull(), population(table, measure)
    return known if member is None else member & known


def _within(table: ir.Table, limits: dict[str, float], known: ir.BooleanValue) -> dict[str, ir.Value]:
    """Answered within the channel's target; never answered is missed."""
    channel = table.channel.lower()
    cases = [(channel == name.casefold(), limit) for name, limit in limits.items()]
    limit = ibis.cases(*cases, else_=NOTHING)
    inside = ibis.ifelse(table.unanswered, NO, table.response <= limit)
    has_target = known & limit.notnull()
    return {"v_within": ibis.ifelse(has_target, as_number(inside), NOTHING), "p_within": has_target}


def _reason(contacts: Contacts, config: Config) -> list[str] | None:
    """The columns that say what a contact was about; None where the log lacks one."""
    reason = ["issue_id"] if "issue_id" in contacts.columns else list(map(config.column, config.kpis.fcr.same))
    return reason if contacts.columns.issuperset(reason) else None


def _followed(contacts: Contacts, reason: list[str], config: Config) -> ir.Table:
    """The contact table with what `_with_neighbours` adds, for which a large log is sorted once.

    What is sorted is the contacts as they were read: fewer columns than the table has, the others are derived anew.
    """
    if not is_put_aside(contacts.source):
        return _with_neighbours(contacts.table, reason)
    followed = _with_neighbours(with_arms(contacts.read, config, contacts.source.engine), reason)
    kept = [name for name in contacts.read.columns if name not in _ids_of_no_use(contacts, config)]
    return contacts.derived(put_aside(followed.select(*kept, *NEIGHBOURS), "followed"))


def _with_neighbours(table: ir.Table, reason: list[str]) -> ir.Table:
    """Seconds to the customer's contacts before (`since`) and after (`until`) on the same reason, and whether the
    latter has `crossed` to another arm.

    A contact without customer or reason is not eligible. One that was merged has those of its target.
    """
    table, keys = with_reasons_of_targets(table, ["customer_id", *reason])
    eligible = table[keys[0]].notnull()
    for name in keys[1:]:
        eligible = eligible & table[name].notnull()
    order = [table[name] for name in ("opened_at", "contact_id") if name in table.columns]
    window = ibis.window(group_by=keys, order_by=order)
    at = table.opened_at.epoch_seconds().cast("int64")
    return table.mutate(
        eligible=eligible,
        since=at - at.lag().over(window),
        until=at.lead().over(window) - at,
        crossed=(table.arm.lead().over(window) != table.arm).fill_null(NO),
    )


def _ids_of_no_use(contacts: Contacts, config: Config) -> set[str]:
    """The ids that nothing is asked of once repeats are found: in a large log they take most of the room."""
    used = {config.column(config.design.cluster), *config.case_mix, *map(config.column, config.design.segments)}
    if "comment" in contacts.columns or "agent_id" not in contacts.columns:
        used.add("customer_id")
    if "merged_into" in contacts.columns:
        used.add("contact_id")
    return (IDS & contacts.columns) - used


def _with_repeat_contacts(table: ir.Table, contacts: Contacts, config: Config) -> ir.Table:
    """First contact resolution by repeat contact, with the agreed window and with the others of WINDOWS."""
    fcr = config.kpis.fcr
    agreed = _Window(table, contacts, fcr.window_days)
    values = {
        "v_fcr": agreed.resolved,
        "p_fcr": agreed.index,
        "v_crossed": ibis.ifelse(agreed.index & agreed.followed, one_if(table.crossed), NOTHING),
        "p_crossed": agreed.index & agreed.followed,
        "v_naive_fcr": one_if(~agreed.followed),
        "v_immature": one_if(~agreed.mature),
        "v_ineligible": one_if(~table.eligible),
    }
    for days in WINDOWS:
        if days != fcr.window_days:
            other = _Window(table, contacts, days)
            values[f"v_{window_measure(days)}"] = other.resolved
            values[f"p_{window_measure(days)}"] = other.index
    return table.mutate(**values)


class _Window:
    """First contact resolution with a window of some days, from the contacts before and after.

    Index contact: no contact of the customer on the same reason in the days before. Resolved: none in the days
    after, by any channel and any team, and not handed to the other arm. Contacts younger than the window at the
    end of the data cannot be judged yet, those of the log's first days cannot be told from repeats.
    """

    def __init__(self, table: ir.Table, contacts: Contacts, days: int) -> None:
        width, reach = days * 86_400, timedelta(days=days)
        is_first = (table.since > width).fill_null(YES)
        told_apart = table.opened_at >= ibis.timestamp(contacts.log_start + reach)
        self.mature = table.opened_at <= ibis.timestamp(contacts.data_end - reach)
        self.index = table.eligible & is_first & self.mature & told_apart
        self.followed = (table.until <= width).fill_null(NO) & table.eligible
        self.resolved = ibis.ifelse(self.index, one_if(~self.followed & ~_passed_on(table)), NOTHING)
