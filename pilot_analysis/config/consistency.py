"""What single keys cannot show: dates in order, arms apart, a scale that holds its top box."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo, available_timezones

from pilot_analysis.config.models import Config, Period
from pilot_analysis.refusal import Refusal, nearest
from pilot_analysis.words import known_language


def check_consistency(config: Config, file: str) -> None:
    """Refuse a config whose keys contradict each other.

    Raises:
        Refusal: for the first contradiction.
    """

    def refuse(problem: str, key: str, found: object, allowed: str, guess: str | None = None) -> None:
        raise Refusal(problem, file=file, line=config.line(key), key=key, found=found, allowed=allowed, nearest=guess)

    pilot, kpis, arm = config.pilot, config.kpis, config.data.arm
    if pilot.end < pilot.start:
        refuse("the pilot ends before it starts", "pilot.end", pilot.end, f"a day from {pilot.start} on")
    if pilot.ramp_up_days >= (pilot.end - pilot.start).days + 1:
        refuse("the ramp-up is as long as the pilot: nothing is left to judge", "pilot.ramp_up_days",
               pilot.ramp_up_days, f"fewer than {(pilot.end - pilot.start).days + 1} days")  # fmt: skip
    _check_periods(config, refuse)
    hours = config.design.business_hours
    if hours.closes <= hours.opens:
        refuse("the business closes before it opens", "design.business_hours.to", hours.closes,
               f"a time of day after {hours.opens}, up to 24:00")  # fmt: skip
    if not _is_zone(pilot.timezone):
        refuse("unknown time zone", "pilot.timezone", pilot.timezone, "an IANA name such as Europe/Berlin",
               nearest(pilot.timezone, available_timezones()))  # fmt: skip
    if not known_language(config.report.language):
        refuse("unknown language", "report.language", config.report.language, "a locale such as en, de or pt_BR")
    if arm.baseline == "rest" and arm.pilot == "rest":
        refuse("both arms are the rest", "data.arm", "rest", "`rest` for one arm, values for the other")
    if isinstance(arm.baseline, list) and isinstance(arm.pilot, list):
        both = set(arm.baseline) & set(arm.pilot)
        if both:
            refuse("a value stands in both arms", "data.arm", ", ".join(sorted(both)), "each value in one arm")
    low, high = kpis.csat.scale
    if low >= high:
        refuse("the rating scale is upside down", "kpis.csat.scale", [low, high], "[lowest, highest]")
    if not low < kpis.csat.satisfied_from <= high:
        refuse("the top box lies outside the scale", "kpis.csat.top_box", kpis.csat.top_box,
               f"a rating above {low}, up to {high}")  # fmt: skip
    if "://" in config.data.contacts and not config.data.table:
        refuse("a database needs the name of its table", "data.table", None, "data.table: name of the table")
    if config.decision.rules and config.decision.rules[-1].when:
        refuse("no rule decides when none of them matches", "decision.rules", config.decision.rules[-1].when,
               "a last rule with when: []")  # fmt: skip
    for name in type(kpis).model_fields:
        kpi = getattr(kpis, name)
        if kpi.role == "guardrail" and getattr(kpi, "margin", True) is None:
            refuse("a guardrail needs a margin", f"kpis.{name}.margin", None, "a fraction between 0 and 1")


def _check_periods(config: Config, refuse: Callable[..., None]) -> None:
    """The baseline period lies before the pilot where there is one, and something is left of every period."""
    pilot, design = config.pilot, config.design
    before = design.baseline_period
    judged = Period(start=pilot.start + timedelta(days=pilot.ramp_up_days), end=pilot.end)
    for i, days in enumerate(design.exclude_dates):
        if days.end < days.start:
            refuse("the days to leave out end before they start", f"design.exclude_dates.{i}.end", days.end,
                   f"a day from {days.start} on")  # fmt: skip
    if design.comparison == "concurrent":
        if before is not None:
            refuse("a concurrent comparison has no baseline period", "design.baseline_period",
                   f"{before.start} to {before.end}",
                   "no such key, or design.comparison: before_after or difference_in_differences")  # fmt: skip
    elif before is None:
        refuse(f"{design.comparison} needs a baseline period", "design.baseline_period", None,
               f"{{start: ..., end: ...}}, days before {pilot.start}")  # fmt: skip
    elif before.end < before.start:
        refuse("the baseline period ends before it starts", "design.baseline_period.end", before.end,
               f"a day from {before.start} on")  # fmt: skip
    elif before.end >= pilot.start:
        refuse("the baseline period reaches into the pilot", "design.baseline_period.end", before.end,
               f"a day before {pilot.start}, the pilot's first")  # fmt: skip
    if design.comparison != "concurrent" and design.routing == "random":
        refuse("contacts routed by lot are compared at the same time", "design.routing", "random",
               "rule, or design.comparison: concurrent")  # fmt: skip
    for name, period in (("pilot after its ramp-up", judged), ("baseline period", before)):
        if period is not None and all(
            any(period.start + timedelta(days=i) in days for days in design.exclude_dates) for i in range(period.days)
        ):
            refuse(f"every day of the {name} is left out", "design.exclude_dates",
                   f"{period.start} to {period.end}", "fewer days")  # fmt: skip


def _is_zone(name: str) -> bool:
    if name == "localtime":  # the machine's own, another one on every machine
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
