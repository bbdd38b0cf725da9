"""Every number that a reader sees on the page stands in review.json, rounded as it is shown."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from babel.messages.pofile import read_po
from example import interim, review
from pilots import contacts, write_pilot
from reading import Reading

from pilot_analysis import load_config
from pilot_analysis import review as reviewed
from pilot_analysis.report.catalogue import POT
from pilot_analysis.report.page import render

NUMBER = re.compile(r"(?<![\w.,])[−-]?\d[\d,]*(?:\.\d+)?(?![\w])")
SCALES = (1.0, 100.0, 1 / 60, 1 / 3600, 1 / 86400)  # a share in per cent or points, a time in its unit
MONEY = re.compile(r"[€$]\s?$")


def leaves(value: Any) -> Iterator[Any]:
    """Every number and every text of a review."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif not isinstance(value, bool) and value is not None:
        yield value


def text_of(html: str) -> str:
    """What a reader reads, but for what stands in drawings: their axes are no numbers of the review."""
    return Reading(re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)).text


def unknown(html: str, content: dict[str, Any]) -> list[str]:
    """The numbers of a page that its review does not hold."""
    found = list(leaves(content))
    texts = " ".join(str(leaf) for leaf in found if isinstance(leaf, str))
    with POT.open("rb") as file:
        texts += " ".join(str(message.id) for message in read_po(file))
    # dates are written in another order than in the file; a hash is cut
    said = (
        set(NUMBER.findall(texts))
        | set(re.findall(r"\d+", texts))
        | {str(int(n)) for n in re.findall(r"\b0\d\b", texts)}
    )
    said.add("100.0")  # the whole of some parts
    sizes = [abs(float(leaf)) * scale for leaf in found if isinstance(leaf, int | float) for scale in SCALES]
    # of a ratio the page says by how much it is better
    sizes += [abs(1 - float(leaf)) * 100 for leaf in found if isinstance(leaf, float)]
    text = text_of(html)
    missing = []
    for match in NUMBER.finditer(text):
        written = match[0].lstrip("−-").rstrip(",")
        if written in said:
            continue
        value, digits = float(written.replace(",", "")), len(written.partition(".")[2])
        step = 10.0**-digits
        if not digits and MONEY.search(text[: match.start()]):  # money a year is rounded as its interval allows
            step = 10.0 ** (len(written.replace(",", "")) - len(written.replace(",", "").rstrip("0")))
        if not any(abs(value - size) <= step / 2 * (1 + 1e-6) for size in sizes):
            missing.append(text[max(match.start() - 40, 0) : match.end() + 20])
    return missing


@pytest.mark.parametrize("made", [review, interim])
def test_every_number_of_the_examples_page_is_in_its_review(made: Any) -> None:
    content = made()
    assert unknown(render(content), content) == []


def test_every_number_of_a_reviewed_pilot_is_in_its_review(tmp_path: Any) -> None:
    log = contacts()
    log["comment"] = "kind"
    config = load_config(write_pilot(tmp_path, log, pilot__ramp_up_days=7, costs__currency="EUR"))
    content = reviewed(config).to_dict()
    assert len(NUMBER.findall(text_of(render(content)))) > 300
    assert unknown(render(content), content) == []


def test_a_number_that_is_not_in_the_review_is_found() -> None:
    content = review()
    html = render(content)
    assert unknown(html.replace("83.6%", "83.93%"), content) != []
    assert unknown(html.replace("€63,400", "€63,700"), content) != []
