"""The page that a review is read on: one self-contained HTML file, light and dark, on paper too."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pilot_analysis import words
from pilot_analysis.contacts.check import check_name
from pilot_analysis.decision.conditions import requirement
from pilot_analysis.report import bridge, figures, outlook, parts, robustness, rows, silent, style, wording
from pilot_analysis.report.capsule import capsule
from pilot_analysis.report.completeness import filled
from pilot_analysis.report.money import money
from pilot_analysis.report.slopes import slope_rows
from pilot_analysis.report.svg import inline, svg
from pilot_analysis.words import _

TEMPLATES = Path(__file__).parent / "templates"
MOST_CELLS = 12
MOST_AGENTS = 10
NUMBERS_OF_A_CELL = ("baseline_share", "pilot_share", "difference")
CHECK_ORDER = ("fail", "warn", "info", "pass")


class Standing(NamedTuple):
    """How a review stands to the pilot's earlier runs, in sentences.

    Attributes:
        looks: how often somebody has looked at the data.
        final: the final verdict where an earlier run gave it, and whether this one agrees; else empty.
    """

    looks: str
    final: str


def render(review: dict[str, Any], standing: Standing | None = None, drawings: Mapping[str, str] | None = None) -> str:
    """The whole page of `review` (as `Review.to_dict()` gives it), in the language in force.

    No script, no request, the same bytes for the same review. Every text from the review is escaped.
    `standing` is that of a run among others; None for a page on its own. `drawings` are its figures where somebody
    has them already, as `figures.markup` gives them.
    """
    shown = _context(review) | _drawings(review, figures.markup(review) if drawings is None else drawings)
    return _environment().get_template("review.html.j2").render(shown, standing=standing)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: words.translations().gettext(message),
        lambda one, many, n: words.translations().ngettext(one, many, n),
    )
    environment.globals |= {
        "w": words,
        "wording": wording,
        "check_name": check_name,
        "requirement": requirement,
        "outlook": outlook,
        "capsule": capsule,
        "effect_text": effect_text,
        "points_text": points_text,
    }
    return environment


def _shown(value: object) -> object:
    """What a template prints: a dash for what is missing, and no character that HTML cannot hold."""
    if value is None:
        return words.MISSING
    return value if isinstance(value, Markup) else wording.plain(value)


def _context(review: dict[str, Any]) -> dict[str, Any]:
    """What the templates need: the review, and its parts as a reader meets them."""
    interim = review["verdict"] is None
    found = rows.by_kpi(review)
    changes = review["would_change"]
    title = wording.verdict(review["verdict"])
    return {
        "review": review,
        "pilot": review["pilot"],
        "lang": words.current_language().replace("_", "-"),
        "direction": "rtl" if words.right_to_left() else "ltr",
        "css": Markup(style.variables() + (TEMPLATES / "review.css").read_text(encoding="utf-8")),
        "interim": interim,
        "smallest_cell": review["privacy"]["smallest_cell"],
        "few": words.counted(None, review["privacy"]["smallest_cell"]),
        "others": wording.other_arm(review["pilot"]),
        "against": wording.compared_with(review["pilot"]),
        "mix_note": wording.mix_note(review["pilot"]),
        "times_note": _times_note(review),
        "verdict": title,
        "headline": _reason(review["headline"], title.word),
        "confidence": words.percent(review["pilot"]["confidence"], 0),
        "money": money(review),
        "agents": _agents(review),
        "rows": found,
        "reasons": [
            reason["text"]
            for reason in review["reasons"]
            if reason["code"] != "robustness"
            and (reason["kpi"] not in found or found[reason["kpi"]].result.icon not in ("check", "on"))
        ],
        "segments": parts.segments(review),
        "agent_rows": parts.agents(review, MOST_AGENTS),
        "most_agents": words.count(MOST_AGENTS),
        "comments": parts.comments(review),
        "costs": parts.costs(review),
        "components": outlook.components(review["cost"] or {}),
        "buffers": outlook.buffers(review["cost"] or {}),
        "repeats": parts.repeats(review),
        "vendor": _vendor(review["pilot"]["vendor_review"]),
        "silent": silent.lines(review),
        "slopes": slope_rows(review),
        "checks": sorted(review["checks"], key=lambda check: CHECK_ORDER.index(check["status"])),
        "would_change": [changes] if isinstance(changes, str) else changes,
        "robustness": parts.variants(review),
        "other_verdicts": parts.other_verdicts(review),
        "mix_lines": robustness.mix_lines(review),
        "caveats": wording.caveats(review),
        "filled": filled(review),
        "mix_names": [name for name in (review["mix"] or [{}])[0] if name not in NUMBERS_OF_A_CELL],
        "mix": sorted(review["mix"], key=lambda cell: -(cell["pilot_share"] or 0.0))[:MOST_CELLS],
    }


def _drawings(review: dict[str, Any], drawings: Mapping[str, str]) -> dict[str, Any]:
    """Each figure as inline SVG, by what it shows; the effects and the bridges also for a narrow screen."""
    shown, texts = {name: Markup(inline(drawing)) for name, drawing in drawings.items()}, figures.described(review)
    bridges = bridge.bridges(review)
    small = {"effects": figures.effects_figure(review, narrow=True)} | {
        f"bridge_{name}": figures.bridge_figure(review, name, narrow=True) for name in bridges
    }
    narrow = {name: Markup(inline(svg(figure, *texts[name]))) for name, figure in small.items()}
    return {
        "effects": shown["effects"], "narrow_effects": narrow["effects"],
        "bridges": [(bridge.note(name), shown[f"bridge_{name}"], narrow[f"bridge_{name}"]) for name in bridges],
    } | {
        f"{kind}_figures": [drawing for name, drawing in shown.items() if name.startswith(f"{kind}_")]
        for kind in figures.KINDS
    }  # fmt: skip


def _reason(headline: str, title: str) -> str:
    """The headline without the verdict that stands above it already."""
    first, colon, rest = headline.partition(": ")
    if colon and title.casefold().startswith(first.casefold()):
        return words.capitalised(rest)
    return headline


def _times_note(review: dict[str, Any]) -> str:
    """What a time on the scorecard is, where contacts came by several channels; else empty."""
    several = len({cell["channel"] for cell in review["mix"] if "channel" in cell}) > 1
    if not several or not any(kpi["id"] == "response_time" and kpi["pilot"]["n"] for kpi in review["kpis"]):
        return ""
    return _(
        "A median or percentile is taken in each channel; what stands here is their geometric mean by the pilot's "
        "shares, so it lies between the channels, and other reports show other times."
    )


def _vendor(answers: dict[str, Any]) -> dict[str, Any] | None:
    """The vendor review; None where nothing of it was answered."""
    return answers if any(answers.values()) else None


def _agents(review: dict[str, Any]) -> str:
    """How many clusters stand behind the intervals; empty where they are not agents."""
    if review["pilot"]["cluster"] != "agent_id":
        return ""
    counts = [
        (kpi["baseline"]["clusters"], kpi["pilot"]["clusters"]) for kpi in review["kpis"] if kpi["pilot"]["clusters"]
    ]
    if not counts:
        return ""
    house, pilot = (max(arm) for arm in zip(*counts, strict=True))
    text = _("{house} agents in-house, {pilot} in the pilot.")
    if review["pilot"]["comparison"] == "before_after":
        text = _("{house} agents before, {pilot} in the pilot.")
    return text.format(house=words.count(house), pilot=words.count(pilot))


def effect_text(kpi: dict[str, Any], numbers: dict[str, Any]) -> str:
    """An effect as pilot minus in-house, or pilot divided by in-house, with its interval where it has one."""
    ratio = kpi["effect"]["kind"] == "ratio"
    scale, digits = (1, 3) if ratio else (100, 1) if kpi["unit"] == "fraction" else (1, 2)

    def written(x: float) -> str:
        return words.decimal(x * scale, digits, signed=not ratio)

    estimate, low, high = numbers["estimate"], numbers.get("low"), numbers.get("high")
    if estimate is None:
        return words.MISSING
    text = ("×" if ratio else "") + written(estimate)
    if low is None or high is None:
        return text
    return _("{estimate} ({low} to {high})").format(estimate=text, low=written(low), high=written(high))


def points_text(line: silent.Line) -> str:
    """A difference of shares in points, with its interval where it has one."""
    if line.estimate is None:
        return words.MISSING
    text = words.decimal(line.estimate * 100, signed=True)
    if line.low is None or line.high is None:
        return text
    low, high = (words.decimal(x * 100, signed=True) for x in (line.low, line.high))
    return _("{estimate} ({low} to {high})").format(estimate=text, low=low, high=high)
