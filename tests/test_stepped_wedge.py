"""The stepped wedge trial: its table made from the panel, its reviews by pandas, and the document by its reviews."""

import runpy
from pathlib import Path

import pandas as pd
import pytest

from pilot_analysis import load_config, review

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "configs" / "stepped_wedge"
DOCUMENT = (ROOT / "docs" / "examples" / "stepped-wedge.md").read_text(encoding="utf-8")
FIRST_WEEK = "2022-01-03"
COMPARED = {
    ("assigned", "week"): ("pilot", {}),
    ("assigned", "week, svi"): ("pilot", {"design.adjust_for": ["week", "svi"]}),
    ("handled", "week"): ("as_treated", {}),
    ("handled", "week, svi, assigned"): ("as_treated", {"design.adjust_for": ["week", "svi", "assigned"]}),
}


@pytest.fixture(scope="module")
def log():
    rows = pd.read_csv(FOLDER / "contacts.csv")
    return rows[rows["week"] >= FIRST_WEEK].assign(
        answers=rows["answered"] * rows["weight"], surveyed=(rows["handled"] == "automated") * rows["weight"]
    )


@pytest.fixture(scope="module")
def reviews():
    return {
        key: review(load_config(FOLDER / f"{name}.yaml", overrides)).to_dict()
        for key, (name, overrides) in COMPARED.items()
    }


def outcome(found):
    return next(kpi for kpi in found["kpis"] if kpi["id"] == "fcr")


def standardised(log, by, value="answers"):
    """Means of both arms on the survey arm's own weeks, by pandas."""
    sums = log.groupby(["week", by])[[value, "weight"]].sum().unstack()
    share = sums["weight"]["automated"] / sums["weight"]["automated"].sum()
    return [(share * sums[value][arm] / sums["weight"][arm]).sum() for arm in ("manual", "automated")]


def points(x):
    return f"{100 * x:.1f}"


def test_the_shipped_table_is_what_the_script_makes_of_the_panel(tmp_path):
    made = runpy.run_path(str(FOLDER / "contacts.py"))["contacts"](pd.read_csv(FOLDER / "panel.csv"))
    made.to_csv(tmp_path / "contacts.csv", index=False)
    assert (tmp_path / "contacts.csv").read_bytes() == (FOLDER / "contacts.csv").read_bytes()


def test_no_case_and_no_answer_is_lost_on_the_way():
    panel, rows = pd.read_csv(FOLDER / "panel.csv"), pd.read_csv(FOLDER / "contacts.csv")
    for way in ("manual", "automated"):
        cases, share = panel[f"n_assigned_{way}"], panel[f"mean_perc_filled_assigned_{way}"]
        mine = rows[rows["handled"] == way]
        assert mine["weight"].sum() == pytest.approx(cases.sum(), abs=1e-3)
        assert (mine["weight"] * mine["answered"]).sum() == pytest.approx((cases * share.fillna(0)).sum(), abs=1e-3)


@pytest.mark.parametrize("by", ["assigned", "handled"])
def test_both_arms_on_the_pilot_s_weeks_are_pandas_own(log, reviews, by):
    kpi = outcome(reviews[by, "week"])
    baseline, pilot = standardised(log, by)
    assert (kpi["baseline"]["value"], kpi["pilot"]["value"]) == pytest.approx((baseline, pilot), abs=1e-6)
    assert kpi["effect"]["estimate"] == pytest.approx(pilot - baseline, abs=1e-6)
    assert kpi["pilot"]["n"] == round(log.loc[log[by] == "automated", "weight"].sum())


def test_the_table_of_the_document_is_that_of_the_reviews(reviews):
    written = [line for line in DOCUMENT.splitlines() if line.startswith(("| assigned", "| handled"))]
    made = []
    for (by, adjusted), found in reviews.items():
        kpi, benefit = outcome(found), outcome(found)["benefit"]
        failed = ", ".join(c["id"] for c in found["checks"] if c["status"] == "fail")
        cells = [
            by, adjusted, f"{points(kpi['baseline']['value'])}%", f"{points(kpi['pilot']['value'])}%",
            points(benefit["estimate"]), f"{points(benefit['low'])} to {points(benefit['high'])}", kpi["state"],
            f"{found['verdict']}, {found['rule']['id']}", failed, found["evidence_grade"],
        ]  # fmt: skip
        made.append(("| " + " | ".join(cells) + " |").replace("|  |", "| |"))
    assert written == made


def test_the_numbers_in_the_document_s_text_are_the_reviews(log, reviews):
    text = " ".join(DOCUMENT.split())
    kpi = outcome(reviews["assigned", "week"])
    leakage = next(c for c in reviews["assigned", "week"]["checks"] if c["id"] == "leakage")
    assert "89.8% of the in-house contacts" in leakage["text"]
    assert "89.8% of the in-house cases" in text
    # what the assignment changed in how cases were handled, and the effect per case so moved (Wald 1940)
    manual, automated = standardised(log, "assigned", "surveyed")
    assert f"reached {100 * (automated - manual):.0f} cases in 100" in text
    per_case = kpi["effect"]["estimate"] / (automated - manual)
    assert (
        f"{points(kpi['effect']['estimate'])} points over {automated - manual:.3f}, about {-100 * per_case:.0f} "
        in text
    )
    called = log.loc[log["handled"] == "manual", "weight"].sum() / log["weight"].sum()
    assert f"{points(called)}% of the cases were called" in text
    handled = [outcome(reviews[key])["effect"]["estimate"] for key in reviews if key[0] == "handled"]
    assert f"moves by {100 * (handled[0] - handled[1]):.0f} points" in text
    assert handled[0] / kpi["effect"]["estimate"] == pytest.approx(20, abs=0.5)  # "twenty times as large"
    assert f"is {points(kpi['crude']['estimate'])} points instead of {points(kpi['effect']['estimate'])}" in text
    uncompared = 1 - outcome(reviews["assigned", "week, svi"])["compared"]
    assert f"{points(uncompared)}% of the pilot's cases have no counterpart" in text
    assert f"has {kpi['df']:.0f} degrees of freedom, whatever the {round(log['weight'].sum()):,} cases" in text
    assert f"one of {points(kpi['naive']['low'])} to {points(kpi['naive']['high'])} around" in text
    assert kpi["p_equivalent"] < 0.025  # "by two one-sided tests even equivalent"


def test_before_and_after_in_the_document_is_that_of_its_review_and_of_pandas():
    found = review(load_config(FOLDER / "difference_in_differences.yaml")).to_dict()
    kpi, rows = outcome(found), pd.read_csv(FOLDER / "contacts.csv")
    rows = rows[(rows["week"] < FIRST_WEEK) | (rows["week"] >= "2022-01-17")]
    rows = rows.assign(
        answers=rows["answered"] * rows["weight"], before=rows["week"] < FIRST_WEEK, stays=rows["wave"] == 5
    )
    sums = rows.groupby(["stays", "before"])[["answers", "weight"]].sum()
    mean = sums["answers"] / sums["weight"]
    change = [mean[stays, False] - mean[stays, True] for stays in (False, True)]
    assert kpi["effect"]["estimate"] == pytest.approx(change[0] - change[1], abs=1e-6)
    low, high, n = points(kpi["effect"]["low"]), points(kpi["effect"]["high"]), kpi["baseline"]["clusters"]
    written = f"{points(kpi['effect']['estimate'])} points, {low} to {high}, with {n} ZIP codes to hold it against"
    assert written in " ".join(DOCUMENT.split())
    # "no check can say so"
    leaked = next(c for c in found["checks"] if c["id"] == "leakage")
    assert leaked["status"] == "info"
    assert "cannot be seen from this export" in leaked["text"]


def test_the_facts_of_the_trial_in_the_document_are_the_panel_s():
    panel = pd.read_csv(FOLDER / "panel.csv")
    assert panel["Zip"].nunique() == 29
    cases = (panel["n_assigned_manual"] + panel["n_assigned_automated"]).groupby(panel["week"]).sum()
    assert cases[FIRST_WEEK:].max() / cases[FIRST_WEEK:].min() == pytest.approx(10, abs=0.5)  # "a factor of ten"
    vulnerable = panel["svi_label"].str.startswith("[80")
    assert set(panel.loc[vulnerable, "crossover"]) == {4, 5}
    later = panel[(panel["week"] >= "2022-01-17") & (panel["condition"] == "Manual CICT")]
    assert later["svi_label"].str.startswith("[80").all()
    assert len((FOLDER / "contacts.csv").read_text(encoding="utf-8").splitlines()) == 847


def test_by_assignment_the_survey_would_have_passed_but_for_the_dilution(reviews):
    found = reviews["assigned", "week"]
    assert outcome(found)["state"] == "non_inferior"
    assert (found["verdict"], found["rule"]["id"]) == ("adjust", "invalid")
    assert found["pilot"]["contacts"]["pilot"] == outcome(found)["pilot"]["n"]  # cases, not rows
