"""Cells of too few contacts, answers or agents are not in a review, and it says so."""

import numpy as np
import pytest
from example import review as example
from pilots import contacts, write_pilot

from pilot_analysis import load_config, review
from pilot_analysis.report.page import render
from pilot_analysis.report.small_cells import without_small_cells
from pilot_analysis.report.tables import tables


@pytest.fixture(scope="module")
def log():
    """The small pilot; three contacts of each arm came by fax, one agent had three, and two weeks few answers."""
    rows = contacts(comment="too slow by far")
    for arm in ("In-house", "Vendor"):
        own = rows.index[(rows.team == arm) & rows.csat.notnull()]
        rows.loc[own[:3], "channel"] = "fax"
        rows.loc[own[3:6], "agent_id"] = f"rare {arm}"
    pilot = rows.index[rows.team == "Vendor"]
    rows.loc[pilot[:50], "csat"] = np.nan  # the first week's but for those of the next days
    return rows


@pytest.fixture(scope="module")
def found(log, tmp_path_factory):
    def reviewed(smallest):
        folder = tmp_path_factory.mktemp("few")
        return review(load_config(write_pilot(folder, log, privacy={"smallest_cell": smallest}))).to_dict()

    return {smallest: reviewed(smallest) for smallest in (1, 5)}


def rows_of(found, table, **where):
    return [row for row in found[table] if all(row[key] == value for key, value in where.items())]


def hidden_below(found, smallest):
    """What a review that shows everything would be with a larger smallest cell."""
    return without_small_cells(found | {"privacy": {"agents": "pseudonyms", "smallest_cell": smallest}}, smallest)


def test_a_small_segment_is_named_and_nothing_of_it_shown(found):
    """Some 80 rated contacts of each channel in an arm, and 160 contacts."""
    content = hidden_below(found[1], 100)
    small = rows_of(content, "segments", kpi="csat")
    assert [row["value"] for row in small] == ["chat", "email"]
    for row in small:
        assert row["few"]
        assert (row["baseline"], row["pilot"], row["shrunk"], row["p_harm"]) == (None, None, None, None)
        assert row["benefit"]["estimate"] is None
        assert row["note"] == "fewer than 100 in an arm: not shown"
    for before, row in zip(found[1]["segments"], content["segments"], strict=True):
        assert row["few"] == (min(before["n"].values()) < 100)
        assert row["few"] or row == before


def test_no_number_below_the_smallest_cell_is_left(found):
    content = found[5]
    n = [row["n"][arm] for row in content["segments"] for arm in ("baseline", "pilot")]
    n += [row["n"] for row in content["trend"]]
    n += [row["n"] for one in content["agents"] for row in one["agents"]]
    n += [
        level[arm] for one in content["case_mix"]["columns"] for level in one["levels"] for arm in ("baseline", "pilot")
    ]
    assert None in n
    assert all(number is None or number == 0 or number >= 5 for number in n)
    with_weeks = {(row["kpi"], row["week"], row["phase"]) for row in content["trend"] if row["n"] is None}
    assert with_weeks
    assert with_weeks.isdisjoint((row["kpi"], row["week"], row["stage"]) for row in content["learning"])
    assert content["privacy"]["hidden"] > 0
    assert any(text.startswith("Cells of fewer than 5") for text in content["assumptions"])


def test_what_decides_is_the_same(found):
    for key in ("verdict", "kpis", "rule", "reasons", "robustness", "stability", "cost"):
        assert found[1][key] == found[5][key]
    assert found[1]["privacy"]["hidden"] == 0
    assert not any(text.startswith("Cells of fewer") for text in found[1]["assumptions"])


def test_page_and_tables_carry_the_mark(found):
    assert "fewer than 5</td>" in render(found[5])  # the fax of the case mix
    content = hidden_below(found[1], 100)
    assert "fewer than 100 in an arm: not shown" in render(content)
    segments = tables(content)["segments"]
    csat = segments[segments["KPI"] == "Customer satisfaction"]
    assert csat["Pilot, n"].isna().all()


def test_the_arms_of_three_agents_show_none(tmp_path):
    rows = contacts()
    rows["agent_id"] = rows["agent_id"].str[:2] + (rows.index % 3).astype(str)
    content = review(load_config(write_pilot(tmp_path, rows))).to_dict()
    assert content["agents"] == []
    rows.loc[rows.team == "In-house", "agent_id"] = [f"Ia{i % 6}" for i in range(int((rows.team == "In-house").sum()))]
    (one, *_) = review(load_config(write_pilot(tmp_path, rows))).to_dict()["agents"]
    assert {row["arm"] for row in one["agents"]} == {"baseline"}
    assert one["sentence"].endswith("An arm with fewer than 5 agents is not shown.")
    assert "pilot" not in one["sentence"]


def test_comments_of_fewer_than_five_customers_are_not_quoted():
    content = example()
    few = {
        "n": {"baseline": 4, "pilot": 60},
        "shown": [{"arm": arm, "score": 1, "text": arm} for arm in ("baseline", "pilot")],
        "words": [{"arm": "pilot", "word": "rude", "z": 4.0, "baseline": 2, "pilot": 30}],
    }
    said = without_small_cells(content | {"comments": few}, 5)["comments"]
    assert said["n"] == {"baseline": None, "pilot": 60}
    assert [one["arm"] for one in said["shown"]] == ["pilot"]
    assert (said["words"][0]["baseline"], said["words"][0]["pilot"]) == (None, 30)
