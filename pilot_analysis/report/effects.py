"""The effects of a review against their limits, all in the same units. Draws what the rows hold."""

from typing import TYPE_CHECKING, Any

from pilot_analysis import words
from pilot_analysis.report import rows, wording
from pilot_analysis.report.rows import Row
from pilot_analysis.report.style import heading, ink
from pilot_analysis.words import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARKERS = {"good": "o", "warn": "D", "bad": "X", "none": "s"}
NEAREST_EDGE, FARTHEST_EDGE = 1.6, 4.0


def decisive(review: dict[str, Any]) -> list[Row]:
    """The rows that have a limit and a say in the verdict."""
    found = rows.by_kpi(review)
    return [
        found[kpi["id"]] for kpi in review["kpis"] if kpi["role"] != "secondary" and found[kpi["id"]].limit is not None
    ]


def effects(ax: "Axes", review: dict[str, Any], *, narrow: bool = False) -> None:
    """Each decisive KPI's interval in decision units: 0 as in-house, -1 worst acceptable, +1 the hurdle.

    Labels stand left of the axes and natural units right of them; with `narrow` both stand above the line.
    What lies outside the axes is clipped with an arrow. Only the limit that a row has is drawn.
    """
    shown = decisive(review)
    width = 58 if narrow else 120
    heading(ax, [_("Effects against their limits")], wording.lines(effects_sentence(review), width, 3), above=7)
    left, right = _edges(shown)
    ax.set_xlim(left, right)
    above, below = (0.76, 0.24) if narrow else (0.5, 0.5)
    ax.set_ylim(max(len(shown), 1) - 1 + below, -above)
    for y, row in enumerate(shown):
        half = 0.2 if narrow else 0.32
        span = [y - half, y + half] if narrow else [y - above, y + below]
        ax.plot([0, 0], span, color=ink("axis"), linewidth=1, zorder=1, gid="zero")
        _limit(ax, row, y, half, (left, right))
        _interval(ax, row, y, left, right)
        _gutters(ax, row, y, narrow=narrow)

    marks = {0.0: _("no\ndifference")}
    if any(row.limit and row.limit_kind == "worst" for row in shown):
        marks[-1.0] = _("worst\nacceptable")
    if any(row.limit and row.limit_kind == "hurdle" for row in shown):
        marks[1.0] = _("hurdle\nof a goal")
    for x, mark in marks.items():
        for number, line in enumerate(mark.split("\n"), start=1):
            ax.annotate(
                line, (x, 0), (0, -3 - 9.5 * number), xycoords=ax.get_xaxis_transform(), ha="center",
                textcoords="offset points", color=ink("muted"), fontsize=7.5,
            )  # fmt: skip
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines["bottom"].set_visible(False)


def _edges(shown: list[Row]) -> tuple[float, float]:
    lows = [x for row in shown if (x := row.units(row.low)) is not None]
    highs = [x for row in shown if (x := row.units(row.high)) is not None]
    return (
        -min(max(-min(lows, default=0.0) + 0.25, NEAREST_EDGE), FARTHEST_EDGE),
        min(max(max(highs, default=0.0) + 0.25, NEAREST_EDGE), FARTHEST_EDGE),
    )


def _limit(ax: "Axes", row: Row, y: float, half: float, edges: tuple[float, float]) -> None:
    at = row.units(row.limit)
    if at is None:
        return
    worst = row.limit_kind == "worst"
    colour, soft, far = ("bad", "bad-soft", edges[0]) if worst else ("good", "good-soft", edges[1])
    ax.fill_between([at, far], y - half, y + half, color=ink(soft), linewidth=0, zorder=0)
    ax.plot([at, at], [y - half, y + half], color=ink(colour), linewidth=1.6, zorder=2, gid="limit")


def _interval(ax: "Axes", row: Row, y: float, left: float, right: float) -> None:
    middle = row.units(row.estimate)
    if middle is None:
        return
    low, high = row.units(row.low), row.units(row.high)
    colour = ink(row.result.tone)
    if low is not None or high is not None:  # one end may be unbounded, and then leaves the axes
        low, high = left - 1 if low is None else low, right + 1 if high is None else high
        ends = [min(max(x, left), right) for x in (low, high)]
        ax.plot(ends, [y, y], color=colour, alpha=0.45, linewidth=6, zorder=3, gid="interval")
        for beyond, edge, arrow in ((low < left, left, "<"), (high > right, right, ">")):
            if beyond:
                ax.plot([edge], [y], arrow, color=colour, markersize=7, clip_on=False, zorder=4, gid="beyond")
    if left <= middle <= right:
        marker = MARKERS[row.result.tone]
        ax.plot([middle], [y], marker, color=colour, markersize=6.5, mew=0, zorder=5, gid="estimate")


def _gutters(ax: "Axes", row: Row, y: float, *, narrow: bool) -> None:
    if row.estimate is None:
        value = row.result.word
    else:
        value = f"{row.effect_text}  ({row.interval_text})" if row.interval_text else row.effect_text
    colour = ink("muted") if row.estimate is None else ink("ink")
    across = ax.get_yaxis_transform()
    if narrow:
        label = wording.lines(row.label, 44, 1)[0]
        ax.text(0, y - 0.62, label, transform=across, ha="left", va="center", fontweight="bold")
        ax.text(0, y - 0.37, value, transform=across, ha="left", va="center", color=ink("muted"))
        return
    lines = wording.lines(row.label, 36)
    for number, line in enumerate(lines):  # one by one, so that the reader's font may set each flush right
        ax.annotate(
            line, (-0.02, y), (0, 5 * (len(lines) - 1) - 10 * number), xycoords=across,
            textcoords="offset points", ha="right", va="center", annotation_clip=False,
        )  # fmt: skip
    ax.text(1.02, y, value, transform=across, ha="left", va="center", color=colour)


def effects_sentence(review: dict[str, Any]) -> str:
    """What the drawing shows, and on how many contacts."""
    shown, contacts = decisive(review), review["pilot"]["contacts"]
    kept = sum(row.result.icon in ("check", "on") for row in shown)
    text = _("{kept} of {all} rows keep to their limit.") if review["verdict"] else _("{kept} of {all} are on course.")
    return " ".join([
        text.format(kept=words.count(kept), all=words.count(len(shown))),
        _("{n} contacts {others}, {pilot} in the pilot.").format(
            n=words.count(contacts["baseline"]), others=wording.other_arm(review["pilot"]).lower(),
            pilot=words.count(contacts["pilot"]),
        ),
    ])  # fmt: skip


def effects_text(review: dict[str, Any]) -> str:
    """The same in words, for who cannot see the drawing."""
    head = _("Pilot against what it is held against. Right is better, and each limit is one unit from no difference.")
    return " ".join([head, *(row.spoken for row in decisive(review))])
