"""Intervals hold the truth as often as they say: a part of the grid that `interval_coverage.py` prints whole.

Where agents are few the plain sandwich estimate covers about 91%, which these sizes can tell from 95%.
"""

import pytest
from interval_coverage import AGENTS, Design, simulate

FEW, SOME = AGENTS[0], AGENTS[2]


@pytest.mark.parametrize(
    ("name", "agents", "icc", "pilots"),
    [
        ("proportion", FEW, 0.02, 1200),
        ("proportion", FEW, 0.05, 1200),
        ("adjusted_proportion", FEW, 0.05, 1000),
        ("adjusted_proportion", SOME, 0.02, 600),
        ("cost_ratio", FEW, 0.05, 1000),
        ("price_ratio", FEW, 0.05, 1000),
        ("resolution_cost", FEW, 0.02, 1000),
        ("median", SOME, 0.05, 600),
        ("p90", SOME, 0.02, 600),
    ],
)
def test_coverage_and_one_sided_error_at_the_margin(name, agents, icc, pilots):
    found = simulate(name, Design(agents, icc), pilots, seed=2)
    assert found.measured > 0.97 * pilots
    assert found.meets_bar(), found


def test_agents_who_differ_more_at_the_pilot_than_in_house():
    found = simulate("proportion", Design(FEW, 0.02, spread=3.0), 1000, seed=2)
    assert found.meets_bar(), found
