"""The costs of a review as plain data: components, savings, what would change them, and the bridge."""

from collections.abc import Sequence
from dataclasses import asdict, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from pilot_analysis.contacts.table import ARMS
from pilot_analysis.decision.findings import Findings
from pilot_analysis.decision.gates import Gate
from pilot_analysis.decision.savings import Savings, savings
from pilot_analysis.words import _, count

if TYPE_CHECKING:
    from pilot_analysis.review import Review


def cost_record(review: "Review", of: Findings, share: float = 1.0, gates: Sequence[Gate] = ()) -> dict[str, Any]:
    """Costs and money of the whole pilot, or of a part with its share of the contacts; `gates` if it is scaled."""
    cost = of.estimate("cost_per_contact")
    known = {"currency": review.config.costs.currency, "components": _components(review), "together": _together(review)}
    terms, found = of.terms, savings(of, review.seasons, share, gates)
    if terms is None or found is None:
        return known | {"why": None if cost is None else cost.why}
    return known | {
        "baseline": {"per_contact": terms.in_house},
        "pilot": {"per_contact": terms.pilot},
        "saving_per_contact": terms.saving._asdict(),
        "saving_per_contact_to_come": found.per_contact._asdict(),
        "contacts_per_year": found.per_month * 12,
        "saving_per_year": found.year._asdict(),
        "saving_per_month": found.month._asdict(),
        "volume": {"per_month": found.per_month, "source": found.source, "pilot_per_month": found.pilot_per_month},
        "fee_per_contact": found.fee,
        "other_per_contact": found.other,
        "stranded_per_contact": found.stranded,
        "roi": found.roi,
        "first_year": _tree(found.first_years),
        "at_gates": _tree(found.at_gates),
        "one_off": {"total": found.one_off, "payback_months": found.payback, "payback_months_low": found.payback_low},
        "break_even": _tree(found.break_even),
        "least_volume": found.least_volume,
        "sensitivity": _tree(found.sensitivities),
        "seasonality": _seasonality(review, found),
        "worth": _tree(found.worth),
        "worth_because": None if (value := review.config.costs.value_of_point) is None else value.because,
        "bridge": {
            "per_contact": _tree(found.per_contact_steps), "per_resolution": _tree(found.per_resolution_steps),
        },
    }  # fmt: skip


def cost_assumptions(cost: dict[str, Any]) -> list[str]:
    """What the money of a cost record takes for granted, in sentences."""
    if "volume" not in cost:
        return []
    volume = cost["volume"]
    text = (
        _("Money a year is for {n} contacts a month, the volume to be scaled that the config states.")
        if volume["source"] == "config"
        else _("Money a year is at the pilot's own volume, {n} contacts a month.")
    )
    found = [text.format(n=count(volume["per_month"]))]
    found.append(_(
        "It has no buffer: 10 to 20% on the fees stand in the first year alone. One-off costs are spread over their "
        "months."
    ))  # fmt: skip
    if cost["stranded_per_contact"]:
        found.append(
            _("What in-house goes on paying after the work has gone is not saved: money a year leaves it out.")
        )
    return found


def _components(review: "Review") -> list[dict[str, Any]]:
    """The lines of the ledger, each with its line in the config and its share of what the arm cost."""
    totals = {arm: review.ledger.total(arm) for arm in ARMS}
    return [
        {
            **asdict(line),
            "line": review.config.line(line.place),
            "share": line.amount / totals[line.arm] if totals[line.arm] else None,
        }
        for line in review.ledger.lines
    ]


def _together(review: "Review") -> dict[str, dict[str, float]]:
    """What the components of an arm come to, in all and per contact."""
    return {
        arm: {
            "amount": review.ledger.total(arm),
            "per_contact": sum(line.per_contact for line in review.ledger.lines if line.arm == arm),
        }
        for arm in ARMS
    }


def _seasonality(review: "Review", found: Savings) -> dict[str, Any] | None:
    """Complete months of the log with their index; with a whole year also what each month saves."""
    if review.seasons is None:
        return None
    return {
        "months": [
            {"month": f"{m.first:%Y-%m}", "per_day": m.per_day, "index": m.index} for m in review.seasons.months
        ],
        "pilot_index": found.pilot_index,
        "year": _tree(found.months),
        "saving_per_usual_year": None if found.usual_year is None else found.usual_year._asdict(),
    }


def _tree(value: Any) -> Any:
    """Records and named tuples as mappings, sequences as lists."""
    if hasattr(value, "_asdict"):
        return value._asdict()
    if is_dataclass(value):
        return {field.name: _tree(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_tree(item) for item in value]
    return value
