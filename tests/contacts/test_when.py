"""When contacts come: an arm whose clock is hours off, and days that one arm lacks."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pilots import contacts, write_pilot

from pilot_analysis import load_config, words
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.checks import contact_checks
from pilot_analysis.contacts.table import open_contacts
from pilot_analysis.stats.gaps import gaps
from pilot_analysis.stats.hours import shift_between

HOUR = np.arange(24)
# Arrivals of a service desk: a morning peak, a dip at noon, a smaller peak in the afternoon.
OFFICE = np.exp(-(((HOUR - 10.5) / 2) ** 2) / 2) + 0.8 * np.exp(-(((HOUR - 15) / 2) ** 2) / 2) + 0.02
SHOP = 0.15 + np.exp(-(((HOUR - 11) / 3) ** 2) / 2) + 0.9 * np.exp(-(((HOUR - 19.5) / 2.2) ** 2) / 2)
EVEN = np.ones(24)
NIGHT = (HOUR >= 18) | (HOUR < 8)


def checks(folder: Path, rows: pd.DataFrame, **keys) -> dict[str, Check]:
    config = load_config(write_pilot(folder, rows, **keys))
    return {check.id: check for check in contact_checks(open_contacts(config), config)}


def log(base: np.ndarray, pilot: np.ndarray, per_day: int = 12) -> pd.DataFrame:
    """The small pilot with opening hours drawn from two profiles."""
    rng, rows = np.random.default_rng(3), contacts()
    rows = pd.concat([rows.assign(contact_id=rows["contact_id"] + f".{i}") for i in range(per_day // 8 + 1)])
    hours = np.where(
        rows["team"] == "Vendor",
        *(rng.choice(24, len(rows), p=profile / profile.sum()) for profile in (pilot, base)),
    )
    day = rows["opened_at"].dt.normalize()
    opened = day + pd.to_timedelta(hours, "h") + pd.to_timedelta(rng.integers(1, 3599, len(rows)), "s")
    return rows.assign(
        opened_at=opened, first_response_at=opened + pd.Timedelta("5min"), customer_id=rows["contact_id"]
    )


@pytest.mark.parametrize("hours", [3, 6, -7, 12])
def test_a_clock_of_another_zone(tmp_path: Path, hours: int) -> None:
    found = checks(tmp_path, log(OFFICE, np.roll(OFFICE, hours), 80))["time_zone"]
    assert found.status == "warn"
    assert f"moved by {words.MINUS if hours > 0 else '+'}{abs(hours)} hours" in found.text
    assert "data.sources.timezone" in found.text


def test_an_hour_may_be_opening_times(tmp_path: Path) -> None:
    found = checks(tmp_path, log(OFFICE, np.roll(OFFICE, 1), 160))["time_zone"]
    assert found.status in ("pass", "info")


def test_too_few_contacts_say_nothing(tmp_path: Path) -> None:
    rows = contacts()
    assert "time_zone" not in checks(tmp_path, rows[rows.index % 4 == 0])


def drawn(rng: np.random.Generator, profile: np.ndarray, per_day: float, days: int = 30) -> np.ndarray:
    """Contacts by day and hour; days and hours scatter by more than contacts drawn alike."""
    rate = profile / profile.sum() * per_day * rng.lognormal(0, 0.3, (days, 1)) * rng.lognormal(0, 0.2, (days, 24))
    return rng.poisson(rate).astype(float)


def suspected(base: np.ndarray, pilot: np.ndarray) -> str:
    """What the check says of two tables of counts."""
    from pilot_analysis.contacts.when import _a_clock, _fits

    found = shift_between(base, pilot)
    assert found is not None
    return "pass" if not _fits(found) else "warn" if _a_clock(found) else "info"


@pytest.mark.parametrize(
    ("base", "pilot"),
    [
        (OFFICE, OFFICE), (SHOP, SHOP), (EVEN, EVEN), (SHOP, OFFICE),
        # an after-hours pilot takes what comes at night, of different kinds of days
        (OFFICE * ~NIGHT, OFFICE * NIGHT), (SHOP * ~NIGHT, SHOP * NIGHT), (EVEN * ~NIGHT, EVEN * NIGHT),
        (SHOP * np.where(NIGHT, 0.1, 1), SHOP * np.where(NIGHT, 1, 0.1)),
        # opening times that differ by one hour, and by two
        (SHOP * ((HOUR >= 8) & (HOUR < 17)), SHOP * ((HOUR >= 9) & (HOUR < 18))),
        (EVEN * ((HOUR >= 8) & (HOUR < 17)), EVEN * ((HOUR >= 9) & (HOUR < 18))),
        (OFFICE * ((HOUR >= 8) & (HOUR < 17)), OFFICE * ((HOUR >= 10) & (HOUR < 19))),
    ],
)  # fmt: skip
@pytest.mark.parametrize("per_day", [10, 100])
def test_what_is_no_other_clock(base: np.ndarray, pilot: np.ndarray, per_day: int) -> None:
    rng = np.random.default_rng(7)
    said = [suspected(drawn(rng, base, per_day), drawn(rng, pilot, per_day / 2)) for _ in range(50)]
    assert "warn" not in said


@pytest.mark.parametrize(
    ("profile", "hours", "least"), [(OFFICE, 6, 49), (OFFICE, -8, 49), (SHOP, 6, 49), (OFFICE, 3, 49)]
)
def test_another_clock_is_seen(profile: np.ndarray, hours: int, least: int) -> None:
    rng = np.random.default_rng(8)
    pairs = [(drawn(rng, profile, 100), drawn(rng, np.roll(profile, hours), 60)) for _ in range(50)]
    assert sum(suspected(*pair) == "warn" for pair in pairs) >= least


def test_the_shift_by_hand() -> None:
    """Two contacts a day at 8 and one at 9, and the same at 10 and 11: two hours later, no contact in the same hour."""
    base, pilot = np.zeros((3, 24)), np.zeros((3, 24))
    base[:, [8, 9]] = pilot[:, [10, 11]] = [2, 1]
    found = shift_between(base, pilot)
    assert found is not None
    assert (found.hours, found.before, found.after) == (2, 1.0, 0.0)
    assert found.inside == pytest.approx(1 / 6)  # 2 : 1 against 1 : 1
    assert shift_between(base[:1], pilot) is None


def without(rows: pd.DataFrame, team: str, *days: str) -> pd.DataFrame:
    lost = (rows["team"] == team) & rows["opened_at"].dt.strftime("%Y-%m-%d").isin(days)
    return rows[~lost]


def test_days_that_one_arm_lacks_are_named(tmp_path: Path) -> None:
    rows = without(log(SHOP, SHOP, 40), "Vendor", "2026-03-18", "2026-03-19")
    found = checks(tmp_path, rows)["volume_gaps"]
    assert found.status == "warn"
    assert "pilot: 18 Mar 2026 to 19 Mar 2026 (0, usually 96)" in found.text
    assert "in-house:" not in found.text
    left_out = checks(tmp_path, rows, design__exclude_dates=["2026-03-18", "2026-03-19"])["volume_gaps"]
    assert left_out.status == "pass"


def test_days_that_both_lack_and_days_of_the_ramp_up_are_no_gap_of_one_arm(tmp_path: Path) -> None:
    rows = without(without(log(SHOP, SHOP, 40), "Vendor", "2026-03-18"), "In-house", "2026-03-18")
    assert checks(tmp_path, rows)["volume_gaps"].status == "pass"
    rows = without(log(SHOP, SHOP, 40), "Vendor", "2026-03-03", "2026-03-04")
    assert checks(tmp_path, rows, pilot__ramp_up_days=7)["volume_gaps"].status == "pass"
    assert checks(tmp_path, rows)["volume_gaps"].status == "warn"


WEEKDAYS = np.array([1.25, 1.15, 1.1, 1.1, 1.05, 0.4, 0.3])


def volume(rng: np.random.Generator, per_day: float, course: np.ndarray) -> np.ndarray:
    rate = per_day * WEEKDAYS[np.arange(len(course)) % 7] / WEEKDAYS.mean() * course
    return rng.poisson(rate * rng.lognormal(0, 0.25, len(course))).astype(float)


@pytest.mark.parametrize(
    "course",
    [
        np.ones(60), np.where(np.arange(60) < 30, 0.1, 1.0), np.where(np.arange(60) > 45, 0.1, 1.0),
        np.linspace(0.2, 1, 60), np.where(np.arange(60) % 7 < 5, 1.0, 0.0),
    ],
    ids=["even", "step", "end", "growing", "no weekends"],
)  # fmt: skip
def test_a_sound_course_has_no_gap(course: np.ndarray) -> None:
    rng = np.random.default_rng(9)
    pairs = [(volume(rng, n, course), volume(rng, 300, np.ones(60))) for n in (5, 50, 500) for _ in range(40)]
    assert sum(bool(gaps(a, b) or gaps(b, a)) for a, b in pairs) <= 1


def test_a_week_without_contacts_of_a_small_arm() -> None:
    """A day without one of ten contacts may be chance; a week is not."""
    own, other = np.full(42, 10.0), np.full(42, 100.0)
    own[17] = 0
    assert gaps(own, other) == []
    own[14:21] = 0
    (gap,) = gaps(own, other)
    assert (gap.days, gap.n, gap.usual) == ([14, 15, 16, 17, 18, 19, 20], 0, 70)
    other[14:21] = 20
    assert gaps(own, other) == []  # the other arm had hardly one either


def test_days_left_out_are_no_gap() -> None:
    own, other = np.full(42, 100.0), np.full(42, 100.0)
    own[16:18] = other[16:18] = np.nan
    assert gaps(own, other) == []
    own[18] = 3
    (gap,) = gaps(own, other)
    assert gap.days == [18]


def test_the_last_day_of_the_log_is_rarely_whole(tmp_path: Path) -> None:
    rows = log(SHOP, SHOP, 40)
    early = (rows["team"] == "Vendor") & (rows["opened_at"].dt.date == date(2026, 4, 10))
    keep = rows[~early | (rows["opened_at"].dt.hour < 2)]
    assert checks(tmp_path, keep)["volume_gaps"].status == "pass"


def test_a_clock_that_lost_am_and_pm(tmp_path: Path) -> None:
    rows = log(OFFICE, SHOP)
    folded = rows.assign(opened_at=pd.to_datetime(rows["opened_at"].dt.strftime("%Y-%m-%d %I:%M:%S")))
    found = checks(tmp_path, folded)["time_zone"]
    assert found.status == "warn"
    assert "between 1:00 and 12:59" in found.text
    assert checks(tmp_path, rows)["time_zone"].status != "warn"


def test_an_arm_of_mornings_is_no_such_clock(tmp_path: Path) -> None:
    mornings = np.where((HOUR >= 6) & (HOUR < 13), 1.0, 0.0)
    assert "12:59" not in checks(tmp_path, log(mornings, mornings))["time_zone"].text
    assert "12:59" not in checks(tmp_path, log(OFFICE, np.where(HOUR < 13, 1.0, 0.0)))["time_zone"].text
