"""The clustered variance against Petersen's data, statsmodels, Welch, and matrices contact by contact."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from contact_level import arm_sums, standardised
from scipy import stats

from pilot_analysis.stats import clusters
from pilot_analysis.stats.clusters import clustered_variance, crv1_variance, sum_by, within_variance

NO_FACTORS = [[]]


@pytest.fixture(scope="module")
def petersen():
    """500 firms in 10 years (Petersen, Rev Financ Stud 22 (2009) 435): firm, year, x, y; statsmodels carries it."""
    return np.loadtxt(Path(sm.__file__).parent / "stats" / "tests" / "test_data.txt")


@pytest.fixture
def log():
    """Contacts with agents' own levels, three channels by two tiers, and two agents who work in both arms."""
    rng = np.random.default_rng(11)
    agent = rng.integers(0, 22, 3000)
    arm = np.where(agent < 7, 1, 0)
    arm[(agent < 2) & (rng.random(3000) < 0.4)] = 0
    channel, tier = rng.choice(3, 3000, p=[0.5, 0.3, 0.2]), rng.integers(0, 2, 3000)
    value = 3 + 0.2 * arm + 0.4 * channel - 0.3 * tier + rng.normal(0, 0.3, 22)[agent] + rng.normal(0, 1, 3000)
    return arm, agent, channel, tier, value


def clustered_ols(value, design, groups, contrast):
    """Estimate and CRV1 standard error by statsmodels."""
    found = sm.OLS(value, design).fit(cov_type="cluster", cov_kwds={"groups": groups}).t_test(contrast)
    return float(np.squeeze(found.effect)), float(np.squeeze(found.sd))


class Line(NamedTuple):
    """A straight line through sums by cluster: slope, cluster's scores, and sums of squares to go on with."""

    slope: float
    scores: np.ndarray


def sums_by(number, x, y):
    """All that a regression needs of its contacts, one row a cluster: n and sums of x, y, xx and xy."""
    return np.column_stack([sum_by(number, v, number.max() + 1) for v in (np.ones(len(x)), x, y, x * x, x * y)])


def line(sums):
    """Ordinary least squares from sums by cluster alone."""
    n, x, y, xx, xy = sums.sum(axis=0)
    spread = xx - x * x / n
    slope = (xy - x * y / n) / spread
    intercept = (y - slope * x) / n
    own = sums[:, 4] - intercept * sums[:, 1] - slope * sums[:, 3]  # sum of x times residual
    level = sums[:, 2] - intercept * sums[:, 0] - slope * sums[:, 1]  # sum of residuals
    return Line(slope, (own - x / n * level) / spread)


# R package sandwich, slope of lm(y ~ x, PetersenCL): vcovCL with its defaults (CRV1); Stata gives the same.
@pytest.mark.parametrize(("column", "published"), [(0, 0.05059573), (1, 0.03338891)], ids=["firm", "year"])
def test_petersen_s_clustered_standard_errors_from_sums_alone(petersen, column, published):
    found = line(sums_by(petersen[:, column].astype(int) - 1, petersen[:, 2], petersen[:, 3]))
    assert np.sqrt(crv1_variance(found.scores, 5000, 2)) == pytest.approx(published, abs=5e-9)


def test_petersen_s_standard_error_in_two_directions(petersen):
    # Cameron, Gelbach and Miller 2011: firm + year - each by itself, every term with its own factor; 0.05355802
    number = [petersen[:, 0].astype(int) - 1, petersen[:, 1].astype(int) - 1, np.arange(5000)]
    firm, year, both = (
        crv1_variance(line(sums_by(by, petersen[:, 2], petersen[:, 3])).scores, 5000, 2) for by in number
    )
    assert np.sqrt(firm + year - both) == pytest.approx(0.05355802, abs=5e-8)
    # sandwich's own test run, vcovCL(cluster = ~ firm + year, type = "HC1")
    assert firm + year - both == pytest.approx(2.868462e-03, abs=5e-9)


def test_petersen_s_contacts_as_if_independent(petersen):
    # summary(lm(y ~ x)): 0.02858329
    found = line(sums_by(np.arange(5000), petersen[:, 2], petersen[:, 3]))
    residual = petersen[:, 3] - found.slope * petersen[:, 2]
    residual -= residual.mean()
    spread = ((petersen[:, 2] - petersen[:, 2].mean()) ** 2).sum()
    assert np.sqrt((residual**2).sum() / 4998 / spread) == pytest.approx(0.02858329, abs=5e-9)


def test_petersen_s_firms_left_out_one_by_one(petersen):
    # CR3 is the jackknife: sandwich's own test run prints 2.582262e-03 for vcovCL(type = "HC3"), and (G - 1) / G of
    # that, 2.577098e-03, without `cadjust`
    sums = sums_by(petersen[:, 0].astype(int) - 1, petersen[:, 2], petersen[:, 3])
    slope = line(sums).slope
    without = np.array([line(np.delete(sums, firm, axis=0)).slope for firm in range(500)])
    assert ((without - slope) ** 2).sum() == pytest.approx(2.582262e-03, abs=5e-10)
    assert 499 / 500 * ((without - slope) ** 2).sum() == pytest.approx(2.577098e-03, abs=5e-10)


def test_the_mean_of_petersen_s_y_from_sums_by_firm(petersen):
    firm, y = petersen[:, 0].astype(int) - 1, petersen[:, 3]
    one, arm = np.zeros(5000, dtype=int), np.ones(5000, dtype=int)
    on = standardised(np.r_[arm, 0], np.r_[one, 0], np.r_[y, 0.0], NO_FACTORS)
    scores = clustered_variance([arm_sums(on, 1, arm, one, firm, y)], 500).scores
    _, expected = clustered_ols(y, np.ones((5000, 1)), firm, [1.0])
    assert np.sqrt(crv1_variance(scores, 5000, 1)) == pytest.approx(expected, rel=1e-10)


def test_one_cell_is_ols_on_treatment(log):
    arm, agent, _, _, value = log
    one = np.zeros(len(arm), dtype=int)
    on = standardised(arm, one, value, NO_FACTORS)
    scores = clustered_variance([arm_sums(on, a, arm, one, agent, value) for a in (0, 1)], 22).scores
    estimate, se = clustered_ols(value, np.column_stack([np.ones(len(arm)), arm]), agent, [0.0, 1.0])
    assert on.value[1] - on.value[0] == pytest.approx(estimate, rel=1e-10)
    assert np.sqrt(crv1_variance(scores, len(arm), 2)) == pytest.approx(se, rel=1e-10)


def test_the_variance_within_agents_and_cells_is_the_residual_of_their_interaction(log):
    """Analysis of variance with a mean for every agent in every cell: degrees of freedom are contacts less these means,
    not contacts less agents."""
    arm, agent, channel, tier, value = log
    own = arm == 1
    frame = pd.DataFrame({"y": value[own], "agent": agent[own], "cell": (channel * 2 + tier)[own]})
    table = sm.stats.anova_lm(smf.ols("y ~ C(agent) * C(cell)", frame).fit())
    on = standardised(arm, channel * 2 + tier, value, [[c // 2, c % 2] for c in range(6)])
    found = within_variance(arm_sums(on, 1, arm, channel * 2 + tier, agent, value))
    assert table.loc["Residual", "df"] == own.sum() - 7 * 6
    assert found == pytest.approx(table.loc["Residual", "mean_sq"], rel=1e-9)


def test_cells_are_ols_with_a_dummy_for_every_cell_of_every_arm(log):
    arm, agent, channel, tier, value = log
    cell = channel * 2 + tier
    on = standardised(arm, cell, value, [[c // 2, c % 2] for c in range(6)])
    assert on.method == "cells"
    scores = clustered_variance([arm_sums(on, a, arm, cell, agent, value) for a in (0, 1)], 22).scores
    share = np.bincount(cell[arm == 1]) / (arm == 1).sum()
    estimate, se = clustered_ols(value, np.eye(12)[arm * 6 + cell], agent, np.r_[-share, share])
    assert on.value[1] - on.value[0] == pytest.approx(estimate, rel=1e-10)
    assert np.sqrt(crv1_variance(scores, len(arm), 12)) == pytest.approx(se, rel=1e-10)


def test_main_effects_are_ols_with_dummies_for_every_level_of_every_arm(log):
    arm, agent, channel, tier, value = log
    kept = ~((arm == 0) & (channel == 2) & (tier == 1)) & ~((arm == 1) & (channel == 1) & (tier == 0))
    arm, agent, channel, tier, value = (x[kept] for x in log)
    cell = channel * 2 + tier
    population = np.bincount(log[0] * 6 + log[2] * 2 + log[3], minlength=12).reshape(2, 6)  # some gave no answer
    on = standardised(arm, cell, value, [[c // 2, c % 2] for c in range(6)], population.astype(float))
    assert on.method == "main_effects"
    scores = clustered_variance([arm_sums(on, a, arm, cell, agent, value) for a in (0, 1)], 22).scores
    own = np.column_stack([np.ones(len(arm)), channel == 1, channel == 2, tier == 1])
    design = np.hstack([own * (arm == 0)[:, None], own * (arm == 1)[:, None]])
    share = population[1] / population[1].sum()
    level = share @ np.array([[1, c // 2 == 1, c // 2 == 2, c % 2 == 1] for c in range(6)], dtype=float)
    estimate, se = clustered_ols(value, design, agent, np.r_[-level, level])
    assert on.value[1] - on.value[0] == pytest.approx(estimate, rel=1e-10)
    assert np.sqrt(crv1_variance(scores, len(arm), 8)) == pytest.approx(se, rel=1e-10)


def two_samples(baseline, pilot):
    """Agents' contacts, one row an agent."""
    value = np.r_[np.ravel(baseline), np.ravel(pilot)]
    agents = len(baseline) + len(pilot)
    agent = np.repeat(np.arange(agents), [np.size(row) for row in [*baseline, *pilot]])
    arm = (agent >= len(baseline)).astype(int)
    one = np.zeros(len(arm), dtype=int)
    on = standardised(arm, one, value, NO_FACTORS)
    return clustered_variance([arm_sums(on, a, arm, one, agent, value) for a in (0, 1)], agents)


def test_agents_of_one_contact_are_welch_s_two_samples():
    rng = np.random.default_rng(5)
    baseline, pilot = rng.normal(0, 1, 20), rng.normal(0, 3, 5)
    found = two_samples(baseline, pilot)
    welch = stats.ttest_ind(pilot, baseline, equal_var=False)
    assert found.variance == pytest.approx(((pilot.mean() - baseline.mean()) / welch.statistic) ** 2, rel=1e-12)
    assert found.df == pytest.approx(welch.df, rel=1e-12)
    assert found.fixed_variance == pytest.approx(found.variance)  # all of it may be the contacts' own


def test_equal_agents_have_degrees_of_freedom_between_welch_s_and_those_expected():
    rng = np.random.default_rng(6)
    baseline = rng.normal(0, 1, (20, 1)) + rng.normal(0, 1, (20, 10))
    pilot = rng.normal(0, 3, (5, 1)) + rng.normal(0, 1, (5, 10))
    found = two_samples(baseline, pilot)
    means = [baseline.mean(axis=1), pilot.mean(axis=1)]
    parts = [m.var(ddof=1) / len(m) for m in means]
    assert found.variance == pytest.approx(sum(parts), rel=1e-12)  # of balanced samples the usual one
    # one variance of agents' effects for both arms: from all squared scores, less what contacts explain
    within = [x.var(axis=1, ddof=1).mean() / 10 for x in (baseline, pilot)]
    weight = [(len(m) - 1) / len(m) ** 2 for m in means]
    tau2 = sum(w * (m.var(ddof=1) - s) for w, m, s in zip(weight, means, within, strict=True)) / sum(weight)
    expected = [(tau2 + s) / len(m) for m, s in zip(means, within, strict=True)]
    # Satterthwaite 1946 with either
    welch, model = (sum(v) ** 2 / (v[0] ** 2 / 19 + v[1] ** 2 / 4) for v in (parts, expected))
    assert welch < model
    assert found.df == pytest.approx(2 / (1 / welch + 1 / model), rel=1e-10)


def test_arms_alike_have_the_degrees_of_freedom_of_the_pooled_t_test():
    values = np.random.default_rng(7).normal(0, 1, (6, 1)) + np.random.default_rng(8).normal(0, 1, (6, 5))
    assert two_samples(values, values + 1).df == pytest.approx(10, rel=1e-10)


def test_unequal_agents_by_matrices_contact_by_contact():
    """CR2 (Pustejovsky and Tipton 2018, eq 9 and 13) with whole residual-maker matrices, as clubSandwich has it."""
    rng = np.random.default_rng(8)
    sizes = [3, 9, 4, 2, 12, 6, 5, 30]
    agent = np.repeat(np.arange(8), sizes)
    arm = (agent >= 4).astype(int)
    value = rng.normal(0, 2, 8)[agent] + rng.normal(0, 1, len(agent))
    one = np.zeros(len(arm), dtype=int)
    on = standardised(arm, one, value, NO_FACTORS)
    found = clustered_variance([arm_sums(on, a, arm, one, agent, value) for a in (0, 1)], 8)

    design = np.column_stack([arm == 0, arm == 1]).astype(float)
    bread = np.linalg.inv(design.T @ design)
    residual_maker = np.eye(len(arm)) - design @ bread @ design.T
    residual = residual_maker @ value
    by_agent = (agent[:, None] == agent).astype(float)
    within = np.array([[((value[(agent == g)] - value[agent == g].mean()) ** 2).sum() for g in range(8)]])
    sigma2 = np.array([within[0, :4].sum() / (18 - 4), within[0, 4:].sum() / (53 - 4)])[arm]
    pick = np.stack([(agent == g) * (design @ bread @ [-1, 1]) for g in range(8)])  # scores = pick @ residual
    scores = pick @ residual
    from_effects = pick @ residual_maker @ by_agent @ residual_maker @ pick.T
    from_contacts = pick @ residual_maker @ np.diag(sigma2) @ residual_maker @ pick.T
    tau2 = ((scores**2).sum() - np.trace(from_contacts)) / np.trace(from_effects)
    assert tau2 > 0

    working = tau2 * by_agent + np.diag(sigma2)
    adjusted = np.zeros((8, len(arm)))
    for g in range(8):
        own = np.flatnonzero(agent == g)
        root = np.linalg.cholesky(working[np.ix_(own, own)]).T
        residual_cov = residual_maker[own] @ working @ residual_maker[:, own]
        values, vectors = np.linalg.eigh(root @ residual_cov @ root.T)
        inverse_root = vectors @ np.diag([1 / np.sqrt(v) if v > 1e-9 else 0.0 for v in values]) @ vectors.T
        adjusted[g, own] = (design @ bread @ [-1, 1])[own] @ root.T @ inverse_root @ root
    scaled = adjusted @ residual
    assert found.variance == pytest.approx((scaled**2).sum(), rel=1e-10)

    covariance = adjusted @ residual_maker @ working @ residual_maker @ adjusted.T
    parts = [slice(0, 4), slice(4, 8)]
    trace = [np.trace(covariance[p, p]) for p in parts]
    own_df = [np.trace(covariance[p, p]) ** 2 / (covariance[p, p] ** 2).sum() for p in parts]
    seen = [(scaled[p] ** 2).sum() for p in parts]
    one_over = [sum((v / sum(by)) ** 2 / d for v, d in zip(by, own_df, strict=True)) for by in (trace, seen)]
    assert found.df == pytest.approx(2 / sum(one_over), rel=1e-10)
    # with the model's parts it is Satterthwaite's for the whole: arms have nothing in common
    assert 1 / one_over[0] == pytest.approx(np.trace(covariance) ** 2 / (covariance**2).sum(), rel=1e-10)


def test_many_clusters_take_a_shorter_way_to_nearly_the_same(monkeypatch):
    rng = np.random.default_rng(2)
    agent = np.repeat(np.arange(400), rng.poisson(20, 400) + 1)
    arm, cell = (agent < 150).astype(int), rng.integers(0, 4, len(agent))
    value = rng.normal(0, 0.3, 400)[agent] + rng.normal(0, 1, len(agent))
    on = standardised(arm, cell, value, [[c] for c in range(4)])
    arms = [arm_sums(on, a, arm, cell, agent, value) for a in (0, 1)]
    exact = clustered_variance(arms, 400)
    monkeypatch.setattr(clusters, "MOST_EXACT", 100)
    short = clustered_variance(arms, 400)
    assert short.variance == pytest.approx(exact.variance, rel=0.01)
    assert short.df == pytest.approx(exact.df, rel=0.05)
