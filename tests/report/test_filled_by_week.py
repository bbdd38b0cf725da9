"""What the page shows of the columns that KPIs need, week by week."""

import re

from example import review

from pilot_analysis.report.completeness import filled
from pilot_analysis.report.page import render
from pilot_analysis.report.small_cells import without_small_cells


def test_a_line_a_column_and_arm_a_cell_a_week() -> None:
    shown = filled(review())
    assert shown.weeks == ["2 Feb", "9 Feb", "16 Feb"]
    assert [line.name for line in shown.lines] == ["csat, in-house", "csat, pilot"]
    assert [cell.text for cell in shown.lines[1].cells] == ["33", "0", "34"]
    assert shown.always == ""


def test_columns_that_are_always_filled_are_one_sentence() -> None:
    content = review()
    content["completeness"] += [
        row | {"column": "agent_id", "filled": 300.0, "share": 1.0} for row in content["completeness"]
    ]
    shown = filled(content)
    assert shown.always == "agent_id"
    assert len(shown.lines) == 2
    assert "Filled in every contact of every week: agent_id." in render(content)


def test_the_page_has_the_numbers_as_text_in_a_table_with_its_heads() -> None:
    page = render(review())
    table = re.search(r'<table class="filled">.*?</table>', page, re.DOTALL)
    assert table is not None
    assert table[0].count('scope="col"') == 4
    assert table[0].count('scope="row"') == 2
    assert re.findall(r"<td.*?<span>(.*?)</span>", table[0]) == ["33", "33", "34", "33", "0", "34"]


def test_small_cells_are_not_shown() -> None:
    """Four contacts in a week, then two ratings in another: neither is there, nor what would tell them."""
    content = review()
    rows = content["completeness"]
    rows[3] |= {"n": 4.0, "filled": 1.0, "share": 0.25}
    rows[5] |= {"filled": 2.0, "share": 2 / 300}
    hidden = without_small_cells(content, 5)
    assert (hidden["completeness"][3]["n"], hidden["completeness"][3]["share"]) == (None, None)
    assert (hidden["completeness"][5]["n"], hidden["completeness"][5]["filled"]) == (300.0, None)
    assert hidden["completeness"][4]["filled"] == 0.0
    assert [cell.text for cell in filled(hidden).lines[1].cells] == ["fewer than 5", "0", "–"]
