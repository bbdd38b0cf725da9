"""What became of the plan: agents, contacts, answers and how much agents differ, beside what was planned."""

from datetime import timedelta

import numpy as np

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.table import Contacts
from pilot_analysis.decision.estimate import Estimate, moved, smallest_drop
from pilot_analysis.decision.means import CaseMix
from pilot_analysis.stats.clusters import sum_by
from pilot_analysis.words import _, count, decimal, joined, percent, points

PILOT = 1
SHORT = 0.9  # of what was planned
DIFFER_MORE = 1.25  # times as much as planned


def planned_check(contacts: Contacts, mix: CaseMix, csat: Estimate | None, config: Config) -> Check | None:
    """Whether the pilot is as large as planned; None where the config plans neither agents nor contacts."""
    plan = config.plan
    if plan.agents is None and plan.contacts_per_day is None:
        return None
    every = mix.sums.measures["contacts"]
    parts, short = [], []

    def compare(name: str, planned: str, achieved: str, *, falls_short: bool) -> None:
        parts.append(_("{name} {achieved} ({planned})").format(name=name, planned=planned, achieved=achieved))
        if falls_short:
            short.append(name)

    if plan.agents is not None and config.column(config.design.cluster) == "agent_id":
        agents = mix.clusters(PILOT, every)
        compare(_("agents"), count(plan.agents), count(agents), falls_short=agents < plan.agents)
    if plan.contacts_per_day is not None:
        per_day = mix.observations(PILOT, every) / judged_days(contacts, config)[0]
        compare(_("contacts a day"), decimal(plan.contacts_per_day), decimal(per_day),
                falls_short=per_day < SHORT * plan.contacts_per_day)  # fmt: skip
    rated = mix.sums.measures.get("csat")
    if plan.assume.answer_rate is not None and rated is not None:
        share = mix.observations(PILOT, rated) / max(mix.observations(PILOT, every), 1)
        compare(_("surveys answered"), percent(plan.assume.answer_rate), percent(share),
                falls_short=share < SHORT * plan.assume.answer_rate)  # fmt: skip
    sd = None if csat is None else agents_differ(csat, mix)
    if plan.assume.csat_agent_sd is not None and sd is not None:
        compare(_("spread of agents' satisfaction"), points(plan.assume.csat_agent_sd), points(sd),
                falls_short=sd > DIFFER_MORE * plan.assume.csat_agent_sd)  # fmt: skip
    text = _("What became of the plan (in brackets): {parts}.").format(parts="; ".join(parts))
    if not short:
        return Check("planned", "pass", text)
    return Check("planned", "warn", text + " " + _(
        "The pilot shows less than the plan said, because of {short}."
    ).format(short=joined(short)))  # fmt: skip


def agents_differ(e: Estimate, mix: CaseMix) -> float | None:
    """Sd of agents' own levels that the standard error of an estimate implies; None without agents or an interval."""
    m = mix.sums.measures.get(e.metric.measure)
    if e.effect is None or m is None or not mix.sums.clusters or mix.sums.groups > 2:
        return None
    alike = 0.0
    for arm in (0, 1):
        rows = mix.sums.arm == arm
        n = sum_by(mix.sums.cluster[rows], m.n[rows], len(mix.sums.clusters))
        alike += float((n**2).sum() / n.sum() ** 2)
    return float(np.sqrt(max(e.effect.se**2 - e.variance_fixed, 0.0) / alike))


def judged_days(contacts: Contacts, config: Config) -> tuple[int, int]:
    """Days that are judged so far, and by the pilot's end; each at least one."""
    until = min(config.pilot.end, *contacts.last.values())
    whole = [
        contacts.judged_from + timedelta(days=i) for i in range((config.pilot.end - contacts.judged_from).days + 1)
    ]
    kept = [day for day in whole if not config.design.leaves_out(day)]
    return max(sum(day <= until for day in kept), 1), max(len(kept), 1)


def smallest_drop_at_end(e: Estimate, contacts: Contacts, config: Config) -> float | None:
    """The smallest drop that a running pilot can exclude by its end, with the same agents at the present rates.

    Only the part of the variance that is contacts shrinks, and in a comparison with the past only the pilot's part of
    that; agents stay as they are. None without an interval and when the pilot is over.
    """
    if not contacts.interim or e.effect is None or e.arms is None or e.why is not None:
        return None
    so_far, by_end = judged_days(contacts, config)
    growing = e.variance_fixed
    if config.design.comparison != "concurrent":
        growing *= e.arms[0].n / max(e.arms[0].n + e.arms[1].n, 1)
    variance = e.effect.se**2 - growing * (1 - so_far / by_end)
    return smallest_drop(moved(e, 0.0, config.design.confidence, float(np.sqrt(max(variance, 0.0)))))
