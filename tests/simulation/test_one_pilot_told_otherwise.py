"""One simulated log in another order, in other money, or with agents' names missing: the same review."""

import json

import pandas as pd
import pytest
import yaml

from pilot_analysis import load_config, review
from pilot_analysis.simulation import Scenario, write

TRUTH = Scenario(pilot_agents=12, pilot_per_day=120, baseline_agents=30, baseline_per_day=150, effects={"cost": -0.2})


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write(tmp_path_factory.mktemp("pilot") / "log.csv", TRUTH, 5)


@pytest.fixture(scope="module")
def told(written):
    """Reviews the log after a change of its rows or of the config."""

    def reviewed(rows=lambda frame: frame, config=lambda settings: settings):
        frame = rows(pd.read_csv(written.contacts, dtype=str, keep_default_na=False))
        settings = yaml.safe_load(written.config.read_text(encoding="utf-8"))
        settings = config(settings)
        frame.to_csv(written.contacts.with_name("changed.csv"), index=False)
        settings["data"]["contacts"] = "changed.csv"
        path = written.config.with_name("changed.yaml")
        path.write_text(yaml.safe_dump(settings), encoding="utf-8")
        return review(load_config(path)).to_dict()

    return reviewed


@pytest.fixture(scope="module")
def plain(told):
    return told()


def numbers(found, *parts):
    """The numbers of some parts of a KPI's record."""
    return [x for part in parts for x in (found[part] or {}).values() if isinstance(x, float)]


def test_nothing_is_nan_or_infinite(plain):
    json.dumps(plain, allow_nan=False)  # or it raises


def test_p_values_intervals_and_states_agree(plain):
    measured = [k for k in plain["kpis"] if k["state"] != "not_measured"]
    assert {"csat", "fcr", "cost_per_contact", "response_time"} <= {k["id"] for k in measured}
    for kpi in measured:
        low, high, margin = kpi["benefit"]["low"], kpi["benefit"]["high"], kpi["margin"] or 0.0
        expected = (
            "superior" if low > 0 else "non_inferior" if low > -margin else "harm" if high < -margin else "inconclusive"
        )
        assert kpi["state"] == expected
        assert (kpi["p_superior"] < 0.025) == (low > 0)
        assert kpi["p_noninferior"] is None or (kpi["p_noninferior"] < 0.025) == (low > -margin)


def test_rows_in_another_order_change_no_number(plain, told):
    again = told(rows=lambda frame: frame.sample(frac=1, random_state=1))
    for kpi, other in zip(plain["kpis"], again["kpis"], strict=True):
        assert other["state"] == kpi["state"]
        parts = ("effect", "benefit", "this_team", "crude", "naive")
        assert numbers(other, *parts) == pytest.approx(numbers(kpi, *parts), rel=1e-12, abs=1e-13)


def test_cents_for_euros_change_no_state(plain, told):
    def rates(settings):
        for component in settings["costs"]["baseline"] + settings["costs"]["pilot"]:
            component["rate"] *= 100
        return settings

    again = told(config=rates)
    for kpi, other in zip(plain["kpis"], again["kpis"], strict=True):
        assert other["state"] == kpi["state"]
        assert numbers(other, "effect", "this_team") == pytest.approx(numbers(kpi, "effect", "this_team"), rel=1e-9)
    cost, in_cents = (next(k for k in r["kpis"] if k["id"] == "cost_per_contact") for r in (plain, again))
    assert in_cents["pilot"]["value"] == pytest.approx(100 * cost["pilot"]["value"], rel=1e-9)


def test_contacts_without_an_agent_cluster_by_arm_and_day(plain, told):
    def forgotten(frame):
        frame.loc[frame.index % 5 == 0, "agent_id"] = ""
        return frame

    again = told(rows=forgotten)
    for kpi, other in zip(plain["kpis"], again["kpis"], strict=True):
        if kpi["state"] != "not_measured":
            assert other["effect"]["estimate"] == pytest.approx(kpi["effect"]["estimate"], rel=1e-9)
            assert other["pilot"]["n"] == kpi["pilot"]["n"]
            assert other["pilot"]["clusters"] > kpi["pilot"]["clusters"]  # days beside the agents
            assert other["effect"]["low"] < other["effect"]["high"]


@pytest.mark.parametrize("name", ["csat", "response_time", "response_time_p90"])
def test_the_result_without_an_agent_is_that_of_the_log_without_the_agent(plain, told, name):
    (found,) = (kpi["influence"] for kpi in plain["kpis"] if kpi["id"] == name)
    without = told(lambda frame: frame[frame["agent_id"] != found["cluster"]])
    (kpi,) = (kpi for kpi in without["kpis"] if kpi["id"] == name)
    assert found["estimate_without"] == pytest.approx(kpi["effect"]["estimate"], rel=1e-9)
    # of a quantile the interval keeps the slope of the whole log
    near = 1e-9 if name == "csat" else 0.02
    assert found["low_without"] == pytest.approx(kpi["effect"]["low"], rel=near)
    assert found["high_without"] == pytest.approx(kpi["effect"]["high"], rel=near)
