"""Straight lines through weekly sums: one slope for each group, the same in every stratum of the case mix.

A group's slope is a linear function of its cell sums, as a standardised mean is, so one variance formula serves both.
"""

import numpy as np
import numpy.typing as npt

from pilot_analysis.stats.standardise import Standardised

Floats = npt.NDArray[np.float64]


def slopes(n: Floats, total: Floats, time: Floats, stratum: npt.NDArray[np.int64]) -> Standardised | None:
    """Least squares of each group's values on time, with a level of its own for every stratum.

    Args:
        n: observations of each group in each cell (a stratum in a week), shape (groups, cells).
        total: sum of their values, shape (groups, cells).
        time: of each cell, shape (cells,).
        stratum: number of each cell's stratum, shape (cells,).

    Returns:
        The slopes as `value`, a unit of time being 1; None where a group has no stratum with two times.
    """
    levels = stratum[:, None] == np.unique(stratum)[None, :]
    design = np.hstack([levels, time[:, None]]).astype(np.float64)
    last = np.zeros(design.shape[1])
    last[-1] = 1.0
    coefficient, projection = [], []
    for own in n:
        information = design.T @ (own[:, None] * design)
        inverse = np.linalg.pinv(information, hermitian=True)
        if not np.allclose(last @ inverse @ information, last, atol=1e-6):
            return None
        coefficient.append(last @ inverse @ design.T)
        projection.append(design @ inverse @ design.T)
    lines, fits = np.stack(coefficient), np.stack(projection)
    fitted = np.stack([p @ t for p, t in zip(fits, total, strict=True)])
    weight = np.full(len(time), 1 / len(time))
    return Standardised("main_effects", (lines * total).sum(axis=1), lines, fitted, fits, weight, 1.0)
