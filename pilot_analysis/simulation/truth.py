"""What a review of the log should find."""

from datetime import timedelta
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from pilot_analysis.simulation.arrivals import WINDOW, instant
from pilot_analysis.simulation.contacts import Agents, Bools, Contacts, Floats, Ints
from pilot_analysis.simulation.levels import (
    handle_mean,
    in_house_cost,
    probability,
    response_median,
    unanswered,
    vendor_cost,
)
from pilot_analysis.simulation.scenario import Scenario

# Keys: schema, seed, scenario, effects, levels, agents; plain values, as JSON holds them.
Truth = dict[str, Any]
Levels = dict[str, dict[str, Any]]  # by arm, then KPI

SCHEMA = "pilot-analysis/truth/1"
DIGITS = 9
BISECTIONS = 60


def true_values(scenario: Scenario, agents: Agents, contacts: Contacts, seed: int) -> Truth:
    """The truth of a simulated log.

    It is that of agents like these, not of the few that were drawn, on the vendor's own contacts after
    the ramp-up (FCR: those of them that open an issue and are old enough to judge). Effects of the
    `response_time` are ratios of medians within each channel, averaged on the log scale by the
    channels' shares; `response_time_p90` likewise. Unanswered contacts count as the longest.

    Returns:
        `effects`: by KPI id its `kind` (difference, ratio) and `value`, times also `by_channel`;
        `levels`: by arm (baseline, pilot) and KPI, times by channel; `agents`: the level of each agent
        that was drawn, on the same contacts; `pilot_price`: EUR a contact; `scenario` and `seed`. A
        value is None where the vendor has no contact after the ramp-up, or the quantile is not reached.
    """
    start, over, end = (
        instant(day, scenario.timezone)
        for day in (scenario.judged_from, scenario.end + timedelta(days=1), scenario.log_end)
    )
    judged = contacts.where(contacts.pilot & (contacts.opened >= start) & (contacts.opened < over))
    index = judged.where(judged.first & (judged.opened < end - WINDOW))
    levels: Levels = {"baseline": {}, "pilot": {}}
    for arm, at_vendor in (("baseline", False), ("pilot", True)):
        pilot = np.full(judged.opened.size, at_vendor)
        chance = probability(scenario, "csat", judged, pilot)
        fcr = probability(scenario, "fcr", index, np.full(index.opened.size, at_vendor))
        handle = (1 - unanswered(scenario, judged)) * handle_mean(scenario, judged, pilot)
        cost = vendor_cost(scenario, judged) if at_vendor else in_house_cost(scenario, judged)
        levels[arm] = {
            "csat": _mean(chance.clip(0, 1)),
            "fcr": _mean(fcr.clip(0, 1)),
            "cost_per_contact": _mean(cost),
            "response_time": _quantiles(scenario, judged, pilot, 0.5),
            "response_time_p90": _quantiles(scenario, judged, pilot, 0.9),
            "handle_time": _mean(handle),
        }
    shares = np.bincount(judged.channel, minlength=len(scenario.channels)) / max(judged.opened.size, 1)
    share_of = dict(zip(scenario.channels, shares.tolist(), strict=True))
    price = levels["pilot"]["cost_per_contact"]
    return {
        "schema": SCHEMA,
        "seed": seed,
        "scenario": scenario.to_dict(),
        "effects": {kpi: _effect(kpi, levels, share_of) for kpi in levels["pilot"]},
        "levels": levels,
        "pilot_price": scenario.pilot_price if price is None else round(price, 4),
        "agents": _agents(scenario, agents, contacts, {"csat": judged, "fcr": index}, levels),
    }


def _effect(kpi: str, levels: Levels, share_of: dict[str, float]) -> dict[str, Any]:
    """The vendor against in-house: a difference of rates, or a ratio of times or costs."""
    baseline, pilot = levels["baseline"][kpi], levels["pilot"][kpi]
    if isinstance(pilot, dict):
        by_channel = {c: _ratio(pilot[c], baseline[c]) for c in pilot if share_of[c] > 0}
        ratios = [r for r in by_channel.values() if r is not None]
        known = len(ratios) == len(by_channel) > 0
        weights = [share_of[c] for c in by_channel]
        value = round(float(np.exp(np.dot(weights, np.log(ratios)))), DIGITS) if known else None
        return {"kind": "ratio", "value": value, "by_channel": by_channel}
    if kpi in ("csat", "fcr"):
        value = None if pilot is None or baseline is None else round(pilot - baseline, DIGITS)
        return {"kind": "difference", "value": value}
    return {"kind": "ratio", "value": _ratio(pilot, baseline)}


def _quantiles(scenario: Scenario, contacts: Contacts, pilot: Bools, q: float) -> dict[str, float | None]:
    """Quantile q of the response seconds in each channel; None where it lies among the unanswered."""
    log_median = np.log(response_median(scenario, contacts, pilot))
    found: dict[str, float | None] = {}
    for code, (name, channel) in enumerate(scenario.channels.items()):
        centres, counts = np.unique(log_median[contacts.channel == code], return_counts=True)
        among_answered = q / (1 - channel.unanswered)
        if not centres.size or among_answered >= 1:
            found[name] = None
            continue
        sigma = float(np.hypot(channel.response_sigma, scenario.agent_log_sd))
        found[name] = round(float(np.exp(_mixture_quantile(centres, counts, sigma, among_answered))), DIGITS)
    return found


def _mixture_quantile(centres: Floats, counts: Ints, sigma: float, q: float) -> float:
    """Quantile of a mixture of normals of one sd: it lies between those of the outer two."""
    low, high = centres[0] + sigma * ndtri(q), centres[-1] + sigma * ndtri(q)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if np.average(ndtr((middle - centres) / sigma), weights=counts) < q:
            low = middle
        else:
            high = middle
    return float((low + high) / 2)


def _agents(
    scenario: Scenario, agents: Agents, contacts: Contacts, judged: dict[str, Contacts], levels: Levels
) -> list[dict[str, Any]]:
    """The level of each agent on the contacts of the truth; times relative to the arm's."""
    ids = scenario.agent_ids()
    pilot = np.arange(len(ids)) >= scenario.baseline_agents
    found: dict[str, list[Any]] = {
        "agent_id": ids,
        "arm": np.where(pilot, "pilot", "baseline").tolist(),
        "contacts": np.bincount(contacts.agent, minlength=len(ids)).tolist(),
        "handle_time_factor": np.exp(agents.handle - scenario.agent_log_sd**2 / 2).round(DIGITS).tolist(),
        "response_time_factor": np.exp(agents.response).round(DIGITS).tolist(),
    }
    for kpi, own in (("csat", agents.csat), ("fcr", agents.fcr)):
        if levels["pilot"][kpi] is None:
            found[kpi] = [None] * len(ids)
            continue
        # The arm's level holds the effects of single agents in the mean; each has only its own.
        named = np.array([scenario.effects.get(f"{kpi}.agent_id={i}", 0.0) for i in ids])
        shared = levels["pilot"][kpi] - named[judged[kpi].agent].mean()
        level = np.where(pilot, shared + named, levels["baseline"][kpi]) + own
        found[kpi] = level.round(DIGITS).tolist()
    return [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]


def _mean(values: Floats) -> float | None:
    return round(float(values.mean()), DIGITS) if values.size else None


def _ratio(pilot: float | None, baseline: float | None) -> float | None:
    return None if pilot is None or not baseline else round(pilot / baseline, DIGITS)
