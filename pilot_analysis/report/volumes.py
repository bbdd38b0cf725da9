"""How many contacts came when, by arm: days of the log and hours of the day. Draws what it is given."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from pilot_analysis import words
from pilot_analysis.report.style import ink
from pilot_analysis.words import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINES = {"baseline": ("house", (0, (4, 1.6))), "pilot": ("pilot", "-"), None: ("warn", (0, (1, 1.4)))}


def arm_name(arm: str | None) -> str:
    """What a reader calls an arm."""
    return {"baseline": _("In-house"), "pilot": _("Pilot")}.get(arm or "", _("neither"))


def by_day(ax: "Axes", counts: Mapping[str | None, Mapping[date, int]], start: date, end: date) -> None:
    """Contacts a day by arm, with the pilot's days shaded."""
    ax.set_title(_("Contacts a day"), pad=8)
    ax.axvspan(start.toordinal(), end.toordinal() + 1, color=ink("shade"), linewidth=0, zorder=0, gid="pilot-days")
    days = [day for each in counts.values() for day in each]
    for arm, each in counts.items():
        colour, dashes = LINES[arm]
        inside = range(min(each).toordinal(), max(each).toordinal() + 1) if each else range(0)
        y = [each.get(date.fromordinal(day), 0) for day in inside]
        ax.plot(list(inside), y, ls=dashes, color=ink(colour), lw=1.2, label=arm_name(arm), gid=f"days-{arm}")
    if days:
        ends = [min(days).toordinal(), max(days).toordinal()]
        ax.set_xticks(ends, [words.day(date.fromordinal(day)) for day in ends])
    _finish(ax)


def by_hour(ax: "Axes", counts: Mapping[str | None, Mapping[int, int]]) -> None:
    """The share of an arm's contacts by hour of the day."""
    ax.set_title(_("Share of an arm's contacts by hour"), pad=8)
    for arm, each in counts.items():
        colour, dashes = LINES[arm]
        total = sum(each.values())
        y = [each.get(hour, 0) / total for hour in range(24)]
        ax.step([*range(25)], [*y, y[-1]], where="post", ls=dashes, color=ink(colour), lw=1.2,
                label=arm_name(arm), gid=f"hours-{arm}")  # fmt: skip
    ax.set_xticks([0, 6, 12, 18, 24])
    ax.yaxis.set_major_formatter(lambda value, _place: words.percent(value, 0))
    _finish(ax)


def _finish(ax: "Axes") -> None:
    ax.set_ylim(bottom=0)
    ax.grid(axis="y", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.tick_params(length=0)
    if ax.lines:
        ax.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0, fontsize=8, ncols=3)
