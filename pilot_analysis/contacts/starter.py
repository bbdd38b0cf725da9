"""A starter config from a log: the system recognised by its header, columns mapped, dates and arms from the data."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis

from pilot_analysis.config.columns import CANONICAL
from pilot_analysis.config.loader import load_config
from pilot_analysis.config.models import Config
from pilot_analysis.config.presets import Preset, plain, presets, recognised
from pilot_analysis.contacts.known import with_presets
from pilot_analysis.contacts.log import Log
from pilot_analysis.contacts.source import open_source
from pilot_analysis.contacts.sources import read_log
from pilot_analysis.refusal import Refusal, listed
from pilot_analysis.words import _, joined, percent

LIKELY = 0.35  # score from which on a header is taken to be a system's
SURE_BY = 0.1  # what the second likeliest has to be behind
MOST_VALUES = 30
# Names that no system in particular uses, without capitals, blanks and signs.
COMMON = {
    "contact_id": ("case", "caseno", "ticket", "ticketno", "contactno", "conversationno", "reference"),
    "opened_at": ("created", "opened", "openedat", "openedon", "dateopened", "createdon", "datecreated", "receivedat"),
    "agent_id": ("agentname", "handledby", "owner"), "team": ("team", "supportgroup", "queue"),
    "customer_id": ("customer", "customerid", "requester", "caller", "clientid"),
    "channel": ("contactchannel",), "category": ("reason", "category", "contactreason", "topic", "issuetype"),
    "first_response_at": ("firstreplyat", "firstresponseat", "firstansweredat", "firstreply"),
    "resolved_at": ("resolvedat", "solvedon", "resolvedon"),
    "csat": ("rating", "csat", "csatscore", "satisfaction", "surveyscore"),
    "language": ("language",), "region": ("region", "country"), "tier": ("tier",), "comment": ("comment", "feedback"),
}  # fmt: skip
MOST_UNUSED = 20
NAMED = "data.columns."
VENDOR_WORDS = ("vendor", "bpo", "outsourc", "partner", "provider", "pilot", "extern")


@dataclass(frozen=True)
class Starter:
    """A config to begin with.

    Attributes:
        file: where it was written; said: what was recognised and what was not, a line each.
    """

    file: Path
    said: list[str]


@dataclass(frozen=True)
class _Value:
    """A value of the column that tells the arms."""

    text: str | None
    contacts: int
    first: date
    last: date


def write_starter(data: Path, preset: str | None, to: Path | None, overrides: Mapping[str, Any]) -> Starter:
    """Write a commented config for a log, beside it; nothing is ever overwritten.

    Args:
        data: the log; preset: the system it comes from, None to recognise it.
        to: the config's file, None for `pilot.yaml` beside the log.
        overrides: keys of `data` that the log cannot be read without, such as `data.day_first`.

    Raises:
        Refusal: where the log cannot be read, no contact can be told in it, or the file exists.
    """
    file = to or data.parent / "pilot.yaml"
    if file.exists():
        raise Refusal("the config exists already and is not overwritten", file=str(file),
                      allowed="another name: --to NAME.yaml")  # fmt: skip
    drafted = _drafted(data, {}, overrides)
    header = list(open_source(drafted, repeats=True, header_only=True).table.columns)
    name, because = (preset, _("as you say")) if preset is not None else _recognised(header)
    named = {key.removeprefix(NAMED): str(own) for key, own in overrides.items() if key.startswith(NAMED)}
    columns = {} if name is not None else _guessed(header, named)
    keys = {"data.preset": name, "data.columns": columns} if name else {"data.columns": columns}
    fold = presets()[name].fold if name is not None else None
    if fold is not None and fold.by in header:
        overrides = {"data.fold": fold.model_dump(), **overrides}
    given = columns.keys() | named.keys() | set(header) if name is None else {"contact_id", "opened_at"}
    if lacking := [canonical for canonical in ("contact_id", "opened_at") if canonical not in given]:
        raise Refusal(
            f"no contact can be told in this log: which column is {joined(lacking)}?", file=str(data),
            found=listed(header),
            allowed=" ".join(f'--set "{NAMED}{canonical}=NAME"' for canonical in lacking)
            + " with names from above, or --preset " + " | ".join(presets()),
        )  # fmt: skip
    config = with_presets(_drafted(data, keys, overrides))
    log = read_log(config)
    column = _arm_column(log, presets()[name] if name else None)
    values = _values(log, column)
    said = [_("{system}: {because}").format(system=presets()[name].title if name else _("No preset"), because=because)]
    found = {c: config.data.columns.get(c, c) for c in CANONICAL if c in config.data.columns or c in header}
    lacking = [c for c in ("agent_id", "team", "customer_id", "channel", "category", "csat") if c not in found]
    if not {"first_response_at", "response_seconds"} & found.keys():
        lacking.append("response_seconds")
    said.append(_("Mapped: {columns}.").format(columns=joined([f"{c} = {found[c]}" for c in found])))
    if lacking:
        said.append(_("Not found: {columns}; what needs them is not measured.").format(columns=joined(lacking)))
    unused = [own for own in header if own not in found.values()][:MOST_UNUSED]
    text = _text(file, data, name, said, found, lacking if unused else [], unused, column, values, overrides)
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as fault:
        raise Refusal("the config cannot be written", file=str(file), found=fault.strerror,
                      allowed="a folder in which files can be made") from None  # fmt: skip
    return Starter(file, said)


def _drafted(data: Path, keys: Mapping[str, Any], overrides: Mapping[str, Any]) -> Config:
    """A config that reads the log and no more."""
    draft = {
        "pilot": {"name": data.name, "start": "2000-01-01", "end": "2000-01-01"},
        "data": {"contacts": data.name, "arm": {"column": "opened_at", "baseline": "rest", "pilot": ["-"]}},
    }
    return load_config(draft, {**keys, **overrides}, folder=data.parent)


def _recognised(header: Sequence[str]) -> tuple[str | None, str]:
    """The preset that a header comes from, and why; None where none is likely enough or two are alike."""
    scored = recognised(header)
    if not scored:
        return None, _("no system is known by this header")
    name, score, columns = scored[0]
    told = _("recognised by {columns} ({score} sure)").format(score=percent(score, 0), columns=joined(columns))
    if score < LIKELY or (len(scored) > 1 and score - scored[1][1] < SURE_BY):
        others = joined([f"{name} ({percent(score, 0)})" for name, score, _columns in scored[:3]])
        return None, _("not sure enough of {systems}; --preset NAME says it").format(systems=others)
    return name, told


def _guessed(header: Sequence[str], named: Mapping[str, str]) -> dict[str, str]:
    """Canonical columns whose name, as any known system or COMMON writes it, stands in the header once.

    A column is what was `named`, else one thing only: in one system a queue had a contact first, in another last.
    """
    found: dict[str, str] = {}

    def guess(name: str, own: str) -> None:
        if name not in (*header, *named, *found) and own not in (*CANONICAL, *named.values(), *found.values()):
            found[name] = own

    for name, known in COMMON.items():
        like = [own for own in header if plain(own) in known]
        if len(like) == 1:
            guess(name, like[0])
    for preset in presets().values():
        for name, column in preset.found_in(header).columns.items():
            guess(name, column)
    return found


def _arm_column(log: Log, preset: Preset | None) -> str:
    """The canonical column that most likely tells the arms."""
    wanted = preset.arms if preset else ["team", "agent_id"]
    filled = [name for name in wanted if name in log.columns]
    if not filled:
        raise Refusal(
            "nothing in this log tells the arms", file=log.source.name, found=listed(log.source.table.columns),
            allowed="a column of the team or the agent, as data.columns.team in the config",
        )  # fmt: skip
    return filled[0]


def _values(log: Log, column: str) -> list[_Value]:
    """The values that tell the arms, the most frequent first, with their days."""
    day = log.clock.local(log.table.opened_at).date()
    rows = log.table.group_by(value=log.table[column]).aggregate(n=log.table.count(), first=day.min(), last=day.max())
    found = rows.order_by(ibis.desc("n"), "value").limit(MOST_VALUES).to_pyarrow().to_pylist()
    return [_Value(row["value"], row["n"], row["first"], row["last"]) for row in found]


def _pilot_value(values: Sequence[_Value]) -> str | None:
    """The value that is likely the provider's: by its name, else the one that began last, else the smallest."""
    named = [value for value in values if value.text is not None]
    by_name = [value for value in named if any(word in str(value.text).casefold() for word in VENDOR_WORDS)]
    likely = sorted(by_name or named, key=lambda value: (-value.first.toordinal(), value.contacts))
    return likely[0].text if likely else None


def _text(
    file: Path, data: Path, preset: str | None, said: Sequence[str], found: Mapping[str, str],
    lacking: Sequence[str], unused: Sequence[str], column: str, values: Sequence[_Value], overrides: Mapping[str, Any],
) -> str:  # fmt: skip
    """The YAML, with a comment wherever a person has to look; `unused` names of the export may be what is `lacking`."""
    pilot = _pilot_value(values)
    start = next((value.first for value in values if value.text == pilot), values[0].first)
    end = max(value.last for value in values)
    rest = [value.text for value in values if value.text not in (None, pilot)]
    baseline = json.dumps(rest, ensure_ascii=False) if rest and len(values) < MOST_VALUES else "rest"
    place = data.resolve()
    path = place.name if place.parent == file.resolve().parent else str(place)
    lines = [
        *(f"# {line}" for line in said),
        "# Look at every line with EDIT, then: pilot-analysis check " + file.name,
        "pilot:",
        f"  name: {_quoted(data.name.partition('.')[0])}  # EDIT: the name on the page",
        f"  start: {start}  # EDIT: the pilot's first day",
        f"  end: {end}  # EDIT: its last day; the log ends on {end}",
        "  ramp_up_days: 0  # days at the start that are shown and not judged",
        "  timezone: UTC  # EDIT: such as Europe/Berlin; days and hours are its own, and so are stamps without a zone"
        + (f" ({presets()[preset].timezone})" if preset else ""),
        "data:",
        f"  contacts: {_quoted(path)}",
        *([f"  preset: {preset}  # pilot-analysis presets {preset}"] if preset else []),
        *(
            f"  {key.removeprefix('data.')}: {json.dumps(value)}"
            for key, value in overrides.items()
            if not key.startswith(NAMED)
        ),
        "  columns:",
        *(f"    {name}: {_quoted(source)}" for name, source in found.items()),
        *([f"    # EDIT: not found; names not used: {', '.join(unused)}"] if lacking else []),
        *(f"    # {name}:  # {CANONICAL[name].about}" for name in lacking),
        "  arm:",
        f"    column: {column}",
        "    # values (contacts, first to last day):",
        *(f"    #   {value.text or '(empty)'} ({value.contacts}, {value.first} to {value.last})" for value in values),
        f"    baseline: {baseline}  # EDIT: the in-house teams or agents",
        f"    pilot: {json.dumps([pilot], ensure_ascii=False)}  # EDIT: the provider's",
        "kpis:",
        "  csat: {margin: 0.03}  # the largest acceptable loss, agreed before the pilot",
        "  fcr: {margin: 0.03" + ("" if "category" in found else ", same: []") + "}",
        "  cost_per_contact: {minimum_saving: 0.10}",
        "# Without prices cost is not measured, and the verdict cannot be scale:",
        "# costs:",
        "#   currency: EUR",
        "#   baseline: [{kind: per_contact, rate: 6.50}]",
        "#   pilot: [{kind: per_contact, rate: 4.90}]",
        "# decision:",
        "#   agreed_on: " + str(start) + "  # when KPIs and margins were fixed: later than the start bars scale",
    ]
    return "\n".join(_on_one_line(line) for line in lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _on_one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
