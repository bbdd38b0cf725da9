"""What a plan draws, beside whole pilots that are simulated contact by contact and reviewed: docs/planning.md, at a
size for the suite."""

import re

import numpy as np
import pytest
from history_lengths import told, truth_of
from planned_pilots import (
    AS_EXPECTED,
    HARDER,
    KPIS,
    PAGE,
    TRUE,
    TRUTHS,
    chance,
    config_of,
    demo,
    drawn_kpis,
    pilot,
    planner_of,
    put,
)

from pilot_analysis.planning.assumed import with_assumed
from pilot_analysis.planning.design import Planner, closed_form, expected
from pilot_analysis.simulation import Scenario, write

SEEDS = range(500, 510)
DRAWS = 300
APART = ["csat", "fcr", "cost_per_contact", "response_time"]  # agents' levels in these are independent of each other


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """The KPIs of pilots as a plan of twelve weeks in-house draws them that knows how much agents differ."""
    scenario = Scenario(effects=HARDER.effects, before_days=84, days=15, after_days=0)
    log = write(tmp_path_factory.mktemp("baseline") / "log.parquet", scenario, 4)
    config = config_of(log, HARDER, **{"plan.log": True})
    known = demo(HARDER, **{"plan.assume": TRUE})
    return drawn_kpis(Planner(config, with_assumed(planner_of(config).baseline, known)), DRAWS)


@pytest.fixture(scope="module")
def found():
    return [pilot(seed, HARDER).kpis for seed in SEEDS]


@pytest.mark.parametrize("kpi", KPIS)
def test_intervals_of_reviews_are_as_wide_as_the_plan_draws_them(planned, found, kpi):
    """Mean half-widths, give or take three simulation errors of ten pilots and two per cent."""
    plan, pilots = (np.array([one[kpi].half for one in some]) for some in (planned, found))
    assert pilots.mean() == pytest.approx(plan.mean(), abs=3 * plan.std() / np.sqrt(len(pilots)) + 0.02 * plan.mean())


def test_estimates_of_reviews_vary_as_the_plan_draws_them(planned, found):
    """Forty estimates in standard deviations of the plan's draws: mean 0 and mean square 1, within three errors."""
    z = []
    for kpi in APART:
        plan, pilots = (np.array([one[kpi].estimate for one in some]) for some in (planned, found))
        z += list((pilots - plan.mean()) / plan.std())
    assert np.mean(z) == pytest.approx(0.0, abs=3 / np.sqrt(len(z)))
    assert np.mean(np.square(z)) == pytest.approx(1.0, abs=3 * np.sqrt(2 / len(z)))


def test_the_page_says_what_the_plan_of_the_demo_says_now():
    """The bar of five points for the demo's own plan; and for both truths, what closed forms say of its history."""
    page = PAGE.read_text(encoding="utf-8")
    for truth in TRUTHS:
        row = next(line for line in page.splitlines() if line.startswith(f"| {truth.name}"))
        share, error, told, low, high, knows, others = (float(x) / 100 for x in re.findall(r"([\d.]+)%", row)[:7])
        assert error < 0.035  # of 200 pilots
        assert low <= told <= high
        assert chance(planner_of(demo(truth))) == pytest.approx(told, abs=0.04)
        assert chance(planner_of(demo(truth, **{"plan.assume": TRUE}))) == pytest.approx(knows, abs=0.04)
        assert (knows, others) == (pytest.approx(share, abs=0.05 + error), pytest.approx(knows, abs=0.05))
        if truth is AS_EXPECTED:
            assert told == pytest.approx(share, abs=0.05)


def test_a_longer_history_says_it_more_surely_and_the_range_is_as_sure_as_it_says():
    """80 plans of three weeks and of 90 days: these lie nearer, and four of five ranges hold the truth."""
    short, long = (told(40, days, 80)[1] for days in (21, 90))
    assert np.std([one.chance for one in long]) < 0.8 * np.std([one.chance for one in short])
    for found in (short, long):
        assert np.mean([one.inside for one in found]) == pytest.approx(0.8, abs=3 * np.sqrt(0.8 * 0.2 / 80))


def test_histories_are_drawn_from_what_the_plan_that_knows_is_told():
    """Both typed baselines say nearly the same of the demo's pilot."""
    knows = truth_of()
    typed = closed_form(knows, knows.design(15, 60), expected(knows.config, knows.baseline))
    assert typed == pytest.approx(chance(planner_of(demo(HARDER, **{"plan.assume": TRUE}))), abs=0.02)


def test_only_what_stands_between_the_marks_is_replaced():
    page = "before\n<!-- planned pilots: by x -->\nold\n<!-- end of planned pilots -->\nafter\n"
    assert put(page, "new\n") == page.replace("old", "new")
