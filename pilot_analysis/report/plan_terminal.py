"""A plan on a terminal: what it can show, what it would take, on what it rests."""

from datetime import date
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pilot_analysis.report import plan_rows
from pilot_analysis.report.cost_terminal import titled
from pilot_analysis.words import _, day, language


def print_plan(plan: dict[str, Any]) -> None:
    """The plan on standard output."""
    with language(plan["pilot"]["language"]):
        console = Console()
        console.print(f"[bold]{escape(plan['headline'])}[/]", highlight=False)
        for note in plan["notes"]:
            console.print(f"→ {escape(note)}", highlight=False)
        for title, rows in plan_rows.tables(plan).items():
            if rows:
                console.print(_table(title, rows))
        console.print(f"[bold]{_('Calendar')}[/]")
        for milestone in plan["calendar"]:
            when = day(date.fromisoformat(milestone["day"]))
            console.print(f"  {when:<12}  {escape(milestone['text'])}", highlight=False)


def _table(title: str, rows: list[dict[str, str]]) -> Table:
    table = titled(title, *rows[0])
    for row in rows:
        table.add_row(*(escape(cell) for cell in row.values()))
    return table
