"""The classical tests that analysts know, on agent averages: a cross-check beside the clustered interval.

One adapter to pingouin, whose columns were renamed in 0.6 and whose CI95 is rounded to two digits by
default. It is given agents, never contacts: its Mann-Whitney builds a table of all pairs.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
FEWEST = 3


class Classical(NamedTuple):
    """Welch's t and Mann-Whitney of two samples of agent averages.

    Attributes:
        n: agents of each arm.
        difference, low, high: of the means, with Welch's interval.
        p_welch, p_mann_whitney: two-sided.
        hedges_g: standardised difference, corrected for small samples.
    """

    n: tuple[int, int]
    difference: float
    low: float
    high: float
    p_welch: float
    p_mann_whitney: float
    hedges_g: float


def agent_tests(baseline: Floats, pilot: Floats, confidence: float = 0.95) -> Classical | None:
    """Compare agent averages of two arms; None with fewer than FEWEST agents in one, or without spread.

    Args:
        baseline, pilot: one average an agent.
        confidence: of Welch's interval.
    """
    if min(len(baseline), len(pilot)) < FEWEST or not (np.ptp(baseline) > 0 or np.ptp(pilot) > 0):
        return None
    import pingouin

    before = pingouin.options["round.column.CI95"]
    pingouin.options["round.column.CI95"] = None
    try:
        welch = pingouin.ttest(pilot, baseline, correction=True, confidence=confidence).iloc[0]
        rank = pingouin.mwu(pilot, baseline).iloc[0]
    finally:
        pingouin.options["round.column.CI95"] = before
    interval = next(welch[name] for name in welch.index if str(name).startswith("CI"))
    return Classical(
        n=(len(baseline), len(pilot)),
        difference=float(pilot.mean() - baseline.mean()),
        low=float(interval[0]),
        high=float(interval[1]),
        p_welch=float(_column(welch, "p_val", "p-val")),
        p_mann_whitney=float(_column(rank, "p_val", "p-val")),
        hedges_g=float(pingouin.compute_effsize(pilot, baseline, eftype="hedges")),
    )


def _column(row: "dict[str, float]", *names: str) -> float:
    return next(row[name] for name in names if name in row)
