"""Routing and drift by week, on weeks made by hand."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from invented import estimate
from pilots import write_pilot

from pilot_analysis import load_config
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.table import open_contacts
from pilot_analysis.decision.routing_plan import AgainstPlan, against_plan
from pilot_analysis.decision.weekly import drift_check, routing_share_check, with_plan
from pilot_analysis.stats.shares import share_against
from pilot_analysis.stats.slope import weighted_slope

MONDAY = date(2026, 3, 2)
LAST = MONDAY + timedelta(days=55)


def contacts(pilot, baseline, first=MONDAY):
    rows = [
        (pd.Timestamp(first + timedelta(weeks=i)), arm, float(n))
        for i, both in enumerate(zip(pilot, baseline, strict=True))
        for arm, n in zip(("pilot", "baseline"), both, strict=True)
    ]
    return pd.DataFrame(rows, columns=["week", "arm", "n"])


def routed(pilot, baseline, first=MONDAY, last=LAST):
    return routing_share_check(contacts(pilot, baseline), first, last)


def trend(kpi, pilot, baseline=0.8, n=4_000, phase="judged"):
    rows = [
        (kpi, pd.Timestamp(MONDAY + timedelta(weeks=i)), arm, value, n, phase)
        for i, p in enumerate(pilot)
        for arm, value in (("pilot", p), ("baseline", baseline))
    ]
    return pd.DataFrame(rows, columns=["kpi", "week", "arm", "value", "n", "phase"])


def test_the_same_share_every_week():
    found = routed([1000, 1020, 990, 1010], [2000, 1990, 2010, 2000])
    assert found.status == "pass"
    assert "between 33.0% and 33.9%" in found.text


def test_a_week_apart():
    """1,000 of 3,000 in all weeks but the third, of which the pilot had 1,500."""
    found = routed([1000, 1000, 1500, 1000], [2000, 2000, 1500, 2000])
    assert found.status == "warn"
    assert "50.0% in the week of 16 Mar 2026" in found.text


def test_a_week_apart_by_chance():
    """10 of 30 against 15 of 30 is no more than two standard errors."""
    assert routed([10, 10, 15, 10], [20, 20, 15, 20]).status == "pass"


def test_a_share_that_grows():
    """28% to 38% by two points a week with a little scatter: no week lies a quarter from the others, the line does."""
    share = np.array([0.280, 0.301, 0.319, 0.341, 0.359, 0.380])
    found = routed(3000 * share, 3000 * (1 - share))
    assert found.status == "warn"
    assert "changes by +9.9 points" in found.text


def test_only_whole_judged_weeks_count():
    """The first week is the ramp-up's and the last breaks off after four days."""
    pilot, baseline = [100, 1000, 1000, 1000, 900], [2900, 2000, 2000, 2000, 100]
    assert routed(pilot, baseline, MONDAY + timedelta(days=7), MONDAY + timedelta(days=31)).status == "pass"
    assert routed(pilot, baseline, MONDAY + timedelta(days=9), MONDAY + timedelta(days=31)).status == "info"


def test_arms_of_different_times_have_no_shares():
    before = contacts([1000] * 4, [0] * 4).query("arm == 'pilot'")
    after = contacts([0] * 4, [1000] * 4, MONDAY + timedelta(weeks=4)).query("arm == 'baseline'")
    assert routing_share_check(pd.concat([before, after]), MONDAY, LAST) is None


def test_the_line_is_that_of_numpy():
    """numpy.polyfit weighs the residuals, so with the roots."""
    x, y = np.arange(6.0), np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0])
    weight = np.array([1.0, 2.0, 3.0, 2.0, 1.0, 4.0])
    found = weighted_slope(x, y, weight)
    (slope, _), cov = np.polyfit(x, y, 1, w=np.sqrt(weight), cov=True)
    assert found.slope == pytest.approx(slope, rel=1e-12)
    assert found.se == pytest.approx(np.sqrt(cov[0, 0]), rel=1e-12)
    assert found.df == 4


def test_points_on_their_line_have_no_error_to_judge_by():
    assert weighted_slope(np.arange(4.0), 2 * np.arange(4.0), np.ones(4)) is None
    assert weighted_slope(np.arange(2.0), np.array([1.0, 3.0]), np.ones(2)) is None


def test_novelty_that_wears_off():
    """Five points in five weeks."""
    found = drift_check(trend("csat", [0.852, 0.838, 0.831, 0.822, 0.808, 0.801]), [estimate("csat")])
    assert found.status == "warn"
    assert "customer satisfaction −5.1 points" in found.text
    assert "6 judged weeks" in found.text
    assert "flatters" in found.text


def test_a_pilot_that_still_learns_is_named_too():
    found = drift_check(trend("csat", [0.70, 0.722, 0.738, 0.761, 0.780, 0.799]), [estimate("csat")])
    assert found.status == "warn"
    assert "flatters" not in found.text


def test_what_in_house_does_too_is_no_drift():
    both = trend("csat", [0.852, 0.838, 0.831, 0.822, 0.808, 0.801])
    noise = np.array([0.001, -0.002, 0.002, -0.001, 0.001, -0.002])
    pilot = both["value"][both["arm"] == "pilot"].to_numpy()
    both.loc[both["arm"] == "baseline", "value"] = pilot + noise
    assert drift_check(both, [estimate("csat")]).status == "pass"


def test_a_slope_of_less_than_half_a_margin_is_no_warning():
    """1.2 points in all, to the last digit, of a margin of 3."""
    found = drift_check(
        trend("csat", [0.8060, 0.8035, 0.8014, 0.7986, 0.7965, 0.7940], n=4_000_000), [estimate("csat")]
    )
    assert found.status == "pass"
    assert "p < 0.0001" in found.text


def test_times_are_compared_as_ratios():
    """60 to 120 seconds against 100: twice what it was, for the worse."""
    rows = trend("response_time", [60.0, 70.0, 78.0, 92.0, 104.0, 120.0], baseline=100.0)
    found = drift_check(rows, [estimate("response_time", margin=0.1)])
    assert found.status == "warn"
    assert "median response time 1.99 times what it was" in found.text


def test_the_ramp_up_and_few_weeks_do_not_count():
    steep = [0.90, 0.87, 0.83, 0.80, 0.76]
    assert drift_check(trend("csat", steep, phase="ramp_up"), [estimate("csat")]) is None
    assert drift_check(trend("csat", steep[:3]), [estimate("csat")]) is None


def test_one_kpi_among_several_has_to_be_clearer():
    """p below 0.05 alone, not with four others by Holm."""
    rows = trend("csat", [0.82, 0.81, 0.80, 0.81, 0.785, 0.785])
    flat = [0.80, 0.81, 0.79, 0.80, 0.81, 0.79]
    assert drift_check(rows, [estimate("csat")]).status == "warn"
    others = [trend(f"k{i}", np.roll(flat, i)) for i in range(4)]
    kpis = [estimate("csat"), *(estimate(f"k{i}") for i in range(4))]
    assert drift_check(pd.concat([rows, *others]), kpis).status == "pass"


def test_weeks_that_happen_to_lie_well_are_no_drift():
    """Six on a line, of forty contacts a week: the line falls by 0.6 points a week, and sampling alone gives it an
    error of sqrt(0.16 / 20 / 17.5), 2.1 points."""
    found = drift_check(trend("csat", [0.815, 0.809, 0.803, 0.797, 0.791, 0.785], n=40), [estimate("csat")])
    assert found.status == "pass"


def test_a_clean_pilots_weeks_warn_at_no_more_than_the_nominal_rate():
    """Weekly shares of eight weeks drawn alike: 5% of the lines by the scatter of the weeks alone, fewer with the error
    of sampling beside it, within three simulation errors of 4,000."""
    rng = np.random.default_rng(5)
    n = np.array([700.0, 710, 690, 705, 300, 720, 680, 700])
    weight = 1 / (1 / n + 1 / (2 * n))
    drawn = rng.binomial(n.astype(int), 0.83, (4000, 8)) / n - rng.binomial(2 * n.astype(int), 0.83, (4000, 8)) / (
        2 * n
    )
    error = 3 * np.sqrt(0.05 * 0.95 / 4000)
    alone = np.mean([weighted_slope(np.arange(8.0), y, weight).p < 0.05 for y in drawn])
    both = np.mean([weighted_slope(np.arange(8.0), y, weight, 0.83 * 0.17).p < 0.05 for y in drawn])
    assert abs(alone - 0.05) < error
    assert both < 0.05 - error


def test_the_planned_share_warns_beside_whatever_the_weeks_say():
    passed = Check("routing_share", "pass", "Alike.")
    assert with_plan(passed, None) == passed
    assert with_plan(passed, AgainstPlan("Planned.", off=False)) == Check("routing_share", "pass", "Alike. Planned.")
    assert with_plan(passed, AgainstPlan("Off.", off=True)).status == "warn"
    assert with_plan(None, AgainstPlan("Off.", off=True)) == Check("routing_share", "warn", "Off.")


def test_the_contacts_of_a_log_against_the_plan(tmp_path):
    """320 of 640 judged contacts are the pilot's, as many every day: 5.2 standard errors above 40%."""
    found = open_contacts(load_config(write_pilot(tmp_path)))
    assert against_plan(found, None) is None
    assert against_plan(found, 0.5).off is False
    off = against_plan(found, 0.4)
    assert off.off is True
    assert "Planned were 40.0%, 50.0% came (p < 0.0001)" in off.text


def test_the_sample_ratio_of_a_published_example():
    """821,588 against 815,482 of users who were to be halves: p = 1.8e-6 (Kohavi, Tang and Xu, Trustworthy Online
    Controlled Experiments, 2020, ch. 3). Days without scatter leave that test as it is."""
    n = np.full(40, (821_588 + 815_482) / 40)
    found = share_against(n * 815_482 / (821_588 + 815_482), n, 0.5)
    assert found.p == pytest.approx(1.8e-6, rel=0.02)
    assert found.share == pytest.approx(0.4981, abs=5e-5)


def test_days_that_scatter_make_a_share_less_sure():
    """By hand: 100 of 250 on three days, 20 of 100 planned by day; off by 2 sampling errors, but days differ by as
    much."""
    x, n = np.array([50.0, 10.0, 40.0]), np.array([100.0, 100.0, 50.0])
    # residuals 50 - 40, 10 - 40, 40 - 20: variance (100 + 900 + 400) / 250**2 * 3/2, so se .1833 and t = .1 / .1833
    found = share_against(x, n, 0.3)
    assert found.p == pytest.approx(0.640, abs=5e-4)  # Student's t with 2 degrees of freedom


def test_sound_routing_hardly_ever_warns():
    rng = np.random.default_rng(6)
    n = rng.poisson(300, (2000, 45)).astype(float)
    x = rng.binomial(n.astype(int), 0.4).astype(float)
    assert sum(share_against(a, b, 0.4).p < 0.001 for a, b in zip(x, n, strict=True)) <= 6  # 2 are to be expected
    assert all(share_against(a, b, 0.43).p < 0.001 for a, b in zip(x[:50], n[:50], strict=True))
