"""What is known of each helpdesk's export: data in `presets/*.yaml`, one file a system, read into a small model."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

import yaml
from pydantic import BeforeValidator, Field

from pilot_analysis.config.logs import Fold
from pilot_analysis.config.reading import Codes, Duration, LeaveOut, Units
from pilot_analysis.config.section import Section
from pilot_analysis.config.types import CanonicalName, Whole, as_list


def _as_name(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class Known(Section):
    """A column of a system's export."""

    name: str
    unit: Annotated[Units, BeforeValidator(as_list)] | None = None
    business: bool = False  # counts business hours only


Variants = Annotated[
    list[Annotated[Known, BeforeValidator(_as_name)]], Field(min_length=1), BeforeValidator(as_list)
]  # fmt: skip


class Preset(Section):
    """A helpdesk's export.

    Attributes:
        title: the system; verified: whether its names were checked against the system's own documentation.
        export: how to export, in steps; traps: what to know of it.
        columns: canonical name: names in the export, the best first. Calendar hours stand before business hours.
        codes: what its values stand for; leave_out: rows that are no contacts, by any of the export's names.
        fold: which of several rows of a contact a starter config keeps, where the system delivers some twice.
        scale, top_box: of the ratings once decoded.
        assigned: whether agent_id and team are who had the contact first, or last.
        arms: canonical columns that commonly tell the arms, the best first.
        timezone: of stamps without a zone, in words.
        repeats: whether its header has names that stand several times; none of those is used.
    """

    title: str
    verified: bool
    export: list[str]
    traps: list[str] = Field(default_factory=list)
    columns: dict[CanonicalName, Variants]
    codes: dict[CanonicalName, Codes] = Field(default_factory=dict)
    leave_out: list[LeaveOut] = Field(default_factory=list)
    fold: Fold | None = None
    scale: tuple[Whole, Whole] | None = None
    top_box: Whole | None = None
    assigned: Literal["first", "last"] = "first"
    arms: list[CanonicalName]
    timezone: str
    repeats: bool = False

    def found_in(self, header: Iterable[str]) -> "Found":
        """What of it stands in a header; names are compared without capitals, blanks and signs.

        A name that stands twice but for those is not used: nobody could say which of the two is meant.
        """
        present: dict[str, list[str]] = {}
        for one in header:
            present.setdefault(plain(one), []).append(one)

        def column_of(name: str) -> str | None:
            same = present.get(plain(name), [])
            return same[0] if len(same) == 1 else None

        columns: dict[str, str] = {}
        units: dict[str, list[Any]] = {}
        for canonical, variants in self.columns.items():
            for known in variants:
                if (column := column_of(known.name)) is not None:
                    columns[canonical] = column
                    if known.unit is not None:
                        units[canonical] = known.unit
                    break
        rules = []
        for rule in self.leave_out:
            where = {found: values for name, values in rule.where.items() if (found := column_of(name)) is not None}
            if len(where) == len(rule.where):
                rules.append(LeaveOut(why=rule.why, where=where))
        codes = {name: meanings for name, meanings in self.codes.items() if name in columns}
        return Found(columns=columns, units=units, codes=codes, leave_out=rules)

    def unit_of(self, canonical: str, column: str) -> Units | None:
        """The unit of a column that a config maps itself; None where the preset does not know the name."""
        known = self.columns.get(canonical, [])
        return next((one.unit for one in known if plain(one.name) == plain(column)), None)


class Found(Section):
    """What of a preset stands in a header, as keys of a config's `data`."""

    columns: dict[CanonicalName, str]
    units: dict[Duration, Units]
    codes: dict[CanonicalName, Codes]
    leave_out: list[LeaveOut]


def plain(name: str) -> str:
    """A name without capitals, blanks and signs, in which systems and exports differ."""
    return re.sub(r"[\W_]+", "", name).casefold()


@cache
def presets() -> dict[str, Preset]:
    """Every preset by its name, in order of the names."""
    folder = files("pilot_analysis") / "presets"
    found = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml"):
            found[file.name.removesuffix(".yaml")] = Preset.model_validate(yaml.safe_load(file.read_text("utf-8")))
    return found


def recognised(header: Iterable[str]) -> list[tuple[str, float, list[str]]]:
    """The systems that a header may come from, the likeliest first.

    Returns:
        Name, score and the columns that were recognised. The score is the share of the header's names that the
        preset knows, plus the share of the preset's canonical columns that are found, halved: 1 is everything.
        Systems whose time of opening is not found are left out.
    """
    names = list(header)
    header = [plain(name) for name in names]
    scored = []
    for name, preset in presets().items():
        found = preset.found_in(names).columns
        if "opened_at" not in found or "contact_id" not in found:
            continue
        known = {plain(one.name) for variants in preset.columns.values() for one in variants}
        of_header = sum(one in known for one in header) / len(header)
        scored.append((name, (of_header + len(found) / len(preset.columns)) / 2, sorted(set(found.values()))))
    return sorted(scored, key=lambda one: (-one[1], one[0]))
