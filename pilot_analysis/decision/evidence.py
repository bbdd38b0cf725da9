"""How far the comparison itself can be trusted: a grade from A to D, and what it cannot rule out, in words."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from pilot_analysis.config.models import Config
from pilot_analysis.config.period import Period
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.groups import Grouping
from pilot_analysis.words import _, day, joined


class Evidence(NamedTuple):
    """The grade, and in one sentence why."""

    grade: Literal["A", "B", "C", "D"]
    text: str


def evidence(config: Config, checks: Sequence[Check]) -> Evidence:
    """A random routing; B side by side, on similar contacts, with separate agents; C difference-in-differences, or
    side by side with less than that; D before against after."""
    status = {check.id: check.status for check in checks}
    if config.design.comparison == "before_after":
        return Evidence("D", _(
            "Before against after only: season, campaigns and all else that came with the days are not ruled out."
        ))  # fmt: skip
    if config.design.comparison == "difference_in_differences":
        return Evidence("C", _(
            "The change since before the pilot, less the change in-house: what touched both arms alike is ruled out, "
            "what touched one of them is not."
        ))  # fmt: skip
    if status.get("overlap") == "fail":
        return Evidence("C", _("Compared side by side, but many of the pilot's contacts had no counterpart in-house."))
    if status.get("leakage") == "fail":
        return Evidence("C", _("Compared side by side, but too many contacts were passed between the arms."))
    if config.design.routing == "random" and status.get("routing_share") == "warn":
        return Evidence("B", _(
            "Contacts were routed at random, but not in the shares that were planned, or not in the same throughout: "
            "something else had a say."
        ))  # fmt: skip
    if config.design.routing == "random":
        return Evidence("A", _("Contacts were routed at random: the strongest comparison."))
    if status.get("agents_in_both_arms") == "warn":
        return Evidence("C", _("Compared side by side, but some agents work in both arms."))
    if status.get("agents_in_both_arms") != "pass":
        return Evidence("C", _("Compared side by side, but the log does not show whether the arms share agents."))
    return Evidence("B", _("Compared side by side, on similar contacts, with separate agents; not routed at random."))


def comparison_assumptions(config: Config, grouping: Grouping) -> list[str]:
    """What the comparison takes for granted, one sentence each."""
    design, found = config.design, []
    period = design.baseline_period
    if period is not None:
        days = {"start": day(period.start), "end": day(period.end)}
        if design.comparison == "difference_in_differences":
            found = [_(
                "But for the vendor the pilot's arm would have changed from the baseline period ({start} to {end}) to "
                "the pilot as the in-house arm did: by the same difference, costs and times by the same ratio."
            ).format(**days)]  # fmt: skip
        else:
            whose = _(
                "The pilot is held against its own arm's contacts of {start} to {end}."
            ) if grouping.before == "pilot" else _(
                "The pilot is held against the in-house contacts of {start} to {end}: its own arm was not there yet."
            )  # fmt: skip
            found = [whose.format(**days), _(
                "Nothing is netted out: season, campaigns, prices, products, tools or staffing that changed since then "
                "count as the vendor's work, for better or worse."
            )]  # fmt: skip
        found.append(_("Contacts from before the pilot cost what costs.baseline says, unless the log has their cost."))
    elif design.routing == "rule":
        found.append(_(
            "Contacts came to an arm by rule, not by lot: what the case mix does not show may differ between arms."
        ))  # fmt: skip
    if design.exclude_dates:
        found.append(_(
            "Days left out in both arms: {days}. Repeat contacts on them still count as repeats."
        ).format(days=joined([_span(period) for period in design.exclude_dates])))  # fmt: skip
    return found


def _span(period: Period) -> str:
    if period.days == 1:
        return day(period.start)
    return _("{first} to {last}").format(first=day(period.start), last=day(period.end))
