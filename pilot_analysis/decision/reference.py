"""`docs/rules.md`: the decision policy, written from `rules.yaml` and the docstrings of its conditions.

`python -m pilot_analysis.decision.reference docs/rules.md` writes it.
"""

import sys
from pathlib import Path

from pilot_analysis.config.policy import Rule
from pilot_analysis.config.reference import table
from pilot_analysis.decision.conditions import CONDITIONS
from pilot_analysis.decision.findings import STRICTER
from pilot_analysis.decision.rules import default_rules

INTRODUCTION = """\
# How the verdict is reached

<!-- Written from pilot_analysis/decision/rules.yaml and conditions.py by `make docs`. -->

A review ends with **scale**, **adjust** or **stop**. No score is added up in which savings could buy back harm. Each
KPI gets a state from its interval, the states answer the conditions, and the rules are tried in order: the first rule
whose conditions all hold decides, and the page names it. How often each verdict is given when the truth is known,
beside other ways of deciding, stands in [verdicts.md](verdicts.md).
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
unless its role is `secondary`; so does any other measure that was given a say and is not in the log.
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

RECOMPUTED = """\
## Scope and levers

Where harm is shown in a named segment (`design.segments`), the review asks what the rest of the pilot would be: the
harmed values of one column, or of several, are left out, smallest part first, and the rest goes through the same scan,
the same estimates and the same rules. The first rest that would be scaled is the scope. A segment chosen for being the
worst looks worse than it is, so it has to lie beyond the margin on the odd days of the year and on the even ones too.

A verdict other than scale comes with levers (`levers` in review.json, `review --explain`), each put through the same
rules by itself, the smallest change that turns the verdict first:

| Lever | What is changed | What is assumed |
| --- | --- | --- |
| `coach` | as few of the weakest agents as turn the verdict, at most a quarter, at their team's median | \
agents' levels are shrunk first (empirical Bayes), so that bad luck is not taken for bad work |
| `renegotiate` | the vendor's fees per contact, so that the whole interval clears every cost goal | what comes \
beside the fees, and contacts passed in-house, cost what they cost now |
| `volume` | contacts a month, up to ten times those of now, so that the whole interval clears every cost goal | what \
does not grow with them is spread, a minimum volume met anew; where prices go by steps (tiers, overage) it is not \
asked |
| `limit_scope` | the segments in which harm is shown stay in-house | |
| `extend` | days, up to 90 | what was seen stays; only the luck of contacts shrinks, not that of which agents \
were hired; never in a comparison with earlier days |
| `add_agents` | agents of the pilot, each with as many contacts as now | what was seen stays; the in-house part of \
the uncertainty does not shrink; never in a comparison with earlier days |
| `fix_fcr` | first contact resolution, as far as it would have to rise | a result to reach; it never makes \
`lever_passes` hold |

Where the luck of which customers answered is most of what leaves satisfaction open, more agents would be hired for the
few who do. The action then names the answers that it would take, and which share of the contacts of a 90-day pilot that
is; above a half it asks for agents all the same.

## A policy of your own

`decision.rules` in the config replaces the whole policy; the last rule needs `when: []`, so that one always decides:

```yaml
decision:
  rules:
    - {id: harm, verdict: stop, when: [harm_anywhere], text: A guardrail is worse than agreed., interim: true}
    - {id: fine, verdict: scale, when: [all_met], text: Everything agreed is met.}
    - {id: open, verdict: adjust, when: [], text: Something agreed is open.}
```
"""

GRADES = """\
## Evidence grades

| Grade | Comparison |
| --- | --- |
| A | random routing (`design.routing: random`) |
| B | both arms at the same time, similar contacts, agents of their own |
| C | difference-in-differences; both arms at the same time, with agents who work in both, or with contacts that have \
no counterpart |
| D | before and after: what it cannot rule out does not shrink with more days or agents, so neither is advised |
"""


def reference() -> str:
    """The whole of `docs/rules.md`, in Markdown."""
    header = ("", "Rule", "Verdict", "When all hold", "Meaning", "May stop early")
    rows = [_row(number, rule) for number, rule in enumerate(default_rules(), start=1)]
    conditions = [(f"`{name}`", " ".join((answer.__doc__ or "").split())) for name, answer in CONDITIONS.items()]
    parts = [
        INTRODUCTION, STATES, ROLES, RULES, table(header, rows),
        "## Conditions", table(("Condition", "Holds when"), conditions), RECOMPUTED, INTERIM, GRADES,
    ]  # fmt: skip
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _row(number: int, rule: Rule) -> tuple[str, ...]:
    when = ", ".join(f"`{name}`" for name in rule.when) or "always"
    return str(number), f"`{rule.id}`", rule.verdict, when, rule.text, "yes" if rule.interim else ""


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
