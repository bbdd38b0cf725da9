"""Presets in words, for the terminal and for docs/helpdesks.md."""

import sys
from collections.abc import Iterator
from pathlib import Path

from pilot_analysis.config.presets import Known, Preset, presets
from pilot_analysis.refusal import Refusal, listed, nearest


def overview() -> Iterator[str]:
    """A line for each preset."""
    for name, preset in presets().items():
        checked = "" if preset.verified else "  (names not checked against its documentation)"
        yield f"{name:<16}{preset.title:<28}{len(preset.columns)} columns{checked}"


def explained(name: str) -> Iterator[str]:
    """How one system exports and what its preset does, in lines.

    Raises:
        Refusal: for a name that no preset has.
    """
    if name not in presets():
        raise Refusal(
            "no preset has this name", found=name, allowed=listed(presets()), nearest=nearest(name, presets())
        )
    preset = presets()[name]
    yield preset.title + ("" if preset.verified else " (names not checked against its documentation)")
    yield "  Export:"
    yield from (f"    {step}" for step in preset.export)
    yield "  Look out:"
    yield from (f"    {trap}" for trap in preset.traps)
    yield f"  Stamps without a zone: {preset.timezone}."
    yield "  Columns:"
    yield from (f"    {row}" for row in columns_of(preset))
    yield from (f"  Left out: {rule}." for rule in dict.fromkeys(rule.why for rule in preset.leave_out))


def columns_of(preset: Preset) -> Iterator[str]:
    """Canonical name, names in the export, units and codes, a line each."""
    for name, variants in preset.columns.items():
        codes = ", ".join(f"{code} = {meaning or 'nothing'}" for code, meaning in preset.codes.get(name, {}).items())
        yield f"{name}: " + ", ".join(_named(known) for known in variants) + (f"; {codes}" if codes else "")


def _named(known: Known) -> str:
    unit = f" ({' or '.join(known.unit)})" if known.unit else ""
    return known.name + unit


MARK = "<!-- presets: made from pilot_analysis/presets -->\n"


def reference() -> str:
    """The presets as docs/helpdesks.md has them below MARK."""
    parts = []
    for name, preset in presets().items():
        checked = "checked against its documentation" if preset.verified else "not checked against its documentation"
        rows = [
            f"## {preset.title}",
            "",
            f"`preset: {name}`; names {checked}. Stamps without a zone: {preset.timezone}.",
            "",
        ]
        rows += [f"- {step}" for step in preset.export]
        rows += ["", "Look out:", ""] + [f"- {trap}" for trap in preset.traps]
        rows += ["", "| column | in the export |", "| --- | --- |"]
        for line in columns_of(preset):
            column, _, rest = line.partition(": ")
            rows.append(f"| `{column}` | {rest} |")
        left_out = dict.fromkeys(rule.why for rule in preset.leave_out)
        if left_out:
            rows += ["", "Left out, and counted by arm in the check `left_out`: " + "; ".join(left_out) + "."]
        parts.append("\n".join(rows))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    place = Path(sys.argv[1])
    written = place.read_text(encoding="utf-8").partition(MARK)[0]
    place.write_text(written + MARK + "\n" + reference(), encoding="utf-8")
