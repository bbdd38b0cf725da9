"""Segments side by side: harm by Holm, and what is left of an effect once luck is allowed for."""

import pytest
from invented import estimate

from pilot_analysis.decision.segments import Segment, with_harm, with_shrunk


def shrunk(*effects, name="csat", by="tier"):
    """Benefit and standard error of each value of a column."""
    parts = [Segment(by, str(i), 0.5, estimate(name, b, se, df=400.0)) for i, (b, se) in enumerate(effects)]
    return with_shrunk(parts, 0.95)


def test_two_parts_keep_the_share_of_their_difference_that_is_more_than_luck():
    """2 points either side of 0, standard error 1: variance 8 less 1 of luck, so 7/8 of each is kept."""
    low, high = shrunk((-0.02, 0.01), (0.02, 0.01))
    assert low.shrunk.benefit == pytest.approx(-0.02 * 7 / 8)
    assert high.shrunk.benefit == pytest.approx(0.02 * 7 / 8)
    assert low.shrunk.benefit_high - low.shrunk.benefit_low < (
        low.estimate.effect.benefit_high - low.estimate.effect.benefit_low
    )


def test_parts_that_differ_by_luck_alone_are_one_value_between_them():
    found = shrunk((-0.01, 0.02), (0.01, 0.02), (0.00, 0.01))
    assert {round(s.shrunk.benefit, 12) for s in found} == {0.0}


def test_ratios_are_shrunk_as_logarithms():
    """Half and double differ by luck alone: what is left is neither better nor worse."""
    found = shrunk((0.5, 1.1), (-1.0, 1.1), name="cost_per_contact")
    assert [s.shrunk.estimate for s in found] == pytest.approx([1.0, 1.0])


def test_a_part_alone_is_not_shrunk_and_columns_do_not_mix():
    (alone,) = shrunk((-0.02, 0.01))
    assert alone.shrunk is None
    parts = [Segment("tier", "1", 1.0, estimate("csat", -0.1)), Segment("channel", "email", 1.0, estimate("csat", 0.1))]
    assert [s.shrunk for s in with_shrunk(parts, 0.95)] == [None, None]


def test_harm_in_a_part_survives_shrinkage_and_the_other_way_round():
    parts = with_harm(with_shrunk([Segment("tier", "1", 0.5, estimate("csat", -0.10, 0.01)),
                                   Segment("tier", "2", 0.5, estimate("csat", 0.01, 0.01))], 0.95), 0.95)  # fmt: skip
    assert [s.harm for s in parts] == [True, False]
    assert all(s.shrunk is not None for s in parts)
