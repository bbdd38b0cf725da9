"""The case mix of twenty contacts: shares, standardised differences, the model and what has no counterpart."""

import math

import pytest
from small_sums import CSAT, sums

from pilot_analysis.decision.case_mix import balance, named_cells
from pilot_analysis.decision.means import CaseMix, mean_estimate

# 10 in-house contacts (tier 1: 6, tier 2: 4), 10 of the pilot (tier 1: 7, tier 2: 2, tier 3: 1)
LOG = [(0, "a", "1")] * 3 + [(0, "b", "1")] * 3 + [(0, "a", "2")] * 2 + [(0, "b", "2")] * 2
LOG += [(1, "v", "1")] * 4 + [(1, "w", "1")] * 3 + [(1, "v", "2"), (1, "w", "2"), (1, "w", "3")]


def test_shares_and_standardised_differences_by_hand() -> None:
    mix = CaseMix(sums(LOG, csat=[i % 2 for i in range(20)]), ["tier"])
    found = balance(mix, {}, [mean_estimate(CSAT, mix, 0.95)])
    (tier,) = found.factors
    assert [(level.value, level.baseline, level.pilot) for level in tier.levels] == [
        ("1", 6, 7), ("2", 4, 2), ("3", 0, 1)
    ]  # fmt: skip
    assert tier.levels[0].difference == pytest.approx(0.1 / math.sqrt((0.6 * 0.4 + 0.7 * 0.3) / 2))
    assert tier.levels[1].difference == pytest.approx(-0.2 / math.sqrt((0.4 * 0.6 + 0.2 * 0.8) / 2))
    (missing,) = found.uncompared
    assert (missing.kpi, missing.contacts, missing.share, missing.cells) == ("csat", 1, 0.1, [("3", 1.0)])
    assert named_cells(missing, 1) == "3 (1)"
    assert named_cells(missing, 5) == "3 (fewer than 5)"
    (model,) = found.models
    assert model.method == "main_effects"  # tier 2 holds a fifth of the pilot's contacts, with four and two in the arms
    assert model.thin == pytest.approx(0.2)
    assert "20.0%" in model.why
