"""Checks of what was charged: invoices beside the rate card, bonuses on what was measured. They warn, never refuse."""

from collections.abc import Mapping, Sequence

from pilot_analysis.config.rates import Component
from pilot_analysis.config.rates_adjusting import BonusMalus
from pilot_analysis.contacts.check import Check
from pilot_analysis.costs.adjusting import InvoicedMonth
from pilot_analysis.words import _, arm_name, money, percent

MOST_APART = 0.02  # of a month's invoices and what the rate card would have charged


def invoice_check(months: Mapping[str, Sequence[InvoicedMonth]], currency: str) -> list[Check]:
    """How far the invoices of each arm lie from the rate card; none without invoices."""
    parts, apart = [], False
    for arm, found in months.items():
        for m in found:
            gap = (m.invoiced - m.modelled) / m.modelled if m.modelled else None
            apart |= gap is None or abs(gap) > MOST_APART
            text = (
                _("{arm}, {month}: {invoiced} invoiced, {modelled} by the rate card ({gap}).")
                if gap is not None
                else _("{arm}, {month}: {invoiced} invoiced, nothing by the rate card.")
            )
            parts.append(text.format(
                arm=arm_name(arm), month=m.month, invoiced=money(m.invoiced, currency),
                modelled=money(m.modelled, currency), gap=percent(gap, signed=True),
            ))  # fmt: skip
    if not parts:
        return []
    if apart:
        parts.append(_("Invoices decide; ask the provider where they differ by more than {n}.").format(
            n=percent(MOST_APART, 0)
        ))  # fmt: skip
    return [Check("invoice", "warn" if apart else "pass", " ".join(parts))]


def bonus_check(cards: Mapping[str, tuple[Mapping[str, Component], Mapping[str, float]]]) -> list[Check]:
    """Bonuses on KPIs that the log cannot tell; none where it can tell all.

    Args:
        cards: components by place and values of KPIs, by arm.
    """
    missing = sorted({
        c.kpi for components, values in cards.values() for c in components.values()
        if isinstance(c, BonusMalus) and c.kpi not in values
    })  # fmt: skip
    if not missing:
        return []
    text = _("A bonus or malus depends on {kpis}, which this log does not show: none is counted.")
    return [Check("bonus", "warn", text.format(kpis=", ".join(missing)))]
