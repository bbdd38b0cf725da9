"""Standardised differences: published values, hand calculation, and an independent computation contact by contact."""

import math

import numpy as np
import pytest
from scipy.spatial.distance import mahalanobis

from pilot_analysis.stats.balance import multilevel_difference, standardised_difference

# Mayo's primary biliary cirrhosis trial by treatment (158 and 154 patients), as printed by the R package tableone
# (Yoshida): counts of each level in both arms, and the standardised difference.
PUBLISHED = {
    "sex": ([137, 21], [139, 15], 0.111),
    "edema": ([132, 16, 10], [131, 13, 10], 0.058),
    "stage": ([12, 35, 56, 55], [4, 32, 64, 54], 0.246),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_trial(name: str) -> None:
    first, second, printed = PUBLISHED[name]
    assert round(multilevel_difference(np.array(first, float), np.array(second, float)), 3) == printed


def test_two_shares_by_hand() -> None:
    """0.9 against 0.6: 0.3 over the root of (0.09 + 0.24) / 2."""
    found = standardised_difference(np.array([0.9, 0.6]), np.array([0.6, 0.9]))
    assert found == pytest.approx([0.3 / math.sqrt(0.165), -0.3 / math.sqrt(0.165)])


def test_two_levels_are_the_difference_of_one_share() -> None:
    one = standardised_difference(np.array([0.8]), np.array([0.7]))[0]
    assert multilevel_difference(np.array([0.8, 0.2]), np.array([0.7, 0.3])) == pytest.approx(one)


def test_many_levels_as_from_single_contacts() -> None:
    """Mahalanobis distance of dummy variables, covariance averaged over both arms; some levels of one arm only."""
    rng = np.random.default_rng(7)
    counts = rng.integers(1, 60, (2, 12)).astype(float)
    counts[0, 3] = counts[1, 8] = 0
    dummies = [np.repeat(np.eye(12)[:, 1:], n.astype(int), axis=0) for n in counts]
    spread = sum(np.cov(d, rowvar=False, bias=True) for d in dummies) / 2
    by_contact = mahalanobis(dummies[0].mean(axis=0), dummies[1].mean(axis=0), np.linalg.inv(spread))
    assert multilevel_difference(counts[0], counts[1]) == pytest.approx(by_contact)


def test_the_order_of_levels_and_an_empty_one_change_nothing() -> None:
    first, second = np.array([5.0, 9.0, 3.0]), np.array([2.0, 8.0, 8.0])
    wanted = multilevel_difference(first, second)
    assert multilevel_difference(first[::-1], second[::-1]) == pytest.approx(wanted)
    assert multilevel_difference(np.append(first, 0.0), np.append(second, 0.0)) == pytest.approx(wanted)


def test_samples_without_a_common_level_are_infinitely_apart() -> None:
    assert multilevel_difference(np.array([3.0, 4.0, 0.0]), np.array([0.0, 0.0, 5.0])) == math.inf
    assert standardised_difference(np.array([1.0]), np.array([0.0]))[0] == math.inf
    assert multilevel_difference(np.array([3.0, 4.0]), np.array([6.0, 8.0])) == pytest.approx(0.0, abs=1e-7)
