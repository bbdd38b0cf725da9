"""What rate cards are charged by, counted by day: one scan, whatever the number of components."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.faults import reading
from pilot_analysis.contacts.floats import ONE, ZERO
from pilot_analysis.contacts.groups import BEFORE
from pilot_analysis.contacts.table import ARMS, Contacts

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Counted:
    """One group, day by day from the first day it is paid for; arrays have shape (days,).

    Attributes:
        days: the dates; judged: those on which the verdict rests (not of the ramp-up, not left out); planned_to: the
            day up to which there will be more.
        contacts: in the segment; priced: those of them for which the log has all that the rate card charges by.
        quantities: of each component that is charged by contact, of the priced contacts, by its place in the config.
        agents: that the log shows in the day's month; none where no component counts them.
        kpis: values of the judged contacts, of those KPIs on which a component depends.
    """

    days: list[date]
    judged: Bools
    planned_to: date
    contacts: Floats
    priced: Floats
    quantities: dict[str, Floats]
    agents: Floats
    kpis: dict[str, float] = field(default_factory=dict)

    @property
    def judged_contacts(self) -> float:
        """Contacts of the judged days."""
        return float(self.contacts[self.judged].sum())

    @property
    def months(self) -> Floats:
        """The part of its month that each day is: every day of a March 1/31."""
        return np.array([1 / monthrange(day.year, day.month)[1] for day in self.days])

    def is_over(self, month: str) -> bool:
        """Whether the data reach the end of a month (YYYY-MM), or of those of its days that are paid for."""
        following = self.days[-1] + timedelta(days=1)
        return month in self.month and (following > self.planned_to or f"{following:%Y-%m}" != month)

    @property
    def month(self) -> npt.NDArray[np.str_]:
        """The month of each day, as YYYY-MM."""
        return np.array([f"{day:%Y-%m}" for day in self.days])

    def of_all(self, place: str) -> Floats:
        """A component's quantities by day; contacts that cannot be priced count as the others do."""
        known = self.priced[self.judged].sum()
        return self.quantities[place] * (self.judged_contacts / known if known else 0.0)

    def by_month(self, worked: Callable[[float, float], float], shares: Floats) -> Floats:
        """What is worked out by month, on the month's days in proportion to `shares`.

        Judged days and the rest are worked out apart: what is judged does not depend on the ramp-up.

        Args:
            worked: from contacts, and the part of the month that their days are.
            shares: by day.
        """
        found = np.zeros(len(self.days))
        months, month = self.months, self.month
        for name in np.unique(month):
            for judged in (self.judged, ~self.judged):
                own = (month == name) & judged
                whole = shares[own].sum()
                if whole > 0:
                    found[own] = worked(self.contacts[own].sum(), months[own].sum()) * shares[own] / whole
        return found


def payer(group: str) -> str:
    """Whose rate card prices the contacts of a group: before the pilot everything is paid as in-house."""
    return ARMS[1] if group == ARMS[1] else ARMS[0]


def count_by_day(
    contacts: Contacts, config: Config, quantities: Mapping[str, ir.FloatingValue],
    known: Mapping[str, ir.BooleanValue], *, agents: bool, kpis: Mapping[str, Mapping[str, float]],
) -> dict[str, Counted]:  # fmt: skip
    """Count every group in one scan, and in another its agents.

    Args:
        quantities: of a contact, by the component's place.
        known: by group, whether a contact can be priced.
        agents: whether agents are counted too.
        kpis: values by group, to go with the counts.
    """
    table = contacts.table.mutate(w=contacts.table.weight if "weight" in contacts.columns else ONE)
    paid = table.in_segment & table.phase.isin(("ramp_up", "judged"))
    priced = ibis.cases(*(((table.side == group) & can, table.w) for group, can in known.items()), else_=ZERO)
    table = table.filter(table.side.notnull(), table.compared | paid)
    asked = {f"q{i}": (priced * value).sum() for i, value in enumerate(quantities.values())}
    with reading(contacts.source.name):
        frame: pd.DataFrame = (
            table.group_by("side", "day").aggregate(contacts=table.w.sum(), priced=priced.sum(), **asked).to_pandas()
        )
        seen = _agents(table) if agents else {}
    return {
        group: _counted(frame, group, contacts, config, list(quantities), seen, dict(kpis.get(group, {})))
        for group in contacts.grouping.names
    }


def _agents(table: ir.Table) -> dict[tuple[str, str], int]:
    """Agents by group and month (YYYY-MM)."""
    grouped = table.group_by(side=table.side, month=table.day.truncate("M")).aggregate(n=table.agent_id.nunique())
    return {(row["side"], f"{row['month']:%Y-%m}"): row["n"] for row in grouped.to_pyarrow().to_pylist()}


def _counted(
    frame: pd.DataFrame, group: str, contacts: Contacts, config: Config, places: list[str],
    seen: Mapping[tuple[str, str], int], kpis: dict[str, float],
) -> Counted:  # fmt: skip
    days, judged, planned_to = _days(group, contacts, config)
    own = frame[frame["side"] == group].set_index("day").drop(columns="side")
    own.index = pd.to_datetime(own.index).date
    own = own.reindex(days).fillna(0.0).astype(float)
    return Counted(
        days, judged, planned_to, own["contacts"].to_numpy(), own["priced"].to_numpy(),
        {place: own[f"q{i}"].to_numpy() for i, place in enumerate(places)},
        np.array([float(seen.get((group, f"{day:%Y-%m}"), 0)) for day in days]), kpis,
    )  # fmt: skip


def _days(group: str, contacts: Contacts, config: Config) -> tuple[list[date], Bools, date]:
    """The days of a group up to the end of its data, which of them are judged, and the last one there will be."""
    pilot, design = config.pilot, config.design
    earlier = group.endswith(BEFORE) or (group == ARMS[0] and contacts.grouping.before is not None)
    if earlier and design.baseline_period is not None:
        first = judged_from = design.baseline_period.start
        last = planned_to = design.baseline_period.end
    else:
        first, judged_from, planned_to = pilot.start, contacts.judged_from, pilot.end
        last = min(planned_to, contacts.last[group])
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    left_out = [design.leaves_out(day) for day in days]
    judged = [day >= judged_from and not out for day, out in zip(days, left_out, strict=True)]
    return days, np.array(judged, bool), planned_to
