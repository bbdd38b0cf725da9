"""`make simulate`: the whole grid of simulated pilots, into docs/coverage.md.

Rows that are done are kept in build/coverage, so that a stopped run goes on where it was; they are done anew when
the arithmetic or the simulation has changed.
"""

import argparse
import hashlib
import json
import os
import platform
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter

import numpy as np
from drawn_pilots import DAY_SD, ICCS, KINDS, STRESSES, VOLUME_SD, Design
from interval_coverage import Found, simulate

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "coverage.md"
KEPT = ROOT / "build" / "coverage"
CODE = (
    "pilot_analysis/stats/*.py",
    "pilot_analysis/decision/contrast.py",
    "pilot_analysis/decision/means.py",
    "pilot_analysis/decision/quantiles.py",
    "pilot_analysis/decision/time_mix.py",
    "pilot_analysis/kpis/times.py",
    "tests/simulation/drawn_pilots.py",
)
SEED = 1
CHUNK = 250
STRESSED = 1_000  # pilots in a row that is shown and not held to the bar
NAMES = {
    "proportion": "share of contacts, 85% and three points less",
    "adjusted_proportion": "the same in six case-mix cells, 40% rated",
    "cost_ratio": "cost per contact, three cells",
    "price_ratio": "price per contact against costs",
    "resolution_cost": "cost per resolution",
    "median": "median response time, two channels",
    "p90": "90th percentile of response time",
    "did_proportion": "difference-in-differences of a share",
    "did_cost_ratio": "difference-in-differences of a cost",
    "day_shocks": "share of contacts with day shocks common to the pilot",
}

Row = tuple[str, tuple[int, int], float]


def main() -> None:
    """Simulate what is not done yet, print it row by row, and write the page once all rows are there."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--pilots", type=int, default=10_000, help="in each row (10,000)")
    asked.add_argument("--only", nargs="+", choices=list(KINDS), default=list(KINDS), help="print these, write nothing")
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (all cores)")
    given = asked.parse_args()
    wanted: list[Row] = [(kind, agents, icc) for kind in given.only for agents in KINDS[kind].agents for icc in ICCS]
    table = []
    with ProcessPoolExecutor(given.jobs) as pool:
        for row in wanted:
            before = perf_counter()
            pilots = min(given.pilots, STRESSED) if row[0] in STRESSES else given.pilots
            found = kept(row, pilots) or keep(row, pilots, whole_row(pool, row, pilots))
            table.append(line(row, found))
            print(table[-1], f"{perf_counter() - before:6.1f} s", flush=True)
    if given.only == list(KINDS):
        PAGE.write_text(page(given.pilots, table), encoding="utf-8")
        print(f"written: {PAGE.relative_to(ROOT)}")


def whole_row(pool: ProcessPoolExecutor, row: Row, pilots: int) -> Found:
    """All pilots of a row, in chunks; the same whatever the chunks and the processes."""
    parts = list(pool.map(part, ((row, first, min(first + CHUNK, pilots)) for first in range(0, pilots, CHUNK))))
    return Found(*(int(n) for n in np.sum(parts, axis=0)))


def part(asked: tuple[Row, int, int]) -> Found:
    """The pilots of a row from one number up to another."""
    (kind, agents, icc), first, end = asked
    return simulate(kind, Design(agents, icc), range(first, end), SEED)


def kept(row: Row, pilots: int) -> Found | None:
    """A row that was done before with the same code."""
    path = place(row, pilots)
    return Found(*json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def keep(row: Row, pilots: int, found: Found) -> Found:
    """Keep a row that is done."""
    path = place(row, pilots)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found), encoding="utf-8")
    return found


def place(row: Row, pilots: int) -> Path:
    """Where a row is kept: under the fingerprint of the code that makes it."""
    kind, agents, icc = row
    return KEPT / FINGERPRINT / f"{kind}-{agents[0]}-{agents[1]}-{icc}-{pilots}-{SEED}.json"


def fingerprint() -> str:
    """Of the code that a row depends on."""
    files: Iterator[Path] = (path for pattern in CODE for path in sorted(ROOT.glob(pattern)))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


FINGERPRINT = fingerprint()


def line(row: Row, found: Found) -> str:
    """A row of the table."""
    kind, agents, icc = row
    n = max(found.measured, 1)
    bar = "stress" if kind in STRESSES else "met" if found.meets_bar() else "**missed**"
    return (
        f"| {NAMES[kind]} | {agents[0]}, {agents[1]} | {icc} | {found.measured / found.pilots:.1%} "
        f"| {found.covered:.1%} | {found.passed / n:.1%} | {found.harmed / n:.1%} | {bar} |"
    )


def page(pilots: int, table: list[str]) -> str:
    """docs/coverage.md."""
    both, one = (2 * float(np.sqrt(p * (1 - p) / pilots)) for p in (0.05, 0.025))
    return f"""# How often the intervals hold the truth

Made by `make simulate`: {pilots:,} simulated pilots in each row, {STRESSED:,} in those of the stress, seed {SEED}
(pilot i of a row draws from a stream of its own, `SeedSequence([{SEED}, pilot agents, 1000 x ICC], spawn_key=(i,))`),
NumPy {np.__version__}, Python {platform.python_version()}.
[tests/simulation/drawn_pilots.py](../tests/simulation/drawn_pilots.py) draws them; every estimate is the package's own,
as in a review. [statistics.md](statistics.md) tells what the intervals are.

Agents are drawn anew for every pilot: their level (the ICC is their part of a contact's variance), their volume
(log-normal, sigma {VOLUME_SD}) and, with several cells, their mix. The truth is a pilot that is worse than in-house, as
far as its margin in the first rows, so that an interval wholly on the better side of the truth would call a pilot
non-inferior that is not: the one-sided error at the margin, 2.5% by design.

The bar, on every row but the stress: coverage of the 95% interval from 94% to 96.5%, give or take two simulation errors
({both:.1%} with {pilots:,} pilots), and a one-sided error at the margin of at most 3.0%, plus two simulation errors
({one:.2%}). Day shocks (a standard deviation of {DAY_SD * 100:g} points for a whole day of the pilot, over 60 days)
are something that no cluster of agents can show; they are here to say how much that matters.

| KPI | agents, pilot and in-house | ICC | with an interval | coverage | error at the margin | other side | bar |
| --- | --- | --- | --- | --- | --- | --- | --- |
{chr(10).join(table)}
"""


if __name__ == "__main__":
    main()
