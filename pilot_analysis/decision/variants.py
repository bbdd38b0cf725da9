"""The same KPIs estimated in other defensible ways: does the result hang on one choice?

Every variant is arithmetic on the sums of the one scan (and of one more, for days as clusters); none decides.
"""

from dataclasses import dataclass

import numpy as np

from pilot_analysis.decision.estimate import ArmValue, Estimate, Influence
from pilot_analysis.decision.means import CaseMix, mean_estimate, per_resolution_estimate
from pilot_analysis.kpis.clusters import NO_CLUSTER
from pilot_analysis.kpis.measures import WINDOWS, window_measure
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.stats.intervals import effect, t_quantile
from pilot_analysis.words import _, count

HEADLINE = ("csat", "fcr", "cost_per_contact", "response_time", "response_time_p90", "cost_per_resolution")


@dataclass(frozen=True)
class Variant:
    """One KPI estimated in another way.

    Attributes:
        name: fixed; the same choice has the same name in every KPI.
        label: what a row of a table says; phrase: the same inside a sentence ("leaving out agent A17").
        estimate: as the decided one, so that rules can be put to it.
        valid: False for what is shown only as a contrast and says nothing about the pilot.
    """

    name: str
    label: str
    phrase: str
    estimate: Estimate
    valid: bool = True

    @property
    def why(self) -> str | None:
        """Why it could not be computed, None where it was."""
        return self.estimate.why


@dataclass(frozen=True)
class OtherMixes:
    """What variants need besides the case mix that decides.

    Attributes:
        with_ramp_up: with the ramp-up's contacts, None without a ramp-up; ramp_up_days: its length.
        by_day: with an arm's day as the cluster, None where days decide already.
        cluster: column of the clusters that decide, None for days.
    """

    with_ramp_up: CaseMix | None
    ramp_up_days: int
    by_day: CaseMix | None
    cluster: str | None


def mean_variants(e: Estimate, mix: CaseMix, others: OtherMixes, confidence: float) -> list[Variant]:
    """The variants of a mean, a share, a cost or a cost per resolution; the decided one first."""
    found = [decided(e)]
    if e.effect is None or e.why is not None:
        return found
    sums, m = mix.sums, e.metric

    def again(other: CaseMix) -> Estimate:
        if m.form == "per_resolution":
            return per_resolution_estimate(m, other, confidence, influence=False)
        return mean_estimate(m, other, confidence, influence=False)

    if mix.by:
        found.append(without_case_mix(again(CaseMix(sums.only([m.measure, "fcr", "passed_on"]), []))))
    if e.method == "main_effects":
        found.append(every_cell(again(mix.by_model("cells"))))
    elif len(mix.by) > 1:
        found.append(additive_model(again(mix.by_model("main_effects"))))
    if others.with_ramp_up is not None:
        found.append(with_ramp_up(again(others.with_ramp_up), others.ramp_up_days))
    found += without_cluster(e.influence, others.cluster)
    if m.id == "fcr":
        windows = {n: sums.measures[window_measure(n)] for n in WINDOWS if window_measure(n) in sums.measures}
        found += [other_window(again(mix.with_measures({"fcr": fcr})), n) for n, fcr in windows.items()]
    if others.by_day is not None:
        found.append(days_as_clusters(again(others.by_day)))
    n = sums.measures.get(f"naive_{m.measure}", sums.measures[m.measure]).n
    seen = [round(float(n[sums.arm == arm].sum())) for arm in (0, 1)]
    return found + naive(e, (seen[0], seen[1]), confidence)


def decided(e: Estimate) -> Variant:
    """The estimate on which the verdict rests."""
    return Variant("decided", _("As decided"), _("as decided"), e)


def without_case_mix(e: Estimate) -> Variant:
    """Crude, with the clustered interval."""
    return Variant("crude", _("Without the case mix"), _("leaving the case mix out"), e)


def additive_model(e: Estimate) -> Variant:
    """Main effects where cells decide."""
    return Variant("main_effects", _("Additive model of the case mix"), _("with an additive model of the case mix"), e)


def every_cell(e: Estimate) -> Variant:
    """Cells where main effects decide."""
    return Variant("cells", _("Every case-mix cell by itself"), _("with every case-mix cell by itself"), e)


def with_ramp_up(e: Estimate, days: int) -> Variant:
    """The ramp-up counted."""
    label = _("With the {n} days of ramp-up").format(n=count(days))
    return Variant("with_ramp_up", label, _("counting the ramp-up"), e)


def without_cluster(influence: Influence | None, column: str | None) -> list[Variant]:
    """Without the cluster that moves the result most, where there is one; customers are not named."""
    if influence is None or influence.without is None:
        return []
    cluster = influence.cluster
    if column == "customer_id" and not cluster.startswith(NO_CLUSTER):
        name = _("one customer")
    else:
        name = cluster.removeprefix(NO_CLUSTER)
    label = _("Without {cluster}, which moves it most").format(cluster=name)
    phrase = _("leaving out {cluster}").format(cluster=name)
    return [Variant("without_most_influential", label, phrase, influence.without)]


def other_window(e: Estimate, days: int) -> Variant:
    """First contact resolution with another window."""
    n = count(days)
    if e.arms is None or min(arm.n for arm in e.arms) == 0:
        e = Estimate(e.metric, why=_("the log is too short to look {n} days back and ahead of a contact").format(n=n))
    label = _("No repeat within {n} days").format(n=n) if days > 1 else _("No repeat within a day")
    phrase = _("counting repeats within {n} days").format(n=n) if days > 1 else _("counting repeats within a day")
    return Variant(f"window_{days}", label, phrase, e)


def days_as_clusters(e: Estimate) -> Variant:
    """Contacts of a day resemble each other, those of an agent do not."""
    return Variant("days", _("Days as clusters"), _("with days as clusters"), e)


def naive(e: Estimate, n: tuple[int, int], confidence: float) -> list[Variant]:
    """What a spreadsheet would say, as a contrast; none where it has no interval."""
    plain, m = e.naive, e.metric
    if plain is None or plain.low is None or plain.high is None:
        return []
    ratio = m.kind == "ratio"
    if ratio and not plain.low > 0:
        return []
    middle, low, high = (float(np.log(x)) if ratio else x for x in (plain.estimate, plain.low, plain.high))
    se = (high - low) / 2 / t_quantile(confidence, np.inf)
    found = effect(middle, se, np.inf, kind=m.kind, better=m.better, margin=m.margin, confidence=confidence)
    gains = sorted(_benefit(m, x) for x in (plain.low, plain.high))
    found = found._replace(low=plain.low, high=plain.high, benefit_low=gains[0], benefit_high=gains[1])
    arms = (ArmValue(plain.baseline, n[0], n[0]), ArmValue(plain.pilot, n[1], n[1]))
    label = _("Every contact independent (not valid)")
    return [Variant("naive", label, _("with every contact independent"), Estimate(m, arms, found), valid=False)]


def _benefit(m: Metric, x: float) -> float:
    """An effect on the benefit scale."""
    return 1 - x if m.kind == "ratio" else x if m.better == "higher" else -x
