"""Numbers in the place of agents' names: the same in a figure, a table and in advice, and they tell nobody's name."""

import numpy as np

from pilot_analysis.contacts.arms import ARMS
from pilot_analysis.contacts.groups import Grouping
from pilot_analysis.kpis.sums import Sums
from pilot_analysis.stats.clusters import sum_by
from pilot_analysis.words import _

PEOPLE = ("agent_id", "final_agent_id", "csat_agent_id")  # columns whose values are names of people


def pseudonyms(sums: Sums, grouping: Grouping, cluster: str | None) -> dict[str, str]:
    """For every agent's name "pilot agent 3" or "in-house agent 3"; none where clusters are not people.

    The busiest of an arm is number 1. Who worked for both arms has one number, in the arm of most of their contacts.
    """
    if cluster not in PEOPLE:
        return {}
    clusters, arms = len(sums.clusters), len(ARMS)
    # in-house and pilot, the days before taken with their own arm
    n = sum_by(sums.arm % arms * clusters + sums.cluster, sums.measures["contacts"].n, arms * clusters)
    n = n.reshape(arms, clusters)
    own = n.argmax(axis=0)
    found = {}
    for arm, group in enumerate(grouping.names[:arms]):
        agents = np.flatnonzero((own == arm) & sums.named)
        for number, agent in enumerate(agents[np.argsort(-n[arm, agents], kind="stable")], start=1):
            found[sums.clusters[agent]] = _("{arm} agent {n}").format(arm=grouping.called(group), n=number)
    return found
