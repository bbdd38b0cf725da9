"""A check of the data or of the comparison: what was looked at, how it stands, one sentence."""

from dataclasses import dataclass
from typing import Literal

from pilot_analysis.words import _, named

Status = Literal["pass", "warn", "fail", "info"]
WORSE: tuple[Status, ...] = ("pass", "info", "warn", "fail")  # from good to bad


@dataclass(frozen=True)
class Check:
    """One check; `id` is fixed by name, `text` says what it means for whom."""

    id: str
    status: Status
    text: str

    def to_dict(self) -> dict[str, str]:
        """As in review.json."""
        return {"id": self.id, "status": self.status, "text": self.text}


def check_name(which: str) -> str:
    """What a check is about, for its ids of the first day; another id is read as it stands."""
    names = {
        "duplicates": _("Duplicates"),
        "times": _("Times in order"),
        "scale": _("Rating scale"),
        "date_only": _("Dates without a time"),
        "missing": _("Missing values"),
        "immature": _("Recent contacts"),
        "volume": _("Volume"),
        "completeness": _("Completeness by week"),
        "volume_gaps": _("Days without contacts"),
        "time_zone": _("Time zone"),
        "agents": _("Number of agents"),
        "agents_in_both_arms": _("Agents in both arms"),
        "shared_logins": _("Shared logins"),
        "steps": _("Changes from one day to the next"),
        "replaced_agents": _("Agents replaced"),
        "lookalikes": _("One name, several spellings"),
        "placeholders": _("Ids of nobody"),
        "period": _("Length of the pilot"),
        "invoice": _("Invoices and rate card"),
        "bonus": _("Bonus or malus"),
        "rates": _("Usual rates"),
        "commission": _("Pay by results"),
        "labour_share": _("Share of labour"),
        "buffer": _("Buffer counted twice"),
        "currency": _("Currency"),
        "minimum_volume": _("Minimum volume"),
        "season": _("Season"),
        "agreed": _("Agreed beforehand"),
        "overlap": _("Comparable contacts"),
        "simpson": _("Mix against result"),
        "survey_parity": _("Survey answers"),
        "leakage": _("Leakage between arms"),
        "routing_share": _("Routing"),
        "units": _("Units"),
        "drift": _("Change over the weeks"),
        "excluded_dates": _("Days left out"),
        "pre_trend": _("Trend before the pilot"),
        "hours": _("Business hours"),
        "sources": _("Several logs"),
        "touches": _("Touches"),
        "merged": _("Merged contacts"),
        "calendar": _("Business calendar"),
        "roster": _("Roster"),
        "surveys": _("Survey tool"),
        "fold": _("Several rows of a contact"),
        "direction": _("Not from customers"),
        "preset": _("Columns of the helpdesk"),
        "left_out": _("Rows left out"),
        "dates": _("Order of dates"),
        "gaming": _("One KPI for another"),
    }
    return named(which, names)
