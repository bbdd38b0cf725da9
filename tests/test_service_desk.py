"""The shipped real pilot against figures that pandas and a plain loop give, without the package."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pilot_analysis import load_config, review

CONFIG = Path(__file__).parents[1] / "configs" / "service_desk" / "pilot.yaml"
WEEK = pd.Timedelta(days=7)


@pytest.fixture(scope="module")
def incidents():
    log = pd.read_csv(CONFIG.parent / "incidents.csv.gz", parse_dates=["opened_at", "first_nonnew_at"])
    log["desk17"] = log["opened_by"] == 17
    return log


@pytest.fixture(scope="module")
def found():
    return review(load_config(CONFIG)).to_dict()


@pytest.fixture(scope="module")
def by_flag():
    return review(load_config(CONFIG, {"kpis.fcr.measure": "flag"})).to_dict()


def kpi(review_dict, name):
    return next(k for k in review_dict["kpis"] if k["id"] == name)


def check(review_dict, name):
    return next(c for c in review_dict["checks"] if c["id"] == name)


def followed(log):
    """Plain loop: for every incident whether the caller had one of the category in the week before and after."""
    before, after = {}, {}
    eligible = log.dropna(subset=["caller_id", "category"]).sort_values(["opened_at", "number"])
    for _, group in eligible.groupby(["caller_id", "category"]):
        times = group["opened_at"].tolist()
        for i, row in enumerate(group.index):
            before[row] = i > 0 and times[i] - times[i - 1] <= WEEK
            after[row] = i + 1 < len(times) and times[i + 1] - times[i] <= WEEK
    return pd.Series(before), pd.Series(after)


def test_first_contact_resolution_counts_index_contacts_that_are_mature(incidents, found):
    before, after = followed(incidents)
    log = incidents.loc[before.index]
    end = incidents.groupby("desk17")["opened_at"].max().min()
    start = incidents["opened_at"].min()
    index = ~before & (log["opened_at"] <= end - WEEK) & (log["opened_at"] >= start + WEEK)
    resolved = (~after[index]).groupby(log["desk17"][index]).mean()
    fcr = kpi(found, "fcr")
    assert fcr["crude"]["pilot"] == pytest.approx(resolved[True], abs=1e-12)
    assert fcr["crude"]["baseline"] == pytest.approx(resolved[False], abs=1e-12)
    assert fcr["pilot"]["n"] == int((index & log["desk17"]).sum())
    assert fcr["baseline"]["n"] == int((index & ~log["desk17"]).sum())
    assert fcr["pilot"]["value"] == pytest.approx(0.857, abs=0.001)


def test_a_naive_count_says_something_else(incidents, found):
    _, after = followed(incidents)
    share = after.reindex(incidents.index, fill_value=False).groupby(incidents["desk17"]).mean()
    naive = kpi(found, "fcr")["naive"]
    assert 1 - naive["pilot"] == pytest.approx(share[True], abs=1e-12)
    assert 1 - naive["baseline"] == pytest.approx(share[False], abs=1e-12)
    assert (round(share[True], 3), round(share[False], 3)) == (0.167, 0.209)


def test_the_flag_is_no_reassignment_and_no_reopening(incidents):
    derived = (incidents["reassignment_count"] == 0) & (incidents["reopen_count"] == 0)
    assert (incidents["fcr"] == derived).all()


def test_standardisation_of_the_flag_over_category_and_priority(incidents, by_flag):
    log = incidents.copy()
    log["cell"] = log["category"].fillna(-1).astype(int).astype(str) + "|" + log["priority"].astype(str)
    cells = log.groupby(["cell", "desk17"])["fcr"].agg(["mean", "count"]).unstack()
    both = cells.dropna()
    weight = both["count"][True] / both["count"][True].sum()
    pilot, base = (weight * both["mean"][True]).sum(), (weight * both["mean"][False]).sum()
    fcr = kpi(by_flag, "fcr")
    assert fcr["adjustment"] == "cells"
    assert fcr["effect"]["estimate"] == pytest.approx(pilot - base, abs=1e-12)
    assert fcr["effect"]["estimate"] == pytest.approx(0.022, abs=0.001)
    assert (round(fcr["crude"]["pilot"], 3), round(fcr["crude"]["baseline"], 3)) == (0.548, 0.538)


def test_the_caller_clustered_error_is_that_of_the_sandwich(incidents, by_flag):
    """The delta method written out per contact: residuals from the cell means, summed by caller."""
    log = incidents.copy()
    log["caller"] = log["caller_id"].map(str)
    no_caller = log["caller_id"].isna()
    log.loc[no_caller, "caller"] = "day " + log["desk17"].map(str) + log["opened_at"].dt.date.map(str)
    log["cell"] = log["category"].fillna(-1).map(str) + "|" + log["priority"].map(str)
    n = log.groupby(["cell", "desk17"])["fcr"].transform("count")
    sides = log.groupby("cell")["desk17"].transform("nunique")
    log = log[sides == 2]
    n = n[log.index]
    pilots = log[log["desk17"]]
    weight = log["cell"].map(pilots.groupby("cell").size() / len(pilots))
    residual = log["fcr"] - log.groupby(["cell", "desk17"])["fcr"].transform("mean")
    score = (np.where(log["desk17"], 1, -1) * weight / n * residual).groupby(log["caller"]).sum()
    plain = float(np.sqrt((score**2).sum()))
    se = kpi(by_flag, "fcr")["se"]
    assert se == pytest.approx(plain, rel=0.01)
    assert 0.006 < se < 0.009


def test_clustered_by_resolver_nothing_can_be_said_and_resolver_11_is_named():
    found = review(
        load_config(CONFIG, {"kpis.fcr.measure": "flag", "design.cluster": "resolved_by", "privacy.agents": "names"})
    ).to_dict()
    fcr = kpi(found, "fcr")
    assert fcr["se"] > 0.1
    assert fcr["influence"]["cluster"] == "11"
    assert "First contact resolution is moved most by 11." in check(found, "agents")["text"]
    assert fcr["state"] == "inconclusive"


def test_people_who_work_on_both_sides_are_noticed(incidents, found):
    sides = incidents.dropna(subset=["resolved_by"]).groupby("resolved_by")["desk17"].nunique()
    of_both = incidents["resolved_by"].isin(sides[sides == 2].index).sum() / incidents["resolved_by"].notna().sum()
    assert of_both > 0.98
    assert found["pilot"]["shared_agents"] == pytest.approx(of_both, abs=1e-12)
    assert check(found, "agents_in_both_arms")["status"] == "warn"
    assert found["evidence_grade"] == "C"


def test_what_was_not_measured_keeps_it_from_scale(found):
    assert found["phase"] == "final"
    assert found["verdict"] == "adjust"
    assert found["rule"]["id"] == "guardrail_not_measured"
    assert found["actions"][0]["code"] == "measure"
    assert {kpi(found, name)["state"] for name in ("csat", "cost_per_contact")} == {"not_measured"}


def test_the_median_response_time_is_the_median_within_each_channel(incidents):
    config = load_config(CONFIG, {"design.adjust_for": []})
    times = kpi(review(config).to_dict(), "response_time")
    seconds = (incidents["first_nonnew_at"] - incidents["opened_at"]).dt.total_seconds().clip(lower=1)
    medians = seconds.groupby([incidents["contact_type"], incidents["desk17"]]).median().unstack().dropna()
    share = incidents[incidents["desk17"]].groupby("contact_type").size().reindex(medians.index)
    share = share / share.sum()
    expected = {side: float(np.exp((share * np.log(medians[side])).sum())) for side in (False, True)}
    assert times["baseline"]["value"] == pytest.approx(expected[False], rel=1e-9)
    assert times["pilot"]["value"] == pytest.approx(expected[True], rel=1e-9)
    assert times["effect"]["estimate"] == pytest.approx(expected[True] / expected[False], rel=1e-9)


def test_json_has_no_nan_and_keeps_the_contract(found):
    text = json.dumps(found, allow_nan=False)
    assert json.loads(text) == found
