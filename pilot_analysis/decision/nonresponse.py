"""Customers who rated nothing: answer rates of the arms, worst-case bounds, and the tipping point of satisfaction.

What is known of silent customers is only how many there are. Three things follow from that:

- Parity: arms in which very different shares of the customers are heard cannot be compared. One direction of the
  bias is assumed, and only ever against the pilot: dissatisfied customers are the ones who are not asked or do not
  answer where an arm hears from fewer. So where the pilot hears from fewer, its satisfaction can be flattered and
  hardly understated, and harm that shows nevertheless stands.
- Bounds: satisfaction if every silent customer of one arm had been satisfied and every one of the other dissatisfied
  (Manski, Am Econ Rev 80 (1990) 319): what holds whatever silent customers think.
- Tipping point: how much less satisfied the pilot's silent customers would have to be than its customers who answered,
  with in-house ones alike, for the state to change (Yan, Lee and Li, J Biopharm Stat 19 (2009) 1085).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from pilot_analysis.contacts.check import Check, Status
from pilot_analysis.decision.contrast import SIGN
from pilot_analysis.decision.estimate import Estimate, State
from pilot_analysis.decision.means import CaseMix, mean_estimate
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.sums import Floats, MeasureSums
from pilot_analysis.words import _, joined, percent, points

RAISING = (1, 2)  # groups whose level raises the effect: the pilot, and in-house before it; see GROUPS
PARITY = 0.10  # largest difference of answer rates, as a share of the in-house rate


class Turn(NamedTuple):
    """Where the state of satisfaction changes, as the pilot's silent customers become less satisfied.

    Attributes:
        better, worse: the states on both sides.
        unhappier: how much less satisfied (a fraction) than those who answered; negative: more satisfied.
        possible: whether the silent ones' satisfaction then lies between 0 and 1.
    """

    better: State
    worse: State
    unhappier: float
    possible: bool


@dataclass(frozen=True)
class NonResponse:
    """What is known of the customers who rated nothing; every share is on the pilot's case mix.

    Attributes:
        csat: satisfaction as estimated from the answers.
        answered: answers, of the surveys offered where both arms' logs know them, else of the contacts.
        offered: surveys offered, of the contacts; None where the log does not know.
        rated: answers, of the contacts.
        worst, best: satisfaction were the silent customers of the pilot all dissatisfied and in-house ones all
            satisfied, and the reverse.
        parity: how the check stands.
        flatters_pilot: whether the pilot's customers were heard less often by the rule of parity.
        turns: where the state changes, from the best states on.
    """

    csat: Estimate
    answered: Estimate
    offered: Estimate | None
    rated: Estimate
    worst: Estimate
    best: Estimate
    parity: Status
    flatters_pilot: bool
    turns: Sequence[Turn]

    @property
    def tipping(self) -> Turn | None:
        """The turn on which the KPI's say in the verdict rests: a goal's gain, a guardrail's holding, a harm's end."""
        if not self.turns:
            return None
        return self.turns[0 if self.csat.metric.role == "goal" else 2 if self.csat.state == "harm" else 1]

    @property
    def why(self) -> str:
        """Why satisfaction is not measured where parity failed."""
        parts = (
            (self.offered, _("{pilot} of the pilot's customers and {baseline} of {others} were asked")),
            (self.answered, _("{pilot} of the pilot's customers and {baseline} of {others} answered")),
        )
        failed = [(rate, text) for rate, text in parts if rate is not None and _parity(rate) == "fail"]
        shares = joined([_in_arms(rate, text, _("the others")) for rate, text in failed])
        return _("{shares}: too unlike to be compared").format(shares=shares)

    @property
    def harm_stands(self) -> str | None:
        """Why harm to satisfaction stands although its parity failed; None where it does not."""
        if self.parity != "fail" or not self.flatters_pilot:
            return None
        return _(
            "Fewer of the pilot's customers were heard, which can only flatter it (assuming that the dissatisfied are "
            "the ones missing), so the harm stands."
        )


def nonresponse(csat: Estimate | None, mix: CaseMix, confidence: float) -> NonResponse | None:
    """The silent customers of a review; None where nothing was rated.

    Args:
        csat: satisfaction as estimated from the answers.
        mix: sums with the measures csat and answered, and offered where both arms' logs know it.
        confidence: of every two-sided interval.
    """
    measures = mix.sums.measures
    if csat is None or csat.metric.why is not None or not measures["csat"].n.sum():
        return None
    own = measures["csat"]
    silent = own.population - own.n  # a contact that was merged into another is neither: that one is asked
    for_pilot = np.array(SIGN)[mix.sums.arm] > 0  # groups whose satisfaction adds to the effect
    made = {
        "rated": _shares(own.population, own.n),
        "worst": _shares(own.population, np.where(for_pilot, own.total, own.total + silent)),
        "best": _shares(own.population, np.where(for_pilot, own.total + silent, own.total)),
    }
    wider = CaseMix(replace(mix.sums, measures={**measures, **made}), list(mix.cells.columns))

    def share(measure: str) -> Estimate:
        metric = Metric(
            measure,
            "",
            "fraction",
            "higher",
            "difference",
            "mean",
            "secondary",
            csat.metric.margin,
            None,
            None,
            measure,
        )
        return mean_estimate(metric, wider, confidence, influence=False)

    answered, rated = share("answered"), share("rated")
    offered = share("offered") if "offered" in measures else None
    rates = [answered] if offered is None else [answered, offered]
    found = [_parity(rate) for rate in rates]
    failed = [rate for rate, status in zip(rates, found, strict=True) if status == "fail"]
    return NonResponse(
        csat, answered, offered, rated, share("worst"), share("best"),
        parity="fail" if failed else "warn" if "warn" in found else "pass",
        flatters_pilot=bool(failed) and all(r.effect is not None and r.effect.estimate < 0 for r in failed),
        turns=_turns(csat, rated),
    )  # fmt: skip


def parity_check(found: NonResponse, comparison: str = "concurrent") -> Check:
    """Whether alike shares of both arms' customers were asked and answered."""
    parts = []
    others = {
        "before_after": _("the earlier ones"), "difference_in_differences": _("the ones to be expected"),
    }.get(comparison, _("the in-house ones"))  # fmt: skip
    if found.offered is not None:
        text = _("A survey was offered to {pilot} of the pilot's contacts and {baseline} of {others}.")
        parts.append(_in_arms(found.offered, text, others))
        text = _("Of those offered, {pilot} of the pilot's and {baseline} of {others} were answered.")
    else:
        text = _("{pilot} of the pilot's contacts and {baseline} of {others} were rated.")
    parts.append(_in_arms(found.answered, text, others))
    if found.parity == "fail":
        parts.append(_("Such different shares of silent customers make satisfaction incomparable."))
    if found.parity != "pass" and found.tipping is not None:
        parts.append(tipping_sentence(found))
    return Check("survey_parity", found.parity, " ".join(part for part in parts if part))


def _in_arms(rate: Estimate, text: str, others: str) -> str:
    if rate.arms is None:
        return ""
    return text.format(pilot=percent(rate.arms[1].value), baseline=percent(rate.arms[0].value), others=others)


def tipping_sentence(found: NonResponse) -> str:
    """How unlike the pilot's silent customers would have to be for satisfaction to be read differently."""
    turn = found.tipping
    if turn is None:
        return _("No silent customers could change how satisfaction is read.")
    gap = points(abs(turn.unhappier))
    if turn.unhappier >= 0:
        lost = (
            _("satisfaction would no longer be shown to be better") if turn.better == "superior"
            else _("satisfaction would no longer be shown to hold") if turn.worse == "inconclusive"
            else _("satisfaction would be shown to be worse beyond the margin")
        )  # fmt: skip
        if not turn.possible:
            return _(
                "Even if every silent customer of the pilot were dissatisfied, with silent in-house ones like those "
                "who answered, satisfaction would be read in the same way."
            )
        return _(
            "If the pilot's silent customers were {gap} less satisfied than those who answered, with no such gap "
            "in-house, {lost}."
        ).format(gap=gap, lost=lost)
    gained = (
        _("satisfaction be shown to be better") if turn.better == "superior"
        else _("satisfaction be shown to hold") if turn.worse == "inconclusive"
        else _("the harm no longer be shown")
    )  # fmt: skip
    if not turn.possible:
        return _(
            "Not even if every silent customer of the pilot were satisfied, with silent in-house ones like those who "
            "answered, would {gained}."
        ).format(gained=gained)
    return _(
        "Only if the pilot's silent customers were {gap} more satisfied than those who answered, with no such gap "
        "in-house, would {gained}."
    ).format(gap=gap, gained=gained)


def _shares(n: Floats, total: Floats) -> MeasureSums:
    """A yes or no that each of `n` contacts has: `total` of them say yes."""
    scatter = total - np.divide(total**2, n, out=np.zeros_like(total), where=n > 0)
    return MeasureSums(n, n, total, np.maximum(scatter, 0.0))


def _parity(rate: Estimate) -> Status:
    """fail: further apart than PARITY of the in-house rate, and not by chance; warn: perhaps by chance."""
    if rate.arms is None:
        return "pass"
    base, pilot = rate.arms
    if abs(pilot.value - base.value) <= PARITY * base.value:
        return "pass"
    shown = rate.effect is not None and (rate.effect.low > 0 or rate.effect.high < 0)
    return "fail" if shown else "warn"


def _turns(csat: Estimate, rated: Estimate) -> list[Turn]:
    """Silent customers who are less satisfied by d lower the pilot's value, and both ends of the interval, by d
    times their share; the share is taken as known."""
    if csat.effect is None or csat.arms is None or rated.arms is None:
        return []
    silent = 1 - rated.arms[1].value
    if silent < 1e-9:
        return []
    margin, level = csat.metric.margin or 0.0, csat.arms[1].value
    low, high = csat.effect.benefit_low, csat.effect.benefit_high
    steps: list[tuple[State, State, float]] = [
        ("superior", "non_inferior", low),
        ("non_inferior", "inconclusive", low + margin),
        ("inconclusive", "harm", high + margin),
    ]
    return [Turn(better, worse, d / silent, 0.0 <= level - d / silent <= 1.0) for better, worse, d in steps]
