"""The index lists every pilot, whatever its name and its files look like."""

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

from pilot_analysis.runs.index import write_index
from pilot_analysis.runs.sparkline import Point, points, sparkline, sparklines

FIRST, SECOND, THIRD = "20260501T060000Z-00aa", "20260508T060000Z-00bb", "20260515T060000Z-00cc"


def publish(reports: Path, slug: str, run: str, review: dict[str, Any] | str) -> None:
    home = reports / slug
    (home / run).mkdir(parents=True)
    text = review if isinstance(review, str) else json.dumps(review)
    (home / run / "review.json").write_text(text, encoding="utf-8")
    (home / "latest").unlink(missing_ok=True)
    (home / "latest").symlink_to(run)


def index(reports: Path) -> str:
    write_index(reports)
    return (reports / "index.html").read_text(encoding="utf-8")


def test_a_pilot_is_listed_with_its_verdict_and_the_verdicts_before(review: dict[str, Any], tmp_path: Path) -> None:
    interim = deepcopy(review) | {"verdict": None, "phase": "interim"}
    publish(tmp_path, "vendor-a", FIRST, interim)
    publish(tmp_path, "vendor-a", SECOND, "{ broken")
    publish(tmp_path, "vendor-a", THIRD, review)

    page = index(tmp_path)

    assert '<a href="vendor-a/latest/review.html">Vendor A, email and chat</a>' in page
    assert review["headline"] in page
    assert "3 runs" in page
    assert "generated 8 May 2026, 06:00 UTC" in page
    words = re.findall(r"</svg><span>(\w+)</span>", page)
    assert words == ["Adjust", "Unreadable", "Interim"]
    assert f'href="vendor-a/{FIRST}/review.html"' in page
    assert f'href="vendor-a/{THIRD}/review.html"' not in page


def test_hostile_names_stay_text_and_links_stay_inside(review: dict[str, Any], tmp_path: Path) -> None:
    review["pilot"]["name"] = '"><script>alert(1)</script>'
    review["headline"] = "<img src=x onerror=alert(1)>\x00 {{ 7 * 7 }}"
    publish(tmp_path, 'javascript:alert(1)"onclick=&', FIRST, review)

    page = index(tmp_path)

    assert "<script" not in page
    assert "<img" not in page
    assert "{{ 7 * 7 }}" in page
    assert 'href="javascript%3Aalert%281%29%22onclick%3D%26/latest/review.html"' in page


def test_a_review_that_cannot_be_read_is_listed_as_such(review: dict[str, Any], tmp_path: Path) -> None:
    unknown = deepcopy(review) | {"verdict": "perhaps"}
    nested = "[" * 100_000
    for slug, content in {"a": "[]", "b": '{"pilot": 3}', "c": "", "d": unknown, "e": nested}.items():
        publish(tmp_path, slug, FIRST, content)
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "latest").mkdir()

    page = index(tmp_path)

    assert page.count("<span>Unreadable</span>") == 6
    assert page.count("<article") == 6


def test_folders_that_are_no_pilots_are_left_out(review: dict[str, Any], tmp_path: Path) -> None:
    publish(tmp_path, "vendor-a", FIRST, review)
    publish(tmp_path, ".hidden", FIRST, review)
    (tmp_path / "empty").mkdir()
    (tmp_path / "README.md").touch()

    page = index(tmp_path)

    assert page.count("<article") == 1
    assert "1 pilot<" in page
    assert {path.name for path in tmp_path.iterdir()} == {
        "vendor-a", ".hidden", "empty", "README.md", "index.html",
    }  # fmt: skip


def test_the_page_needs_nothing_but_itself(review: dict[str, Any], tmp_path: Path) -> None:
    publish(tmp_path, "vendor-a", FIRST, review)

    page = index(tmp_path)

    assert "default-src 'none'" in page
    assert not re.search(r"https?://|<script|<link|@import|url\(", page)
    assert "prefers-color-scheme:dark" in page


def test_no_pilots_yet(tmp_path: Path) -> None:
    assert "No pilot has been reviewed yet." in index(tmp_path)


def test_the_deciding_measures_are_drawn_over_the_runs(review: dict[str, Any], tmp_path: Path) -> None:
    earlier = deepcopy(review)
    for kpi in earlier["kpis"]:
        kpi["benefit"] = {"estimate": 0.01, "low": None, "high": None}
    publish(tmp_path, "vendor-a", FIRST, earlier)
    assert '<svg class="spark"' not in index(tmp_path), "one run is no trend"

    publish(tmp_path, "vendor-a", SECOND, review)
    page = index(tmp_path)

    drawn = re.findall(r'<svg class="spark"[^>]*aria-label="([^"]*)"', page)
    deciding = [kpi for kpi in review["kpis"] if kpi["role"] != "secondary" and kpi["benefit"]["estimate"] is not None]
    assert len(drawn) == len(deciding) > 2
    assert drawn[0].startswith("Customer satisfaction (top 2 of 5) over 2 runs, + is better: +1.0 points, ")


def test_a_drawing_goes_up_where_it_gets_better_and_keeps_inside() -> None:
    def at(estimate: float, low: float | None = None, high: float | None = None) -> Point:
        return Point("KPI", "fraction", "difference", -0.03, estimate, low, high)

    drawing = str(sparkline([at(-0.02, -0.05, 0.01), at(0.0), at(0.02, 0.01, 0.03)]))
    course = re.search(r'points="([^"]*)"', drawing)
    assert course is not None
    heights = [float(point.split(",")[1]) for point in course[1].split()]
    assert heights == sorted(heights, reverse=True)
    assert all(0 <= height <= 36 for height in heights)
    assert drawing.count('class="interval"') == 2
    assert sparklines([]) == []


def test_a_goal_without_a_hurdle_is_held_against_no_difference() -> None:
    kpi = {
        "id": "csat", "label": "CSAT", "unit": "fraction", "role": "goal", "hurdle": None, "margin": 0.03,
        "effect": {"kind": "difference"}, "benefit": {"estimate": 0.02, "low": 0.01, "high": 0.03},
    }  # fmt: skip
    assert points({"kpis": [kpi]})["csat"].limit == 0.0
    assert points({"kpis": [kpi | {"role": "guardrail"}]})["csat"].limit == -0.03
    assert points({"kpis": [kpi | {"role": "secondary"}]}) == {}
