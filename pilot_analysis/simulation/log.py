"""From contacts to the log that a helpdesk would export."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pilot_analysis.refusal import Refusal
from pilot_analysis.simulation.arrivals import draw_agents, draw_contacts, instant, to_local
from pilot_analysis.simulation.comments import comments
from pilot_analysis.simulation.contacts import Agents, Bools, Contacts, Floats, Ints
from pilot_analysis.simulation.levels import (
    handle_mean,
    probability,
    response_median,
    unanswered,
    vendor_cost,
)
from pilot_analysis.simulation.scenario import Scenario
from pilot_analysis.simulation.truth import Truth, true_values
from pilot_analysis.words import _

TEAMS = ("In-house", "Vendor")
REGIONS = ("North", "South")
HANDLE_SIGMA = 0.6
WAIT_SIGMA = 0.9
SATISFIED_SCORES = ((4, 5), (0.4, 0.6))
DISSATISFIED_SCORES = ((1, 2, 3), (0.35, 0.25, 0.40))
REOPENED = (0.12, 0.02)  # not resolved, resolved at first contact
ESCALATED = (0.04, 0.10)  # first tier, higher ones


def simulate(scenario: Scenario, seed: int) -> tuple[pd.DataFrame, Truth]:
    """A contact log and what is true of it.

    Args:
        scenario: what the pilot is like.
        seed: the same seed gives the same log; 0 or more.

    Returns:
        The log, one row a contact, in order of `opened_at`, with canonical column names and naive local
        times to the second (the hour that a clock change repeats occurs twice, as in any such log);
        empty is what was never answered, resolved or rated, or not before the log's end. And the truth:
        see `true_values`.

    Raises:
        Refusal: a negative seed.
    """
    people, arrivals, outcomes, pens, *_history = streams(seed)
    log, agents, contacts = contact_log(scenario, people, arrivals, outcomes)
    if scenario.comment_share:
        log["comment"] = _comments(scenario, log, pens)
    return log, true_values(scenario, agents, contacts, seed)


def streams(seed: int) -> list[np.random.Generator]:
    """Random numbers for agents, arrivals, outcomes and comments of a pilot; arrivals and outcomes of its history.

    Raises:
        Refusal: a negative seed.
    """
    if seed < 0:
        raise Refusal(_("A seed is a whole number, 0 or more."), key="seed", found=seed)
    return [np.random.default_rng(own) for own in np.random.SeedSequence(seed).spawn(6)]


def contact_log(
    scenario: Scenario, people: np.random.Generator, arrivals: np.random.Generator, outcomes: np.random.Generator
) -> tuple[pd.DataFrame, Agents, Contacts]:
    """The log in order of `opened_at`, without comments, its agents, and its contacts in the same order."""
    agents = draw_agents(scenario, people)
    contacts = draw_contacts(scenario, agents, arrivals)
    contacts = contacts.where(
        np.lexsort((contacts.opened, to_local(contacts.opened, scenario.timezone).astype(np.int64)))
    )
    return _log(scenario, agents, contacts, outcomes), agents, contacts


def _log(scenario: Scenario, agents: Agents, contacts: Contacts, rng: np.random.Generator) -> pd.DataFrame:
    """The contacts with what came of them."""
    n, pilot = contacts.opened.size, contacts.pilot
    never = rng.random(n) < unanswered(scenario, contacts)
    responded = contacts.opened + _response_seconds(scenario, agents, contacts, rng)
    handle = np.where(never, 0, _handle_seconds(scenario, agents, contacts, rng))
    resolved = responded + handle + _wait_seconds(scenario, contacts, rng)
    end = instant(scenario.log_end, scenario.timezone)
    unresolved = never | (resolved >= end)
    csat = _csat(scenario, agents, contacts, ~unresolved, rng)
    reopened = rng.random(n) < np.where(contacts.resolved, REOPENED[1], REOPENED[0])
    escalated = rng.random(n) < np.where(contacts.tier > 0, ESCALATED[1], ESCALATED[0])
    columns = {
        "contact_id": _numbered("C", np.arange(1, n + 1)),
        "opened_at": to_local(contacts.opened, scenario.timezone),
        "team": _named(TEAMS, pilot.astype(np.int64)),
        "agent_id": _named(scenario.agent_ids(), contacts.agent),
        "customer_id": _numbered("K", 1 + pd.factorize(contacts.customer)[0]),
        "channel": _named(scenario.channels, contacts.channel),
        "category": _named(scenario.categories, contacts.category),
        "tier": _named(scenario.tiers, contacts.tier),
        "language": _named(scenario.languages, contacts.language),
        "first_response_at": to_local(responded, scenario.timezone, empty=never | (responded >= end)),
        "resolved_at": to_local(resolved, scenario.timezone, empty=unresolved),
        "handle_seconds": handle,
        "csat_offered": ~unresolved,
        "csat": csat,
        "reopened": reopened & ~unresolved,
        "escalated": escalated & ~never,
    }
    if scenario.regions:
        columns["region"] = _named(REGIONS, contacts.south.astype(np.int64))
    if scenario.handed_back:
        back = _handed_back(scenario, contacts, rng)
        in_house = rng.integers(scenario.baseline_agents, size=n)
        columns["final_team"] = _named(TEAMS, (pilot & ~back).astype(np.int64))
        columns["final_agent_id"] = _named(scenario.agent_ids(), np.where(back, in_house, contacts.agent))
    if scenario.with_cost_column:
        worked = handle / 3_600 * scenario.hourly_rate / scenario.occupancy
        columns["cost"] = np.where(pilot, vendor_cost(scenario, contacts), worked).round(4)
    return pd.DataFrame(columns)


def _response_seconds(scenario: Scenario, agents: Agents, contacts: Contacts, rng: np.random.Generator) -> Ints:
    sigma = np.array([c.response_sigma for c in scenario.channels.values()])[contacts.channel]
    median = response_median(scenario, contacts, contacts.pilot) * np.exp(agents.response[contacts.agent])
    return _whole(median * np.exp(sigma * rng.standard_normal(sigma.size)))


def _handle_seconds(scenario: Scenario, agents: Agents, contacts: Contacts, rng: np.random.Generator) -> Ints:
    # exp(sd² / 2) is the mean of a log-normal of median 1: without it the mean would drift with the sd.
    own = agents.handle[contacts.agent] - scenario.agent_log_sd**2 / 2
    spread = HANDLE_SIGMA * rng.standard_normal(own.size) - HANDLE_SIGMA**2 / 2
    return _whole(handle_mean(scenario, contacts, contacts.pilot) * np.exp(own + spread))


def _wait_seconds(scenario: Scenario, contacts: Contacts, rng: np.random.Generator) -> Ints:
    median = np.array([c.wait_median for c in scenario.channels.values()])[contacts.channel]
    wait: Floats = median * np.exp(WAIT_SIGMA * rng.standard_normal(median.size))
    return np.rint(wait).astype(np.int64)


def _csat(
    scenario: Scenario, agents: Agents, contacts: Contacts, offered: Bools, rng: np.random.Generator
) -> pd.arrays.IntegerArray:
    """Scores 1 to 5, empty where nobody answered."""
    n, pilot = offered.size, contacts.pilot
    chance = probability(scenario, "csat", contacts, pilot) + contacts.ramp + agents.csat[contacts.agent]
    satisfied = rng.random(n) < chance
    at_pilot = scenario.answer_rate if scenario.answer_rate_pilot is None else scenario.answer_rate_pilot
    rate = np.where(pilot, at_pilot, scenario.answer_rate)
    rate *= np.where(pilot & ~satisfied, scenario.unhappy_answer_ratio_pilot, 1.0)
    answered = offered & (rng.random(n) < rate)
    score = np.where(
        satisfied,
        rng.choice(SATISFIED_SCORES[0], n, p=SATISFIED_SCORES[1]),
        rng.choice(DISSATISFIED_SCORES[0], n, p=DISSATISFIED_SCORES[1]),
    )
    return pd.arrays.IntegerArray(score, ~answered)


def _comments(scenario: Scenario, log: pd.DataFrame, rng: np.random.Generator) -> "pd.Series[str]":
    """Empty where nothing was rated or nothing written."""
    writes = log["csat"].notna().to_numpy() & (rng.random(len(log)) < scenario.comment_share)
    own = log[writes]
    score, pilot = own["csat"].to_numpy(dtype=np.int64), (own["team"] == TEAMS[1]).to_numpy(dtype=np.bool_)
    written = pd.Series(pd.NA, index=log.index, dtype="str")
    written[writes] = comments(score, own["category"].tolist(), pilot, rng)
    return written


def _handed_back(scenario: Scenario, contacts: Contacts, rng: np.random.Generator) -> Bools:
    """Which of the vendor's contacts in-house finishes: as large a share of all, among those not resolved."""
    lost = contacts.pilot & ~contacts.resolved
    chance = scenario.handed_back * contacts.pilot.sum() / max(int(lost.sum()), 1)
    found: Bools = lost & (rng.random(lost.size) < chance)
    return found


def _whole(seconds: Floats) -> Ints:
    return np.rint(seconds).clip(1).astype(np.int64)


def _named(names: Iterable[str], codes: Ints) -> "pd.Series[str]":
    return pd.Series(list(names), dtype="str").take(codes).reset_index(drop=True)


def _numbered(letter: str, numbers: Ints) -> "pd.Series[str]":
    width = max(5, len(str(numbers.size)))
    return letter + pd.Series(numbers).astype("str").str.zfill(width)
