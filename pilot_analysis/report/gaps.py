"""The arms held against each other week by week: how the pilot learned, and how both moved before it.

Draws what the review holds.
"""

from datetime import date
from math import ceil, isclose
from typing import TYPE_CHECKING, Any

from pilot_analysis import words
from pilot_analysis.report import wording
from pilot_analysis.report.style import heading, ink
from pilot_analysis.report.trend import MOST_DATES, days_between
from pilot_analysis.words import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MIDDLE = 3.5  # of a week, in days
STAGES = ("before", "ramp_up", "judged")


def weekly(review: dict[str, Any]) -> list[dict[str, Any]]:
    """The weekly effects: from before the pilot on where the comparison rests on that, else from its start."""
    found: list[dict[str, Any]] = (review["pre_trend"] or {}).get("weeks") or review["learning"]
    return found


def gap_ids(review: dict[str, Any]) -> list[str]:
    """The KPIs whose arms were held against each other by week."""
    with_weeks = {point["kpi"] for point in weekly(review)}
    return [kpi["id"] for kpi in review["kpis"] if kpi["id"] in with_weeks]


def points_of(review: dict[str, Any], kpi_id: str) -> list[dict[str, Any]]:
    """The weeks of a KPI in their order."""
    own = [point for point in weekly(review) if point["kpi"] == kpi_id]
    return sorted(own, key=lambda point: (point["week"], STAGES.index(point["stage"])))


def gap(ax: "Axes", review: dict[str, Any], kpi_id: str) -> None:
    """Pilot minus in-house (or divided by) with its interval by week, and a dashed line to hold it against.

    The line is the level before the pilot, and where nothing of that was looked at the effect that decides.
    """
    kpi = next(k for k in review["kpis"] if k["id"] == kpi_id)
    start = date.fromisoformat(review["pilot"]["start"])
    points = points_of(review, kpi_id)
    heading(ax, wording.lines(kpi["label"], 52, 1), wording.lines(gap_text(review, kpi), 68, 3), above=15)
    ramp_up = review["pilot"]["ramp_up_days"]
    if ramp_up:
        ax.axvspan(0, ramp_up, color=ink("shade"), linewidth=0, zorder=0, gid="ramp-up")
    ax.axvline(0, color=ink("axis"), linewidth=0.9, zorder=1, gid="start")
    ax.annotate(
        _("start, ramp-up") if ramp_up else _("start"), (0, 1), (0, 3), xycoords=("data", "axes fraction"),
        textcoords="offset points", ha="left", color=ink("muted"), fontsize=7,
    )  # fmt: skip
    for stages, colour, marker in ((("before",), "house", "s"), (("ramp_up", "judged"), "pilot", "o")):
        own = [point for point in points if point["stage"] in stages]
        x = [days_between(start, point["week"]) + MIDDLE for point in own]
        ax.vlines(x, [p["low"] for p in own], [p["high"] for p in own], color=ink(colour), lw=1.1, zorder=2)
        ax.plot(x, [p["estimate"] for p in own], marker, color=ink(colour), ms=3.2, zorder=3, gid=stages[0])
    level = _level(review, kpi)
    if level is not None:
        ax.axhline(level, color=ink("house"), linewidth=0.9, ls=(0, (4, 1.6)), zorder=1, gid="level")
    _axes(ax, [p["week"] for p in points], start, kpi["effect"]["kind"], kpi["unit"])


def _level(review: dict[str, Any], kpi: dict[str, Any]) -> float | None:
    before = [point["estimate"] for point in points_of(review, kpi["id"]) if point["stage"] == "before"]
    judged: float | None = kpi["effect"]["estimate"]
    return sum(before) / len(before) if before else judged


def _axes(ax: "Axes", weeks: list[str], start: date, kind: str, unit: str) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.margins(x=0.04, y=0.1)
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _place: _tick(y, kind, unit)))
    ax.grid(axis="y", linewidth=0.7)
    ax.set_axisbelow(True)
    ax.tick_params(axis="y", length=0, labelsize=7.5)
    each = sorted(set(weeks))
    marked = each[:: ceil(len(each) / MOST_DATES) or 1]
    names = [wording.short_day(date.fromisoformat(week)) for week in marked]
    ax.set_xticks([days_between(start, week) for week in marked], names, fontsize=7.5)
    ax.tick_params(axis="x", length=2.5)


def _tick(value: float, kind: str, unit: str) -> str:
    if kind == "difference" and unit == "fraction" and isclose(value * 100, round(value * 100), abs_tol=1e-9):
        return words.points(value, 0, signed=True)
    return written(value, kind, unit)


def written(value: float, kind: str, unit: str) -> str:
    """A weekly effect: points, the KPI's unit, or a ratio."""
    if kind == "ratio":
        return "\N{MULTIPLICATION SIGN}" + words.decimal(value, 2)
    return words.points(value, 1, signed=True) if unit == "fraction" else words.decimal(value, 2, signed=True)


def gap_text(review: dict[str, Any], kpi: dict[str, Any]) -> str:
    """The mean weekly effect before the pilot, in its ramp-up and after it, in words."""
    sentences = []
    for stage, sentence in zip(
        STAGES,
        (
            _("Before the pilot {value} in the mean of {n} weeks."),
            _("In the ramp-up {value} in the mean of {n} weeks."),
            _("In the pilot {value} in the mean of {n} weeks."),
        ),
        strict=True,
    ):
        own = [p["estimate"] for p in points_of(review, kpi["id"]) if p["stage"] == stage]
        if own:
            value = written(sum(own) / len(own), kpi["effect"]["kind"], kpi["unit"])
            sentences.append(sentence.format(value=value, n=words.count(len(own))))
    return " ".join([*sentences, wording.judged(review, kpi)])
