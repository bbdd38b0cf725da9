"""The customers who rated nothing, as a small table: who was asked, who answered, and what the rest could change."""

from typing import Any, NamedTuple

from pilot_analysis.words import _


class Line(NamedTuple):
    """One share of both arms, as fractions; the difference is pilot - in-house with its interval."""

    label: str
    baseline: float
    pilot: float
    estimate: float | None
    low: float | None
    high: float | None


def lines(review: dict[str, Any]) -> list[Line]:
    """Offered, answered, satisfied, and satisfaction at its two bounds; none where nothing was rated."""
    found = review["nonresponse"]
    if found is None:
        return []
    csat = next(kpi for kpi in review["kpis"] if kpi["id"] == "csat")
    answered = _("Answered, of those offered") if found["of"] == "offered" else _("Rated, of all contacts")
    shown = [
        (_("A survey was offered"), found["offer_rate"]),
        (answered, found["answer_rate"]),
        (_("Satisfied, of those who answered"), csat),
        (
            _("Satisfied, were those silent in the pilot dissatisfied and all others satisfied"),
            found["bounds"]["worst"],
        ),
        (_("Satisfied, were those silent in the pilot satisfied and all others dissatisfied"), found["bounds"]["best"]),
    ]
    return [
        Line(label, rate["baseline"]["value"], rate["pilot"]["value"],
             *(rate["effect"][end] for end in ("estimate", "low", "high")))
        for label, rate in shown
        if rate is not None and rate["baseline"]["value"] is not None and rate["pilot"]["value"] is not None
    ]  # fmt: skip
