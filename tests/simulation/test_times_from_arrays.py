"""Quantiles of response times from arrays: units, order, and logs that are too small or too silent."""

import numpy as np
import pandas as pd
import pytest
from contact_by_contact import Contacts, contacts, counts_of, histogram_of
from drawn_pilots import Design

from pilot_analysis.decision.quantiles import quantile_estimate
from pilot_analysis.decision.time_mix import time_mix, wanted_bins
from pilot_analysis.kpis.metrics import Metric

MEDIAN = Metric("response_time", "Response", "seconds", "lower", "ratio", "quantile", "guardrail", 0.1, None, None,
                "response", 0.5)  # fmt: skip
CELLS = pd.DataFrame({"channel": ["chat", "email"], "tier": ["1", "1"]})


def estimated(found, seconds, cells=CELLS):
    histogram = histogram_of(found, cells, seconds)
    mix = time_mix(histogram)
    return quantile_estimate(MEDIAN, mix, counts_of(found, histogram, seconds, wanted_bins(mix, [0.5, 0.9])), 0.95)[0]


def known(effect):
    """An effect's numbers, those that its limits allow."""
    return {name: x for name, x in effect._asdict().items() if x is not None}


@pytest.fixture
def pilot():
    """Eight agents against thirty, chat in minutes and email in hours, the pilot a quarter faster."""
    rng = np.random.default_rng(1)
    found = contacts(Design((8, 30), 0.03, 100, ((0.6, 0.4), (0.5, 0.5))), rng)
    log = np.log([300.0, 20_000.0])[found.cell] + 0.2 * found.level + rng.standard_normal(len(found.arm))
    return found, np.exp(log) * np.where(found.arm == 1, 0.75, 1.0)


def handed(*times, arm, agent):
    """A log of one channel: contacts with these arms and agents."""
    size = len(times)
    found = Contacts(np.array(arm), np.array(agent), np.zeros(size, dtype=np.int64), np.zeros(size))
    return found, np.array(times, dtype=float)


def test_values_are_quantiles_of_each_channel_combined_by_the_pilot_s_shares(pilot):
    found, seconds = pilot
    share = np.bincount(found.cell[found.arm == 1]) / (found.arm == 1).sum()
    expected = [
        np.exp(sum(share[c] * np.log(np.median(seconds[(found.arm == a) & (found.cell == c)])) for c in (0, 1)))
        for a in (0, 1)
    ]
    estimate = estimated(found, seconds)
    assert [arm.value for arm in estimate.arms] == pytest.approx(expected, rel=1e-10)
    assert estimate.effect.estimate == pytest.approx(expected[1] / expected[0], rel=1e-10)


def test_minutes_for_seconds_change_no_state(pilot):
    found, minutes = pilot
    one, other = estimated(found, minutes), estimated(found, 60 * minutes)
    assert other.state == one.state
    assert other.effect.estimate == pytest.approx(one.effect.estimate, rel=1e-12)
    assert [a.value for a in other.arms] == pytest.approx([60 * a.value for a in one.arms], rel=1e-12)
    # bins half a per cent wide fall elsewhere, which moves the slope a little
    assert other.effect.se == pytest.approx(one.effect.se, rel=0.04)
    steps = estimated(found, np.e * minutes)  # a hundred bins further
    assert known(steps.effect) == pytest.approx(known(one.effect), rel=1e-9)


def test_the_order_of_contacts_changes_nothing(pilot):
    found, seconds = pilot
    order = np.random.default_rng(2).permutation(len(seconds))
    again = estimated(Contacts(*(x[order] for x in found)), seconds[order])
    assert known(again.effect) == pytest.approx(known(estimated(found, seconds).effect), rel=1e-12)


def test_swapping_arms_turns_the_ratio_round():
    rng = np.random.default_rng(3)
    found = contacts(Design((9, 9), 0.03, 80), rng)
    seconds = np.exp(5 + rng.standard_normal(len(found.arm)))
    one_channel = CELLS.iloc[:1]
    there = estimated(found, seconds, one_channel).effect
    back = estimated(found._replace(arm=1 - found.arm), seconds, one_channel).effect
    assert (back.estimate, back.low, back.high) == pytest.approx((1 / there.estimate, 1 / there.high, 1 / there.low))


@pytest.mark.parametrize(
    ("times", "arm", "agent"),
    [
        pytest.param([60, 90], [0, 1], [0, 1], id="one contact an arm"),
        pytest.param([60, 90] * 5, [0, 1] * 5, [0, 1] * 5, id="one agent an arm"),
        pytest.param([60, 90, 70, np.inf] * 5, [0, 0, 1, 1] * 5, [0, 1, 2, 3] * 5, id="half of the pilot unanswered"),
        pytest.param([np.inf] * 12, [0, 0, 1, 1] * 3, [0, 1, 2, 3] * 3, id="never an answer"),
        pytest.param([60, 70] * 3, [0, 0] * 3, [0, 1] * 3, id="no pilot"),
        pytest.param([60, 70] * 3, [1, 1] * 3, [0, 1] * 3, id="no baseline"),
    ],
)
def test_without_an_interval_there_is_a_reason(times, arm, agent):
    found = estimated(*handed(*times, arm=arm, agent=agent), CELLS.iloc[:1])
    assert found.state == "not_measured"
    assert found.effect is None
    assert found.why


def by_channel(found, seconds):
    histogram = histogram_of(found, CELLS, seconds)
    mix = time_mix(histogram)
    return quantile_estimate(MEDIAN, mix, counts_of(found, histogram, seconds, wanted_bins(mix, [0.5, 0.9])), 0.95)


def test_a_channel_with_one_agent_has_values_and_a_reason_and_the_whole_an_interval(pilot):
    found, seconds = pilot
    one = found.agent[(found.arm == 1) & (found.cell == 1)][0]  # only this agent of the pilot's answers email
    keep = (found.arm == 0) | (found.cell == 0) | (found.agent == one)
    whole, each = by_channel(Contacts(*(x[keep] for x in found)), seconds[keep])
    assert each["email"].arms is not None
    assert (each["email"].effect, each["email"].state) == (None, "not_measured")
    assert "one cluster" in each["email"].why
    assert each["chat"].effect is not None
    assert whole.effect is not None


def test_times_that_are_all_equal_have_no_interval_but_a_reason(pilot):
    found, _ = pilot
    whole, each = by_channel(found, np.full(len(found.arm), 60.0))
    assert [arm.value for arm in whole.arms] == pytest.approx([60, 60])
    assert whole.effect is None
    assert "equal" in whole.why
    assert all("equal" in channel.why for channel in each.values())
