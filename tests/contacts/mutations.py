"""Copies of the samples, each changed as exports get changed on their way: by people, spreadsheets and settings.

    python tests/contacts/mutations.py [COPIES] [FILES]

makes COPIES (200) mutated and FILES (1,000) fuzzed files and says what became of them: see `Outcome`. Every file comes
of its own number alone, so one that misleads can be made again. `make fuzz` does all of it.
"""

import io
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import sample_exports

from pilot_analysis import load_config
from pilot_analysis.config.models import Config
from pilot_analysis.contacts.as_read import units_said
from pilot_analysis.contacts.checks import contact_checks
from pilot_analysis.contacts.known import with_presets
from pilot_analysis.contacts.table import Contacts, open_contacts
from pilot_analysis.refusal import Refusal

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
NUMBERS = ("contacts", "satisfied", "rated", "response", "handle", "resolution")


class Copy(NamedTuple):
    """A mutated file: its bytes, and whether it must still give the numbers of the original (or be refused)."""

    content: bytes
    same: bool


Mutation = Callable[[str, np.random.Generator], Copy]


class Outcome(NamedTuple):
    """What became of a copy: same, flagged, refused, or wrong (other numbers, and nobody was told)."""

    kind: str
    why: str


def table_of(name: str) -> pd.DataFrame:
    return pd.read_csv(sample_exports.HERE / f"{name}.csv", dtype=str, keep_default_na=False)


def text(table: pd.DataFrame, **options: Any) -> str:
    return table.to_csv(index=False, lineterminator="\n", **options)


def _scaled(table: pd.DataFrame, column: str, factor: float) -> pd.Series:
    return table[column].map(
        lambda cell: "" if cell == "" else f"{_seconds(cell) * factor:.4f}".rstrip("0").rstrip(".")
    )


def _seconds(cell: str) -> float:
    parts = [float(part) for part in cell.split(":")]
    return parts[0] if len(parts) == 1 else sum(p * s for p, s in zip(parts, (3600, 60, 1), strict=True))


def units(name: str, rng: np.random.Generator) -> Copy:
    """Every duration in another unit, under the same name."""
    table, factor = table_of(name), float(rng.choice([60, 1000, 3600, 1 / 60, 1 / 1000]))
    return Copy(text(table.assign(**{c: _scaled(table, c, factor) for c in DURATIONS[name]})).encode(), False)


def one_unit(name: str, rng: np.random.Generator) -> Copy:
    """One duration in another unit, under the same name."""
    table, factor = table_of(name), float(rng.choice([60, 1000, 1 / 60, 1 / 1000]))
    column = str(rng.choice(DURATIONS[name]))
    return Copy(text(table.assign(**{column: _scaled(table, column, factor)})).encode(), False)


def one_arm(name: str, rng: np.random.Generator) -> Copy:
    """The durations of one arm in another unit."""
    table = table_of(name)
    team = next(c for c in ("Group", "First Queue", "teamName", "hubspot_team_id") if c in table)
    factor = float(rng.choice([60, 1000, 1 / 60]))
    changed = {c: _scaled(table, c, factor).where(table[team] == "Vendor", _scaled(table, c, 1.0))
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
        stamps = pd.to_datetime(
            table[column].where(table[column] != ""), format="mixed", dayfirst=name == "zendesk", utc=True
        ).dt.tz_localize(None)
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
        stamps = pd.to_datetime(
            table[column].where(table[column] != ""), format="mixed", dayfirst=name == "zendesk", utc=True
        ).dt.tz_localize(None)
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


def of_number(number: int) -> tuple[str, Mutation]:
    """The sample and the mutation of a copy; its number is its seed."""
    return MUTATED[number % len(MUTATED)], MUTATIONS[number // len(MUTATED) % len(MUTATIONS)]


def config_of(folder: Path, name: str) -> Config:
    """The config that reads a sample, its arms and dates edited."""
    return load_config({
        "pilot": {"name": "Mutated", "start": "2026-03-02", "end": "2026-04-06", "timezone": sample_exports.ZONE},
        "data": {"contacts": f"{name}.csv", "preset": name,
                 "arm": {"column": "team", "baseline": ["In-house"], "pilot": ["Vendor"]}},
    }, folder=folder)  # fmt: skip


def numbers(contacts: Contacts) -> dict[str, float]:
    """What the KPIs are made of, by arm."""
    table = contacts.table
    asked: dict[str, Any] = {"contacts": table.count()}
    if "csat" in contacts.columns:
        asked |= {"rated": table.csat.count(), "satisfied": table.csat.sum()}
    asked["response"] = table.response.sum()
    if "handle_seconds" in contacts.columns:
        asked["handle"] = table.handle_seconds.sum()
    if "resolved_at" in contacts.columns:
        asked["resolution"] = (table.resolved_at.epoch_seconds() - table.opened_at.epoch_seconds()).sum()
    rows = table.group_by("arm").aggregate(**asked).to_pyarrow().to_pylist()
    return {f"{row['arm']} {name}": float(row.get(name) or 0.0) for row in rows for name in NUMBERS}


def flags(contacts: Contacts, config: Config) -> set[str]:
    """Checks that warn or fail, with what the arms' own times say."""
    found = {check.id for check in contact_checks(contacts, config) if check.status in ("warn", "fail")}
    if any(said.status in ("warn", "fail") for said in units_said(contacts)):
        found.add("units")
    if contacts.interim:
        found.add("interim")
    return found


def seen(folder: Path, name: str) -> tuple[dict[str, float], set[str]]:
    """The numbers of a file, and its flags.

    Raises:
        Refusal: where it is refused.
    """
    config = with_presets(config_of(folder, name))
    contacts = open_contacts(config)
    return numbers(contacts), flags(contacts, config)


def outcome(folder: Path, name: str, content: bytes, original: tuple[dict[str, float], set[str]]) -> Outcome:
    """What becomes of a mutated file beside the original's numbers and flags."""
    (folder / f"{name}.csv").write_bytes(content)
    try:
        found, flagged = seen(folder, name)
    except Refusal as refusal:
        return Outcome("refused", refusal.problem)
    was, before = original
    if found.keys() == was.keys() and all(abs(found[k] - was[k]) <= 60 + 0.01 * abs(was[k]) for k in was):
        return Outcome("same", "")
    new = flagged - before
    if new:
        return Outcome("flagged", ", ".join(sorted(new)))
    changed = {key.split()[1] for key in was if abs(found.get(key, 0.0) - was[key]) > 60 + 0.01 * abs(was[key])}
    return in_full(folder, name, before, changed)


KPI_OF = {"response": "response_time", "handle": "handle_time", "resolution": "resolution_time"}


def in_full(folder: Path, name: str, before: set[str], changed: set[str]) -> Outcome:
    """What the whole review says of a file that nothing has flagged so far; what is not measured misleads nobody."""
    from pilot_analysis import review

    result = review(config_of(folder, name)).to_dict()
    warned = {check["id"] for check in result["checks"] if check["status"] in ("warn", "fail")}
    new = warned - before - {"agreed", "agents"}
    measured = {kpi["id"] for kpi in result["kpis"] if kpi["state"] != "not_measured"}
    lost = {KPI_OF.get(number, number) for number in changed}
    if new or not lost & (measured | set(NUMBERS)):
        return Outcome("flagged", ", ".join(sorted(new | lost)))
    return Outcome("wrong", ", ".join(sorted(changed)))


FUZZ_KINDS = ("csv", "csv.gz", "xlsx", "jsonl", "parquet")


def fuzzed(kind: str, rng: np.random.Generator) -> bytes:
    """A file with flipped bytes, cut off, or of nothing but noise."""
    table = table_of("nice_cxone").head(40)
    buffer = io.BytesIO()
    if kind == "xlsx":
        table.to_excel(buffer, index=False)
    elif kind == "parquet":
        table.to_parquet(buffer)
    elif kind == "jsonl":
        buffer.write("".join(json.dumps(row) + "\n" for row in table.to_dict("records")).encode())
    else:
        import gzip

        raw = text(table).encode()
        buffer.write(gzip.compress(raw, mtime=0) if kind.endswith("gz") else raw)
    content = np.frombuffer(buffer.getvalue(), dtype=np.uint8).copy()
    way = int(rng.integers(4))
    if way == 0:
        return content[: int(rng.integers(len(content)))].tobytes()
    if way == 1:
        return rng.integers(0, 256, int(rng.integers(1, 4000)), dtype=np.uint8).tobytes()
    places = rng.integers(0, len(content), 1 if way == 2 else 60)
    content[places] = rng.integers(0, 256, len(places), dtype=np.uint8)
    return content.tobytes()


def read_fuzzed(folder: Path, number: int) -> str:
    """Whether a fuzzed file is read or refused; anything else is raised."""
    rng = np.random.default_rng(number)
    kind = FUZZ_KINDS[number % len(FUZZ_KINDS)]
    (folder / f"f.{kind}").write_bytes(fuzzed(kind, rng))
    config = load_config({
        "pilot": {"name": "Fuzzed", "start": "2026-03-02", "end": "2026-04-06"},
        "data": {"contacts": f"f.{kind}", "preset": "nice_cxone",
                 "arm": {"column": "team", "baseline": "rest", "pilot": ["Vendor"]}},
    }, folder=folder)  # fmt: skip
    try:
        open_contacts(with_presets(config))
    except Refusal:
        return "refused"
    return "read"


def main(copies: int, files: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        originals = {}
        for name in MUTATED:
            (folder / f"{name}.csv").write_bytes((sample_exports.HERE / f"{name}.csv").read_bytes())
            originals[name] = seen(folder, name)
        counted: Counter[str] = Counter()
        for number in range(copies):
            name, mutation = of_number(number)
            found = outcome(folder, name, mutation(name, np.random.default_rng(number)).content, originals[name])
            counted[found.kind] += 1
            print(number, name, mutation.__name__, *found, flush=True)
        print(dict(counted))
        fates: Counter[str] = Counter()
        longest = 0.0
        for number in range(files):
            begun = time.process_time()
            try:
                fates[read_fuzzed(folder, number)] += 1
            except Exception as fault:  # noqa: BLE001 - what is counted
                fates[f"{type(fault).__name__}"] += 1
                print(number, repr(fault)[:300], flush=True)
            longest = max(longest, time.process_time() - begun)
        print(dict(fates), f"longest {longest:.1f} s of processor")
    if counted["wrong"] or set(fates) - {"read", "refused"}:
        sys.exit("a copy misleads, or a file ends in a fault")


if __name__ == "__main__":
    asked = [int(argument) for argument in sys.argv[1:]]
    main(*asked) if len(asked) == 2 else main(200, 1000)
