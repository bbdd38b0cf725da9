"""The config as frozen models. Descriptions here become `docs/config.md` and the JSON Schema."""

import json
import re
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal
from unicodedata import normalize
from urllib.parse import quote, unquote, urlsplit

from pydantic import BeforeValidator, Field, PrivateAttr

from pilot_analysis.config.agreed import Agreed
from pilot_analysis.config.columns import CANONICAL, is_taken
from pilot_analysis.config.data import Arm, Data
from pilot_analysis.config.hours import BusinessHours, Calendar
from pilot_analysis.config.kpis import Kpis
from pilot_analysis.config.logs import ROSTER_ARM, SOURCE_ARM, SOURCE_NAME
from pilot_analysis.config.period import Period
from pilot_analysis.config.plan import Plan
from pilot_analysis.config.policy import Rule
from pilot_analysis.config.privacy import Privacy
from pilot_analysis.config.rates import Costs
from pilot_analysis.config.section import Section
from pilot_analysis.config.types import NOT_BOOL, Answer, Day, Events, Names, as_list, as_period

SHORTEST_PART = 4  # of a password that is looked for by itself: shorter ones would stand in any word


class Pilot(Section):
    """What was tried, with whom and when."""

    name: str = Field(min_length=1, max_length=200, description="Name of the pilot, shown on the page.")
    vendor: str | None = Field(None, min_length=1, max_length=200, description="Name of the provider, for the page.")
    start: Day = Field(description="First day of the pilot, inclusive, in `timezone`.")
    end: Day = Field(description="Last day, inclusive. A length outside 30 to 90 days warns.")
    ramp_up_days: Annotated[int, Field(ge=0, le=365), NOT_BOOL] = Field(
        0, description="Days at the start that are shown but left out of the verdict."
    )
    timezone: str = Field("UTC", description="IANA zone of the pilot's days and of stamps without a zone.")
    as_of: Day | None = Field(None, description="Review the log as it stood at the end of this day; `--as-of` sets it.")
    note: str | None = Field(None, max_length=500, description="A remark shown at the top of the page.")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    @property
    def judged_from(self) -> date:
        """The first day after the ramp-up."""
        return self.start + timedelta(days=self.ramp_up_days)


DayOrPeriod = Annotated[Period, BeforeValidator(as_period, json_schema_input_type=Day | Period)]
Days = Annotated[list[DayOrPeriod], BeforeValidator(as_list, json_schema_input_type=DayOrPeriod | list[DayOrPeriod])]


class Design(Section):
    """How the arms are compared."""

    comparison: Literal["concurrent", "before_after", "difference_in_differences"] = Field(
        "concurrent",
        description="concurrent: both arms in the pilot's days. before_after: the pilot with `baseline_period`, of "
        "its own arm where that was there already, else in-house; nothing rules out season. "
        "difference_in_differences: the change since `baseline_period`, less the change in-house.",
    )
    baseline_period: Period | None = Field(
        None, description="Days before the pilot, for before_after and difference_in_differences."
    )
    exclude_dates: Days = Field(
        default_factory=list,
        description="Days, or {start, end}, left out in both arms: campaigns, outages. Repeat contacts are still "
        "looked for in the whole log.",
    )
    routing: Literal["rule", "random"] = Field(
        "rule", description="How contacts came to an arm; random routing gives evidence grade A."
    )
    pilot_share: Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False), NOT_BOOL] | None = Field(
        None,
        description="Planned share of the segment's contacts that go to the pilot, as a fraction; the check "
        "`routing_share` holds what came against it.",
    )
    adjust_for: Names | None = Field(
        None,
        description="Columns whose combinations are the case-mix cells. Omitted: channel, category and tier, "
        "as far as the log has them. [] compares without adjustment.",
    )
    segments: Names = Field(
        default_factory=list, description="Columns by which effects are shown and harm is looked for."
    )
    no_counterpart: Literal["leave_out", "target"] = Field(
        "leave_out",
        description="Contacts with a case-mix value that only the pilot has (nights, a new language). leave_out: "
        "compared with nothing; many of them fail the review. target: held against the `target` of each KPI.",
    )
    business_hours: BusinessHours = Field(
        default_factory=BusinessHours,
        description="What `hours`, a column that every log with times of day has, calls `in hours`; all else is "
        "`out of hours`. `hours` may stand in segments, adjust_for and data.segment.",
    )
    cluster: str = Field(
        "agent_id",
        description="Column of the unit of uncertainty: agents, else customers, else days. `none` takes contacts as "
        "independent of each other, which only holds where each was sent by lot to an arm and to whoever was free: "
        "agents who differ make such intervals too narrow.",
    )
    confidence: Annotated[float, Field(gt=0.5, lt=1, allow_inf_nan=False), NOT_BOOL] = Field(
        0.95, description="Confidence of the two-sided intervals, between 0.5 and 1."
    )

    def leaves_out(self, day: date) -> bool:
        """Whether a day is one of `exclude_dates`."""
        return any(day in days for days in self.exclude_dates)


class Decision(Section):
    """What the verdict weighs."""

    objective: Literal["cost", "quality"] = Field(
        "cost", description="cost: save without losing quality; quality: gain without costing more."
    )
    goals: list[Literal["csat", "fcr", "response_time", "response_time_p90"]] = Field(
        default_factory=lambda: ["csat"],  # type: ignore[arg-type]
        min_length=1,
        description="KPIs to be superior when the objective is quality; several are held by Holm.",
    )
    max_increase: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False), NOT_BOOL] = Field(
        0.0, description="Largest acceptable rise of cost per contact, as a fraction; beyond it the pilot is stopped."
    )
    agreed_on: Day | None = Field(
        None, description="When KPIs and margins were fixed; later than `start` bars scale, absent warns."
    )
    agreed: Agreed = Field(
        default_factory=dict,
        description="Fingerprints of what was agreed on, as `pilot-analysis plan --register` writes them; what was "
        "changed since shows in the check `agreed`.",
    )
    rules: Annotated[list[Rule], Field(min_length=1)] | None = Field(
        None,
        description="A policy in place of the default one (docs/rules.md): the first rule that matches decides, so "
        "the last one needs `when: []`.",
    )


class VendorReview(Section):
    """What no log can show."""

    must_haves: dict[str, Answer] = Field(
        default_factory=dict, description="Requirement: yes, no or unknown. A no stops the pilot."
    )
    red_flags: list[str] = Field(default_factory=list, description="Warning signs; two or more: adjust.")
    incidents: list[str] = Field(default_factory=list, description="Security or privacy incidents: stop.")


END_OF_PILOT = "End-of-pilot review"


class Report(Section):
    """How the page is called and in which language it speaks."""

    title: str = Field(
        END_OF_PILOT, max_length=200,
        description='Title of the page. Before the pilot\'s last day "Interim review" stands for this one.',
    )  # fmt: skip
    slug: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,79}$")] | None = Field(
        None, description="Folder under reports/; small letters, digits and hyphens. Omitted: from the name."
    )
    language: str = Field("en", description="Language of numbers, dates and sentences.")
    comments: Annotated[int, Field(ge=0, le=50), NOT_BOOL] = Field(
        6,
        description="Customers' comments of each arm that are shown, the worst rated first, personal data masked as "
        "far as rules find them; 0 shows none and looks at none.",
    )
    keep: Annotated[int, Field(ge=1), NOT_BOOL] | None = Field(
        26,
        description="Published runs that are kept, the newest; null keeps all. The latest, final and signed ones "
        "(a file `signed` in the run's folder) always stay.",
    )


class Notify(Section):
    """Who is told how a run ended."""

    urls: Names = Field(
        default_factory=list,
        repr=False,
        description="Addresses for email, Slack, Teams or a webhook, as [Apprise](https://appriseit.com) writes them; "
        "each is a secret, so here stands only `${NAME}`, a variable of the environment.",
    )
    when: Events = Field(
        default_factory=lambda: ["verdict_change", "watch", "failure"],  # type: ignore[arg-type]
        description="always, or any of verdict_change (against the run published before), watch (an interim review "
        "off its course) and failure (refused or failed).",
    )


class Config(Section):
    """One pilot."""

    pilot: Pilot
    data: Data
    design: Design = Field(default_factory=Design)
    calendars: dict[str, Calendar] = Field(default_factory=dict)
    kpis: Kpis = Field(default_factory=Kpis)
    costs: Costs = Field(default_factory=Costs)
    decision: Decision = Field(default_factory=Decision)
    plan: Plan = Field(default_factory=Plan)
    vendor_review: VendorReview = Field(default_factory=VendorReview)
    privacy: Privacy = Field(default_factory=Privacy)
    report: Report = Field(default_factory=Report)
    notify: Notify = Field(default_factory=Notify)

    # Set by the loader: where it was read, the text with `${...}` in place, and what those stand for.
    _file: Path | None = PrivateAttr(None)
    _folder: Path = PrivateAttr(default_factory=Path.cwd)
    _written: dict[str, Any] = PrivateAttr(default_factory=dict)
    _secrets: dict[str, str] = PrivateAttr(default_factory=dict)
    _lines: dict[tuple[str, ...], int] = PrivateAttr(default_factory=dict)

    @property
    def file(self) -> Path | None:
        """The YAML file, or None when the config was given as a mapping."""
        return self._file

    @property
    def folder(self) -> Path:
        """The folder to which paths in the config are relative."""
        return self._folder

    @property
    def slug(self) -> str:
        """The pilot's folder name: as given, else made from its name."""
        if self.report.slug is not None:
            return self.report.slug
        plain = normalize("NFKD", self.pilot.name).encode("ascii", "ignore").decode().lower()
        made = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:80].rstrip("-")
        return made or "pilot-" + sha256(self.pilot.name.encode()).hexdigest()[:8]

    @property
    def made_columns(self) -> frozenset[str]:
        """Columns that the contact table gets by this config beside those of a log, and that may be named in it."""
        found = {SOURCE_NAME, SOURCE_ARM} if self.data.sources else set()
        if self.data.roster is not None and self.data.roster.arm is not None:
            found.add(ROSTER_ARM)
        return frozenset(found | (self.data.touches.makes() if self.data.touches else set()))

    def column(self, name: str) -> str:
        """What the contact table calls a column that the config names by its source or canonical name."""
        if name in CANONICAL or name in self.made_columns:
            return name
        mappings = [self.data.columns, *(source.columns for source in self.data.sources or [])]
        canonical = next((known for columns in mappings for known, source in columns.items() if source == name), None)
        return canonical or (f"{name}_" if is_taken(name) else name)

    @property
    def case_mix(self) -> list[str]:
        """The columns of the case mix, of logs that have them: as configured, else channel, category and tier."""
        given = self.design.adjust_for
        names = ["channel", "category", "tier"] if given is None else given
        return list(dict.fromkeys(map(self.column, names)))

    def of_source(self, number: int) -> "Config":
        """The config of one of `data.sources` alone, as if it were `data.contacts`."""
        data, source = self.data, (self.data.sources or [])[number]
        arm = Arm(column=SOURCE_ARM, baseline=["baseline"], pilot=["pilot"]) if source.arm else data.arm
        alone = {
            "contacts": source.path, "table": source.table, "columns": {**data.columns, **source.columns},
            "exclude": {**data.exclude, **source.exclude}, "arm": arm, "fold": source.fold or data.fold,
            "preset": source.preset or data.preset,
            "leave_out": [*data.leave_out, *source.leave_out], "units": {**data.units, **source.units},
            "codes": {**data.codes, **source.codes}, "encoding": source.encoding or data.encoding,
            "day_first": data.day_first if source.day_first is None else source.day_first,
        }  # fmt: skip
        found = self.model_copy(update={
            "data": data.model_copy(update=alone),
            "pilot": self.pilot.model_copy(update={"timezone": source.timezone or self.pilot.timezone}),
        })  # fmt: skip
        own = ("data", "sources", str(number))
        places = {("data", *path[3:]): line for path, line in self._lines.items() if path[:3] == own}
        found._lines = {**self._lines, **places}
        if (*own, "path") in self._lines:
            found._lines["data", "contacts"] = self._lines[*own, "path"]
        return found

    def line(self, key: str) -> int | None:
        """The line of a dotted key, or of the nearest section above it."""
        parts = tuple(key.split("."))
        return next((self._lines[parts[:i]] for i in range(len(parts), 0, -1) if parts[:i] in self._lines), None)

    def without_secrets(self, text: str) -> str:
        """`text` with every value taken from the environment put back as `${NAME}`, however it is encoded."""
        hidden = [(form, name) for name, value in self._secrets.items() for form in _forms(value)]
        for form, name in sorted(hidden, key=lambda item: -len(item[0])):
            text = text.replace(form, f"${{{name}}}")
        return text


def _forms(secret: str) -> set[str]:
    """How a secret may appear: as it is, a URL's password by itself, each quoted for a URL or inside JSON."""
    try:
        password = urlsplit(secret).password or ""
    except ValueError:
        password = ""
    plain = {secret} | ({password} if len(password) >= SHORTEST_PART else set())
    quoted = plain | {unquote(form) for form in plain} | {quote(form, safe="") for form in plain}
    return quoted | {json.dumps(form, ensure_ascii=ascii_only)[1:-1] for form in quoted for ascii_only in (False, True)}
