"""What the cells of the notebook show, without a kernel."""

import re
from pathlib import Path

import pandas as pd
import pytest

from pilot_analysis import load_config, review
from pilot_analysis import notebook as show
from pilot_analysis.stats.classical import agent_tests

DEMO = Path(__file__).parents[1] / "configs" / "demo" / "pilot.yaml"


@pytest.fixture(scope="module")
def found():
    return review(load_config(DEMO))


def test_the_verdict_is_markdown_in_which_nothing_of_the_data_is_markup(found):
    text = show.verdict(found).data
    assert text.startswith("## SCALE")
    assert "all\\_met" not in text
    assert "3.0 points" in text


def test_the_scorecard_has_a_row_for_each_kpi_and_whole_sentences(found):
    html = show.scorecard(found).to_html()
    for kpi in found.to_dict()["kpis"]:
        assert kpi["label"] in html
        assert kpi["sentence"] in html
    assert "..." not in html


def test_numbers_stand_right_with_their_header_and_words_left():
    table = pd.DataFrame({
        "KPI": ["CSAT", "FCR"], "Pilot": ["85.0%", "\N{EN DASH}"], "Effect": ["+1.1 points", "\N{MINUS SIGN}2%"],
        "Limit": ["at worst \N{MINUS SIGN}3.0 points", "above +10%"], "Cost": ["€6.57", ""],
    })  # fmt: skip
    css = show.styled(table).to_html()
    assert re.findall(r"\.col(\d)\s*\{\s*text-align: right", css) == ["1", "2", "4"]


def test_tables_are_those_of_the_page(found):
    assert len(show.frame(found, "checks")) == len(found.to_dict()["checks"])
    assert show.table(found, "mix", rows=12).data.shape[0] == 12
    with pytest.raises(KeyError, match="scorecard"):
        show.frame(found, "nothing")


def test_numbers_of_a_table_are_written_as_people_write_them(found):
    shown = show.table(found, "case_mix").data
    email = shown[shown["Value"] == "email"].iloc[0]
    assert (email["In-house, n"], email["In-house, share"]) == ("6,206", "45.1%")
    assert email["Standardised difference"] == "\N{MINUS SIGN}0.007"
    assert show.frame(found, "case_mix").loc[1, "In-house, n"] == 6206
    money = show.table(found, "savings").data.set_index("Saving")
    assert money.loc["per contact", "Estimate"] == "€1.21"
    assert money.loc["A year", ["Estimate", "ROI"]].tolist() == ["€65,557", "22.6%"]


def test_a_table_shows_no_empty_column_and_a_kpi_once_above_its_rows(found):
    shown = show.table(found, "robustness").data
    assert not (shown == "").all().any()
    assert (shown["KPI"] == "Customer satisfaction (top 2 of 5)").sum() == 1


def test_figures_by_the_beginning_of_their_name(found):
    assert show.figures(found, "effects").data.count("<svg") == 1
    assert show.figures(found, "trend").data.count("<svg") == 5
    assert "does not rest" in show.pre_trend(found).data


def test_without_a_folder_nothing_is_written(found):
    assert "Nothing was written" in show.save(found, "")


def test_classical_tests_on_agent_averages_are_those_of_scipy(found):
    from scipy import stats

    base, pilot = found.agent_averages("csat")
    assert (len(base), len(pilot)) == (40, 15)
    result = agent_tests(base, pilot)
    welch = stats.ttest_ind(pilot, base, equal_var=False)
    assert result.p_welch == pytest.approx(welch.pvalue, rel=1e-9)
    interval = welch.confidence_interval(0.95)
    assert (result.low, result.high) == pytest.approx((interval.low, interval.high), rel=1e-9)
    assert result.p_mann_whitney == pytest.approx(stats.mannwhitneyu(pilot, base).pvalue, rel=1e-9)
    pooled = (((40 - 1) * base.var(ddof=1) + (15 - 1) * pilot.var(ddof=1)) / 53) ** 0.5
    assert result.hedges_g == pytest.approx((pilot.mean() - base.mean()) / pooled * (1 - 3 / (4 * 55 - 9)), rel=1e-9)


def test_too_few_or_equal_agents_have_no_classical_test(found):
    base, pilot = found.agent_averages("csat")
    assert agent_tests(base, pilot[:2]) is None
    assert agent_tests(base * 0, pilot * 0) is None


def test_the_question_names_what_was_agreed_and_no_answer(found):
    text = show.question(found).data
    assert "2 Mar 2026 to 30 Apr 2026" in text
    assert "Customer satisfaction \\(top 2 of 5\\) (guardrail): at worst −3.0 points" in text
    assert "Cost per contact (goal): above \\+10.0%" in text
    assert "scale" not in text.lower()
