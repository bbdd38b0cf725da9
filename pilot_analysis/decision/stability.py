"""How often the verdict would be the same with other agents like these.

A bootstrap over clusters by multipliers: every replicate gives each cluster a weight, the same for all KPIs, and moves
each estimate by the weighted sum of the clusters' scores, scaled to its standard error; the rules decide anew. So KPIs
that depend on the same agents move together. Source: Kline and Santos, J Econometric Methods 1 (2012) 23.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from pilot_analysis.config.policy import Rule, Verdict
from pilot_analysis.decision.estimate import Estimate, moved
from pilot_analysis.decision.findings import Findings
from pilot_analysis.decision.other_verdicts import with_levers_of
from pilot_analysis.decision.rules import decide

REPLICATES = 200
Name = TypeVar("Name", bound=str)
SEED = 20  # of the multipliers: the same review gives the same bytes


@dataclass(frozen=True)
class Stability:
    """Share of the replicates by verdict and by deciding rule, the most frequent first."""

    replicates: int
    seed: int
    verdicts: dict[Verdict, float]
    rules: dict[str, float]


def stability_of(f: Findings, rules: Sequence[Rule]) -> Stability | None:
    """The verdicts of the replicates; None while the pilot runs, and where no KPI that counts has clusters to draw.

    Segments, the rest without them and checks stay as they are found; levers as in `with_levers_of`.
    """
    moving = [
        e for e in f.estimates
        if e.metric.role != "secondary" and e.effect is not None and e.scores is not None and e.scores.clusters
    ]  # fmt: skip
    if f.interim or not moving:
        return None
    deviations = _deviations(moving)
    fixed = with_levers_of(decide(f, rules)[0], f)
    decided = []
    for row in deviations:
        changed = {e.metric.id: moved(e, by, f.config.design.confidence) for e, by in zip(moving, row, strict=True)}
        estimates = [changed.get(e.metric.id, e) for e in f.estimates]
        rule, _tried = decide(replace(fixed, estimates=estimates), rules)
        if rule is not None:
            decided.append(rule)
    return Stability(
        REPLICATES, SEED, _shares([rule.verdict for rule in decided]), _shares([rule.id for rule in decided])
    )


def _deviations(moving: Sequence[Estimate]) -> npt.NDArray[np.float64]:
    """Deviations of the estimates from what they are, on the analysis scale, shape (replicates, estimates)."""
    # in the order of the sums, so that no draw depends on what clusters are called
    names = list(dict.fromkeys(name for e in moving if e.scores is not None for name in e.scores.clusters))
    place = {name: i for i, name in enumerate(names)}
    scores = np.zeros((len(names), len(moving)))
    for k, e in enumerate(moving):
        assert e.scores is not None
        assert e.effect is not None
        scores[[place[name] for name in e.scores.clusters], k] = e.scores.score
        spread = float(np.sqrt((e.scores.score**2).sum()))
        scores[:, k] *= e.effect.se / spread if spread > 0 else 0.0
    multipliers = np.random.default_rng(SEED).standard_normal((REPLICATES, len(names)))
    found: npt.NDArray[np.float64] = multipliers @ scores
    return found


def _shares(found: Sequence[Name]) -> dict[Name, float]:
    return {name: n / REPLICATES for name, n in Counter(found).most_common()}
