"""The config's JSON Schema agrees with the loader, and knows every key."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pilots import CONFIG, config

from pilot_analysis import load_config
from pilot_analysis.config import yaml12
from pilot_analysis.config.columns import CANONICAL
from pilot_analysis.config.schema import allowed_keys, described, json_schema

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(ROOT.glob("configs/*/pilot.yaml"))


def validate(content: Any) -> None:
    jsonschema.Draft202012Validator(json_schema()).validate(content)


def test_it_is_a_json_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.parent.name)
def test_the_configs_that_ship_are_valid(file: Path) -> None:
    validate(yaml12.read(file.read_text(), file.name)[0])


def test_there_are_three_of_them() -> None:
    assert {file.parent.name for file in SHIPPED} == {"demo", "service_desk", "stepped_wedge"}


def test_a_resolved_config_is_valid() -> None:
    validate(load_config(CONFIG).model_dump(mode="json"))


@pytest.mark.parametrize(
    "keys",
    [{"data__arm__pilot": "Vendor"}, {"data__segment": {"channel": "chat"}}, {"design__adjust_for": "channel"},
     {"data__arm__pilot": [17, "x", True]}],
)  # fmt: skip
def test_what_the_loader_takes_an_editor_takes(keys: dict[str, Any]) -> None:
    load_config(config(**keys))
    validate(config(**keys))


@pytest.mark.parametrize(
    "keys",
    [{"kpis__csat__margn": 1}, {"design__confidence": 95}, {"kpis__csat__margin": 3}, {"kpis__csat__margin": 0},
     {"costs__pilot": [{"kind": "per_moon", "rate": 1}]}, {"data__columns": {"satisfaction": "x"}},
     {"pilot__start": ...}, {"decision__goals": []}, {"report__slug": "../x"}, {"data__sources": []}],
)  # fmt: skip
def test_what_the_loader_refuses_an_editor_marks(keys: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        validate(config(**keys))


def keys_of(schema: dict[str, Any], path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every key of the config by its path, from the schema's own definitions."""
    found = []
    for name, node in schema.get("properties", {}).items():
        found.append((*path, name))
        if "$ref" in node:
            found += keys_of(json_schema()["$defs"][node["$ref"].rsplit("/", 1)[1]], (*path, name))
    return found


def test_every_key_says_what_it_is() -> None:
    keys = [path for path in keys_of(json_schema()) if len(path) > 1]
    assert len(keys) > 60
    assert [path for path in keys if not described(path)] == []


def test_the_keys_of_a_section() -> None:
    assert {"name", "start", "end", "timezone"} <= set(allowed_keys(("pilot",)))
    assert set(allowed_keys(("data", "columns"))) == set(CANONICAL)
    assert {"kind", "rate", "occupancy"} <= set(allowed_keys(("costs", "pilot", "0")))
    assert allowed_keys(("no", "such")) == []
