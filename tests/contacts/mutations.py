"""Copies of the samples, each changed as exports get changed on their way; see `fuzz.py` for what becomes of them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import sample_exports

MUTATED = ("zendesk", "freshdesk", "genesys_cloud", "nice_cxone", "hubspot")  # text files with durations
DURATIONS = {
    "zendesk": ["First reply time in minutes", "Full resolution time in minutes"],
    "freshdesk": ["First response time (in hrs)", "Resolution time (in hrs)"],
    "genesys_cloud": ["Total Queue", "Total Handle"], "nice_cxone": ["inQueueSeconds", "agentSeconds"],
    "hubspot": ["time_to_first_agent_reply", "time_to_close"],
}  # fmt: skip
STAMPS = {
    "zendesk": ["Created at", "Solved at"], "freshdesk": ["Created time", "Resolved time", "Initial response time"],
    "genesys_cloud": ["Date"], "nice_cxone": ["contactStartDate"], "hubspot": ["createdate", "closed_date"],
}  # fmt: skip


class Copy(NamedTuple):
    """A mutated file: its bytes, and whether it must still give the numbers of the original (or be refused)."""

    content: bytes
    same: bool


Mutation = Callable[[str, np.random.Generator], Copy]


def table_of(name: str) -> pd.DataFrame:
    return pd.read_csv(sample_exports.HERE / f"{name}.csv", dtype=str, keep_default_na=False)


def text(table: pd.DataFrame, **options: Any) -> str:
    return table.to_csv(index=False, lineterminator="\n", **options)


def scaled(table: pd.DataFrame, column: str, factor: float) -> pd.Series:
    return table[column].map(
        lambda cell: "" if cell == "" else f"{seconds_of(cell) * factor:.4f}".rstrip("0").rstrip(".")
    )


def seconds_of(cell: str) -> float:
    parts = [float(part) for part in cell.split(":")]
    return parts[0] if len(parts) == 1 else sum(p * s for p, s in zip(parts, (3600, 60, 1), strict=True))


def stamps_of(name: str, column: pd.Series) -> pd.Series:
    """The stamps of a column as they stand on its clock."""
    day_first = name == "zendesk"
    return pd.to_datetime(column.where(column != ""), format="mixed", dayfirst=day_first, utc=True).dt.tz_localize(None)


def units(name: str, rng: np.random.Generator) -> Copy:
    """Every duration in another unit, under the same name."""
    table, factor = table_of(name), float(rng.choice([60, 1000, 3600, 1 / 60, 1 / 1000]))
    return Copy(text(table.assign(**{c: scaled(table, c, factor) for c in DURATIONS[name]})).encode(), False)


def one_unit(name: str, rng: np.random.Generator) -> Copy:
    """One duration in another unit, under the same name."""
    table, factor = table_of(name), float(rng.choice([60, 1000, 1 / 60, 1 / 1000]))
    column = str(rng.choice(DURATIONS[name]))
    return Copy(text(table.assign(**{column: scaled(table, column, factor)})).encode(), False)


def one_arm(name: str, rng: np.random.Generator) -> Copy:
    """The durations of one arm in another unit."""
    table = table_of(name)
    team = next(c for c in ("Group", "First Queue", "teamName", "hubspot_team_id") if c in table)
    factor = float(rng.choice([60, 1000, 1 / 60]))
    changed = {c: scaled(table, c, factor).where(table[team] == "Vendor", scaled(table, c, 1.0))
               for c in DURATIONS[name]}  # fmt: skip
    return Copy(text(table.assign(**changed)).encode(), False)


def encoding(name: str, rng: np.random.Generator) -> Copy:
    way = str(rng.choice(["utf-16", "utf-8-sig", "latin-1", "cp1252", "utf-16-le"]))
    table = table_of(name)
    return Copy(text(table.assign(Größe="ü")).encode(way), True)


def separator(name: str, rng: np.random.Generator) -> Copy:
    return Copy(text(table_of(name), sep=str(rng.choice([";", "\t", "|"]))).encode(), True)


def line_ends(name: str, rng: np.random.Generator) -> Copy:
    return Copy(text(table_of(name)).replace("\n", str(rng.choice(["\r\n", "\r"]))).encode(), True)


def day_and_month(name: str, rng: np.random.Generator) -> Copy:
    """Stamps in another order, all of them or only what a spreadsheet could swap (days up to 12)."""
    table, way = table_of(name), str(rng.choice(["%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d.%m.%y %H:%M", "swap"]))
    for column in STAMPS[name]:
        stamps = stamps_of(name, table[column])
        if way == "swap":
            swapped = stamps.map(lambda s: s if pd.isna(s) or s.day > 12 else s.replace(day=s.month, month=s.day))
            table[column] = swapped.dt.strftime("%Y-%m-%d %H:%M:%S").fillna("")
        else:
            table[column] = stamps.dt.strftime(way).fillna("")
    return Copy(text(table).encode(), way != "swap" and "Z" not in table_of(name)[STAMPS[name][0]][0])


def zone(name: str, rng: np.random.Generator) -> Copy:
    """Stamps said in UTC, or those of one column silently in another zone."""
    table, columns = table_of(name), STAMPS[name]
    said = bool(rng.integers(2)) or len(columns) == 1
    for column in columns if said else columns[1:]:
        stamps = stamps_of(name, table[column])
        if said and "Z" not in table[column][0]:
            local = stamps.dt.tz_localize(sample_exports.ZONE, ambiguous=False, nonexistent="shift_forward")
            table[column] = local.dt.tz_convert("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ").fillna("")
        elif not said:
            hours = pd.Timedelta(hours=int(rng.choice([-8, 5, 8])))
            table[column] = (stamps + hours).dt.strftime("%Y-%m-%d %H:%M:%S").fillna("")
    return Copy(text(table).encode(), said)


def columns(name: str, rng: np.random.Generator) -> Copy:
    """Columns in another order, under other capitals and signs."""
    table = table_of(name)
    shuffled = table[list(rng.permutation(list(table)))]
    way: Callable[[str], str] = [str.upper, str.lower, lambda n: n.replace(" ", "_")][int(rng.integers(3))]
    return Copy(text(shuffled.rename(columns=way)).encode(), True)


def renamed(name: str, rng: np.random.Generator) -> Copy:
    """One needed column under a name that nobody knows."""
    table = table_of(name)
    column = str(rng.choice([*DURATIONS[name], *STAMPS[name], table.columns[0]]))
    return Copy(text(table.rename(columns={column: "a field of ours"})).encode(), False)


def twice(name: str, rng: np.random.Generator) -> Copy:
    """Some rows twice, as they are or with another value."""
    table = table_of(name)
    again = table.sample(20, random_state=int(rng.integers(1000)))
    if rng.integers(2):
        again = again.assign(**{DURATIONS[name][0]: table[DURATIONS[name][0]][0]})
    return Copy(text(pd.concat([table, again])).encode(), False)


def missing(name: str, rng: np.random.Generator) -> Copy:
    """A tenth of the rows lost (a file that ends early), or the cells of one needed column in most of them."""
    table = table_of(name)
    if rng.integers(2):
        return Copy(text(table.head(int(len(table) * 0.6))).encode(), False)
    column = str(rng.choice([DURATIONS[name][0], STAMPS[name][0]]))
    return Copy(text(table.assign(**{column: table[column].where(rng.random(len(table)) < 0.4, "")})).encode(), False)


MUTATIONS = (
    units, one_unit, one_arm, encoding, separator, line_ends, day_and_month, zone, columns, renamed, twice, missing,
)  # fmt: skip
