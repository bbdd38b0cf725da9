"""What the cells of the plan's notebook show, and its figures."""

import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

sys.path.insert(0, str(Path(__file__).parent / "planning"))
from plans import typed

from pilot_analysis import pilot_plan as show
from pilot_analysis.planning import plan as planning
from pilot_analysis.report import plan_figures
from pilot_analysis.report.plan_record import plan_record


@pytest.fixture(scope="module")
def plan():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "PILOTS", 20)
        return plan_record(planning.plan(typed({"expect": {"csat": 0.02}})))


def test_the_answer_is_markdown_with_every_note(plan):
    text = show.answer(plan).data
    assert text.startswith("## With 15 agents, 150 contacts a day and 60 days")
    assert text.count("\n- ") == len(plan["notes"])


@pytest.mark.parametrize(("name", "rows"), [("kpis", 6), ("lengths", 4), ("smallest", 8), ("baseline", 5)])
def test_tables_are_those_of_the_command(plan, name, rows):
    assert len(show.table(plan, name).data) == rows


def test_the_power_figure_draws_the_numbers_of_the_plan(plan):
    figure, _title, text = plan_figures.drawn(plan)["power"]
    (ax,) = figure.axes
    planned = next(line for line in ax.lines if line.get_gid() == "agents-15")
    expected = sorted((d["days"], d["power"]) for d in plan["curve"] if d["agents"] == 15)
    assert list(zip(*planned.get_data(), strict=True)) == expected
    assert "in 90 days" in text


def test_the_margin_figure_has_a_line_for_each_length_and_the_agreed_margin(plan):
    csat = plan["kpis"][0]
    figure, _title, text = plan_figures.drawn(plan)["margin_csat"]
    lines = {line.get_gid(): line for line in figure.axes[0].lines}
    assert set(lines) == {"days-30", "days-45", "days-60", "days-90", "margin"}
    at_sixty = dict(zip(*lines["days-60"].get_data(), strict=True))
    assert at_sixty[15] == pytest.approx(csat["margin_shown"])
    assert set(lines["margin"].get_ydata()) == {0.03}
    assert "3.0 points is agreed" in text


def test_how_sure_it_is_is_drawn_where_it_is_not_known(plan):
    assert plan["sure"] is None  # all is typed
    figure, _title, text = plan_figures.drawn(plan | {"sure": {"low": 0.6, "high": 0.9}})["power"]
    (sure,) = [line for line in figure.axes[0].lines if line.get_gid() == "sure"]
    assert [list(ends) for ends in sure.get_data()] == [[60, 60], [0.6, 0.9]]
    assert "In 60 days it lies between 60% and 90% in four of five cases." in text


def test_a_margin_that_is_not_needed_is_not_drawn(plan):
    """So much better that every design clears no margin at all."""
    curve = [d | {"kpis": d["kpis"] | {"csat": d["kpis"]["csat"] | {"margin_shown": -0.01}}} for d in plan["curve"]]
    assert "margin_csat" not in plan_figures.drawn(plan | {"curve": curve})


def test_what_is_saved_is_the_plan_and_whole_figures(plan, tmp_path):
    assert "Nothing was written" in show.save(plan, "")
    show.save(plan, str(tmp_path / "plan"))
    assert json.loads((tmp_path / "plan" / "plan.json").read_text(encoding="utf-8")) == plan
    names = {file.stem for file in (tmp_path / "plan" / "figures").iterdir()}
    assert names == {"power", "margin_csat", "margin_fcr", "margin_response_time", "margin_response_time_p90"}
    ElementTree.fromstring((tmp_path / "plan" / "figures" / "power.svg").read_text(encoding="utf-8"))


def test_the_calendar_ends_with_the_review(plan):
    assert show.calendar(plan).data.iloc[-1].tolist() == ["8 May 2026", "The final review."]
