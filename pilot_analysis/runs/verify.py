"""Compute the review of a published run again, and say what differs."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pilot_analysis.config.loader import load_config
from pilot_analysis.config.models import Config
from pilot_analysis.refusal import Refusal, shortened
from pilot_analysis.runs.manifest import RunRecord, read_json, read_record, sha256_of
from pilot_analysis.words import _, ngettext

TOLERANCE = 1e-9  # absolute or relative, whichever allows more
MOST_LINES = 20
LONGEST_VALUE = 60


@dataclass(frozen=True)
class Verified:
    """What a run is beside its own repetition.

    Attributes:
        record: what the run says of itself.
        differences: of config, data, code, files and then values of the review, a sentence each.
        numbers: how many values of the review differ; at most MOST_LINES of them stand in `differences`.
        notes: what is another one and makes no difference.
    """

    record: RunRecord
    differences: list[str]
    numbers: int
    notes: list[str]

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not self.differences

    def lines(self) -> Iterator[str]:
        """What a person reads: equal, or every difference, and whether the values are the same all the same."""
        name = f"{self.record.slug}, run {self.record.run}"
        yield (_("equal: {name}") if self.equal else _("differs: {name}")).format(name=name)
        yield from (f"  {line}" for line in self.differences)
        if not self.equal and not self.numbers:
            yield _("  every value of the review is the same")
        yield from (_("  note: {text}").format(text=text) for text in self.notes)


def verify(run: Path, reviewed: Callable[[Config], dict[str, Any]], folder: Path | None = None) -> Verified:
    """Review again what the run in the folder `run` reviewed.

    Args:
        run: a published run, or `latest`.
        reviewed: gives the review of a config, as `review(config).to_dict()`.
        folder: what paths in its config are relative to; where the config was, unless the run was moved.

    Raises:
        Refusal: `run` is no run, or its config or its data are refused now.
    """
    run = run.resolve()
    record, before = read_record(run), read_json(run / "review.json")
    config_file = run / "config.yaml"
    if not config_file.is_file():
        raise Refusal(_("The run has lost its config."), file=str(config_file))
    # Nobody is told of a repetition, so the addresses need not be in the environment.
    config = load_config(config_file, {"notify": {}}, folder=folder or run / record.config_folder)
    after = reviewed(config)
    was, now = _provenance(before), after["provenance"]
    values = [*_values_that_differ(_values(before), _values(after), "")]
    differences = [*_config(config_file, was), *_data(was, now), *_code(was, now), *_files(run, record)]
    differences += values[:MOST_LINES]
    rest = len(values) - MOST_LINES
    if rest > 0:
        differences.append(ngettext("... and {n} more value", "... and {n} more values", rest).format(n=rest))
    return Verified(record, differences, len(values), [*_notes(was, now)])


def _values(review: dict[str, Any]) -> dict[str, Any]:
    """What a review says of the pilot; a component's line is that of the file read, which was another one then."""
    cost = review.get("cost") or {}
    parts = [{**part, "line": None} for part in cost.get("components") or []]
    return {**review, "provenance": None, "cost": {**cost, "components": parts}}


def _provenance(review: dict[str, Any]) -> dict[str, Any]:
    found = review.get("provenance")
    return found if isinstance(found, dict) else {}


def _config(file: Path, was: dict[str, Any]) -> Iterator[str]:
    found = sha256_of(file)
    if found != was.get("config_sha256"):
        yield _("config.yaml is not the config of the review: its hash {old} is now {new}").format(
            old=_short(was.get("config_sha256")), new=_short(found)
        )


def _data(was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    counts = [(version.get("rows"), version.get("contacts")) for version in (was, now)]
    same_files = bool(now["data"]) and was.get("data") == now["data"] and counts[0] == counts[1]
    if same_files or was.get("contacts_sha256") == now["contacts_sha256"]:
        return  # an engine's next version may hash in another way
    if was.get("contacts") != now["contacts"]:
        yield _("data: {old} contacts were used, now {new}").format(old=was.get("contacts"), new=now["contacts"])
    if was.get("rows") != now["rows"]:
        yield _("data: {old} rows were read, now {new}").format(old=was.get("rows"), new=now["rows"])
    yield _("data: the hash of the contacts {old} is now {new}").format(
        old=_short(was.get("contacts_sha256")), new=_short(now["contacts_sha256"])
    )


def _code(was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    versions: list[tuple[str, object, object]] = [
        ("pilot-analysis", was.get("version"), now["version"]),
        (_("hash of the code"), _short(was.get("code_sha256")), _short(now["code_sha256"])),
        ("Python", was.get("python"), now["python"]),
    ]
    packages: dict[str, str] = was.get("packages") or {}
    names = sorted({*packages, *now["packages"]})
    versions += [(name, packages.get(name), now["packages"].get(name)) for name in names]
    for name, old, new in versions:
        if old != new:
            yield _("code: {name} {old} is now {new}").format(name=name, old=old, new=new)


def _files(run: Path, record: RunRecord) -> Iterator[str]:
    for name, expected in record.manifest.items():
        file = run / name
        if not file.is_file():
            yield _("file: {name} is missing").format(name=name)
        elif sha256_of(file) != expected:
            yield _("file: {name} is not what the run wrote").format(name=name)


def _notes(was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    if was.get("contacts_sha256") == now["contacts_sha256"] and was.get("data") != now["data"]:
        yield _("the data files are not the same bytes; the contacts in them are the same")
    if was.get("platform") != now["platform"]:
        yield _("reviewed on {old}, verified on {new}").format(old=was.get("platform"), new=now["platform"])


def _values_that_differ(old: Any, new: Any, path: str) -> Iterator[str]:
    """Path, old and new value of every leaf that differs, in the order of the review."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from _values_that_differ(old.get(key), new.get(key), f"{path}.{key}" if path else key)
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            yield _("{path}: {old} entries -> {new}").format(path=path, old=len(old), new=len(new))
        for place, (one, other) in enumerate(zip(old, new, strict=False)):
            yield from _values_that_differ(one, other, f"{path}.{_named(one, place)}")
    elif not _same(old, new):
        yield f"{path}: {_shown(old)} -> {_shown(new)}"


def _named(item: Any, place: int) -> object:
    """KPIs and checks go by their id, other entries by their number."""
    return item["id"] if isinstance(item, dict) and isinstance(item.get("id"), str) else place


def _same(old: Any, new: Any) -> bool:
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in (old, new)):
        return math.isclose(old, new, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return type(old) is type(new) and bool(old == new)


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return _("{n} entries").format(n=len(value))
    text = shortened("null" if value is None else repr(value) if isinstance(value, float) else value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _short(digest: object) -> str:
    return str(digest)[:12]
