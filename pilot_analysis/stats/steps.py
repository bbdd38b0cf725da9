"""A sudden change of level in a daily series, beyond its weekdays and its trend."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr

Floats = npt.NDArray[np.float64]
WEEK = 7
FEWEST_DAYS = 2 * WEEK  # with a value
AROUND = 2 * WEEK  # days on each side whose levels are compared
RARE = 2e-4  # p-value of the day chosen for being the most unlike
MOST_ALIKE = 0.9  # correlation of neighbouring days, at most
JUMP = 0.5  # part of the change that has to be there beside a straight line through all days


class Step(NamedTuple):
    """The level up to the day before `day` (its place in the series) and from it on, within two weeks on each side."""

    day: int
    before: float
    after: float


def step(values: Floats, weights: Floats, least: float = 0.0) -> Step | None:
    """The day from which on the level is another one, where the change is too large for chance.

    Each day at least a week from either end is tried: weighted least squares on the weekdays, a straight line and what
    begins on that day. The largest t of a beginning is judged by Bonferroni over the days tried (the likelihood-ratio
    test for a change at an unknown point), with its variance raised by (1 + r) / (1 - r), r the correlation of
    neighbouring days' residuals where it is positive. The levels of the two weeks before and after have to differ in
    the same direction, by no more than 1 / JUMP times what is left beside the line: a series that drifts has no step.

    Args:
        values: of consecutive days, NaN on days without one; weights: contacts behind each, any number on the others.
        least: the least variance of a value of weight 1 (of a share p, p (1 - p)).

    Returns:
        None with fewer than FEWEST_DAYS days, and where nothing changes.

    Source: Hawkins (1977), Journal of the American Statistical Association 72, 180-186; Worsley (1979), ibid. 74,
    365-367; for the correlated days Bayley and Hammersley (1946), Supplement to the JRSS 8, 184-197.
    """
    at = np.flatnonzero(np.isfinite(values) & (weights > 0))
    if len(at) < FEWEST_DAYS:
        return None
    y, w = values[at], weights[at] / weights[at].mean()
    tried = np.arange(max(at[0] + WEEK, 1), at[-1] - WEEK + 2)
    tried = tried[np.array([min((at < day).sum(), (at >= day).sum()) >= WEEK for day in tried], dtype=bool)]
    weekdays = np.unique(at % WEEK)
    design = np.column_stack([at[:, None] % WEEK == weekdays, at - at.mean()]).astype(float)
    df = len(at) - design.shape[1] - 1
    if not len(tried) or df < 1:
        return None
    root = np.sqrt(w)[:, None]
    basis, _upper = np.linalg.qr(design * root)
    begins = (at[:, None] >= tried).astype(float) * root
    begins -= basis @ (basis.T @ begins)
    rest = y * root[:, 0]
    rest = rest - basis @ (basis.T @ rest)
    size = (begins**2).sum(axis=0)
    jump = np.divide(begins.T @ rest, size, out=np.zeros(len(tried)), where=size > 1e-9)
    best = int(np.argmax(jump**2 * size))
    left = rest - jump[best] * begins[:, best]
    floor = least / weights[at].mean()
    variance = max(float(left @ left) / df, floor)
    if variance <= 0 or size[best] <= 1e-9:
        return None
    neighbours = np.diff(at) == 1
    alike = float((left[1:] * left[:-1])[neighbours].sum() / max(float(left @ left), 1e-300))
    alike = min(max(alike, 0.0), MOST_ALIKE)
    t = abs(float(jump[best])) * np.sqrt(size[best] / (variance * (1 + alike) / (1 - alike)))
    if 2 * len(tried) * float(stdtr(df, -t)) >= RARE:
        return None
    day = int(tried[best])
    before, after = (
        float(np.average(y[side], weights=w[side]))
        for side in ((at < day) & (at >= day - AROUND), (at >= day) & (at < day + AROUND))
    )
    if float(jump[best]) * np.sign(after - before) < JUMP * abs(after - before):
        return None
    return Step(day, before, after)
