"""A sudden change of level in a daily series, beyond its weekdays and its trend."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
WEEK = 7
FEWEST_DAYS = 2 * WEEK  # with a value
AROUND = 2 * WEEK  # days on each side whose levels are compared
RARE = 2e-4  # p-value of the day chosen for being the most unlike
MOST_ALIKE = 0.9  # correlation of neighbouring days, at most
TINY = 1e-12
JUMP = 0.5  # part of the change that has to be there beside a straight line through all days


class Step(NamedTuple):
    """The level up to the day before `day` (its place in the series) and from it on, within two weeks on each side."""

    day: int
    before: float
    after: float


def step(values: Floats, weights: Floats, *, shares: bool = False) -> Step | None:
    """The day from which on the level is another one, where the change is too large for chance.

    Each day at least a week from either end is tried: weighted least squares on the weekdays and on what begins on that
    day. The largest t of a beginning is judged by Bonferroni over the days tried (the likelihood-ratio test for a
    change at an unknown point), with its variance raised by (1 + r) / (1 - r), r the correlation of neighbouring days'
    residuals. A series that drifts has no step: the step has to fit better than a straight line, and beside one the
    jump has to be at least JUMP of the difference between the two weeks before and after.

    Args:
        values: of consecutive days, NaN on days without one; weights: contacts behind each, any number on the others.
        shares: whether the values are shares, which scatter at least as those of contacts drawn alike.

    Returns:
        None with fewer than FEWEST_DAYS days, and where nothing changes.

    Source: Hawkins (1977), Journal of the American Statistical Association 72, 180-186; Worsley (1979), ibid. 74,
    365-367; for days that resemble each other Bayley and Hammersley (1946), Supplement to the JRSS 8, 184-197, and
    Kendall (1954), Biometrika 41, 403-404 (r is too small in short series).
    """
    at = np.flatnonzero(np.isfinite(values) & (weights > 0))
    if len(at) < FEWEST_DAYS:
        return None
    y, w = values[at], weights[at] / weights[at].mean()
    tried = np.arange(at[WEEK - 1] + 1, at[-WEEK] + 1)
    weekdays = np.unique(at % WEEK)
    df = len(at) - len(weekdays) - 1
    root = np.sqrt(w)[:, None]
    basis, _upper = np.linalg.qr((at[:, None] % WEEK == weekdays) * root)

    def beyond_weekdays(columns: Floats) -> Floats:
        scaled = columns * root
        found: Floats = scaled - basis @ (basis.T @ scaled)
        return found

    rest = beyond_weekdays(y[:, None])[:, 0]
    line = beyond_weekdays((at - at.mean())[:, None])[:, 0]
    begins = beyond_weekdays((at[:, None] >= tried).astype(float))
    size = (begins**2).sum(axis=0)
    if df < 1 or not len(tried) or size.min() < TINY or line @ line < TINY:
        return None
    along = begins.T @ rest / size
    best = int(np.argmax(along**2 * size))
    day, jump = int(tried[best]), float(along[best])
    left = rest - jump * begins[:, best]
    beside_line = rest - line * (line @ rest) / (line @ line)
    if left @ left >= beside_line @ beside_line:
        return None
    variance = float(left @ left) / df
    if shares:
        level = np.where(at < day, *(np.average(y[side], weights=w[side]) for side in _sides(at, day)))
        variance = max(variance, float((w * level * (1 - level)).sum() / w.sum() / weights[at].mean()))
    alike = float((left[1:] * left[:-1])[np.diff(at) == 1].sum() / max(float(left @ left), TINY))
    alike = min(max(alike + (1 + 3 * alike) / len(at), 0.0), MOST_ALIKE)
    error = float(np.sqrt(max(variance, TINY) / size[best] * (1 + alike) / (1 - alike)))
    if 2 * len(tried) * float(stdtr(df, -abs(jump) / error)) >= RARE:
        return None
    near = np.abs(at - day + 0.5) < AROUND
    before, after = (float(np.average(y[side & near], weights=w[side & near])) for side in _sides(at, day))
    own = begins[:, best] - line * (line @ begins[:, best]) / (line @ line)
    alone = float(own @ rest) / max(float(own @ own), TINY)
    return Step(day, before, after) if alone * np.sign(after - before) >= JUMP * abs(after - before) else None


def _sides(at: Ints, day: int) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which days lie before a day, and which from it on."""
    return at < day, at >= day
