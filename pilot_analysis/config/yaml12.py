"""YAML read by the rules of version 1.2, with the line of every key.

PyYAML speaks YAML 1.1, where `on` is true, `1:30` is 90 and `012` is 10. Here only `true` and `false`
are booleans, and a number with a leading zero stays the text that a person wrote (a team called 012).
Only plain mappings, lists and scalars are built, so an object tag can do nothing.
"""

import math
import re
from typing import Any

import yaml

from pilot_analysis.refusal import Refusal

MOST_NODES = 20_000  # a config has hundreds; aliases of aliases ("billion laughs") have millions
DEEPEST = 50

TEXT_SECTIONS = ("arm", "segment", "exclude")  # of data and of one of data.sources

Lines = dict[tuple[str, ...], int]

_NULL = re.compile(r"^(?:~|null|Null|NULL|)$")
_BOOL = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
_INT = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$")
_FLOAT = re.compile(
    r"^[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$|^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$"
)


class _Loader(yaml.SafeLoader):
    """Builds the node tree only; plain scalars keep the tag `str` and are read by `_scalar`."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's protocol


class _Dumper(yaml.SafeDumper):
    """Quotes every text that would be read as something else."""


def _quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if _scalar(text) == text else "'")


_Dumper.add_representer(str, _quoted)


def write(content: Any) -> str:
    """YAML that `read` reads back as it was."""
    return str(yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100))


def read(text: str, file: str, at: tuple[str, ...] = ()) -> tuple[Any, Lines]:
    """The data in `text`, and the line (from 1) of every key by its path.

    Values in one of the TEXT_SECTIONS of the data stay as they are written: a team may well be called 1e5 or 012.

    Args:
        text: YAML.
        file: its name, for messages.
        at: the path in the config at which the text stands; the top for a whole config.

    Raises:
        Refusal: for text that is not YAML, has tags, repeats a key, or is absurdly large.
    """
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else None
        rows = text.splitlines()
        found = rows[line - 1].strip() if line and line <= len(rows) else None
        tab = line is not None and line <= len(rows) and "\t" in rows[line - 1]
        raise Refusal(
            "the config is not valid YAML" + (": a tab stands where spaces must indent" if tab else ""),
            file=file, line=line, found=found,
            allowed="spaces for indentation, never tabs" if tab else error.problem,
        ) from None  # fmt: skip
    except (yaml.YAMLError, RecursionError) as error:
        raise Refusal("the config is not valid YAML", file=file, found=str(error).split("\n")[0]) from None
    if node is None:
        raise Refusal("the config is empty", file=file, allowed="the sections `pilot` and `data` at least")
    lines: Lines = {}
    return _build(node, at, lines, file, [0]), lines


def parse_value(text: str, key: str) -> Any:
    """The value of a `--set key=value`, read as YAML."""
    return None if text == "" else read(text, f"--set {key}", tuple(key.split(".")))[0]


def _build(node: yaml.Node, path: tuple[str, ...], lines: Lines, file: str, seen: list[int]) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    seen[0] += 1
    if seen[0] > MOST_NODES or len(path) > DEEPEST:
        raise Refusal("the config is too large to be meant", file=file, line=line)
    plain = {"tag:yaml.org,2002:" + kind for kind in ("str", "map", "seq")}
    if node.tag not in plain:
        raise Refusal("tags are not allowed in a config", file=file, line=line, found=node.tag, allowed="plain values")
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, file, seen)
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*path, str(i)), lines, file, seen) for i, item in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    section = path[3:4] if path[:2] == ("data", "sources") else path[1:2] if path[:1] == ("data",) else ()
    stays_text = bool(node.value) and section[:1] != () and section[0] in TEXT_SECTIONS
    return node.value if node.style or stays_text else _scalar(node.value)


def _mapping(node: yaml.MappingNode, path: tuple[str, ...], lines: Lines, file: str, seen: list[int]) -> dict[str, Any]:
    built: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise Refusal("a key must be a word", file=file, line=line)
        key = key_node.value
        if key in built:
            raise Refusal("a key stands twice", file=file, line=line, key=".".join((*path, key)))
        lines[(*path, key)] = line
        built[key] = _build(value_node, (*path, key), lines, file, seen)
    return built


def _scalar(text: str) -> Any:
    if _NULL.match(text):
        return None
    if _BOOL.match(text):
        return text.casefold() == "true"
    if _INT.match(text) and len(text) < 20:
        return int(text)
    if _FLOAT.match(text):
        number = float(text.replace(".inf", "inf").replace(".nan", "nan")) if "n" in text.casefold() else float(text)
        return number if math.isfinite(number) else text
    return text
