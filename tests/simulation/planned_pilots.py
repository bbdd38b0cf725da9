"""`make simulate`, last part: what the plan of the demo's baseline predicts beside whole pilots of that design.

Whole logs are simulated contact by contact with the effects stated here and reviewed; the plan has seen only the
three weeks in-house before the demo's pilot. The result goes into docs/planning.md.
"""

import argparse
import json
import os
import re
import tempfile
import textwrap
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pilot_analysis import load_config, review
from pilot_analysis.config.models import Config
from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.planning.assumed import with_assumed
from pilot_analysis.planning.baseline import baseline_of
from pilot_analysis.planning.design import Planner, closed_form, expected
from pilot_analysis.planning.pilots import drawn
from pilot_analysis.planning.search import changed_noise
from pilot_analysis.simulation import Scenario, Written, write

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "configs" / "demo" / "pilot.yaml"
PAGE = ROOT / "docs" / "planning.md"
MARKED = re.compile(r"(<!-- planned pilots[^>]*-->\n).*?(<!-- end of planned pilots -->)", re.DOTALL)
EFFECTS = {"csat": 0.01, "fcr": 0.015, "response_time": -0.25, "cost": -0.2}
EXPECT = {"csat": 0.01, "fcr": 0.015, "response_time": -0.25, "cost_per_contact": -0.2}
HOURS = [{"kind": "per_hour", "rate": 38.0, "occupancy": 0.75}]  # what the simulated costs are made of
TRUE = {"csat": 0.84, "fcr": 0.74, "csat_agent_sd": 0.03, "fcr_agent_sd": 0.03, "cost_agent_sd": 0.1,
        "response_agent_sd": 0.1}  # fmt: skip
KPIS = ("csat", "fcr", "cost_per_contact", "response_time", "response_time_p90", "cost_per_resolution")
FIRST_SEED = 1_000
DRAWN = 2_000  # pilots of the plan
OWN_PLANS = 40  # of the pilots are planned as well, each from the three weeks before it
BAR = 0.05


class Kpi(NamedTuple):
    """A KPI of one pilot: estimate and half-width of its interval on the analysis scale, and whether it is open."""

    estimate: float
    half: float
    open: bool


class Planned(NamedTuple):
    """Chance of scale by closed forms: the mean over how much agents may differ, and were it as estimated."""

    assured: float
    estimated: float


class Pilot(NamedTuple):
    """A pilot that was reviewed.

    Attributes:
        failed: ids of checks; harmed: in how many segments harm is shown.
        planned: by the plan of the three weeks before it; None where it was not asked.
    """

    verdict: str
    rule: str
    failed: list[str]
    harmed: int
    kpis: dict[str, Kpi]
    planned: Planned | None


def kpi_of(e: Estimate) -> Kpi:
    """What is compared of an estimate."""
    if e.effect is None:
        return Kpi(np.nan, np.nan, open=True)
    low, high, middle = e.effect.low, e.effect.high, e.effect.estimate
    if e.metric.kind == "ratio":
        low, high, middle = (float(np.log(x)) for x in (low, high, middle))
    held = e.hurdle_met if e.metric.role == "goal" else e.state in ("superior", "non_inferior")
    return Kpi(middle, (high - low) / 2, open=not held)


def planner_of(config: Config) -> Planner:
    """What a config plans from."""
    return Planner(config, with_assumed(baseline_of(config), config))


def demo(price: float, **changed: object) -> Config:
    """The demo's config with the truth and the rates of these pilots."""
    rates = {"costs.baseline": HOURS, "costs.pilot": [{"kind": "per_contact", "rate": price}]}
    return load_config(DEMO, {"plan.expect": EXPECT} | rates | changed)


def demo_planner(**assume: float) -> Planner:
    """From the demo's log; `assume` is typed in place of what the baseline says."""
    return planner_of(demo(5.46, **{"plan.assume": assume}))


def config_of(written: Written) -> Config:
    """The same for another log."""
    price = json.loads(written.truth.read_text(encoding="utf-8"))["pilot_price"]
    return demo(price, **{"data.contacts": str(written.contacts)})


def planned_chance(planner: Planner) -> Planned:
    """What a plan says of the demo's design."""
    design, truth = planner.design(15, 60), expected(planner.config, planner.baseline)
    estimated = changed_noise(planner, lambda _kpi, noise: replace(noise, df=np.inf))
    return Planned(closed_form(planner, design, truth), closed_form(estimated, design, truth))


def pilot(seed: int, *, planned: bool = False) -> Pilot:
    """Simulated contact by contact and reviewed as the demo is."""
    with tempfile.TemporaryDirectory() as folder:
        config = config_of(write(Path(folder) / "pilot.parquet", Scenario(effects=EFFECTS), seed))
        found = review(config)
        chance = None
        if planned:
            chance = planned_chance(planner_of(config))
    return Pilot(
        found.verdict or "interim", "" if found.rule is None else found.rule.id,
        [check.id for check in found.checks if check.status == "fail"], sum(s.harm for s in found.segments),
        {e.metric.id: kpi_of(e) for e in found.estimates if e.metric.id in KPIS}, chance,
    )  # fmt: skip


def asked_for(number: int) -> Pilot:
    """The pilot of this number, the first ones with plans of their own."""
    return pilot(FIRST_SEED + number, planned=number < OWN_PLANS)


def drawn_kpis(planner: Planner, pilots: int) -> list[dict[str, Kpi]]:
    """The KPIs of pilots as the plan draws them."""
    design, truth, rng = planner.design(15, 60), expected(planner.config, planner.baseline), np.random.default_rng(3)
    return [
        {e.metric.id: kpi_of(e) for e in drawn(planner, design, truth, rng)} for _ in range(pilots)
    ]  # fmt: skip


def line(kpi: str, plan: Sequence[dict[str, Kpi]], pilots: Sequence[dict[str, Kpi]]) -> str:
    """A row of the table: the plan / the pilots, with the simulation error of the latter."""
    cells = [f"`{kpi}`"]
    of, own = (np.array([one[kpi] for one in some], dtype=float) for some in (plan, pilots))
    n = len(own)
    errors = [own[:, 0].std() / np.sqrt(n), own[:, 0].std() / np.sqrt(2 * n), own[:, 1].std() / np.sqrt(n)]
    for theirs, ours, error in zip(
        (of[:, 0].mean(), of[:, 0].std(), of[:, 1].mean()), (own[:, 0].mean(), own[:, 0].std(), own[:, 1].mean()),
        errors, strict=True,
    ):  # fmt: skip
        cells.append(f"{theirs:+.4f} / {ours:+.4f} ± {error:.4f}".replace("+", "" if len(cells) > 1 else "+"))
    share = own[:, 2].mean()
    cells.append(f"{of[:, 2].mean():.1%} / {share:.1%} ± {np.sqrt(share * (1 - share) / n):.1%}")
    return "| " + " | ".join(cells) + " |"


def section(chance: float, plan: Sequence[dict[str, Kpi]], pilots: Sequence[Pilot]) -> str:
    """What goes into the page.

    Args:
        chance: of scale by the plan of the demo's own baseline.
        plan: drawn by a plan that knows levels and how much agents differ.
    """
    n, verdicts = len(pilots), Counter(one.verdict for one in pilots)
    found = verdicts["scale"] / n
    error = float(np.sqrt(found * (1 - found) / n))
    known = float(np.mean([not any(kpi.open for kpi in one.values()) for one in plan]))
    own = np.array([(one.planned.assured, one.planned.estimated) for one in pilots if one.planned is not None])
    mean, plain = own.mean(axis=0)
    rules = Counter(one.rule for one in pilots if one.verdict != "scale").most_common()
    left = Counter(kpi for one in pilots if one.verdict != "scale" for kpi in KPIS if one.kpis[kpi].open).most_common()
    failed = Counter(check for one in pilots for check in one.failed).most_common()
    bar = "met" if max(abs(mean - found), abs(known - found)) <= BAR else "**missed**"
    told = f"""{n} pilots of the demo's design (15 agents with 150 contacts a day beside 40 with 300, 60 days of which
        46 count; CSAT one and FCR one and a half points better, a quarter faster, a fifth cheaper) were simulated
        contact by contact and reviewed, seeds {FIRST_SEED} to {FIRST_SEED + n - 1}: **{found:.1%} ± {error:.1%} end in
        scale**. A plan that knows levels and how much agents differ predicts **{known:.1%}**. The plans of the three
        weeks before each of the first {len(own)} pilots, each with forty agents of its own, predict **{mean:.1%} ±
        {own[:, 0].std() / np.sqrt(len(own)):.1%}** on average ({plain:.1%} were the estimated spreads taken for the
        truth). The bar for both is five points: {bar}."""
    single = f"""A single baseline of three weeks knows less: these plans say from {own[:, 0].min():.0%} to
        {own[:, 0].max():.0%} (sd {own[:, 0].std() * 100:.0f} points), and that of the demo's own log {chance:.1%}. So
        much is luck in how far agents seem to differ; plan from as many of the last 90 days as there are, or type a
        spread that is known better."""
    table = "\n".join(line(kpi, plan, [one.kpis for one in pilots]) for kpi in KPIS)
    decided = f"""What decided where it was not scale: {_counted(rules)}. Open then: {_counted(left)}. What the plan
        leaves out: failed checks ({_counted(failed)}), pilots with harm shown in a segment
        ({sum(one.harmed > 0 for one in pilots)})."""
    return f"""
{_filled(told)}

{_filled(single)}

Draws of the plan that knows / pilots ± their simulation error, on the scale of the analysis (a ratio's logarithm):

| KPI | Mean effect | Its sd | Mean half-width | Open at the end |
| --- | --- | --- | --- | --- |
{table}

{_filled(decided)}

"""


def _filled(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), 120)


def _counted(found: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"`{name}` {n}" for name, n in found) or "none"


def put(page: str, text: str) -> str:
    """The page with this text between its marks."""
    return MARKED.sub(lambda marks: marks[1] + text + marks[2], page)


def main() -> None:
    """Simulate the pilots, print how often they are scaled, write it into the page."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pilots", type=int, default=200)
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = asked.parse_args()
    chance, known = planned_chance(demo_planner()).assured, demo_planner(**TRUE)
    print(f"predicted from the demo's log {chance:.1%}", flush=True)
    pilots: list[Pilot] = []
    with ProcessPoolExecutor(given.jobs) as pool:
        for one in pool.map(asked_for, range(given.pilots)):
            pilots.append(one)
            if len(pilots) % 20 == 0:
                print(len(pilots), Counter(each.verdict for each in pilots), flush=True)
    text = section(chance, drawn_kpis(known, DRAWN), pilots)
    print(text)
    PAGE.write_text(put(PAGE.read_text(encoding="utf-8"), text), encoding="utf-8")


if __name__ == "__main__":
    main()
