"""What the cells of `data_check.ipynb` show of a new export, also of one that a review would refuse."""

from dataclasses import dataclass
from functools import wraps
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from pilot_analysis.config.columns import CANONICAL
from pilot_analysis.config.models import Config
from pilot_analysis.contacts import first_look
from pilot_analysis.contacts.check import Check, check_name
from pilot_analysis.contacts.checks import contact_checks
from pilot_analysis.contacts.completeness import COLUMNS
from pilot_analysis.contacts.completeness import completeness as completeness_of
from pilot_analysis.contacts.faults import engine_faults
from pilot_analysis.contacts.first_look import ExportLog
from pilot_analysis.contacts.known import with_presets
from pilot_analysis.contacts.table import Contacts, open_contacts
from pilot_analysis.notebook import styled
from pilot_analysis.refusal import Refusal
from pilot_analysis.report import wording
from pilot_analysis.report.completeness import completeness_map, completeness_text, lines_of
from pilot_analysis.report.volumes import arm_name, by_day, by_hour
from pilot_analysis.words import _, count, day, joined, language, ngettext, percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.display import HTML
    from pandas.io.formats.style import Styler

T = TypeVar("T")


@dataclass(frozen=True)
class Export:
    """An export as it lies there, and what a review makes of it.

    Attributes:
        config: names its files and the columns.
        logs: each of its logs.
        rows: of all logs that a review would use, None where it is refused; checks: of these; complete: how full the
            columns that KPIs need are there, by arm and week.
        refused: why a review would refuse it.
    """

    config: Config
    logs: list[ExportLog]
    rows: int | None
    checks: list[Check]
    complete: pd.DataFrame
    refused: Refusal | None


def read(config: str, overrides: dict[str, Any]) -> Export:
    """Open an export.

    Raises:
        Refusal: for a config that cannot be read, and where there are no rows to look at.
    """
    from pilot_analysis.config.loader import load_config

    loaded = load_config(Path(config), overrides)
    with engine_faults(loaded), language(loaded.report.language):
        logs = first_look.logs_of(loaded)
        try:
            with engine_faults(loaded):
                full = with_presets(loaded)
                contacts = open_contacts(full)
                return Export(
                    loaded, logs, contacts.used, contact_checks(contacts, full), _complete(contacts, full), None
                )
        except Refusal as refusal:
            return Export(loaded, logs, None, [], pd.DataFrame(columns=COLUMNS), refusal)


def _spoken(show: "Callable[[Export], T]") -> "Callable[[Export], T]":
    """In the language of the report."""

    @wraps(show)
    def spoken(export: Export) -> T:
        with language(export.config.report.language):
            return show(export)

    return spoken


@_spoken
def answer(export: Export) -> "HTML":
    """Whether a review can use the export; where not, its refusal in full."""
    from IPython.display import HTML

    if export.refused is not None:
        first = _("A review would refuse this export. What follows shows it as it is.")
        return HTML(f"<p><strong>{first}</strong></p><pre>{escape(str(export.refused))}</pre>")  # type: ignore[no-untyped-call]
    text = _("A review can use this export: {n} contacts.").format(n=count(export.rows))
    bad = [check_name(check.id) for check in export.checks if check.status in ("fail", "warn")]
    if bad:
        text += " " + _("Look at: {checks}.").format(checks=joined(bad))
    return HTML(f"<p>{escape(text)}</p>")  # type: ignore[no-untyped-call]


@_spoken
def columns(export: Export) -> "Styler":
    """Every column of the export: what it becomes, how full it is, what stands in it, what cannot be read."""
    found = first_look.columns(export.logs)
    return styled(pd.DataFrame({
        **({_("log"): found["log"]} if len(export.logs) > 1 else {}),
        _("column of the export"): found["column"],
        _("becomes"): found["becomes"].fillna(_("not used")),
        _("type"): found["type"],
        _("filled"): found["filled"].map(percent),
        _("different values"): found["different"].map(count),
        _("values, or from … to"): found["values"],
        _("cannot be read"): [
            _("{n}, such as {example!r}").format(n=count(n), example=example) if n else ""
            for n, example in zip(found["unreadable"], found["example"], strict=True)
        ],
    }))  # fmt: skip


@_spoken
def absent(export: Export) -> "Styler":
    """The canonical columns that no log has, and what each would be good for."""
    there = {name for log in export.logs for name in log.becomes.values()}
    names = [name for name in CANONICAL if name not in there]
    return styled(pd.DataFrame({
        _("not in the export"): names, _("what it would be"): [CANONICAL[name].about for name in names],
    }))  # fmt: skip


@_spoken
def duplicates(export: Export) -> "Styler":
    """Rows, identical rows and ids that stand more than once, by log."""
    found = first_look.duplicates(export.logs)
    names = (_("log"), _("rows"), _("identical to another"), _("ids that stand more than once"), _("without an id"))
    found = found.set_axis(names, axis="columns")
    return styled(found.assign(**{name: found[name].map(_count) for name in names[1:]}))


@_spoken
def completeness(export: Export) -> "Styler":
    """The share of each column that is filled, an arm a column."""
    found = first_look.completeness(export.logs)
    names = [arm_name(_or_none(arm)) for arm in found["arm"]]
    shares = found.drop(columns=["arm", "rows"]).map(_percent).T.set_axis(names, axis="columns")
    rows = pd.DataFrame([found["rows"].map(count).tolist()], columns=names, index=[_("rows")])
    return styled(pd.concat([rows, shares]).rename_axis(_("column")).reset_index())


@_spoken
def weeks(export: Export) -> "Styler":
    """The same by arm and week: a column that begins, stops or thins out shows here."""
    found = first_look.completeness(export.logs, weekly=True)
    whole = [name for name in found.columns[3:] if (found[name] == 1).all()]
    shown = found.drop(columns=whole)
    shares = shown.drop(columns=["arm", "week", "rows"]).map(_percent)
    weeks = [_("no date") if pd.isna(week) else day(pd.Timestamp(week).date()) for week in found["week"]]
    arms = [arm_name(_or_none(arm)) for arm in found["arm"]]
    table = pd.concat([pd.DataFrame({_("arm"): arms, _("week of"): weeks, _("rows"): found["rows"].map(count)}),
                       shares], axis="columns")  # fmt: skip
    said = _("Always filled, and not shown: {columns}.").format(columns=joined(whole)) if whole else ""
    return styled(table).set_caption(said)


@_spoken
def needed(export: Export) -> "HTML":
    """What the KPIs need, of the contacts that a review would judge: how full by arm and week."""
    rows: list[dict[str, Any]] = [dict(zip(COLUMNS, row, strict=True)) for row in export.complete.to_numpy().tolist()]
    title = _("Filled by arm and week")
    height = 0.7 + 0.21 * len(lines_of(rows))
    text = completeness_text(rows) if rows else _("A review would refuse this export.")
    return _drawing(lambda ax: completeness_map(ax, rows), title, text, (0.24, 0.14), height)


@_spoken
def volumes(export: Export) -> "HTML":
    """Contacts a day by arm, with the pilot's days shaded."""
    counts = first_look.volumes(export.logs)
    pilot = export.config.pilot
    title = _("Contacts a day, by arm")
    return _drawing(lambda ax: by_day(ax, counts, pilot.start, pilot.end), title, _said(counts, title))


@_spoken
def times(export: Export) -> "HTML":
    """At what hour contacts are opened, by arm: arms hours apart may be arms whose clocks are."""
    counts = first_look.times_of_day(export.logs)
    title = _("Hours of the day, by arm")
    return _drawing(lambda ax: by_hour(ax, counts), title, _said(counts, title))


@_spoken
def checks(export: Export) -> "Styler":
    """The checks of the log that a review begins with; none where it would refuse."""
    return styled(pd.DataFrame({
        _("Check"): [check_name(check.id) for check in export.checks],
        _("Status"): [wording.check_status(check.status).word for check in export.checks],
        _("Finding"): [check.text for check in export.checks],
    }))  # fmt: skip


def _complete(contacts: Contacts, config: Config) -> pd.DataFrame:
    found = completeness_of(contacts, config)
    return found.assign(arm=found["arm"].map(contacts.grouping.called))


def _said(counts: dict[Any, dict[Any, int]], title: str) -> str:
    """A text alternative: the contacts of each arm."""
    arms = [
        ngettext("{arm}: {n} contact", "{arm}: {n} contacts", sum(each.values())).format(
            arm=arm_name(arm), n=count(sum(each.values()))
        )
        for arm, each in counts.items()
    ]
    return f"{title}. {joined(arms)}." if arms else title


def _drawing(
    draw: "Callable[[Any], None]", title: str, text: str, corner: tuple[float, float] = (0.06, 0.1), height: float = 2.6
) -> "HTML":
    """A wide figure `height` inches high, whose axes begin at `corner`."""
    from IPython.display import HTML
    from matplotlib.figure import Figure

    from pilot_analysis.report import style
    from pilot_analysis.report.svg import svg

    with style.drawing():
        figure = Figure(figsize=(8.2, height))
        draw(figure.add_axes((corner[0], corner[1], 0.98 - corner[0], 0.86 - corner[1])))
    return HTML(f'<div style="max-width: 52rem">{svg(figure, title, text)}</div>')  # type: ignore[no-untyped-call]


def _or_none(arm: Any) -> str | None:
    return None if pd.isna(arm) else str(arm)


def _percent(share: Any) -> str:
    return "" if pd.isna(share) else percent(float(share))


def _count(n: Any) -> str:
    return "" if pd.isna(n) else count(n)
