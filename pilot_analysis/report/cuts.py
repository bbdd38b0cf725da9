"""A KPI's effect in every cut of an analyst's own, one under the other. Draws what the review holds."""

from typing import TYPE_CHECKING, Any

from pilot_analysis import words
from pilot_analysis.report import style
from pilot_analysis.report.style import ink
from pilot_analysis.words import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LONGEST = 26


def cuts(rows: list[dict[str, Any]], kpi: dict[str, Any]) -> "Figure":
    """A figure as high as there are rows.

    Args:
        rows: of `segments` in the review, all of one KPI.
        kpi: that KPI.
    """
    from matplotlib.figure import Figure

    height = 0.27 * len(rows) + 0.85
    with style.drawing():
        figure = Figure(figsize=(5, height))
        effects_by_cut(figure.add_axes((0.34, 0.5 / height, 0.63, 1 - 0.8 / height)), rows, kpi)
    return figure


def effects_by_cut(ax: "Axes", rows: list[dict[str, Any]], kpi: dict[str, Any]) -> None:
    """Benefits with intervals (thin), shrunk ones (heavy), no difference (line) and the margin (dashed)."""
    box = ax.get_position()
    ax.set_title(kpi["label"], pad=6, x=-box.x0 / box.width)
    for y, row in enumerate(rows):
        for found, width, size in ((row["benefit"], 1.0, 3.5), (row["shrunk"], 2.6, 0.0)):
            if found is None or found["low"] is None or found["high"] is None:
                continue
            ax.plot([found["low"], found["high"]], [y, y], color=ink("pilot"), lw=width, alpha=1 if size else 0.45,
                    gid=f"cut-{y}")  # fmt: skip
            if size:
                ax.plot([found["estimate"]], [y], "o", color=ink("pilot"), ms=size)
    ax.axvline(0, color=ink("axis"), linewidth=0.9, zorder=0)
    if kpi["margin"]:
        ax.axvline(-kpi["margin"], color=ink("bad"), linewidth=1, ls=(0, (3, 2)), zorder=0, gid="margin")
    names = [f"{row['by']} {row['value']}" for row in rows]
    ax.set_yticks(range(len(rows)), [name if len(name) <= LONGEST else name[: LONGEST - 1] + "…" for name in names])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.xaxis.set_major_formatter(lambda x, _place: words.benefit(x, kpi["unit"], kpi["effect"]["kind"], 0))
    ax.locator_params(axis="x", nbins=4)
    ax.tick_params(length=0)
    ax.set_xlabel(_("right is better"), fontsize=7.5)
