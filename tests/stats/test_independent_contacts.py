"""Contacts without clusters: stratified score intervals of shares, and means by their contacts alone."""

from dataclasses import replace

import numpy as np
import pytest
from small_sums import COST, CSAT, sums

from pilot_analysis.decision.means import CaseMix, mean_estimate
from pilot_analysis.decision.segments import segment_effects, with_harm
from pilot_analysis.stats.clusters import ArmSums, clustered_variance
from pilot_analysis.stats.proportions import Shares, miettinen_nurminen, shares

# the tables of R's mantelhaen.test example, as (successes, trials) of two samples by stratum
CMH = [((20, 34), (10, 34)), ((15, 27), (3, 18)), ((3, 5), (3, 5)), ((12, 15), (7, 12)), ((1, 1), (3, 5))]


def of(tables, weight):
    (x1, n1), (x2, n2) = (np.array([table[i] for table in tables], dtype=float).T for i in (0, 1))
    return Shares(x1, n1, x2, n2, np.asarray(weight, dtype=float) / np.sum(weight))


def test_with_mantel_haenszel_weights_the_score_at_no_difference_is_that_of_cochran_mantel_haenszel():
    # R: Mantel-Haenszel X-squared = 11.8852 with continuity correction, so |S| - 1/2 with S = z sqrt(V)
    n1, n2 = np.array([t[0][1] for t in CMH]), np.array([t[1][1] for t in CMH])
    good = np.array([t[0][0] + t[1][0] for t in CMH])
    n = n1 + n2
    variance = (n1 * n2 * good * (n - good) / (n**2 * (n - 1))).sum()
    z = of(CMH, n1 * n2 / n).score(0.0)
    assert (z * np.sqrt(variance) - 0.5) ** 2 / variance == pytest.approx(11.8852, abs=5e-5)


def test_one_stratum_is_miettinen_and_nurminen():
    assert shares(56, 70, 48, 80).interval(0.95) == miettinen_nurminen(56, 70, 48, 80)


def test_a_stratum_in_two_halves_is_about_the_whole():
    whole = shares(160, 200, 120, 200).interval(0.95)
    halves = of([((80, 100), (60, 100))] * 2, [1, 1]).interval(0.95)
    assert halves == pytest.approx(whole, abs=0.002)


def estimated(metric, contacts, **measures):
    """Everybody's contacts in one cluster, which has no name."""
    found = sums([(arm, "", tier) for arm, _agent, tier in contacts], **measures)
    return mean_estimate(metric, CaseMix(replace(found, clusters=[]), ["tier"]), 0.95)


def log(n, rates, seed=1):
    """Contacts of both arms in two tiers, satisfied at their rates (arm, tier)."""
    rng = np.random.default_rng(seed)
    contacts = [(i % 2, f"a{i % 8}", str((i // 2) % 3 // 2)) for i in range(n)]
    return contacts, [int(rng.random() < rates[arm, int(tier)]) for arm, _, tier in contacts]


RATES = np.array([[0.9, 0.7], [0.88, 0.66]])


def test_share_weighted_by_the_pilot_s_mix_with_its_score_interval():
    contacts, csat = log(900, RATES)
    found = estimated(CSAT, contacts, csat=csat)
    table = np.array([(arm, int(tier), x) for (arm, _, tier), x in zip(contacts, csat, strict=True)])
    cells = [
        [(table[at, 2].sum(), at.sum()) for at in ((table[:, 0] == arm) & (table[:, 1] == tier) for arm in (1, 0))]
        for tier in (0, 1)
    ]
    strata = of(cells, [cell[0][1] for cell in cells])
    assert found.effect.estimate == pytest.approx(strata.difference)
    assert (found.effect.low, found.effect.high) == pytest.approx(strata.interval(0.95))
    assert found.this_team == (found.effect.low, found.effect.high)
    assert [arm.clusters for arm in found.arms] == [arm.n for arm in found.arms]
    assert found.influence is None


@pytest.mark.parametrize("better", ["higher", "lower"])
@pytest.mark.parametrize("seed", range(6))
def test_p_values_state_and_interval_are_of_one_score(better, seed):
    contacts, csat = log(400, RATES, seed)
    effect = estimated(replace(CSAT, better=better, hurdle=0.01), contacts, csat=csat).effect
    assert (effect.p_superior < 0.025) == (effect.benefit_low > 0)
    assert (effect.p_noninferior < 0.025) == (effect.benefit_low > -0.03)
    assert (effect.p_hurdle < 0.025) == (effect.benefit_low > 0.01)
    for bound in (-0.2, -0.03, 0.0, 0.1):
        assert (effect.p_below(bound, "difference") < 0.025) == (effect.benefit_high < bound)
    sign = 1 if better == "higher" else -1
    assert effect.benefit == pytest.approx(sign * effect.estimate)
    assert sorted((sign * effect.low, sign * effect.high)) == [effect.benefit_low, effect.benefit_high]


def test_agents_who_differ_are_what_independence_hides():
    rng = np.random.default_rng(3)
    level = {f"{arm}{i}": p for arm in (0, 1) for i, p in enumerate(rng.normal(0.8, 0.08, 8))}
    contacts = [(arm, f"{arm}{i % 8}", "1") for arm in (0, 1) for i in range(4000)]
    csat = [int(rng.random() < level[agent]) for _, agent, _ in contacts]
    clustered = mean_estimate(CSAT, CaseMix(sums(contacts, csat=csat), []), 0.95).effect
    independent = estimated(CSAT, contacts, csat=csat).effect
    assert independent.high - independent.low < (clustered.high - clustered.low) / 2


def test_mean_of_strata_as_in_cochran():
    # Cochran (5.15): sum of W^2 s^2 / n over strata, by hand; (5.16) its degrees of freedom
    rng = np.random.default_rng(4)
    values = [rng.normal(5, sd, n) for sd, n in ((1, 12), (3, 30))]
    weight = np.array([0.3, 0.7])
    n, total = np.array([12.0, 30.0]), np.array([v.sum() for v in values])
    scatter = np.array([((v - v.mean()) ** 2).sum() for v in values])
    arm = ArmSums(np.arange(2), np.zeros(2, dtype=int), n, total, scatter, weight / n, total / n, np.diag(1 / n))
    found = clustered_variance([arm], 0)
    parts = [w**2 * v.var(ddof=1) / len(v) for w, v in zip(weight, values, strict=True)]
    assert found.variance == found.fixed_variance == pytest.approx(sum(parts))
    assert found.df == pytest.approx(sum(parts) ** 2 / (parts[0] ** 2 / 11 + parts[1] ** 2 / 29))


def test_costs_of_two_samples_have_welch_s_standard_error_on_the_logarithm():
    rng = np.random.default_rng(5)
    base, pilot = rng.gamma(4, 1.5, 80), rng.gamma(4, 1.2, 50)
    contacts = [(0, "", "1")] * 80 + [(1, "", "1")] * 50
    found = estimated(COST, contacts, cost=[*base, *pilot]).effect
    relative = [v.std(ddof=1) / np.sqrt(len(v)) / v.mean() for v in (base, pilot)]
    assert found.se == pytest.approx(np.hypot(*relative))
    price = estimated(COST, contacts, cost=[*base, *[4.0] * 50]).effect
    assert price.se == pytest.approx(relative[0])


def test_harm_in_a_segment_is_of_the_same_score():
    contacts, csat = log(1200, np.array([[0.9, 0.9], [0.88, 0.66]]))
    found = replace(sums([(arm, "", tier) for arm, _, tier in contacts], csat=csat), clusters=[])
    one, other = with_harm(segment_effects([CSAT], found, ["tier"], ["tier"], 0.95), 0.95)
    assert (one.harm, other.harm) == (False, True)
    for segment in (one, other):
        assert segment.p_harm == segment.estimate.effect.shares.p_below(-0.03)
