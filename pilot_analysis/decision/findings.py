"""What the rules are asked about: estimates, segments, checks, and what was recomputed from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pilot_analysis.config.models import Config
from pilot_analysis.config.policy import Verdict
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.table import ARMS
from pilot_analysis.costs.ledger import Ledger
from pilot_analysis.costs.projection import Terms
from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.no_counterpart import Unmatched
from pilot_analysis.decision.segments import Segment
from pilot_analysis.stats.intervals import holm

COSTS = ("cost_per_contact", "cost_per_resolution")
SURVEYED = ("csat", "csat_mean", "nps")  # known only of customers who answered
STRICTER = 0.001  # two-sided level of the only harm that may stop a pilot before its end


@dataclass(frozen=True)
class Half:
    """What one half of the days says of a part that is kept out.

    Attributes:
        days: which half, odd or even days of the calendar.
        by, value: the part; kpi: the guardrail it harms.
        benefit: estimate in this half alone, on the benefit scale; None where it could not be formed.
        beyond: whether it lies beyond the margin.
    """

    days: Literal["odd", "even"]
    by: str
    value: str
    kpi: str
    benefit: float | None
    beyond: bool


@dataclass(frozen=True)
class Rest:
    """The pilot without the segments in which harm is shown.

    Attributes:
        kept_out: the segments, one for each KPI that is harmed there.
        share: of the pilot's contacts that remain.
        findings: what the remaining contacts alone say.
        verdict, rule: what the rules give for them; passes: scale, and each half of the days agrees about what is
            kept out; why: a sentence.
        halves: the parts kept out as each half of the days has them.
    """

    kept_out: Sequence[Segment]
    share: float
    findings: "Findings"
    verdict: Verdict | None
    rule: str | None
    passes: bool
    why: str
    halves: Sequence[Half] = ()

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The columns and values kept out, each once."""
        return list(dict.fromkeys((s.by, s.value) for s in self.kept_out))


@dataclass(frozen=True)
class Lever:
    """A change to the pilot, recomputed through the same rules.

    Attributes:
        code: as an action's; text: the change and what it would do, in a sentence.
        value, unit: its number.
        effort: the change relative to what is now, to compare levers.
        verdict, rule: what the rules give with it.
    """

    code: str
    text: str
    value: float
    unit: str
    effort: float
    verdict: Verdict | None
    rule: str | None


@dataclass(frozen=True)
class Findings:
    """Everything on which rules may be built."""

    config: Config
    estimates: Sequence[Estimate]
    segments: Sequence[Segment]
    checks: Sequence[Check]
    interim: bool
    rest: Rest | None = None
    levers: Sequence[Lever] = ()
    unmatched: Sequence[Unmatched] = ()
    ledger: Ledger | None = None

    @property
    def terms(self) -> Terms | None:
        """What a contact costs in both arms, with the lines behind it; None where the costs have no interval."""
        cost = self.estimate("cost_per_contact")
        if cost is None or cost.arms is None or cost.effect is None:
            return None
        base, pilot = (arm.value for arm in cost.arms)
        lines = [() if self.ledger is None else self.ledger.of(arm) for arm in ARMS]
        return Terms(base, pilot, base * cost.effect.low, base * cost.effect.high, *lines)

    @property
    def failed(self) -> list[Check]:
        """Checks that failed."""
        return [c for c in self.checks if c.status == "fail"]

    @property
    def guardrails(self) -> list[Estimate]:
        """KPIs that must hold."""
        return [e for e in self.estimates if e.metric.role == "guardrail"]

    @property
    def goals(self) -> list[Estimate]:
        """KPIs that must be met; cost per resolution only where it was measured."""
        return [
            e for e in self.estimates
            if e.metric.role == "goal" and (e.metric.id != "cost_per_resolution" or e.state != "not_measured")
        ]  # fmt: skip

    def estimate(self, kpi: str) -> Estimate | None:
        """The estimate of a KPI."""
        return next((e for e in self.estimates if e.metric.id == kpi), None)

    @property
    def alpha(self) -> float:
        """One-sided level."""
        return (1 - self.config.design.confidence) / 2

    def harmed(self) -> list[Estimate]:
        """Guardrails of quality that are worse beyond their margin; in an interim review at STRICTER."""
        found = []
        for e in self.guardrails:
            if e.metric.id in COSTS or e.state != "harm":
                continue
            assert e.effect is not None
            level = STRICTER / 2 if self.interim else self.alpha
            if e.effect.p_below(-(e.metric.margin or 0.0), e.metric.kind) < level:
                found.append(e)
        return found

    def goals_unmet(self) -> list[Estimate]:
        """Goals that are not shown to be met; quality goals by Holm."""
        quality = [e for e in self.goals if e.metric.id not in COSTS]
        p_values = [e.effect.p_superior if e.effect is not None and e.why is None else 1.0 for e in quality]
        unmet = {e.metric.id for e, p in zip(quality, holm(p_values), strict=True) if not p < self.alpha}
        return [e for e in self.goals if (e.metric.id in unmet if e in quality else not e.hurdle_met)]

    def harmed_segments(self) -> list[Segment]:
        """Segments in which harm to a guardrail is shown."""
        return [s for s in self.segments if s.harm and s.estimate.metric.role == "guardrail"]
