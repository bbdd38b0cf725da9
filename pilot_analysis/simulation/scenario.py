"""What a simulated pilot is: its days, agents, mix and levels, and what the vendor changes."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pilot_analysis.refusal import Refusal, listed, nearest
from pilot_analysis.simulation.effects import validate_effects
from pilot_analysis.words import _


@dataclass(frozen=True)
class Level:
    """One value of a segment, such as tier 2.

    Attributes:
        share: its part of the in-house contacts; the parts need not add up to one.
        csat, fcr: how far its probability lies from its siblings' (0.02 is two points).
        handle: its handle time relative to its siblings'.
    """

    share: float
    csat: float = 0.0
    fcr: float = 0.0
    handle: float = 1.0


@dataclass(frozen=True)
class Channel(Level):
    """A channel, with its own times (log-normal, in seconds).

    Attributes:
        handle: mean handle seconds of a tier 1 contact that was answered.
        response_median: median seconds to the first response of those answered.
        response_sigma: log-sd of the response time.
        wait_median: median seconds between the last touch and the resolution; 0 is at once.
        unanswered: share that nobody ever answers (an abandoned call, an email never replied to).
    """

    handle: float = 430.0
    response_median: float = 60.0
    response_sigma: float = 0.8
    wait_median: float = 0.0
    unanswered: float = 0.0


def _channels() -> dict[str, Channel]:
    return {
        "email": Channel(0.45, -0.01, -0.02, 400.0, 14_400.0, 0.9, wait_median=7_200.0, unanswered=0.015),
        "chat": Channel(0.30, 0.01, 0.0, 480.0, 90.0, 0.8),
        "phone": Channel(0.25, 0.01, 0.03, 410.0, 40.0, 0.8, unanswered=0.03),
    }


def _tiers() -> dict[str, Level]:
    return {"1": Level(0.7), "2": Level(0.3, -0.05, -0.08, 1.5)}


def _categories() -> dict[str, Level]:
    return {
        "billing": Level(0.25, -0.01, 0.01),
        "delivery": Level(0.25, -0.02, 0.0),
        "returns": Level(0.20, 0.0, 0.02),
        "account": Level(0.15, 0.02, 0.03),
        "technical": Level(0.15, 0.0, -0.06),
    }


# Lowest and highest value of each plain number; what is not here has no limit of its own.
LIMITS: dict[str, tuple[float, float]] = {
    "days": (1, 3660), "before_days": (0, 3660), "after_days": (0, 3660),
    "ramp_up_days": (0, 3660), "ramp_effect": (-1, 1),
    "pilot_agents": (1, 10_000), "baseline_agents": (1, 10_000),
    "pilot_per_day": (0.01, 1e6), "baseline_per_day": (0.01, 1e6),
    "agent_sd": (0, 0.5), "agent_log_sd": (0, 2), "agent_volume_sd": (0, 3),
    "comment_share": (0, 1), "csat": (0, 1), "fcr": (0.05, 1), "answer_rate": (0, 1), "answer_rate_pilot": (0, 1),
    "unhappy_answer_ratio_pilot": (0, 1), "returning_share": (0, 0.5), "pilot_tier1_share": (0, 1),
    "handed_back": (0, 1),
    "hourly_rate": (0.01, 1e6), "occupancy": (0.01, 1), "pilot_price": (0.01, 1e6),
}  # fmt: skip

# What can differ by season and by region.
COMMON = {"season": ("csat", "fcr", "response_time", "handle_time"), "south": ("csat", "fcr")}


@dataclass(frozen=True)
class Scenario:
    """A pilot whose truth is known. Probabilities are fractions, times seconds, money EUR.

    Attributes:
        start: first day of the pilot, local time.
        days: days of the pilot.
        before_days: days of the log before it; everything is in-house then.
        after_days: days of the log after it, routed as in the pilot.
        timezone: of the local times in the log.
        pilot_agents, baseline_agents: agents of the vendor (V01 ...) and in-house (A001 ...).
        pilot_per_day, baseline_per_day: mean contacts a day with their repeats, at the in-house FCR.
            Before the pilot in-house has both.
        agent_sd: sd of the agents' own levels of CSAT and FCR, on the probability scale.
        agent_log_sd: log-sd of the agents' own handle and response times.
        agent_volume_sd: log-sd of the agents' volumes.
        csat, fcr: in-house levels over the in-house mix.
        answer_rate: chance that a satisfied customer answers the survey.
        answer_rate_pilot: the same at the vendor; None is the same.
        unhappy_answer_ratio_pilot: at the vendor, the answer rate of the dissatisfied over that of
            the satisfied; in-house the two are equal.
        comment_share: share of those who answered that write a comment too; 0 leaves the column out.
        channels, tiers, categories: their shares and own levels. Levels are shifted so that `csat`
            and `fcr` hold over the in-house mix.
        languages: shares of the customers' languages.
        returning_share: share of issues whose customer has another one, of another category.
        pilot_tier1_share: share of the first tier at the vendor; None is the in-house share.
        pilot_channel_shares: shares of the channels at the vendor; None is the in-house shares.
        ramp_up_days: first days of the pilot, which the truth leaves out.
        ramp_effect: added to CSAT and FCR of the vendor in those days.
        ramp_decays: the ramp effect falls in a line to 0; False: it stays until the last ramp day.
        regions: customers live in a region, which the log names, and the vendor takes South: its share of the
            customers is that of the vendor. Before the pilot in-house serves it.
        same_agents: the vendor's agents serve South before the pilot too; only how they work changes.
        south: what South's csat and fcr lie above North's at all times, whoever serves it.
        season: what all contacts change by from the first day of the pilot on, in both arms; names as in
            `effects`, without segments, and no cost.
        handed_back: share of the vendor's contacts that in-house finishes, all of them not resolved by the vendor.
        effects: what the vendor changes. csat and fcr add to the probability (-0.02 is two points
            less); response_time, handle_time and cost are relative (-0.30 is 30% less). In a
            segment additionally: `csat.channel=phone`; by channel, tier, category, language, agent_id.
        with_cost_column: write a `cost` for each contact.
        hourly_rate, occupancy: of an in-house agent; contact cost is handle hours x rate / occupancy.
        pilot_price: of a contact at the vendor, where `effects` has no cost.

    Raises:
        Refusal: a value out of its limits, an unknown time zone, an unknown effect.
    """

    start: date = date(2026, 3, 2)
    days: int = 60
    before_days: int = 21
    after_days: int = 14
    timezone: str = "Europe/Berlin"
    pilot_agents: int = 15
    baseline_agents: int = 40
    pilot_per_day: float = 150.0
    baseline_per_day: float = 300.0
    agent_sd: float = 0.03
    agent_log_sd: float = 0.10
    agent_volume_sd: float = 0.4
    csat: float = 0.84
    fcr: float = 0.74
    answer_rate: float = 0.30
    answer_rate_pilot: float | None = None
    unhappy_answer_ratio_pilot: float = 1.0
    comment_share: float = 0.0
    channels: Mapping[str, Channel] = field(default_factory=_channels)
    tiers: Mapping[str, Level] = field(default_factory=_tiers)
    categories: Mapping[str, Level] = field(default_factory=_categories)
    languages: Mapping[str, float] = field(default_factory=lambda: {"en": 0.7, "de": 0.3})
    returning_share: float = 0.15
    pilot_tier1_share: float | None = None
    pilot_channel_shares: Mapping[str, float] | None = None
    ramp_up_days: int = 14
    ramp_effect: float = -0.06
    ramp_decays: bool = True
    regions: bool = False
    same_agents: bool = False
    south: Mapping[str, float] = field(default_factory=dict)
    season: Mapping[str, float] = field(default_factory=dict)
    handed_back: float = 0.0
    effects: Mapping[str, float] = field(default_factory=dict)
    with_cost_column: bool = False
    hourly_rate: float = 38.0
    occupancy: float = 0.75
    pilot_price: float = 5.20

    def __post_init__(self) -> None:
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                allowed = _("from {low} to {high}").format(low=f"{low:g}", high=f"{high:g}")
                raise Refusal(
                    _("{name} of the scenario is out of its limits.").format(name=name),
                    key=name, found=value, allowed=allowed,
                )  # fmt: skip
        if self.ramp_up_days >= self.days:
            raise Refusal(
                _("The ramp-up leaves no day of the pilot to judge."),
                key="ramp_up_days", found=self.ramp_up_days, allowed=f"< {self.days}",
            )  # fmt: skip
        self._validate_mix()
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError) as fault:
            raise Refusal(_("This time zone is not known."), key="timezone", found=self.timezone) from fault
        validate_effects(self.effects, self.segment_values())
        for name, known in COMMON.items():
            for kpi in getattr(self, name):
                if kpi not in known:
                    raise Refusal(
                        _("This effect is not known."), key=f"{name}.{kpi}", found=kpi, allowed=listed(known),
                        nearest=nearest(kpi, known),
                    )  # fmt: skip
            validate_effects(getattr(self, name), {})
        if (self.south or self.same_agents) and not self.regions:
            raise Refusal(_("Without regions nobody lives in the South."), key="regions", found=False, allowed="True")

    def _validate_mix(self) -> None:
        """Shares are positive somewhere and nowhere negative; those of the pilot name known channels."""
        if self.pilot_tier1_share is not None and not sum(t.share for t in list(self.tiers.values())[1:]):
            raise Refusal(_("Without a second tier the first one has no share of its own."), key="pilot_tier1_share")
        shares = {
            "channels": [c.share for c in self.channels.values()],
            "tiers": [t.share for t in self.tiers.values()],
            "categories": [c.share for c in self.categories.values()],
            "languages": list(self.languages.values()),
        }
        if self.pilot_channel_shares is not None:
            for name in self.pilot_channel_shares:
                if name not in self.channels:
                    raise Refusal(
                        _("The pilot takes a channel that the scenario does not have."),
                        key="pilot_channel_shares", found=name, allowed=listed(self.channels),
                        nearest=nearest(name, self.channels),
                    )  # fmt: skip
            shares["pilot_channel_shares"] = list(self.pilot_channel_shares.values())
        for name, values in shares.items():
            if not (all(v >= 0 for v in values) and 0 < sum(values) < math.inf):
                raise Refusal(
                    _("The shares of {name} are not parts of a whole.").format(name=name),
                    key=name, found=values, allowed=_("none below 0, and at least one above"),
                )  # fmt: skip
        for name, channel in self.channels.items():
            if not 0 <= channel.unanswered < 0.5:
                raise Refusal(
                    _("Where half of the contacts stay unanswered, the median response time does not exist."),
                    key=f"channels.{name}.unanswered", found=channel.unanswered, allowed="0 <= x < 0.5",
                )  # fmt: skip

    @property
    def end(self) -> date:
        """Last day of the pilot."""
        return self.start + timedelta(days=self.days - 1)

    @property
    def judged_from(self) -> date:
        """First day after the ramp-up."""
        return self.start + timedelta(days=self.ramp_up_days)

    @property
    def log_start(self) -> date:
        """First day of the log."""
        return self.start - timedelta(days=self.before_days)

    @property
    def log_end(self) -> date:
        """The day after the last day of the log."""
        return self.end + timedelta(days=self.after_days + 1)

    def agent_ids(self) -> list[str]:
        """In-house agents, then those of the vendor."""
        return [f"A{i:03d}" for i in range(1, self.baseline_agents + 1)] + self.pilot_agent_ids()

    def pilot_agent_ids(self) -> list[str]:
        """Agents of the vendor."""
        return [f"V{i:02d}" for i in range(1, self.pilot_agents + 1)]

    def pilot_mix(self) -> tuple[list[float], list[float]]:
        """Shares of the channels and of the tiers at the vendor."""
        channels = [
            c.share if self.pilot_channel_shares is None else self.pilot_channel_shares.get(name, 0.0)
            for name, c in self.channels.items()
        ]
        tiers = [t.share for t in self.tiers.values()]
        if self.pilot_tier1_share is not None:
            rest = sum(tiers[1:])
            tiers = [self.pilot_tier1_share, *((1 - self.pilot_tier1_share) * t / rest for t in tiers[1:])]
        return channels, tiers

    def segment_values(self) -> dict[str, list[str]]:
        """The segments in which an effect can differ, and their values."""
        return {
            "channel": list(self.channels),
            "tier": list(self.tiers),
            "category": list(self.categories),
            "language": list(self.languages),
            "agent_id": self.pilot_agent_ids(),
        }

    def to_dict(self) -> dict[str, Any]:
        """Every field, as JSON can hold it."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        for name in ("channels", "tiers", "categories"):
            plain[name] = {value: asdict(level) for value, level in plain[name].items()}
        for name in ("languages", "effects", "pilot_channel_shares", "south", "season"):
            plain[name] = None if plain[name] is None else dict(plain[name])
        return plain | {"start": self.start.isoformat()}
