"""Numbers in the place of agents' names."""

import json

import numpy as np
import pandas as pd
import pytest
from pilots import contacts, write_pilot

from pilot_analysis import load_config, review
from pilot_analysis.contacts.groups import GROUPS, Grouping
from pilot_analysis.decision.pseudonyms import pseudonyms
from pilot_analysis.kpis.sums import NO_CLUSTER, MeasureSums, Sums


def sums_of(rows, names, groups=2):
    """Rows of (group, agent, contacts)."""
    group, agent, n = (np.array(column) for column in zip(*rows, strict=True))
    every = MeasureSums(n.astype(float), n.astype(float), n.astype(float), np.zeros(len(n)))
    cells = pd.DataFrame(index=range(1))
    return Sums(group, np.zeros(len(n), dtype=int), agent, cells, names, {"contacts": every}, groups)


def test_the_busiest_of_an_arm_is_number_one():
    sums = sums_of([(0, 0, 30), (0, 1, 50), (1, 2, 9), (1, 3, 8)], ["ann", "bob", "cem", "dana"])
    assert pseudonyms(sums, Grouping(("baseline", "pilot")), "agent_id") == {
        "ann": "in-house agent 2", "bob": "in-house agent 1", "cem": "pilot agent 1", "dana": "pilot agent 2",
    }  # fmt: skip


def test_who_worked_for_both_arms_has_one_number():
    sums = sums_of([(0, 0, 30), (1, 0, 10), (1, 1, 9)], ["ann", "bob"])
    assert pseudonyms(sums, Grouping(("baseline", "pilot")), "agent_id") == {
        "ann": "in-house agent 1", "bob": "pilot agent 1",
    }  # fmt: skip


def test_days_before_the_pilot_count_for_their_own_arm():
    sums = sums_of([(0, 0, 30), (2, 0, 30), (1, 1, 5), (3, 2, 20), (1, 2, 1)], ["ann", "bob", "cem"], groups=4)
    assert pseudonyms(sums, Grouping(GROUPS), "agent_id") == {
        "ann": "in-house agent 1", "bob": "pilot agent 2", "cem": "pilot agent 1",
    }  # fmt: skip


def test_only_people_have_one():
    sums = sums_of([(0, 0, 3), (1, 1, 2)], ["ann", NO_CLUSTER + "pilot 2026-03-02"])
    assert pseudonyms(sums, Grouping(("baseline", "pilot")), "agent_id") == {"ann": "in-house agent 1"}
    assert pseudonyms(sums, Grouping(("baseline", "pilot")), "customer_id") == {}


@pytest.mark.parametrize("named", [False, True])
def test_a_review_names_nobody_unless_asked(tmp_path, named):
    """Every sentence of it: advice, who moves a result, what is left without one, checks."""
    rows = contacts()
    rows["agent_id"] = rows["agent_id"].map(lambda name: f"Zz{name}")
    rows.loc[rows.agent_id == "ZzVa3", "csat"] = 1
    found = review(load_config(write_pilot(tmp_path, rows, report__name_agents=named))).to_dict()
    text = json.dumps(found)
    assert ("Zz" in text) == named
    assert ("pilot agent" in text) == (not named)
    assert found["agents"][0]["agents"]
