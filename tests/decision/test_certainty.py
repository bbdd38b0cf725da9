"""How sure a verdict is: how often it is drawn again, where that says anything."""

from invented import FAILED, config, estimate, findings

from pilot_analysis.decision.certainty import how_sure
from pilot_analysis.decision.rules import decide, default_rules
from pilot_analysis.decision.stability import Stability

DRAWN = Stability(200, 20, {"adjust": 0.995, "stop": 0.005}, {})


def told(f, stability=DRAWN, cluster="agent_id"):
    return how_sure(decide(f, default_rules())[0], f, stability, cluster)


def test_one_draw_of_two_hundred_keeps_it_from_always():
    found = told(findings(estimate("csat", -0.01, 0.015)))
    assert found.title == "Same verdict 99 times in 100"
    assert found.text == "Drawn 200 times with other agents like these: adjust in 99.5% and stop in 0.5%."
    assert found.drawn


def test_what_was_drawn_has_its_name():
    assert "other customers like these" in told(findings(estimate("csat", -0.01, 0.015)), cluster="customer_id").text


def test_an_answer_of_the_vendor_review_is_no_estimate():
    leak = findings(settings=config(vendor_review={"incidents": ["a data leak"]}))
    assert told(leak).title == "A fact, not an estimate"


def test_what_was_not_measured_cannot_be_sure():
    unknown = [estimate(name, why="no rates") for name in ("cost_per_contact", "cost_per_resolution")]
    for f in (findings(checks=[FAILED]), findings(estimate("csat", why="no ratings")), findings(*unknown)):
        assert told(f).title == "Cannot be told yet"
        assert not told(f).drawn


def test_an_early_stop_says_by_which_level():
    assert "at 99.9% instead of 95%" in told(findings(estimate("csat", -0.08), interim=True), None).text


def test_nothing_is_said_while_there_is_no_verdict():
    assert told(findings(interim=True), None) is None
    assert told(findings(), None) is None
