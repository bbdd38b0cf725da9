"""Every agent's own level against what luck allows at their number of contacts. Draws what the review holds."""

from typing import TYPE_CHECKING, Any

from pilot_analysis.report import wording
from pilot_analysis.report.style import heading, ink
from pilot_analysis.report.trend import ARMS, level_axis
from pilot_analysis.words import _, count, level

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MANY = 400  # agents, from which on their points are drawn as one picture
SCREEN = 200  # dots an inch of that picture


def funnel_ids(review: dict[str, Any]) -> list[str]:
    """The KPIs with a funnel of their agents."""
    with_agents = {found["kpi"] for found in review["agents"]}
    return [kpi["id"] for kpi in review["kpis"] if kpi["id"] in with_agents]


def funnel(ax: "Axes", review: dict[str, Any], kpi_id: str) -> None:
    """Agents of both arms by observations and level; the limits of 95% and 99.8% around the level in-house."""
    found = next(one for one in review["agents"] if one["kpi"] == kpi_id)
    kpi = next(k for k in review["kpis"] if k["id"] == kpi_id)
    heading(ax, wording.lines(kpi["label"], 52, 1), wording.lines(found["sentence"], 68, 3), above=4)
    n = [row["n"] for row in found["limits"]]
    for name, dashes in (("warning", (0, (3, 2))), ("alarm", "-")):
        for end in ("low", "high"):
            ax.plot(
                n, [row[f"{name}_{end}"] for row in found["limits"]], color=ink("axis"), lw=0.8, ls=dashes, gid=name
            )
    ax.axhline(found["level"], color=ink("house"), linewidth=0.9, gid="level")
    for arm, (colour, marker, _dashes) in ARMS.items():
        own = [agent for agent in found["agents"] if agent["arm"] == arm]
        ax.plot(
            [agent["n"] for agent in own], [agent["value"] for agent in own], marker, color=ink(colour), ms=4,
            mew=0, alpha=0.85, zorder=3, gid=arm, rasterized=len(found["agents"]) > MANY,
        )  # fmt: skip
    level_axis(ax, kpi["unit"])
    ax.xaxis.set_major_formatter(lambda x, _place: count(x))
    ax.tick_params(axis="x", length=2.5, labelsize=7.5)
    ax.set_xlabel(_("contacts of the agent (squares in-house, dots pilot)"), fontsize=7.5)


def funnel_text(review: dict[str, Any], kpi: dict[str, Any]) -> str:
    """What the funnel shows, in words."""
    found = next(one for one in review["agents"] if one["kpi"] == kpi["id"])
    middle = _("In-house is at {level}.").format(level=level(found["level"], kpi["unit"]))
    return f"{found['sentence']} {middle}"
