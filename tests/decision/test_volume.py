"""More contacts as a lever: what they have to be, by hand."""

import math
from dataclasses import replace

import pytest
from invented import actions, estimate, findings
from invented_lines import line
from scipy import stats
from test_levers import EVEN

from pilot_analysis.costs.ledger import Ledger
from pilot_analysis.decision.levers import levers_for
from pilot_analysis.decision.rules import default_rules

NOW = 1000 / 73 * 365 / 12  # contacts a month: a thousand in a fifth of a year
# in-house 1.00, pilot 0.95: the upper end of the interval has to come down to 0.90
WANTED = 0.95 * 0.90 / (0.95 * math.exp(0.01 * stats.t.ppf(0.975, 40)))


def missed(*lines):
    """Findings that miss the agreed saving, with these lines behind the pilot's cost."""
    cost = estimate("cost_per_contact", 0.05, 0.01, margin=0.0, hurdle=0.10)
    ledger = Ledger((line(1.0, arm="baseline"), *lines), {"baseline": 2000.0, "pilot": 1000.0},
                    {"baseline": 73, "pilot": 73}, "EUR")  # fmt: skip
    return replace(findings(cost), ledger=ledger)


def volume(*lines):
    found = levers_for(missed(*lines), EVEN, default_rules())
    return next((lever for lever in found if lever.code == "volume"), None)


def test_what_does_not_grow_with_volume_is_spread():
    """0.80 a contact, and 0.15 that is paid whatever the volume: 0.80 + 0.15 now / then is what is wanted."""
    found = volume(line(0.80), line(0.15, "fixed", place="costs.pilot.1", scales=False))
    assert found.value == pytest.approx(0.15 * NOW / (WANTED - 0.80), abs=1)
    assert (found.unit, found.verdict, found.rule) == ("contacts", "scale", "all_met")
    assert found.effort == pytest.approx(0.15 / (WANTED - 0.80) - 1, rel=2e-3)
    assert "€0.89 instead of €0.95" in found.text or "€0.88 instead of €0.95" in found.text


def test_a_minimum_is_met_rather_than_spread():
    """0.15 a contact at 0.50 for each one short: a minimum of 1.3 times the contacts of now."""
    found = volume(line(0.80), line(0.15, "minimum", place="costs.pilot.1", scales=False, rate=0.50))
    least = 1.3 * NOW
    assert found.value == pytest.approx(0.5 * least / (WANTED - 0.80 + 0.5), abs=1)
    assert found.value < least


def test_where_all_grows_with_volume_or_goes_by_steps_it_is_no_lever():
    assert volume(line(0.95)) is None
    assert volume(line(0.80, "tiered"), line(0.15, "fixed", place="costs.pilot.1", scales=False)) is None
    # 0.88 are paid for every contact: ten times as many would not be enough
    assert volume(line(0.878), line(0.072, "fixed", place="costs.pilot.1", scales=False)) is None


def test_it_is_told_where_the_goal_is_missed():
    f = missed(line(0.80), line(0.15, "fixed", place="costs.pilot.1", scales=False))
    f = replace(f, levers=levers_for(f, EVEN, default_rules()))
    assert [action.code for action in actions("goal_unproven", "adjust", f)] == ["renegotiate", "volume"]
