"""One loader: YAML or mapping, overrides, the environment, the models, and one readable refusal."""

import os
import re
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from pilot_analysis.config import yaml12
from pilot_analysis.config.consistency import check_consistency
from pilot_analysis.config.models import Config, Notify
from pilot_analysis.config.rates import KINDS
from pilot_analysis.config.schema import allowed_keys, described
from pilot_analysis.refusal import Refusal, listed, nearest

LARGEST_CONFIG = 1_000_000  # bytes

# Names that later versions keep for themselves: refused by name, never ignored.
NOT_YET = {"pilot.phases", "monitor"}
# keys that only the environment may fill
SECRETS: dict[tuple[str, ...], str] = {("notify", "urls"): "an address", ("privacy", "salt"): "a salt"}
KIND_AT = 3  # where pydantic puts the kind of a component into the path of a fault
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NOT_IN_URL = re.compile(r"[@/:?#\[\]+]|[^!-~]|%(?![0-9A-Fa-f]{2})")


def load_config(
    source: str | os.PathLike[str] | Mapping[str, Any],
    overrides: Mapping[str, Any] | None = None,
    folder: Path | None = None,
) -> Config:
    """Read a pilot's config.

    Args:
        source: path of a YAML file, or the same content as a mapping.
        overrides: dotted keys and their values, such as `{"kpis.csat.margin": 0.02}`.
        folder: what paths in the config are relative to; None is the folder of the file, or for a mapping
            the working directory.

    Raises:
        Refusal: with file, line, key, what was found, what is allowed and the nearest valid name.
    """
    if isinstance(source, Mapping):
        file, name, written = None, "config", deepcopy(dict(source))
        lines: yaml12.Lines = {}
    else:
        file = Path(source)
        name = str(source)
        written, lines = yaml12.read(_text_of(file), name)
    if not isinstance(written, dict):
        raise Refusal("the config must be a mapping of sections", file=name, line=1, found=written,
                      allowed="sections: " + listed(Config.model_fields))  # fmt: skip
    for key, value in (overrides or {}).items():
        _override(written, key, value)
        path = tuple(key.split("."))
        lines = {at: line for at, line in lines.items() if at[: len(path)] != path}  # the file no longer says it
    _refuse_not_yet(written, name, lines)
    secrets: dict[str, str] = {}
    try:
        config = Config.model_validate(_from_environment(written, (), secrets, name, lines))
    except ValidationError as error:
        raise _refusal(error, name, lines, set(overrides or {}), secrets) from None
    config._file = None if file is None else file.resolve()
    config._folder = folder.resolve() if folder else Path.cwd() if file is None else file.resolve().parent
    config._written, config._secrets, config._lines = written, secrets, lines
    check_consistency(config, name)
    return config


def notify_of(source: Path, overrides: Mapping[str, Any] | None = None) -> Notify:
    """Whom a config that is refused otherwise wants to be told; nobody where even that cannot be read."""
    try:
        written, lines = yaml12.read(_text_of(source), str(source))
        for key, value in (overrides or {}).items():
            _override(written, key, value)
        return Notify.model_validate(_from_environment(written.get("notify"), ("notify",), {}, str(source), lines))
    except (Refusal, ValidationError, AttributeError):
        return Notify()


def resolved_yaml(config: Config) -> str:
    """The config with every default filled in, as YAML; `${NAME}` stays as it was written."""
    content = config.model_dump(mode="json")
    for path, text in _strings(config._written, ()):
        if _VARIABLE.search(text):
            _put(content, path, text)
    return yaml12.write(content)


def _text_of(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST_CONFIG:
            raise Refusal("the config is too large to be one", file=str(file), allowed="at most 1 MB of YAML")
        raw = file.read_bytes()
    except OSError as error:
        raise Refusal("the config cannot be read", file=str(file), found=error.strerror,
                      allowed="the path of a YAML file") from None  # fmt: skip
    if b"\x00" in raw:
        raise Refusal("the config is not text", file=str(file), found="binary data", allowed="a YAML file")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Refusal(
            "the config is not UTF-8 text",
            file=str(file),
            line=line,
            found=repr(raw[error.start : error.start + 1]),
            allowed="a YAML file in UTF-8",
        ) from None


def _override(written: dict[str, Any], key: str, value: Any) -> None:
    """Set a dotted key; list items are named by their number."""
    place: Any = written
    parts = key.split(".")
    for part, rest in zip(parts, [*parts[1:], None], strict=True):
        if not part:
            raise Refusal("an override needs a dotted key", key=key, allowed="for example kpis.csat.margin")
        if isinstance(place, list):
            if not part.isdigit() or int(part) >= len(place):
                raise Refusal("an override names a list item that is not there", key=key, found=part,
                              allowed=f"a number below {len(place)}")  # fmt: skip
            index: Any = int(part)
        elif isinstance(place, dict):
            index = part
        else:
            raise Refusal("an override goes through a value that has no keys", key=key, found=place)
        if rest is None:
            place[index] = value
        elif isinstance(place, dict) and place.get(index) is None:
            place[index] = {}
        place = place[index]


def _refuse_not_yet(written: Mapping[str, Any], file: str, lines: yaml12.Lines) -> None:
    for key in NOT_YET:
        place: Any = written
        for part in key.split("."):
            place = place.get(part) if isinstance(place, Mapping) else None
        if place is not None:
            raise Refusal("this key is not supported yet", file=file, line=lines.get(tuple(key.split("."))), key=key)


def _from_environment(
    value: Any, path: tuple[str, ...], secrets: dict[str, str], file: str, lines: yaml12.Lines
) -> Any:
    """`value` with `${NAME}` replaced; only where a source is named, so that no secret is shown."""
    if isinstance(value, Mapping):
        return {k: _from_environment(v, (*path, str(k)), secrets, file, lines) for k, v in value.items()}
    if isinstance(value, list):
        return [_from_environment(v, (*path, str(i)), secrets, file, lines) for i, v in enumerate(value)]
    key, line = ".".join(path), lines.get(path)
    secret = None if value is None else SECRETS.get(path[:2])
    if secret is not None and not (isinstance(value, str) and _VARIABLE.fullmatch(value)):
        raise Refusal(f"{secret} is a secret and may not stand in a config", file=file, line=line, key=key,
                      allowed="${NAME}, with the secret in the variable NAME of the environment")  # fmt: skip
    if not isinstance(value, str) or not _VARIABLE.search(value):
        return value
    if secret is None and not _is_place(path):
        raise Refusal(
            "a value from the environment may not stand here: it would be shown on the page",
            file=file,
            line=line,
            key=key,
            found=value,
            allowed="${NAME} in data.contacts, data.table, a path or table of data.sources, privacy.salt, notify.urls",
        )
    for name in _VARIABLE.findall(value):
        if not os.environ.get(name):
            raise Refusal("a variable of the environment is not set", file=file, line=line, key=key,
                          found=f"${{{name}}}", allowed=f"set {name} before the run")  # fmt: skip
        secrets[name] = os.environ[name]
    return _VARIABLE.sub(lambda match: _in_place(value, match), value)


def _in_place(text: str, match: re.Match[str]) -> str:
    """What a variable stands for; as user or password of a URL with every sign quoted that would end it there.

    What was quoted before stays as it is.
    """
    value = os.environ[match[1]]
    in_url = "://" in text[: match.start()] and "@" in text[match.end() :]
    return quote(value, safe="") if in_url and _NOT_IN_URL.search(value) else value


def _is_place(path: tuple[str, ...]) -> bool:
    """Whether a key says where data are."""
    if path in (("data", "contacts"), ("data", "table")):
        return True
    section, *rest = path[1:] or ("",)
    in_section = (
        section in ("sources", "surveys", "touches", "roster")
        and path[-1] in ("path", "table")
        and path[:1] == ("data",)
    )
    return in_section and (len(rest) == 1 or (len(rest) == 2 and rest[0].isdigit()))


def _strings(value: Any, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], str]]:
    if isinstance(value, Mapping):
        return [found for k, v in value.items() for found in _strings(v, (*path, str(k)))]
    if isinstance(value, list):
        return [found for i, v in enumerate(value) for found in _strings(v, (*path, str(i)))]
    return [(path, value)] if isinstance(value, str) else []


def _put(content: Any, path: tuple[str, ...], text: str) -> None:
    for part in path[:-1]:
        content = content[int(part) if isinstance(content, list) else part]
    content[int(path[-1]) if isinstance(content, list) else path[-1]] = text


def _refusal(
    error: ValidationError, file: str, lines: yaml12.Lines, overridden: set[str], secrets: Mapping[str, str]
) -> Refusal:
    """The first fault in the order of the file as a refusal, and how many more there are."""
    faults = error.errors(include_url=False)

    def place(fault: Any) -> tuple[str, ...]:
        # pydantic puts the chosen member of a union into the path; it is no key of the file
        return tuple(
            str(p)
            for i, p in enumerate(fault["loc"])
            if not (isinstance(p, str) and ((i == KIND_AT and p == _kind(fault)) or "[" in p or p == "literal"))
        )

    def line_of(path: tuple[str, ...]) -> int | None:
        return next((lines[path[:i]] for i in range(len(path), 0, -1) if path[:i] in lines), None)

    # a misspelt key explains a missing one, so it is named first
    faults.sort(key=lambda fault: (fault["type"] != "extra_forbidden", line_of(place(fault)) or 0, place(fault)))
    fault, path = faults[0], place(faults[0])
    key = ".".join(path)
    found: object = fault.get("input")
    problem, allowed, guess = _explained(fault, path)
    if fault["type"] in ("missing", "union_tag_not_found"):
        found = None
    if any(key == name or key.startswith(f"{name}.") for name in overridden):
        file = f"{file} (overridden)"
    rest = len({place(f) for f in faults} - {path})
    if rest:
        problem += f" (and {rest} more in this config)"
    for name, value in secrets.items():
        found = str(found).replace(value, f"${{{name}}}") if found is not None else None
    return Refusal(problem, file=file, line=line_of(path), key=key, found=found, allowed=allowed, nearest=guess)


def _kind(fault: Any) -> str | None:
    """The kind of the rate card's component in which a fault lies: costs, arm, number, kind, key ..."""
    place = fault["loc"]
    return place[KIND_AT] if place[:1] == ("costs",) and len(place) > KIND_AT and place[KIND_AT] in KINDS else None


def _explained(fault: Any, path: tuple[str, ...]) -> tuple[str, str | None, str | None]:
    """Problem, what is allowed and the nearest name for one of pydantic's faults."""
    kind, of = fault["type"], _kind(fault)
    if kind == "extra_forbidden" or (path and path[-1] == "[key]"):
        keys = allowed_keys(path[:-1], of)
        return "unknown key", listed(keys, most=60), nearest(path[-1], keys)
    if kind == "missing":
        return "a key is missing", described(path, of) or described(path[:-1]), None
    if kind == "union_tag_invalid":
        return "unknown kind of cost", listed(KINDS), nearest(fault["ctx"]["tag"], KINDS)
    if kind == "union_tag_not_found":
        return "a cost component needs its kind", listed(KINDS), None
    message = str(fault["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    about = described(path, of)
    if kind == "literal_error":
        names = [n.strip("' ") for n in str(fault["ctx"]["expected"]).replace(" or ", ",").split(",")]
        return (
            "the value is not one of those allowed",
            listed(names, most=60),
            nearest(fault.get("input"), names),
        )
    return "the value is not allowed", message + (f" ({about})" if about else ""), None
