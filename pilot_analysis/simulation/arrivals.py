"""Who contacts when about what, who takes it first, and who has to come back."""

from dataclasses import fields
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from pilot_analysis.simulation.contacts import Agents, Bools, Contacts, Floats, Ints, parts
from pilot_analysis.simulation.levels import probability
from pilot_analysis.simulation.scenario import Scenario

DAY = 86_400
WINDOW = 7 * DAY
# Issues start this long before the log, so that its first days have their share of repeats.
LEAD_IN_DAYS = 14
MEAN_DELAY = 2 * DAY
WEEKDAYS = np.array([1.25, 1.15, 1.10, 1.10, 1.05, 0.75, 0.60])
HOURS = np.array(
    [4, 2, 2, 2, 3, 6, 15, 35, 70, 95, 100, 95, 85, 85, 88, 85, 80, 72, 62, 52, 42, 30, 18, 9], dtype=float
)


def draw_agents(scenario: Scenario, rng: np.random.Generator) -> Agents:
    """Agents at random from the many that could be hired."""
    n = scenario.baseline_agents + scenario.pilot_agents
    return Agents(
        csat=rng.normal(0, scenario.agent_sd, n),
        fcr=rng.normal(0, scenario.agent_sd, n),
        handle=rng.normal(0, scenario.agent_log_sd, n),
        response=rng.normal(0, scenario.agent_log_sd, n),
        volume=rng.lognormal(0, scenario.agent_volume_sd, n),
    )


def draw_contacts(scenario: Scenario, agents: Agents, rng: np.random.Generator) -> Contacts:
    """All contacts between the first and the last day of the log.

    An issue that is not resolved at a contact opens another one, of the same customer and category,
    less than seven days later, on any channel and at any team; what would open after the last day
    is not there.
    """
    opened, customer, category, language = _issues(scenario, rng)
    share = scenario.pilot_per_day / (scenario.pilot_per_day + scenario.baseline_per_day)
    southern = rng.random(customer.size) < share if scenario.regions else None
    generations: list[Contacts] = []
    end = instant(scenario.log_end, scenario.timezone)
    while opened.size or not generations:
        south = None if southern is None else southern[customer]
        contacts = _taken(scenario, agents, rng, opened, customer, category, language, south, first=not generations)
        generations.append(contacts)
        delay = _delays(rng, opened.size)
        again = ~contacts.resolved & (opened + delay < end)
        opened, customer, category, language = (
            column[again] for column in (opened + delay, customer, category, language)
        )
    whole = Contacts(**{f.name: np.concatenate([getattr(g, f.name) for g in generations]) for f in fields(Contacts)})
    return whole.where(whole.opened >= instant(scenario.log_start, scenario.timezone))


def instant(day: date, timezone: str) -> int:
    """Midnight of a local day, in seconds since 1970 UTC."""
    return int(to_utc(np.array([day], dtype="datetime64[s]"), timezone)[0])


def to_utc(local: npt.NDArray[np.datetime64], timezone: str) -> Ints:
    """Local times as seconds since 1970 UTC; what a clock change skips moves behind it."""
    aware = pd.DatetimeIndex(local).tz_localize(
        timezone, ambiguous=np.ones(local.size, dtype=bool), nonexistent="shift_forward"
    )
    return aware.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)


def to_local(instants: Ints, timezone: str, empty: Bools | None = None) -> npt.NDArray[np.datetime64]:
    """Seconds since 1970 UTC as naive local times, NaT where `empty`."""
    aware = pd.DatetimeIndex(instants.astype("datetime64[s]"), tz="UTC").tz_convert(timezone)
    local = aware.tz_localize(None).to_numpy().astype("datetime64[us]")
    return local if empty is None else np.where(empty, np.datetime64("NaT", "us"), local)


def _issues(scenario: Scenario, rng: np.random.Generator) -> tuple[Ints, Ints, Ints, Ints]:
    """When each issue is first raised, its customer, category and language, in order of time."""
    first_day = scenario.log_start - timedelta(days=LEAD_IN_DAYS)
    days = np.arange(np.datetime64(first_day), np.datetime64(scenario.log_end))
    a_day = (scenario.pilot_per_day + scenario.baseline_per_day) * scenario.fcr
    weekday = (days.astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday
    counts = rng.poisson(a_day * WEEKDAYS[weekday])
    n = int(counts.sum())
    second = 3_600 * _pick(rng, parts(HOURS), n) + rng.integers(0, 3_600, n)
    opened = np.sort(to_utc(np.repeat(days, counts).astype("datetime64[s]") + second, scenario.timezone))
    category = _pick(rng, parts(c.share for c in scenario.categories.values()), n)
    language = _pick(rng, parts(scenario.languages.values()), n)
    # A customer has at most two issues, never two of one category: so every repeat within the
    # window is an issue that was not resolved, and the truth of FCR is exact.
    customer = np.arange(n)
    shuffled = rng.permutation(n)
    pairs = int(n * scenario.returning_share)
    returning, other = shuffled[:pairs], shuffled[pairs : 2 * pairs]
    differ = category[returning] != category[other]
    customer[returning[differ]] = other[differ]
    return opened, customer, category, language[customer]


def _taken(
    scenario: Scenario,
    agents: Agents,
    rng: np.random.Generator,
    opened: Ints,
    customer: Ints,
    category: Ints,
    language: Ints,
    south: Bools | None,
    *,
    first: bool,
) -> Contacts:
    """Route contacts to a team and an agent, and see whether they are resolved."""
    n = opened.size
    share = scenario.pilot_per_day / (scenario.pilot_per_day + scenario.baseline_per_day)
    start = instant(scenario.start, scenario.timezone)
    later = opened >= start
    pilot = later & (rng.random(n) < share) if south is None else later & south
    own = pilot if south is None else south  # of the pilot's slice, whoever serves it
    split = scenario.baseline_agents
    agent = np.where(
        own if scenario.same_agents else pilot,
        split + _pick(rng, parts(agents.volume[split:]), n),
        _pick(rng, parts(agents.volume[:split]), n),
    )
    channels, tiers = scenario.channels.values(), scenario.tiers.values()
    at_pilot = scenario.pilot_mix()
    channel = np.where(own, _pick(rng, parts(at_pilot[0]), n), _pick(rng, parts(c.share for c in channels), n))
    tier = np.where(own, _pick(rng, parts(at_pilot[1]), n), _pick(rng, parts(t.share for t in tiers), n))
    taken = Contacts(
        opened=opened, customer=customer, first=np.full(n, first), pilot=pilot, south=own, later=later, agent=agent,
        channel=channel, tier=tier, category=category, language=language,
        ramp=pilot * _ramp(scenario, opened), resolved=np.zeros(n, dtype=bool),
    )  # fmt: skip
    chance = probability(scenario, "fcr", taken, pilot) + taken.ramp + agents.fcr[agent]
    taken.resolved[:] = rng.random(n) < chance
    return taken


def _ramp(scenario: Scenario, opened: Ints) -> Floats:
    """What the ramp-up adds to contacts at the vendor."""
    start, over = (instant(day, scenario.timezone) for day in (scenario.start, scenario.judged_from))
    left = (over - opened) / max(over - start, 1)
    size = left if scenario.ramp_decays else np.ones_like(left)
    return np.where(left > 0, scenario.ramp_effect * size, 0.0)


def _delays(rng: np.random.Generator, n: int) -> Ints:
    """Seconds until a customer comes back: exponential, all inside the window."""
    within = 1 - np.exp(-WINDOW / MEAN_DELAY)
    delay: Floats = -MEAN_DELAY * np.log1p(-within * rng.random(n))
    return delay.clip(60, WINDOW - 60).astype(np.int64)


def _pick(rng: np.random.Generator, chances: Floats, n: int) -> Ints:
    """n positions, each with its chance."""
    return np.searchsorted(np.cumsum(chances[:-1]), rng.random(n), side="right")
