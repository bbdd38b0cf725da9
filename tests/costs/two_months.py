"""A log that can be counted by hand: March and April 2026, ten contacts a day in each arm.

61 days, 610 contacts an arm (310 and 300); 44 business days and 17 of weekends. A contact takes six minutes, four
and a half of them talking; the first of a day comes at 07:30 and is urgent, the others come from 09:00 to 17:00. Every
fifth contact sells something for 40.00. Five agents an arm. Nine in ten ratings are good.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pilots import write_config, write_log

from pilot_analysis import load_config
from pilot_analysis.config.models import Config
from pilot_analysis.contacts.table import Contacts, open_contacts
from pilot_analysis.costs.ledger import Ledger
from pilot_analysis.costs.pricing import priced
from pilot_analysis.kpis.measures import measured

DAYS, A_DAY = 61, 10
CONTACTS = DAYS * A_DAY
HALF_HOURS = [15, *range(18, 35, 2)]  # 07:30, 09:00, 10:00 ... 17:00


def log(arms: tuple[str, ...] = ("In-house", "Vendor")) -> pd.DataFrame:
    """The log of some arms."""
    return pd.concat([_arm(team) for team in arms], ignore_index=True)


def _arm(team: str) -> pd.DataFrame:
    i = np.arange(CONTACTS)
    opened = pd.Timestamp("2026-03-01") + pd.to_timedelta(i // A_DAY, "D")
    opened += pd.to_timedelta(30 * np.array(HALF_HOURS)[i % A_DAY], "min")
    return pd.DataFrame({
        "contact_id": [f"{team[0]}{k}" for k in i],
        "opened_at": opened,
        "team": team,
        "agent_id": [f"{team[0]}a{k % 5}" for k in i],
        "customer_id": [f"{team[0]}c{k}" for k in i],
        "channel": np.where(i % 2 == 0, "email", "chat"),
        "category": "billing",
        "priority": np.where(i % A_DAY == 0, "urgent", "normal"),
        "handle_seconds": 360.0,
        "talk_seconds": 270.0,
        "outcome": np.where(i % 5 == 0, "sale", "none"),
        "order_value": np.where(i % 5 == 0, "40.00", ""),
        "csat": np.where(i % 10 == 3, 2, 5),
    })  # fmt: skip


def pilot(folder: Path, rows: pd.DataFrame | None = None, **keys: Any) -> Config:
    """Its config, the log written beside it."""
    write_log(log() if rows is None else rows, folder / "contacts.csv")
    given = {"pilot__start": "2026-03-01", "pilot__end": "2026-04-30", "pilot__timezone": "Europe/Berlin"}
    return load_config(write_config(folder, **(given | keys)))


def ledger_of(config: Config, contacts: Contacts | None = None) -> Ledger:
    """What the rate cards come to."""
    opened = open_contacts(config) if contacts is None else contacts
    return priced(measured(opened, config), opened, config)[1]


def costs_of(config: Config, opened: Contacts) -> tuple[Ledger, pd.DataFrame]:
    """The ledger, and the cost of every judged contact (columns side, v_cost)."""
    table, ledger = priced(measured(opened, config), opened, config)
    judged = table.filter(table.compared)
    return ledger, judged.select("side", "v_cost").to_pandas()
