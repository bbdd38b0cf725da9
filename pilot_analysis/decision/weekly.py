"""Checks of the weeks: whether contacts were routed alike throughout, and whether the pilot changed under way."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from pilot_analysis.contacts.check import Check
from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.estimates import Weekly
from pilot_analysis.decision.routing_plan import AgainstPlan
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.stats.intervals import holm
from pilot_analysis.stats.slope import Slope, weighted_slope
from pilot_analysis.words import _, benefit, count, day, decimal, joined, p_value, percent

FEWEST_WEEKS = 4  # for a line through weekly differences
FEWEST_WHOLE_WEEKS = 3
SHARE_CHANGE = 0.25  # of the pilot's share of contacts, that no week should lie above or below the others
STANDARD_ERRORS = 4.0  # by how many a week has to lie apart
DRIFT_OF_SHARE = 0.01  # level of a line through the weekly shares
DRIFT = 0.05  # level of the lines through the KPIs' weekly differences, by Holm over the KPIs
PART_OF_LIMIT = 0.5  # of a KPI's margin (or hurdle), that the line has to change by


def weekly_checks(
    weekly: Weekly, estimates: Sequence[Estimate], first: date, last: date, plan: AgainstPlan | None = None
) -> list[Check]:
    """The checks of the judged weeks, from `first` to `last`; `plan` is the share that came beside the planned one."""
    found = [with_plan(routing_share_check(weekly.contacts, first, last), plan), drift_check(weekly.values, estimates)]
    return [check for check in found if check is not None]


def with_plan(check: Check | None, plan: AgainstPlan | None) -> Check | None:
    """What is said of the routing, with what was planned."""
    if plan is None:
        return check
    if check is None:
        return Check("routing_share", "warn" if plan.off else "pass", plan.text)
    return Check(check.id, "warn" if plan.off else check.status, f"{check.text} {plan.text}")


def routing_share_check(contacts: pd.DataFrame, first: date, last: date) -> Check | None:
    """Whether the pilot's share of the segment's contacts jumps or drifts over the whole weeks.

    Args:
        contacts: columns week (its Monday), arm, n.
        first, last: days between which whole weeks are looked at.
    """
    weeks = contacts.groupby(["week", "arm"])["n"].sum().unstack("arm").dropna()
    if weeks.empty:
        return None
    monday = pd.to_datetime(weeks.index).date
    weeks = weeks[(monday >= first) & (monday + timedelta(days=6) <= last)]
    if len(weeks) < FEWEST_WHOLE_WEEKS:
        text = _("Fewer than {n} whole weeks are judged: too few to tell whether routing changed.")
        return Check("routing_share", "info", text.format(n=FEWEST_WHOLE_WEEKS))
    pilot, n = weeks["pilot"].to_numpy(dtype=float), weeks.sum(axis=1).to_numpy(dtype=float)
    share, others = pilot / n, (pilot.sum() - pilot) / (n.sum() - n)
    text = _(
        "In the {n} whole weeks the pilot had between {low} and {high} of the segment's contacts, {share} in all."
    ).format(n=len(weeks), low=percent(share.min()), high=percent(share.max()), share=percent(pilot.sum() / n.sum()))
    apart = np.abs(share - others)
    jumped = (apart > SHARE_CHANGE * others) & (apart > STANDARD_ERRORS * np.sqrt(others * (1 - others) / n))
    line = weighted_slope(np.arange(len(n), dtype=float), share, n)
    change = 0.0 if line is None else line.slope * (len(n) - 1)
    drifts = line is not None and line.p < DRIFT_OF_SHARE and abs(change) > SHARE_CHANGE * pilot.sum() / n.sum()
    if not jumped.any() and not drifts:
        return Check("routing_share", "pass", text)
    if jumped.any():
        named = [
            _("{share} in the week of {day}").format(share=percent(s), day=day(pd.Timestamp(week).date()))
            for week, s in zip(weeks.index[jumped], share[jumped], strict=True)
        ]
        text += " " + _("Apart from the other weeks: {weeks}.").format(weeks=joined(named))
    else:
        text += " " + _("It changes by {change} from the first to the last week.").format(
            change=benefit(change, "fraction", "difference")
        )
    return Check("routing_share", "warn", text + " " + _(
        "Contacts were routed differently under way: the arms may have had other kinds of contacts since, which bears "
        "on every KPI. Ask when and why, and review the time before and after by itself."
    ))  # fmt: skip


def drift_check(trend: pd.DataFrame, estimates: Sequence[Estimate]) -> Check | None:
    """Whether the pilot against in-house changes over the judged weeks: still learning, or novelty wearing off.

    A line through the weekly differences (logarithms of ratios), weighted by the contacts behind them; its error is
    that of the scatter of the weeks, of shares at least that of contacts drawn alike. Means are not adjusted for the
    mix of contacts. None with fewer than FEWEST_WEEKS weeks.

    Args:
        trend: columns kpi, week, arm, value, n, phase.
        estimates: those whose metric is in the trend are looked at.
    """
    found: list[tuple[Metric, Slope, float]] = []
    weeks = 0
    for e in estimates:
        rows = trend[(trend["kpi"] == e.metric.id) & (trend["phase"] == "judged")]
        if e.effect is None or rows.empty:
            continue
        values, n = (rows.pivot_table(index="week", columns="arm", values=name) for name in ("value", "n"))
        both = values.notna().all(axis=1) if {"pilot", "baseline"} <= set(values.columns) else values.isna().any(axis=1)
        values, n = values[both], n[both]
        if len(values) < FEWEST_WEEKS or (e.metric.kind == "ratio" and not (values > 0).all(axis=None)):
            continue
        shown = np.log(values) if e.metric.kind == "ratio" else values
        better = (shown["pilot"] - shown["baseline"]).to_numpy() * (1 if e.metric.better == "higher" else -1)
        at = (pd.to_datetime(values.index) - pd.Timestamp(values.index[0])).days.to_numpy() / 7
        mean = float((values * n).to_numpy().sum() / n.to_numpy().sum())
        least = mean * (1 - mean) if e.metric.unit == "fraction" else 0.0  # contacts drawn alike scatter so much
        line = weighted_slope(at, better, (1 / (1 / n["pilot"] + 1 / n["baseline"])).to_numpy(), max(least, 0.0))
        if line is not None:
            found.append((e.metric, line, line.slope * float(at[-1])))
            weeks = max(weeks, len(values))
    if not found:
        return None
    adjusted = holm([line.p for _metric, line, _change in found])
    drifting = [
        (metric, change, p)
        for (metric, _line, change), p in zip(found, adjusted, strict=True)
        if p < DRIFT and abs(change) > PART_OF_LIMIT * (metric.margin or metric.hurdle or 0.0)
    ]
    if not drifting:
        (metric, _line, change), p = min(zip(found, adjusted, strict=True), key=lambda row: row[0][1].p)
        return Check("drift", "pass", _(
            "Over the {n} judged weeks no KPI of the pilot drifts against in-house; most of all {kpi}, {change} from "
            "the first to the last (p {p}, by Holm)."
        ).format(n=count(weeks), kpi=metric.name, change=_changed(metric, change), p=p_value(p)))  # fmt: skip
    parts = [
        _("{kpi} {change} (p {p}, by Holm)").format(kpi=metric.name, change=_changed(metric, change), p=p_value(p))
        for metric, change, p in drifting
    ]
    end = (
        _("The average flatters what the pilot came to: look at the last weeks before scaling.")
        if all(change < 0 for _metric, change, _p in drifting)
        else _("The pilot was still changing: its average is not what it came to.")
    )
    return Check("drift", "warn", _(
        "From the first to the last of the {n} judged weeks, against in-house: {parts}. {end}"
    ).format(n=count(weeks), parts=joined(parts), end=end))  # fmt: skip


def _changed(metric: Metric, change: float) -> str:
    """A change for the better as it shows in the KPI itself; of a ratio the factor."""
    if metric.kind == "ratio":
        return _("{factor} times what it was").format(factor=decimal(float(np.exp(-change)), 2))
    return benefit(change if metric.better == "higher" else -change, metric.unit, metric.kind)
