"""The costs of a review on a terminal: every component, totals, money to come, fees."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pilot_analysis.report import bridge, outlook, wording
from pilot_analysis.words import MISSING, _, language, money, percent


def print_cost(review: dict[str, Any]) -> None:
    """Every component with its line in the config, then what it comes to; or why the cost is not known."""
    with language(review["pilot"]["language"]):
        console, cost = Console(), review["cost"]
        if cost["components"]:
            console.print(_components(review))
        if not outlook.projected(cost):
            console.print(wording.sentence(cost["why"] or _("the cost was not measured")), highlight=False)
            return
        for name in bridge.bridges(review):
            console.print(_bridge(review, name))
        console.print(_money(cost))
        console.print(_fees(cost))
        console.print(_changes(cost))
        for sentence in [*outlook.facts(cost), *outlook.worth(cost)]:
            console.print(f"- {escape(sentence)}", highlight=False)


def titled(title: str, *headers: str, left: int = 1) -> Table:
    """A table whose first `left` columns hold words."""
    table = Table(title=title, title_justify="left", pad_edge=False)
    for i, header in enumerate(headers):
        table.add_column(header, justify="left" if i < left else "right")
    return table


def _components(review: dict[str, Any]) -> Table:
    currency = review["cost"]["currency"]
    table = titled(
        _("Every cost component, over the judged days"), _("Component"), _("Line"), _("Charged by"), _("Counts as"),
        _("Amount"), _("Per contact"), _("Share"), left=4,
    )  # fmt: skip
    for arm, own in outlook.components(review["cost"]):
        name = wording.other_arm(review["pilot"]) if arm == "baseline" else _("Pilot")
        table.add_row(f"[bold]{escape(name)}[/]")
        for one in own:
            table.add_row(
                escape(one["name"]), str(one["line"] or one["place"]), escape(outlook.charged(one, currency)),
                outlook.counted_as(one), money(one["amount"], currency), money(one["per_contact"], currency),
                percent(one["share"]),
            )  # fmt: skip
        whole = review["cost"]["together"][arm]
        amount, per_contact = (money(whole[key], currency) for key in ("amount", "per_contact"))
        table.add_row(_("Together"), "", "", "", amount, per_contact, percent(1.0),
                      style="bold", end_section=True)  # fmt: skip
    return table


def _bridge(review: dict[str, Any], name: str) -> Table:
    table = titled(bridge.title(name), _("Step"), _("Amount"))
    for step in bridge.bridges(review)[name]:
        amount = bridge.amount(step, review["cost"]["currency"])
        table.add_row(escape(step["label"]), amount, style="bold" if step["is_total"] else None)
    return table


def _money(cost: dict[str, Any]) -> Table:
    table = titled(
        outlook.at_volume(cost), _("Saved in"), _("Estimate"), _("Low end"), _("High end"), _("ROI"),
    )  # fmt: skip
    for row in outlook.money_rows(cost):
        ends = (outlook.whole(row.amounts, end, cost["currency"]) for end in ("estimate", "low", "high"))
        table.add_row(row.label, *ends, percent(row.roi, 0))
    return table


def _fees(cost: dict[str, Any]) -> Table:
    buffers = outlook.buffers(cost)
    title = _("Fee per contact, now {fee}, at which").format(fee=money(cost["fee_per_contact"], cost["currency"]))
    table = titled(title, _("Fee at which"), *(one.label for one in buffers))
    for row in outlook.fee_rows(cost):
        fees = (row.by_buffer[one.buffer] for one in buffers)
        table.add_row(row.label, *(MISSING if fee is None else money(fee, cost["currency"]) for fee in fees))
    return table


def _changes(cost: dict[str, Any]) -> Table:
    title = _("The saving of a year with one thing otherwise")
    table = titled(title, _("What"), _("Changed by"), _("Saved in a year"), _("Low end"))
    for row in outlook.changed_rows(cost):
        ends = (outlook.whole(row.amounts, end, cost["currency"]) for end in ("estimate", "low"))
        table.add_row(row.label, row.change, *ends)
    return table
