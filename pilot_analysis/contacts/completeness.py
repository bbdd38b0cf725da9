"""How much of what each KPI needs is there, by arm and week: whether a column stops, begins or thins out under way."""

from datetime import date, timedelta

import pandas as pd

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.groups import GROUPS
from pilot_analysis.contacts.table import ARMS, Contacts
from pilot_analysis.stats.dips import Dip, dip
from pilot_analysis.words import _, count, counted, day, joined, percent

COLUMNS = ["arm", "week", "column", "n", "filled", "share"]
STILL_COMING = timedelta(days=7)  # ratings of so young contacts
KNOWN = {"response": "known:response"}  # never answered is known as well


def completeness(contacts: Contacts, config: Config) -> pd.DataFrame:
    """The share of the judged contacts of each week (its Monday) that have what a KPI needs.

    Columns `arm` (the group), `week`, `column`, `n` contacts, how many are `filled`, and the `share`; of ratings whose
    time to come in is not over nothing.
    """
    judged = contacts.counts[contacts.counts["group"].notna()]
    weeks = judged.assign(week=[on - timedelta(days=on.weekday()) for on in judged["day"]])
    needed = _needed(contacts, config)
    own = {name: KNOWN.get(name, f"filled:{name}") for name in needed}
    sums = weeks.groupby(["group", "week"])[["judged", *own.values()]].sum().reset_index()
    sums = sums[sums["judged"] > 0]
    parts = [
        pd.DataFrame({"arm": sums["group"], "week": sums["week"], "column": name, "n": sums["judged"].astype(float),
                      "filled": sums[column].astype(float)})
        for name, column in own.items()
    ]  # fmt: skip
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    found = pd.concat(parts, ignore_index=True)
    newest = contacts.data_end.date() - STILL_COMING - timedelta(days=6)
    found = found[(found["column"] != "csat") | found["week"].le(newest)]
    order = {name: place for place, name in enumerate([*needed, *contacts.grouping.names])}
    found = found.sort_values(
        ["column", "arm", "week"], key=lambda c: c if c.name == "week" else c.map(order), ignore_index=True
    )
    return found.assign(share=found["filled"] / found["n"]).reindex(columns=COLUMNS)


def completeness_check(weeks: pd.DataFrame, contacts: Contacts, config: Config) -> Check | None:
    """Whether a column thins out in some weeks of one arm; None where no KPI needs one.

    warn: at least one does, while the other arm's does not. info: both do in the same weeks.
    """
    if weeks.empty:
        return None
    needed = _needed(contacts, config)
    names = contacts.grouping.names
    dips: dict[tuple[str, str], tuple[Dip, list[date]]] = {}
    for name in needed:
        table = weeks[weeks["column"] == name].pivot(index="week", columns="arm", values=["filled", "n"])
        for arm in names:
            found = _dip(table, arm, names)
            if found is not None and not (found[0].both and (name, _other(arm, names)) in dips):
                dips[name, arm] = found
    if not dips:
        return Check("completeness", "pass", _(
            "What the KPIs need is there in every week as in the others, in both arms."
        ))  # fmt: skip
    parts = [
        _("{column} of the {arm} contacts in {weeks}: {share} filled, {others} in the other weeks").format(
            column=name, arm=_both(contacts) if low.both else contacts.grouping.called(arm), weeks=_weeks(mondays),
            share=_few_or_share(low, config.privacy.smallest_cell), others=percent(low.others))
        for (name, arm), (low, mondays) in dips.items()
    ]  # fmt: skip
    kpis = dict.fromkeys(kpi for name, _arm in dips for kpi in needed[name])
    text = _("Thinner in some weeks: {parts}.").format(parts="; ".join(parts)) + " " + _(
        "Fewer contacts, and others than elsewhere, stand there behind {kpis}. Export these weeks again, or leave "
        "them out of both arms (design.exclude_dates)."
    ).format(kpis=joined(list(kpis)))  # fmt: skip
    return Check("completeness", "info" if all(low.both for low, _mondays in dips.values()) else "warn", text)


def _dip(table: pd.DataFrame, arm: str, names: tuple[str, ...]) -> tuple[Dip, list[date]] | None:
    """Where a column of an arm thins out, and the Mondays of these weeks.

    Args:
        table: a row a week; columns filled and n of each arm.
    """
    other = _other(arm, names)
    if other is None or not {("n", arm), ("n", other)} <= set(table.columns):
        return None
    pair = table[[(which, a) for a in (arm, other) for which in ("filled", "n")]].dropna()
    x, n, y, m = pair.to_numpy(dtype=float).T
    found = dip(x, n, y, m)
    return None if found is None else (found, list(pair.index[found.first : found.last + 1]))


def _few_or_share(low: Dip, smallest: int) -> str:
    return counted(low.n, smallest) if 0 < low.n < smallest else percent(low.share)


def _both(contacts: Contacts) -> str:
    return joined([contacts.grouping.called(arm) for arm in ARMS])


def _other(arm: str, names: tuple[str, ...]) -> str | None:
    """The group of the same days."""
    other = GROUPS[GROUPS.index(arm) ^ 1]
    return other if other in names else None


def _needed(contacts: Contacts, config: Config) -> dict[str, list[str]]:
    """Column -> what rests on it, of what the log has."""
    columns = contacts.columns
    csat, fcr, cost = _("customer satisfaction"), _("first contact resolution"), _("cost per contact")
    found: dict[str, list[str]] = {}

    def need(column: str, what: str) -> None:
        if column in columns:
            found.setdefault(column, []).append(what)

    need("csat", csat)
    if {"first_response_at", "response_seconds"} & columns:
        found["response"] = [_("the response times")]
    by_flag = config.kpis.fcr.measured_by(columns) == "flag"
    for column in ["fcr"] if by_flag else ["customer_id", *map(config.column, config.kpis.fcr.same)]:
        need(column, fcr)
    need("cost", cost)
    need("handle_seconds", _("the handle time"))
    need(config.column(config.design.cluster), _("every interval"))
    for column in config.case_mix:
        need(column, _("the comparison of like with like"))
    return found


def _weeks(mondays: list[date]) -> str:
    if len(mondays) == 1:
        return _("the week of {day}").format(day=day(mondays[0]))
    return _("the {n} weeks from {first} to {last}").format(
        n=count(len(mondays)), first=day(mondays[0]), last=day(mondays[-1] + timedelta(days=6))
    )
