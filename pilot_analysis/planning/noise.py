"""How much of a KPI's scatter is agents, and how much single contacts; and how well that is known."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import chdtri

from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.means import CaseMix
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.stats.between import between_clusters
from pilot_analysis.stats.standardise import standardise

Floats = npt.NDArray[np.float64]

ROUNDING = 1e-9  # relative
SURE = 0.8  # of the upper limit of agents' spread, one-sided
EQUALLY_LIKELY = (np.arange(16) + 0.5) / 16


@dataclass(frozen=True)
class Noise:
    """One KPI in-house; standard deviations are in its unit for a difference and relative for a ratio.

    Attributes:
        level: its value.
        share: of the contacts that have one.
        agent_sd: of agents' own levels, as estimated.
        contact_sd: of the contacts of an agent.
        df: degrees of freedom of the variance that `agent_sd` was taken from, infinite where it is known.
        sampling: what contacts add to that variance, on the scale of `agent_sd` squared.
        n, agents: observations and agents behind it; 0 where it was typed.
    """

    level: float
    share: float
    agent_sd: float
    contact_sd: float
    df: float = np.inf
    sampling: float = 0.0
    n: int = 0
    agents: int = 0

    def agent_sd_at(self, share: Floats) -> Floats:
        """The sd of agents' own levels that lies above this share of those that the log allows.

        The whole variance is taken as its estimate times df / chi-square of df, and contacts' known part from it.

        Source: generalised inference for variance components, Weerahandi, J Am Stat Assoc 88 (1993) 899.
        """
        if np.isinf(self.df):
            return np.full(np.shape(share), self.agent_sd)
        whole = (self.agent_sd**2 + self.sampling) * self.df / chdtri(self.df, share)
        found: Floats = np.sqrt(np.maximum(whole - self.sampling, 0.0))
        return found

    @property
    def agent_sd_high(self) -> float:
        """As large as the log allows, one-sided 80%."""
        return float(self.agent_sd_at(np.array(SURE)))

    @property
    def agent_sds(self) -> Floats:
        """Sds of agents' own levels that the log makes equally likely, ascending; one where it is known."""
        return self.agent_sd_at(EQUALLY_LIKELY if np.isfinite(self.df) else EQUALLY_LIKELY[:1])

    def after(self, times: float) -> "Noise":
        """About what so many times as many contacts of the same agents would say."""
        middle = float(self.agent_sd_at(np.array(0.5)))
        return replace(self, agent_sd=middle, sampling=self.sampling / times)

    @property
    def icc(self) -> float:
        """Agents' part of a contact's variance."""
        whole = self.agent_sd**2 + self.contact_sd**2
        return self.agent_sd**2 / whole if whole > 0 else 0.0


def halves(volume: Floats) -> npt.NDArray[np.int64]:
    """0 or 1 for every agent, so that both halves have about as many and as busy agents."""
    rank = np.empty(len(volume), dtype=np.int64)
    rank[np.argsort(-volume, kind="stable")] = np.arange(len(volume))
    return (rank + 1) // 2 % 2


def noise_of(e: Estimate, n: Floats, half: npt.NDArray[np.int64], share: float, level: float | None) -> Noise | None:
    """Agents' and contacts' part of the variance of an A/A comparison; None where it could not be made.

    Args:
        n: observations of every agent; half: which half each is in.
    """
    if e.effect is None or e.arms is None or e.why is not None:
        return None
    sizes = [n[half == h] for h in (0, 1)]
    alike = sum(float((x**2).sum() / x.sum() ** 2) for x in sizes)  # what a variance of 1 between agents gives
    single = sum(1 / float(x.sum()) for x in sizes)
    variance, fixed = e.effect.se**2, e.variance_fixed
    if level is None:
        level = float(np.average([arm.value for arm in e.arms], weights=[arm.n for arm in e.arms]))
    between = float(np.sqrt((variance - fixed) / alike)) if variance - fixed > ROUNDING * variance else 0.0
    return Noise(
        level, share, between, float(np.sqrt(fixed / single)), e.effect.df, fixed / alike, round(float(n.sum())),
        int(np.count_nonzero(n)),
    )  # fmt: skip


def agents_apart(noise: Noise, metric: Metric, mix: CaseMix) -> Noise:
    """The same with what every single agent says of how much they differ; for a mean.

    Args:
        mix: all agents in one arm; the same is returned where contacts are independent of each other.
    """
    m = mix.sums.measures.get(metric.measure)
    if m is None or not mix.sums.clusters:
        return noise
    population, n, total = (np.stack([mix.by_cell(x)[0]] * 2) for x in (m.population, m.n, m.total))
    on = standardise(population, n, total, mix.factors)
    if on is None or not on.value[0]:
        return noise
    scale = 1 / float(on.value[0]) if metric.kind == "ratio" else 1.0
    found = between_clusters(mix.arm_sums(0, m, on, scale, span=metric.span or 0.0))
    if found is None:
        return noise
    return replace(noise, agent_sd=float(np.sqrt(found.variance)), df=found.df, sampling=found.sampling)
