"""How often the verdict would be the same: against the normal distribution by hand."""

from dataclasses import replace

import numpy as np
import pytest
from invented import estimate, findings
from scipy import stats

from pilot_analysis.decision.estimate import Scores
from pilot_analysis.decision.rules import default_rules
from pilot_analysis.decision.stability import REPLICATES, stability_of

AGENTS = [f"V{i}" for i in range(30)]


def drawn(e, seed=1, clusters=AGENTS):
    scores = np.random.default_rng(seed).normal(size=len(clusters))
    return replace(e, scores=Scores(clusters, scores))


def share(found, verdict):
    return found.verdicts.get(verdict, 0.0)


@pytest.mark.parametrize("benefit", [-0.02, -0.01, 0.0, 0.01])
def test_a_guardrail_near_its_margin_holds_as_often_as_the_normal_distribution_says(benefit):
    """It holds while its moved interval ends above the margin: benefit + d - t se > -0.03."""
    csat = drawn(estimate("csat", benefit, 0.01))
    found = stability_of(findings(csat), default_rules())
    room = (benefit + 0.03) / 0.01 - stats.t.ppf(0.975, 40)
    expected = stats.norm.cdf(room)
    assert share(found, "scale") == pytest.approx(expected, abs=3 * np.sqrt(0.25 / REPLICATES))
    assert sum(found.verdicts.values()) == pytest.approx(1.0)


def test_kpis_of_the_same_agents_move_together():
    """Two guardrails with equal scores fail in the same replicates; with other agents each fails by itself."""
    one, other = estimate("csat", 0.0, 0.01), estimate("fcr", 0.0, 0.01)
    together = stability_of(findings(drawn(one), drawn(other)), default_rules())
    apart = stability_of(findings(drawn(one), drawn(other, clusters=[f"W{i}" for i in range(30)])), default_rules())
    alone = stats.norm.cdf(3 - stats.t.ppf(0.975, 40))
    error = 3 * np.sqrt(0.25 / REPLICATES)
    assert share(together, "scale") == pytest.approx(alone, abs=error)
    assert share(apart, "scale") == pytest.approx(alone**2, abs=error)


def test_the_same_review_gives_the_same_shares():
    f = findings(drawn(estimate("csat", -0.01, 0.01)))
    assert stability_of(f, default_rules()) == stability_of(f, default_rules())


def test_nothing_is_drawn_while_the_pilot_runs_or_without_scores():
    assert stability_of(findings(drawn(estimate("csat")), interim=True), default_rules()) is None
    assert stability_of(findings(), default_rules()) is None
    assert stability_of(findings(drawn(estimate("csat"), clusters=[])), default_rules()) is None
