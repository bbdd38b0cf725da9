"""Direct standardisation: every group on the pilot's own case mix, as a linear function of cell sums.

An arm's value is `sum over cells of coefficient x total`, whether each cell stands for itself or a
main-effects model carries thin cells; so one variance formula serves both.
"""

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Method = Literal["cells", "main_effects"]

FEWEST_IN_CELL = 5  # observations an arm needs in a cell for the cell to stand for itself
MOST_THIN = 0.05  # share of the pilot's contacts in thinner cells above which main effects are used


class Standardised(NamedTuple):
    """Groups on one case mix; index 0 in-house, 1 pilot, and where there are four, 2 and 3 the same arms before.

    Attributes:
        method: cells (every cell stands for itself) or main_effects (additive model of the factors).
        value: the standardised means, shape (groups,).
        coefficient: what one unit of a cell's total adds to the value, shape (groups, cells).
        fitted: the mean that each cell is taken to have, shape (groups, cells).
        projection: totals to fitted means, shape (groups, cells, cells).
        weight: the pilot's share of each compared cell, shape (cells,); sums to 1.
        compared: share of the pilot's population that lies in compared cells.
    """

    method: Method
    value: Floats
    coefficient: Floats
    fitted: Floats
    projection: Floats
    weight: Floats
    compared: float


def standardise(
    population: Floats, n: Floats, total: Floats, factors: npt.NDArray[np.int64], method: Method | None = None
) -> Standardised | None:
    """Put every group on the pilot's case mix.

    Cells in which a group has no observation, or fewer than FEWEST_IN_CELL, are carried by a weighted
    least-squares model with main effects once they hold more than MOST_THIN of the pilot's population;
    cells of a factor level that a group never saw are not compared at all.

    Args:
        population: contacts of each group in each cell, observed or not, shape (groups, cells).
        n: observations, shape (groups, cells).
        total: sum of the observed values, shape (groups, cells).
        factors: level of each factor in each cell, shape (cells, factors).
        method: this one whatever the cells hold; None where they decide.

    Returns:
        The standardised groups, or None where no cell can be compared, or not by this method.

    Source: direct standardisation as in Keiding and Clayton, Stat Sci 29 (2014) 529; with main effects it
    is G-computation with an additive model (Robins 1986).
    """
    wanted = population[1] > 0
    if not wanted.any():
        return None
    share = population[1] / population[1].sum()
    if method != "cells" and factors.shape[1] and (method or thin_share(population, n) > MOST_THIN):
        model = _main_effects(share, n, total, factors, wanted)
        if model is not None or method:
            return model
    return _cells(share, n, total, (n > 0).all(axis=0) & wanted)


def thin_share(population: Floats, n: Floats) -> float:
    """Share of the pilot's contacts in cells that every group had, with fewer than FEWEST_IN_CELL observations in one.

    Args:
        population, n: contacts and observations of each group in each cell, shape (groups, cells).
    """
    thin = (population > 0).all(axis=0) & (n < FEWEST_IN_CELL).any(axis=0)
    return float(population[1][thin].sum() / population[1].sum())


def _cells(share: Floats, n: Floats, total: Floats, compared: npt.NDArray[np.bool_]) -> Standardised | None:
    if not compared.any():
        return None
    weight = np.where(compared, share, 0.0)
    covered = float(weight.sum())
    weight = weight / covered
    inverse = np.divide(1.0, n, out=np.zeros_like(n), where=n > 0)
    coefficient = weight * inverse
    return Standardised(
        "cells", (coefficient * total).sum(axis=1), coefficient, total * inverse,
        np.stack([np.diag(row) for row in inverse]), weight, covered,
    )  # fmt: skip


def _main_effects(
    share: Floats, n: Floats, total: Floats, factors: npt.NDArray[np.int64], wanted: npt.NDArray[np.bool_]
) -> Standardised | None:
    """Each group by its own additive model, fitted to the cell sums with weights n."""
    seen = np.ones(len(share), dtype=bool)
    for column in factors.T:
        for own in n:
            seen &= np.isin(column, column[own > 0])
    compared = wanted & seen
    if not compared.any():
        return None
    levels = [(column[:, None] == np.unique(column)[None, 1:]) for column in factors.T]
    design = np.hstack([np.ones((len(share), 1)), *levels]).astype(np.float64)
    weight = np.where(compared, share, 0.0)
    covered = float(weight.sum())
    weight = weight / covered
    target = weight @ design
    projection, coefficient = [], []
    for own in n:
        information = design.T @ (own[:, None] * design)
        inverse = np.linalg.pinv(information, hermitian=True)
        if not np.allclose(target @ inverse @ information, target, atol=1e-6):
            return None  # the group never saw a combination that would tell these levels apart
        projection.append(design @ inverse @ design.T)
        coefficient.append(target @ inverse @ design.T)
    fitted = np.stack([p @ t for p, t in zip(projection, total, strict=True)])
    return Standardised(
        "main_effects", (weight * fitted).sum(axis=1), np.stack(coefficient), fitted,
        np.stack(projection), weight, covered,
    )  # fmt: skip
