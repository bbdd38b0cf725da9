"""What is expected of a contact at a typical agent: in-house, and at the vendor."""

from collections.abc import Mapping

import numpy as np

from pilot_analysis.simulation.contacts import Bools, Contacts, Floats, Ints, parts
from pilot_analysis.simulation.effects import split_effect
from pilot_analysis.simulation.scenario import Scenario


def probability(scenario: Scenario, kpi: str, contacts: Contacts, pilot: Bools) -> Floats:
    """The chance of satisfaction (`csat`) or first contact resolution (`fcr`) at a typical agent.

    Args:
        scenario: levels and effects.
        kpi: csat or fcr.
        contacts: n contacts.
        pilot: whether the vendor takes them; shape (n,).

    Returns:
        Probabilities after the ramp-up, shape (n,); not clipped to 0..1.
    """
    level: float = getattr(scenario, kpi)
    chance = np.full(contacts.opened.size, level)
    for values, codes in (
        (scenario.channels, contacts.channel),
        (scenario.tiers, contacts.tier),
        (scenario.categories, contacts.category),
    ):
        own = np.array([getattr(v, kpi) for v in values.values()])
        chance += (own - own @ parts(v.share for v in values.values()))[codes]
    chance += contacts.south * scenario.south.get(kpi, 0.0) + contacts.later * scenario.season.get(kpi, 0.0)
    return chance + pilot * effect(scenario, kpi, contacts)


def effect(scenario: Scenario, kpi: str, contacts: Contacts) -> Floats:
    """The vendor's effect on each contact, its segments' added; shape (n,)."""
    codes: Mapping[str, Ints] = {
        "channel": contacts.channel, "tier": contacts.tier, "category": contacts.category,
        "language": contacts.language, "agent_id": contacts.agent - scenario.baseline_agents,
    }  # fmt: skip
    total = np.zeros(contacts.opened.size)
    for name, value in scenario.effects.items():
        target, column, segment = split_effect(name)
        if target == kpi:
            within = codes[column] == scenario.segment_values()[column].index(segment) if column else True
            total += value * np.asarray(within)
    return total


def unanswered(scenario: Scenario, contacts: Contacts) -> Floats:
    """The chance that nobody ever answers, shape (n,)."""
    return np.array([c.unanswered for c in scenario.channels.values()])[contacts.channel]


def response_median(scenario: Scenario, contacts: Contacts, pilot: Bools) -> Floats:
    """Median seconds to the first response of those answered, shape (n,)."""
    median = np.array([c.response_median for c in scenario.channels.values()])[contacts.channel]
    median = median * (1 + contacts.later * scenario.season.get("response_time", 0.0))
    found: Floats = median * (1 + pilot * effect(scenario, "response_time", contacts))
    return found


def handle_mean(scenario: Scenario, contacts: Contacts, pilot: Bools) -> Floats:
    """Mean handle seconds of those answered, shape (n,)."""
    mean = (1 + pilot * effect(scenario, "handle_time", contacts)) * (
        1 + contacts.later * scenario.season.get("handle_time", 0.0)
    )
    for values, codes in (
        (scenario.channels, contacts.channel),
        (scenario.tiers, contacts.tier),
        (scenario.categories, contacts.category),
    ):
        mean *= np.array([v.handle for v in values.values()])[codes]
    return mean


def in_house_cost(scenario: Scenario, contacts: Contacts) -> Floats:
    """EUR that each contact costs in-house on average, shape (n,); unanswered ones cost nothing."""
    nobody = np.zeros(contacts.opened.size, dtype=bool)
    handle = (1 - unanswered(scenario, contacts)) * handle_mean(scenario, contacts, nobody)
    return handle / 3_600 * scenario.hourly_rate / scenario.occupancy


def vendor_cost(scenario: Scenario, contacts: Contacts) -> Floats:
    """EUR that the vendor takes for each contact, shape (n,)."""
    if not any(split_effect(name)[0] == "cost" for name in scenario.effects):
        return np.full(contacts.opened.size, scenario.pilot_price)
    return in_house_cost(scenario, contacts) * (1 + effect(scenario, "cost", contacts))
