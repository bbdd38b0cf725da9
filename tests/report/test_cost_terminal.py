"""What `pilot-analysis cost` prints."""

import pytest
from example import review

from pilot_analysis.report.cost_terminal import print_cost
from pilot_analysis.report.outlook import charged


def printed(capsys, monkeypatch, found):
    monkeypatch.setenv("COLUMNS", "140")
    print_cost(found)
    return " ".join(capsys.readouterr().out.replace("│", " ").split())


def test_every_component_with_its_line_and_what_it_comes_to(capsys, monkeypatch):
    text = printed(capsys, monkeypatch, review())
    assert "Quality checks 32 39.20 hours at €49.00 fixed €1,921.60 €0.39 7.5%" in text
    assert "Together €25,539.42 €5.21 100.0%" in text
    assert "Fees instead of the in-house cost −€2.43" in text
    assert "First year if fees were 15% higher €37,700 €30,500 €44,900 16%" in text
    assert "10.0% of the cost per contact is saved €5.36 €4.87 €4.66 €4.46" in text
    assert "Exchange rate of USD +5% €54,800" in text
    assert "Below 630 contacts a month nothing is saved" in text


def test_why_the_cost_is_not_known_where_it_is_not(capsys, monkeypatch):
    bare = review()
    bare["cost"] = {"currency": "EUR", "components": [], "why": "costs.pilot says nothing"}
    assert printed(capsys, monkeypatch, bare) == "Costs.pilot says nothing."


def test_a_name_is_no_markup(capsys, monkeypatch):
    named = review()
    named["cost"]["components"][2]["name"] = "[red]Fee[/]"
    assert "[red]Fee[/]" in printed(capsys, monkeypatch, named)


@pytest.mark.parametrize(
    ("basis", "quantity", "rate", "written"),
    [
        ("share", 2440.0, 0.02, "€2,440.00 of the fees at 2.0%"), ("share", 2440.0, None, "€2,440.00 of the fees"),
        ("value", 4880.0, 0.05, "€4,880.00 of value at 5.0%"),
        ("invoice", 2 / 3, 1350.0, "0.667 of one invoice at €1,350.00"),
        ("contact", 610.0, 4.3, "610 contacts at €4.30"),
    ],
)  # fmt: skip
def test_a_share_is_of_money_and_no_price(basis, quantity, rate, written):
    assert charged({"basis": basis, "quantity": quantity, "rate": rate}, "EUR") == written
