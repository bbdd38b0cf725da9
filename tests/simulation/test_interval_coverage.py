"""Intervals hold the truth as often as they say: a part of the grid that `make simulate` runs whole.

Where agents are few the plain sandwich estimate covers about 91%, which these sizes can tell from 95%.
"""

import re

import grid
import pytest
from drawn_pilots import AGENTS, ICCS, KINDS, STRESSES, Design
from interval_coverage import Found, simulate

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
        ("median", FEW, 0.02, 600),
        ("median", SOME, 0.05, 600),
        ("p90", FEW, 0.05, 600),
        ("p90", SOME, 0.02, 600),
        ("did_proportion", SOME, 0.05, 1000),
        ("did_cost_ratio", SOME, 0.02, 600),
    ],
)
def test_coverage_and_one_sided_error_at_the_margin(name, agents, icc, pilots):
    found = simulate(name, Design(agents, icc), range(pilots), seed=2)
    assert found.measured > 0.99 * pilots
    assert found.meets_bar(), found


def test_agents_who_differ_more_at_the_pilot_than_in_house():
    found = simulate("proportion", Design(FEW, 0.02, spread=3.0), range(1000), seed=2)
    assert found.meets_bar(), found


def test_the_published_grid_is_whole_and_meets_its_bar():
    rows = re.findall(r"^\| .* \| \d+, \d+ \| .*$", grid.PAGE.read_text(encoding="utf-8"), re.M)
    assert [row.split(" | ")[:3] for row in rows] == [
        [f"| {grid.NAMES[kind]}", f"{agents[0]}, {agents[1]}", str(icc)]
        for kind in KINDS for agents in KINDS[kind].agents for icc in ICCS
    ]  # fmt: skip
    outcomes = [row.split(" | ")[-1] for row in rows]
    stressed = [row.startswith(tuple(f"| {grid.NAMES[kind]} |" for kind in STRESSES)) for row in rows]
    assert outcomes == ["stress |" if stress else "met |" for stress in stressed]


def test_a_stopped_grid_goes_on_where_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr(grid, "KEPT", tmp_path)
    row = ("proportion", FEW, 0.02)
    assert grid.kept(row, 300) is None
    parts = [grid.part((row, first, first + 150)) for first in (0, 150)]
    whole = grid.keep(row, 300, Found(*(sum(numbers) for numbers in zip(*parts, strict=True))))
    assert whole == simulate("proportion", Design(FEW, 0.02), range(300), grid.SEED)  # whatever the chunks
    assert grid.kept(row, 300) == whole
    assert grid.kept(row, 600) is None
