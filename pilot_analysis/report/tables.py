"""Every table of the page as a data frame, for the CSV files and the workbook."""

from datetime import date
from typing import Any

import pandas as pd

from pilot_analysis.report import gaps, silent, wording
from pilot_analysis.report.cost_tables import cost_tables
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


def tables(review: dict[str, Any]) -> dict[str, pd.DataFrame]:
    """The tables of a review by file name, in the order of the page.

    Numbers are as in the review (a proportion is a fraction), missing ones None. `attrs["formats"]`
    of a frame has the spreadsheet number format of each row by header.
    """
    kpis = review["kpis"]
    labels = {kpi["id"]: kpi["label"] for kpi in kpis}
    by_id = {kpi["id"]: kpi for kpi in kpis}
    against, others = wording.compared_with(review["pilot"]), wording.other_arm(review["pilot"])
    return {
        "summary": summary(review),
        "scorecard": scorecard(kpis, against, others),
        "reasons": frame(
            Column(_("Code"), each(review["reasons"], "code")),
            Column(_("KPI"), [labels.get(row["kpi"], row["kpi"]) for row in review["reasons"]]),
            Column(_("Reason"), each(review["reasons"], "text")),
        ),
        "actions": frame(
            Column(_("Kind"), [wording.action_name(row["code"]) for row in review["actions"]]),
            Column(_("Action"), each(review["actions"], "text")),
            Column(
                _("Value"),
                each(review["actions"], "value"),
                [level_format(row["unit"]) for row in review["actions"]],
            ),
            Column(_("Unit"), each(review["actions"], "unit")),
        ),
        "keep_in_house": frame(
            Column(_("By"), each(review["keep_in_house"], "by")),
            Column(_("Keep in-house"), each(review["keep_in_house"], "value")),
        ),
        "plan": frame(Column(_("Step"), review["plan"])),
        "levers": frame(
            Column(_("Change"), [wording.action_name(row["code"]) for row in review["levers"]]),
            Column(_("What it would do"), each(review["levers"], "text")),
            Column(
                _("Value"), each(review["levers"], "value"), [level_format(row["unit"]) for row in review["levers"]]
            ),
            Column(_("Unit"), each(review["levers"], "unit")),
            Column(_("Verdict then"), [wording.verdict(row["verdict"]).word for row in review["levers"]]),
        ),
        "routing": frame(
            Column(_("By"), each(review["routing"], "by")),
            Column(_("Part"), each(review["routing"], "value")),
            Column(_("Share"), each(review["routing"], "share"), level_format("fraction")),
            Column(_("Goes to"), [wording.route(row["to"]).word for row in review["routing"]]),
            Column(_("Why"), each(review["routing"], "why")),
        ),
        "segments": segments(review["segments"], by_id, others),
        "nonresponse": nonresponse(review, against),
        "tipping": tipping((review["nonresponse"] or {}).get("turns", [])),
        "trend": trend(review["trend"], by_id),
        "groups": groups(kpis),
        "pre_trend": pre_trend((review["pre_trend"] or {}).get("slopes", []), labels),
        "weekly_effects": weekly_effects(gaps.weekly(review), by_id),
        "agents": agents(review["agents"], by_id),
        "comments": comments((review["comments"] or {}).get("shown", [])),
        "words": comment_words((review["comments"] or {}).get("words", []), others),
        **cost_tables(review["cost"] or {}, others),
        "robustness": robustness(review["robustness"], by_id, others),
        "other_verdicts": other_verdicts(review["other_verdicts"], labels),
        "mix": mix(review["mix"], others),
        "case_mix": case_mix(review["case_mix"]["columns"], others),
        "uncompared": frame(
            Column(_("KPI"), [labels[row["kpi"]] for row in review["case_mix"]["uncompared"]]),
            Column(_("Contacts"), each(review["case_mix"]["uncompared"], "contacts"), COUNT),
            Column(_("Share"), each(review["case_mix"]["uncompared"], "share"), SHARE),
            Column(_("Cells"), each(review["case_mix"]["uncompared"], "text")),
        ),
        "checks": frame(
            Column(_("Check"), [wording.check_name(row["id"]) for row in review["checks"]]),
            Column(_("Status"), [wording.check_status(row["status"]).word for row in review["checks"]]),
            Column(_("Finding"), each(review["checks"], "text")),
        ),
        "rules": frame(
            Column(_("Rule"), each(review["rules"], "id")),
            Column(_("Says"), each(review["rules"], "text")),
            Column(_("Verdict"), [wording.verdict(row["verdict"]).word for row in review["rules"]]),
            Column(_("Outcome"), [wording.outcome(row["outcome"]).word for row in review["rules"]]),
            Column(_("Why"), each(review["rules"], "why")),
        ),
        "assumptions": frame(Column(_("Assumption"), review["assumptions"])),
        "methods": methods(kpis, others),
        "provenance": provenance(review["provenance"]),
    }


def summary(review: dict[str, Any]) -> pd.DataFrame:
    """The verdict and the facts of the pilot, a row each."""
    pilot = review["pilot"]
    changes = review["would_change"]
    facts = {
        _("Pilot"): pilot["name"],
        _("Vendor"): pilot["vendor"],
        _("Phase"): review["phase"],
        _("Verdict"): wording.verdict(review["verdict"]).word if review["verdict"] else None,
        _("In one sentence"): review["headline"],
        _("Deciding rule"): review["rule"]["text"],
        _("What would change it"): changes if isinstance(changes, str) else " ".join(changes),
        _("Evidence grade"): review["evidence_grade"],
        _("First day"): date.fromisoformat(pilot["start"]),
        _("Last day"): date.fromisoformat(pilot["end"]),
        _("Judged from"): date.fromisoformat(pilot["judged_from"]),
        _("Contacts, {arm}").format(arm=wording.other_arm(pilot).lower()): pilot["contacts"]["baseline"],
        _("Contacts of the pilot"): pilot["contacts"]["pilot"],
        _("Note"): pilot["note"],
    }
    formats = [DAY if isinstance(fact, date) else COUNT for fact in facts.values()]
    return frame(Column(_("Item"), list(facts)), Column(_("Value"), list(facts.values()), formats))


def scorecard(kpis: list[dict[str, Any]], against: str, others: str) -> pd.DataFrame:
    """A row a KPI: both arms, the effect, the limits and the result."""
    level = [level_format(kpi["unit"]) for kpi in kpis]
    effect = [effect_format(kpi) for kpi in kpis]
    benefit = [benefit_format(kpi) for kpi in kpis]
    return frame(
        Column(_("KPI"), each(kpis, "label")),
        Column(_("Id"), each(kpis, "id")),
        Column(_("Role"), [wording.role(kpi["role"]) for kpi in kpis]),
        Column(_("Unit"), each(kpis, "unit")),
        Column(_("Better"), each(kpis, "better")),
        Column(against, each(kpis, "baseline", "value"), level),
        Column(_("{arm}, n").format(arm=others), each(kpis, "baseline", "n"), COUNT),
        Column(_("{arm}, clusters").format(arm=others), each(kpis, "baseline", "clusters"), COUNT),
        Column(_("Pilot"), each(kpis, "pilot", "value"), level),
        Column(_("Pilot, n"), each(kpis, "pilot", "n"), COUNT),
        Column(_("Pilot, clusters"), each(kpis, "pilot", "clusters"), COUNT),
        Column(_("Effect is a"), each(kpis, "effect", "kind")),
        Column(_("Effect"), each(kpis, "effect", "estimate"), effect),
        Column(_("Effect, low"), each(kpis, "effect", "low"), effect),
        Column(_("Effect, high"), each(kpis, "effect", "high"), effect),
        Column(_("Benefit (+ is better)"), each(kpis, "benefit", "estimate"), benefit),
        Column(_("Benefit, low"), each(kpis, "benefit", "low"), benefit),
        Column(_("Benefit, high"), each(kpis, "benefit", "high"), benefit),
        Column(_("Effect for this team, low"), each(kpis, "this_team", "low"), effect),
        Column(_("Effect for this team, high"), each(kpis, "this_team", "high"), effect),
        Column(_("Margin"), each(kpis, "margin"), benefit),
        Column(_("Hurdle"), each(kpis, "hurdle"), benefit),
        Column(_("Target"), each(kpis, "target"), level),
        Column(_("p, superior"), each(kpis, "p_superior"), P_VALUE),
        Column(_("p, non-inferior"), each(kpis, "p_noninferior"), P_VALUE),
        Column(_("p, equivalent"), each(kpis, "p_equivalent"), P_VALUE),
        Column(_("p, above the hurdle"), each(kpis, "p_hurdle"), P_VALUE),
        Column(_("Result"), [wording.state(kpi["state"]).word for kpi in kpis]),
        Column(_("Why"), each(kpis, "why")),
        Column(_("In words"), each(kpis, "sentence")),
    )


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
        Column(_("Arm"), each(rows, "arm")),
        Column(_("Value"), each(rows, "value"), [level_format(kpis[row["kpi"]]["unit"]) for row in rows]),
        Column(_("n"), each(rows, "n"), COUNT),
        Column(_("Phase"), each(rows, "phase")),
    )


def groups(kpis: list[dict[str, Any]]) -> pd.DataFrame:
    """A row a KPI and group of difference-in-differences: its standardised value."""
    rows = [(kpi, group) for kpi in kpis for group in kpi["groups"]]
    return frame(
        Column(_("KPI"), [kpi["label"] for kpi, _group in rows]),
        Column(_("Unit"), [kpi["unit"] for kpi, _group in rows]),
        Column(_("Group"), [group["group"] for _kpi, group in rows]),
        Column(_("Value"), [group["value"] for _kpi, group in rows], [level_format(kpi["unit"]) for kpi, _g in rows]),
        Column(_("n"), [group["n"] for _kpi, group in rows], COUNT),
        Column(_("Clusters"), [group["clusters"] for _kpi, group in rows], COUNT),
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
        Column(_("Arm"), each(own, "arm")),
        Column(_("Agent"), each(own, "agent")),
        Column(_("n"), each(own, "n"), COUNT),
        Column(_("As observed"), each(own, "value"), formats),
        Column(_("Allowing for luck"), each(own, "shrunk"), formats),
        Column(_("Against luck"), [wording.side(agent["side"]).word for agent in own]),
    )


def comments(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A row a comment that is shown, masked."""
    return frame(
        Column(_("Arm"), each(rows, "arm")),
        Column(_("Rating"), each(rows, "score")),
        Column(_("Comment"), each(rows, "text")),
    )


def comment_words(rows: list[dict[str, Any]], others: str) -> pd.DataFrame:
    """A row a word that one arm's customers use more."""
    return frame(
        Column(_("Arm"), each(rows, "arm")),
        Column(_("Word"), each(rows, "word")),
        Column(_("z"), each(rows, "z"), "0.00"),
        Column(_("{arm}, comments").format(arm=others), each(rows, "baseline"), COUNT),
        Column(_("Pilot, comments"), each(rows, "pilot"), COUNT),
    )


def flat(tree: Any, path: str = "") -> dict[str, Any]:
    """The leaves of a tree by their dotted path; the places of a list count from 1."""
    if isinstance(tree, dict):
        branches = tree.items()
    elif isinstance(tree, list):
        branches = dict(enumerate(tree, start=1)).items()
    else:
        return {path: tree}
    return {
        leaf: value
        for key, branch in branches
        for leaf, value in flat(branch, f"{path}.{key}" if path else str(key)).items()
    }


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


def methods(kpis: list[dict[str, Any]], others: str) -> pd.DataFrame:
    """A row a KPI: the method, and the effect without adjustment and without clusters."""
    level = [level_format(kpi["unit"]) for kpi in kpis]
    effect = [effect_format(kpi) for kpi in kpis]
    return frame(
        Column(_("KPI"), each(kpis, "label")),
        Column(_("Effect is a"), each(kpis, "effect", "kind")),
        Column(_("Effect"), each(kpis, "effect", "estimate"), effect),
        Column(_("Crude, {arm}").format(arm=others), each(kpis, "crude", "baseline"), level),
        Column(_("Crude, pilot"), each(kpis, "crude", "pilot"), level),
        Column(_("Crude effect"), each(kpis, "crude", "estimate"), effect),
        Column(_("Naive effect"), each(kpis, "naive", "estimate"), effect),
        Column(_("Naive effect, low"), each(kpis, "naive", "low"), effect),
        Column(_("Naive effect, high"), each(kpis, "naive", "high"), effect),
        Column(_("Most influential cluster"), each(kpis, "influence", "cluster")),
        Column(_("Effect without it"), each(kpis, "influence", "estimate_without"), effect),
        Column(_("Effect without it, low"), each(kpis, "influence", "low_without"), effect),
        Column(_("Effect without it, high"), each(kpis, "influence", "high_without"), effect),
        Column(_("State without it"), each(kpis, "influence", "state_without")),
        Column(_("Method"), each(kpis, "method")),
    )


def provenance(found: dict[str, Any]) -> pd.DataFrame:
    """What the review was made from, a row a fact."""
    facts = flat(found)
    return frame(Column(_("Item"), list(facts)), Column(_("Value"), list(facts.values())))
