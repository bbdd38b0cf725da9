"""The steps by which a vendor's volume is raised after scale: how many contacts a day more, and agents for them."""

from dataclasses import dataclass
from math import ceil

from pilot_analysis.config.policy import Rule
from pilot_analysis.contacts.table import ARMS, Contacts
from pilot_analysis.decision.findings import Findings
from pilot_analysis.decision.means import CaseMix

SHARES = (0.25, 0.5, 1.0)  # of the in-house volume in scope, one after the other


@dataclass(frozen=True)
class Load:
    """What the arms handled in the judged days: contacts a day and agents, in-house and pilot."""

    per_day: tuple[float, float]
    agents: tuple[int, int]

    def agents_for(self, per_day: float, arm: int) -> int:
        """Agents of an arm for a volume, each with as many contacts as those of now."""
        return ceil(per_day / self.per_day[arm] * self.agents[arm]) if self.per_day[arm] else 0


@dataclass(frozen=True)
class Gate:
    """A step: the share of the in-house volume in scope that has moved, contacts a day and agents more than now."""

    share: float
    more: float
    agents: int


def load_of(contacts: Contacts, mix: CaseMix) -> Load:
    """The load of both arms."""
    every = mix.sums.measures["contacts"]
    days = [max(int(contacts.facts[arm]["days"]), 1) for arm in ARMS]
    n = mix.by_cell(every.population).sum(axis=1)
    return Load((float(n[0] / days[0]), float(n[1] / days[1])), (mix.clusters(0, every), mix.clusters(1, every)))


def gates_after(rule: Rule | None, f: Findings, load: Load) -> list[Gate]:
    """The steps in order, of the part that is scaled; none where nothing is."""
    if rule is None:
        return []
    if rule.verdict == "scale":
        part = 1.0
    elif "rest_passes" in rule.when and f.rest is not None:
        part = f.rest.share
    else:
        return []
    more = [share * load.per_day[0] * part for share in SHARES]
    return [Gate(share, n, load.agents_for(n, 1)) for share, n in zip(SHARES, more, strict=True)]
