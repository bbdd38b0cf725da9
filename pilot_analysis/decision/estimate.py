"""The estimate of one KPI: both arms, the effect with its interval, and how it was made."""

from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.stats.clusters import Clustered
from pilot_analysis.stats.intervals import Effect, effect, score_effect, t_quantile
from pilot_analysis.stats.proportions import Shares
from pilot_analysis.words import _

State = Literal["superior", "non_inferior", "inconclusive", "harm", "not_measured"]
Floats = npt.NDArray[np.float64]
ROUNDING = 1e-9  # a standard error below this, of a share or a logarithm, is what summing floats leaves


class ArmValue(NamedTuple):
    """One arm: standardised value, observations and clusters behind it."""

    value: float
    n: int
    clusters: int


class Plain(NamedTuple):
    """An unadjusted comparison: both arms, the effect, and its interval where one was computed."""

    baseline: float
    pilot: float
    estimate: float
    low: float | None = None
    high: float | None = None


class Influence(NamedTuple):
    """The cluster that moves the result most, and the result without it.

    Attributes:
        cluster: its name.
        estimate_without: the effect (effect scale) without it; low_without, high_without: its interval, or None.
        state_without: the state that the KPI would have.
        by_chance: for one of the pilot's clusters, how likely one that varies as the others do would lie as far off.
        without: the whole estimate without it.
    """

    cluster: str
    estimate_without: float
    low_without: float | None = None
    high_without: float | None = None
    state_without: State = "not_measured"
    by_chance: float | None = None
    without: "Estimate | None" = None


class Scores(NamedTuple):
    """What each cluster adds to the deviation of an estimate, on the analysis scale; names and numbers alike long."""

    clusters: list[str]
    score: Floats


@dataclass(frozen=True)
class Estimate:
    """What a review knows of one KPI.

    Attributes:
        metric: the KPI with its limits.
        arms: in-house and pilot; None where nothing was observed.
        effect: None where no interval exists; then `why` says why not.
        this_team: interval on the effect scale for these very agents.
        crude: unadjusted, the same contacts; naive: as if contacts were independent and none immature.
        influence: who moves the result.
        method: cells or main_effects; compared: share of the pilot's population that was compared.
        groups: all four of difference-in-differences (see contacts.groups.GROUPS), else empty.
        variance_fixed: the part of the squared standard error that more contacts would shrink.
        scores: by cluster; None where no interval exists.
        why: why there is no state.
        note: what has to be known beside the state.
    """

    metric: Metric
    arms: tuple[ArmValue, ArmValue] | None = None
    effect: Effect | None = None
    this_team: tuple[float, float] | None = None
    crude: Plain | None = None
    naive: Plain | None = None
    influence: Influence | None = None
    method: Literal["cells", "main_effects"] = "cells"
    compared: float = 1.0
    variance_fixed: float = 0.0
    groups: tuple[ArmValue, ...] = ()
    scores: Scores | None = field(default=None, compare=False, repr=False)
    why: str | None = None
    note: str | None = None

    @property
    def state(self) -> State:
        """The state on the benefit scale (+ is better)."""
        if self.effect is None or self.why is not None:
            return "not_measured"
        return state_of(self.effect, self.metric.margin)

    @property
    def hurdle_met(self) -> bool:
        """Whether the whole interval lies above the hurdle (or above nothing, without one)."""
        return self.effect is not None and self.why is None and self.effect.benefit_low > (self.metric.hurdle or 0.0)


def one_cluster() -> str:
    """Why an arm with a single cluster has no interval."""
    return _("one cluster in an arm shows nothing about others like it: at least two are needed")


def state_of(found: Effect, margin: float | None) -> State:
    """superior: low > 0; non_inferior: low > -margin; harm: high < -margin; else inconclusive.

    Without a margin any loss that is shown is harm.
    """
    limit = -(margin or 0.0)
    if found.benefit_low > 0:
        return "superior"
    if found.benefit_low > limit:
        return "non_inferior"
    return "harm" if found.benefit_high < limit else "inconclusive"


def state_name(state: State) -> str:
    """A state as a sentence calls it."""
    return {
        "superior": _("better"), "non_inferior": _("held"), "inconclusive": _("not shown"), "harm": _("worse"),
        "not_measured": _("not measured"),
    }[state]  # fmt: skip


def interval(
    metric: Metric, estimate: float, spread: Clustered, confidence: float, shares: Shares | None = None
) -> tuple[Effect, tuple[float, float]]:
    """The effect with its interval, and the interval for this very team (effect scale).

    Args:
        estimate: on the analysis scale: a difference, or the logarithm of a ratio.
        shares: of independent contacts: their score interval, which is that of this very team too.
    """
    if shares is not None:
        scored = score_effect(
            shares, float(np.sqrt(spread.variance)), better=metric.better, margin=metric.margin, hurdle=metric.hurdle,
            confidence=confidence,
        )  # fmt: skip
        return scored, (scored.low, scored.high)
    se = float(np.sqrt(spread.variance))
    se, df = (se, spread.df) if se > ROUNDING else (0.0, np.inf)
    found = effect(
        estimate, se, df, kind=metric.kind, better=metric.better, margin=metric.margin, hurdle=metric.hurdle,
        confidence=confidence,
    )  # fmt: skip
    half = t_quantile(confidence, np.inf) * float(np.sqrt(spread.fixed_variance))
    team = estimate - half, estimate + half
    if metric.kind == "ratio":
        return found, (float(np.exp(team[0])), float(np.exp(team[1])))
    if metric.span is None:
        return found, team
    return possible(found, metric), (max(team[0], -metric.span), min(team[1], metric.span))


def possible(found: Effect, metric: Metric) -> Effect:
    """An effect whose interval ends where the measure does.

    A difference of shares lies between -1 and 1, whatever a t quantile with one degree of freedom says.
    """
    if metric.kind == "ratio" or metric.span is None:
        return found
    least, most = -metric.span, metric.span
    return found._replace(
        low=max(found.low, least), high=min(found.high, most),
        benefit_low=max(found.benefit_low, least), benefit_high=min(found.benefit_high, most),
    )  # fmt: skip


def moved(e: Estimate, by: float, confidence: float, se: float | None = None) -> Estimate:
    """An estimate that lies elsewhere by `by` on the analysis scale, with its standard error or another.

    Its interval is anew that of `stats.intervals.effect`; what was computed beside it stays.
    """
    assert e.effect is not None
    m = e.metric
    estimate = (float(np.log(e.effect.estimate)) if m.kind == "ratio" else e.effect.estimate) + by
    found = effect(
        estimate, e.effect.se if se is None else se, e.effect.df, kind=m.kind, better=m.better, margin=m.margin,
        hurdle=m.hurdle, confidence=confidence,
    )  # fmt: skip
    return replace(e, effect=found)


def smallest_drop(estimate: Estimate) -> float | None:
    """The smallest drop that this pilot could exclude were both arms equal: the half-width of its interval.

    On the benefit scale; None where there is no interval.
    """
    if estimate.effect is None:
        return None
    found = estimate.effect
    half = found.benefit - found.benefit_low
    return float(np.expm1(np.log(found.high / found.estimate))) if estimate.metric.kind == "ratio" else half
