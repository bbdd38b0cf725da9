"""`reports/index.html`: every pilot with its newest review, and what the reviews before it said."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pilot_analysis import words
from pilot_analysis.report import style, wording
from pilot_analysis.report.page import TEMPLATES
from pilot_analysis.words import _

RUN = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}")
MOST_EARLIER = 8


@dataclass(frozen=True)
class Seen:
    """What one review says of itself."""

    name: str
    verdict: wording.Named
    headline: str
    start: str
    end: str
    generated: str


@dataclass(frozen=True)
class Entry:
    """A pilot: its newest review and the ones before it; None is a review that cannot be read."""

    slug: str
    seen: Seen | None
    runs: int
    earlier: list[tuple[str, Seen | None]]

    @property
    def name(self) -> str:
        """The pilot's name, or else its folder's."""
        return self.slug if self.seen is None else self.seen.name

    @property
    def href(self) -> str:
        """The newest page, relative to the index."""
        return f"{quote(self.slug)}/latest/review.html"

    def page(self, run: str) -> str:
        """The page of an earlier run, relative to the index."""
        return f"{quote(self.slug)}/{run}/review.html"


def write_index(reports: Path) -> None:
    """Write `reports/index.html` anew, in one step. A review that cannot be read is listed as such."""
    homes = [latest.parent for latest in reports.glob("*/latest") if not latest.parent.name.startswith(".")]
    entries = sorted(map(entry, homes), key=lambda found: (found.name.casefold(), found.slug))
    environment = Environment(
        loader=FileSystemLoader([Path(__file__).parent, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("index.html.j2").render(
        entries=entries, css=Markup(style.variables()), lang=words.current_language().replace("_", "-"),
        direction="rtl" if words.right_to_left() else "ltr", w=words, _=_,
        ngettext=words.ngettext,
    )  # fmt: skip
    fresh = reports / ".index.html"
    fresh.write_text(page, encoding="utf-8", errors="replace", newline="\n")
    fresh.replace(reports / "index.html")


def entry(home: Path) -> Entry:
    """What the index says of the pilot in the folder `home`."""
    latest = home / "latest"
    runs = sorted((run.name for run in home.iterdir() if RUN.fullmatch(run.name)), reverse=True)
    shown = latest.readlink().name if latest.is_symlink() else runs[0] if runs else None
    earlier = [run for run in runs if run != shown][:MOST_EARLIER]
    return Entry(home.name, seen(latest), len(runs), [(run, seen(home / run)) for run in earlier])


def seen(run: Path) -> Seen | None:
    """What the review in the folder `run` says of itself; None where it cannot be read."""
    try:
        review: Any = json.loads((run / "review.json").read_text(encoding="utf-8"))
        pilot = review["pilot"]
        return Seen(
            name=wording.plain(pilot["name"]),
            verdict=verdict(review),
            headline=wording.plain(review["headline"]),
            start=wording.day_of(pilot["start"]),
            end=wording.day_of(pilot["end"]),
            generated=wording.moment(review["provenance"]["generated_at"]),
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def verdict(review: dict[str, Any]) -> wording.Named:
    """The verdict in a word; before the end there is none."""
    if review["verdict"] is None:
        return wording.Named(_("Interim"), "none", "watch")
    return wording.verdict(review["verdict"])
