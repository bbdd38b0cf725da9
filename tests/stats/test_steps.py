"""A sudden change of level is found, a drift or chance is not."""

import numpy as np
import pytest
import statsmodels.api as sm

from pilot_analysis.stats.steps import step

WEIGHTS = np.full(60, 50.0)
DAYS = np.arange(60)


def noise(seed: int, alike: float = 0.0, sd: float = 0.15) -> np.ndarray:
    rng, found = np.random.default_rng(seed), np.zeros(60)
    for i in range(60):
        found[i] = (alike * found[i - 1] if i else 0.0) + np.sqrt(1 - alike**2) * rng.normal(0, sd)
    return found


def test_the_day_and_the_levels_of_a_step() -> None:
    weekdays = np.where(DAYS % 7 >= 5, 0.4, 0.0)
    found = step(5 + weekdays + noise(1) + np.where(DAYS >= 33, 1.0, 0.0), WEIGHTS)
    assert found is not None
    assert found.day == 33
    assert found.after - found.before == pytest.approx(1.0, abs=0.15)


def test_the_statistic_is_that_of_the_regression_with_the_step() -> None:
    """statsmodels' weighted least squares on weekdays and step: its p-value, times the days tried, is just below
    or above the level as the step is made a little larger."""
    values, weights = noise(3), np.random.default_rng(3).integers(20, 80, 60).astype(float)
    design = np.column_stack([*(d == DAYS % 7 for d in range(7)), DAYS >= 40]).astype(float)

    def p(size: float) -> float:
        fit = sm.WLS(values + size * (DAYS >= 40), design, weights=weights).fit()
        rest = fit.wresid
        alike = float(rest[1:] @ rest[:-1] / (rest @ rest))
        alike = max(alike + (1 + 3 * alike) / 60, 0.0)
        t = fit.tvalues[-1] / np.sqrt((1 + alike) / (1 - alike))
        from scipy.stats import t as student

        return float(2 * (60 - 14 + 1) * student.sf(abs(t), fit.df_resid))

    sizes = np.linspace(0.1, 0.8, 71)
    turns = next(size for size in sizes if p(size) < 2e-4)
    assert step(values + turns * (DAYS >= 40), weights) is not None
    assert step(values + (turns - 0.01) * (DAYS >= 40), weights) is None


@pytest.mark.parametrize("drift", [0.3, 1.0, 3.0])
def test_a_series_that_drifts_has_no_step(drift: float) -> None:
    assert step(noise(5) + drift * DAYS / 60, WEIGHTS) is None


def test_days_without_a_value_and_short_series() -> None:
    values = noise(7) + np.where(DAYS >= 30, 2.0, 0.0)
    values[[3, 28, 31, 50]] = np.nan
    found = step(values, WEIGHTS)
    assert found is not None
    assert found.day in (29, 30)
    assert step(values[24:37], WEIGHTS[24:37]) is None
    assert step(np.zeros(60), WEIGHTS) is None
    assert step(np.full(60, np.nan), WEIGHTS) is None


def test_a_share_of_few_contacts_scatters_at_least_as_they_do() -> None:
    """Ten a day of 0.5, as even as never: the variance is that of drawing them."""
    values = np.where(DAYS >= 30, 0.55, 0.5) + 0.001 * noise(9)
    assert step(values, np.full(60, 10.0)) is not None
    assert step(values, np.full(60, 10.0), shares=True) is None


def test_how_often_chance_makes_one() -> None:
    """Days that resemble their neighbours (r = 0.5): at most 1 in 100 series, where 2 in 10,000 are allowed for."""
    found = sum(step(noise(seed, 0.5), WEIGHTS) is not None for seed in range(1000))
    assert found <= 10
