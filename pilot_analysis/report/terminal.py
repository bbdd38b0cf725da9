"""The review on a terminal: verdict, scorecard, actions; or the checks alone."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pilot_analysis.report import outlook, wording
from pilot_analysis.words import _, benefit, count, joined, language, level

COLOURS = {"scale": "green", "adjust": "yellow", "stop": "red", None: "cyan"}
STATES = {
    "superior": "[green]✓[/] {}", "non_inferior": "[green]✓[/] {}", "inconclusive": "[yellow]?[/] {}",
    "harm": "[red]✗[/] {}", "not_measured": "[dim]–[/] {}",
}  # fmt: skip
MARKS = {"pass": "[green]✓[/]", "info": "[cyan]i[/]", "warn": "[yellow]![/]", "fail": "[red]✗[/]"}


def print_review(review: dict[str, Any]) -> None:
    """Verdict, scorecard and next actions on standard output."""
    with language(review["pilot"]["language"]):
        console = Console()
        verdict = review["verdict"]
        console.print(
            f"[bold {COLOURS[verdict]}]{(verdict or review['phase']).upper()}[/]  {escape(review['headline'])}"
        )
        console.print(f"[dim]{escape(review['rule']['text'])} {escape(review['would_change'])}[/]", highlight=False)
        console.print(_scorecard(review))
        cost = review["cost"]
        if outlook.projected(cost):
            year = {
                end: outlook.whole(cost["saving_per_year"], end, cost["currency"]) for end in cost["saving_per_year"]
            }
            text = _("{volume}, a year saves {estimate} ({low} to {high})").format(
                volume=outlook.at_volume(cost), **year
            )
            console.print(text, highlight=False)
        for action in review["actions"]:
            console.print(f"→ {escape(action['text'])}", highlight=False)


def print_explained(review: dict[str, Any]) -> None:
    """Each rule against this pilot in the order of the policy, then what each lever would give."""
    with language(review["pilot"]["language"]):
        console = Console()
        table = Table(title=_("The rules, in order; the first that matches decides"), title_justify="left")
        for name in (_("Rule"), _("Verdict"), _("Outcome"), _("Why")):
            table.add_column(name)
        for rule in review["rules"]:
            style = "bold" if rule["outcome"] == "matched" else None
            cells = (rule["id"], _verdict(rule["verdict"]), wording.outcome(rule["outcome"]).word, escape(rule["why"]))
            table.add_row(*cells, style=style)
        console.print(table)
        if review["levers"]:
            levers = Table(title=_("What could be changed, through the same rules"), title_justify="left")
            for name in (_("Lever"), _("Verdict then"), _("Change")):
                levers.add_column(name)
            for lever in review["levers"]:
                levers.add_row(lever["code"], _verdict(lever["verdict"]), escape(lever["text"]))
            console.print(levers)


def _verdict(verdict: str) -> str:
    return f"[{COLOURS[verdict]}]{verdict}[/]"


def print_checks(review: dict[str, Any]) -> None:
    """Every check, and what this pilot can show; no verdict."""
    with language(review["pilot"]["language"]):
        console = Console()
        for found in review["checks"]:
            console.print(f"{MARKS[found['status']]} [bold]{found['id']}[/] {escape(found['text'])}", highlight=False)
        interim = review["phase"] == "interim"
        table = Table(title=_("The smallest drop that this pilot can exclude"), title_justify="left")
        for name in (
            _("KPI"),
            _("smallest drop"),
            *([_("by its end")] if interim else []),
            _("margin"),
            wording.compared_with(review["pilot"]).lower(),
            _("pilot"),
        ):
            table.add_column(name, justify="left" if name == _("KPI") else "right")
        for kpi in review["kpis"]:
            if kpi["role"] == "secondary":
                continue
            table.add_row(
                escape(kpi["label"]),
                _drop(kpi, "smallest_drop"),
                *([_drop(kpi, "smallest_drop_at_end")] if interim else []),
                benefit(kpi["margin"], kpi["unit"], kpi["effect"]["kind"], signed=False),
                _observations(kpi["baseline"]),
                _observations(kpi["pilot"]),
            )
        console.print(table)
        for sentence in [*_unmeasured(review), *_still_to_show(review)]:
            console.print(f"→ {escape(sentence)}", highlight=False)


def _unmeasured(review: dict[str, Any]) -> list[str]:
    """Why a KPI with a say is not measured, those with one reason together."""
    labels: dict[str, list[str]] = {}
    for kpi in review["kpis"]:
        if kpi["state"] == "not_measured" and kpi["role"] != "secondary":
            labels.setdefault(kpi["why"], []).append(kpi["label"])
    return [_("Not measured: {kpis} ({why}).").format(kpis=joined(kpis), why=why) for why, kpis in labels.items()]


def _drop(kpi: dict[str, Any], key: str) -> str:
    found = kpi[key]
    return _("not measured") if found is None else benefit(found, kpi["unit"], kpi["effect"]["kind"], signed=False)


def _still_to_show(review: dict[str, Any]) -> list[str]:
    """Of a running pilot: which guardrails its end can show to hold, were both arms equal."""
    known = [k for k in review["kpis"] if k["role"] == "guardrail" and k["smallest_drop_at_end"] is not None]
    open_ = [k["label"] for k in known if k["smallest_drop_at_end"] >= k["margin"]]
    if not known:
        return []
    if not open_:
        return [_("With the same agents at the present rates, its end can show that every measured guardrail holds.")]
    return [
        _(
            "With the same agents at the present rates, even its end could not show that these hold, were both arms "
            "equal: {kpis}. More agents are needed, not more days."
        ).format(kpis=joined(open_))
    ]


def _observations(arm: dict[str, Any]) -> str:
    return _("{n} from {clusters}").format(n=count(arm["n"]), clusters=count(arm["clusters"])) if arm["n"] else "–"


def _scorecard(review: dict[str, Any]) -> Table:
    table = Table(pad_edge=False)
    for name in (
        _("KPI"),
        wording.compared_with(review["pilot"]).lower(),
        _("pilot"),
        _("benefit"),
        _("interval"),
        _("result"),
    ):
        table.add_column(name, justify="left" if name in (_("KPI"), _("result")) else "right")
    for kpi in review["kpis"]:
        if kpi["role"] == "secondary":
            continue
        unit, kind, effect = kpi["unit"], kpi["effect"]["kind"], kpi["benefit"]
        interval = (
            "–"
            if effect["low"] is None
            else f"{benefit(effect['low'], unit, kind)} … {benefit(effect['high'], unit, kind)}"
        )
        table.add_row(
            escape(kpi["label"]), level(kpi["baseline"]["value"], unit), level(kpi["pilot"]["value"], unit),
            benefit(effect["estimate"], unit, kind), interval,
            STATES[kpi["state"]].format(kpi["state"].replace("_", "-")),
        )  # fmt: skip
    return table
