"""The message catalogue that is committed is the one that the sources give now."""

from io import BytesIO

from babel.messages.pofile import read_po

from pilot_analysis.report.catalogue import POT, catalogue


def sentences(text: str) -> set[str | tuple[str, str]]:
    """Every message of a catalogue."""
    return {message.id for message in read_po(BytesIO(text.encode())) if message.id}


def test_committed_catalogue_is_up_to_date() -> None:
    committed = POT.read_text(encoding="utf-8")
    fresh = catalogue()
    assert sentences(committed) == sentences(fresh), "write it: python -m pilot_analysis.report.catalogue"
    assert committed == fresh, "write it: python -m pilot_analysis.report.catalogue"


def test_catalogue_has_sentences_of_python_of_templates_and_of_rules() -> None:
    found = sentences(catalogue())
    assert "{first} and {last}" in found  # words.py
    assert "What would change it" in found  # the page's template


def test_catalogue_carries_no_date_and_no_line_numbers() -> None:
    text = catalogue()
    assert "POT-Creation-Date" not in text
    assert not any(line.startswith("#:") and line.rpartition(":")[2].isdigit() for line in text.splitlines())


def test_rule_texts_are_found_by_their_key(tmp_path) -> None:
    from pilot_analysis.report.catalogue import rule_texts

    source = tmp_path / "rules.yaml"
    source.write_text("rules:\n  - id: harm\n    text: A guardrail is harmed.\n    verdict: stop\n")
    with source.open("rb") as file:
        assert list(rule_texts(file, (), (), options={})) == [(3, None, "A guardrail is harmed.", [])]
