"""What the contacts of a row of sums have in common: their cluster and their group, by name and by number."""

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd

from pilot_analysis.contacts.arms import ARMS
from pilot_analysis.contacts.groups import GROUPS

Ints = npt.NDArray[np.int64]
INDEPENDENT = "none"  # as `design.cluster` says it
NO_CLUSTER = "\N{EM DASH} "  # cannot begin an agent's name by accident


def cluster_keys(table: ir.Table, cluster: str | None) -> dict[str, ir.Value]:
    """What the contacts of a cluster have in common, for `with_clusters`.

    Its name; without one, the day (beside the arm); nothing where contacts are independent. No text is made for every
    contact: that would take longer than all sums.
    """
    if cluster == INDEPENDENT:
        return {}
    if cluster is None:
        return {"cluster_day": table.day}
    name = table[cluster].cast("string")
    return {"cluster": name, "cluster_day": ibis.ifelse(name.isnull(), table.day, ibis.null("date"))}


def with_clusters(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame of `arm` and `cluster_keys` with the name of every row's cluster as `cluster`."""
    if "cluster_day" not in frame:
        return frame.assign(cluster=NO_CLUSTER)
    days = NO_CLUSTER + frame["arm"] + " " + frame["cluster_day"].astype("string").fillna("")
    named = frame["cluster"].where(frame["cluster"].notna(), days) if "cluster" in frame else days
    return frame.drop(columns="cluster_day").assign(cluster=named.astype(object))


def clusters_called(names: Iterable[object]) -> list[str]:
    """Names of the clusters; none where contacts are independent."""
    found = [str(name) for name in names]
    return [] if found == [NO_CLUSTER] else found


def group_number(names: "pd.Series[str]") -> Ints:
    """Groups by their place in GROUPS, shape (rows,)."""
    return pd.Categorical(names, categories=GROUPS).codes.astype(np.int64)


def compared_groups(numbers: Ints) -> int:
    """Two groups, or four where some are from before the pilot."""
    return len(GROUPS) if (numbers >= len(ARMS)).any() else len(ARMS)
