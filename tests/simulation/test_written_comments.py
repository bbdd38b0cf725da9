"""What simulated customers write fits their score, names what they came for, and is the same for the same seed."""

import numpy as np
import pytest

from pilot_analysis.contacts.personal import masked
from pilot_analysis.simulation import Scenario, simulate
from pilot_analysis.simulation.comments import PERSONAL, SPEED, WAITING, comments

SMALL = {"days": 30, "before_days": 2, "after_days": 2, "pilot_per_day": 60, "baseline_per_day": 60}


def written(n, score, pilot, category="billing"):
    return comments(np.full(n, score), [category] * n, np.full(n, pilot), np.random.default_rng(1))


def said(found, sentences):
    """The share of comments that begin as one of these sentences."""
    starts = tuple(sentence.partition("{")[0] for sentence in sentences)
    return np.mean([text.startswith(starts) for text in found])


def test_the_vendors_customers_praise_speed_and_those_of_in_house_complain_of_waiting():
    assert said(written(4_000, 5, True), SPEED) == pytest.approx(0.45, abs=0.03)
    assert said(written(4_000, 5, False), SPEED) == pytest.approx(0.25, abs=0.03)
    assert said(written(4_000, 1, True), WAITING) == pytest.approx(0.25, abs=0.03)
    assert said(written(4_000, 1, False), WAITING) == pytest.approx(0.45, abs=0.03)


def test_a_comment_names_what_it_is_about():
    assert all("my" in text or "payment" in text or "invoice" in text for text in written(50, 4, True))
    assert all("my question" in text or "my request" in text for text in written(50, 4, True, "anything else"))


def test_what_is_left_behind_is_masked_when_it_is_read():
    assert [masked(text) for text in PERSONAL] == [
        "Please write to [email] instead.", "You can call me on [phone].", "My name is [name], please check again.",
        "My order is [number].", "Regards, [name]",
    ]  # fmt: skip


def test_comments_stand_beside_ratings_alone_and_change_nothing_else():
    plain, _truth = simulate(Scenario(**SMALL), 3)
    with_comments, _truth = simulate(Scenario(**SMALL, comment_share=0.5), 3)
    assert plain.equals(with_comments.drop(columns="comment"))
    commented = with_comments["comment"].notna()
    assert not (commented & with_comments["csat"].isna()).any()
    assert commented.sum() / with_comments["csat"].notna().sum() == pytest.approx(0.5, abs=0.05)
    assert with_comments.equals(simulate(Scenario(**SMALL, comment_share=0.5), 3)[0])
