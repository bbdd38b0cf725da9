"""What axe-core finds in the page, the index and a pilot's history: nothing, in light and in dark, wide and narrow."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browsing import DARK, LIGHT, browse, told, without_policy
from report.example import interim, poisoned, review

from pilot_analysis.report.page import render
from pilot_analysis.runs.index import write_index

pytestmark = pytest.mark.system("chromium")

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
THEMES = {"light": LIGHT, "dark": DARK}
ASK = """
axe.run(document, {resultTypes: ["violations"]}).then(found => {
  const told = document.createElement("pre");
  told.id = "told";
  told.textContent = JSON.stringify({
    checked: found.passes.length,
    faults: found.violations.map(fault => [fault.id, fault.nodes.slice(0, 3).map(node => node.html.slice(0, 120))]),
    frames: Math.max(document.documentElement.scrollWidth - document.documentElement.clientWidth, 0),
  });
  document.body.append(told);
});
"""


def asked(html: str, chromium: str, folder: Path, theme: str, width: int) -> dict[str, Any]:
    """What axe-core says of a page whose policy is lifted for it."""
    script = AXE.read_text(encoding="utf-8")
    assert "</script" not in script.lower()
    page = folder / "asked.html"
    scripts = f"<script>{script}</script><script>{ASK}</script></body>"
    page.write_text(without_policy(html).replace("</body>", scripts), encoding="utf-8")
    flags = ("--virtual-time-budget=60000", "--dump-dom", THEMES[theme], f"--window-size={width},900")
    found: dict[str, Any] = told(browse(chromium, page, *flags).stdout)
    return found


def published(folder: Path, *reviews: dict[str, Any]) -> Path:
    """A folder of reports with a pilot of so many runs."""
    home = folder / "vendor-a"
    for number, content in enumerate(reviews):
        run = home / f"2026050{number + 1}T060000Z-00aa"
        run.mkdir(parents=True)
        (run / "review.json").write_text(json.dumps(content), encoding="utf-8")
        (home / "latest").unlink(missing_ok=True)
        (home / "latest").symlink_to(run.name)
    write_index(folder)
    return folder


def page_of(folder: Path, name: str) -> str:
    makers: dict[str, Callable[[], str]] = {
        "page": lambda: render(review()),
        "interim": lambda: render(interim()),
        "hostile": lambda: render(poisoned(review())),
        "index": lambda: (published(folder, interim(), review()) / "index.html").read_text(encoding="utf-8"),
        "hostile index": lambda: (published(folder, poisoned(review())) / "index.html").read_text(encoding="utf-8"),
        "history": lambda: (published(folder, review()) / "vendor-a" / "history.html").read_text(encoding="utf-8"),
    }
    return makers[name]()


@pytest.mark.parametrize("width", [1280, 500])
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ["page", "index"])
def test_axe_finds_nothing(name: str, theme: str, width: int, chromium: str, tmp_path: Path) -> None:
    found = asked(page_of(tmp_path, name), chromium, tmp_path, theme, width)
    assert found["faults"] == []
    assert found["checked"] > 10


@pytest.mark.parametrize("name", ["interim", "hostile", "hostile index", "history"])
def test_axe_finds_nothing_in_the_other_pages(name: str, chromium: str, tmp_path: Path) -> None:
    found = asked(page_of(tmp_path, name), chromium, tmp_path, "light", 1280)
    assert found["faults"] == []
    assert found["frames"] == 0, "nothing scrolls sideways"


def test_axe_would_find_a_picture_without_words_and_pale_text(chromium: str, tmp_path: Path) -> None:
    spoilt = page_of(tmp_path, "page").replace(
        "</main>", '<svg role="img" width="9" height="9"></svg><p style="color:#bbb;background:#fff">pale</p></main>'
    )
    found = {fault for fault, _nodes in asked(spoilt, chromium, tmp_path, "light", 1280)["faults"]}
    assert {"svg-img-alt", "color-contrast"} <= found
