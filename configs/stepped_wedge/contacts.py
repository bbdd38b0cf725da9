"""Make contacts.csv from panel.csv: what the trial counted by week and ZIP code, as rows with a weight.

    python configs/stepped_wedge/contacts.py

A row of the panel is a week in a ZIP code: how many cases were handled manually, how many by the automated survey,
and for each way the share of eleven questions that were answered. The shares times the counts are whole numbers of
answers, so the two rows made of each, `answered` 1 and 0, lose nothing: their weights are the cases times the share
of questions answered, and what is left. A week is dated by its Sunday, since a row stands for all of it.
"""

from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
QUESTIONS = 11
WAYS = ("manual", "automated")


def contacts(panel: pd.DataFrame) -> pd.DataFrame:
    """One row a week, ZIP code, way of handling and answer (1 or 0); `weight` is in cases."""
    parts = []
    for way in WAYS:
        cases, share = panel[f"n_assigned_{way}"], panel[f"mean_perc_filled_assigned_{way}"].fillna(0)
        answered = (cases * share * QUESTIONS).round()
        for outcome, count in ((1, answered), (0, cases * QUESTIONS - answered)):
            parts.append(
                pd.DataFrame(
                    {
                        "week_ending": (pd.to_datetime(panel["week"]) + pd.Timedelta(days=6)).dt.strftime("%Y-%m-%d"),
                        "week": panel["week"],
                        "zip": panel["Zip"],
                        "wave": panel["crossover"],
                        "svi": panel["svi_label"].str.extract(r"(\d+,\d+)", expand=False).str.replace(",", "-"),
                        "assigned": panel["condition"].str.removesuffix(" CICT").str.lower(),
                        "handled": way,
                        "answered": outcome,
                        "weight": (count / QUESTIONS).round(6),
                    }
                )
            )
    rows = pd.concat(parts, ignore_index=True)
    order = ["week", "zip", "handled", "answered"]
    return rows[rows["weight"] > 0].sort_values(order, ascending=[True, True, False, False], ignore_index=True)


if __name__ == "__main__":
    contacts(pd.read_csv(HERE / "panel.csv")).to_csv(HERE / "contacts.csv", index=False)
