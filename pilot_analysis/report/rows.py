"""One KPI as a reader meets it: its effect, the one limit that applies to it, and what that shows.

Table row, capsule, figure and text alternative are all made from the same `Row`, so they cannot disagree.
"""

from dataclasses import dataclass
from math import isclose
from typing import Any

from pilot_analysis import words
from pilot_analysis.report import wording
from pilot_analysis.report.wording import Named
from pilot_analysis.words import _

FILLED_UNITS = 1.5


@dataclass(frozen=True)
class Row:
    """An effect on the benefit scale (+ is better) beside its limit.

    Attributes:
        label: what is measured.
        unit: fraction, seconds, score or a currency code.
        kind: difference or ratio.
        estimate, low, high: the effect and its interval; None where unknown or unbounded.
        limit: where the interval must stay above, on the same scale; None where nothing is asked.
        limit_kind: `worst` (the worst acceptable, from a margin) or `hurdle` (what a goal must exceed).
        result: what the interval shows against the limit.
        others: what it is held against, as in "better than ..."; empty is in-house.
    """

    label: str
    unit: str
    kind: str
    estimate: float | None
    low: float | None
    high: float | None
    limit: float | None
    limit_kind: str | None
    result: Named
    others: str = ""

    @property
    def digits(self) -> int:
        """Decimals that the interval supports; more where rounding would hide the side of the limit."""
        return words.digits_of(self.low, self.high, self.limit, self.unit, self.kind)

    def written(self, x: float | None, *, bare: bool = False) -> str:
        """A number of this row on the benefit scale, signed; `bare` leaves out the unit `points`."""
        if bare and self.kind != "ratio" and self.unit == "fraction":
            return words.decimal(None if x is None else x * 100, self.digits, signed=True)
        return words.benefit(x, self.unit, self.kind, self.digits)

    @property
    def effect_text(self) -> str:
        """The estimate with its unit."""
        return self.written(self.estimate)

    @property
    def interval_text(self) -> str:
        """The interval, empty where there is none or where two prices leave it no width; an unbounded end says so."""
        if self.low is None and self.high is None:
            return ""
        if self.low is not None and self.high is not None and isclose(self.low, self.high, abs_tol=words.TINY):
            return ""
        low = _("unbounded") if self.low is None else self.written(self.low, bare=True)
        high = _("unbounded") if self.high is None else self.written(self.high, bare=True)
        return _("{low} to {high}").format(low=low, high=high)

    @property
    def limit_text(self) -> str:
        """The limit in words, empty where nothing is asked."""
        if self.limit is None:
            return ""
        if self.limit_kind == "worst":
            if self.limit == 0:
                return _("not worse than {others}").format(others=self.others or _("in-house"))
            return _("at worst {limit}").format(limit=self.written(self.limit))
        if self.limit == 0:
            return _("better than {others}").format(others=self.others or _("in-house"))
        return _("above {limit}").format(limit=self.written(self.limit))

    @property
    def spoken(self) -> str:
        """The whole row as one sentence, for who cannot see the drawing."""
        if self.estimate is None:
            return _("{label}: {result}.").format(label=self.label, result=self.result.word)
        effect = f"{self.effect_text} ({self.interval_text})" if self.interval_text else self.effect_text
        limit = self.limit_text or _("none")
        sentence = _("{label}: {effect}; limit: {limit}; {result}.")
        return sentence.format(label=self.label, effect=effect, limit=limit, result=self.result.word)

    @property
    def unit_size(self) -> float:
        """One decision unit on the benefit scale: the distance from no effect to the limit.

        A row without a limit, or with its limit at no effect, is scaled to fill its own interval.
        """
        if self.limit:
            return abs(self.limit)
        ends = [abs(x) for x in (self.estimate, self.low, self.high) if x is not None]
        return (max(ends, default=0.0) / FILLED_UNITS) or 1.0

    def units(self, x: float | None) -> float | None:
        """`x` in decision units: 0 as in-house, -1 the worst acceptable, +1 the goal's hurdle."""
        return None if x is None else x / self.unit_size


def limit(kpi: dict[str, Any]) -> tuple[float | None, str | None]:
    """The one limit that applies to a KPI on the benefit scale, and whether it is a `worst` or a `hurdle`."""
    if kpi["role"] == "goal":
        return kpi["hurdle"] or 0.0, "hurdle"
    if kpi["margin"] is None:
        return None, None
    return -kpi["margin"] or 0.0, "worst"


def result(role: str, state: str, benefit: dict[str, Any], bar: float | None, *, interim: bool) -> Named:
    """What an interval shows: a goal is met or not, another KPI held or not; before the end only a course.

    A secondary measure has no course, as nobody said where it has to end; harm to it is watched.
    """
    estimate, low, high = benefit["estimate"], benefit["low"], benefit["high"]
    if state == "not_measured" or estimate is None:
        return wording.state("not_measured")
    if interim:
        if role == "secondary" and state != "harm":
            return Named(_("Not judged"), "none", "dash")
        on_course = estimate >= bar if role == "goal" and bar is not None else state not in ("harm", "inconclusive")
        return Named(_("On course"), "none", "on") if on_course else Named(_("Watch"), "warn", "watch")
    if role == "goal" and bar is not None:
        if low is not None and low > bar:
            return Named(_("Met"), "good", "check")
        if high is not None and high < bar:
            return Named(_("Not met"), "bad", "cross")
        return wording.state("inconclusive")
    named = wording.state(state)
    if role == "secondary" and state == "inconclusive":
        return named._replace(tone="none")  # nothing hangs on it
    return named


def row(
    kpi: dict[str, Any],
    *,
    interim: bool,
    benefit: dict[str, Any] | None = None,
    state: str | None = None,
    label: str | None = None,
    others: str = "",
) -> Row:
    """The row of a KPI, or with `benefit`, `state` and `label` that of one of its segments."""
    bar, kind_of_limit = limit(kpi)
    shown = benefit or kpi["benefit"]
    return Row(
        label=wording.plain(label or kpi["label"]),
        unit=kpi["unit"],
        kind=kpi["effect"]["kind"],
        estimate=shown["estimate"],
        low=shown["low"],
        high=shown["high"],
        limit=bar,
        limit_kind=kind_of_limit,
        result=result(kpi["role"], state or kpi["state"], shown, bar, interim=interim),
        others=others,
    )


def by_kpi(review: dict[str, Any]) -> dict[str, Row]:
    """The rows of a review by KPI id, in its order."""
    interim = review["verdict"] is None
    others = wording.compared_with(review["pilot"]).lower()
    return {kpi["id"]: row(kpi, interim=interim, others=others) for kpi in review["kpis"]}
