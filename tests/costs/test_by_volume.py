"""Prices that depend on volume, at any volume."""

import pytest
from invented_lines import line

from pilot_analysis.config.rates import Costs
from pilot_analysis.costs.by_volume import prices_by_volume
from pilot_analysis.costs.projection import Terms, at_volume

PILOT = [
    {"kind": "per_contact", "rate": 4.0},
    {"kind": "minimum", "volume": 900, "rate": 4.0},
    {"kind": "overage", "volume": 2000, "rate": 0.5, "currency": "USD", "exchange_rate": 0.8},
    {"kind": "tiered", "tiers": [{"up_to": 1000, "rate": 1.0}, {"rate": 0.5}]},
]  # fmt: skip


def test_each_price_per_contact_at_a_volume():
    """At 600: 300 short of 900, 1,200 over 600. At 4,000: 2,000 above, 1,000 dollars, 800 euros over 4,000; tiers of
    1,000 and 1,500 over 4,000."""
    prices = prices_by_volume(Costs.model_validate({"pilot": PILOT}))
    assert sorted(prices) == ["costs.pilot.1", "costs.pilot.2", "costs.pilot.3"]
    assert prices["costs.pilot.1"](600) == pytest.approx(2.0)
    assert prices["costs.pilot.1"](4_000) == 0.0
    assert prices["costs.pilot.2"](600) == 0.0
    assert prices["costs.pilot.2"](4_000) == pytest.approx(0.2)
    assert prices["costs.pilot.3"](4_000) == pytest.approx(0.625)


def test_a_smaller_volume_meets_the_minimum():
    prices = prices_by_volume(Costs.model_validate({"pilot": PILOT[:2]}))
    lines = (line(4.0), line(0.0, "minimum", place="costs.pilot.1"))
    at_600 = Terms(6.0, 4.0, 4.0, 4.0, (), lines).changed(at_volume(1_000, 600, prices))
    assert at_600.pilot == pytest.approx(6.0)
