"""One scan of the judged contacts to sums by arm, case-mix cell and cluster.

Everything that follows is arithmetic on these sums, so that ten thousand contacts and a hundred million
cost the same past the scan.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd

from pilot_analysis.contacts.arms import ARMS
from pilot_analysis.contacts.groups import GROUPS
from pilot_analysis.contacts.table import number_of
from pilot_analysis.kpis.clusters import (
    NO_CLUSTER,
    cluster_keys,
    clusters_called,
    compared_groups,
    group_number,
    with_clusters,
)
from pilot_analysis.kpis.measures import BY_REPEATS, SHARES, has_measure, observed, population
from pilot_analysis.stats.clusters import merged_rows, sum_by

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
NONE_TEXT = "(none)"  # how an empty value of a case-mix column is called


@dataclass(frozen=True)
class MeasureSums:
    """Sums of one measure, one entry a row of `Sums`.

    Attributes:
        population: contacts that belong to the KPI, observed or not.
        n: contacts with a value.
        total: sum of the values.
        scatter: sum of squared deviations from the row's own mean (Welford's, in the engine).
    """

    population: Floats
    n: Floats
    total: Floats
    scatter: Floats


@dataclass(frozen=True)
class Sums:
    """The small table behind every mean, share and cost.

    Attributes:
        arm: number of the group, as in GROUPS: 0 in-house (or earlier), 1 pilot; shape (rows,).
        cell: number of the case-mix cell; shape (rows,).
        cluster: number of the cluster; an agent of several groups has one number; shape (rows,).
        cells: the columns that make a cell and its segments, one row a cell.
        clusters: name of every cluster; those made for contacts without one begin with NO_CLUSTER; none at all where
            contacts are independent of each other.
        measures: sums by measure.
        groups: how many are compared, whether or not each has contacts: two, or four.
    """

    arm: Ints
    cell: Ints
    cluster: Ints
    cells: pd.DataFrame
    clusters: list[str]
    measures: dict[str, MeasureSums]
    groups: int = len(ARMS)

    @property
    def of_pilot(self) -> float:
        """Contacts of the pilot."""
        return float(self.measures["contacts"].n[self.arm == ARMS.index("pilot")].sum())

    @property
    def named(self) -> npt.NDArray[np.bool_]:
        """Which clusters the log names, shape (clusters,): the others were made of contacts without one."""
        return np.array([not name.startswith(NO_CLUSTER) for name in self.clusters], dtype=np.bool_)

    def within(self, keep: npt.NDArray[np.bool_]) -> "Sums":
        """The sums of some of the cells; `keep` has an entry a cell."""
        return self._rows(keep[self.cell])

    def table(self, measure: str) -> pd.DataFrame:
        """A measure by arm and cell, over clusters: `arm` (a name of GROUPS), the columns of the cells, n, total."""
        m = self.measures[measure]
        size = len(self.cells)
        arm, cell = np.divmod(np.unique(self.arm * size + self.cell), size)
        number = np.searchsorted(arm * size + cell, self.arm * size + self.cell)
        n, total = (sum_by(number, x, len(arm)) for x in (m.n, m.total))
        found = self.cells.iloc[cell].reset_index(drop=True)
        return found.assign(arm=np.array(GROUPS, dtype=object)[arm], n=n, total=total)

    def without(self, cluster: str) -> "Sums":
        """The sums of everybody but one cluster."""
        return self._rows(self.cluster != self.clusters.index(cluster))

    def only(self, measures: Collection[str]) -> "Sums":
        """The sums of some measures, as far as they are there."""
        return replace(self, measures={name: m for name, m in self.measures.items() if name in measures})

    def called(self, names: Mapping[str, str]) -> "Sums":
        """The same, the clusters called otherwise."""
        return replace(self, clusters=[names.get(name, name) for name in self.clusters])

    def _rows(self, rows: npt.NDArray[np.bool_]) -> "Sums":
        measures = {
            name: MeasureSums(m.population[rows], m.n[rows], m.total[rows], m.scatter[rows])
            for name, m in self.measures.items()
        }
        return replace(self, arm=self.arm[rows], cell=self.cell[rows], cluster=self.cluster[rows], measures=measures)


def sum_contacts(table: ir.Table, by: Sequence[str], cluster: str | None, measures: Sequence[str]) -> Sums:
    """Sum the measured contacts `table` in one scan.

    Args:
        table: judged contacts with their `v_` and `p_` columns.
        by: columns of the case mix and of the segments.
        cluster: column of the clusters; contacts without one, or all when None, cluster by arm and day; INDEPENDENT
            where they do not cluster.
        measures: names of the measures.
    """
    return _sums(_scan(table, by, cluster, measures, {}), by)


def sum_phases(
    table: ir.Table, by: Sequence[str], cluster: str | None, measures: Sequence[str]
) -> tuple[Sums, Sums | None]:
    """The sums of the judged contacts, and those with the ramp-up (None where there was none), in one scan.

    Args:
        table: contacts with `judged`, false for those of the ramp-up; the rest as in `sum_contacts`.
    """
    frame = _scan(table, by, cluster, measures, {"judged": table.judged})
    judged = frame["judged"].astype(bool)
    return _sums(frame[judged], by), None if judged.all() else _sums(_together(frame), by)


def _scan(
    table: ir.Table, by: Sequence[str], cluster: str | None, measures: Sequence[str], also: dict[str, ir.Value]
) -> pd.DataFrame:
    """One row an arm, cell and cluster, with `<measure>:p`, `:n`, `:s` and `:q` (a variance) of every measure."""
    keys = {f"k{i}": _key(table[name]) for i, name in enumerate(by)}
    row = {"arm": table.arm, **cluster_keys(table, cluster), **keys, **also}
    present = [name for name in measures if has_measure(table, name)]
    weighted = "weight" in table.columns
    if weighted:
        table = _with_deviations(table.mutate(**row), present, list(row))
        row = {name: table[name] for name in row}
    asked: dict[str, ir.Value] = {"contacts:p": number_of(table)}
    for name in present:
        value, member = table[f"v_{name}"], population(table, name)
        asked |= {f"{name}:{part}": x for part, x in _number_and_total(table, name).items()}
        if member is not None:
            asked[f"{name}:p"] = number_of(table, member)
        if weighted:
            weight = ibis.ifelse(observed(table, name), table.w, 0.0)
            asked[f"{name}:q"] = _weighted_variance(weight, table[f"d_{name}"])
        elif name not in SHARES:
            asked[f"{name}:q"] = value.var(how="pop", where=member)
    frame = with_clusters(table.group_by(**row).aggregate(**asked).to_pandas())
    for name in present:
        if f"{name}:p" not in frame:
            frame[f"{name}:p"] = frame["contacts:p"]
        if f"{name}:n" not in frame:
            frame[f"{name}:n"] = frame[f"{name}:p"]
        if f"{name}:q" not in frame:
            share = frame[f"{name}:s"].fillna(0.0) / frame[f"{name}:n"].where(frame[f"{name}:n"] > 0, 1.0)
            frame[f"{name}:q"] = share * (1 - share)
    return frame.sort_values(["arm", *keys, "cluster", *also], kind="stable", ignore_index=True)


def _key(column: ir.Column) -> ir.Column:
    """A column of cells as text; a date as it is, since a text of every contact's takes longer than all sums."""
    return column if column.type().is_date() else column.cast("string").fill_null(NONE_TEXT)


def _number_and_total(table: ir.Table, measure: str) -> dict[str, ir.Value]:
    """Contacts with a value (`n`, where it is not the population), and the sum of the values (`s`)."""
    value, member = table[f"v_{measure}"], population(table, measure)
    if "weight" not in table.columns:
        if member is not None and measure in BY_REPEATS:
            return {"s": value.sum()}  # as many as belong to it
        return {"n": value.count(where=member), "s": value.sum(where=member)}
    weight = ibis.ifelse(observed(table, measure), table.w, 0.0)
    return {"n": weight.sum(), "s": (weight * value).sum()}


def _together(frame: pd.DataFrame) -> pd.DataFrame:
    """Judged and ramp-up of an arm, cell and cluster as one row."""
    keys = [name for name in frame.columns if ":" not in name and name != "judged"]
    number = frame.groupby(keys, sort=False).ngroup().to_numpy().astype(np.int64)
    whole = frame.drop_duplicates(keys, ignore_index=True)[keys]
    size = len(whole)
    summed = {
        name: sum_by(number, _column(frame, name), size) for name in frame.columns if name.endswith((":p", ":n", ":s"))
    }
    for name in frame.columns:
        if name.endswith(":q"):
            n, total = (_column(frame, name[:-1] + part) for part in "ns")
            rows = n > 0
            row, n_whole, _total, scatter = merged_rows(
                number[rows], n[rows], total[rows], (n * _column(frame, name))[rows]
            )
            summed[name] = np.zeros(size)
            summed[name][row] = scatter / n_whole
    return whole.assign(**summed)


def _sums(frame: pd.DataFrame, by: Sequence[str]) -> Sums:
    key_names = [f"k{i}" for i in range(len(by))]
    if key_names:
        cell, cells = _numbered(frame[key_names])
    else:
        cell, cells = np.zeros(len(frame), dtype=np.int64), pd.DataFrame(index=range(1))
    cells.columns = list(by)
    cluster_codes, cluster_names = pd.factorize(frame["cluster"], sort=True)
    found = {}
    for name in dict.fromkeys(c.rsplit(":", 1)[0] for c in frame.columns if ":" in c):
        n = _column(frame, f"{name}:n" if f"{name}:n" in frame else f"{name}:p")
        found[name] = MeasureSums(
            population=_column(frame, f"{name}:p"),
            n=n,
            total=_column(frame, f"{name}:s") if f"{name}:s" in frame else n,
            scatter=_column(frame, f"{name}:q") * n if f"{name}:q" in frame else np.zeros(len(frame)),
        )
    arm = group_number(frame["arm"])
    return Sums(
        arm=arm,
        cell=cell,
        cluster=cluster_codes.astype(np.int64),
        cells=cells,
        clusters=clusters_called(cluster_names),
        measures=found,
        groups=compared_groups(arm),
    )


def _with_deviations(table: ir.Table, measures: Sequence[str], group: Sequence[str]) -> ir.Table:
    """Columns `d_<measure>`: values less their group's plain mean, so that sums of squares do not cancel."""
    window = ibis.window(group_by=list(group))
    off = {f"d_{name}": table[f"v_{name}"] - table[f"v_{name}"].mean().over(window) for name in measures}
    return table.mutate(**off)


def _weighted_variance(weight: ir.FloatingValue, off: ir.FloatingValue) -> ir.FloatingValue:
    """Squared deviations from the weighted mean, by weight; no engine's variance takes weights."""
    whole = weight.sum().nullif(0.0)
    variance: ir.FloatingValue = (weight * off**2).sum() / whole - ((weight * off).sum() / whole) ** 2
    return ibis.greatest(variance, 0.0)


def _numbered(keys: pd.DataFrame) -> tuple[Ints, pd.DataFrame]:
    groups = keys.groupby(list(keys.columns), sort=True, dropna=False)
    cells = groups.size().reset_index().drop(columns=0)
    return groups.ngroup().to_numpy().astype(np.int64), cells


def _column(frame: pd.DataFrame, name: str) -> Floats:
    return frame[name].fillna(0.0).to_numpy(dtype=np.float64)
