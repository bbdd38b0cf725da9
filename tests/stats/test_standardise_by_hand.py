"""Direct standardisation on small tables that can be followed by hand."""

import numpy as np
import pytest

from pilot_analysis.stats.standardise import standardise

TIERS = np.array([[0], [1]])


def table(*rows):
    return np.array(rows, dtype=float)


def test_simpson_the_worse_provider_with_the_easier_contacts():
    # In-house: tier 1 90 of 100, tier 2 540 of 900. Pilot: 800 of 900 and 50 of 100: worse in both tiers,
    # .85 against .63 in all. On the pilot's mix in-house would have had .9 x .9 + .1 x .6 = .87.
    n = table([100, 900], [900, 100])
    on = standardise(n, n, table([90, 540], [800, 50]), TIERS)
    assert on.method == "cells"
    assert on.value == pytest.approx([0.87, 0.85])
    assert on.weight == pytest.approx([0.9, 0.1])
    assert on.compared == 1


def test_weights_count_contacts_whether_answered_or_not():
    # half the contacts are tier 2, but only a tenth of the answers
    on = standardise(table([50, 50], [50, 50]), table([20, 20], [45, 5]), table([18, 8], [45, 2]), TIERS)
    assert on.value == pytest.approx([0.5 * 0.9 + 0.5 * 0.4, 0.5 * 1.0 + 0.5 * 0.4])


def test_cells_of_the_pilot_alone_are_left_out_and_named_by_their_share():
    on = standardise(table([10, 0], [30, 10]), table([10, 0], [30, 10]), table([5, 0], [15, 10]), np.zeros((2, 0)))
    assert on.compared == pytest.approx(0.75)
    assert on.value == pytest.approx([0.5, 0.5])


def test_cells_of_the_baseline_alone_have_no_weight():
    on = standardise(table([10, 99], [30, 0]), table([10, 99], [30, 0]), table([5, 99], [15, 0]), TIERS)
    assert on.value == pytest.approx([0.5, 0.5])
    assert on.compared == 1


def test_thin_cells_are_carried_by_main_effects():
    # values are exactly additive: 1 + 2 x (second channel) + 4 x (second tier), 10 more at the pilot
    factors = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    mean = np.array([1.0, 5.0, 3.0, 7.0])
    n = table([50, 50, 50, 0], [20, 20, 20, 20])  # in-house never rated a contact of the last cell
    population = table([50, 50, 50, 50], [20, 20, 20, 20])
    on = standardise(population, n, n * np.stack([mean, mean + 10]), factors)
    assert on.method == "main_effects"
    assert on.value == pytest.approx([4.0, 14.0])
    assert on.fitted[0] == pytest.approx(mean)
    assert on.compared == 1


def test_a_value_is_its_coefficients_times_the_totals():
    rng = np.random.default_rng(4)
    factors = np.array([[a, b] for a in range(3) for b in range(4)])
    population = rng.poisson(40, (2, 12)).astype(float)
    for answered in (0.05, 0.9):  # main effects, cells
        n = rng.binomial(population.astype(int), answered).astype(float)
        total = rng.poisson(3 * n).astype(float)
        on = standardise(population, n, total, factors)
        assert on.method == ("cells" if answered > 0.5 else "main_effects")
        assert (on.coefficient * total).sum(axis=1) == pytest.approx(on.value, rel=1e-10)


def test_without_anything_in_common_there_is_no_comparison():
    assert standardise(table([5, 0], [0, 5]), table([5, 0], [0, 5]), table([1, 0], [0, 1]), TIERS) is None
    assert standardise(table([5, 5], [0, 0]), table([5, 5], [0, 0]), table([1, 1], [0, 0]), TIERS) is None
    nothing = np.zeros((2, 2))
    assert standardise(table([5, 5], [5, 5]), nothing, nothing, TIERS) is None


def test_levels_that_an_arm_saw_only_together_cannot_be_told_apart():
    # in-house rated channel 0 in tier 0 and channel 1 in tier 1 only
    factors = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    n = table([50, 0, 0, 50], [20, 20, 20, 20])
    on = standardise(table([50, 50, 50, 50], [40, 30, 10, 20]), n, n, factors)
    assert on.method == "cells"
    assert on.compared == pytest.approx(0.6)
    # of a mix in which they also come together half the time, the mean can be told
    assert standardise(np.full((2, 4), 50.0), n, n, factors).method == "main_effects"
