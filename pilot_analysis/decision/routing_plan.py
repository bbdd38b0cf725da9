"""Whether as many contacts went to the pilot as was planned: the sample-ratio test."""

from typing import NamedTuple

import numpy as np

from pilot_analysis.contacts.table import ARMS, Contacts
from pilot_analysis.stats.shares import share_against
from pilot_analysis.words import _, p_value, percent

SAMPLE_RATIO = 0.001  # level of the test, usual for sample ratios since it is looked at in every review


class AgainstPlan(NamedTuple):
    """What is said of the planned share, and whether what came is another one."""

    text: str
    off: bool


def against_plan(contacts: Contacts, planned: float | None) -> AgainstPlan | None:
    """The pilot's share of the judged contacts beside the planned one; None without a plan."""
    if planned is None or contacts.grouping.before is not None:
        return None
    judged = contacts.counts[contacts.counts["group"].isin(ARMS)]
    days = judged.pivot_table(index="day", columns="group", values="judged", aggfunc="sum", fill_value=0.0)
    days = days.reindex(columns=list(ARMS), fill_value=0.0).astype(float)
    found = share_against(days["pilot"].to_numpy(), days.sum(axis=1).to_numpy(dtype=np.float64), planned)
    off = found.p < SAMPLE_RATIO
    text = _("Planned were {planned}, {share} came (p {p}).").format(
        planned=percent(planned), share=percent(found.share), p=p_value(found.p)
    )
    if off:
        text += " " + _(
            "Contacts were not routed as planned: what kept or sent them may have to do with how hard they were, which "
            "biases every KPI. Ask how contacts reach the pilot, and look for rows that the export or the filters lack."
        )
    return AgainstPlan(text, off)
