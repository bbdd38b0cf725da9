"""The tables of what lies behind the scorecard: parts, silence, weeks, agents, comments, mix, other estimates."""

from datetime import date
from typing import Any

import pandas as pd

from pilot_analysis import words
from pilot_analysis.report import silent, wording
from pilot_analysis.report.frames import (
    COUNT,
    DAY,
    P_VALUE,
    RATIO,
    SHARE,
    Column,
    benefit_format,
    each,
    effect_format,
    frame,
    level_format,
)
from pilot_analysis.words import _, joined


def segments(rows: list[dict[str, Any]], kpis: dict[str, dict[str, Any]], others: str) -> pd.DataFrame:
    """A row a segment and KPI; exploratory."""
    benefit = [benefit_format(kpis[row["kpi"]]) for row in rows]
    return frame(
        Column(_("By"), each(rows, "by")),
        Column(_("Segment"), each(rows, "value")),
        Column(_("KPI"), [kpis[row["kpi"]]["label"] for row in rows]),
        Column(_("Share"), each(rows, "share"), SHARE),
        Column(_("{arm}, n").format(arm=others), each(rows, "n", "baseline"), COUNT),
        Column(_("Pilot, n"), each(rows, "n", "pilot"), COUNT),
        Column(_("Benefit (+ is better)"), each(rows, "benefit", "estimate"), benefit),
        Column(_("Benefit, low"), each(rows, "benefit", "low"), benefit),
        Column(_("Benefit, high"), each(rows, "benefit", "high"), benefit),
        *(
            Column(label, [(row["shrunk"] or {}).get(end) for row in rows], benefit)
            for label, end in (
                (_("Shrunk"), "estimate"),
                (_("Shrunk, low"), "low"),
                (_("Shrunk, high"), "high"),
            )
        ),
        Column(_("Result"), [wording.state(row["state"]).word for row in rows]),
        Column(_("Note"), each(rows, "note")),
    )


def nonresponse(review: dict[str, Any], against: str) -> pd.DataFrame:
    """Who was asked and who answered, and satisfaction at the bounds that silent customers allow."""
    lines = silent.lines(review)
    return frame(
        Column(_("Share"), [line.label for line in lines]),
        Column(against, [line.baseline for line in lines], SHARE),
        Column(_("Pilot"), [line.pilot for line in lines], SHARE),
        Column(_("Difference"), [line.estimate for line in lines], SHARE),
        Column(_("Difference, low"), [line.low for line in lines], SHARE),
        Column(_("Difference, high"), [line.high for line in lines], SHARE),
    )


def tipping(turns: list[dict[str, Any]]) -> pd.DataFrame:
    """Where the state of satisfaction changes, as the pilot's silent customers become less satisfied."""
    return frame(
        Column(_("From"), [wording.state(turn["better"]).word for turn in turns]),
        Column(_("To"), [wording.state(turn["worse"]).word for turn in turns]),
        Column(_("Silent customers of the pilot less satisfied by"), each(turns, "unhappier"), SHARE),
        Column(_("Possible"), [_("yes") if turn["possible"] else _("no") for turn in turns]),
    )


def trend(rows: list[dict[str, Any]], kpis: dict[str, dict[str, Any]]) -> pd.DataFrame:
    """A row a KPI, week and arm."""
    return frame(
        Column(_("KPI"), [kpis[row["kpi"]]["label"] for row in rows]),
        Column(_("Unit"), [kpis[row["kpi"]]["unit"] for row in rows]),
        Column(_("Week of"), [date.fromisoformat(row["week"]) for row in rows], DAY),
        Column(_("Arm"), [words.arm_name(row["arm"]) for row in rows]),
        Column(_("Value"), each(rows, "value"), [level_format(kpis[row["kpi"]]["unit"]) for row in rows]),
        Column(_("n"), each(rows, "n"), COUNT),
        Column(_("Phase"), each(rows, "phase")),
    )


def completeness(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A row a column that KPIs need, arm and week."""
    return frame(
        Column(_("Column"), each(rows, "column")),
        Column(_("Arm"), [words.arm_name(row["arm"]) for row in rows]),
        Column(_("Week of"), [date.fromisoformat(row["week"]) for row in rows], DAY),
        Column(_("Contacts"), each(rows, "n"), COUNT),
        Column(_("Filled"), each(rows, "filled"), COUNT),
        Column(_("Share"), each(rows, "share"), SHARE),
    )


def pre_trend(rows: list[dict[str, Any]], labels: dict[str, str]) -> pd.DataFrame:
    """A row a KPI: how the arms moved apart before the pilot; relative changes as logarithms."""
    return frame(
        Column(_("KPI"), [labels[row["kpi"]] for row in rows]),
        Column(_("A week (+ is better)"), each(rows, "per_week"), "0.00000"),
        Column(_("Low"), each(rows, "low"), "0.00000"),
        Column(_("High"), each(rows, "high"), "0.00000"),
        Column(_("p"), each(rows, "p"), P_VALUE),
        Column(_("p, Holm"), each(rows, "p_holm"), P_VALUE),
        Column(_("Until the pilot"), each(rows, "drift", "estimate"), "0.0000"),
        Column(_("Until the pilot, low"), each(rows, "drift", "low"), "0.0000"),
        Column(_("Until the pilot, high"), each(rows, "drift", "high"), "0.0000"),
        Column(_("Limit"), each(rows, "limit"), "0.0000"),
        Column(_("Result"), [wording.check_status(row["status"]).word for row in rows]),
    )


def weekly_effects(rows: list[dict[str, Any]], kpis: dict[str, dict[str, Any]]) -> pd.DataFrame:
    """A row a KPI and week: pilot against in-house, before the pilot and in it."""
    formats = [effect_format(kpis[row["kpi"]]) for row in rows]
    return frame(
        Column(_("KPI"), [kpis[row["kpi"]]["label"] for row in rows]),
        Column(_("Week of"), [date.fromisoformat(row["week"]) for row in rows], DAY),
        Column(_("Stage"), each(rows, "stage")),
        Column(_("Effect is a"), [kpis[row["kpi"]]["effect"]["kind"] for row in rows]),
        Column(_("Effect"), each(rows, "estimate"), formats),
        Column(_("Effect, low"), each(rows, "low"), formats),
        Column(_("Effect, high"), each(rows, "high"), formats),
    )


def agents(rows: list[dict[str, Any]], kpis: dict[str, dict[str, Any]]) -> pd.DataFrame:
    """A row a KPI and agent: what they came to on their own mix, and what is left of it allowing for luck."""
    each_agent = [(kpis[one["kpi"]], agent) for one in rows for agent in one["agents"]]
    own = [agent for _kpi, agent in each_agent]
    formats = [level_format(kpi["unit"]) for kpi, _agent in each_agent]
    return frame(
        Column(_("KPI"), [kpi["label"] for kpi, _agent in each_agent]),
        Column(_("Unit"), [kpi["unit"] for kpi, _agent in each_agent]),
        Column(_("Arm"), [words.arm_name(agent["arm"]) for agent in own]),
        Column(_("Agent"), each(own, "agent")),
        Column(_("n"), each(own, "n"), COUNT),
        Column(_("As observed"), each(own, "value"), formats),
        Column(_("Allowing for luck"), each(own, "shrunk"), formats),
        Column(_("Against luck"), [wording.side(agent["side"]).word for agent in own]),
    )


def comments(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A row a comment that is shown, masked."""
    return frame(
        Column(_("Arm"), [words.arm_name(row["arm"]) for row in rows]),
        Column(_("Rating"), each(rows, "score")),
        Column(_("Comment"), each(rows, "text")),
    )


def comment_words(rows: list[dict[str, Any]], others: str) -> pd.DataFrame:
    """A row a word that one arm's customers use more."""
    return frame(
        Column(_("Arm"), [words.arm_name(row["arm"]) for row in rows]),
        Column(_("Word"), each(rows, "word")),
        Column(_("z"), each(rows, "z"), "0.00"),
        Column(_("{arm}, comments").format(arm=others), each(rows, "baseline"), COUNT),
        Column(_("Pilot, comments"), each(rows, "pilot"), COUNT),
    )


def robustness(found: list[dict[str, Any]], kpis: dict[str, dict[str, Any]], others: str) -> pd.DataFrame:
    """A row a headline KPI and way to estimate it, the decided one first."""
    rows = [(one, variant) for one in found for variant in one["variants"]]
    variants = [variant for _one, variant in rows]
    benefit = [benefit_format(kpis[one["kpi"]]) for one, _variant in rows]
    return frame(
        Column(_("KPI"), [kpis[one["kpi"]]["label"] for one, _variant in rows]),
        Column(_("Variant"), each(variants, "name")),
        Column(_("Estimated"), each(variants, "label")),
        Column(_("Benefit (+ is better)"), each(variants, "benefit", "estimate"), benefit),
        Column(_("Benefit, low"), each(variants, "benefit", "low"), benefit),
        Column(_("Benefit, high"), each(variants, "benefit", "high"), benefit),
        Column(_("Result"), [wording.state(variant["state"]).word for variant in variants]),
        Column(_("Same state"), each(variants, "same_state")),
        Column(_("{arm}, n").format(arm=others), each(variants, "n", "baseline"), COUNT),
        Column(_("Pilot, n"), each(variants, "n", "pilot"), COUNT),
        Column(_("{arm}, clusters").format(arm=others), each(variants, "clusters", "baseline"), COUNT),
        Column(_("Pilot, clusters"), each(variants, "clusters", "pilot"), COUNT),
        Column(_("Why"), each(variants, "why")),
        Column(
            _("Room of its limit"),
            [(one["limit"] or {}).get("text") if variant["name"] == "decided" else None for one, variant in rows],
        ),
    )


def other_verdicts(found: list[dict[str, Any]], labels: dict[str, str]) -> pd.DataFrame:
    """A row a choice made otherwise: the KPIs that it touches, and what the rules say then."""
    return frame(
        Column(_("Variant"), each(found, "name")),
        Column(_("Choice"), each(found, "phrase")),
        Column(_("KPIs"), [joined([labels[kpi] for kpi in one["kpis"]]) for one in found]),
        Column(_("Valid"), each(found, "valid")),
        Column(_("Verdict then"), [wording.verdict(one["verdict"]).word for one in found]),
        Column(_("Rule"), each(found, "rule")),
        Column(_("Same verdict"), each(found, "same")),
    )


def case_mix(columns: list[dict[str, Any]], others: str) -> pd.DataFrame:
    """A row a value of a column, under a row of the whole column, with standardised differences."""
    rows: list[dict[str, Any]] = []
    for column in columns:
        whole = {"value": None, "baseline": None, "pilot": None, "baseline_share": None, "pilot_share": None}
        for level in [whole | {"difference": column["difference"]}, *column["levels"]]:
            rows.append(level | {"column": column["column"], "adjusted": column["adjusted"]})
    return frame(
        Column(_("Column"), each(rows, "column")),
        Column(_("Value"), each(rows, "value")),
        Column(_("Adjusted for"), each(rows, "adjusted")),
        Column(_("{arm}, n").format(arm=others), each(rows, "baseline"), COUNT),
        Column(_("Pilot, n"), each(rows, "pilot"), COUNT),
        Column(_("{arm}, share").format(arm=others), each(rows, "baseline_share"), SHARE),
        Column(_("Pilot, share"), each(rows, "pilot_share"), SHARE),
        Column(_("Standardised difference"), each(rows, "difference"), RATIO),
    )


def mix(rows: list[dict[str, Any]], others: str) -> pd.DataFrame:
    """A row a case-mix cell: what it is made of and its share of each arm."""
    numbers = ("baseline_share", "pilot_share", "difference")
    keys = [key for key in (rows[0] if rows else {}) if key not in numbers]
    return frame(
        *(Column(key.capitalize(), each(rows, key)) for key in keys),
        Column(_("{arm}, share").format(arm=others), each(rows, "baseline_share"), SHARE),
        Column(_("Pilot, share"), each(rows, "pilot_share"), SHARE),
        Column(_("Standardised difference"), each(rows, "difference"), RATIO),
    )
