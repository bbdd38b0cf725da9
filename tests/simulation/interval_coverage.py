"""How often intervals hold the truth: simulated pilots through the same functions that a review uses.

An interval that lies wholly on the better side of the truth would call a pilot non-inferior whose truth lies on
the margin: that may happen in 2.5% of pilots.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from drawn_pilots import KINDS, Design, Kind


class Found(NamedTuple):
    """What became of some simulated pilots.

    Attributes:
        pilots: simulated; measured: with an interval.
        passed: intervals wholly on the better side of the truth: called non-inferior were it the margin.
        harmed: intervals wholly on the worse side.
    """

    pilots: int
    measured: int
    passed: int
    harmed: int

    @property
    def covered(self) -> float:
        """Share of the intervals that hold the truth."""
        return 1 - (self.passed + self.harmed) / max(self.measured, 1)

    def meets_bar(self) -> bool:
        """Coverage 94-96.5%, one-sided error at most 3.0%, each plus two simulation errors."""
        both, one = (2 * float(np.sqrt(p * (1 - p) / max(self.measured, 1))) for p in (0.05, 0.025))
        return 0.94 - both <= self.covered <= 0.965 + both and self.passed / max(self.measured, 1) <= 0.03 + one


def simulate(kind: str | Kind, design: Design, pilots: Iterable[int], seed: int) -> Found:
    """The pilots with these numbers; every one has its own stream of random numbers."""
    kind = KINDS[kind] if isinstance(kind, str) else kind
    design, draw = replace(design, contacts=kind.contacts, mix=kind.mix), kind.draw
    entropy = [seed, design.agents[0], round(design.icc * 1000)]
    better, worse, measured, whole = 0, 0, 0, 0
    for number in pilots:
        rng = np.random.default_rng(np.random.SeedSequence(entropy, spawn_key=(number,)))
        estimate, truth = draw(design, rng)
        whole += 1
        if estimate.effect is None:
            continue
        ends = np.array([estimate.effect.low, estimate.effect.high])
        low, high = np.log(ends) if estimate.metric.kind == "ratio" else ends
        too_high, too_low = bool(low > truth), bool(high < truth)
        better += too_high if estimate.metric.better == "higher" else too_low
        worse += too_low if estimate.metric.better == "higher" else too_high
        measured += 1
    return Found(whole, measured, better, worse)
