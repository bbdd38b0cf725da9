"""How far plans of histories of some length lie from the truth: a table of docs/planning.md.

Histories are drawn at the level of sums from agents who differ as the demo's do; each is measured as a plan measures
its own, and asked for the chance of the same pilot. `python tests/simulation/history_lengths.py` prints the table.
"""

import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pilot_analysis import load_config
from pilot_analysis.decision.means import CaseMix, mean_estimate
from pilot_analysis.planning.assumed import typed_baseline
from pilot_analysis.planning.baseline import Baseline
from pilot_analysis.planning.design import Design, Planner, Truth, closed_form, closed_forms, expected
from pilot_analysis.planning.noise import agents_apart, halves, noise_of
from pilot_analysis.planning.pilots import drawn_mix
from pilot_analysis.planning.plan import INSIDE

DEMO = Path(__file__).parents[2] / "configs" / "demo" / "pilot.yaml"
TRUE = {
    "agents": 40, "contacts_per_day": 450, "volume_sd": 0.4, "csat": 0.84, "answer_rate": 0.3, "csat_agent_sd": 0.03,
    "fcr": 0.74, "fcr_share": 0.74, "fcr_agent_sd": 0.03, "cost_per_contact": 6.65, "cost_agent_sd": 0.1,
    "cost_contact_sd": 0.68, "response_seconds": 750, "response_agent_sd": 0.1, "response_contact_sd": 0.85,
}  # fmt: skip
EXPECT = {"csat": 0.01, "fcr": 0.015, "response_time": -0.25, "cost_per_contact": -0.2}
A_DAY = 11.25  # contacts of an agent
AGENTS, DAYS = (20, 40, 80), (21, 45, 60, 90, 120)
HISTORIES = 1_000  # of each length
NEAR = 0.05


class Told(NamedTuple):
    """What a plan of one history says: the chance, and whether its range holds the true one."""

    chance: float
    inside: bool


def truth_of() -> Planner:
    """A planner that knows what the histories are drawn from."""
    config = load_config(DEMO, {"plan.log": False, "plan.assume": TRUE, "plan.expect": EXPECT})
    return Planner(config, typed_baseline(config))


def measured(knows: Planner, agents: int, days: int, rng: np.random.Generator) -> Baseline:
    """The baseline with the spreads that a plan would find in one history of these agents."""
    b = knows.baseline
    contacts = agents * A_DAY * days
    drawn = Planner(knows.config, replace(b, price=b.noise["cost_per_contact"]))
    two = Design(days, days, (agents // 2,) * 2, (agents * A_DAY / 2,) * 2, (contacts / 2,) * 2)
    mix, metrics = drawn_mix(drawn, two, Truth({"cost_per_contact": 0.0}), rng)
    half = halves(mix.sums.measures["contacts"].n)
    apart = CaseMix(replace(mix.sums, arm=half), [])
    one = CaseMix(replace(mix.sums, arm=np.zeros_like(half)), [])
    noise = dict(b.noise)
    for metric in metrics:
        if metric.form != "mean":
            continue
        own = mix.sums.measures[metric.measure].n
        found = noise_of(mean_estimate(metric, apart, 0.95, influence=False), own, half, 1.0, None)
        assert found is not None
        if not metric.id.startswith("response"):  # the log has its quantiles, which are measured in halves alone
            found = agents_apart(found, metric, one)
        noise[metric.id] = replace(noise[metric.id], agent_sd=found.agent_sd, df=found.df, sampling=found.sampling)
    return replace(b, noise=noise)


def told(agents: int, days: int, histories: int = HISTORIES) -> tuple[float, list[Told]]:
    """The true chance of the demo's design, and what plans of as many histories say of it."""
    knows, rng = truth_of(), np.random.default_rng((agents, days))
    design, truth = knows.design(15, 60), expected(knows.config, knows.baseline)
    right, found = closed_form(knows, design, truth), []
    for _ in range(histories):
        by = Planner(knows.config, measured(knows, agents, days, rng))
        low, high = np.quantile(closed_forms(by, design, truth), INSIDE)
        found.append(Told(closed_form(by, design, truth), bool(low <= right <= high)))
    return right, found


def row(agents: int, days: int) -> tuple[float, str]:
    """The true chance, and a row of the table."""
    right, found = told(agents, days)
    chance, inside = np.array(found).T
    low, high = np.quantile(chance, INSIDE)
    cells = [
        f"{agents}", f"{days}", f"{A_DAY * days * TRUE['answer_rate']:.0f}", f"{chance.mean():.0%}",
        f"{low:.0%} to {high:.0%}", f"{100 * chance.std():.0f} points", f"{np.mean(abs(chance - right) <= NEAR):.0%}",
        f"{inside.mean():.0%}",
    ]  # fmt: skip
    return right, "| " + " | ".join(cells) + " |"


def section(mapped: Callable[..., Iterable[Any]] = map) -> str:
    """The table and what it says; `mapped` as the built-in."""
    sizes = [(agents, days) for agents in AGENTS for days in DAYS]
    found: Sequence[tuple[float, str]] = list(mapped(row, *zip(*sizes, strict=True)))
    rows = "\n".join(text for _right, text in found)
    text = f"""How long a history an honest plan needs: {HISTORIES:,} histories of each size, drawn at the level of sums
        from agents who differ as the demo's do, were measured as a plan measures its own, and asked for the chance of
        the same pilot under the harder truth; the right answer is {found[0][0]:.0%}."""
    return f"""{textwrap.fill(" ".join(text.split()), 120)}

| Agents of the history | Its days | Answers of an agent | Chance, mean | Four of five plans say | Its sd | Within five points | Range holds the truth |
| --- | --- | --- | --- | --- | --- | --- | --- |
{rows}
"""  # noqa: E501


if __name__ == "__main__":
    print(section())
