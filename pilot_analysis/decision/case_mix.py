"""How alike the arms' contacts are, which of them have no counterpart, and which model put them on one mix."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.means import CaseMix
from pilot_analysis.decision.time_mix import TimeMix
from pilot_analysis.kpis.sums import Floats
from pilot_analysis.stats.balance import multilevel_difference, standardised_difference
from pilot_analysis.stats.standardise import FEWEST_IN_CELL, MOST_THIN, Method, thin_share
from pilot_analysis.words import _, count, counted, joined, percent

MOST_NAMED = 5  # cells without a counterpart that a sentence names


class Level(NamedTuple):
    """One value of a column: contacts and share in both arms, and the standardised difference (pilot - in-house)."""

    value: str
    baseline: float
    pilot: float
    baseline_share: float
    pilot_share: float
    difference: float


class Factor(NamedTuple):
    """One column by which contacts differ.

    Attributes:
        column: its name; adjusted: whether it is part of the case mix, or only a segment.
        difference: of the whole distribution, never negative; infinite without a common value.
        levels: the pilot's largest first.
    """

    column: str
    adjusted: bool
    difference: float
    levels: list[Level]


class Uncompared(NamedTuple):
    """The pilot's contacts that one KPI does not compare: how many, their share, and in which cells, largest first."""

    kpi: str
    name: str
    contacts: float
    share: float
    cells: list[tuple[str, float]]


class Model(NamedTuple):
    """How one KPI was put on the pilot's mix, the share of its contacts in thin cells, and the reason in words."""

    kpi: str
    method: Method
    thin: float
    why: str


class Balance(NamedTuple):
    """The case mix of a review.

    Attributes:
        factors: column by column; cells: every case-mix cell with shares and standardised difference.
        difference: of the cells' distribution as a whole.
        models: by KPI; uncompared: by KPI, only where there are any.
    """

    factors: list[Factor]
    cells: pd.DataFrame
    difference: float
    models: list[Model]
    uncompared: list[Uncompared]


def balance(
    mix: CaseMix, times: dict[str, TimeMix], estimates: Sequence[Estimate], to_target: Sequence[tuple[str, str]] = ()
) -> Balance:
    """The case mix by arm, over all judged contacts, and what became of it in every KPI that has a say.

    Args:
        to_target: columns and their values that are held against targets, and so are not without a counterpart.
    """
    contacts = mix.sums.measures["contacts"].population
    columns = list(mix.sums.cells.columns)
    factors = [_factor(column, column in mix.by, CaseMix(mix.sums, [column]), contacts) for column in columns]
    counts = mix.by_cell(contacts)[:2]
    shares = counts / counts.sum(axis=1, keepdims=True)
    cells = mix.cells[mix.by].copy() if mix.by else pd.DataFrame(index=[0])
    cells["baseline_share"], cells["pilot_share"] = shares
    cells["difference"] = standardised_difference(shares[1], shares[0])
    models, uncompared = [], []
    for e in estimates:
        if e.metric.why is not None or e.metric.role == "secondary" or e.metric.form == "per_resolution":
            continue
        if e.metric.form == "quantile":
            if e.metric.measure in times:
                models.append(_time_model(e, times[e.metric.measure]))
                uncompared.append(_uncompared_times(e, times[e.metric.measure], to_target))
        elif mix.by_cell(mix.sums.measures[e.metric.measure].n).sum(axis=1).all():
            models.append(_model(e, mix))
            uncompared.append(_uncompared(e, mix, to_target))
    return Balance(
        factors, cells.sort_values("pilot_share", ascending=False, kind="stable", ignore_index=True),
        multilevel_difference(counts[1], counts[0]), models, [u for u in uncompared if u.contacts > 0],
    )  # fmt: skip


def _factor(column: str, adjusted: bool, mix: CaseMix, contacts: Floats) -> Factor:
    counts = mix.by_cell(contacts)[:2]
    shares = counts / counts.sum(axis=1, keepdims=True)
    apart = standardised_difference(shares[1], shares[0])
    levels = [
        Level(str(value), *map(float, (counts[0, i], counts[1, i], shares[0, i], shares[1, i], apart[i])))
        for i, value in enumerate(mix.cells[column])
    ]
    levels.sort(key=lambda level: -level.pilot_share)
    return Factor(column, adjusted, multilevel_difference(counts[1], counts[0]), levels)


def _model(e: Estimate, mix: CaseMix) -> Model:
    m = mix.sums.measures[e.metric.measure]
    thin = thin_share(mix.by_cell(m.population), mix.by_cell(m.n))
    return Model(e.metric.id, e.method, thin, _why(e.method, thin, mix.by))


def _time_model(e: Estimate, times: TimeMix) -> Model:
    """Within channels, so that thin cells are counted channel by channel."""
    counts = times.by_cell
    thin, methods = 0.0, set()
    for channel in times.channels:
        own = counts[:, channel.cells]
        thin += thin_share(own, own) * float(own[1].sum()) / float(counts[1].sum())
        methods.add(channel.on.method)
    method: Method = "main_effects" if "main_effects" in methods else "cells"
    return Model(e.metric.id, method, thin, _why(method, thin, list(times.histogram.cells.columns)))


def _why(method: Method, thin: float, by: Sequence[str]) -> str:
    if not by:
        return _("No case mix: design.adjust_for names no column.")
    facts = {"thin": percent(thin), "most": percent(MOST_THIN, 0), "n": count(FEWEST_IN_CELL), "by": joined(list(by))}
    if method == "main_effects":
        return _(
            "An additive model of {by} (main effects): {thin} of the pilot's contacts lie in cells with fewer than {n} "
            "observations in an arm, more than the {most} up to which every cell stands for itself."
        ).format(**facts)
    if thin > MOST_THIN:
        return _(
            "Every cell of {by} stands for itself, although {thin} of the pilot's contacts lie in cells with fewer "
            "than {n} observations in an arm: an additive model cannot be fitted to them."
        ).format(**facts)
    return _(
        "Every cell of {by} stands for itself: {thin} of the pilot's contacts lie in cells with fewer than {n} "
        "observations in an arm, at most {most} may."
    ).format(**facts)


def _uncompared(e: Estimate, mix: CaseMix, to_target: Sequence[tuple[str, str]]) -> Uncompared:
    m = mix.sums.measures[e.metric.measure]
    pilot, on = mix.by_cell(m.population)[1], mix.standardised(m)
    left = pilot if on is None else np.where(on.weight > 0, 0.0, pilot)
    return _named(e, mix.cells[mix.by], left, float(pilot.sum()), to_target)


def _uncompared_times(e: Estimate, times: TimeMix, to_target: Sequence[tuple[str, str]]) -> Uncompared:
    pilot = times.by_cell[1]
    left = pilot.copy()
    for channel in times.channels:
        left[channel.cells[channel.on.weight > 0]] = 0.0
    return _named(e, times.histogram.cells, left, float(pilot.sum()), to_target)


def _named(
    e: Estimate, cells: pd.DataFrame, left: Floats, whole: float, to_target: Sequence[tuple[str, str]]
) -> Uncompared:
    for by, value in to_target:
        if by in cells.columns:
            left = np.where(cells[by].to_numpy(dtype=object) == value, 0.0, left)
    order = [i for i in np.argsort(-left, kind="stable") if left[i] > 0]
    names = [" / ".join(map(str, row)) for row in cells.itertuples(index=False, name=None)] or [""]
    return Uncompared(
        e.metric.id, e.metric.name, float(left.sum()), float(left.sum()) / whole if whole else 0.0,
        [(names[i], float(left[i])) for i in order],
    )  # fmt: skip


def named_cells(found: Uncompared, smallest: int) -> str:
    """The largest cells without a counterpart, in words; of fewer than `smallest` contacts only that."""
    parts = [_("{cell} ({n})").format(cell=name, n=counted(n, smallest)) for name, n in found.cells[:MOST_NAMED]]
    more = len(found.cells) - MOST_NAMED
    if more > 0:
        parts.append(_("{n} smaller ones").format(n=count(more)))
    return joined(parts)
