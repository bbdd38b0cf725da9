"""Which contacts are compared: by arm, by period, and without the days that were left out."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.models import Config
from pilot_analysis.config.period import Period
from pilot_analysis.contacts.arms import ARMS
from pilot_analysis.contacts.faults import reading
from pilot_analysis.contacts.source import Source
from pilot_analysis.refusal import Refusal
from pilot_analysis.words import _, arm_name

BEFORE = "_before"
GROUPS = (*ARMS, *(arm + BEFORE for arm in ARMS))
"""What the pilot is held against, the pilot, and for difference-in-differences both arms before the pilot."""
ALREADY_THERE = 0.1  # of the pilot's contacts a day: below, an arm only tried its tools before the pilot


@dataclass(frozen=True)
class Grouping:
    """The groups of a comparison.

    Attributes:
        names: baseline and pilot, and for difference-in-differences both before.
        before: for before_after the arm whose contacts of the baseline period are the baseline, else None.
    """

    names: tuple[str, ...]
    before: str | None = None

    @property
    def watched(self) -> tuple[str, ...]:
        """The arms that must be known up to the pilot's last day."""
        return tuple(arm for arm in ARMS if arm in self.names) if self.before is None else ARMS[1:]

    def called(self, group: str) -> str:
        """A group in words, as in "30% of the ... contacts"."""
        if group == ARMS[0] and self.before is not None:
            return _("earlier")
        if group.endswith(BEFORE):
            return _("earlier {arm}").format(arm=arm_name(group.removesuffix(BEFORE)))
        return arm_name(group)


def grouping_of(table: ir.Table, config: Config, source: Source, arms: tuple[str, ...] = ARMS) -> Grouping:
    """Which groups of the contacts, with their arms, are compared.

    Raises:
        Refusal: where the baseline period has no contact to compare with.
    """
    period = config.design.baseline_period
    if period is None:
        return Grouping(arms)
    judged, before = _periods(table, _excluded(table, config), config)
    with reading(source.name):
        rows = table.group_by("arm").aggregate(
            before=before.sum().fill_null(0), judged=judged.sum().fill_null(0)
        ).to_pyarrow().to_pylist()  # fmt: skip
    counted = {arm: next(((r["before"], r["judged"]) for r in rows if r["arm"] == arm), (0, 0)) for arm in ARMS}
    if config.design.comparison == "difference_in_differences":
        _refuse_unknown_before(counted, period, config, source)
        return Grouping(GROUPS)
    return Grouping(ARMS, _arm_before(counted, period, config, source))


def with_groups(table: ir.Table, config: Config, grouping: Grouping) -> ir.Table:
    """The contacts with `excluded`, `side` and `compared`.

    `side` is the group that arm and day put a contact in, so who served it at whose price; `compared` says whether
    the verdict rests on the contact. Engines group by a name and a truth faster than by a name that is null for some.
    """
    table = table.mutate(excluded=_excluded(table, config))
    judged, before = _periods(table, table.excluded, config)
    is_pilot, since = table.arm == ARMS[1], table.day >= config.pilot.start
    if grouping.names == GROUPS:
        table = table.mutate(side=ibis.ifelse(since, table.arm, table.arm + BEFORE))
        return table.mutate(compared=(judged | before) & table.arm.notnull())
    if grouping.before is None:
        known = table.arm.notnull() if grouping.names == ARMS else (table.arm == grouping.names[0]).fill_null(False)
        return table.mutate(side=table.arm, compared=judged & known)
    table = table.mutate(
        side=ibis.cases((table.arm.isnull(), ibis.null("string")), (is_pilot & since, ARMS[1]), else_=ARMS[0])
    )
    compared = ibis.ifelse(since, judged & is_pilot, before & (table.arm == grouping.before)).fill_null(False)
    return table.mutate(compared=compared)


def _excluded(table: ir.Table, config: Config) -> ir.BooleanValue:
    """Whether a contact's day is left out."""
    excluded: ir.BooleanValue = ibis.literal(False)
    for days in config.design.exclude_dates:
        excluded = excluded | table.day.between(days.start, days.end)
    return excluded


def _periods(table: ir.Table, excluded: ir.BooleanValue, config: Config) -> tuple[ir.BooleanValue, ir.BooleanValue]:
    """Whether a contact of the segment is from the judged days, and from the baseline period."""
    inside, earlier = table.in_segment & ~excluded, config.design.baseline_period
    judged = inside & table.day.between(config.pilot.judged_from, config.pilot.end)
    before = ibis.literal(False) if earlier is None else inside & table.day.between(earlier.start, earlier.end)
    return judged, before


def _arm_before(counted: dict[str, tuple[int, int]], period: Period, config: Config, source: Source) -> str:
    """The pilot's own arm where it was there already, as a queue or a region is; else the in-house arm."""
    before, now = counted["pilot"]
    pilot = config.pilot
    days = pilot.days - pilot.ramp_up_days
    if before and before / period.days >= ALREADY_THERE * now / days:
        return "pilot"
    if not counted["baseline"][0]:
        raise _nothing_before(period, source)
    return "baseline"


def _refuse_unknown_before(counted: dict[str, tuple[int, int]], period: Period, config: Config, source: Source) -> None:
    if not counted["baseline"][0]:
        raise _nothing_before(period, source)
    if not counted["pilot"][0]:
        column = config.data.arm.column
        raise Refusal(
            "difference_in_differences needs contacts of the pilot's arm from before the pilot, and there are none",
            file=source.name, key="data.arm.pilot", found=f"no contact from {period.start} to {period.end}",
            allowed=f"a column that both periods know, such as a queue or a region, instead of {column!r}; "
            "or design.comparison: before_after, or concurrent",
        )  # fmt: skip


def _nothing_before(period: Period, source: Source) -> Refusal:
    return Refusal(
        "the baseline period has no contact to compare with", file=source.name, key="design.baseline_period",
        found=f"{period.start} to {period.end}", allowed="days of which the log has contacts in the segment",
    )  # fmt: skip
