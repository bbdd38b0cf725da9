"""Which agents are weak beyond bad luck, and what bringing them to the median would give."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from invented import estimate

from pilot_analysis.decision.coaching import agent_levels, coached, most_coached
from pilot_analysis.decision.means import CaseMix, mean_estimate
from pilot_analysis.kpis.sums import MeasureSums, Sums


def mix_of(in_house, pilot):
    """Agents as (satisfied, asked), one cell."""
    asked = np.array([n for _, n in in_house + pilot], dtype=float)
    satisfied = np.array([x for x, _ in in_house + pilot], dtype=float)
    arm = np.array([0] * len(in_house) + [1] * len(pilot))
    names = [f"A{i}" for i in range(len(in_house))] + [f"V{i}" for i in range(len(pilot))]
    sums = MeasureSums(asked, asked, satisfied, asked * (satisfied / asked) * (1 - satisfied / asked))
    whole = Sums(arm, np.zeros(len(arm), dtype=int), np.arange(len(arm)), pd.DataFrame(index=range(1)), names,
                 {"csat": sums, "contacts": sums})  # fmt: skip
    return CaseMix(whole, [])


def csat():
    return estimate("csat", -0.05, 0.02)


HOUSE = [(80, 100), (82, 100), (78, 100), (81, 100)]


def test_agents_that_differ_by_chance_alone_are_all_taken_for_equal():
    """80 of 100 each, give or take less than a binomial would: no agent is weak."""
    found = agent_levels(csat(), mix_of(HOUSE, [(80, 100), (79, 100), (81, 100), (80, 100)]))
    assert found.level == pytest.approx(0.0)


def test_an_agent_far_below_the_team_is_weak_and_shrunk_by_the_moment_estimate():
    pilot = [(900, 1000), (880, 1000), (890, 1000), (500, 1000)]
    found = agent_levels(csat(), mix_of(HOUSE, pilot))
    assert found.name[0] == "V3"
    own = np.array([0.9, 0.88, 0.89, 0.5]) - 0.7925
    within = sum(x * (1000 - x) / 1000 for x, _ in pilot) / (4000 - 4) / 1000
    # equal sizes: DerSimonian and Laird's estimate is the plain variance less the sampling part
    tau2 = own.var(ddof=1) - within
    assert found.level[0] == pytest.approx(own[3] * tau2 / (tau2 + within))


def test_bringing_the_weakest_to_the_median_lifts_the_team_by_the_weakest_share():
    mix = mix_of(HOUSE, [(900, 1000), (880, 1000), (890, 1000), (500, 1000)])
    levels = agent_levels(csat(), mix)
    found = coached(csat(), mix, levels, 1, 0.95)
    lift = (np.median(levels.level) - levels.level[0]) / 4
    assert found.arms[1].value == pytest.approx(0.7925 + lift)
    assert found.arms[0].value == pytest.approx(0.8025)
    assert found.effect.se < mean_estimate(csat().metric, mix, 0.95).effect.se


def test_where_lower_is_better_the_weakest_is_the_one_with_most():
    lower = csat()
    lower = replace(lower, metric=replace(lower.metric, better="lower"))
    mix = mix_of(HOUSE, [(100, 1000), (110, 1000), (90, 1000), (500, 1000)])
    levels = agent_levels(lower, mix)
    assert levels.name[0] == "V3"
    assert coached(lower, mix, levels, 1, 0.95).arms[1].value < 0.2


def test_one_agent_is_no_team():
    assert agent_levels(csat(), mix_of(HOUSE, [(80, 100)])) is None


@pytest.mark.parametrize(("agents", "bottom"), [(2, 1), (6, 1), (8, 2), (40, 10)])
def test_the_bottom_quartile_is_at_least_one_agent(agents, bottom):
    pilot = [(800 + i, 1000) for i in range(agents)]
    assert most_coached(agent_levels(csat(), mix_of(HOUSE, pilot))) == bottom
