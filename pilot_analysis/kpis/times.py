"""Two scans for quantiles of times: counts on a fine logarithmic grid, then exact values where it matters.

Values of a time do not compress (ten million rows hold seven million of them), so the first scan counts in
bins half a per cent wide, by arm and case-mix cell. That locates every quantile; the second scan fetches the
exact values of the few bins that hold one, by cluster, and only counts the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd

from pilot_analysis.contacts.medians import BINS_PER_E, bin_of
from pilot_analysis.contacts.table import number_of
from pilot_analysis.kpis.clusters import cluster_keys, clusters_called, compared_groups, group_number, with_clusters
from pilot_analysis.kpis.measures import population
from pilot_analysis.kpis.sums import NONE_TEXT

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NEVER = 10_000_000  # the bin of what was never answered
ALL = "(all)"  # the one channel of a log that has none
BEYOND = -1000.0  # what lies after the last wanted range

Bins = dict[tuple[str, str], list[tuple[int, int]]]


@dataclass(frozen=True)
class Histogram:
    """Counts by arm, case-mix cell and bin.

    Attributes:
        cells: case-mix columns, one row a cell; the first column is the channel.
        arm, cell, bin, n: one entry a row.
        ramp_up: whether the row counts contacts of the ramp-up; None where there are none.
    """

    cells: pd.DataFrame
    arm: Ints
    cell: Ints
    bin: Ints
    n: Floats
    ramp_up: Flags | None = None

    @property
    def channel(self) -> npt.NDArray[np.object_]:
        """The channel of every cell."""
        return self.cells.iloc[:, 0].to_numpy(dtype=object)

    @property
    def groups(self) -> int:
        """How many groups are compared."""
        return compared_groups(self.arm)

    @property
    def judged(self) -> "Histogram":
        """The rows of the judged contacts; the cells stay."""
        if self.ramp_up is None:
            return self
        rows = ~self.ramp_up
        return Histogram(self.cells, self.arm[rows], self.cell[rows], self.bin[rows], self.n[rows])

    def by_channel(self) -> "Histogram":
        """The channels as the only cells."""
        number, cells = _channels(self.cells)
        return replace(self, cells=cells, cell=number[self.cell])


@dataclass(frozen=True)
class Counts:
    """Counts by arm, cell, cluster and value, exact around the quantiles.

    Attributes:
        arm, cell, cluster: numbers, one entry a row; cells as in the histogram.
        value: seconds; 0 for anything below all wanted bins, infinite above them.
        n: contacts.
        clusters: names; none where contacts are independent.
        ramp_up: whether the row counts contacts of the ramp-up; None where there are none.
    """

    arm: Ints
    cell: Ints
    cluster: Ints
    value: Floats
    n: Floats
    clusters: list[str]
    ramp_up: Flags | None = None

    def only(self, rows: Flags) -> "Counts":
        """Some of the rows; cells and clusters stay."""
        return Counts(
            self.arm[rows], self.cell[rows], self.cluster[rows], self.value[rows], self.n[rows], self.clusters,
            None if self.ramp_up is None else self.ramp_up[rows],
        )  # fmt: skip

    def called(self, names: Mapping[str, str]) -> "Counts":
        """The same, the clusters called otherwise."""
        return replace(self, clusters=[names.get(name, name) for name in self.clusters])

    @property
    def judged(self) -> "Counts":
        """The rows of the judged contacts."""
        return self if self.ramp_up is None else self.only(~self.ramp_up)

    def by_channel(self, cells: pd.DataFrame) -> "Counts":
        """The channels of these cells, those of the histogram, as the only cells."""
        return replace(self, cell=_channels(cells)[0][self.cell])


def edge(bin_number: Ints | int) -> Floats:
    """Upper edge of a bin in seconds."""
    return np.exp((np.asarray(bin_number, dtype=np.float64) + 1) / BINS_PER_E)


def middle(bin_number: Ints) -> Floats:
    """The middle of each bin, on the scale of logarithms."""
    return edge(bin_number) * float(np.exp(-0.5 / BINS_PER_E))


def only_counted(seconds: float) -> bool:
    """Whether a value of `Counts` stands for contacts that were counted, not fetched: 0, infinite or a bin's edge."""
    if not 0 < seconds < np.inf:
        return True
    place = np.log(seconds) * BINS_PER_E
    return bool(place > 0.5 and abs(place - np.round(place)) < 1e-10)


def count_bins(table: ir.Table, measure: str, by: Sequence[str]) -> Histogram:
    """The first scan, of contacts with `judged`. `by` are the case-mix columns; the channel, if any, comes first."""
    table = _binned(table, measure)
    keys = {f"k{i}": key for i, key in enumerate(_keys(table, by))}
    grouped = table.group_by(arm=table.arm, bin=table.bin, judged=table.judged, **keys)
    frame = grouped.aggregate(n=number_of(table)).to_pandas()
    groups = frame.groupby(list(keys), sort=True)
    cells = groups.size().reset_index().drop(columns=0)
    cells.columns = list(by) if by[:1] == ["channel"] else ["channel", *by]
    number, counts = frame["bin"].to_numpy(dtype=np.int64), frame["n"].to_numpy(dtype=np.float64)
    arm, cell, judged = group_number(frame["arm"]), groups.ngroup().to_numpy(dtype=np.int64), _judged(frame)
    order = np.lexsort((judged, number, cell, arm))
    return Histogram(cells, arm[order], cell[order], number[order], counts[order], _ramp_up(judged[order]))


def count_values(
    table: ir.Table, measure: str, by: Sequence[str], cluster: str | None, cells: pd.DataFrame, wanted: Bins
) -> Counts:
    """The second scan: exact values inside the wanted bins, counts outside.

    Args:
        cells: those of the histogram.
        wanted: by arm and channel, the ranges of bins (first, last) that hold a quantile, ascending.
    """
    table = _binned(table, measure)
    keys = _keys(table, by)
    beyond = ibis.literal(BEYOND)

    def within(ranges: list[tuple[int, int]]) -> ir.FloatingValue:
        """The value inside the ranges; what lies before the i-th range, and after the last, is counted as one."""
        cases = [
            case
            for i, (first, last) in enumerate(ranges)
            for case in ((table.bin < first, ibis.literal(-1.0 - i)), (table.bin <= last, table.seconds))
        ]
        return ibis.cases(*cases, else_=beyond)

    # Nested: a contact is asked for its own group and channel's ranges only.
    of_arm: dict[str, list[tuple[ir.BooleanValue, ir.FloatingValue]]] = {}
    for (arm, channel), ranges in wanted.items():
        of_arm.setdefault(arm, []).append((keys[0] == channel, within(ranges)))
    value = ibis.cases(
        *((table.arm == arm, ibis.cases(*cases, else_=beyond)) for arm, cases in of_arm.items()), else_=beyond
    )
    named = {f"k{i}": key for i, key in enumerate(keys)}
    row = {"arm": table.arm, "value": value, **cluster_keys(table, cluster), "judged": table.judged, **named}
    frame = with_clusters(table.group_by(**row).aggregate(n=number_of(table)).to_pandas())
    codes, names = pd.factorize(frame["cluster"], sort=True)
    arm_number, cell, judged = group_number(frame["arm"]), _cell_numbers(frame[list(named)], cells), _judged(frame)
    position, counted = _positions(frame, wanted), frame["n"].to_numpy(dtype=np.float64)
    order = np.lexsort((judged, position, codes, cell, arm_number))
    return Counts(
        arm_number[order], cell[order], codes.astype(np.int64)[order], position[order], counted[order],
        clusters_called(names), _ramp_up(judged[order]),
    )  # fmt: skip


def week_bins(table: ir.Table, measure: str) -> pd.DataFrame:
    """Counts by arm, phase, week, channel and bin, for the trend of a quantile."""
    table = _binned(table, measure)
    channel = _keys(table, ["channel"] if "channel" in table.columns else [])[0]
    grouped = table.group_by(
        arm=table.arm, phase=table.phase, week=table.day.truncate("W"), channel=channel, bin=table.bin
    )
    frame: pd.DataFrame = grouped.aggregate(n=number_of(table)).to_pandas()
    return frame


def _binned(table: ir.Table, measure: str) -> ir.Table:
    """Only the population, with `seconds` (at least one) and `bin`."""
    member = population(table, measure)
    table = table if member is None else table.filter(member)
    seconds = ibis.greatest(table[f"v_{measure}"], 1.0)
    never = table[f"u_{measure}"]
    return table.mutate(
        seconds=ibis.ifelse(never, ibis.null("float64"), seconds), bin=ibis.ifelse(never, NEVER, bin_of(seconds))
    )


def _keys(table: ir.Table, by: Sequence[str]) -> list[ir.StringValue]:
    keys = [table[name].cast("string").fill_null(NONE_TEXT) for name in by]
    return keys if by[:1] == ["channel"] else [ibis.literal(ALL), *keys]


def _judged(frame: pd.DataFrame) -> Flags:
    return frame["judged"].to_numpy(dtype=np.bool_)


def _ramp_up(judged: Flags) -> Flags | None:
    """Rows of the ramp-up, None without any."""
    return None if judged.all() else ~judged


def _cell_numbers(keys: pd.DataFrame, cells: pd.DataFrame) -> Ints:
    """The place in `cells` of every row's cell; a million rows hold few cells, so each is looked up once."""
    groups = keys.groupby(list(keys.columns), sort=False)
    number = {row: i for i, row in enumerate(cells.itertuples(index=False, name=None))}
    held = keys.drop_duplicates().itertuples(index=False, name=None)
    return np.array([number[row] for row in held], dtype=np.int64)[groups.ngroup().to_numpy()]


def _channels(cells: pd.DataFrame) -> tuple[Ints, pd.DataFrame]:
    """The number of every cell's channel, and the channels as cells."""
    number, names = pd.factorize(cells.iloc[:, 0], sort=True)
    return number.astype(np.int64), pd.DataFrame({str(cells.columns[0]): names})


def _positions(frame: pd.DataFrame, wanted: Bins) -> Floats:
    """Values, with a representative place for what was only counted: 0, the end of the range before, or infinity."""
    value = frame["value"].to_numpy(dtype=np.float64).copy()
    counted = np.flatnonzero(value < 0)
    named = frame[["arm", "k0"]].iloc[counted].itertuples(index=False, name=None)
    places = {key: [0.0, *(float(edge(last)) for _first, last in ranges[:-1])] for key, ranges in wanted.items()}
    value[counted] = [
        np.inf if which == BEYOND else places[key][int(-1 - which)]
        for key, which in zip(named, value[counted], strict=True)
    ]
    return value
