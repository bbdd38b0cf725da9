"""Difference-in-differences holds the truth as often as it says, whoever served the pilot's contacts before."""

import pytest
from drawn_periods import PERIOD_AGENTS, PERIOD_KINDS
from drawn_pilots import Design
from interval_coverage import simulate

SOME, MANY = PERIOD_AGENTS


@pytest.mark.parametrize(
    ("kind", "agents", "icc", "pilots"),
    [
        ("did_share", SOME, 0.05, 600),
        ("did_share_same_agents", SOME, 0.02, 600),
        ("did_share_pool", SOME, 0.05, 600),
        ("did_share", MANY, 0.02, 200),
        ("did_adjusted_share", SOME, 0.02, 400),
        ("did_cost", SOME, 0.05, 400),
        ("did_median", SOME, 0.02, 200),
    ],
)
def test_coverage_and_one_sided_error_at_the_margin(kind, agents, icc, pilots):
    found = simulate(PERIOD_KINDS[kind], Design(agents, icc), range(pilots), seed=2)
    assert found.measured == pilots
    assert found.meets_bar(), found
