"""What becomes of the samples' mutated copies, and of broken files.

    python tests/contacts/fuzz.py [COPIES] [FILES]

makes COPIES (400) mutated and FILES (1,000) fuzzed files and says what became of them: see `Outcome`. Every file comes
of its own number alone, so one that misleads can be made again. `make fuzz` does all of it.
"""

import io
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import sample_exports
from mutations import MUTATED, MUTATIONS, Mutation, table_of, text
from spreadsheet_mutations import OF_SPREADSHEETS

from pilot_analysis import load_config
from pilot_analysis.config.models import Config
from pilot_analysis.contacts.as_read import units_said
from pilot_analysis.contacts.checks import contact_checks
from pilot_analysis.contacts.known import with_presets
from pilot_analysis.contacts.table import Contacts, open_contacts
from pilot_analysis.refusal import Refusal

PAIRS: list[tuple[str, Mutation]] = [
    *((name, mutation) for mutation in MUTATIONS for name in MUTATED),
    *((name, mutation) for mutation, names in OF_SPREADSHEETS for name in names),
]

FATES = ("same", "flagged", "refused", "not measured")  # of a copy that misleads nobody
COUNTS = ("contacts", "satisfied", "rated", "agents", "customers", "channels")
TIMES = ("response", "handle", "resolution")  # sums, in seconds


class Outcome(NamedTuple):
    """What became of a copy: same, flagged, refused, not measured (nobody rests on what changed), or wrong (other
    numbers, and nobody was told)."""

    kind: str
    why: str


def of_number(number: int) -> tuple[str, Mutation]:
    """The sample and the mutation of a copy; its number is its seed."""
    return PAIRS[number % len(PAIRS)]


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
    for name, column in (("agents", "agent_id"), ("customers", "customer_id"), ("channels", "channel")):
        if column in contacts.columns:
            asked[name] = table[column].nunique()
    asked["response"] = table.response.sum()
    if "handle_seconds" in contacts.columns:
        asked["handle"] = table.handle_seconds.sum()
    if "resolved_at" in contacts.columns:
        asked["resolution"] = (table.resolved_at.epoch_seconds() - table.opened_at.epoch_seconds()).sum()
    rows = table.group_by("arm").aggregate(**asked).to_pyarrow().to_pylist()
    return {f"{row['arm']} {name}": float(row.get(name) or 0.0) for row in rows for name in COUNTS + TIMES}


KPI_OF = {"response": "response_time", "handle": "handle_time", "resolution": "resolution_time"}


def other_numbers(found: dict[str, float], was: dict[str, float]) -> set[str]:
    """The names of the numbers that are not what they were; rounding of times is no difference."""
    room = {key: 60 + 0.01 * abs(was[key]) if key.split()[1] in TIMES else 0.0 for key in was}
    return {key.split()[1] for key in was if abs(found.get(key, 0.0) - was[key]) > room[key]}


def flags(contacts: Contacts, config: Config) -> set[str]:
    """Checks that warn or fail, with what the arms' own times say."""
    found = {check.id for check in contact_checks(contacts, config) if check.status in ("warn", "fail")}
    if any(said.status in ("warn", "fail") for said in units_said(contacts)):
        found.add("units")
    if contacts.interim:
        found.add("interim")
    return found


class Original(NamedTuple):
    """What is said of a sample: its numbers, the checks that warn or fail, and those of a whole review."""

    numbers: dict[str, float]
    flags: set[str]
    in_full: set[str]


def original(folder: Path, name: str) -> Original:
    """What is said of a sample, which is put into `folder`."""
    (folder / f"{name}.csv").write_bytes((sample_exports.HERE / f"{name}.csv").read_bytes())
    return Original(*seen(folder, name), in_full(folder, name)[0])


def seen(folder: Path, name: str) -> tuple[dict[str, float], set[str]]:
    """The numbers of a file, and its flags.

    Raises:
        Refusal: where it is refused.
    """
    config = with_presets(config_of(folder, name))
    contacts = open_contacts(config)
    return numbers(contacts), flags(contacts, config)


def outcome(folder: Path, name: str, content: bytes, was: Original) -> Outcome:
    """What becomes of a mutated file beside the original's numbers and flags."""
    (folder / f"{name}.csv").write_bytes(content)
    try:
        found, flagged = seen(folder, name)
    except Refusal as refusal:
        return Outcome("refused", refusal.problem)
    changed = other_numbers(found, was.numbers)
    if found.keys() == was.numbers.keys() and not changed:
        return Outcome("same", "")
    new = flagged - was.flags
    if new:
        return Outcome("flagged", ", ".join(sorted(new)))
    warned, measured = in_full(folder, name)  # the whole review of a file that nothing has flagged so far
    new = warned - was.in_full
    lost = {KPI_OF.get(number, number) for number in changed}
    if new:
        return Outcome("flagged", ", ".join(sorted(new)))
    if not lost & (measured | set(COUNTS)):
        return Outcome("not measured", ", ".join(sorted(lost)))
    return Outcome("wrong", ", ".join(sorted(changed)))


def in_full(folder: Path, name: str) -> tuple[set[str], set[str]]:
    """The checks of a whole review that warn or fail, and the KPIs that it measures."""
    from pilot_analysis import review

    result = review(config_of(folder, name)).to_dict()
    warned = {check["id"] for check in result["checks"] if check["status"] in ("warn", "fail")}
    return warned, {kpi["id"] for kpi in result["kpis"] if kpi["state"] != "not_measured"}


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
        originals = {name: original(folder, name) for name in MUTATED}
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
    main(*asked) if len(asked) == 2 else main(400, 1000)
