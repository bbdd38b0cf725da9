"""Every table of the page as a data frame, for the CSV files and the workbook."""

from datetime import date
from typing import Any

import pandas as pd

from pilot_analysis.contacts.check import check_name
from pilot_analysis.report import evidence_tables, gaps, wording
from pilot_analysis.report.cost_tables import cost_tables
from pilot_analysis.report.frames import (
    COUNT,
    DAY,
    P_VALUE,
    SHARE,
    Column,
    benefit_format,
    each,
    effect_format,
    frame,
    level_format,
)
from pilot_analysis.words import _


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
            Column(_("Action"), each(review["actions"], "title")),
            Column(_("What to do"), each(review["actions"], "text")),
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
            Column(_("Change"), [wording.lever_name(row["code"]) for row in review["levers"]]),
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
        "segments": evidence_tables.segments(review["segments"], by_id, others),
        "nonresponse": evidence_tables.nonresponse(review, against),
        "tipping": evidence_tables.tipping((review["nonresponse"] or {}).get("turns", [])),
        "trend": evidence_tables.trend(review["trend"], by_id),
        "groups": groups(kpis),
        "pre_trend": evidence_tables.pre_trend((review["pre_trend"] or {}).get("slopes", []), labels),
        "weekly_effects": evidence_tables.weekly_effects(gaps.weekly(review), by_id),
        "agents": evidence_tables.agents(review["agents"], by_id),
        "comments": evidence_tables.comments((review["comments"] or {}).get("shown", [])),
        "words": evidence_tables.comment_words((review["comments"] or {}).get("words", []), others),
        **cost_tables(review["cost"] or {}, others),
        "robustness": evidence_tables.robustness(review["robustness"], by_id, others),
        "other_verdicts": evidence_tables.other_verdicts(review["other_verdicts"], labels),
        "mix": evidence_tables.mix(review["mix"], others),
        "case_mix": evidence_tables.case_mix(review["case_mix"]["columns"], others),
        "uncompared": frame(
            Column(_("KPI"), [labels[row["kpi"]] for row in review["case_mix"]["uncompared"]]),
            Column(_("Contacts"), each(review["case_mix"]["uncompared"], "contacts"), COUNT),
            Column(_("Share"), each(review["case_mix"]["uncompared"], "share"), SHARE),
            Column(_("Cells"), each(review["case_mix"]["uncompared"], "text")),
        ),
        "checks": frame(
            Column(_("Check"), [check_name(row["id"]) for row in review["checks"]]),
            Column(_("Status"), [wording.check_status(row["status"]).word for row in review["checks"]]),
            Column(_("Finding"), each(review["checks"], "text")),
        ),
        "completeness": evidence_tables.completeness(review["completeness"]),
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
