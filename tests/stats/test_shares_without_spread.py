"""Shares of which one arm has only satisfied or only dissatisfied answers: no false certainty.

Without agents the score interval of Miettinen and Nurminen says what so few answers can show; with agents that
differ little the package's interval has to be about as wide on the side that decides, and never much narrower.
"""

from dataclasses import replace

import pytest
from small_sums import COST, CSAT, sums

from pilot_analysis.decision.means import CaseMix, mean_estimate
from pilot_analysis.stats.proportions import miettinen_nurminen


def estimated(base, pilot, tiers=1):
    """Both arms as (satisfied, answers, agents); the satisfied are spread evenly over agents and tiers."""
    contacts, csat = [], []
    for arm, (x, n, agents) in enumerate((base, pilot)):
        contacts += [(arm, f"{arm}{i * agents // n}", str(i % tiers)) for i in range(n)]
        csat += [(i * x) // n != ((i + 1) * x) // n for i in range(n)]
    assert sum(csat) == base[0] + pilot[0]
    return mean_estimate(CSAT, CaseMix(sums(contacts, csat=csat), ["tier"]), 0.95)


@pytest.mark.parametrize("tiers", [1, 3])
@pytest.mark.parametrize(
    ("base", "pilot", "state"),
    [
        ((660, 800, 20), (12, 12, 4), "inconclusive"),
        ((660, 800, 20), (30, 30, 4), "superior"),
        ((790, 800, 20), (12, 12, 4), "inconclusive"),
        ((400, 800, 20), (12, 12, 4), "superior"),
        ((800, 800, 20), (12, 12, 4), "inconclusive"),
        ((20, 20, 4), (20, 20, 4), "inconclusive"),
        ((660, 800, 20), (0, 12, 4), "harm"),
        ((12, 12, 4), (0, 12, 4), "harm"),
        ((0, 20, 4), (0, 20, 4), "inconclusive"),
    ],
)
def test_the_deciding_end_is_about_that_of_miettinen_and_nurminen(base, pilot, state, tiers):
    found = estimated(base, pilot, tiers)
    score = miettinen_nurminen(pilot[0], pilot[1], base[0], base[1])
    if pilot[0]:  # everybody satisfied in the pilot: the low end decides
        assert found.effect.low == pytest.approx(score.low, abs=0.035)
    else:
        assert found.effect.high == pytest.approx(score.high, abs=0.035)
    assert found.state == state
    assert -1 <= found.effect.low <= found.this_team[0] < found.this_team[1] <= found.effect.high <= 1


def test_twelve_of_twelve_do_not_show_that_a_provider_is_better():
    # taken as certain, these twelve made the pilot superior by 13 to 22 points
    found = estimated((660, 800, 20), (12, 12, 4))
    assert found.effect.low == pytest.approx(-0.068, abs=0.015)


def test_one_answer_to_a_cell_says_nothing_certain():
    found = estimated((660, 800, 20), (3, 3, 3), tiers=3)
    assert (found.effect.low, found.effect.high) == (-1, 1)


def test_the_naive_interval_of_a_share_is_a_score_interval_inside_its_limits():
    # 12/12 v 0/12; Wald's would be the point 1 alone
    naive = estimated((0, 12, 4), (12, 12, 4)).naive
    assert naive.estimate == 1
    assert (naive.low, naive.high) == pytest.approx((0.7138, 1.0), abs=0.001)


def test_costs_one_to_a_cell_are_no_price():
    contacts = [(0, f"b{i % 5}", str(i % 3)) for i in range(60)] + [(1, f"p{i}", str(i)) for i in range(3)]
    handled = [5.0 + i % 7 for i in range(60)]
    some = mean_estimate(COST, CaseMix(sums(contacts, cost=[*handled, 3.0, 4.0, 5.0]), ["tier"]), 0.95)
    assert some.state == "not_measured"
    assert some.why
    price = mean_estimate(COST, CaseMix(sums(contacts, cost=[*handled, 4.0, 4.0, 4.0]), ["tier"]), 0.95)
    assert price.state == "superior"


def test_a_net_promoter_score_runs_over_two():
    # every in-house customer a detractor, every pilot customer a promoter
    nps = replace(CSAT, id="nps", measure="nps")
    contacts = [(arm, f"{arm}{i % 4}", "1") for arm in (0, 1) for i in range(400)]
    found = mean_estimate(nps, CaseMix(sums(contacts, nps=[-1] * 400 + [1] * 400), ["tier"]), 0.95)
    assert (found.effect.estimate, found.effect.high, found.naive.high) == (2, 2, 2)
    assert 1.9 < found.effect.low < 2


def test_nobody_moves_a_price():
    contacts = [(arm, f"{arm}{i % 7}", str(i % 3)) for arm in (0, 1) for i in range(210)]
    price = {(0, "0"): 6.1, (0, "1"): 8.3, (0, "2"): 0.7, (1, "0"): 4.9, (1, "1"): 7.7, (1, "2"): 0.3}
    found = mean_estimate(COST, CaseMix(sums(contacts, cost=[price[a, t] for a, _, t in contacts]), ["tier"]), 0.95)
    assert found.effect.se == 0
    assert found.influence is None
