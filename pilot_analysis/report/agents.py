"""The agents as plain data, for review.json."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from pilot_analysis.contacts.arms import ARMS
from pilot_analysis.decision.agents import ALARM, Funnel
from pilot_analysis.words import _, arm_name, count, joined, percent

LIMITS = ("n", "warning_low", "warning_high", "alarm_low", "alarm_high")
SIDES = {1: "better", 0: "inside", -1: "worse"}


def agents_record(found: Sequence[Funnel], smallest: int) -> list[dict[str, Any]]:
    """A KPI a row: level, limits by observations, each agent, and the sentence of the figure.

    Of an arm with fewer than `smallest` agents none is shown: colleagues would know who it is.
    """
    return [
        {
            "kpi": f.metric.id,
            "level": f.level,
            "sentence": _sentence(f, smallest),
            "limits": [dict(zip(LIMITS, row, strict=True)) for row in f.curve.tolist()],
            "agents": [row for row in _rows(f) if row["arm"] in _shown_arms(f, smallest)],
        }
        for f in found
    ]


def _rows(f: Funnel) -> list[dict[str, Any]]:
    """An agent a row, the busiest of an arm first: an order that tells nothing of the names."""
    rows = [
        {
            "agent": name, "arm": ARMS[arm], "n": n, "value": value, "shrunk": None if np.isnan(shrunk) else shrunk,
            "side": SIDES[side],
        }
        for name, arm, n, value, shrunk, side in zip(
            f.name, f.arm.tolist(), f.n.tolist(), f.value.tolist(), f.shrunk.tolist(), f.side.tolist(), strict=True
        )
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (ARMS.index(row["arm"]), -row["n"], row["value"], row["agent"]))


def _shown_arms(f: Funnel, smallest: int) -> list[str]:
    return [name for arm, name in enumerate(ARMS) if np.count_nonzero(f.arm == arm) >= smallest]


def _sentence(f: Funnel, smallest: int) -> str:
    """How many agents lie where luck does not put them."""
    parts = [
        _("{n} of {all} {arm}").format(
            n=count(f.beyond(arm)), all=count(int(np.count_nonzero(f.arm == arm))), arm=arm_name(name)
        )
        for arm, name in enumerate(ARMS)
        if name in _shown_arms(f, smallest)
    ]
    text = _("Beyond the outer limits lie {parts}; by luck alone {share} would.").format(
        parts=joined(parts), share=percent(1 - ALARM)
    )
    if len(parts) == len(ARMS):
        return text
    return text + " " + _("An arm with fewer than {n} agents is not shown.").format(n=count(smallest))
