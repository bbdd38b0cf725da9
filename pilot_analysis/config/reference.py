"""`docs/config.md`: every key that a config may hold, written from the models.

`python -m pilot_analysis.config.reference docs/config.md` writes it.
"""

import sys
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from pilot_analysis.config.columns import CANONICAL
from pilot_analysis.config.component import Common
from pilot_analysis.config.models import Config, Days
from pilot_analysis.config.rates import KINDS, Costs, RateCard
from pilot_analysis.config.section import Section
from pilot_analysis.config.types import Names, Scalar, Values

Row = tuple[str, ...]

INTRODUCTION = """\
# Config keys

<!-- Written from pilot_analysis/config/models.py by `make docs`. -->

One YAML file describes one pilot. `pilot` and `data` are needed, every other section may be left out. A key that is
not listed here is refused, never ignored. `pilot-analysis schema` prints the same as JSON Schema, for editors.

YAML is read by the rules of version 1.2: only `true` and `false` are booleans, `1:30` stays text, and so does a team
called `012`. Dates are `YYYY-MM-DD`. Fractions are fractions: a margin of three points is `0.03`.

Any key can be overridden for one call by its dotted name, `--set kpis.csat.margin=0.02`; an item of a list is named by
its number, `--set costs.pilot.0.rate=4.80`. `${NAME}` in `data.contacts`, `data.table`, a `path` or `table` of
`data.sources`, `privacy.salt` or `notify.urls` stands for a variable of the environment; its value reaches no file
and no message.
"""

EXAMPLE = """\
pilot:
  name: Vendor A, email and chat
  vendor: Vendor A
  start: 2026-03-02
  end: 2026-04-30
  ramp_up_days: 14                 # agents learn: shown on the page, left out of the verdict
  timezone: Europe/Berlin
  # as_of: 2026-04-01              # look back: review the log as it stood that day
  note: Billing moved to a new system on 1 April.
data:
  contacts: contacts.parquet       # beside this file; or logs/*.csv, or a database URL with `table`
  # contacts: postgresql://reader:${DB_PASSWORD}@db.example.org/support
  # table: contacts
  # sources:                       # in place of contacts: each arm's own tool, docs/data.md
  #   - {path: vendor.csv, arm: pilot, timezone: Asia/Manila, columns: {contact_id: Case}}
  #   - {path: inhouse.parquet, arm: baseline, exclude: {status: [spam]}}
  columns:                         # canonical name: name in the source
    contact_id: Ticket ID
    opened_at: Created
    csat: Satisfaction Score
  arm: {column: team, baseline: [In-house], pilot: [Vendor A]}    # by who had the contact first
  segment: {channel: [email, chat]}                               # what the pilot covered, for both arms
  exclude: {direction: [outbound]}                                # no customer contacts
  # surveys: {path: surveys.csv, key: Ticket, score: Stars, answered_at: Answered, answer_window_days: 14}
  # touches: {path: touches.parquet, key: Ticket, at: When, agent: Agent, team: Group, type: Kind, author: By}
  # roster: {path: roster.csv, agent: Login, arm: Employer, start: From, end: To, paid_hours: Hours}
  # fold: {keep: latest, by: Last Updated}                        # an export with several rows a contact
design:
  comparison: concurrent           # or before_after, difference_in_differences: these need a baseline period
  # baseline_period: {start: 2026-01-05, end: 2026-02-22}
  exclude_dates: [2026-03-20, {start: 2026-04-03, end: 2026-04-06}]    # an outage, a campaign
  routing: rule                    # random: contacts came to an arm by lot
  pilot_share: 0.33                # planned share of the contacts; the check routing_share holds it against what came
  adjust_for: [channel, category, tier]
  segments: [channel, tier]        # where harm is looked for
  business_hours: {days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00"}    # the column `hours` goes by them
  no_counterpart: leave_out        # target: what only the pilot has is held against the targets of the KPIs
  cluster: agent_id
  confidence: 0.95
# calendars:                       # business time, for kpis.response_time.calendar
#   office: {days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00", holidays: [2026-04-03, 2026-04-06]}
kpis:
  csat:
    role: guardrail
    measure: top_box
    scale: [1, 5]
    top_box: 4                     # 4 and 5 are satisfied
    margin: 0.03                   # three points
    margin_because: Three points cost fewer customers than the saving pays for.
    target: 0.85                   # shown, never decides
  fcr:
    role: guardrail
    measure: repeat_contact
    window_days: 7
    same: [category]               # same customer, same category: the same reason
    margin: 0.03
    margin_because: As agreed with the vendor.
    target: 0.75
  cost_per_contact: {role: goal, minimum_saving: 0.10, target: 5.00}
  response_time:
    role: guardrail
    measure: median
    # calendar: office             # both arms by one clock; omitted: nights and weekends count
    margin_ratio: 1.10             # at most 10% slower
    margin_ratio_p90: 1.25
    margin_because: Customers notice a quarter of an hour, not a minute.
    within_seconds: {phone: 60, chat: 120, email: 86400}
    target: 900
  response_time_p90: {role: guardrail}
  cost_per_resolution: {role: goal}
  reopen_rate: {role: guardrail, margin: 0.02}     # a secondary measure with a say
costs:
  currency: EUR
  baseline: [{kind: per_hour, rate: 38.00, occupancy: 0.75, shrinkage: 0.0}]
  pilot:                           # added up; docs/costs.md has every kind
    - {kind: per_contact, rate: 4.30}
    - {kind: one_off, amount: 12000, amortise_months: 24, name: Knowledge transfer}
    - {kind: own_hours, hours: 10, per: week, rate: 55.00, name: Quality reviews}
  volume_per_month: 12000          # what would be scaled; omitted: the pilot's own volume
  region: eastern_europe           # usual rates to hold the provider's beside; inbound, or `service: outbound`
  service: inbound
  value_of_point: {csat: 9000, fcr: 6000, because: "churn of the last two years"}   # a year; never in the verdict
decision:
  objective: cost                  # or quality, with `goals`
  goals: [csat]
  max_increase: 0.0
  agreed_on: 2026-02-20            # before the pilot began
  # rules: [...]                   # a policy of your own, docs/rules.md
plan:                              # before the pilot, docs/planning.md
  agents: 15
  contacts_per_day: 150
  baseline_contacts_per_day: 300
  days: [30, 45, 60, 90]           # lengths to compare
  power: 0.8                       # the chance of scale to plan for
  set_up_days: 35
  log: true                        # false: everything stands in `assume`
  period: {start: 2025-12-01, end: 2026-03-01}
  expect: {csat: 0.01, fcr: 0.015, response_time: -0.25, cost_per_contact: -0.2}
  assume:                          # what is known better than from the log
    agents: 40
    contacts_per_day: 450
    volume_sd: 0.4
    csat: 0.84
    answer_rate: 0.3
    csat_agent_sd: 0.03            # agents' own levels differ by three points
    fcr: 0.74
    fcr_share: 0.75
    fcr_agent_sd: 0.03
    cost_per_contact: 6.65
    cost_agent_sd: 0.1             # a tenth of the mean
    cost_contact_sd: 0.7
    response_seconds: 750
    response_agent_sd: 0.1
    response_contact_sd: 0.9
vendor_review:
  must_haves: {iso_27001: yes, processing_agreement: yes, role_based_access: unknown}
  red_flags: []
  incidents: []
privacy:
  agents: pseudonyms              # or names
  smallest_cell: 5                # of fewer contacts, answers or agents nothing is shown
  # salt: "${PILOT_SALT}"         # the same pseudonyms every week; never written here itself
report:
  title: End-of-pilot review
  slug: vendor-a
  language: en
  comments: 6                     # customers' comments of each arm, personal data masked; 0: none
  keep: 26
# notify:
#   urls: ["${SLACK_URL}", "${MAIL_URL}"]    # such as slack://..., mailto://...; never written here themselves
#   when: [verdict_change, watch, failure]   # or always
"""

COLUMNS = """\
What the columns of the contact table are called. One row is one contact as the customer sees it: a ticket, a call, a
chat. A source column of the same name is found by itself, any other is named in `data.columns`.
"""

COMPONENTS = """\
`costs.baseline` and `costs.pilot` hold any number of components of any kind, added up. The `kind` decides which keys a
component has besides those that all have. [costs.md](costs.md) works every kind through by hand.
"""

WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false", date: "date"}
BOUNDS = {
    "ge": "at least {}", "gt": "above {}", "le": "at most {}", "lt": "below {}",
    "min_length": "length at least {}", "max_length": "length at most {}", "pattern": "`{}`",
}  # fmt: skip


def reference() -> str:
    """The whole of `docs/config.md`, in Markdown."""
    parts = [INTRODUCTION, "## A complete example", f"```yaml\n{EXAMPLE}```"]
    for name, field in Config.model_fields.items():
        section = _sections(field.annotation)[0]
        header = ("Key", "Type", "Default", "Allowed", "Meaning")
        key = f"{name}.<name>" if get_origin(field.annotation) is dict else name
        parts += [f"## {name}", section.__doc__ or "", table(header, _rows(key, section))]
        if section is Costs:
            parts += ["### Components of a rate card", COMPONENTS, table(header, _component_rows())]
    columns = [(f"`{name}`", column.type, column.about) for name, column in CANONICAL.items()]
    parts += ["## Canonical columns", COLUMNS, table(("Column", "Type", "What it is"), columns)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def table(header: Row, rows: Iterable[Row]) -> str:
    """A table in Markdown."""
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _component_rows() -> Iterator[Row]:
    """What every component may say, and then each kind with what it has of its own."""
    kinds = ", ".join(f"`{kind}`" for kind in KINDS)
    yield "`costs.<arm>[].kind`", kinds, "**needed**", "", "What sort of component it is."
    yield from _rows("costs.<arm>[]", Common)
    for kind, component in KINDS.items():
        yield f"**`{kind}`**", "item", "", "", component.__doc__ or ""
        yield from _rows("costs.<arm>[]", component, (*Common.model_fields, "kind"))


def _rows(key: str, section: type[Section], but: Collection[str] = ()) -> Iterator[Row]:
    """Every key of a section, but for some, and of the sections in it; `[]` stands for the items of a list."""
    hints = get_type_hints(section, include_extras=True)
    for name, field in section.model_fields.items():
        if name in but:
            continue
        dotted, hint, about = f"{key}.{field.alias or name}", hints[name], field.description or ""
        inner = _sections(hint)
        if inner and inner in ([hint], [part for part in get_args(hint) if part is not NoneType]):
            yield f"**`{dotted}`**", "section", "", "", about
            yield from _rows(dotted, inner[0])
            continue
        bounds = dict.fromkeys([*_bounds(field.metadata), *_inner_bounds(hint)])
        yield f"`{dotted}`", _type(hint), _default(field), ", ".join(bounds), about
        for kind in inner if hint not in (Days, RateCard) else []:
            yield f"**`{dotted}[]`**", "item", "", "", kind.__doc__ or ""
            yield from _rows(f"{dotted}[]", kind)


def _sections(hint: Any) -> list[type[Section]]:
    """The section that a type is, or those of which a list may hold one."""
    if isinstance(hint, type) and issubclass(hint, Section):
        return [hint]
    return [section for part in get_args(hint) for section in _sections(part)]


def _type(hint: Any) -> str:
    """A type in words."""
    aliases = ((Values, "a value or a list"), (Names, "a name or a list"), (Scalar, "a value"))
    for alias, words in (*aliases, (Days, "days or periods")):
        if hint == alias:
            return words
    origin, args = get_origin(hint), get_args(hint)
    if origin is list and _sections(hint):
        return "list of items"
    if origin is Annotated:
        return _type(args[0])
    if origin in (Union, UnionType):
        return " or ".join(_type(part) for part in args if part is not NoneType)
    if origin is Literal:
        return "canonical column" if args == tuple(CANONICAL) else ", ".join(f"`{value}`" for value in args)
    if origin is list:
        return f"list of {_type(args[0])}"
    if origin is tuple:
        return f"[{', '.join(map(_type, args))}]"
    if origin is dict:
        return f"mapping of {_type(args[0])} to {_type(args[1])}"
    return WORDS[hint]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**needed**"
    value = field.get_default(call_default_factory=True)
    if value is None:
        return ""
    return f"`{list(value) if isinstance(value, tuple) else value}`".replace("'", "")


def _inner_bounds(hint: Any) -> Iterator[str]:
    """Bounds of what stands inside an optional value, a list or a mapping."""
    if _sections(hint):
        return
    if get_origin(hint) is Annotated:
        yield from _bounds(hint.__metadata__)
    for part in get_args(hint):
        yield from _inner_bounds(part)


def _bounds(metadata: Iterable[Any]) -> Iterator[str]:
    for item in metadata:
        if isinstance(item, FieldInfo):
            yield from _bounds(item.metadata)
            continue
        for name, words in BOUNDS.items():
            bound = getattr(item, name, None)
            if bound is not None:
                yield words.format(bound)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
