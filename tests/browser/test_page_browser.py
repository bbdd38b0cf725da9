"""The page in a real browser: wide and narrow, light and dark, on paper, and with its own content policy."""

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from browsing import DARK, LIGHT, WIDTHS, at_each_width, browse, measured
from matplotlib.image import imread
from report.example import interim, poisoned, review

from pilot_analysis import words
from pilot_analysis.report import style
from pilot_analysis.report.catalogue import POT
from pilot_analysis.report.page import render
from pilot_analysis.runs.index import write_index
from pilot_analysis.runs.pdf import print_page

pytestmark = pytest.mark.system("chromium")

A4_WIDTH = 688  # 210 mm less two margins of 14 mm, at 96 pixels an inch
A4_HEIGHT = 1024  # 297 mm less margins of 12 and 14 mm

Measure = Callable[[str, int, str], Any]


@pytest.fixture
def measure(chromium: str, tmp_path: Path) -> Measure:
    """What a script finds in a page of a width."""
    return partial(measured, chromium, tmp_path)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """The example's page as a file."""
    path = tmp_path / "review.html"
    path.write_text(render(review()), encoding="utf-8")
    return path


@pytest.mark.parametrize("made", [review, interim, lambda: poisoned(review())], ids=["example", "interim", "hostile"])
def test_page_never_scrolls_sideways(measure: Measure, made: Callable[[], Any]) -> None:
    sizes = measure(
        render(made()), WIDTHS[0],
        at_each_width("""{window: root.clientWidth, page: root.scrollWidth,
            telephone: getComputedStyle(page.querySelector(".narrow")).display == "block"}"""),
    )  # fmt: skip
    assert [size["window"] for size in sizes] == WIDTHS
    assert [size["telephone"] for size in sizes] == [True, True, True, True, False, False]
    assert all(size["page"] <= size["window"] for size in sizes), sizes


def test_telephone_shows_every_number_of_a_row_with_its_name(measure: Measure) -> None:
    cells = measure(
        render(review()), 360,
        """[...page.querySelectorAll(".scorecard .kpi:first-of-type td[data-label]")].map(cell => ({
            label: cell.dataset.label, right: cell.getBoundingClientRect().right,
            shown: getComputedStyle(cell).display, size: parseFloat(getComputedStyle(cell).fontSize)}))""",
    )  # fmt: skip
    assert [cell["label"] for cell in cells] == ["In-house", "Pilot", "Effect", "Limit", "Result"]
    assert all(cell["shown"] != "none" and cell["right"] <= 360 and cell["size"] >= 12 for cell in cells)


def test_telephone_lays_out_the_first_row_of_a_list_like_the_others(measure: Measure) -> None:
    """The result stands beside the name, in lists without a heading row too."""
    apart = measure(
        render(review()), 360,
        """[...page.querySelectorAll("[aria-labelledby=repeats] tbody tr")].filter(row => row.querySelector(".verdict"))
            .map(row => Math.abs(row.querySelector("th").getBoundingClientRect().top
                                 - row.querySelector(".verdict").getBoundingClientRect().top))""",
    )  # fmt: skip
    assert len(apart) >= 2
    assert max(apart) < 12


def test_first_screen_holds_the_whole_answer_and_the_first_row(measure: Measure) -> None:
    bottoms = measure(
        render(review()), 1280,
        """Object.fromEntries([".note", "#verdict", ".headline", ".tiles", ".scorecard .kpi"].map(
            name => [name, page.querySelector(name).getBoundingClientRect().bottom]))""",
    )  # fmt: skip
    assert list(bottoms.values()) == sorted(bottoms.values())
    assert all(bottom <= 800 for bottom in bottoms.values())


@pytest.fixture
def hebrew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The page in a Hebrew that has a word for everything: each letter of a sentence becomes an alef, names stay."""
    with POT.open("rb") as file:
        catalogue = read_po(file, locale="he")
    for message in catalogue:
        if message.id:
            texts = message.id if isinstance(message.id, tuple) else (message.id,)
            stub = tuple(re.sub(r"{[^}]*}|[A-Za-z]", lambda m: m[0] if len(m[0]) > 1 else "א", text) for text in texts)
            message.string = stub[-1:] * catalogue.num_plurals if len(texts) > 1 else stub[0]
    folder = tmp_path / "he" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / f"{words.DOMAIN}.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(words, "LOCALE_DIR", tmp_path)
    with words.language("he"):
        return render(review())


def test_layout_holds_from_right_to_left(measure: Measure, hebrew: str) -> None:
    assert '<html lang="he" dir="rtl">' in hebrew
    assert "אאא" in hebrew
    found = measure(
        hebrew, WIDTHS[0],
        at_each_width("""{window: root.clientWidth, page: root.scrollWidth,
            name: page.querySelector(".scorecard .kpi th").getBoundingClientRect().right,
            result: page.querySelector(".scorecard .kpi td.verdict").getBoundingClientRect().right,
            first: page.querySelector(".tiles > div").getBoundingClientRect().left,
            third: page.querySelector(".tiles > div:nth-child(3)").getBoundingClientRect().left}"""),
    )  # fmt: skip
    assert all(size["page"] <= size["window"] for size in found), found
    assert all(size["name"] > size["result"] for size in found), "a row begins at the right"
    assert found[-1]["first"] > found[-1]["third"], "so do the tiles"


def test_one_drawing_of_the_effects_is_shown_at_a_time(measure: Measure) -> None:
    shown = '["wide", "narrow"].map(name => getComputedStyle(page.querySelector("." + name)).display)'
    assert measure(render(review()), 1280, shown) == ["block", "none"]
    assert measure(render(review()), 360, shown) == ["none", "block"]


def test_nothing_on_paper_is_wider_than_the_paper(measure: Measure) -> None:
    html = render(review())
    printed = html.replace("@media print", "@media all").replace("@media screen", "@media not all")
    found = measure(
        printed, A4_WIDTH,
        f"""({{page: page.documentElement.scrollWidth, cut: [...page.querySelectorAll("td, th, svg, p")].filter(
            e => e.getBoundingClientRect().right > {A4_WIDTH} + 0.5).map(e => e.outerHTML.slice(0, 80)),
            rules: page.querySelector("details table").checkVisibility()}})""",
    )  # fmt: skip
    assert found["page"] <= A4_WIDTH
    assert found["cut"] == []
    assert found["rules"], "the rules are printed although they are folded on the screen"


def test_summary_and_headline_measures_stand_on_the_first_sheet(measure: Measure) -> None:
    html = render(review())
    found = measure(
        html.replace("@media print", "@media all").replace("@media screen", "@media not all"), A4_WIDTH,
        """[".answer", ".scorecard .kpi:nth-of-type(5)"].map(name =>
            page.querySelector(name).getBoundingClientRect().bottom)""",
    )  # fmt: skip
    assert found == sorted(found)
    assert found[-1] <= A4_HEIGHT


def test_prints_on_a4_tagged_with_an_outline_and_page_numbers(chromium: str, page: Path, tmp_path: Path) -> None:
    printed = tmp_path / "review.pdf"
    print_page(page, printed, Path(chromium))
    content = printed.read_bytes()
    for part in (b"/StructTreeRoot", b"/MarkInfo", b"/Outlines", b"/Lang (en)", b"/Title ("):
        assert part in content
    assert "counter(pages)" in page.read_text(encoding="utf-8")
    sheets = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert 4 <= len(sheets) <= 14
    assert {(round(float(width)), round(float(height))) for width, height in sheets} == {(595, 842)}


@pytest.mark.parametrize(("flag", "theme"), [(LIGHT, 0), (DARK, 1)], ids=["light", "dark"])
def test_page_follows_the_readers_light_or_dark(
    chromium: str, page: Path, tmp_path: Path, flag: str, theme: int
) -> None:
    picture = tmp_path / "screen.png"
    browse(chromium, page, flag, "--window-size=1280,800", f"--screenshot={picture}")
    pixels = (imread(picture)[:, :, :3] * 255).round().astype(int)
    paper = style.COLOURS["paper"][theme]
    assert "#" + "".join(f"{part:02x}" for part in pixels[4, 4]) == paper
    banner = style.COLOURS["warn-soft"][theme]
    assert "#" + "".join(f"{part:02x}" for part in pixels[230, 1000]) == banner


def test_page_keeps_its_own_policy_and_asks_for_nothing(chromium: str, page: Path) -> None:
    told = browse(chromium, page, "--dump-dom", "--enable-logging=stderr").stderr
    assert "CONSOLE" not in told
    assert "Content Security Policy" not in told


def test_policy_would_stop_a_script_that_got_in(chromium: str, page: Path) -> None:
    html = page.read_text(encoding="utf-8").replace("</main>", "<script>document.title = 'ran'</script></main>")
    page.write_text(html, encoding="utf-8")
    assert "<title>ran</title>" not in browse(chromium, page, "--dump-dom").stdout


@pytest.mark.parametrize("made", [review, lambda: poisoned(review())], ids=["example", "hostile"])
def test_index_never_scrolls_sideways(measure: Measure, made: Callable[[], Any], tmp_path: Path) -> None:
    for run, content in (("20260501T060000Z-00aa", made()), ("20260508T060000Z-00bb", made())):
        (tmp_path / "vendor-a" / run).mkdir(parents=True)
        (tmp_path / "vendor-a" / run / "review.json").write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "vendor-a" / "latest").symlink_to("20260508T060000Z-00bb")
    write_index(tmp_path)
    for file in (tmp_path / "index.html", tmp_path / "vendor-a" / "history.html"):
        sizes = measure(
            file.read_text(encoding="utf-8"), WIDTHS[0],
            at_each_width("[root.clientWidth, root.scrollWidth]"),
        )  # fmt: skip
        assert [window for window, _page in sizes] == WIDTHS
        assert all(page <= window for window, page in sizes), sizes
