"""What single keys cannot show: dates in order, arms apart, a scale that holds its top box."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo, available_timezones

from pilot_analysis.config.hours import check_hours
from pilot_analysis.config.logs import SOURCE_ARM
from pilot_analysis.config.models import Config
from pilot_analysis.config.period import Period
from pilot_analysis.config.presets import presets
from pilot_analysis.config.rate_checks import check_rates
from pilot_analysis.config.schema import described
from pilot_analysis.refusal import Refusal, listed, nearest
from pilot_analysis.words import known_language

# schemes of addresses
OF_FILES = ("http", "https", "ftp", "sftp", "s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "file")


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
    if pilot.ramp_up_days >= pilot.days:
        refuse("the ramp-up is as long as the pilot: nothing is left to judge", "pilot.ramp_up_days",
               pilot.ramp_up_days, f"fewer than {pilot.days} days")  # fmt: skip
    _check_periods(config, refuse)
    check_logs(config, refuse)
    _check_calendars(config, refuse)
    check_hours(config.design.business_hours, "design.business_hours", refuse)
    check_zone(pilot.timezone, "pilot.timezone", refuse)
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
    check_rates(config, refuse)
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
    judged = Period(start=pilot.judged_from, end=pilot.end)
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
        if period is not None and all(design.leaves_out(period.start + timedelta(days=i)) for i in range(period.days)):
            refuse(f"every day of the {name} is left out", "design.exclude_dates",
                   f"{period.start} to {period.end}", "fewer days")  # fmt: skip


def check_zone(name: str, key: str, refuse: Callable[..., None]) -> None:
    """Refuse what is no time zone."""
    if not _is_zone(name):
        refuse("unknown time zone", key, name, "an IANA name such as Europe/Berlin",
               nearest(name, available_timezones()))  # fmt: skip


def _check_calendars(config: Config, refuse: Callable[..., None]) -> None:
    for name, calendar in config.calendars.items():
        check_hours(calendar, f"calendars.{name}", refuse)
        if calendar.timezone is not None:
            check_zone(calendar.timezone, f"calendars.{name}.timezone", refuse)
    asked, names = config.kpis.response_time.calendar, list(config.calendars)
    if asked is not None and asked not in names:
        refuse("there is no such calendar", "kpis.response_time.calendar", asked, listed(names) or "one of `calendars`",
               nearest(asked, names))  # fmt: skip


def check_logs(config: Config, refuse: Callable[..., None]) -> None:
    """Contacts come from one log or from several, and every one of them has an arm."""
    data, sources = config.data, config.data.sources or []
    named = [(data.preset, "data.preset"), *((s.preset, f"data.sources.{i}.preset") for i, s in enumerate(sources))]
    for preset, key in named:
        if preset is not None and preset not in presets():
            refuse("no preset has this name", key, preset, listed(presets()), nearest(preset, presets()))
    if data.contacts is None and not sources:
        refuse("a key is missing", "data.contacts", None, described(("data", "contacts")) or "")
    if data.contacts is not None and sources:
        refuse("contacts come from one log or from several", "data.sources", f"data.contacts: {data.contacts}",
               "either data.contacts or data.sources")  # fmt: skip
    if not sources and data.same_ids:
        refuse("one log has no ids to share", "data.same_ids", True, "data.sources, or no such key")
    places = [(data.contacts, "data.contacts", data.table, "data.table")] if data.contacts else []
    for i, source in enumerate(sources):
        places.append((source.path, f"data.sources.{i}.path", source.table, f"data.sources.{i}.table"))
        if source.timezone is not None:
            check_zone(source.timezone, f"data.sources.{i}.timezone", refuse)
        if source.called in [other.called for other in sources[:i]]:
            refuse("two logs have one name", f"data.sources.{i}.name", source.called, "a name of its own for each")
    if isinstance(config.plan.log, str):
        places.append((config.plan.log, "plan.log", data.table, "data.table"))
        others = [name for name in ("sources", "surveys", "touches") if getattr(data, name)]
        if others:
            refuse("a log of the plan's own stands alone", "plan.log", f"beside data.{others[0]}",
                   "plan.log: true, with the earlier contacts in the pilot's own logs")  # fmt: skip
    for place, key, table, of_table in places:
        _check_place(place, key, table, of_table, refuse)
    _check_beside(config, refuse)
    _check_arms(config, refuse)


def _check_place(place: str, key: str, table: str | None, of_table: str, refuse: Callable[..., None]) -> None:
    """Refuse the address of a file, and the URL of a database without a table."""
    scheme, url, _rest = place.partition("://")
    if url and scheme.lower() in OF_FILES:
        refuse("files are read from this machine", key, f"an address that begins with {scheme}://",
               "the file's path, once it is copied here; or the URL of a database, with its table")  # fmt: skip
    if url and not table:
        refuse("a database needs the name of its table", of_table, None, f"{of_table}: name of the table")


def _check_beside(config: Config, refuse: Callable[..., None]) -> None:
    """Tables beside the logs name places, clocks and logs that there are, and ratings are on one scale."""
    data = config.data
    names = [source.called for source in data.sources or []]
    for key, beside in data.beside().items():
        if beside.timezone is not None:
            check_zone(beside.timezone, f"{key}.timezone", refuse)
        _check_place(beside.path, f"{key}.path", beside.table, f"{key}.table", refuse)
        of = getattr(beside, "source", None)
        if of is not None and of not in names:
            refuse("there is no such log", f"{key}.source", of, listed(names) or "data.sources",
                   nearest(of, names))  # fmt: skip
    for i, surveys in enumerate(data.surveys):
        if surveys.scale is not None and surveys.scale != config.kpis.csat.scale:
            refuse("the survey has another scale than the KPI", f"data.surveys.{i}.scale", list(surveys.scale),
                   f"that of kpis.csat.scale, {list(config.kpis.csat.scale)}; change both")  # fmt: skip


def _check_arms(config: Config, refuse: Callable[..., None]) -> None:
    """Every contact has one arm, by its log or by `data.arm`, and none has two."""
    said = [source.arm for source in config.data.sources or []]
    by_column = config.data.arm.column != SOURCE_ARM
    if by_column and said and all(said):
        refuse("every log has its arm already", "data.arm", config.data.arm.column,
               "data.arm, or `arm` in every one of data.sources")  # fmt: skip
    if by_column:
        return
    if not said or not all(said):
        refuse("a key is missing", "data.arm", None,
               "which contacts belong to which arm: data.arm, or `arm` in every one of data.sources")  # fmt: skip
    lacking = {"baseline", "pilot"} - set(said)
    if lacking:
        refuse("all logs belong to one arm", "data.sources", listed(dict.fromkeys(said)),
               f"a log of the other arm, {lacking.pop()}")  # fmt: skip


def _is_zone(name: str) -> bool:
    if name == "localtime":  # the machine's own, another one on every machine
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
