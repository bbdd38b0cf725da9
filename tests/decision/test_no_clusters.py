"""`design.cluster: none`: contacts taken as independent, and the page says what that hides."""

import pytest
from pilots import LENIENT, write_pilot

from pilot_analysis import load_config, review

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pilot")
    return {
        cluster: review(load_config(write_pilot(folder, design__cluster=cluster, **LENIENT))).to_dict()
        for cluster in ("agent_id", "none")
    }


def kpi(record, name):
    return next(k for k in record["kpis"] if k["id"] == name)


def test_shares_have_a_score_interval_and_everything_else_a_t(found):
    assert "Miettinen and Nurminen" in kpi(found["none"], "csat")["method"]
    assert "contacts taken as independent" in kpi(found["none"], "cost_per_contact")["method"]
    for record in found.values():
        assert {k["id"] for k in record["kpis"] if k["effect"]["low"] is None} == set()


def test_estimates_stay_and_nobody_moves_them(found):
    for one, other in zip(found["agent_id"]["kpis"], found["none"]["kpis"], strict=True):
        assert other["effect"]["estimate"] == pytest.approx(one["effect"]["estimate"])
        assert other["influence"] is None
        assert other["pilot"]["clusters"] == other["pilot"]["n"]


def test_the_page_says_what_it_takes_for_granted(found):
    agents = next(check for check in found["none"]["checks"] if check["id"] == "agents")
    assert agents["status"] == "warn"
    assert "too narrow" in agents["text"]
    assert any("independent of each other" in text for text in found["none"]["assumptions"])
    assert found["none"]["pilot"]["cluster"] == "none"


def test_without_clusters_nobody_is_drawn_anew(found):
    """Scores of clusters are what a replicate moves by: without any, every replicate would be the review itself."""
    assert found["agent_id"]["stability"] is not None
    assert found["none"]["stability"] is None
    assert found["none"]["how_sure"] is None
