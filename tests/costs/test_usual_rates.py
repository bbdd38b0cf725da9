"""Checks of rate cards, every limit by hand."""

import re
from datetime import date

import pytest
from invented_lines import line

from pilot_analysis.config.market import market
from pilot_analysis.config.rates import Costs
from pilot_analysis.costs.ledger import Ledger
from pilot_analysis.costs.plausible import cost_checks
from pilot_analysis.costs.seasons import Month, Seasons

HOUR = {"kind": "per_hour", "rate": 20.0}


def found(costs=None, *lines, season=None, per_month=1_000.0, hours=None):
    ledger = Ledger(lines, {"baseline": 1_000.0, "pilot": 1_000.0}, {"baseline": 30, "pilot": 30}, "EUR")
    checks = cost_checks(Costs.model_validate(costs or {}), ledger, season, per_month, hours)
    return {check.id: check for check in checks}


def test_nothing_is_said_of_what_the_config_does_not_say():
    assert found({"pilot": [HOUR]}, line(5.0), line(6.0, arm="baseline")) == {}


@pytest.mark.parametrize(
    ("currency", "rate", "region", "status"),
    [("USD", 14.0, "philippines", "pass"), ("USD", 14.5, "philippines", "warn"), ("USD", 7.9, "philippines", "warn"),
     ("USD", 90.0, "western_europe", "pass"), ("EUR", 14.0, "philippines", "info")],
)  # fmt: skip
def test_rates_are_held_beside_those_of_the_region(currency, rate, region, status):
    costs = {"currency": currency, "region": region, "pilot": [HOUR | {"rate": rate}]}
    assert found(costs)["rates"].status == status


def test_a_stated_exchange_rate_makes_rates_comparable():
    """18.00 euros at .90 to the dollar are 20.00 dollars, above 8 to 14."""
    fee = {"kind": "per_contact", "rate": 1.0, "currency": "USD", "exchange_rate": 0.90}
    check = found({"region": "asia", "pilot": [HOUR | {"rate": 18.0}, fee]})["rates"]
    assert check.status == "warn"
    assert "$20.00" in check.text
    assert "$8.00 to $14.00" in check.text


def test_calling_out_has_rates_of_its_own():
    costs = {"currency": "USD", "region": "india", "pilot": [HOUR | {"rate": 9.5}]}
    assert found(costs)["rates"].status == "warn"
    assert found(costs | {"service": "outbound"})["rates"].status == "pass"


def test_a_commission_has_to_leave_the_vendor_its_hourly_rate():
    """1,000 contacts at .85 are 850 dollars: 8.50 in each of 100 hours, and India's 5.00 and a tenth is 5.50."""
    costs = {"currency": "USD", "region": "india"}
    by_results = line(0.85, "commission")
    assert found(costs, by_results, hours=100.0)["commission"].status == "pass"
    assert found(costs, by_results, hours=160.0)["commission"].status == "warn"
    assert "commission" not in found(costs, by_results, line(1.0), hours=160.0)
    assert "commission" not in found(costs, by_results)


@pytest.mark.parametrize(("labour", "status"), [(6.4, "warn"), (6.6, "pass"), (9.6, "pass"), (9.8, "warn")])
def test_the_share_of_labour_in_house(labour, status):
    lines = line(labour, "per_hour", "baseline"), line(10 - labour, "fixed", "baseline")
    assert found(None, *lines)["labour_share"].status == status


def test_a_buffer_in_the_rate_card_counts_twice():
    fixed = {"kind": "fixed", "rate": 100.0}
    assert found({"pilot": [fixed | {"name": "Risk buffer 10%"}]})["buffer"].status == "warn"
    assert "buffer" not in found({"pilot": [fixed | {"name": "Team lead"}]})


def test_one_currency_at_two_rates_is_a_mistake():
    fee = {"kind": "per_contact", "rate": 4.0, "currency": "USD", "exchange_rate": 0.92}
    check = found({"pilot": [fee, fee]})["currency"]
    assert (check.status, "USD at 0.92" in check.text) == ("info", True)
    assert found({"pilot": [fee, fee | {"exchange_rate": 0.90}]})["currency"].status == "warn"


def test_a_minimum_above_the_volume():
    costs = {"pilot": [{"kind": "minimum", "volume": 1_200, "rate": 4.0}]}
    check = found(costs)["minimum_volume"]
    assert check.status == "warn"
    assert "200 are paid for nothing" in check.text
    assert found(costs, per_month=1_200.0)["minimum_volume"].status == "pass"
    assert found(costs | {"volume_per_month": 900}, per_month=1_300.0)["minimum_volume"].status == "warn"


@pytest.mark.parametrize(("index", "status"), [(1.2, "warn"), (1.05, "pass"), (0.7, "pass")])
def test_a_pilot_in_a_peak_is_noticed(index, status):
    season = Seasons(tuple(Month(date(2026, m, 1), 10.0, 1.0) for m in (1, 2, 3)), index)
    check = found(season=season)["season"]
    assert check.status == status
    assert ("fewer" in check.text) == (index < 0.9)


def test_market_ranges_are_in_order_and_named_as_keys_are():
    for region, kinds in market().items():
        assert re.fullmatch("[a-z_]+", region)
        assert "per_hour" in kinds
        assert all(low > 0 and (high is None or low < high) for low, high in kinds.values())
