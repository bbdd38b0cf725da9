"""`make simulate`, third page: every story of tests/test_stories.py with many seeds, into docs/stories.md.

A story is told by its test: it holds for a seed where the test passes, so verdict, rule and first action are what they
have to be, and so is everything else that the test says.
"""

import argparse
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "stories.md"
LEAST = 0.95
sys.path.insert(0, str(TESTS))

import test_stories  # noqa: E402 - found once its folder is on the path

from pilot_analysis.simulation import Scenario, Written, write  # noqa: E402

STORIES = [name for name in vars(test_stories) if re.match(r"test_\d", name)]


class Told(NamedTuple):
    """A story with one seed: its scenario, and what of the test does not hold (empty where all does)."""

    scenario: Scenario
    wrong: str


def told(asked: tuple[str, int]) -> Told:
    """Run the test of a story with a seed."""
    name, seed = asked
    scenarios: list[Scenario] = []

    def written(out: Path, scenario: Scenario, seed: int) -> Written:
        scenarios.append(scenario)
        return write(out, scenario, seed)

    test_stories.write = written  # type: ignore[attr-defined]
    wrong = ""
    with tempfile.TemporaryDirectory() as folder:
        try:
            getattr(test_stories, name)(Path(folder), seed)
        except AssertionError as fault:
            frame = fault.__traceback__
            while frame is not None and frame.tb_next is not None:
                frame = frame.tb_next
            assert frame is not None
            source = Path(test_stories.__file__).read_text(encoding="utf-8").splitlines()
            wrong = source[frame.tb_lineno - 1].strip().removeprefix("assert ")
    return Told(scenarios[0], wrong)


def line(name: str, found: list[Told]) -> str:
    """A row of the table."""
    function: Callable[..., None] = getattr(test_stories, name)
    number, words = re.match(r"test_(\d+[a-z]?)_(.*)", name).groups()  # type: ignore[union-attr]
    s = found[0].scenario
    wrong = Counter(one.wrong for one in found if one.wrong)
    held = len(found) - wrong.total()
    size = (
        f"{s.days} days, {s.pilot_agents} and {s.baseline_agents} agents, {s.pilot_per_day:g} and "
        f"{s.baseline_per_day:g} contacts a day, {s.answer_rate:.0%} answered"
    )
    truth = (function.__doc__ or "").split("\n\n")[0].replace("\n", " ")
    why = "; ".join(f"`{text}` fails in {n}" for text, n in wrong.most_common(2))
    bar = "met" if held >= LEAST * len(found) else "**missed**"
    return f"| {number} {words.replace('_', ' ')} | {truth} | {size} | {held} of {len(found)} | {bar} | {why} |"


def page(seeds: int, table: list[str]) -> str:
    """docs/stories.md."""
    return f"""# The acceptance stories

Made by `make simulate`: each story is a contact log whose truth makes one verdict right, simulated with seeds 1 to
{seeds} and reviewed from its file. A story holds where its test in [tests/test_stories.py](../tests/test_stories.py)
passes: verdict, rule and first action, and what else it says there. The suite tells each with seeds 1 to 5. Agents'
own levels of satisfaction and first contact resolution differ by 3 points (a standard deviation). The bar is
{LEAST:.0%} of the seeds.

| Story | Truth | Size (pilot and in-house) | Holds | Bar | What fails |
| --- | --- | --- | --- | --- | --- |
{chr(10).join(table)}
"""


def main() -> None:
    """Tell every story, print it row by row, write the page."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seeds", type=int, default=100, help="for each story (100)")
    asked.add_argument("--only", nargs="+", choices=STORIES, default=STORIES, help="print these, write nothing")
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (all cores)")
    given = asked.parse_args()
    table = []
    with ProcessPoolExecutor(given.jobs) as pool:
        for name in given.only:
            table.append(line(name, list(pool.map(told, ((name, seed) for seed in range(1, given.seeds + 1))))))
            print(table[-1], flush=True)
    if given.only == STORIES:
        PAGE.write_text(page(given.seeds, table), encoding="utf-8")


if __name__ == "__main__":
    main()
