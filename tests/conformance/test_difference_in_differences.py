"""Difference-in-differences from sums against regressions of contacts one by one (statsmodels)."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from pilot_analysis.decision.contrast import SIGN, contrast
from pilot_analysis.decision.means import CaseMix, mean_estimate
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.sums import MeasureSums, Sums
from pilot_analysis.stats.clusters import clustered_variance, crv1_variance
from pilot_analysis.stats.lines import slopes

AGENTS = [str(i) for i in range(24)]
CSAT = Metric("csat", "Rating", "score", "higher", "difference", "mean", "guardrail", 0.1, None, None, "csat")


@pytest.fixture
def log():
    """Contacts of four groups; in-house agents and some of the pilot's work in both periods, one in both arms."""
    rng = np.random.default_rng(4)
    n = 4000
    agent = rng.integers(0, 24, n)
    pilot = np.where(agent < 8, 1, 0)
    pilot[agent == 23] = rng.integers(0, 2, (agent == 23).sum())
    before = rng.integers(0, 2, n)
    before[agent < 3], before[(agent >= 3) & (agent < 6)] = 0, 1
    channel = np.where(rng.random(n) < 0.3 + 0.3 * pilot - 0.1 * before, 1, 0)
    value = 3 + 0.3 * pilot - 0.2 * before + 0.25 * pilot * (1 - before) + 0.5 * channel
    value = value + rng.normal(0, 0.3, 24)[agent] + rng.normal(0, 1, n)
    return pd.DataFrame({"agent": agent, "pilot": pilot, "before": before, "channel": channel, "value": value})


def sums_of(log, *by):
    """Sums by group, cell and agent; groups as the package numbers them: in-house, pilot, and both before."""
    group = log.pilot + 2 * log.before
    keys = [group.rename("group"), log.agent, *(log[name] for name in by)]
    table = log.value.groupby(keys).agg(["size", "sum", "var"]).reset_index()
    cell = table.groupby(list(by)).ngroup().to_numpy() if by else np.zeros(len(table), dtype=int)
    cells = table[list(by)].drop_duplicates().sort_values(list(by), ignore_index=True) if by else pd.DataFrame([{}])
    n = table["size"].to_numpy(dtype=float)
    m = MeasureSums(n, n, table["sum"].to_numpy(), (table["var"].fillna(0) * (n - 1)).to_numpy())
    return Sums(table.group.to_numpy(), cell, table.agent.to_numpy(), cells, AGENTS, {"csat": m}, 4)


def parts_of(mix):
    m = mix.sums.measures["csat"]
    on = mix.standardised(m)
    return on, [mix.arm_sums(group, m, on, 1.0, SIGN[group]) for group in range(4)]


def test_crude_it_is_the_interaction_of_a_saturated_regression(log):
    mix = CaseMix(sums_of(log), [])
    on, parts = parts_of(mix)
    now = 1 - log.before
    design = np.column_stack([np.ones(len(log)), log.pilot, now, log.pilot * now])
    fitted = sm.OLS(log.value, design).fit(cov_type="cluster", cov_kwds={"groups": log.agent})
    assert contrast(on.value, "difference") == pytest.approx(fitted.params.iloc[3], rel=1e-10)
    found = clustered_variance(parts, 24)
    assert np.sqrt(crv1_variance(found.scores, len(log), 4)) == pytest.approx(fitted.bse.iloc[3], rel=1e-10)


def test_standardised_it_is_a_dummy_for_every_cell_of_every_group(log):
    mix = CaseMix(sums_of(log, "channel"), ["channel"])
    on, parts = parts_of(mix)
    place = (log.pilot + 2 * log.before) * 2 + log.channel
    fitted = sm.OLS(log.value, np.eye(8)[place]).fit(cov_type="cluster", cov_kwds={"groups": log.agent})
    in_pilot = log[(log.pilot == 1) & (log.before == 0)]
    share = np.array([(in_pilot.channel == c).mean() for c in (0, 1)])
    found = fitted.t_test(np.concatenate([sign * share for sign in (-1, 1, 1, -1)]))
    assert contrast(on.value, "difference") == pytest.approx(float(np.squeeze(found.effect)), rel=1e-10)
    scores = clustered_variance(parts, 24).scores
    assert np.sqrt(crv1_variance(scores, len(log), 8)) == pytest.approx(float(np.squeeze(found.sd)), rel=1e-10)


def test_the_interval_is_that_of_the_four_groups(log):
    mix = CaseMix(sums_of(log, "channel"), ["channel"])
    on, parts = parts_of(mix)
    found = mean_estimate(CSAT, mix, 0.95)
    spread = clustered_variance(parts, 24)
    assert found.effect.se == pytest.approx(np.sqrt(spread.variance), rel=1e-12)
    assert found.effect.df == pytest.approx(spread.df, rel=1e-12)
    # what the pilot is held against: its own before, moved as in-house moved
    assert found.arms[0].value == pytest.approx(on.value[3] + on.value[0] - on.value[2], rel=1e-12)
    assert found.effect.estimate == pytest.approx(found.arms[1].value - found.arms[0].value, rel=1e-12)
    # CR2 lies above the plain sandwich, though not by much with two dozen agents
    assert 1 < found.effect.se / np.sqrt((spread.scores**2).sum()) < 1.2


def test_slopes_are_a_line_for_each_arm_with_a_level_for_every_stratum(log):
    rng = np.random.default_rng(1)
    week = rng.integers(0, 6, len(log))
    value = log.value + 0.02 * week + 0.03 * week * log.pilot
    place = week * 2 + log.channel
    n, total = (
        np.stack([np.bincount(place[log.pilot == arm], w[log.pilot == arm], minlength=12) for arm in (0, 1)])
        for w in (np.ones(len(log)), value)
    )
    on = slopes(n, total, np.repeat(np.arange(6.0), 2), np.tile([0, 1], 6))
    arms = [log.pilot == arm for arm in (0, 1)]
    own = np.column_stack([log.channel == 0, log.channel == 1, week]).astype(float)
    design = np.hstack([own * arm.to_numpy()[:, None] for arm in arms])
    fitted = sm.OLS(value, design).fit(cov_type="cluster", cov_kwds={"groups": log.agent}).t_test([0, 0, -1, 0, 0, 1])
    assert on.value[1] - on.value[0] == pytest.approx(float(np.squeeze(fitted.effect)), rel=1e-9)
    table = pd.DataFrame({"arm": log.pilot, "cell": place, "agent": log.agent, "value": value})
    table = table.groupby(["arm", "cell", "agent"]).value.agg(["size", "sum", "var"]).reset_index()
    size = table["size"].to_numpy(dtype=float)
    m = MeasureSums(size, size, table["sum"].to_numpy(), (table["var"].fillna(0) * (size - 1)).to_numpy())
    cells = pd.DataFrame({"week": np.repeat(np.arange(6), 2), "channel": np.tile([0, 1], 6)})
    sums = Sums(
        table.arm.to_numpy(),
        table.cell.to_numpy(),
        table.agent.to_numpy(),
        cells,
        AGENTS,
        {"csat": m},
    )
    mix = CaseMix(sums, ["week", "channel"])
    scores = clustered_variance([mix.arm_sums(arm, m, on, 1.0, SIGN[arm]) for arm in (0, 1)], 24).scores
    assert np.sqrt(crv1_variance(scores, len(log), 6)) == pytest.approx(float(np.squeeze(fitted.sd)), rel=1e-9)
