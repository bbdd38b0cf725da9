"""What rate cards are charged by, counted by day: one scan, whatever the number of components."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.groups import BEFORE
from pilot_analysis.contacts.source import reading
from pilot_analysis.contacts.table import ARMS, Contacts

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Counted:
    """One group, day by day from the first day it is paid for; arrays have shape (days,).

    Attributes:
        days: the dates; judged: those on which the verdict rests (not of the ramp-up, not left out).
        contacts: in the segment; priced: those of them for which the log has all that the rate card charges by.
        quantities: of each component that is charged by contact, of the priced contacts, by its place in the config.
    """

    days: list[date]
    judged: Bools
    contacts: Floats
    priced: Floats
    quantities: dict[str, Floats]

    @property
    def judged_contacts(self) -> float:
        """Contacts of the judged days."""
        return float(self.contacts[self.judged].sum())

    @property
    def months(self) -> Floats:
        """The part of a month that each day is: what is per month is pro-rated by days.

        The 31 days of a March are 31 times 1/31.
        """
        return np.array([1 / monthrange(day.year, day.month)[1] for day in self.days])

    def of_all(self, place: str) -> Floats:
        """A component's quantities by day; contacts that cannot be priced count as the others do."""
        known = self.priced[self.judged].sum()
        return self.quantities[place] * (self.judged_contacts / known if known else 0.0)


def payer(group: str) -> str:
    """Whose rate card prices the contacts of a group: before the pilot everything is paid as in-house."""
    return ARMS[1] if group == ARMS[1] else ARMS[0]


def count_by_day(
    table: ir.Table, contacts: Contacts, config: Config, quantities: Mapping[str, ir.FloatingValue],
    known: Mapping[str, ir.BooleanValue],
) -> dict[str, Counted]:  # fmt: skip
    """Count every group in one scan.

    Args:
        table: measured contacts, with `w`.
        quantities: of a contact, by the component's place.
        known: by group, whether a contact can be priced.
    """
    paid = table.in_segment & table.phase.isin(("ramp_up", "judged"))
    table = table.filter(table.side.notnull(), table.group.notnull() | paid)
    priced = ibis.cases(*(((table.side == group) & can, table.w) for group, can in known.items()), else_=0.0)
    asked = {f"q{i}": (priced * value).sum() for i, value in enumerate(quantities.values())}
    with reading(contacts.source.name):
        frame: pd.DataFrame = (
            table.group_by("side", "day").aggregate(contacts=table.w.sum(), priced=priced.sum(), **asked).to_pandas()
        )
    return {group: _counted(frame, group, contacts, config, list(quantities)) for group in contacts.grouping.names}


def _counted(frame: pd.DataFrame, group: str, contacts: Contacts, config: Config, places: list[str]) -> Counted:
    days, judged = _days(group, contacts, config)
    own = frame[frame["side"] == group].set_index("day").drop(columns="side")
    own.index = pd.to_datetime(own.index).date
    own = own.reindex(days).fillna(0.0).astype(float)
    return Counted(
        days, judged, own["contacts"].to_numpy(), own["priced"].to_numpy(),
        {place: own[f"q{i}"].to_numpy() for i, place in enumerate(places)},
    )  # fmt: skip


def _days(group: str, contacts: Contacts, config: Config) -> tuple[list[date], Bools]:
    """The days of a group up to the end of its data, and which of them are judged."""
    pilot, design = config.pilot, config.design
    earlier = group.endswith(BEFORE) or (group == ARMS[0] and contacts.grouping.before is not None)
    if earlier and design.baseline_period is not None:
        first = judged_from = design.baseline_period.start
        last = design.baseline_period.end
    else:
        first, judged_from, last = pilot.start, contacts.judged_from, min(pilot.end, contacts.last[group])
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    left_out = [any(day in period for period in design.exclude_dates) for day in days]
    return days, np.array([day >= judged_from and not out for day, out in zip(days, left_out, strict=True)], bool)
