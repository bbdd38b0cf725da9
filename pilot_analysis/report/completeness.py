"""How full the columns that KPIs need are, by arm and week: as a table of the page, as a map for the notebook."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from pilot_analysis import words
from pilot_analysis.contacts.groups import Grouping
from pilot_analysis.report.style import ink
from pilot_analysis.words import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DARK = 0.55  # share from which on a cell's number is written on the cell's own colour


def lines_of(weeks: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Column and arm of each line, in order."""
    return list(dict.fromkeys((row["column"], row["arm"]) for row in weeks))


class Cell(NamedTuple):
    """A week of a line: its share (None: too few to be shown, or no contact), in whole per cent, and in words."""

    share: float | None
    tint: int
    text: str


class Line(NamedTuple):
    """A column in an arm, and its weeks."""

    name: str
    cells: list[Cell]


class Filled(NamedTuple):
    """What the page shows: weeks as they are called, a line a column and arm, and what is always filled."""

    weeks: list[str]
    lines: list[Line]
    always: str


def filled(review: Mapping[str, Any]) -> Filled:
    """How full the columns that KPIs need are, from the record of a review."""
    rows, smallest = review["completeness"], review["privacy"]["smallest_cell"]
    mondays = sorted({row["week"] for row in rows})
    empty = {row["column"] for row in rows if row["share"] != 1}
    own = {(row["column"], row["arm"], row["week"]): row for row in rows}
    grouping = Grouping(tuple(review["pilot"]["contacts"]), review["pilot"].get("before"))

    def cell(row: Mapping[str, Any] | None) -> Cell:
        if row is None:
            return Cell(None, 0, words.MISSING)
        if row["share"] is None:
            return Cell(None, 0, words.counted(None, smallest) if row["n"] is None else words.MISSING)
        return Cell(row["share"], round(100 * row["share"]), words.decimal(100 * row["share"], 0))

    lines = [
        Line(_("{column}, {arm}").format(column=column, arm=grouping.called(arm)),
             [cell(own.get((column, arm, monday))) for monday in mondays])
        for column, arm in lines_of(rows) if column in empty
    ]  # fmt: skip
    always = list(dict.fromkeys(row["column"] for row in rows if row["column"] not in empty))
    return Filled([words.short_day(date.fromisoformat(monday)) for monday in mondays], lines, words.joined(always))


def completeness_map(ax: "Axes", weeks: Sequence[Mapping[str, Any]]) -> None:
    """A line a column and arm, a cell a week (its Monday): the fuller the darker, with its share in per cent.

    Args:
        weeks: rows with `column`, `arm` (what a reader calls it), `week` (a date) and `share`.
    """
    lines, mondays = lines_of(weeks), sorted({row["week"] for row in weeks})
    ax.set_title(_("Filled, in per cent, by column, arm and week"), pad=8)
    for row in weeks:
        x, y, share = mondays.index(row["week"]), lines.index((row["column"], row["arm"])), row["share"]
        ax.add_patch(_cell(x, y, share))
        ax.text(x + 0.5, y + 0.5, words.decimal(100 * share, 0), ha="center", va="center", fontsize=7,
                color=ink("paper" if share >= DARK else "ink"))  # fmt: skip
    ax.set_xlim(0, max(len(mondays), 1))
    ax.set_ylim(max(len(lines), 1), 0)
    ends = sorted({0, len(mondays) // 2, len(mondays) - 1}) if mondays else []
    ax.set_xticks([place + 0.5 for place in ends], [words.day(mondays[place]) for place in ends])
    names = [_("{column}, {arm}").format(column=column, arm=arm) for column, arm in lines]
    ax.set_yticks([place + 0.5 for place in range(len(lines))], names)
    ax.tick_params(length=0)


def _cell(x: int, y: int, share: float) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x + 0.03, y + 0.06), 0.94, 0.88, facecolor=ink("pilot"), alpha=0.06 + 0.94 * share, linewidth=0)


def completeness_text(weeks: Sequence[Mapping[str, Any]]) -> str:
    """The emptiest week of each line, in words."""
    parts = []
    for column, arm in lines_of(weeks):
        least = min(
            (row for row in weeks if (row["column"], row["arm"]) == (column, arm)), key=lambda row: row["share"]
        )
        parts.append(_("{column}, {arm}: at least {share}, in the week of {day}").format(
            column=column, arm=arm, share=words.percent(least["share"]), day=words.day(least["week"])))  # fmt: skip
    return "; ".join(parts) + "."
