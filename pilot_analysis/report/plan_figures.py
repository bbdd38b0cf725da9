"""The figures of a plan: chance of scale against days, smallest margin against agents. Draws what the plan holds."""

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any

from pilot_analysis import words
from pilot_analysis.report import style
from pilot_analysis.report.style import ink
from pilot_analysis.words import _, benefit, count, joined, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NEIGHBOURS = 2  # numbers of agents drawn on either side of the planned one
APART = 0.05  # of the chance, so that the numbers of agents beside the lines can be read
DASHES: Sequence[Any] = ("-", (0, (5, 1.6)), (0, (3, 1.6)), (0, (1, 1.4)))


def drawn(plan: dict[str, Any]) -> dict[str, tuple["Figure", str, str]]:
    """Every figure by name, with its title and its text alternative."""
    found = {"power": (_figure(power, plan), _("Chance of scale by days and agents"), power_text(plan))}
    for kpi in margin_kpis(plan):
        title = _("Smallest margin that can be shown, {kpi}").format(kpi=kpi["name"])
        found[f"margin_{kpi['id']}"] = (_figure(margin, plan, kpi), title, margin_text(plan, kpi))
    return found


def margin_kpis(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Guardrails of which the plan knows what can be shown, and that some design leaves open: not those expected to be
    so much better that no margin is needed."""

    def needed(kpi: str) -> bool:
        return any(d["kpis"][kpi]["margin_shown"] > 0 for d in plan["curve"] if kpi in d["kpis"])

    return [k for k in plan["kpis"] if k["role"] == "guardrail" and k["margin_shown"] is not None and needed(k["id"])]


def power(ax: "Axes", plan: dict[str, Any]) -> None:
    """Lines for numbers of agents, the planned one heavier and with what simulation said."""
    ax.set_title(_("Chance of scale"), pad=8)
    planned = plan["design"]["agents"]
    named: list[tuple[tuple[int, float], int]] = []
    for agents in _around(plan, planned):
        own = sorted((d["days"], d["power"]) for d in plan["curve"] if d["agents"] == agents)
        colour, width = ("pilot", 2.0) if agents == planned else ("house", 1.0)
        ax.plot(*zip(*own, strict=True), color=ink(colour), lw=width, gid=f"agents-{agents}")
        named.append((own[-1], agents))
    told: list[float] = []
    for (day, height), agents in sorted(named, key=lambda line: line[1] != planned):
        if all(abs(height - other) > APART for other in told):
            told.append(height)
            ax.annotate(count(agents), (day, height), (5, -3), textcoords="offset points", fontsize=8,
                        color=ink("pilot" if agents == planned else "house"))  # fmt: skip
    if plan["sure"] is not None:
        at, ends = plan["design"]["days"], (plan["sure"]["low"], plan["sure"]["high"])
        ax.plot((at, at), ends, color=ink("pilot"), lw=7, alpha=0.25, solid_capstyle="butt", gid="sure")
    simulated = [(d["days"], d["power"], 2 * d["simulated"]["error"]) for d in plan["lengths"]]
    days, share, error = zip(*simulated, strict=True)
    ax.errorbar(days, share, yerr=error, fmt="o", ms=4, lw=1, color=ink("pilot"), gid="simulated")
    ax.axhline(plan["power"], color=ink("axis"), lw=0.8, ls=(0, (4, 2)), gid="wanted")
    ax.set_ylim(0, 1.02)
    ax.set_xticks(sorted({d["days"] for d in plan["curve"]}))
    ax.set_xlabel(_("days of the pilot; a line for each number of agents"))
    ax.yaxis.set_major_formatter(lambda value, _place: percent(value, 0))
    _finish(ax)


def power_text(plan: dict[str, Any]) -> str:
    """The same in words."""
    parts = [
        _("{power} in {days} days").format(power=percent(d["power"], 0), days=count(d["days"])) for d in plan["lengths"]
    ]
    said = _("With {agents} agents, simulated: {parts}.").format(
        agents=count(plan["design"]["agents"]), parts=joined(parts)
    )
    if plan["sure"] is None:
        return said
    return said + " " + _("In {days} days it lies between {low} and {high} in four of five cases.").format(
        days=count(plan["design"]["days"]), low=percent(plan["sure"]["low"], 0), high=percent(plan["sure"]["high"], 0)
    )  # fmt: skip


def margin(ax: "Axes", plan: dict[str, Any], kpi: dict[str, Any]) -> None:
    """Lines for days; the margin of the config dashed."""
    ax.set_title(_("Smallest margin, {kpi}").format(kpi=kpi["name"]), pad=8)
    lengths = sorted({d["days"] for d in plan["curve"]})
    for days, dashes in zip(lengths, cycle(DASHES), strict=False):
        own = sorted(
            (d["agents"], d["kpis"][kpi["id"]]["margin_shown"])
            for d in plan["curve"] if d["days"] == days and kpi["id"] in d["kpis"]
        )  # fmt: skip
        ax.plot(*zip(*own, strict=True), color=ink("pilot"), lw=1.2, ls=dashes, gid=f"days-{days}",
                label=_("{n} days").format(n=count(days)))  # fmt: skip
    ax.axhline(kpi["margin"], color=ink("bad"), lw=0.8, ls=(0, (4, 2)), gid="margin")
    ax.set_ylim(0, None)
    ax.set_xlabel(_("agents of the pilot"))
    ax.yaxis.set_major_formatter(lambda value, _place: benefit(value, kpi["unit"], kpi["kind"], signed=False))
    ax.legend(frameon=False, loc="upper right", fontsize=8)
    _finish(ax)


def margin_text(plan: dict[str, Any], kpi: dict[str, Any]) -> str:
    """The same in words."""
    return _(
        "With {agents} agents and {days} days a margin of {shown} can be shown with a chance of {power}; {margin} is "
        "agreed."
    ).format(
        agents=count(plan["design"]["agents"]), days=count(plan["design"]["days"]),
        shown=benefit(kpi["margin_shown"], kpi["unit"], kpi["kind"], signed=False), power=percent(plan["power"], 0),
        margin=benefit(kpi["margin"], kpi["unit"], kpi["kind"], signed=False),
    )  # fmt: skip


def _around(plan: dict[str, Any], planned: int) -> list[int]:
    known = sorted({d["agents"] for d in plan["curve"]})
    place = known.index(planned)
    return known[max(place - NEIGHBOURS, 0) : place + NEIGHBOURS + 1]


def _figure(draw: Any, *given: dict[str, Any]) -> "Figure":
    from matplotlib.figure import Figure

    with style.drawing():
        figure = Figure(figsize=(4.6, 3.0))
        draw(figure.add_axes((0.15, 0.16, 0.76, 0.71)), *given)
    return figure


def _finish(ax: "Axes") -> None:
    ax.grid(axis="y", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.tick_params(length=0)
    ax.xaxis.set_major_formatter(lambda value, _place: words.count(value))
