"""Bins of times, and medians from their counts: quantile functions differ between engines, and the largest ones only
estimate.
"""

from collections.abc import Mapping
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np

from pilot_analysis.stats.quantile import weighted_quantile

BINS_PER_E = 200  # bins per factor e: each is half a per cent wide
SMALLEST = 1e-3


class Median(NamedTuple):
    """The median of positive numbers, to a quarter of a per cent, and how many they are."""

    value: float
    n: int


def bin_of(value: ir.FloatingValue) -> ir.IntegerValue:
    """The number of the bin in which a positive number lies."""
    number: ir.IntegerValue = (value.ln() * BINS_PER_E).floor().cast("int64")
    return number


def medians(table: ir.Table, value: ir.FloatingValue, by: ir.Value) -> dict[str | None, Median]:
    """The median of `value` by the values of `by`, in one scan; without empty ones, SMALLEST at least."""
    counted = table.filter(value.notnull()).group_by(key=by, bin=bin_of(ibis.greatest(value, SMALLEST)))
    counted = counted.aggregate(n=ibis._.count())
    counts: dict[str | None, list[tuple[int, int]]] = {}
    for row in counted.to_pyarrow().to_pylist():
        counts.setdefault(row["key"], []).append((int(row["bin"]), int(row["n"])))
    return {key: _median(dict(found)) for key, found in counts.items()}


def _median(counts: Mapping[int, int]) -> Median:
    bins, n = np.array([*counts], dtype=np.float64), np.array([*counts.values()], dtype=np.float64)
    middle = np.exp((bins + 0.5) / BINS_PER_E)
    return Median(weighted_quantile(middle, n / n.sum(), 0.5), int(n.sum()))
