"""`reports/index.html`: every pilot with its newest review; and for each pilot a page of all its runs."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pilot_analysis import words
from pilot_analysis.refusal import Refusal
from pilot_analysis.report import style, wording
from pilot_analysis.report.page import TEMPLATES
from pilot_analysis.runs.history import HISTORY, Entry, final_of, final_sentence, read
from pilot_analysis.runs.home import FAILED, LATEST, latest_run, runs_of
from pilot_analysis.runs.lock import Lock
from pilot_analysis.runs.sparkline import Point, points, sparklines
from pilot_analysis.words import _

MOST_EARLIER = 8
STAMP = len("20260501T060000Z")
INDEX, RUNS = "index.html", "history.html"


@dataclass(frozen=True)
class Seen:
    """What one review says of itself."""

    name: str
    verdict: wording.Named
    headline: str
    start: str
    end: str
    phase: str
    generated: str
    points: dict[str, Point]


@dataclass(frozen=True)
class Pilot:
    """A pilot: its newest review and the ones before it; None is a review that cannot be read.

    Attributes:
        slug: its folder.
        published: whether there is a good run; seen: what the review of the latest says.
        runs: how many were ever published; there: those still there; earlier: the last of them before the newest.
        history: every run, the newest first.
        final: the final verdict where an earlier run than the newest gave it.
        failed: day and cause of the last attempt, where it failed and no good run came after it.
        attempts: how many have failed since the last good run, of those that are kept.
    """

    slug: str
    published: bool
    seen: Seen | None
    runs: int
    there: list[str]
    earlier: list[tuple[str, Seen | None]]
    history: list[Entry]
    final: str
    failed: tuple[str, str] | None
    attempts: int

    @property
    def name(self) -> str:
        """The pilot's name, or else its folder's."""
        return self.slug if self.seen is None else self.seen.name

    @property
    def sparklines(self) -> list[tuple[str, Markup]]:
        """Each deciding KPI over the runs that are there, the newest last."""
        told = [self.seen, *(seen for _run, seen in self.earlier)][::-1]
        return sparklines([seen.points for seen in told if seen is not None])

    @property
    def href(self) -> str:
        """The newest page, relative to the index."""
        return f"{quote(self.slug)}/latest/review.html"

    @property
    def history_href(self) -> str:
        """The page of all runs, relative to the index."""
        return f"{quote(self.slug)}/{RUNS}"

    def page(self, run: str) -> str:
        """The page of an earlier run, relative to the index."""
        return f"{quote(self.slug)}/{run}/review.html"


def write_index(reports: Path, wait: float = 60.0) -> None:
    """Write `reports/index.html` and each pilot's `history.html` anew, each in one step.

    A review that cannot be read is listed as such.
    """
    with Lock(reports, "index.html", wait):
        pilots = sorted(map(pilot, homes(reports)), key=lambda found: (found.name.casefold(), found.slug))
        environment = Environment(
            loader=FileSystemLoader([Path(__file__).parent, TEMPLATES]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals |= {
            "css": Markup(style.variables()), "lang": words.current_language().replace("_", "-"),
            "direction": "rtl" if words.right_to_left() else "ltr", "w": words, "_": _, "ngettext": words.ngettext,
            "wording": wording, "named": named,
        }  # fmt: skip
        for found in pilots:
            page = environment.get_template("history.html.j2").render(pilot=found)
            write_page(reports / found.slug / RUNS, page)
        write_page(reports / INDEX, environment.get_template("index.html.j2").render(pilots=pilots))


def write_page(file: Path, page: str) -> None:
    """Replace a page in one step."""
    fresh = file.with_name(f".{file.name}")
    fresh.write_text(page, encoding="utf-8", errors="replace", newline="\n")
    fresh.replace(file)


def homes(reports: Path) -> list[Path]:
    """The folders of pilots: those with a good run, or an attempt at one."""
    folders = (home for home in reports.iterdir() if home.is_dir() and not home.name.startswith("."))
    return [home for home in folders if any([os.path.lexists(home / LATEST), *home.glob(f"{FAILED}*")])]


def pilot(home: Path) -> Pilot:
    """What the index says of the pilot in the folder `home`."""
    runs = runs_of(home)[::-1]
    newest = latest_run(home)
    earlier = [run for run in runs if run != newest][:MOST_EARLIER]
    try:
        history = read(home / HISTORY)[::-1]
    except Refusal:
        history = []
    final = final_of(history)
    stands = ""
    if history and final not in (None, history[0]):
        stands = final_sentence(final, history[0].phase, history[0].verdict)
    # Runs of one pilot go one after the other, so what failed in the second of the newest run came after it.
    since = (newest or "")[:STAMP]
    attempts = [path for path in sorted(home.glob(f"{FAILED}*")) if path.name.removeprefix(FAILED)[:STAMP] >= since]
    return Pilot(
        slug=home.name, published=os.path.lexists(home / LATEST), seen=seen(home / LATEST),
        runs=max(len(history), len(runs)), there=runs,
        earlier=[(run, seen(home / run)) for run in earlier], history=history,
        final=stands, failed=failed(attempts[-1]) if attempts else None, attempts=len(attempts),
    )  # fmt: skip


def failed(folder: Path) -> tuple[str, str]:
    """Day and cause of a failed attempt."""
    stamp = folder.name.removeprefix(FAILED)
    try:
        cause = (folder / "FAILED.txt").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        cause = _("the cause was not kept")
    day = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"
    return wording.day_of(day), wording.plain(cause)


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
            phase={"final": _("final"), "interim": _("interim")}[review["phase"]],
            generated=wording.moment(review["provenance"]["generated_at"]),
            points=points(review),
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def verdict(review: dict[str, Any]) -> wording.Named:
    """The verdict in a word; before the end there is none."""
    return named(review["verdict"])


def named(verdict: str | None) -> wording.Named:
    """A verdict, or its absence, as a word with a colour and an icon."""
    return wording.Named(_("Interim"), "none", "watch") if verdict is None else wording.verdict(verdict)
