"""A KPI week by week in both arms, with the start and the ramp-up. Draws what the review holds."""

from datetime import date
from math import ceil, inf, isclose, nan
from typing import TYPE_CHECKING, Any

from pilot_analysis import words
from pilot_analysis.report import wording
from pilot_analysis.report.style import heading, ink
from pilot_analysis.words import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ARMS = {"baseline": ("house", "s", (0, (4, 1.6))), "pilot": ("pilot", "o", "-")}
# A unit of time in seconds, and from what value on it is used.
SPANS = ((86400, 48 * 3600), (3600, 90 * 60), (60, 90), (1, 0))
MOST_DATES = 4
APART = 0.13


def trend_ids(review: dict[str, Any]) -> list[str]:
    """The KPIs with a say in the verdict that have weekly values."""
    weekly = {point["kpi"] for point in review["trend"] if point["value"] is not None}
    return [kpi["id"] for kpi in review["kpis"] if kpi["role"] != "secondary" and kpi["id"] in weekly]


def trend(ax: "Axes", review: dict[str, Any], kpi_id: str) -> None:
    """A KPI's weekly values by arm, with start, ramp-up and, where the data go on, end of the pilot.

    The horizontal axis counts days from the pilot's start, the vertical one is in the KPI's own unit.
    """
    kpi = next(k for k in review["kpis"] if k["id"] == kpi_id)
    points = [point for point in review["trend"] if point["kpi"] == kpi_id]
    start = date.fromisoformat(review["pilot"]["start"])
    phases = _phases(review["pilot"], start)
    heading(ax, wording.lines(kpi["label"], 52, 1), wording.lines(trend_text(review, kpi), 68, 3), above=15)
    _mark_phases(ax, phases, goes_on=any(point["phase"] == "after" for point in points))

    ends: dict[str, float] = {}
    for arm, (colour, marker, dashes) in ARMS.items():
        line = sorted(
            (_middle(days_between(start, point["week"]), phases[point["phase"]]), point["value"])
            for point in points
            if point["arm"] == arm
        )
        x = [days for days, _value in line]
        y = [nan if value is None else value for _days, value in line]
        ax.plot(x, y, marker=marker, ls=dashes, color=ink(colour), ms=3, lw=1.5, zorder=3, gid=arm)
        known = [value for _days, value in line if value is not None]
        if known:
            ends[arm] = known[-1]
    level_axis(ax, kpi["unit"])
    _week_axis(ax, start, sorted({point["week"] for point in points}))
    _arm_labels(ax, ends)


def _phases(pilot: dict[str, Any], start: date) -> dict[str, tuple[float, float]]:
    """First day and day after the last of each phase, counted from the pilot's start."""
    judged = days_between(start, pilot["judged_from"])
    end = days_between(start, pilot["end"]) + 1
    return {"before": (-inf, 0), "ramp_up": (0, judged), "judged": (judged, end), "after": (end, inf)}


def _middle(week: int, phase: tuple[float, float]) -> float:
    """The middle of those days of a week that lie in the phase: start and end may cut a week."""
    return (max(week, phase[0]) + min(week + 7, phase[1])) / 2


def _mark_phases(ax: "Axes", phases: dict[str, tuple[float, float]], *, goes_on: bool) -> None:
    judged, end = phases["judged"]
    ax.axvline(0, color=ink("axis"), linewidth=0.9, zorder=1, gid="start")
    if judged > 0:
        ax.axvspan(0, judged, color=ink("shade"), linewidth=0, zorder=0, gid="ramp-up")
    if goes_on:
        ax.axvline(end, color=ink("axis"), linewidth=0.9, ls=(0, (2, 2)), zorder=1, gid="end")
    marks = [(0.0, "left", _("start, ramp-up") if judged > 0 else _("start"))]
    marks += [(end, "center", _("end"))] if goes_on else []
    for x, side, mark in marks:
        ax.annotate(
            mark, (x, 1), (0, 3), xycoords=("data", "axes fraction"), textcoords="offset points",
            ha=side, color=ink("muted"), fontsize=7,
        )  # fmt: skip


def days_between(start: date, when: str) -> int:
    """The days from `start` to the ISO date `when`."""
    return (date.fromisoformat(when) - start).days


def level_axis(ax: "Axes", unit: str) -> None:
    """A vertical axis with three or four round values of the KPI's own unit, written as the table writes them."""
    from matplotlib.ticker import MaxNLocator

    ax.margins(x=0.04, y=0.16)
    bottom, top = ax.get_ylim()
    size = next(size for size, least in SPANS if top >= least) if unit == "seconds" else 1
    values = MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]).tick_values(bottom / size, top / size)
    ticks = [value * size for value in values if bottom <= value * size <= top]
    ax.set_yticks(ticks, [_tick(t, unit, size, ticks) for t in ticks], fontsize=7.5)
    ax.grid(axis="y", linewidth=0.7)
    ax.set_axisbelow(True)
    ax.tick_params(axis="y", length=0)


def _tick(value: float, unit: str, size: int, ticks: list[float]) -> str:
    scale = 100 if unit == "fraction" else 1 / size
    digits = next((d for d in range(5) if all(isclose(t * scale, round(t * scale, d), abs_tol=1e-9) for t in ticks)), 5)
    if unit == "fraction":
        return words.percent(value, digits)
    if unit == "seconds":
        span = {86400: _("{n} days"), 3600: _("{n} h"), 60: _("{n} min"), 1: _("{n} s")}[size]
        return span.format(n=words.decimal(value / size, digits))
    return words.decimal(value, digits) if unit == "score" else words.money(value, unit, 2 if digits == 1 else digits)


def _week_axis(ax: "Axes", start: date, weeks: list[str]) -> None:
    """The first day of some weeks, evenly apart."""
    marked = weeks[:: ceil(len(weeks) / MOST_DATES) or 1]
    names = [wording.short_day(date.fromisoformat(week)) for week in marked]
    ax.set_xticks([days_between(start, week) for week in marked], names, fontsize=7.5)
    ax.tick_params(axis="x", length=2.5)


def _arm_labels(ax: "Axes", ends: dict[str, float]) -> None:
    """Each arm's name beside its last value, moved apart where they would touch."""
    bottom, top = ax.get_ylim()
    names = {"baseline": _("In-house"), "pilot": _("Pilot")}
    places = {arm: (value - bottom) / (top - bottom) for arm, value in ends.items()}
    if len(places) == 2:
        lower, upper = sorted(places, key=lambda arm: places[arm])
        lacking = max(APART - (places[upper] - places[lower]), 0.0) / 2
        places[lower], places[upper] = places[lower] - lacking, places[upper] + lacking
    for arm, place in places.items():
        ax.text(
            1.02, place, names[arm], transform=ax.transAxes, ha="left", va="center",
            color=ink(ARMS[arm][0]), fontsize=8, fontweight="bold",
        )  # fmt: skip


def trend_text(review: dict[str, Any], kpi: dict[str, Any]) -> str:
    """First and last weekly value of each arm in words, and how many contacts were judged."""
    sentences = []
    for arm, sentence in (
        ("baseline", _("In-house from {first} to {last}.")),
        ("pilot", _("Pilot from {first} to {last}.")),
    ):
        values = [
            point["value"]
            for point in sorted(review["trend"], key=lambda p: str(p["week"]))
            if (point["kpi"], point["arm"]) == (kpi["id"], arm) and point["value"] is not None
        ]
        if values:
            first, last = (words.level(value, kpi["unit"]) for value in (values[0], values[-1]))
            sentences.append(sentence.format(first=first, last=last))
    sentences.append(wording.judged(review, kpi))
    return " ".join(sentences)
