"""`docs/rules.md`: the decision policy, written from `rules.yaml` and the docstrings of its conditions.

`python -m pilot_analysis.decision.reference docs/rules.md` writes it.
"""

import sys
from pathlib import Path

from pilot_analysis.config.reference import table
from pilot_analysis.decision.conditions import CONDITIONS
from pilot_analysis.decision.findings import STRICTER
from pilot_analysis.decision.rules import Rule, default_rules

INTRODUCTION = """\
# How the verdict is reached

<!-- Written from pilot_analysis/decision/rules.yaml and conditions.py by `make docs`. -->

A review ends with **scale**, **adjust** or **stop**. No score is added up in which savings could buy back harm. Each
KPI gets a state from its interval, the states answer the conditions, and the rules are tried in order: the first rule
whose conditions all hold decides, and the page names it.
"""

STATES = """\
## States

Everything is read on the benefit scale, where + is better: points for shares, the share saved for costs and times
(1 - pilot / in-house). `low` and `high` are the ends of the interval, the margin is the largest acceptable loss.

| State | When | Meaning |
| --- | --- | --- |
| `superior` | low > 0 | shown to be better |
| `non_inferior` | low > -margin | shown to be no worse than agreed; the page says so when high < 0 |
| `harm` | high < -margin | shown to be worse than agreed |
| `inconclusive` | otherwise | may be either: more agents or days are needed |
| `not_measured` | no interval, or the KPI's own check failed | the row says why; it never counts as held |
"""

ROLES = """\
## Roles

| Role | What it does | Who has it by default |
| --- | --- | --- |
| goal | must be shown to be met: low above the hurdle (`kpis.cost_per_contact.minimum_saving`), or above 0 | \
objective `cost`: `cost_per_contact`, and `cost_per_resolution` where it was measured; objective `quality`: \
`decision.goals`, where several are tested by Holm |
| guardrail | must be `superior` or `non_inferior`; every one of them at the full level, since all have to hold | \
`csat`, `fcr`, `response_time`, `response_time_p90`; objective `quality`: also `cost_per_contact`, with \
`decision.max_increase` as its margin |
| secondary | is shown and decides nothing | the other measures |

`kpis.<name>.role` in the config changes a role. A headline KPI that the log cannot measure stands in the way of scale
unless its role is `secondary`.
"""

RULES = """\
## Rules

`all_met` alone says scale. A condition that this version cannot compute answers "not evaluated": a rule that needs it
is passed over and reported so, and never counts as passed.
"""

INTERIM = f"""\
## Interim reviews

While the log, or `--as-of`, does not reach the pilot's last day in both arms, a review is interim and gives no
verdict. Only the rules marked "may stop early" are tried, and harm then has to hold at a two-sided level of {STRICTER}
instead of the config's, so that looking every week does not stop a good pilot by chance.
"""

GRADES = """\
## Evidence grades

| Grade | Comparison |
| --- | --- |
| A | random routing (`design.routing: random`) |
| B | both arms at the same time, similar contacts, agents of their own |
| C | both arms at the same time, with agents who work in both, or with contacts that have no counterpart |
| D | before and after; not supported yet |
"""


def reference() -> str:
    """The whole of `docs/rules.md`, in Markdown."""
    header = ("", "Rule", "Verdict", "When all hold", "Meaning", "May stop early")
    rows = [_row(number, rule) for number, rule in enumerate(default_rules(), start=1)]
    conditions = [(f"`{name}`", " ".join((answer.__doc__ or "").split())) for name, answer in CONDITIONS.items()]
    parts = [
        INTRODUCTION, STATES, ROLES, RULES, table(header, rows),
        "## Conditions", table(("Condition", "Holds when"), conditions), INTERIM, GRADES,
    ]  # fmt: skip
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _row(number: int, rule: Rule) -> tuple[str, ...]:
    when = ", ".join(f"`{name}`" for name in rule.when) or "always"
    return str(number), f"`{rule.id}`", rule.verdict, when, rule.text, "yes" if rule.interim else ""


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
