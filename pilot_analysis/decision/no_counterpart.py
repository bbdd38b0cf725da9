"""Parts of the pilot that the baseline never had, such as nights or a new language: judged against the KPI's target.

Nobody in-house can say how such contacts would have gone. Where the config says so (`design.no_counterpart: target`),
what the pilot reached is held against what was agreed: one sample, its agents as clusters.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pilot_analysis.contacts.table import ARMS
from pilot_analysis.decision.estimate import ArmValue, Estimate, Scores, interval
from pilot_analysis.decision.segments import FEWEST, Segment
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.sums import Sums
from pilot_analysis.stats.clusters import ArmSums, clustered_variance, merged_rows, one_to_a_cell, without_spread
from pilot_analysis.words import _, level

PILOT = ARMS.index("pilot")


class Unmatched(NamedTuple):
    """A value of a case-mix column that only the pilot has.

    Attributes:
        by, value: the column and its value.
        contacts: of the pilot; share: of all its contacts.
        judged: the KPIs that were held against their target.
        unjudged: names of the guardrails that could not be.
    """

    by: str
    value: str
    contacts: float
    share: float
    judged: list[Segment]
    unjudged: list[str]


def unmatched_parts(
    metrics: Sequence[Metric], sums: Sums, adjust_for: Sequence[str], confidence: float
) -> list[Unmatched]:
    """Every value of the case-mix columns that the pilot has and a group that it is compared with has not."""
    contacts = sums.measures["contacts"].population
    whole = float(contacts[sums.arm == PILOT].sum())
    found = []
    for by in adjust_for:
        names = sums.cells[by].to_numpy(dtype=object)
        for value in sorted(set(names)):
            part = sums.within(names == value)
            own = part.measures["contacts"].population
            size = float(own[part.arm == PILOT].sum())
            if not size or all((part.arm == group).any() for group in range(sums.groups)):
                continue
            judged, unjudged = [], []
            for m in metrics:
                estimate = against_target(m, part, confidence)
                if estimate is not None:
                    judged.append(Segment(by, str(value), size / whole, estimate, against_target=True))
                elif m.role == "guardrail":
                    unjudged.append(m.name)
            found.append(Unmatched(by, str(value), size, size / whole, judged, unjudged))
    return found


def against_target(metric: Metric, part: Sums, confidence: float) -> Estimate | None:
    """The pilot's mean less the target, or divided by it; None where there is no target, or too little to tell.

    A saving that was agreed is one on what in-house costs, so a KPI with a hurdle has nothing to be held against here.
    """
    target, m = metric.target, part.measures.get(metric.measure)
    if target is None or metric.form != "mean" or metric.why is not None or metric.hurdle is not None or m is None:
        return None
    rows = np.flatnonzero((part.arm == PILOT) & (m.n > 0))
    n, clusters = float(m.n[rows].sum()), len(np.unique(part.cluster[rows]))
    if n < FEWEST or clusters < 2:
        return None
    value = float(m.total[rows].sum()) / n
    if metric.kind == "ratio" and not (value > 0 and target > 0):
        return None
    scale = 1 / value if metric.kind == "ratio" else 1.0
    one = np.ones(1)
    cluster, size, total, scatter = merged_rows(part.cluster[rows], m.n[rows], m.total[rows], m.scatter[rows])
    pilot = ArmSums(
        np.zeros(len(cluster), dtype=np.int64), cluster, size, total * scale, scatter * scale**2, one / n,
        one * value * scale, np.ones((1, 1)) / n, (metric.span or 0.0) * scale,
    )  # fmt: skip
    unknown = one_to_a_cell if metric.measure == "cost" else without_spread
    if metric.span is None and unknown(pilot):
        return None
    spread = clustered_variance([pilot], len(part.clusters))
    apart = float(np.log(value / target)) if metric.kind == "ratio" else value - target
    effect, team = interval(metric, apart, spread, confidence)
    return Estimate(
        metric, (ArmValue(target, 0, 0), ArmValue(value, round(n), clusters)), effect, team,
        variance_fixed=spread.fixed_variance, scores=Scores(part.clusters, spread.scores),
        note=_("judged against the target of {target}").format(target=level(target, metric.unit)),
    )  # fmt: skip
