"""`make simulate`, last part: what the plan of the demo's baseline predicts beside whole pilots of that design.

Whole logs are simulated contact by contact with the truth behind the demo and reviewed; the plan has seen only the
three weeks in-house before the demo's pilot.
"""

import argparse
import json
import os
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from pilot_analysis import load_config, review
from pilot_analysis.planning.assumed import with_assumed
from pilot_analysis.planning.baseline import baseline_of
from pilot_analysis.planning.design import Planner, expected
from pilot_analysis.planning.pilots import simulated
from pilot_analysis.simulation import Scenario, write

DEMO = Path(__file__).parents[2] / "configs" / "demo"
EFFECTS = {"csat": 0.01, "fcr": 0.015, "response_time": -0.25, "cost": -0.2}
EXPECT = {"csat": 0.01, "fcr": 0.015, "response_time": -0.25, "cost_per_contact": -0.2}
PLAN = {"agents": 15, "contacts_per_day": 150, "baseline_contacts_per_day": 300, "expect": EXPECT}
FIRST_SEED = 1_000


def predicted(pilots: int, **assume: float) -> float:
    """The chance of scale by the plan; `assume` is typed in place of what the baseline says."""
    config = load_config(DEMO / "pilot.yaml", {"plan": PLAN | {"assume": assume}})
    planner = Planner(config, with_assumed(baseline_of(config), config))
    return simulated(planner, planner.design(15, 60), expected(config, planner.baseline), pilots).power


def verdict(seed: int) -> str:
    """Of one pilot, simulated contact by contact and reviewed as the demo is."""
    with tempfile.TemporaryDirectory() as folder:
        written = write(Path(folder) / "pilot.parquet", Scenario(effects=EFFECTS), seed)
        price = json.loads(written.truth.read_text(encoding="utf-8"))["pilot_price"]
        changed = {"data.contacts": str(written.contacts), "costs.pilot.0.rate": price}
        return review(load_config(DEMO / "pilot.yaml", changed)).verdict or "interim"


def main() -> None:
    """Print how often a pilot is scaled, and what the plan says."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pilots", type=int, default=200)
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = asked.parse_args()
    chance = predicted(2_000)
    known = predicted(2_000, csat=0.84, fcr=0.74, csat_agent_sd=0.03, fcr_agent_sd=0.03)
    print(
        f"predicted from the demo's baseline {chance:.1%}, were levels and agents known exactly {known:.1%}", flush=True
    )
    found: Counter[str] = Counter()
    with ProcessPoolExecutor(given.jobs) as pool:
        for one in pool.map(verdict, range(FIRST_SEED, FIRST_SEED + given.pilots)):
            found[one] += 1
            n, share = found.total(), found["scale"] / found.total()
            if n % 20 == 0:
                print(
                    f"{n} pilots: scale {share:.1%} +- {np.sqrt(share * (1 - share) / n):.1%} {dict(found)}", flush=True
                )


if __name__ == "__main__":
    main()
