"""Every figure of a review, ready to be shown, saved or put into the page. None computes a statistic."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from pilot_analysis.report import style
from pilot_analysis.report.bridge import bridge, bridge_text, bridges
from pilot_analysis.report.bridge import title as bridge_title
from pilot_analysis.report.effects import decisive, effects, effects_text
from pilot_analysis.report.funnel import funnel, funnel_ids, funnel_text
from pilot_analysis.report.gaps import gap, gap_ids, gap_text
from pilot_analysis.report.svg import svg
from pilot_analysis.report.trend import trend, trend_ids, trend_text
from pilot_analysis.words import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["described", "drawn", "effects", "effects_figure", "funnel", "gap", "kpi_figure", "svg", "trend"]


class Kind(NamedTuple):
    """A figure that there is of several KPIs: which they are, how it is drawn, its title and its text alternative."""

    ids: Callable[[dict[str, Any]], list[str]]
    draw: Callable[["Axes", dict[str, Any], str], None]
    title: Callable[[], str]
    text: Callable[[dict[str, Any], dict[str, Any]], str]


KINDS = {
    "trend": Kind(trend_ids, trend, lambda: _("{label}, week by week"), trend_text),
    "gap": Kind(gap_ids, gap, lambda: _("{label}, pilot against in-house by week"), gap_text),
    "agents": Kind(funnel_ids, funnel, lambda: _("{label}, agent by agent"), funnel_text),
}
# Left, bottom, width and height of the axes in parts of the figure: where words stand beside them.
PLACES = {
    "trend": (0.135, 0.1, 0.67, 0.58), "gap": (0.2, 0.1, 0.78, 0.58), "agents": (0.135, 0.17, 0.845, 0.58),
}  # fmt: skip


def drawn(review: dict[str, Any], prefix: str = "") -> dict[str, "Figure"]:
    """Every figure of a review whose name begins so: `effects`, then `<kind>_<kpi>` for each of KINDS and KPI with
    something to show in it; `bridge_per_contact` and `bridge_per_resolution` of the costs."""
    makers: dict[str, Callable[[], Figure]] = {"effects": partial(effects_figure, review)}
    for name, kind in KINDS.items():
        makers |= {f"{name}_{kpi}": partial(kpi_figure, review, name, kpi) for kpi in kind.ids(review)}
    makers |= {f"bridge_{name}": partial(bridge_figure, review, name) for name in bridges(review)}
    return {name: make() for name, make in makers.items() if name.startswith(prefix)}


def markup(review: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """Figures of a review as SVG, by the names of `drawn`."""
    alternatives = described(review)
    return {name: svg(figure, *alternatives[name]) for name, figure in drawn(review, prefix).items()}


def described(review: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Title and text alternative of every figure in `drawn`, by the same names."""
    alternatives = {"effects": (_("Effects against their limits"), effects_text(review))}
    kpis = {kpi["id"]: kpi for kpi in review["kpis"]}
    for name, kind in KINDS.items():
        for kpi in kind.ids(review):
            title = kind.title().format(label=kpis[kpi]["label"])
            alternatives[f"{name}_{kpi}"] = (title, kind.text(review, kpis[kpi]))
    for name, steps in bridges(review).items():
        alternatives[f"bridge_{name}"] = (bridge_title(name), bridge_text(steps, review["cost"]["currency"]))
    return alternatives


def effects_figure(review: dict[str, Any], *, narrow: bool = False) -> "Figure":
    """The effects on a page's width, or `narrow` for a telephone's."""
    from matplotlib.figure import Figure

    n = max(len(decisive(review)), 1)
    with style.drawing():
        if narrow:
            height = 0.66 * n + 0.45 + 0.5
            figure = Figure(figsize=(3.5, height))
            ax = figure.add_axes((0.01, 0.45 / height, 0.98, 1 - 0.95 / height))
        else:
            height = 0.36 * n + 0.5 + 0.4
            figure = Figure(figsize=(8.2, height))
            ax = figure.add_axes((0.275, 0.45 / height, 0.5, 1 - 0.9 / height))
        effects(ax, review, narrow=narrow)
    return figure


def bridge_figure(review: dict[str, Any], name: str, *, narrow: bool = False) -> "Figure":
    """A cost bridge on a page's width, or `narrow` for a telephone's."""
    from matplotlib.figure import Figure

    n = len(bridges(review)[name])
    with style.drawing():
        if narrow:
            height = 0.42 * n + 0.5
            figure = Figure(figsize=(3.5, height))
            ax = figure.add_axes((0.01, 0.02, 0.98, 0.98 - 0.5 / height))
        else:
            height = 0.3 * n + 0.5
            figure = Figure(figsize=(8.2, height))
            ax = figure.add_axes((0.275, 0.02, 0.6, 0.98 - 0.5 / height))
        bridge(ax, review, name, narrow=narrow)
    return figure


def kpi_figure(review: dict[str, Any], kind: str, kpi_id: str) -> "Figure":
    """A figure of one KPI, small enough that several stand side by side."""
    from matplotlib.figure import Figure

    with style.drawing():
        figure = Figure(figsize=(3.5, 2.5))
        KINDS[kind].draw(figure.add_axes(PLACES[kind]), review, kpi_id)
    return figure
