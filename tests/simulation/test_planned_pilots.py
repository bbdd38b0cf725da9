"""What a plan draws, beside whole pilots that are simulated contact by contact and reviewed: docs/planning.md, at a
size for the suite."""

import re

import numpy as np
import pytest
from planned_pilots import (
    EFFECTS,
    KPIS,
    PAGE,
    TRUE,
    config_of,
    demo,
    demo_planner,
    drawn_kpis,
    pilot,
    planned_chance,
    planner_of,
    put,
)

from pilot_analysis.planning.assumed import with_assumed
from pilot_analysis.planning.design import Planner
from pilot_analysis.simulation import Scenario, write

SEEDS = range(500, 510)
DRAWS = 300
APART = ["csat", "fcr", "cost_per_contact", "response_time"]  # agents' levels in these are independent of each other


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """The KPIs of pilots as a plan of twelve weeks in-house draws them that knows how much agents differ."""
    scenario = Scenario(effects=EFFECTS, before_days=84, days=15, after_days=0)
    config = config_of(write(tmp_path_factory.mktemp("baseline") / "log.parquet", scenario, 4))
    known = demo(5.46, **{"plan.assume": TRUE})
    return drawn_kpis(Planner(config, with_assumed(planner_of(config).baseline, known)), DRAWS)


@pytest.fixture(scope="module")
def found():
    return [pilot(seed).kpis for seed in SEEDS]


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
    """The bar of five points, and what the page says of the demo's own log."""
    page = re.sub(r"\s+", " ", PAGE.read_text(encoding="utf-8"))
    share, error = _said(page, r"\*\*([\d.]+)% ± ([\d.]+)% end in scale\*\*")
    (known,) = _said(page, r"predicts \*\*([\d.]+)%\*\*")
    mean, _ = _said(page, r"predict \*\*([\d.]+)% ± ([\d.]+)%\*\* on average")
    assert error < 0.035  # of 200 pilots
    assert (known, mean) == (pytest.approx(share, abs=0.05), pytest.approx(share, abs=0.05))
    (demo_log,) = _said(page, r"demo's own log ([\d.]+)%")
    assert demo_log == pytest.approx(planned_chance(demo_planner()).assured, abs=0.001)
    assert known == pytest.approx(planned_chance(demo_planner(**TRUE)).assured, abs=0.02)


def _said(page, pattern):
    return tuple(float(x) / 100 for x in re.search(pattern, page).groups())


def test_only_what_stands_between_the_marks_is_replaced():
    page = "before\n<!-- planned pilots: by x -->\nold\n<!-- end of planned pilots -->\nafter\n"
    assert put(page, "new\n") == page.replace("old", "new")
