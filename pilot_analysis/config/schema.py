"""What may stand where: the JSON Schema of the config, and look-ups in it."""

from functools import cache
from typing import Any

from pilot_analysis.config.models import Config


@cache
def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a config file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "pilot-analysis config",
        **Config.model_json_schema(),
    }


def allowed_keys(path: tuple[str, ...], kind: str | None = None) -> list[str]:
    """The keys that may stand in the section at `path`; `kind` of it where there are several."""
    names: list[str] = []
    for node in _at(path, kind):
        names += node.get("properties", {})
        names += node.get("propertyNames", {}).get("enum", [])
    return list(dict.fromkeys(names))


def described(path: tuple[str, ...], kind: str | None = None) -> str | None:
    """The description of the key at `path`, in a section of this `kind` where there are several."""
    for node in _at(path[:-1], kind):
        key = node.get("properties", {}).get(path[-1])
        for place in [key, *_alternatives(key)] if key else []:
            if place.get("description"):
                return str(place["description"])
    return None


def _at(path: tuple[str, ...], kind: str | None) -> list[dict[str, Any]]:
    nodes = _alternatives(json_schema())
    for part in path:
        below = [
            below
            for node in nodes
            for below in (
                node.get("properties", {}).get(part),
                node.get("items") if part.isdigit() else None,
                node.get("additionalProperties"),
            )
            if isinstance(below, dict)
        ]
        nodes = [alternative for node in below for alternative in _alternatives(node)]
        nodes = [
            node for node in nodes if kind in (None, node.get("properties", {}).get("kind", {}).get("const", kind))
        ]
    return nodes


def _alternatives(node: dict[str, Any]) -> list[dict[str, Any]]:
    """`node` with references followed and `anyOf` or `oneOf` laid side by side."""
    if "$ref" in node:
        return _alternatives(json_schema()["$defs"][node["$ref"].rsplit("/", 1)[1]])
    inner = [*node.get("anyOf", []), *node.get("oneOf", [])]
    return [found for n in inner for found in _alternatives(n)] if inner else [node]
