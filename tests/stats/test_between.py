"""How much clusters differ, beside other programs, by hand, and where nothing can be said."""

import numpy as np
import pytest
from statsmodels.regression.mixed_linear_model import MixedLM
from statsmodels.stats.meta_analysis import combine_effects

from pilot_analysis.stats.between import MOST_EXACT, between_clusters
from pilot_analysis.stats.clusters import ArmSums, within_variance


def arm(cell, cluster, n, mean, scatter):
    """Sums of which each cell decides itself."""
    cell, cluster = np.array(cell), np.array(cluster)
    n, mean, scatter = (np.broadcast_to(np.array(x, dtype=float), cell.shape) for x in (n, mean, scatter))
    cells = np.bincount(cell, n)
    fitted = np.bincount(cell, n * mean) / cells
    return ArmSums(cell, cluster, n, n * mean, scatter, np.ones(len(cells)), fitted, np.diag(1 / cells))


def drawn(clusters, rng, sd=0.5, within=1.0):
    """One cell, unequal clusters: the sums, and the single values with the cluster of each."""
    n = rng.integers(20, 120, clusters)
    who = np.repeat(np.arange(clusters), n)
    values = sd * rng.standard_normal(clusters)[who] + within * rng.standard_normal(len(who))
    mean = np.bincount(who, values) / n
    scatter = np.bincount(who, (values - mean[who]) ** 2)
    return arm(np.zeros(clusters, int), np.arange(clusters), n, mean, scatter), values, who


def test_it_is_near_the_random_intercepts_of_statsmodels():
    """Restricted maximum likelihood, 40 unequal clusters: two estimators of one variance."""
    sums, values, who = drawn(40, np.random.default_rng(2))
    theirs = MixedLM(values, np.ones((len(values), 1)), groups=who).fit(reml=True)
    found = between_clusters(sums)
    assert found.variance == pytest.approx(float(theirs.cov_re[0, 0]), rel=0.05)
    assert found.df == pytest.approx(39, rel=0.02)


def test_it_is_the_paule_mandel_estimate_of_statsmodels_but_for_the_weights_of_the_mean():
    sums, _values, _who = drawn(40, np.random.default_rng(3))
    theirs = combine_effects(sums.total / sums.n, within_variance(sums) / sums.n, method_re="iterated")
    assert between_clusters(sums).variance == pytest.approx(theirs.tau2, rel=0.02)


def test_pairs_that_share_a_cell_differ_by_twice_the_variance():
    """By hand: four cells of two clusters with 50 contacts each. A pair's squared difference has the expectation
    2 (variance + within / 50), and there are four of them."""
    means = np.array([1.0, 3.0, 2.0, 2.5, 0.0, 4.0, 1.0, 1.5])
    sums = arm(np.repeat(np.arange(4), 2), np.arange(8), 50, means, 98.0)
    found, within = between_clusters(sums), within_variance(sums)
    assert found.variance + within / 50 == pytest.approx(np.mean(np.diff(means.reshape(4, 2)) ** 2) / 2)
    assert found.sampling == pytest.approx(within / 50)
    assert found.df == pytest.approx(4)


def test_a_cluster_alone_in_its_cells_says_nothing():
    rng = np.random.default_rng(4)
    sums, _values, _who = drawn(30, rng)
    alone = arm([*sums.cell, 1], [*sums.cluster, 30], [*sums.n, 50], [*sums.total / sums.n, 9.0], [*sums.scatter, 50])
    assert between_clusters(alone).variance == pytest.approx(between_clusters(sums).variance, rel=0.01)
    assert between_clusters(arm([0, 1], [0, 1], 50, [1.0, 2.0], 50)) is None


def test_clusters_that_differ_no_more_than_by_chance_do_not_differ():
    found = between_clusters(arm(np.zeros(10, int), np.arange(10), 50, 2.0, 98.0))
    assert found.variance == 0
    assert found.sampling == pytest.approx(2.0 / 50, rel=0.03)


def test_values_that_do_not_vary_within_a_cluster_differ_as_a_sample_does():
    """A price for each of six agents: the sample variance, with five degrees of freedom."""
    prices = np.array([4.0, 5.0, 5.5, 7.0, 4.5, 6.0])
    found = between_clusters(arm(np.zeros(6, int), np.arange(6), 30, prices, 0.0))
    assert found.variance == pytest.approx(prices.var(ddof=1))
    assert (found.sampling, found.df) == (0.0, pytest.approx(5))


def test_many_clusters_cost_nothing_and_say_the_same():
    rng = np.random.default_rng(5)
    found = between_clusters(drawn(MOST_EXACT + 1, rng)[0])
    assert found.variance == pytest.approx(0.25, rel=0.15)
    assert found.df == pytest.approx(MOST_EXACT, rel=0.01)
