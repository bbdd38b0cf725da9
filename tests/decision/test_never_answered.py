"""Contacts that were never answered: so many in one channel that its 90th percentile does not exist."""

import numpy as np
import pytest
from pilots import contacts, write_pilot

from pilot_analysis import load_config, review


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Every fourth chat was abandoned; all else was answered."""
    log = contacts()
    gave_up = (log["channel"] == "chat") & (np.arange(len(log)) % 8 == 1)
    log = log.assign(abandoned=gave_up, first_response_at=log["first_response_at"].mask(gave_up))
    file = write_pilot(tmp_path_factory.mktemp("pilot"), log)
    return review(load_config(file)).to_dict()


def test_the_percentile_is_not_measured_and_says_of_how_many(found):
    p90 = next(kpi for kpi in found["kpis"] if kpi["id"] == "response_time_p90")
    assert p90["state"] == "not_measured"
    assert "chat" in p90["why"]
    # never answered is no missing value: all 320 contacts of each arm count, of 5 agents
    assert p90["baseline"] == p90["pilot"] == {"value": None, "n": 320, "clusters": 5}


def test_the_median_is_measured(found):
    median = next(kpi for kpi in found["kpis"] if kpi["id"] == "response_time")
    assert median["effect"]["estimate"] == pytest.approx(median["pilot"]["value"] / median["baseline"]["value"])
    assert median["baseline"]["n"] == 320


def test_no_week_has_the_percentile_and_the_other_kpis_have_their_weeks(found):
    shown = {row["kpi"] for row in found["trend"]}
    assert "response_time_p90" not in shown
    assert {"csat", "cost_per_contact"} <= shown
