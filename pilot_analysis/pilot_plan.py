"""What the cells of `pilot_plan.ipynb` show: what a pilot of some size can show, before it starts."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pilot_analysis.notebook import literal, side_by_side, styled
from pilot_analysis.report import plan_rows
from pilot_analysis.words import _, day, language

if TYPE_CHECKING:
    from IPython.display import HTML, Markdown
    from pandas.io.formats.style import Styler

Plan = dict[str, Any]


def make(config: str, overrides: dict[str, Any]) -> Plan:
    """The plan as `pilot-analysis plan --json` has it.

    Args:
        config: path of the pilot's YAML file.
        overrides: dotted config keys.

    Raises:
        Refusal: when the log or the assumptions cannot be used.
    """
    from pilot_analysis.config.loader import load_config
    from pilot_analysis.planning.plan import plan
    from pilot_analysis.report.plan_record import plan_record

    return plan_record(plan(load_config(config, overrides)))


def answer(plan: Plan) -> "Markdown":
    """Whether it is enough, what it would take, what it lacks most."""
    from IPython.display import Markdown

    lines = [f"## {literal(plan['headline'])}", *(f"- {literal(note)}" for note in plan["notes"])]
    return Markdown("\n".join(lines))  # type: ignore[no-untyped-call]


def table(plan: Plan, name: str) -> "Styler":
    """A table of the plan: kpis, lengths, smallest or baseline."""
    rows = {"kpis": plan_rows.kpis, "lengths": plan_rows.lengths, "smallest": plan_rows.smallest,
            "baseline": plan_rows.baseline}[name]  # fmt: skip
    with language(plan["pilot"]["language"]):
        return styled(pd.DataFrame(rows(plan)))


def figures(plan: Plan, name: str) -> "HTML":
    """The figures whose name begins with `name`: power, or margin."""
    return side_by_side(_svgs(plan, name).values(), "30rem")


def _svgs(plan: Plan, prefix: str = "") -> dict[str, str]:
    from pilot_analysis.report.plan_figures import drawn
    from pilot_analysis.report.svg import svg

    with language(plan["pilot"]["language"]):
        return {name: svg(*found) for name, found in drawn(plan).items() if name.startswith(prefix)}


def calendar(plan: Plan) -> "Styler":
    """Set-up, ramp-up, the last day, when it can be judged."""
    with language(plan["pilot"]["language"]):
        rows = [{_("day"): day(date.fromisoformat(m["day"])), _("what"): m["text"]} for m in plan["calendar"]]
        return styled(pd.DataFrame(rows))


def save(plan: Plan, output_dir: str) -> str:
    """Write `plan.json` and the figures into a folder; nothing without one."""
    if not output_dir:
        return _("Nothing was written: output_dir is empty.")
    folder = Path(output_dir)
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    (folder / "plan.json").write_text(json.dumps(plan, indent=2, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    for name, drawn in _svgs(plan).items():
        (folder / "figures" / f"{name}.svg").write_text(drawn, encoding="utf-8")
    return _("The plan was written.")
