"""The first sheet of the workbook: what the others hold, and how to read their numbers."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from pilot_analysis.report import wording
from pilot_analysis.report.frames import COUNT, Column, frame
from pilot_analysis.words import _


class Guide(NamedTuple):
    """A title, sentences under it, and a row for each table: its name, what it holds, its rows."""

    title: str
    lines: tuple[str, ...]
    contents: pd.DataFrame


def guide(review: dict[str, Any], tables: Mapping[str, pd.DataFrame]) -> Guide:
    """What a reader of the workbook needs to know first."""
    known, pilot, made = held(), review["pilot"], review["provenance"]
    contents = frame(
        Column(_("Sheet"), list(tables)),
        Column(_("What it holds"), [known.get(name, "") for name in tables]),
        Column(_("Rows"), [len(table) for table in tables.values()], COUNT),
    )
    return Guide(
        wording.plain(pilot["name"]),
        (
            review["headline"],
            _("{start} to {end}. Generated {moment}, config {config}.").format(
                start=wording.day_of(pilot["start"]), end=wording.day_of(pilot["end"]),
                moment=wording.moment(made["generated_at"]), config=made["config_sha256"][:7],
            ),
            _("Every number is that of review.json, unrounded: the cell's format rounds what it shows."),
            _("Unit says what a value is: fraction (0.03 is 3 percentage points), seconds, score, or a currency. An "
              "effect is pilot minus in-house, or pilot divided by in-house where it is a ratio; a benefit is the same "
              "with + for better for the customer or cheaper. Low and high are the ends of the interval. An empty cell "
              "was not measured or does not apply."),
        ),
        contents,
    )  # fmt: skip


def held() -> dict[str, str]:
    """What each table holds, by its name."""
    return {
        "summary": _("The verdict, the rule behind it and the facts of the pilot."),
        "scorecard": _("Each KPI: both arms, effect and benefit with intervals, limits, tests and result."),
        "reasons": _("Why this verdict, by KPI."),
        "actions": _("What to do next, with its number."),
        "keep_in_house": _("What should stay in-house."),
        "plan": _("The steps that follow."),
        "levers": _("Changes that were tried through the rules, and the verdict that each would give."),
        "routing": _("Where each part of the contacts goes, and why."),
        "segments": _("Effects within segments, also shrunk towards each other. Exploratory."),
        "nonresponse": _("Who was asked and who answered, and satisfaction at the bounds of silence."),
        "tipping": _("How much less satisfied silent customers would have to be to change the result."),
        "trend": _("Each KPI by week and arm."),
        "groups": _("Difference-in-differences: each KPI in each of its four groups."),
        "pre_trend": _("Difference-in-differences: how the arms moved apart before the pilot."),
        "weekly_effects": _("Pilot against in-house by week."),
        "agents": _("Each agent on their own mix of contacts, and what is left of it allowing for luck."),
        "cost": _("Every component of both rate cards with its line in the config, and what it came to."),
        "savings": _("The saving per contact, a month, a year and the first year, with its interval and ROI."),
        "fees": _("The vendor's fee per contact at which nothing, or the agreed share, is saved."),
        "sensitivity": _("The saving of a year with one thing otherwise."),
        "bridge": _("Step by step from the in-house cost to the pilot's."),
        "seasonality": _("Contacts by month of the log, and what each month of a year saves."),
        "robustness": _("The headline KPIs estimated in other ways."),
        "other_verdicts": _("What the verdict would be under the other estimates."),
        "repeats": _("First contact resolution by the days within which a repeat counts."),
        "vendor_review": _("Must-haves, red flags and incidents of the vendor."),
        "comments": _("What customers wrote, by arm."),
        "words": _("Words that one arm's customers use more."),
        "mix": _("The cells of the case mix and their share of each arm."),
        "case_mix": _("Each column of the case mix, value by value, with standardised differences."),
        "uncompared": _("Contacts that have no counterpart in the other arm."),
        "checks": _("Every check of data and comparison, with its finding."),
        "completeness": _("How full each column is that a KPI needs, by arm and week."),
        "rules": _("The ordered rules and what became of each."),
        "assumptions": _("What the review takes for granted."),
        "methods": _("The method of each KPI, and the effect without adjustment and without clusters beside it."),
        "provenance": _("Data, versions and hashes behind the review."),
    }
