"""What `pilot-analysis cost` prints."""

from example import review

from pilot_analysis.report.cost_terminal import print_cost


def printed(capsys, monkeypatch, found):
    monkeypatch.setenv("COLUMNS", "140")
    print_cost(found)
    return " ".join(capsys.readouterr().out.replace("│", " ").split())


def test_every_component_with_its_line_and_what_it_comes_to(capsys, monkeypatch):
    text = printed(capsys, monkeypatch, review())
    assert "Quality checks 32 39.20 hours at €49.00 fixed €1,921.60 €0.39 7.5%" in text
    assert "Together €25,539.42 €5.21 100.0%" in text
    assert "Fees instead of the in-house cost −€2.43" in text
    assert "First year, fees 15% higher €37,700 €30,500 €44,900 16%" in text
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
