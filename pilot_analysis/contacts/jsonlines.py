"""JSON Lines, one object a line, as APIs hand out tickets: nested keys become `via.channel`, lists `tags[]`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pilot_analysis.contacts.loading import Row
from pilot_analysis.refusal import Refusal

DEEPEST = 8
MOST_COLUMNS = 2000
LONGEST_LINE = 4_000_000  # characters


def json_rows(file: Path) -> Iterator[Row]:
    """The keys of a file, then a row for each object; read twice, as keys may come late.

    Raises:
        Refusal: with the line that is not one JSON object.
    """
    names: dict[str, None] = {}
    for number, flat in _objects(file):
        names.update(dict.fromkeys(flat))
        if len(names) > MOST_COLUMNS:
            raise Refusal("the objects have too many keys", file=str(file), line=number,
                          found=f"more than {MOST_COLUMNS}", allowed="one ticket a line")  # fmt: skip
    yield list(names)
    for _, flat in _objects(file):
        yield [flat.get(name) for name in names]


def _objects(file: Path) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Every object, flat, with its line."""
    try:
        with file.open(encoding="utf-8-sig") as stream:
            number = 0
            while line := stream.readline(LONGEST_LINE):
                number += 1
                if len(line) >= LONGEST_LINE:
                    raise _refusal(file, number, f"a line beyond {LONGEST_LINE:,} characters")
                if line.strip():
                    yield number, _flat(line, file, number)
    except UnicodeDecodeError as error:
        raise Refusal("the data file is not UTF-8 text", file=str(file), found=str(error),
                      allowed="JSON Lines in UTF-8") from None  # fmt: skip


def _flat(line: str, file: Path, number: int) -> dict[str, str | None]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise _refusal(file, number, line) from None
    if not isinstance(value, dict):
        raise _refusal(file, number, line)
    found: dict[str, str | None] = {}
    _flatten(value, "", found, 0)
    return found


def _refusal(file: Path, number: int, found: str) -> Refusal:
    return Refusal("a line is not a JSON object", file=str(file), line=number, found=found.strip(),
                   allowed="one object a line, from { to }")  # fmt: skip


def _flatten(value: Any, path: str, found: dict[str, str | None], depth: int) -> None:
    """Objects by dotted keys; of a list of objects the values of each key, of a plain list its items, with blanks."""
    if isinstance(value, dict) and depth < DEEPEST:
        for key, inner in value.items():
            _flatten(inner, f"{path}.{key}" if path else str(key), found, depth + 1)
    elif isinstance(value, list) and depth < DEEPEST:
        for item in value:
            parts: dict[str, str | None] = {}
            _flatten(item, f"{path}[]" if isinstance(item, dict | list) else path, parts, depth + 1)
            for name, text in parts.items():
                before = found.get(name)
                found[name] = text if before is None else before if text is None else f"{before} {text}"
        if not value:
            found.setdefault(path, None)
    else:
        found[path] = value if isinstance(value, str) else None if value is None else json.dumps(value)
