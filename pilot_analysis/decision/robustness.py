"""Whether a result survives other defensible choices, and how far its limit could move before it turns."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Literal, NamedTuple

from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.variants import Variant
from pilot_analysis.words import _, benefit, count, joined

Standing = Literal["held", "met", "open", "harm"]


@dataclass(frozen=True)
class Robustness:
    """The variants of one KPI beside its decided estimate, which is the first of them."""

    variants: Sequence[Variant]

    @property
    def decided(self) -> Estimate:
        """The estimate on which the verdict rests."""
        return self.variants[0].estimate

    @property
    def others(self) -> list[Variant]:
        """What was computed besides, without what is only a contrast."""
        return [v for v in self.variants[1:] if v.valid and v.why is None]

    def same_state(self, v: Variant) -> bool | None:
        """Whether a variant gives the decided state; None where it could not be computed."""
        return None if v.why is not None else v.estimate.state == self.decided.state

    @property
    def turned(self) -> list[Variant]:
        """Variants under which a guardrail would no longer (or now) be shown to hold, a goal to be met."""
        now = standing(self.decided)
        return [] if now is None else [v for v in self.others if standing(v.estimate) != now]


def standing(e: Estimate) -> Standing | None:
    """What rules make of an estimate: a guardrail held, a goal met, harm, or open; None where nothing hangs on it."""
    if e.metric.role == "secondary" or e.state == "not_measured":
        return None
    if e.state == "harm":
        return "harm"
    if e.metric.role == "goal":
        return "met" if e.hurdle_met else "open"
    return "held" if e.state in ("superior", "non_inferior") else "open"


class Room(NamedTuple):
    """How far a limit could move before the result turns; everything on the benefit scale, above 0.

    Attributes:
        limit: margin (of a guardrail) or hurdle (of a goal); value: as agreed.
        holds_above: the guardrail is shown to hold for any larger margin; 0 where it holds for any.
        harm_below: harm is shown for any smaller margin; None where for none.
        met_below: the goal is met for any smaller hurdle; None where for none.
        turns_at: where the limit would have to be for the result to turn, the nearest; None where it never does.
        text: the same in words.
    """

    limit: Literal["margin", "hurdle"]
    value: float
    holds_above: float | None
    harm_below: float | None
    met_below: float | None
    turns_at: float | None
    text: str


def room(e: Estimate) -> Room | None:
    """The room of an estimate's limit, exactly from its interval; None without an interval or without a limit.

    A margin m asks for low > -m, so the result turns at m = -low, and from inconclusive to harm at m = -high.
    """
    if e.effect is None or e.why is not None or e.metric.role == "secondary":
        return None
    low, high = e.effect.benefit_low, e.effect.benefit_high
    if e.metric.role == "goal":
        hurdle = e.metric.hurdle or 0.0
        met = low if low > 0 else None
        return Room("hurdle", hurdle, None, None, met, met, _goal_text(e, hurdle, met))
    if e.metric.margin is None:
        return None
    margin = e.metric.margin
    holds, harm = max(0.0, -low), -high if high < 0 else None
    ends = [x for x in (holds if low <= 0 else None, harm) if x is not None]
    turns = min(ends, key=lambda x: abs(x - margin), default=None)
    return Room("margin", margin, holds, harm, None, turns, _margin_text(e, margin, holds, harm))


def _goal_text(e: Estimate, hurdle: float, met: float | None) -> str:
    if met is None:
        return _("Not met, however low the minimum.")
    at = _written(e, met, hurdle, up=False)
    return (
        _("Met for any minimum below {limit}.") if met > hurdle else _("Would be met with a minimum below {limit}.")
    ).format(limit=at)


def _margin_text(e: Estimate, margin: float, holds: float, harm: float | None) -> str:
    if holds == 0:
        return _("Holds for any margin.")
    above = _written(e, holds, margin, up=True)
    if holds < margin:
        return _("Holds for any margin above {limit}.").format(limit=above)
    if harm is None:
        return _("Would hold with a margin above {limit}.").format(limit=above)
    below = _written(e, harm, margin, up=False)
    text = (
        _("Worse for any margin below {below}; would hold with a margin above {above}.")
        if harm > margin
        else _("Would hold with a margin above {above}; would be worse beyond a margin below {below}.")
    )
    return text.format(below=below, above=above)


def _written(e: Estimate, x: float, limit: float, *, up: bool) -> str:
    """A limit, rounded to the side on which the sentence is true, with digits enough to tell it from the agreed one."""
    m = e.metric
    size, least = (1, 2) if m.unit == "score" and m.kind == "difference" else (100, 1)
    for digits in range(least, least + 3):
        scaled = round(x * size * 10**digits, 6)
        shown = (ceil(scaled) if up else floor(scaled)) / size / 10**digits
        if round(shown - limit, 9):
            break
    return benefit(shown, m.unit, m.kind, digits, signed=False)


def kpi_sentence(r: Robustness) -> str:
    """How many variants agree, and which do not."""
    others = r.others
    if not others:
        return ""
    apart = [v for v in others if not r.same_state(v)]
    if not apart:
        return _("All {n} variants give the same state.").format(n=count(len(others)))
    return _("{same} of {n} variants give the same state; another one: {names}.").format(
        same=count(len(others) - len(apart)), n=count(len(others)), names=joined([v.phrase for v in apart])
    )


def caveat(r: Robustness) -> str | None:
    """What a reader of the verdict must know: that it hangs on a choice; None where it does not."""
    turned = r.turned
    if not turned:
        return None
    text = (
        _("The result on {kpi} is open; {variants} it would be another.")
        if standing(r.decided) == "open"
        else _("The result on {kpi} does not survive {variants}.")
    )
    return text.format(kpi=r.decided.metric.name, variants=joined([v.phrase for v in turned]))
