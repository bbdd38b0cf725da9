"""The season of a log, from contacts by day."""

from datetime import date, timedelta

import pytest

from pilot_analysis.costs.seasons import seasons


def by_day(first, last, of):
    return {first + timedelta(days=i): of(first + timedelta(days=i)) for i in range((last - first).days + 1)}


def test_complete_months_alone_are_counted():
    """From 15 January to 10 May: February, March and April, of 10, 20 and 30 contacts a day."""
    counts = by_day(date(2026, 1, 15), date(2026, 5, 10), lambda day: 10.0 * (day.month - 1))
    found = seasons(counts, date(2026, 3, 1), date(2026, 4, 30))
    assert [(m.first, m.per_day) for m in found.months] == [
        (date(2026, 2, 1), 10.0), (date(2026, 3, 1), 20.0), (date(2026, 4, 1), 30.0)
    ]  # fmt: skip
    assert [m.index for m in found.months] == pytest.approx([0.5, 1.0, 1.5])
    assert found.pilot_index == pytest.approx((31 * 20 + 30 * 30) / 61 / 20)
    assert not found.whole_year


def test_two_months_say_nothing_of_a_season():
    assert (
        seasons(by_day(date(2026, 2, 2), date(2026, 4, 30), lambda _: 10.0), date(2026, 3, 1), date(2026, 4, 30))
        is None
    )
    assert seasons({}, date(2026, 3, 1), date(2026, 4, 30)) is None


def test_of_a_longer_log_the_newest_twelve_months_are_the_year():
    counts = by_day(date(2024, 1, 1), date(2026, 1, 31), lambda day: 5.0 if day.year == 2024 else 10.0)
    found = seasons(counts, date(2026, 1, 1), date(2026, 1, 31))
    assert found.whole_year
    assert (found.months[0].first, found.months[-1].first) == (date(2025, 2, 1), date(2026, 1, 1))
    assert found.pilot_index == pytest.approx(1.0)


def test_a_quiet_day_counts_and_a_day_left_out_does_not():
    counts = by_day(date(2026, 1, 1), date(2026, 3, 31), lambda _: 10.0)
    quiet = {day: n for day, n in counts.items() if day != date(2026, 2, 10)}
    found = seasons(quiet, date(2026, 3, 1), date(2026, 3, 31))
    assert found.months[1].per_day == pytest.approx(270 / 28)
    found = seasons(quiet, date(2026, 3, 1), date(2026, 3, 31), lambda day: day == date(2026, 2, 10))
    assert found.months[1].per_day == pytest.approx(10.0)
