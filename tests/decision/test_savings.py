"""Money to come, from invented findings; every figure by hand."""

from dataclasses import replace
from datetime import date

import pytest
from invented import actions, config, estimate, findings
from invented_lines import hidden_cost, line
from test_coaching import HOUSE as AGENTS
from test_coaching import mix_of

from pilot_analysis.costs.ledger import Ledger
from pilot_analysis.costs.seasons import Month, Seasons
from pilot_analysis.decision.estimate import ArmValue
from pilot_analysis.decision.gates import Gate
from pilot_analysis.decision.levers import levers_for
from pilot_analysis.decision.rules import default_rules
from pilot_analysis.decision.savings import savings

DAYS = 73  # a fifth of a year
EVEN = mix_of(AGENTS, [(80, 100), (79, 100), (81, 100), (80, 100)])


def priced(name, base, pilot, **limits):
    """A cost known by its prices alone."""
    found = estimate(name, 1 - pilot / base, 0.0, **limits)
    return replace(found, arms=(ArmValue(base, 2000, 40), ArmValue(pilot, 1000, 15)))


def case(base, pilot, house_lines, pilot_lines, *more, **costs):
    """Findings with a ledger: 1,000 contacts of the pilot in a fifth of a year."""
    cost = priced("cost_per_contact", base, pilot, margin=0.0, hurdle=0.10)
    ledger = Ledger((*house_lines, *pilot_lines), {"baseline": 2000.0, "pilot": 1000.0},
                    {"baseline": DAYS, "pilot": DAYS}, "EUR")  # fmt: skip
    found = findings(cost, *more, settings=config(costs=costs))
    return replace(found, ledger=ledger)


HIDDEN = case(6.00, 5.70, *hidden_cost())


def by(rows, what):
    return {round(row.change, 2): row.saving.estimate for row in rows if row.what == what}


def test_money_is_at_the_pilots_own_volume_unless_the_config_says_otherwise():
    """1,000 contacts in a fifth of a year, .30 saved of each; training of 3,000 a year does not grow with volume."""
    found = savings(HIDDEN, None)
    assert (found.source, found.pilot_per_month) == ("pilot", pytest.approx(5_000 / 12))
    assert found.year == pytest.approx((1_500, 1_500, 1_500))
    assert found.month.estimate == pytest.approx(125)
    assert found.roi == pytest.approx(0.30 / 5.70)
    twice = savings(case(6.00, 5.70, *hidden_cost(), volume_per_month=10_000 / 12), None)
    assert twice.source == "config"
    assert twice.per_contact.estimate == pytest.approx(0.60)
    assert twice.year.estimate == pytest.approx(6_000)


def test_the_buffer_stands_in_the_first_year_alone():
    """4.30 * 1.15 + 1.40 = 6.345, 5,000 contacts a year."""
    found = savings(HIDDEN, None)
    assert [one.buffer for one in found.first_years] == [0.10, 0.15, 0.20]
    assert [one.per_contact for one in found.first_years] == pytest.approx([6.13, 6.345, 6.56])
    assert [one.saving.estimate for one in found.first_years] == pytest.approx([-650, -1_725, -2_800])
    assert found.first_years[1].roi == pytest.approx(-0.345 / 6.345)


def test_break_even_fees_with_and_without_a_buffer():
    found = {(b.by, b.saving, b.buffer): b.fee for b in savings(HIDDEN, None).break_even}
    wanted = {(0.0, 0.0): 4.60, (0.10, 0.0): 4.00, (0.0, 0.15): 4.00, (0.10, 0.15): 3.478}
    assert {key: found["contact", *key] for key in wanted} == pytest.approx(wanted, abs=5e-4)


def test_the_lever_and_the_action_name_the_same_fees():
    lever = next(x for x in levers_for(HIDDEN, EVEN, default_rules()) if x.code == "renegotiate")
    assert lever.value == pytest.approx(4.00)
    assert (lever.verdict, lever.effort) == ("scale", pytest.approx(0.30 / 4.30))
    assert "€4.00" in lever.text
    assert "€4.30" in lever.text
    assert "€4.60" in lever.text
    action = actions("goal_unproven", "adjust", HIDDEN)[0]
    assert (action.code, action.value, action.unit) == ("renegotiate", pytest.approx(4.00), "EUR")
    assert action.text == lever.text


def test_no_fee_is_low_enough_where_the_rest_costs_more_than_in_house():
    house, pilot = hidden_cost()
    dear = case(1.00, 5.70, (replace(house[0], per_contact=1.00),), pilot)
    assert [x.code for x in levers_for(dear, EVEN, default_rules())].count("renegotiate") == 0
    action = actions("goal_unproven", "adjust", dear)[0]
    assert (action.code, action.value) == ("renegotiate", None)
    assert "€1.40" in action.text
    assert {b.fee for b in savings(dear, None).break_even if b.by == "contact"} == {None}


def test_what_is_paid_once_is_paid_back_by_the_months_saving_without_it():
    """Training of 2,400 spread over a year: .60 of 1,000 contacts in a fifth of it is 600, so 3,000 a year."""
    house, (fee, training, *rest) = hidden_cost()
    paid = replace(training, rate=3_000.0)
    found = savings(case(6.00, 5.70, house, (fee, paid, *rest)), None)
    assert found.one_off == 3_000
    assert found.payback == pytest.approx(3_000 / (0.90 * 5_000 / 12))
    assert savings(case(6.00, 5.70, house, (fee, *rest)), None).payback is None


def test_a_fee_of_100_thousand_a_month_for_200_thousand_removed():
    """1,000 contacts a month, 200 in-house and 100 at the vendor; what a point of satisfaction is worth stays apart."""
    csat = estimate("csat", 0.02, 0.005)
    worth = {"csat": 60_000, "because": "churn model of 2025"}
    found = savings(
        case(200.0, 100.0, (line(200.0, arm="baseline"),), (line(100.0),), csat, volume_per_month=1_000,
             value_of_point=worth), None
    )  # fmt: skip
    assert found.month.estimate == pytest.approx(100_000)
    assert found.roi == pytest.approx(1.0)
    assert found.worth[0].points.estimate == pytest.approx(2.0)
    assert found.worth[0].amount.estimate == pytest.approx(120_000)


def test_overhead_that_stays_is_not_saved():
    house = (line(4.00, arm="baseline"), line(2.00, "fixed", "baseline", avoidable=False))
    found = savings(case(6.00, 5.00, house, (line(5.00),)), None)
    assert found.stranded == pytest.approx(2.00)
    assert found.year.estimate == pytest.approx(-5_000)
    # the goal is judged on the full cost, and so are the fees that reach it
    assert found.break_even[0].fee == pytest.approx(6.00)


def test_sensitivities_are_of_what_costs_anything():
    """In-house by the hour, the fee by the minute in dollars, 5,000 contacts a year."""
    house = (line(6.00, "per_hour", "baseline"),)
    found = savings(case(6.00, 5.00, house, (line(5.00, "per_minute", currency="USD", exchange_rate=0.9),)), None)
    assert by(found.sensitivities, "handle_time_pilot")[0.10] == pytest.approx(2_500)
    assert by(found.sensitivities, "handle_time_in_house")[-0.10] == pytest.approx(2_000)
    assert by(found.sensitivities, "exchange_rate") == pytest.approx(
        {-0.10: 7_500, -0.05: 6_250, 0.05: 3_750, 0.10: 2_500}
    )
    assert by(found.sensitivities, "volume")[1.0] == pytest.approx(10_000)
    plain = savings(case(6.00, 5.00, (line(6.00, arm="baseline"),), (line(5.00),)), None)
    assert {row.what for row in plain.sensitivities} == {"volume", "fcr"}


def test_first_contact_resolution_moves_the_cost_of_a_resolution():
    """4.10 and 22% passed on at 5.00 over 64%, against 5.00 over 75%; 5,000 contacts a year resolve 3,750 in-house."""
    fcr = replace(estimate("fcr", -0.11), arms=(ArmValue(0.75, 2000, 40), ArmValue(0.64, 1000, 15)))
    resolved = priced("cost_per_resolution", 5.00 / 0.75, 5.20 / 0.64, margin=0.0)
    found = savings(case(5.00, 4.10, (line(5.00, arm="baseline"),), (line(4.10),), fcr, resolved), None)
    rows = by(found.sensitivities, "fcr")
    assert rows[0.0] == pytest.approx((5.00 / 0.75 - 5.20 / 0.64) * 3_750)
    assert rows[0.05] == pytest.approx((5.00 / 0.75 - 5.20 / 0.69) * 3_750)
    even = next(b.fee for b in found.break_even if b.by == "resolution" and not b.buffer)
    assert (even + 1.10) / 0.64 == pytest.approx(5.00 / 0.75)
    assert found.per_resolution_steps[-1].amount == pytest.approx(8.125)


def test_the_break_even_fee_where_both_arms_pass_contacts_on():
    """In-house 6.00, a tenth passed on, 60% resolved; the vendor 4.00, a twentieth passed on, 50% resolved.

    At a fee of x a resolution costs (x + 0.30) / 0.50 and in-house (6.00 + x / 10) / 0.60: 5.127 makes both 10.85.
    """
    fcr = replace(estimate("fcr", -0.10), arms=(ArmValue(0.60, 2000, 40), ArmValue(0.50, 1000, 15)))
    resolved = priced("cost_per_resolution", 6.40 / 0.60, 4.30 / 0.50, margin=0.0)
    found = savings(case(6.00, 4.00, (line(6.00, arm="baseline"),), (line(4.00),), fcr, resolved), None)
    even = next(b.fee for b in found.break_even if b.by == "resolution" and not b.buffer)
    assert even == pytest.approx(9.40 * 6 / 11)
    assert (even + 0.30) / 0.50 == pytest.approx((6.00 + even / 10) / 0.60)


def test_the_lever_asks_for_the_fee_at_which_a_resolution_is_no_dearer():
    """The same arms with the vendor at 6.60, 13.80 a resolution against 11.10: 5.127 makes them even."""
    fcr = replace(estimate("fcr", 0.01), arms=(ArmValue(0.60, 2000, 40), ArmValue(0.50, 1000, 15)))
    resolved = priced("cost_per_resolution", 6.66 / 0.60, 6.90 / 0.50, margin=0.0)
    dear = case(6.00, 6.60, (line(6.00, arm="baseline"),), (line(6.60),), fcr, resolved)
    lever = next(x for x in levers_for(dear, EVEN, default_rules()) if x.code == "renegotiate")
    assert lever.value == pytest.approx(9.40 * 6 / 11, abs=1e-4)
    assert lever.verdict == "scale"


def test_a_peak_is_no_usual_year():
    """The pilot ran at 1.25 of the year's contacts a day: a usual year has 4,000 contacts, not 5,000."""
    flat = tuple(Month(date(2025, m, 1), 10.0, 1.0) for m in range(1, 13))
    found = savings(case(6.00, 5.00, (line(6.00, arm="baseline"),), (line(5.00),)), Seasons(flat, 1.25))
    assert found.usual_year.estimate == pytest.approx(4_000)
    assert sum(m.contacts for m in found.months) == pytest.approx(4_000)
    assert [m.saving for m in found.months][:2] == pytest.approx([4_000 / 365 * 31, 4_000 / 365 * 28])
    short = savings(case(6.00, 5.00, (line(6.00, arm="baseline"),), (line(5.00),)), Seasons(flat[:5], 1.25))
    assert (short.months, short.usual_year, short.pilot_index) == ((), None, 1.25)


def test_nothing_is_projected_without_a_cost():
    assert savings(findings(estimate("cost_per_contact", why="no cost")), None) is None


def test_a_year_at_the_volumes_that_are_advised():
    """A euro saved a contact: with 100 more a day that is 100 x 365 more a year; a stated volume has no steps."""
    lines = (line(6.00, arm="baseline"),), (line(5.00),)
    plain = case(6.00, 5.00, *lines)
    (found,) = savings(plain, None, gates=[Gate(0.25, 100.0, 10)]).at_gates
    now = savings(plain, None)
    assert found.saving.estimate == pytest.approx(now.year.estimate + 100 * 365)
    assert found.per_month == pytest.approx(now.per_month + 100 * 365 / 12)
    assert savings(case(6.00, 5.00, *lines, volume_per_month=9_000), None, gates=[Gate(0.25, 100.0, 10)]).at_gates == ()
