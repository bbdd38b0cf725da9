"""The whole review, read from top to bottom: config -> contacts -> KPIs -> estimates -> verdict."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd

from pilot_analysis.config.models import Config
from pilot_analysis.config.policy import Rule
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.checks import agents_in_both_arms, contact_checks, shared_agents_check
from pilot_analysis.contacts.completeness import completeness
from pilot_analysis.contacts.faults import engine_faults
from pilot_analysis.contacts.kept import kept_contacts
from pilot_analysis.contacts.known import with_presets
from pilot_analysis.contacts.table import Contacts, settled, with_ramp_up
from pilot_analysis.costs.ledger import Ledger
from pilot_analysis.costs.pricing import priced
from pilot_analysis.costs.seasons import Seasons, contacts_by_day, seasons
from pilot_analysis.decision.action import Action
from pilot_analysis.decision.actions import actions_for
from pilot_analysis.decision.agents import Funnel, funnels
from pilot_analysis.decision.case_mix import Balance
from pilot_analysis.decision.checks import sums_checks
from pilot_analysis.decision.comments import Comments, comments
from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.estimates import (
    Estimates,
    case_mix_columns,
    cluster_column,
    estimate_all,
    measures_by_day,
    measures_of,
    segment_columns,
)
from pilot_analysis.decision.findings import Findings
from pilot_analysis.decision.gates import Gate, gates_after, load_of
from pilot_analysis.decision.levers import levers_for
from pilot_analysis.decision.money_checks import money_checks
from pilot_analysis.decision.next_steps import next_steps
from pilot_analysis.decision.nonresponse import NonResponse, parity_check
from pilot_analysis.decision.other_verdicts import OtherVerdict, other_verdicts
from pilot_analysis.decision.pre_trend import PreTrend, pre_trend, pre_trend_check
from pilot_analysis.decision.pseudonyms import pseudonyms
from pilot_analysis.decision.robustness import Robustness
from pilot_analysis.decision.routing_plan import against_plan
from pilot_analysis.decision.rules import Tried, decide, default_rules
from pilot_analysis.decision.scope import Part, largest_rest
from pilot_analysis.decision.segments import Segment
from pilot_analysis.decision.stability import Stability, stability_of
from pilot_analysis.decision.steps import steps_check, with_logs
from pilot_analysis.decision.weekly import weekly_checks
from pilot_analysis.decision.weekly_effects import learning_curve, sums_by_week
from pilot_analysis.kpis.measures import measured
from pilot_analysis.kpis.metrics import metrics
from pilot_analysis.kpis.sums import Sums, sum_contacts, sum_phases
from pilot_analysis.stats.clusters import sum_by
from pilot_analysis.words import language


@dataclass(frozen=True)
class Review:
    """A finished review; every number and sentence of the page comes from here.

    Attributes:
        config, contacts: what was reviewed.
        estimates: every KPI, headline first; segments: the same within segments.
        checks: quality of the data and of the comparison.
        rule: the deciding rule, None while interim; tried: every rule and what became of it.
        actions: what to do next, first things first; plan: the steps that follow, in sentences.
        gates: the steps by which the vendor's volume is raised, none where it is not.
        stability: how often the verdict would be the same with other agents like these; None while interim.
        trend: weekly values by KPI and arm; case_mix: how alike the arms' contacts are.
        robustness: the headline KPIs estimated in other ways, by id; other_verdicts: what the rules say of each way.
        shared_agents: share of contacts by agents of both arms, None where the log names no agents.
        cluster: column of the clusters, None for days.
        findings: what the rules were asked about; sums: the small table behind every mean.
        nonresponse: the customers who rated nothing, None where nothing was rated.
        pre_trend: the arms before the pilot, None but for difference-in-differences.
        ledger: every component of the rate cards with what it came to.
        seasons: how volume moves over the months, None where the log is too short.
        agents: every agent's own level, by KPI; learning: pilot against in-house by week, None where the arms are not
            compared side by side.
        completeness: how full the columns that KPIs need are, by arm and week.
        comments: what customers wrote, None where nothing was written or shall be shown.
    """

    config: Config
    contacts: Contacts
    estimates: list[Estimate]
    segments: list[Segment]
    checks: list[Check]
    rule: Rule | None
    tried: list[Tried]
    actions: list[Action]
    plan: list[str]
    gates: list[Gate]
    stability: Stability | None
    trend: pd.DataFrame
    case_mix: Balance
    robustness: dict[str, Robustness]
    other_verdicts: list[OtherVerdict]
    shared_agents: float | None
    cluster: str | None
    findings: Findings
    sums: Sums
    nonresponse: NonResponse | None
    pre_trend: PreTrend | None
    ledger: Ledger
    seasons: Seasons | None
    agents: list[Funnel]
    learning: pd.DataFrame | None
    completeness: pd.DataFrame
    comments: Comments | None

    @property
    def verdict(self) -> str | None:
        """scale, adjust, stop, or None while the pilot runs."""
        return None if self.rule is None else self.rule.verdict

    @cached_property
    def _dict(self) -> dict[str, Any]:
        from pilot_analysis.report.record import record

        with language(self.config.report.language):
            return record(self)

    def agent_averages(self, measure: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """The average of a measure for every cluster, in-house and pilot."""
        m = self.sums.measures[measure]
        found = []
        for arm in (0, 1):
            rows = (self.sums.arm == arm) & (m.n > 0)
            n, total = (sum_by(self.sums.cluster[rows], x[rows], len(self.sums.clusters)) for x in (m.n, m.total))
            found.append(total[n > 0] / n[n > 0])
        return found[0], found[1]

    def to_dict(self) -> dict[str, Any]:
        """Exactly the content of review.json."""
        return self._dict


def review(config: Config) -> Review:
    """Compare the pilot with the baseline and decide.

    Raises:
        Refusal: when the data cannot be used; nothing is written either way.
    """
    from threadpoolctl import threadpool_limits

    # matrices are small here: more threads only wait for each other, and for other pilots' reviews
    with engine_faults(config), language(config.report.language), threadpool_limits(1, "blas"):
        return _reviewed(config)


def _reviewed(config: Config) -> Review:
    config = with_presets(config)
    contacts = kept_contacts(config)
    shared, smallest = agents_in_both_arms(contacts), config.privacy.smallest_cell
    checks = [*contact_checks(contacts, config), shared_agents_check(shared, config.design.comparison, smallest)]
    cluster = cluster_column(config, contacts)
    kpis = metrics(config, contacts)
    table, ledger = priced(measured(contacts, config), contacts, config)
    table = settled(table, contacts.source, "measured")
    checks += ledger.checks
    compared = with_ramp_up(table, contacts.grouping)
    judged = compared.filter(compared.judged)
    adjust_for = case_mix_columns(config, contacts)
    by = list(dict.fromkeys([*adjust_for, *segment_columns(config)]))
    rules = config.decision.rules or default_rules()
    earlier = None
    if config.design.comparison == "difference_in_differences":
        earlier = pre_trend(kpis, table, adjust_for, cluster, config)
        checks.append(pre_trend_check(earlier))

    def summed(part: ir.Table) -> tuple[Sums, Sums | None]:
        return sum_phases(part, by, cluster, measures_of(kpis))

    whole = summed(compared)
    called = pseudonyms(whole[1] or whole[0], contacts.grouping, cluster, config.privacy)

    def assess(part: ir.Table, sums: tuple[Sums, Sums | None], by_day: Sums | None) -> tuple[Estimates, Findings]:
        found = estimate_all(kpis, sums[0].called(called), sums[1], by_day, part, adjust_for, cluster, config, called)
        seen = [*checks, *sums_checks(contacts, config, found, cluster)]
        if found.silent is not None:
            seen.append(parity_check(found.silent, config.design.comparison))
        found = found.validated()
        return found, Findings(
            config, found.estimates, found.segments, seen, contacts.interim, unmatched=found.unmatched, ledger=ledger
        )

    def assess_part(part: Part) -> tuple[Findings, float]:
        rest = part.of(judged)
        remaining, seen = assess(rest, summed(rest), None)
        contacts_of_pilot = found.mix.sums.of_pilot
        return seen, remaining.mix.sums.of_pilot / contacts_of_pilot if contacts_of_pilot else 0.0

    by_day = sum_contacts(with_logs(judged), adjust_for, None, measures_by_day(kpis))
    found, findings = assess(compared, whole, None if cluster is None else by_day)
    weeks = sums_by_week(kpis, table, cluster)
    weekly = found.weekly(weeks, table, kpis)
    until = min(config.pilot.end, *contacts.last.values())
    season = seasons(contacts_by_day(table, contacts), contacts.judged_from, until, config.design.leaves_out)
    later = [
        *weekly_checks(
            weekly, found.estimates, contacts.judged_from, until, against_plan(contacts, config.design.pilot_share)
        ),
        *money_checks(findings, season, contacts.staff),
    ]  # fmt: skip
    sudden = steps_check(by_day, contacts.grouping)
    later += [] if sudden is None else [sudden]
    findings = replace(findings, checks=[*findings.checks, *later])
    findings = replace(findings, rest=largest_rest(findings, assess_part, rules))
    findings = replace(findings, levers=levers_for(findings, found.mix, rules))
    rule, tried = decide(findings, rules)
    side_by_side = config.design.comparison == "concurrent"
    load = load_of(contacts, found.mix)
    gates = gates_after(rule, findings, load)
    actions = [] if rule is None else actions_for(rule, findings, load, gates)
    robustness = found.robustness()
    return Review(
        config=config, contacts=contacts, estimates=list(findings.estimates), segments=found.segments,
        checks=list(findings.checks), rule=rule,
        tried=tried, actions=actions,
        stability=stability_of(findings, rules), plan=next_steps(rule, actions, findings, gates), gates=gates,
        trend=weekly.values, case_mix=found.case_mix, robustness=robustness,
        other_verdicts=other_verdicts(findings, robustness, rules),
        shared_agents=None if shared is None else shared[0],
        cluster=cluster, findings=findings, sums=found.mix.sums, nonresponse=found.silent, pre_trend=earlier,
        seasons=season, ledger=ledger, agents=funnels(findings.estimates, found.mix, cluster),
        learning=learning_curve(kpis, weeks, config.design.confidence) if side_by_side else None,
        completeness=completeness(contacts, config), comments=comments(judged, config.report.comments),
    )  # fmt: skip
