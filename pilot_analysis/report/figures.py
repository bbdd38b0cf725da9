"""Every figure of a review, ready to be shown, saved or put into the page. None computes a statistic."""

from typing import TYPE_CHECKING, Any

from pilot_analysis.report import style
from pilot_analysis.report.effects import decisive, effects, effects_text
from pilot_analysis.report.gaps import gap, gap_ids, gap_text
from pilot_analysis.report.svg import svg
from pilot_analysis.report.trend import trend, trend_ids, trend_text
from pilot_analysis.words import _

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["described", "drawn", "effects", "effects_figure", "svg", "trend", "trend_figure"]


def drawn(review: dict[str, Any]) -> dict[str, "Figure"]:
    """Every figure of a review by name: `effects`, then `trend_<kpi>` for each KPI with weeks to show, and `gap_<kpi>`
    where the arms were held against each other by week."""
    figures = {"effects": effects_figure(review)}
    for kpi_id in trend_ids(review):
        figures[f"trend_{kpi_id}"] = trend_figure(review, kpi_id)
    for kpi_id in gap_ids(review):
        figures[f"gap_{kpi_id}"] = gap_figure(review, kpi_id)
    return figures


def described(review: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Title and text alternative of every figure in `drawn`, by the same names."""
    alternatives = {"effects": (_("Effects against their limits"), effects_text(review))}
    for kpi in review["kpis"]:
        if kpi["id"] in trend_ids(review):
            title = _("{label}, week by week").format(label=kpi["label"])
            alternatives[f"trend_{kpi['id']}"] = (title, trend_text(review, kpi))
        if kpi["id"] in gap_ids(review):
            title = _("{label}, pilot against in-house by week").format(label=kpi["label"])
            alternatives[f"gap_{kpi['id']}"] = (title, gap_text(review, kpi))
    return alternatives


def effects_figure(review: dict[str, Any], *, narrow: bool = False) -> "Figure":
    """The effects on a page's width, or `narrow` for a telephone's."""
    from matplotlib.figure import Figure

    n = max(len(decisive(review)), 1)
    with style.drawing():
        if narrow:
            height = 0.66 * n + 0.45
            figure = Figure(figsize=(3.5, height))
            ax = figure.add_axes((0.01, 0.45 / height, 0.98, 1 - 0.45 / height))
        else:
            height = 0.36 * n + 0.5
            figure = Figure(figsize=(8.2, height))
            ax = figure.add_axes((0.275, 0.45 / height, 0.5, 1 - 0.5 / height))
        effects(ax, review, narrow=narrow)
    return figure


def gap_figure(review: dict[str, Any], kpi_id: str) -> "Figure":
    """One KPI's weekly effects, as large as its weekly values."""
    from matplotlib.figure import Figure

    with style.drawing():
        figure = Figure(figsize=(3.5, 2.2))
        gap(figure.add_axes((0.2, 0.115, 0.78, 0.62)), review, kpi_id)
    return figure


def trend_figure(review: dict[str, Any], kpi_id: str) -> "Figure":
    """One KPI week by week, small enough that several stand side by side."""
    from matplotlib.figure import Figure

    with style.drawing():
        figure = Figure(figsize=(3.5, 2.2))
        ax = figure.add_axes((0.135, 0.115, 0.67, 0.62))
        trend(ax, review, kpi_id)
    return figure
