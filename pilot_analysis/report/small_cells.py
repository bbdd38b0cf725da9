"""Cells of fewer contacts, answers or agents than `privacy.smallest_cell`: gone from a review before anybody reads it.

What decides was calculated from all of them. The totals of an arm stay: they are what a review is about.
"""

from collections.abc import Callable
from typing import Any

from pilot_analysis.contacts.arms import ARMS
from pilot_analysis.words import _, count

Content = dict[str, Any]
Few = Callable[[float | None], bool]  # whether a number is one of too few; it counts them
NOTHING = {"estimate": None, "low": None, "high": None}


def without_small_cells(review: Content, smallest: int) -> Content:
    """The content of review.json without small cells: null in their place, or their row left out.

    `privacy.hidden` counts them, and an assumption says so. Segments say `few`.
    """
    hidden = 0

    def few(n: float | None) -> bool:
        nonlocal hidden
        found = n is not None and 0 < n < smallest
        hidden += found
        return found

    def shown(n: float | None) -> float | None:
        return None if few(n) else n

    contacts = review["pilot"]["contacts"]
    segments = [_segment(row, smallest, contacts["pilot"], few) for row in review["segments"]]
    small_weeks = {
        (row["kpi"], row["week"], row["phase"])
        for row in review["trend"]
        if row["n"] is not None and row["n"] < smallest
    }
    trend = [row | {"value": None, "n": None} if few(row["n"]) else row for row in review["trend"]]

    def of_many(rows: list[Content]) -> list[Content]:
        return [row for row in rows if (row["kpi"], row["week"], row["stage"]) not in small_weeks]

    weeks = [_week(row, few) for row in review["completeness"]]
    before = review["pre_trend"]
    mix = [
        row | {f"{arm}_share": None for arm in ARMS if few((row[f"{arm}_share"] or 0.0) * contacts[arm])}
        for row in review["mix"]
    ]
    columns = [
        column | {"levels": [_level(level, few) for level in column["levels"]]}
        for column in review["case_mix"]["columns"]
    ]
    uncompared = [
        one | {
            "contacts": shown(one["contacts"]), "share": None if 0 < one["contacts"] < smallest else one["share"],
            "cells": [cell | {"contacts": shown(cell["contacts"])} for cell in one["cells"]],
        }
        for one in review["case_mix"]["uncompared"]
    ]  # fmt: skip
    agents = [one | {"agents": [own for own in one["agents"] if not few(own["n"])]} for one in review["agents"]]
    said = review["comments"]
    if said is not None:
        n = {arm: shown(said["n"][arm]) for arm in ARMS}
        words = [word | {arm: shown(word[arm]) for arm in ARMS} for word in said["words"]]
        said = {"n": n, "shown": [one for one in said["shown"] if n[one["arm"]] is not None], "words": words}
    content = review | {
        "segments": segments, "completeness": weeks, "trend": trend, "learning": of_many(review["learning"]),
        "pre_trend": None if before is None else before | {"weeks": of_many(before["weeks"])},
        "mix": mix, "case_mix": review["case_mix"] | {"columns": columns, "uncompared": uncompared},
        "agents": [one for one in agents if one["agents"]], "comments": said,
        "privacy": review["privacy"] | {"hidden": hidden},
    }  # fmt: skip
    if hidden:
        content["assumptions"] = [*review["assumptions"], _(
            "Cells of fewer than {n} contacts, answers or agents are not shown ({hidden} of them); a dash or an empty "
            "cell stands there. They count in everything that decides."
        ).format(n=count(smallest), hidden=count(hidden))]  # fmt: skip
    return content


def _segment(row: Content, smallest: int, pilot: float, few: Few) -> Content:
    """A segment with too few answers in an arm keeps its name and its state, which no number of it gives away."""
    n = {arm: None if few(own) else own for arm, own in row["n"].items()}
    share = None if few(row["share"] * pilot) else row["share"]
    if None not in n.values():
        return row | {"share": share, "few": False}
    return row | {
        "share": share, "n": n, "baseline": None, "pilot": None, "benefit": NOTHING, "shrunk": None,
        "p_harm": None, "p_harm_holm": None, "few": True,
        "note": _("fewer than {n} in an arm: not shown").format(n=count(smallest)),
    }  # fmt: skip


def _week(row: Content, few: Few) -> Content:
    """How full a column is in a week of an arm, without what few contacts, or few that have a value, give away."""
    if few(row["n"]):
        return row | {"n": None, "filled": None, "share": None}
    return row | {"filled": None, "share": None} if few(row["filled"]) else row


def _level(level: Content, few: Few) -> Content:
    small = [arm for arm in ARMS if few(level[arm])]
    hidden = {name: None for arm in small for name in (arm, f"{arm}_share")}
    return level | hidden | ({"difference": None} if small else {})
