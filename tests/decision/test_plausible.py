"""Units and gaming, from invented estimates."""

from dataclasses import replace

import pytest
from invented import estimate

from pilot_analysis.decision.estimate import ArmValue
from pilot_analysis.decision.plausible import gaming_check, units_check


class Log:
    """What the check asks of the log: contacts with a handle time beyond a day."""

    def __init__(self, over_a_day=0):
        self.facts = {"baseline": {"over_a_day": 0}, "pilot": {"over_a_day": over_a_day}}


def arms(name, baseline, pilot):
    found = estimate("response_" + name if name.endswith("time") else name)
    metric = replace(found.metric, id=name, label=name)
    return replace(found, metric=metric, arms=(ArmValue(baseline, 900, 9), ArmValue(pilot, 900, 9)))


@pytest.mark.parametrize(
    ("name", "baseline", "pilot", "status", "words"),
    [
        ("response_time", 1200.0, 900.0, "pass", ""),
        ("response_time", 1200.0, 1200.0 / 29, "pass", ""),
        ("response_time", 1200.0, 20.0, "warn", "60 times as long in one arm, as minutes and seconds"),
        ("response_time", 1.2, 900.0, "warn", "750 times as long in one arm, as seconds and milliseconds"),
        ("resolution_time", 7200.0, 2.5, "warn", "2,880 times as long in one arm, as hours and seconds"),
        ("handle_time", 420.0, 400.0, "pass", ""),
        ("handle_time", 420.0, 7.0, "warn", "60 times as long"),
        ("handle_time", 20_000.0, 19_000.0, "warn", "handle time is 5.6 h on average in-house"),
        ("handle_time", 4.0, 4.5, "warn", "handle time is 4 s on average in-house"),
        ("cost_per_contact", 6.0, 4.0, "pass", ""),
        ("cost_per_contact", 6.0, 0.04, "fail", "150 times as high in one arm, as a currency and its cents"),
        ("cost_per_contact", 6.0, 0.2, "pass", ""),
    ],
)
def test_units(name, baseline, pilot, status, words):
    found = units_check(Log(), [arms(name, baseline, pilot)])
    assert found.status == status
    assert words in found.text


def test_handle_times_beyond_a_day():
    found = units_check(Log(3), [arms("handle_time", 420.0, 400.0)])
    assert found.status == "warn"
    assert "3 contacts" in found.text


def test_no_times_and_no_costs():
    assert units_check(Log(), [estimate("csat")]) is None


def handle_time(benefit):
    found = estimate("response_time", benefit, 0.02)
    return replace(found, metric=replace(found.metric, id="handle_time"))


@pytest.mark.parametrize(
    ("handling", "fcr", "status"),
    [(0.2, -0.03, "warn"), (0.2, -0.005, "pass"), (0.01, -0.03, "pass"), (0.2, 0.03, "pass"), (-0.2, -0.03, "pass")],
)
def test_shorter_at_the_price_of_repeats_needs_both_intervals(handling, fcr, status):
    """Standard errors 0.02 (of the logarithm) and 0.005."""
    found = gaming_check([handle_time(handling), estimate("fcr", fcr)])
    assert found.status == status
    assert ("come back more often" in found.text) == (status == "warn")


def test_resolved_and_reopened():
    """Both are shown: two points more resolved, two points more reopened."""
    found = gaming_check([estimate("fcr", 0.02), estimate("reopen_rate", -0.02)])
    assert found.status == "warn"
    assert "more are reopened" in found.text


def test_without_a_pair_there_is_nothing_to_see():
    assert gaming_check([estimate("csat", 0.02), estimate("fcr", -0.05)]) is None
    assert gaming_check([handle_time(0.2), estimate("fcr", why="no customers")]) is None
