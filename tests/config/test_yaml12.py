"""YAML by the rules of version 1.2: what a person writes stays what it is."""

from typing import Any

import pytest

from pilot_analysis.config.yaml12 import parse_value, read
from pilot_analysis.refusal import Refusal


def value(text: str) -> Any:
    return read(f"key: {text}\n", "pilot.yaml")[0]["key"]


@pytest.mark.parametrize("text", ["on", "off", "yes", "no", "Yes", "NO", "y", "n", "1:30", "12:30:45", "012", "0o17",
                                  "0x1F", "1_000", "0b11", "2026-03-02", "1e400", ".inf", "-.inf", ".nan", "1.2.3",
                                  "+49 30 1234", "1,5", "=", "<<"])  # fmt: skip
def test_stays_text(text: str) -> None:
    assert value(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [("17", 17), ("-3", -3), ("+3", 3), ("0", 0), ("0.03", 0.03), (".5", 0.5), ("1.", 1.0), ("1e-2", 0.01),
     ("6E2", 600.0), ("true", True), ("False", False), ("TRUE", True), ("null", None), ("~", None), ("", None)],
)  # fmt: skip
def test_numbers_truth_and_nothing(text: str, expected: Any) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("text", ["17", "true", "null", "1e5", "on", "~"])
def test_quotes_make_text(text: str) -> None:
    assert value(f'"{text}"') == value(f"'{text}'") == text


def test_the_line_of_every_key() -> None:
    data, lines = read("a:\n  b: 1\n  c:\n    - d: x\n    - e: y\n\n# remark\nf: {g: 2}\n", "pilot.yaml")
    assert data == {"a": {"b": 1, "c": [{"d": "x"}, {"e": "y"}]}, "f": {"g": 2}}
    assert {path: lines[path] for path in (("a",), ("a", "b"), ("a", "c", "1", "e"), ("f", "g"))} == {
        ("a",): 1, ("a", "b"): 2, ("a", "c", "1", "e"): 5, ("f", "g"): 8,
    }  # fmt: skip


def test_an_alias_stands_for_what_it_names() -> None:
    assert read("a: &x [1, 2]\nb: *x\n", "pilot.yaml")[0] == {"a": [1, 2], "b": [1, 2]}


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: [1, 2\n", None, "not valid YAML"),
        ("a: 1\n\tb: 2\n", 2, "tab"),
        ("a:\n  b: 1\n c: 2\n", 3, "not valid YAML"),
        ("a: b: c\n", 1, "not valid YAML"),
        ("a: *nobody\n", 1, "not valid YAML"),
        ("a: 1\n---\na: 2\n", 2, "not valid YAML"),
        ("a: 1\nb: 2\na: 3\n", 3, "twice"),
        ("a:\n  b: 1\n  b: 2\n", 3, "twice"),
        ("a: !!python/object/apply:os.system [ls]\n", 1, "tags"),
        ("a: !secret x\n", 1, "tags"),
        ("a: !!binary aGk=\n", 1, "tags"),
        ("? [a, b]\n: c\n", 1, "key must be a word"),
        ("a: &x {b: *x}\n", 1, "too large"),
        ("", None, "empty"),
        ("# nothing but a remark\n", None, "empty"),
        ("a: \x07\n", None, "not valid YAML"),
    ],
)
def test_refused_with_its_line(text: str, line: int | None, says: str) -> None:
    with pytest.raises(Refusal, match=says) as refused:
        read(text, "pilot.yaml")
    assert refused.value.file == "pilot.yaml"
    assert line is None or refused.value.line == line


def test_a_key_twice_is_named_in_full() -> None:
    with pytest.raises(Refusal) as refused:
        read("kpis:\n  csat:\n    margin: 1\n    margin: 2\n", "pilot.yaml")
    assert (refused.value.key, refused.value.line) == ("kpis.csat.margin", 4)


def test_aliases_of_aliases_end_early() -> None:
    """A billion laughs: ten names that each stand for ten of the one before."""
    lines = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    with pytest.raises(Refusal, match="too large"):
        read("\n".join(lines), "pilot.yaml")


@pytest.mark.parametrize("text", ["[" * 5_000, "a: " + "{b: " * 2_000, "\n".join("  " * i + "a:" for i in range(80))])
def test_depth_without_end(text: str) -> None:
    with pytest.raises(Refusal):
        read(text, "pilot.yaml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0.02", 0.02), ("on", "on"), ("[a, 1:30, 3]", ["a", "1:30", 3]), ("{a: {b: 1}}", {"a": {"b": 1}}), ("", None),
     ("~", None), ("a b", "a b"), ("0.02 # why", 0.02)],
)  # fmt: skip
def test_the_value_of_an_override(text: str, expected: Any) -> None:
    assert parse_value(text, "--set key") == expected
