"""`make simulate`, second page: how often each verdict is given when the truth is known, into docs/verdicts.md."""

import argparse
import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from whole_pilots import BIG, COST, CSAT, FCR, JUDGED, Decided, Truth, Verdict, decided

PAGE = Path(__file__).parents[2] / "docs" / "verdicts.md"
SEED = 7
CHUNK = 100
FEWER = 5  # as many pilots less where no verdict is barred
LOST = (
    55.0  # what a customer dissatisfied or an issue unresolved costs: a margin of 3 points is worth a quarter of COST
)
WAIT = 0.25  # of a year: adjusting first loses a quarter of the gain
PARTED = {"agents": (40, 40), "per_day": (500.0, 500.0), "parts": (0.45, 0.30, 0.25)}  # email, chat, phone

TRUTHS = (
    Truth("clearly good: CSAT +4, FCR +3, response -30%, cost -25%", 0.04, 0.03),
    Truth("equal in quality, a quarter cheaper"),
    Truth("the same with 80 agents and 1,000 contacts a day", **BIG),
    Truth("CSAT at its margin (-3), all else good", csat=-0.03, fcr=0.03),
    Truth("the same with 80 agents and 1,000 contacts a day", csat=-0.03, fcr=0.03, **BIG),
    Truth("FCR at its margin (-3), all else good", csat=0.04, fcr=-0.03),
    Truth("CSAT at twice its margin (-6)", csat=-0.06, fcr=0.03),
    Truth("cheap but worse: CSAT -7, cost -30%", csat=-0.07, cost=-0.30),
    Truth("good, but saves 5% only", csat=0.04, fcr=0.03, cost=-0.05),
    Truth("one bad agent of six: CSAT -34 with that agent, else +0.7", 0.007, 0.03, agents=(40, 6), bad_agent=-0.34),
    Truth("too small: 30 contacts a day, 6% answered, CSAT -2", -0.02, agents=(40, 5), per_day=(60, 30), answered=0.06),
    Truth("one bad segment: CSAT 22 points worse by phone, +4 and FCR +3 else", 0.04, 0.03, bad_part=-0.26, **PARTED),
    Truth("no channel differs: equal in quality, a quarter cheaper", **PARTED),
    Truth("no channel differs: CSAT at its margin (-3)", -0.03, 0.03, **PARTED),
    Truth("survey bias: CSAT -6, and the dissatisfied answer a third as often", -0.06, unhappy=1 / 3),
    Truth("ramp-up: 20 points worse for 28 of 60 days, then equal; left out", days=32, **BIG),
    Truth("the same, counted", days=60, start=-0.20 * 28 / 60, **BIG),
)  # fmt: skip


class Bar(NamedTuple):
    """What may become of at most, or has to become of at least, this share of the pilots.

    Attributes:
        verdict: that is meant; or kept: the segment kept in-house, "any" of them.
    """

    verdict: Verdict | None = None
    kept: str = ""
    least: float = 0.0
    most: float = 1.0

    def meant(self, one: Decided) -> bool:
        """Whether it became of this pilot."""
        if self.verdict is not None:
            return one.ours == self.verdict
        return one.kept != "" if self.kept == "any" else one.kept == self.kept


BARS = {
    0: Bar("scale", least=0.90), 1: Bar("stop", most=0.01), 2: Bar("stop", most=0.01), 3: Bar("scale", most=0.04),
    4: Bar("scale", most=0.04), 5: Bar("scale", most=0.04), 6: Bar("scale", most=0.005),
    11: Bar(kept="part 2", least=0.95), 12: Bar(kept="any", most=0.05), 13: Bar(kept="any", most=0.05),
}  # fmt: skip


def value_a_contact(truth: Truth, part: int = 0) -> float:
    """What a contact of a part is worth more at the vendor than in-house: saving less what is lost in quality.

    A slow start is over by then, and has no part in it.
    """
    csat = truth.csat + truth.bad_agent / truth.agents[1] + truth.bad_part * (part == len(truth.parts) - 1)
    return -truth.cost * COST + (csat + truth.fcr) * LOST


def regret(truth: Truth, verdicts: Counter[Verdict]) -> float:
    """Mean loss a year against the best decision, for the in-house volume that could follow."""
    a_year = [share * value_a_contact(truth, i) * truth.per_day[0] * 365 for i, share in enumerate(truth.parts)]
    best = sum(max(part, 0.0) for part in a_year)
    gained = {"scale": sum(a_year), "adjust": best * (1 - WAIT), "stop": 0.0}
    return sum(n * (best - gained[verdict]) for verdict, n in verdicts.items()) / verdicts.total()


def some(asked: tuple[int, int, int]) -> list[Decided]:
    """The pilots of a truth from one number up to another."""
    which, first, end = asked
    return [
        decided(TRUTHS[which], np.random.default_rng(np.random.SeedSequence([SEED, which], spawn_key=(i,))))
        for i in range(first, end)
    ]


def pilots_of(pool: ProcessPoolExecutor, which: int, pilots: int) -> list[Decided]:
    """All pilots of a truth; the same whatever the chunks and the processes."""
    asked = [(which, first, min(first + CHUNK, pilots)) for first in range(0, pilots, CHUNK)]
    return [one for part in pool.map(some, asked) for one in part]


def holds(which: int, found: list[Decided]) -> bool | None:
    """Whether the bar of a truth is met, give or take two simulation errors; None without one."""
    bar = BARS.get(which)
    if bar is None:
        return None
    share = sum(map(bar.meant, found)) / len(found)
    limit = bar.least or bar.most
    error = 2 * float(np.sqrt(limit * (1 - limit) / len(found)))
    return bar.least - (error if bar.least else 0.0) <= share <= bar.most + (error if bar.most < 1 else 0.0)


def line(which: int, found: list[Decided]) -> str:
    """A row of the table."""
    truth = TRUTHS[which]
    cells = [truth.name, f"{len(found):,}"]
    for way in ("ours", "spreadsheet", "significance"):
        verdicts: Counter[Verdict] = Counter(getattr(one, way) for one in found)
        cells.append(" / ".join(f"{verdicts[name] / len(found):.1%}" for name in ("scale", "adjust", "stop")))
        cells.append(f"{regret(truth, verdicts) / 1000:,.0f}")
    rules = Counter(one.rule for one in found).most_common(2)
    cells.append(", ".join(f"`{rule}` {n / len(found):.0%}" for rule, n in rules))
    carved = Counter(one.kept for one in found)
    cells.append(f"{carved.total() - carved['']:,}" if len(truth.parts) > 1 else "")
    cells.append({None: "", True: "met", False: "**missed**"}[holds(which, found)])
    return "| " + " | ".join(cells) + " |"


def page(pilots: int, table: list[str]) -> str:
    """docs/verdicts.md."""
    return f"""# How often each verdict is given

Made by `make simulate`: {pilots:,} simulated pilots in each row with a bar on a verdict, {pilots // FEWER:,} in the
others, seed {SEED} ([whole_pilots.py](../tests/simulation/whole_pilots.py) draws them, at the level of sums; estimates,
segments, levers and rules are the package's own). Unless a row says otherwise: 60 days of which {JUDGED} count, 15
agents at the vendor and 40 in-house whose own levels differ by 3 points, 150 and 300 contacts a day, 30% of the surveys
answered, CSAT {CSAT:.0%}, FCR {FCR:.0%}, cost per contact {COST} in-house, margins of 3 points, a minimum
saving of 10%. The rows by channel have 40 agents and 500 contacts a day in each arm, 45% by email, 30% by chat, 25% by
phone, and `design.segments: [channel]`; those of 80 agents have 160 in-house and 1,000 and 1,500 contacts a day, as
those of the ramp-up have.

Three ways of deciding look at the same pilots; each cell says how often they end in scale / adjust / stop.
**This review**: the default rules. **Spreadsheet**: a t-test that takes every contact for independent; a significant
loss stops, a saving without one is scaled. **Significance**: this review's own intervals under the rule that
experiment platforms call clear signals (GrowthBook's, for one): a guardrail counts as lost only when its loss is
significant, so one without proof counts as held.

Regret is what the way of deciding loses a year, in thousands, against knowing the truth, for the in-house volume that
could follow: a contact at the vendor is worth its saving, less {LOST:g} for every customer dissatisfied or issue
unresolved more (so much says who trades a margin of 3 points for a quarter of the cost); to adjust first costs a
quarter of the year's gain. The best decision leaves a segment in-house where the vendor is worth less there; a slow
start is over by then.

The bars: scale at a margin at most 4%, at twice the margin below 0.5%; stop when the truth is equal at most 1%; scale
for the clearly good pilot at least 90%; the bad segment, and it alone, kept in-house at least 95%; any segment kept
in-house where none differs at most 5%; each plus two simulation errors. *Kept* is in how many pilots a segment was
kept in-house (rule `harm_scoped`).

| Truth | Pilots | This review | Regret | Spreadsheet | Regret | Significance | Regret | Deciding rules | Kept | Bar |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
{chr(10).join(table)}
"""


def main() -> None:
    """Simulate every truth, print it row by row, write the page."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pilots", type=int, default=5_000, help="for each truth with a bar on a verdict (5,000)")
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (all cores)")
    given = asked.parse_args()
    table = []
    with ProcessPoolExecutor(given.jobs) as pool:
        for which in range(len(TRUTHS)):
            barred = which in BARS and BARS[which].verdict is not None
            table.append(line(which, pilots_of(pool, which, given.pilots if barred else given.pilots // FEWER)))
            print(table[-1], flush=True)
    PAGE.write_text(page(given.pilots, table), encoding="utf-8")


if __name__ == "__main__":
    main()
