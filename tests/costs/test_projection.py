"""Money a year from the lines of a rate card, every figure by hand."""

from dataclasses import replace

import pytest
from invented_lines import hidden_cost, line

from pilot_analysis.costs.projection import (
    Terms,
    at_volume,
    break_even_volume,
    buffered,
    exchanged,
    longer_handling,
    payback,
    return_on,
)

HOUSE, PILOT = hidden_cost()
HIDDEN = Terms(6.00, 5.70, 5.70, 5.70, HOUSE, PILOT)


def test_a_fee_of_4_30_costs_5_70_with_what_is_hidden():
    assert HIDDEN.fee == pytest.approx(4.30)
    assert HIDDEN.other == pytest.approx(1.40)
    assert HIDDEN.saving == pytest.approx((0.30, 0.30, 0.30))


def test_the_buffer_acts_on_the_fees_alone():
    """4.30 * 1.15 + 1.40: a saving of .30 becomes a loss of .345."""
    assert HIDDEN.changed(buffered(0.15)).pilot == pytest.approx(6.345)
    assert HIDDEN.changed(buffered(0.15)).saving.estimate == pytest.approx(-0.345)


@pytest.mark.parametrize(
    ("saving", "buffer", "fee"), [(0.0, 0.0, 4.60), (0.10, 0.0, 4.00), (0.0, 0.15, 4.00), (0.10, 0.15, 3.4783)]
)
def test_the_break_even_fee(saving, buffer, fee):
    """(6.00 - 1.40) and (5.40 - 1.40), over 1.15 with the buffer."""
    assert HIDDEN.break_even_fee(saving, buffer) == pytest.approx(fee, abs=5e-5)


def test_at_the_break_even_fee_nothing_is_saved():
    fee = HIDDEN.break_even_fee(0.0, 0.15)
    then = (replace(PILOT[0], per_contact=fee), *PILOT[1:])
    cost = fee + 1.40
    assert Terms(6.00, cost, cost, cost, HOUSE, then).changed(buffered(0.15)).saving.estimate == pytest.approx(0.0)


def test_where_the_log_has_the_cost_all_of_it_is_the_fee():
    assert Terms(6.00, 5.70, 5.70, 5.70).break_even_fee(0.10) == pytest.approx(5.40)


def test_the_interval_is_that_of_the_ratio_at_the_cost_in_house():
    """80% of 5.00, from 70 to 90%; a tenth more of the fee moves each end by a tenth of it."""
    terms = Terms(5.00, 4.00, 3.50, 4.50, (line(5.0, arm="baseline"),), (line(4.0),))
    assert terms.saving == pytest.approx((1.00, 0.50, 1.50))
    assert terms.changed(buffered(0.10)).saving == pytest.approx((0.60, 0.05, 1.15))
    assert terms.saving.times(12_000) == pytest.approx((12_000, 6_000, 18_000))


def test_stranded_overhead_is_not_saved():
    """Of 6.00 in-house, 1.50 of rent stays: against 5.00 the pilot costs .50 more."""
    house = (line(4.50, "per_hour", "baseline"), line(1.50, "fixed", "baseline", avoidable=False))
    terms = Terms(6.00, 5.00, 4.80, 5.20, house, (line(5.00),))
    assert terms.stranded == pytest.approx(1.50)
    assert terms.saving.estimate == pytest.approx(1.00)
    assert terms.avoidable().saving == pytest.approx((-0.50, -0.70, -0.30))
    assert terms.avoidable().break_even_fee() == pytest.approx(4.50)


def test_in_house_cost_that_stays_whole_saves_nothing():
    terms = Terms(6.00, 5.00, 5.00, 5.00, (line(6.00, arm="baseline", avoidable=False),), (line(5.00),)).avoidable()
    assert terms.in_house == pytest.approx(0.0, abs=1e-12)
    assert terms.saving.estimate == pytest.approx(-5.00)


def test_what_is_fixed_is_spread_over_more_contacts():
    """4.00 by the contact and 1.00 of a fixed fee: at twice the volume 4.50, at half of it 6.00."""
    terms = Terms(6.00, 5.00, 5.00, 5.00, (), (line(4.00), line(1.00, "fixed", scales=False)))
    assert terms.changed(at_volume(1_000, 2_000)).pilot == pytest.approx(4.50)
    assert terms.changed(at_volume(1_000, 500)).pilot == pytest.approx(6.00)


def test_handle_time_and_exchange_rate_move_what_they_price():
    lines = (line(3.00, "per_minute"), line(1.00, currency="USD"), line(1.00, "own_hours", fee=False))
    terms = Terms(6.00, 5.00, 5.00, 5.00, (line(6.00, "per_hour", "baseline"),), lines)
    assert terms.changed(longer_handling(1.10)).pilot == pytest.approx(5.30)
    assert terms.changed(in_house=longer_handling(0.90)).in_house == pytest.approx(5.40)
    assert terms.changed(exchanged("USD", 1.10)).pilot == pytest.approx(5.10)
    assert terms.changed(longer_handling(1.10)).changed(buffered(0.10)).pilot == pytest.approx(3.63 + 1.10 + 1.00)


def test_a_fee_of_100_thousand_for_200_thousand_removed():
    assert 200_000 - 100_000 == 100_000
    assert return_on(200_000, 100_000) == 1.0
    assert return_on(200_000, 0) is None


def test_one_off_costs_are_paid_back_by_the_months_saving():
    assert payback(36_000, 12_000) == 3.0
    assert payback(36_000, 0.0) is None
    assert payback(0.0, 12_000) == 0.0


def least_volume(terms, prices=None):
    return break_even_volume(lambda volume: terms.changed(at_volume(1_000, volume, prices)).saving.estimate, 1_000)


def test_below_this_volume_a_fixed_fee_eats_the_saving():
    """6.00 - 4.00 a contact against 1.00 * 1,000 a month: 500 contacts. Training of 600 a month against 6.00 - 5.10."""
    fixed = (line(4.00), line(1.00, "fixed", scales=False))
    assert least_volume(Terms(6.00, 5.00, 5.00, 5.00, (), fixed)) == pytest.approx(500)
    assert least_volume(HIDDEN) == pytest.approx(600 / 0.90)
    assert least_volume(Terms(4.50, 5.00, 5.00, 5.00, (), fixed)) == pytest.approx(2_000)
    assert least_volume(Terms(4.00, 5.00, 5.00, 5.00, (), fixed)) is None
    assert least_volume(Terms(6.00, 5.00, 5.00, 5.00, (), (line(5.00),))) == 0.0


def test_a_minimum_is_a_trap_below_its_volume():
    """4.00 a contact, at least 900 a month: at 600 contacts 300 are paid for nothing, 2.00 each of the 600; against
    6.00 in-house that saves nothing, 900 * 4.00 / 6.00 = 600."""
    lines = (line(4.00), line(0.0, "minimum", place="costs.pilot.1"))
    terms = Terms(6.00, 4.00, 4.00, 4.00, (), lines)
    prices = {"costs.pilot.1": lambda volume: max(900 - volume, 0) * 4.00 / volume}
    assert terms.changed(at_volume(1_000, 600, prices)).pilot == pytest.approx(6.00)
    assert terms.changed(at_volume(1_000, 2_000, prices)).pilot == pytest.approx(4.00)
    assert least_volume(terms, prices) == pytest.approx(600)
