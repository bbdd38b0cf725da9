"""What coaching could give: the pilot's weakest agents brought to their team's median.

Agents' own levels are shrunk towards the team's before any of them is called weak (stats/shrinkage.py), so that bad
luck on a few contacts is not taken for bad work.
"""

from copy import copy
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.means import CaseMix, mean_estimate
from pilot_analysis.stats.clusters import sum_by, within_variance
from pilot_analysis.stats.shrinkage import shrink

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PILOT = 1
COACHED_SHARE = 0.25  # of the agents: the bottom quartile


class AgentLevels(NamedTuple):
    """The pilot's agents on one KPI, weakest first.

    Attributes:
        cluster: number of the cluster; name: the agent's.
        n: observations.
        level: difference from what the agent's own mix of contacts gives in this team, shrunk; + is better.
    """

    cluster: Ints
    name: list[str]
    n: Floats
    level: Floats


def agent_levels(e: Estimate, mix: CaseMix) -> AgentLevels | None:
    """The pilot's agents by their shrunk level; None where the KPI is no difference of means or has one agent."""
    m = mix.sums.measures.get(e.metric.measure)
    on = None if m is None else mix.standardised(m)
    if m is None or on is None or e.metric.form != "mean" or e.metric.kind != "difference":
        return None
    rows = (mix.sums.arm == PILOT) & (m.n > 0) & mix.sums.named[mix.sums.cluster]
    size = len(mix.sums.clusters)
    cluster, fitted = mix.sums.cluster[rows], on.fitted[PILOT][mix.cell[rows]]
    n = sum_by(cluster, m.n[rows], size)
    present = np.flatnonzero(n)
    if len(present) < 2:
        return None
    n, excess = n[present], sum_by(cluster, m.total[rows] - m.n[rows] * fitted, size)[present]
    within = within_variance(mix.arm_sums(PILOT, m, on, span=e.metric.span or 0.0))
    own = excess / n
    shrunk = own * shrink(own, within / n).kept
    level = shrunk if e.metric.better == "higher" else -shrunk
    order = np.lexsort((present, level))
    return AgentLevels(present[order], [mix.sums.clusters[g] for g in present[order]], n[order], level[order])


def coached(e: Estimate, mix: CaseMix, levels: AgentLevels, agents: int, confidence: float) -> Estimate:
    """The KPI estimated again with the weakest `agents` at their team's median."""
    m = mix.sums.measures[e.metric.measure]
    gain = np.zeros(len(mix.sums.clusters))
    lift = np.maximum(np.median(levels.level) - levels.level[:agents], 0.0)
    gain[levels.cluster[:agents]] = lift if e.metric.better == "higher" else -lift
    total = m.total + np.where(mix.sums.arm == PILOT, m.n * gain[mix.sums.cluster], 0.0)
    changed = copy(mix)
    changed.sums = replace(mix.sums, measures={**mix.sums.measures, e.metric.measure: replace(m, total=total)})
    return mean_estimate(e.metric, changed, confidence, influence=False)


def most_coached(levels: AgentLevels) -> int:
    """How many agents are the bottom quartile; at least one."""
    return max(int(len(levels.name) * COACHED_SHARE), 1)
