"""The tables of the costs: components, savings, fees, what would change the saving, bridges, months."""

from typing import Any

import pandas as pd

from pilot_analysis.report import outlook
from pilot_analysis.report.frames import COUNT, GENERAL, SHARE, Column, each, frame, level_format
from pilot_analysis.words import _


def cost_tables(found: dict[str, Any], others: str) -> dict[str, pd.DataFrame]:
    """By file name, from a review's cost; empty where nothing was measured.

    Args:
        others: what the in-house column is called.
    """
    money = level_format(found.get("currency"))
    steps = [(name, step) for name, own in (found.get("bridge") or {}).items() for step in own]
    season = found.get("seasonality") or {"months": [], "year": []}
    saved = {month["month"]: month for month in season["year"]}
    return {
        "cost": components(found.get("components") or [], others, money),
        "savings": savings(found, money),
        "fees": frame(
            Column(_("By"), each(found.get("break_even") or [], "by")),
            Column(_("Share saved"), each(found.get("break_even") or [], "saving"), SHARE),
            Column(_("Buffer on the fees"), each(found.get("break_even") or [], "buffer"), SHARE),
            Column(_("Fee per contact"), each(found.get("break_even") or [], "fee"), money),
        ),
        "sensitivity": sensitivity(found.get("sensitivity") or [], money),
        "bridge": frame(
            Column(_("Bridge"), [name for name, _step in steps]),
            Column(_("Step"), [step["label"] for _name, step in steps]),
            Column(_("Amount"), [step["amount"] for _name, step in steps], money),
            Column(_("Is a total"), [step["is_total"] for _name, step in steps]),
            Column(_("Place"), [step["place"] for _name, step in steps]),
        ),
        "seasonality": frame(
            Column(_("Month"), each(season["months"], "month")),
            Column(_("Contacts a day"), each(season["months"], "per_day"), COUNT),
            Column(_("Contacts of the pilot's year"),
                   [saved.get(m["month"], {}).get("contacts") for m in season["months"]], COUNT),
            Column(_("Saved"), [saved.get(m["month"], {}).get("saving") for m in season["months"]], money),
        ),
    }  # fmt: skip


def components(rows: list[dict[str, Any]], others: str, money: str) -> pd.DataFrame:
    """A row a component, with its line in the config."""
    return frame(
        Column(_("Arm"), [others if row["arm"] == "baseline" else _("Pilot") for row in rows]),
        Column(_("Component"), each(rows, "name")),
        Column(_("Kind"), each(rows, "kind")),
        Column(_("Place"), each(rows, "place")),
        Column(_("Line"), each(rows, "line")),
        Column(_("Quantity"), each(rows, "quantity"), "#,##0.00"),
        Column(_("Basis"), each(rows, "basis")),
        Column(_("Rate"), each(rows, "rate"), money),
        Column(_("Amount"), each(rows, "amount"), money),
        Column(_("Per contact"), each(rows, "per_contact"), money),
        Column(_("Share"), each(rows, "share"), SHARE),
        Column(_("Fee"), each(rows, "fee")),
        Column(_("Avoidable"), each(rows, "avoidable")),
        Column(_("One-off"), each(rows, "one_off")),
        Column(_("Grows with volume"), each(rows, "scales")),
        Column(_("Charged in"), each(rows, "currency")),
        Column(_("Exchange rate"), each(rows, "exchange_rate"), GENERAL),
    )


def savings(found: dict[str, Any], money: str) -> pd.DataFrame:
    """The saving per contact, and what comes of it in a month, a year and the first year."""
    rows = [outlook.Money(_("per contact"), found["saving_per_contact"], None)] if "saving_per_contact" in found else []
    rows += outlook.money_rows(found) if outlook.projected(found) else []
    amounts, formats = [row.amounts for row in rows], [money, *[money.replace(".00", "")] * len(rows)][: len(rows)]
    return frame(
        Column(_("Saving"), [row.label for row in rows]),
        Column(_("Estimate"), each(amounts, "estimate"), formats),
        Column(_("Low"), each(amounts, "low"), formats),
        Column(_("High"), each(amounts, "high"), formats),
        Column(_("ROI"), [row.roi for row in rows], SHARE),
        Column(_("Currency"), [found["currency"] for _row in rows]),
    )


def sensitivity(rows: list[dict[str, Any]], money: str) -> pd.DataFrame:
    """A row a change: what, by how much (relative; of first contact resolution in points), what a year then saves."""
    money = money.replace(".00", "")
    return frame(
        Column(_("What"), each(rows, "what")),
        Column(_("Of"), each(rows, "of")),
        Column(_("Changed by"), each(rows, "change"), SHARE),
        Column(_("Saved in a year"), each(rows, "saving", "estimate"), money),
        Column(_("Low"), each(rows, "saving", "low"), money),
        Column(_("High"), each(rows, "saving", "high"), money),
    )
