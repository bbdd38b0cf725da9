"""Numbers or codes in the place of names: the same in a figure, a table and in advice, and they tell nobody's name."""

import hmac
from base64 import b32encode

import numpy as np

from pilot_analysis.config.privacy import Privacy
from pilot_analysis.contacts.arms import ARMS
from pilot_analysis.contacts.groups import Grouping
from pilot_analysis.kpis.clusters import INDEPENDENT
from pilot_analysis.kpis.sums import Sums
from pilot_analysis.stats.clusters import sum_by
from pilot_analysis.words import _

AGENTS = ("agent_id", "final_agent_id", "csat_agent_id")
OF_NOBODY = (None, INDEPENDENT, "team", "channel", "category", "tier", "language", "region", "priority", "hours")
CODE = 8  # letters and digits: 40 bits, so that of a thousand people two hardly ever share one


def pseudonyms(sums: Sums, grouping: Grouping, cluster: str | None, privacy: Privacy) -> dict[str, str]:
    """For every agent's name "pilot agent 3" or "in-house agent 3"; none where clusters are nobody, or names asked for.

    The busiest of an arm is number 1; with a salt a code of the name stands for the number. Who worked for both arms
    has one, in the arm of most of their contacts. A column that nobody knows may hold names too: its clusters have
    numbers as well. Customers are not named anywhere, so they need none.
    """
    if cluster in OF_NOBODY or cluster == "customer_id" or privacy.agents == "names":
        return {}
    text = _("{arm} agent {n}") if cluster in AGENTS else _("{arm} cluster {n}")
    clusters, arms = len(sums.clusters), len(ARMS)
    # in-house and pilot, the days before taken with their own arm
    n = sum_by(sums.arm % arms * clusters + sums.cluster, sums.measures["contacts"].n, arms * clusters)
    n = n.reshape(arms, clusters)
    own = n.argmax(axis=0)
    found: dict[str, str] = {}
    for arm, group in enumerate(grouping.names[:arms]):
        agents = np.flatnonzero((own == arm) & sums.named)
        names = [sums.clusters[agent] for agent in agents[np.argsort(-n[arm, agents], kind="stable")]]
        numbers = [str(number) for number in range(1, len(names) + 1)]
        called = numbers if privacy.salt is None else codes(names, privacy.salt)
        found |= {
            name: text.format(arm=grouping.called(group), n=code) for name, code in zip(names, called, strict=True)
        }
    return found


def codes(names: list[str], salt: str) -> list[str]:
    """The beginning of HMAC-SHA-256 (RFC 2104) of each name, keyed by the salt, in base 32; no two alike."""
    digests = [b32encode(hmac.digest(salt.encode(), name.encode(), "sha256")).decode() for name in names]
    length = CODE
    while len({digest[:length] for digest in digests}) < len(digests):
        length += 1
    return [digest[:length] for digest in digests]
