"""Logs of a few rows, and what the contact floor makes of them.

Every log has four contacts of its own besides the rows of a test: one of each arm on the first and on the
last day of the pilot, so that both arms exist and reach the end.
"""

from pathlib import Path
from typing import Any

import pandas as pd
from pilots import END, START, config, write_config, write_pilot

from pilot_analysis import load_config
from pilot_analysis.contacts.table import Contacts, open_contacts
from pilot_analysis.refusal import Refusal

FRAME = [
    {"contact_id": f"{team} {when}", "team": team, "opened_at": f"{day} 12:00:00"}
    for team in ("In-house", "Vendor")
    for when, day in (("first", START), ("last", END))
]
PLAIN: dict[str, Any] = {"design": ..., "kpis": ..., "decision": ...}


def log(*rows: dict[str, Any], **columns: Any) -> pd.DataFrame:
    """A log of text: the rows of a test (pilot contacts a1, a2, ... unless they say otherwise), then FRAME.

    Args:
        rows: what the rows hold.
        columns: columns of the whole log, FRAME included.
    """
    named = [{"contact_id": f"a{i}", "team": "Vendor", "opened_at": "2026-03-10 10:00:00", **row}
             for i, row in enumerate(rows, start=1)]  # fmt: skip
    return pd.DataFrame([*named, *FRAME]).assign(**columns)


def open_log(folder: Path, content: pd.DataFrame | str | bytes | None, **keys: Any) -> Contacts:
    """The contact table of a log: a frame, the content of its file, or None where its files are there already."""
    keys = PLAIN | keys
    if isinstance(content, pd.DataFrame):
        return open_contacts(load_config(write_pilot(folder, content, **keys)))
    if content is not None:
        raw = content.encode() if isinstance(content, str) else content
        (folder / config(**keys)["data"]["contacts"]).write_bytes(raw)
    return open_contacts(load_config(write_config(folder, **keys)))


def found(contacts: Contacts, *columns: str) -> pd.DataFrame:
    """All contacts by their id, in its order; `columns` only these."""
    table = contacts.table.select("contact_id", *columns) if columns else contacts.table
    return table.to_pandas().set_index("contact_id").sort_index()


def read_or_refused(
    folder: Path, content: pd.DataFrame | None, *columns: str, **keys: Any
) -> tuple[pd.DataFrame, Refusal | None]:
    """All contacts by their id, or an empty frame and the refusal."""
    try:
        return found(open_log(folder, content, **keys), *columns), None
    except Refusal as refusal:
        return pd.DataFrame(), refusal
