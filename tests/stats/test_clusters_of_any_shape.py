"""What holds of the clustered variance whatever the sums."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilot_analysis.stats.clusters import ArmSums, clustered_variance, sum_by


def arm_of(cell, cluster, n, total, scatter, sign=1.0, cells=3):
    """An arm whose cells weigh the same and stand for themselves; cells without contacts do not count."""
    n, total = np.asarray(n, dtype=float), np.asarray(total, dtype=float)
    by_cell, sums = sum_by(np.asarray(cell), n, cells), sum_by(np.asarray(cell), total, cells)
    inverse = np.divide(1.0, by_cell, out=np.zeros(cells), where=by_cell > 0)
    weight = (by_cell > 0) / max((by_cell > 0).sum(), 1)
    return ArmSums(
        np.asarray(cell), np.asarray(cluster), n, total, np.asarray(scatter, dtype=float), sign * weight * inverse,
        sums * inverse, np.diag(inverse),
    )  # fmt: skip


@st.composite
def contrasts(draw):
    """Two arms of shares, with agents of their own or shared, and rows in any order, some of them twice."""
    arms = []
    for sign in (-1.0, 1.0):
        rows = draw(
            st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5), st.integers(0, 9), st.floats(0, 1)), min_size=1)
        )
        cell, cluster, n, share = (np.array(column) for column in zip(*rows, strict=True))
        total = np.round(n * share)
        scatter = np.where(n > 0, total * (1 - total / np.maximum(n, 1)), 0)
        shared = draw(st.sampled_from([0, 3, 6]))
        arms.append(arm_of(cell, cluster + (sign > 0) * shared, n, total, scatter, sign))
    return arms


@given(contrasts())
def test_the_variance_is_a_number_and_never_below_that_of_the_contacts(arms):
    found = clustered_variance(arms, 12)
    assert np.isfinite(found.variance)
    assert found.variance >= found.fixed_variance >= 0
    assert found.df >= 1 - 1e-9
    assert np.isfinite(found.scores).all()


@given(contrasts())
def test_a_unit_a_thousand_times_smaller_changes_the_variance_by_a_million_and_nothing_else(arms):
    found = clustered_variance(arms, 12)
    scaled = [a._replace(total=1000 * a.total, scatter=1e6 * a.scatter, fitted=1000 * a.fitted) for a in arms]
    again = clustered_variance(scaled, 12)
    assert again.variance == pytest.approx(1e6 * found.variance, rel=1e-9)
    assert again.df == pytest.approx(found.df, rel=1e-9)


@given(contrasts(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_numbers_of_clusters_do_not_matter(arms, random):
    found = clustered_variance(arms, 12)
    number = random.sample(range(12), 12)
    other = []
    for a in arms:
        order = np.array(random.sample(range(len(a.cell)), len(a.cell)))
        rows = {name: getattr(a, name)[order] for name in ("cell", "n", "total", "scatter")}
        other.append(a._replace(cluster=np.array(number)[a.cluster[order]], **rows))
    again = clustered_variance(other, 12)
    assert again.variance == pytest.approx(found.variance, rel=1e-9, abs=1e-15)
    assert again.df == pytest.approx(found.df, rel=1e-6)
    assert np.sort(again.scores) == pytest.approx(np.sort(found.scores), abs=1e-12)


def test_of_nothing_the_variance_is_nothing():
    empty = arm_of([0], [0], [0], [0], [0])
    found = clustered_variance([empty, empty], 1)
    assert (found.variance, found.fixed_variance, found.df) == (0, 0, np.inf)


def test_a_price_has_no_variance_though_sums_round():
    n = np.array([3.0, 7.0, 11.0, 2.0])
    found = clustered_variance([arm_of([0, 1, 0, 1], [0, 0, 1, 1], n, n * 0.1, n * 1e-34)], 2)
    assert (found.variance, found.fixed_variance, found.df) == (0, 0, np.inf)


def test_an_arm_that_does_not_vary_leaves_the_other_s_degrees_of_freedom_alone():
    rng = np.random.default_rng(1)
    varies = arm_of([0] * 8, range(8), [5] * 8, rng.normal(10, 3, 8), rng.gamma(2, 2, 8), -1.0, 1)
    price = arm_of([0, 0], [8, 9], [4, 6], [4 * 5.2, 6 * 5.2], [0, 0], 1.0, 1)
    alone, both = clustered_variance([varies], 10), clustered_variance([varies, price], 10)
    assert both.variance == pytest.approx(alone.variance, rel=1e-12)
    assert both.df == pytest.approx(7)


def test_a_cluster_alone_in_its_cell_is_taken_from_the_model():
    # cluster 3 has cell 1 to itself: its score is 0 whatever its level, but it does vary
    rng = np.random.default_rng(2)
    n = np.full(4, 20.0)
    arm = arm_of([0, 0, 0, 1], range(4), n, n * rng.normal(3, 1, 4), n * 0.5, 1.0, 2)
    found = clustered_variance([arm], 4)
    assert found.scores[3] == pytest.approx(0)
    others = clustered_variance([arm_of([0, 0, 0], range(3), n[:3], arm.total[:3], n[:3] * 0.5, 0.5, 1)], 3)
    assert found.variance > others.variance + 0.25 * 0.5 / 20  # more than its contacts alone would add


def test_rows_of_one_cell_and_cluster_count_as_one():
    # the sums are also split by columns that only segments use
    whole = arm_of([0, 0, 0], [0, 1, 2], [10, 20, 30], [4, 16, 15], [2.4, 3.2, 7.5], cells=1)
    split = arm_of([0, 0, 0, 0], [0, 1, 2, 2], [10, 20, 10, 20], [4, 16, 5, 10], [2.4, 3.2, 2.5, 5.0], cells=1)
    assert clustered_variance([split], 3).df == pytest.approx(clustered_variance([whole], 3).df, rel=0.01)
    assert clustered_variance([split], 3).variance == pytest.approx(clustered_variance([whole], 3).variance, rel=0.01)
