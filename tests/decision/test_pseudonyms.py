"""Numbers and codes in the place of agents' names."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from pilots import config, contacts, write_pilot

from pilot_analysis import load_config, review
from pilot_analysis.config.privacy import Privacy
from pilot_analysis.contacts.groups import GROUPS, Grouping
from pilot_analysis.decision.pseudonyms import codes, pseudonyms
from pilot_analysis.kpis.clusters import NO_CLUSTER
from pilot_analysis.kpis.sums import MeasureSums, Sums
from pilot_analysis.refusal import Refusal

SALT = "a secret of the contact centre"
CALLED = re.compile(r"agent (?:[A-Z2-7]{8}|\d+)\b")


def sums_of(rows, names, groups=2):
    """Rows of (group, agent, contacts)."""
    group, agent, n = (np.array(column) for column in zip(*rows, strict=True))
    every = MeasureSums(n.astype(float), n.astype(float), n.astype(float), np.zeros(len(n)))
    cells = pd.DataFrame(index=range(1))
    return Sums(group, np.zeros(len(n), dtype=int), agent, cells, names, {"contacts": every}, groups)


def test_the_busiest_of_an_arm_is_number_one():
    sums = sums_of([(0, 0, 30), (0, 1, 50), (1, 2, 9), (1, 3, 8)], ["ann", "bob", "cem", "dana"])
    assert pseudonyms(sums, Grouping(("baseline", "pilot")), "agent_id", Privacy()) == {
        "ann": "in-house agent 2", "bob": "in-house agent 1", "cem": "pilot agent 1", "dana": "pilot agent 2",
    }  # fmt: skip


def test_who_worked_for_both_arms_has_one_number():
    sums = sums_of([(0, 0, 30), (1, 0, 10), (1, 1, 9)], ["ann", "bob"])
    assert pseudonyms(sums, Grouping(("baseline", "pilot")), "agent_id", Privacy()) == {
        "ann": "in-house agent 1", "bob": "pilot agent 1",
    }  # fmt: skip


def test_days_before_the_pilot_count_for_their_own_arm():
    sums = sums_of([(0, 0, 30), (2, 0, 30), (1, 1, 5), (3, 2, 20), (1, 2, 1)], ["ann", "bob", "cem"], groups=4)
    assert pseudonyms(sums, Grouping(GROUPS), "agent_id", Privacy()) == {
        "ann": "in-house agent 1", "bob": "pilot agent 2", "cem": "pilot agent 1",
    }  # fmt: skip


def test_only_people_have_one():
    sums = sums_of([(0, 0, 3), (1, 1, 2)], ["ann", NO_CLUSTER + "pilot 2026-03-02"])
    assert pseudonyms(sums, Grouping(("baseline", "pilot")), "agent_id", Privacy()) == {"ann": "in-house agent 1"}
    assert pseudonyms(sums, Grouping(("baseline", "pilot")), "customer_id", Privacy()) == {}


@pytest.mark.parametrize("named", [False, True])
def test_a_review_names_nobody_unless_asked(tmp_path, named):
    """Every sentence of it: advice, who moves a result, what is left without one, checks."""
    rows = contacts()
    rows["agent_id"] = rows["agent_id"].map(lambda name: f"Zz{name}")
    rows.loc[rows.agent_id == "ZzVa3", "csat"] = 1
    found = review(
        load_config(write_pilot(tmp_path, rows, privacy={"agents": "names" if named else "pseudonyms"}))
    ).to_dict()
    text = json.dumps(found)
    assert ("Zz" in text) == named
    assert ("pilot agent" in text) == (not named)
    assert found["agents"][0]["agents"]


def test_a_column_nobody_knows_may_hold_names_and_a_team_is_nobody():
    sums = sums_of([(0, 0, 3), (1, 1, 2)], ["ann", "bob"])
    of = {"ann": "in-house cluster 1", "bob": "pilot cluster 1"}
    assert pseudonyms(sums, Grouping(("baseline", "pilot")), "shift_lead", Privacy()) == of
    assert pseudonyms(sums, Grouping(("baseline", "pilot")), "team", Privacy()) == {}
    assert pseudonyms(sums, Grouping(("baseline", "pilot")), "shift_lead", Privacy(agents="names")) == {}


def test_a_code_is_the_beginning_of_a_keyed_hash():
    """RFC 4231, test case 2: the digest is 5bdcc146bf60754e..., of which 40 bits in base 32 are LPOMCRV7."""
    assert codes(["what do ya want for nothing?"], "Jefe") == ["LPOMCRV7"]


def test_no_two_have_one_code_though_their_codes_begin_alike(monkeypatch):
    monkeypatch.setattr("pilot_analysis.decision.pseudonyms.CODE", 1)
    assert len(set(codes([f"a{i}" for i in range(200)], SALT))) == 200  # more than 32 first letters can tell apart


def test_with_a_salt_an_agent_has_one_code_whatever_the_week():
    few = pseudonyms(
        sums_of([(0, 0, 3), (1, 1, 2)], ["ann", "bob"]), Grouping(("baseline", "pilot")), "agent_id", Privacy(salt=SALT)
    )
    more = sums_of([(0, 0, 3), (0, 1, 9), (1, 2, 1)], ["ann", "abe", "bob"])
    assert few.items() < pseudonyms(more, Grouping(("baseline", "pilot")), "agent_id", Privacy(salt=SALT)).items()
    other = pseudonyms(more, Grouping(("baseline", "pilot")), "agent_id", Privacy(salt="quite another secret"))
    assert set(other.values()).isdisjoint(few.values())


def test_verdict_and_numbers_do_not_hang_on_what_agents_are_called(tmp_path, monkeypatch):
    """Everything else is the same to the last digit, the order of the agents too."""
    monkeypatch.setenv("PILOT_SALT", SALT)

    def said(**privacy):
        found = review(load_config(write_pilot(tmp_path, privacy=privacy))).to_dict()
        return json.dumps({k: v for k, v in found.items() if k != "provenance"}, sort_keys=True)

    numbers, by_code = said(), said(salt="${PILOT_SALT}")
    assert SALT not in by_code
    assert len(set(CALLED.findall(by_code))) == 10
    assert CALLED.sub("agent", numbers) == CALLED.sub("agent", by_code)


def test_a_salt_comes_from_the_environment_alone_and_is_long(monkeypatch):
    def refusal(salt):
        with pytest.raises(Refusal) as refused:
            load_config(config(privacy__salt=salt))
        return str(refused.value)

    assert "a salt is a secret and may not stand in a config" in refusal(SALT)
    assert "a variable of the environment is not set" in refusal("${PILOT_SALT}")
    monkeypatch.setenv("PILOT_SALT", "too short")
    assert "at least 16 characters" in (text := refusal("${PILOT_SALT}"))
    assert "too short" not in text
    monkeypatch.setenv("PILOT_SALT", SALT)
    loaded = load_config(config(privacy__salt="${PILOT_SALT}"))
    assert loaded.privacy.salt == SALT
    assert SALT not in repr(loaded)
