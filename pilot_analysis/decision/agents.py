"""Every agent's own level on the mix of contacts that they had: a funnel of each KPI that is a share or a score.

No ranking: agents with few contacts lie far out by luck alone, so each is held against what luck allows at their
number of contacts, and beside what they did stands what is left of it once luck is allowed for.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.means import CaseMix
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.stats.clusters import sum_by, within_variance
from pilot_analysis.stats.funnel import funnel_limits
from pilot_analysis.stats.shrinkage import shrink

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ARMS = 2
WARNING, ALARM = 0.95, 0.998  # shares of agents inside the limits by luck alone
STEPS = 40  # of the curves


class Funnel(NamedTuple):
    """The agents on one KPI.

    Attributes:
        metric: the KPI; level: in-house on the pilot's mix, the middle of the funnel.
        arm, name: of each agent.
        n: observations; value: level + observed - expected of the same contacts in-house.
        shrunk: the value drawn to the arm's own by as much as luck explains; NaN for a lone agent.
        side: 1 above, -1 below the limits of ALARM, 0 inside.
        curve: n and both pairs of limits there, shape (STEPS, 5): n, low and high of WARNING, of ALARM.
    """

    metric: Metric
    level: float
    arm: Ints
    name: list[str]
    n: Floats
    value: Floats
    shrunk: Floats
    side: Ints
    curve: Floats

    def beyond(self, arm: int) -> int:
        """How many agents of an arm lie beyond the limits of ALARM."""
        return int(np.count_nonzero(self.side[self.arm == arm]))


def funnels(estimates: Sequence[Estimate], mix: CaseMix, cluster: str | None) -> list[Funnel]:
    """A funnel for each KPI with a say in the verdict that is a share or a score; none where clusters are no agents."""
    if cluster != "agent_id":
        return []
    found = [
        _funnel(e, mix)
        for e in estimates
        if e.metric.form == "mean" and e.metric.kind == "difference" and e.metric.role != "secondary"
    ]
    return [funnel for funnel in found if funnel is not None]


def _funnel(e: Estimate, mix: CaseMix) -> Funnel | None:
    m = mix.sums.measures.get(e.metric.measure)
    on = None if m is None or e.why is not None else mix.standardised(m)
    if m is None or on is None:
        return None
    rows = (mix.sums.arm < ARMS) & (m.n > 0) & (on.weight[mix.cell] > 0) & mix.sums.named[mix.sums.cluster]
    clusters = len(mix.sums.clusters)
    key = mix.sums.arm[rows] * clusters + mix.sums.cluster[rows]
    n = sum_by(key, m.n[rows], ARMS * clusters)
    off = sum_by(key, m.total[rows] - m.n[rows] * on.fitted[0][mix.cell[rows]], ARMS * clusters)
    present = np.flatnonzero(n)
    if not len(present):
        return None
    level, n = float(on.value[0]), n[present]
    value = level + off[present] / n
    arm, agent = present // clusters, present % clusters
    within = np.array([within_variance(mix.arm_sums(g, m, on, span=e.metric.span or 0.0)) for g in range(ARMS)])
    span = e.metric.span
    variance = level * (1 - level) if span == 1 else float(np.average(within[arm], weights=n))
    variance = max(variance, 0.0)  # a share of all may be 1 + 4e-16, and an additive model may lead beyond 1
    low, high = funnel_limits(level, variance, n, ALARM)
    side = (value > high).astype(np.int64) - (value < low)
    if e.metric.better == "lower":
        side = -side
    at = np.geomspace(max(float(n.min()), 1.0), float(n.max()), STEPS)
    curve = np.column_stack(
        [at, *funnel_limits(level, variance, at, WARNING), *funnel_limits(level, variance, at, ALARM)]
    )
    shrunk = _shrunk(arm, value, within[arm] / n)
    if span is not None:  # what an agent's mix adds may lead beyond what there is: a share, or a promoter score
        value, shrunk, curve[:, 1:] = (np.clip(x, 1.0 - span, 1.0) for x in (value, shrunk, curve[:, 1:]))
    return Funnel(e.metric, level, arm, [mix.sums.clusters[g] for g in agent], n, value, shrunk, side, curve)


def _shrunk(arm: Ints, value: Floats, variance: Floats) -> Floats:
    found = np.full(len(value), np.nan)
    for own in (arm == 0, arm == 1):
        if own.sum() > 1:
            found[own] = shrink(value[own], variance[own]).estimate
    return found
