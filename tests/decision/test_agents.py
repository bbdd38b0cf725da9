"""Every agent's own level on the mix of contacts that they had, held against what luck allows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from invented import estimate

from pilot_analysis.decision.agents import funnels
from pilot_analysis.decision.means import CaseMix
from pilot_analysis.kpis.clusters import NO_CLUSTER
from pilot_analysis.kpis.sums import MeasureSums, Sums
from pilot_analysis.report.agents import agents_record


def mix_of(rows, names, **cells):
    """Rows of (arm, cell, agent, satisfied, asked) as sums over two cells, easy and hard, or `cells`."""
    arm, cell, agent, satisfied, asked = (np.array(column) for column in zip(*rows, strict=True))
    asked, satisfied = asked.astype(float), satisfied.astype(float)
    sums = MeasureSums(asked, asked, satisfied, satisfied * (asked - satisfied) / asked)
    levels = pd.DataFrame(cells or {"tier": ["1", "2"]})
    return CaseMix(Sums(arm, cell, agent, levels, names, {"csat": sums, "contacts": sums}), list(levels))


# in-house: easy contacts 90 of 100, hard ones 60 of 100; the pilot has half of each
ROWS = [
    (0, 0, 0, 45, 50), (0, 0, 1, 45, 50), (0, 1, 0, 30, 50), (0, 1, 1, 30, 50),
    (1, 0, 2, 90, 100), (1, 1, 3, 60, 100),
]  # fmt: skip
NAMES = ["A0", "A1", "V0", "V1"]


def test_an_agent_with_hard_contacts_is_not_worse_than_one_with_easy_ones():
    (found,) = funnels([estimate("csat")], mix_of(ROWS, NAMES), "agent_id")
    assert found.level == pytest.approx(0.75)
    # 60 of 100 hard contacts is what in-house makes of them: at the level of in-house, not below it
    assert found.value == pytest.approx([0.75, 0.75, 0.75, 0.75])
    assert list(found.side) == [0, 0, 0, 0]
    assert list(found.arm) == [0, 0, 1, 1]


def test_the_limits_are_those_of_luck_at_the_agents_own_number_of_contacts():
    rows = [*ROWS[:4], (1, 0, 2, 76, 100), (1, 0, 3, 77, 100), (1, 1, 2, 60, 100), (1, 1, 3, 60, 100)]
    (found,) = funnels([estimate("csat")], mix_of(rows, NAMES), "agent_id")
    # 3.09 standard errors of 0.75 * 0.25 at n = 200 are 0.0946; 14 and 13 fewer of 200 are 0.07 and 0.065
    assert list(found.side) == [0, 0, 0, 0]
    assert found.value[2:] == pytest.approx([0.68, 0.685])
    worse = [*ROWS[:4], (1, 0, 2, 70, 100), (1, 0, 3, 90, 100), (1, 1, 2, 60, 100), (1, 1, 3, 60, 100)]
    (found,) = funnels([estimate("csat")], mix_of(worse, NAMES), "agent_id")
    assert found.value[2] == pytest.approx(0.65)
    assert list(found.side) == [0, 0, -1, 0]
    assert (found.beyond(0), found.beyond(1)) == (0, 1)


def test_curves_narrow_with_the_square_root_of_the_observations():
    (found,) = funnels([estimate("csat")], mix_of(ROWS, NAMES), "agent_id")
    n, low = found.curve[:, 0], found.curve[:, 1]
    assert (n[0], n[-1]) == (100, 100)
    assert low[0] == pytest.approx(0.75 - 1.959964 * (0.75 * 0.25 / 100) ** 0.5)


def test_below_the_limits_is_better_where_less_is_better():
    metric = replace(estimate("csat").metric, better="lower")
    worse = [*ROWS[:4], (1, 0, 2, 60, 100), (1, 0, 3, 90, 100), (1, 1, 2, 60, 100), (1, 1, 3, 60, 100)]
    (found,) = funnels([replace(estimate("csat"), metric=metric)], mix_of(worse, NAMES), "agent_id")
    assert found.side[2] == 1


def test_a_level_that_an_additive_model_leads_beyond_all_has_limits_without_width():
    """In-house 80 of 100 and twice 96 of 100: by an additive model 112% of what the pilot has, where it has one."""
    rows = [(0, 0, 0, 80, 100), (0, 1, 0, 96, 100), (0, 2, 1, 96, 100), (0, 3, 1, 1, 1), (1, 3, 2, 90, 100)]
    mix = mix_of(rows, ["A0", "A1", "V0"], tier=["1", "1", "2", "2"], channel=["chat", "email", "chat", "email"])
    (found,) = funnels([estimate("csat")], mix, "agent_id")
    assert found.level > 1
    assert found.curve[:, 1:] == pytest.approx(1.0)  # clipped to what a share can be


def test_contacts_without_an_agent_and_other_clusters_are_nobodys_funnel():
    nameless = [*NAMES[:3], NO_CLUSTER + "pilot 2026-03-02"]
    (found,) = funnels([estimate("csat")], mix_of(ROWS, nameless), "agent_id")
    assert found.name == ["A0", "A1", "V0"]
    assert np.isnan(found.shrunk[2])  # alone in its arm: nothing to draw it to
    assert funnels([estimate("csat")], mix_of(ROWS, NAMES), "customer_id") == []


def test_a_promoter_score_has_limits_below_nothing():
    """Half of each agent's customers detract, the others are passive: -0.5, with a variance of 0.25 a customer."""
    arm, agent, n = np.repeat([0, 1], 3), np.arange(6), np.full(6, 100.0)
    total = np.array([-50.0, -50.0, -50.0, -50.0, -50.0, -90.0])
    score = MeasureSums(n, n, total, -total * (1 + total / n))  # of -1 and 0 about their mean
    cell, names = np.zeros(6, dtype=int), [f"A{i}" for i in range(6)]
    sums = Sums(arm, cell, agent, pd.DataFrame({"tier": ["1"]}), names, {"nps": score, "contacts": score})
    metric = replace(estimate("csat").metric, id="nps", measure="nps")
    (found,) = funnels([replace(estimate("csat"), metric=metric)], CaseMix(sums, ["tier"]), "agent_id")
    assert found.value == pytest.approx([-0.5, -0.5, -0.5, -0.5, -0.5, -0.9])
    # within agents 0.25 in-house, and (2 x 25 + 9) / 297 = 0.199 in the pilot: 0.226 on average, as 300 of 600
    assert found.curve[0, 3] == pytest.approx(-0.5 - 3.090232 * (0.2256 / 100) ** 0.5, abs=1e-3)
    assert list(found.side) == [0, 0, 0, 0, 0, -1]


def test_costs_and_times_have_no_funnel():
    assert funnels([estimate("cost_per_contact"), estimate("response_time")], mix_of(ROWS, NAMES), "agent_id") == []


def test_the_record_has_a_row_an_agent():
    (found,) = agents_record(funnels([estimate("csat")], mix_of(ROWS, NAMES), "agent_id"), 1)
    assert [row["agent"] for row in found["agents"]] == NAMES
    assert [row["side"] for row in found["agents"]] == ["inside"] * 4


def test_agents_stand_in_the_record_by_their_contacts_not_by_their_names():
    from pilot_analysis.report.agents import agents_record

    rows = [*ROWS[:4], (1, 0, 2, 40, 60), (1, 0, 3, 60, 80), (1, 1, 2, 60, 100), (1, 1, 3, 60, 100)]
    found = agents_record(funnels([estimate("csat")], mix_of(rows, NAMES), "agent_id"), 1)[0]["agents"]
    assert [(row["agent"], row["n"]) for row in found[2:]] == [("V1", 180), ("V0", 160)]
