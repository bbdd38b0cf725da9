"""The cost bridge from in-house to pilot as a waterfall. Draws the steps that it is given."""

from typing import TYPE_CHECKING, Any

from pilot_analysis import words
from pilot_analysis.report import wording
from pilot_analysis.report.style import heading, ink
from pilot_analysis.words import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def bridges(review: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The steps of each bridge that a review has, by name."""
    found = (review["cost"] or {}).get("bridge") or {}
    return {name: steps for name, steps in found.items() if steps}


def title(name: str) -> str:
    """What a bridge is called."""
    return {
        "per_contact": _("Cost per contact, from in-house to pilot"),
        "per_resolution": _("Cost per resolution, from in-house to pilot"),
    }[name]


def note(name: str) -> str:
    """What stands above a bridge on the page."""
    return {
        "per_contact": _("Each step is a component of the rate card; the totals are those of the scorecard."),
        "per_resolution": _(
            "Each step over the in-house share resolved; last what contacts passed on and the pilot's own share "
            "resolved do."
        ),
    }[name]


def bridge(ax: "Axes", review: dict[str, Any], name: str, *, narrow: bool = False) -> None:
    """A bar a step: totals stand on nothing, the others begin where the one above ended.

    Names stand left of the axes and amounts right of them; with `narrow` both stand above the bar.
    """
    steps, currency = bridges(review)[name], review["cost"]["currency"]
    sentence = wording.lines(bridge_sentence(steps, currency), 58 if narrow else 120, 2)
    heading(ax, [title(name)], sentence, above=7)
    above, below = (0.8, 0.2) if narrow else (0.5, 0.5)
    half = 0.16 if narrow else 0.3
    ax.set_ylim(len(steps) - 1 + below, -above)
    level = 0.0
    for y, step in enumerate(steps):
        start = 0.0 if step["is_total"] else level
        end = start + step["amount"]
        ax.barh(y, end - start, left=start, height=2 * half, color=ink(_colour(step)), linewidth=0, gid=step["code"])
        if y + 1 < len(steps) and not narrow:  # there the words stand in the way
            ax.plot([end, end], [y + half, y + 1 - half], color=ink("axis"), linewidth=0.8, zorder=1)
        level = end
        _named(ax, step, y, currency, narrow=narrow)
    if not narrow:
        ax.axvline(0, color=ink("axis"), linewidth=1, zorder=3)
    ax.margins(x=0.02)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines["bottom"].set_visible(False)


def _colour(step: dict[str, Any]) -> str:
    if step["is_total"]:
        return "pilot" if step["code"] == "pilot" else "house"
    return "good" if step["amount"] < 0 else "bad"


def _named(ax: "Axes", step: dict[str, Any], y: float, currency: str, *, narrow: bool) -> None:
    across, weight = ax.get_yaxis_transform(), "bold" if step["is_total"] else "normal"
    written = amount(step, currency)
    if narrow:
        label = wording.lines(step["label"], 38, 1)[0]
        ax.text(0, y - 0.42, label, transform=across, ha="left", va="center", fontweight=weight)
        ax.text(1, y - 0.42, written, transform=across, ha="right", va="center", fontweight=weight)
        return
    label = wording.lines(step["label"], 36, 1)[0]
    ax.text(-0.02, y, label, transform=across, ha="right", va="center", fontweight=weight)
    ax.text(1.02, y, written, transform=across, ha="left", va="center", fontweight=weight)


def amount(step: dict[str, Any], currency: str) -> str:
    """A total as it is, a step with its sign."""
    written = words.money(step["amount"], currency)
    return written if step["is_total"] or step["amount"] < 0 else "+" + written


def bridge_sentence(steps: list[dict[str, Any]], currency: str) -> str:
    """Both ends and what lies between them."""
    ends = {step["code"]: step["amount"] for step in steps if step["is_total"]}
    change = ends["pilot"] - ends["in_house"]
    text = _("{house} in-house, {pilot} in the pilot: {change} less.")
    if change > 0:
        text = _("{house} in-house, {pilot} in the pilot: {change} more.")
    house, pilot, by = (words.money(x, currency) for x in (ends["in_house"], ends["pilot"], abs(change)))
    return text.format(house=house, pilot=pilot, change=by)


def bridge_text(steps: list[dict[str, Any]], currency: str) -> str:
    """The steps in words, for who cannot see the drawing."""
    parts = [_("{step} {amount}").format(step=step["label"], amount=amount(step, currency)) for step in steps]
    return bridge_sentence(steps, currency) + " " + _("Step by step: {parts}.").format(parts="; ".join(parts))
