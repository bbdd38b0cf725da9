"""What the cells of the notebooks show: each function takes a review and returns what Jupyter displays."""

import re
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pilot_analysis.report.frames import written
from pilot_analysis.report.wording import compared_with, day_of, role
from pilot_analysis.words import MISSING, _, benefit, count, language, level

NUMBER = re.compile(r"[^\w\s]*\d")

if TYPE_CHECKING:
    from IPython.display import HTML, Markdown
    from pandas.io.formats.style import Styler

    from pilot_analysis.review import Review
    from pilot_analysis.stats.classical import Shift


def question(review: "Review") -> "Markdown":
    """What was piloted, what was agreed to ask of it, and what the answer is made of."""
    from IPython.display import Markdown

    from pilot_analysis.report.rows import by_kpi

    found = review.to_dict()
    pilot, asked = found["pilot"], by_kpi(found)
    with language(review.config.report.language):
        facts = _("{name}: {start} to {end}, judged from {judged}; {baseline} contacts against {pilot} of the pilot.")
        lines = [
            literal(facts.format(
                name=pilot["name"], start=day_of(pilot["start"]), end=day_of(pilot["end"]),
                judged=day_of(pilot["judged_from"]), baseline=count(pilot["contacts"]["baseline"]),
                pilot=count(pilot["contacts"]["pilot"]),
            )),
            *([literal(pilot["note"])] if pilot["note"] else []),
            _("Asked of the pilot:"),
            "\n".join(
                f"- {literal(kpi['label'])} ({role(kpi['role'])}): {literal(asked[kpi['id']].limit_text)}"
                for kpi in found["kpis"]
                if kpi["role"] != "secondary" and asked[kpi["id"]].limit_text
            ),
        ]  # fmt: skip
    return Markdown("\n\n".join(lines))  # type: ignore[no-untyped-call]


def verdict(review: "Review") -> "Markdown":
    """The verdict, its rule and what would change it."""
    from IPython.display import Markdown

    found = review.to_dict()
    title = (found["verdict"] or found["phase"]).upper()
    lines = [
        f"## {title}",
        literal(found["headline"]),
        f"*{literal(found['rule']['text'])}* {literal(found['would_change'])}",
    ]
    lines += [f"- **{literal(action['title'])}**: {literal(action['text'])}" for action in found["actions"]]
    return Markdown("\n\n".join(lines))  # type: ignore[no-untyped-call]


def scorecard(review: "Review") -> "Styler":
    """The KPIs as the page shows them: both arms, the effect with its interval, limit, result, one sentence."""
    from pilot_analysis.report.rows import by_kpi

    found = review.to_dict()
    with language(review.config.report.language):
        against, asked = compared_with(found["pilot"]), by_kpi(found)
        rows = [
            {
                _("Measure"): kpi["label"],
                _("Role"): role(kpi["role"]),
                against: level(kpi["baseline"]["value"], kpi["unit"]),
                _("Pilot"): level(kpi["pilot"]["value"], kpi["unit"]),
                _("Effect (+ is better)"): asked[kpi["id"]].effect_text,
                _("Interval"): asked[kpi["id"]].interval_text,
                _("Limit"): asked[kpi["id"]].limit_text,
                _("Result"): asked[kpi["id"]].result.word,
                _("In words"): kpi["sentence"],
            }
            for kpi in found["kpis"]
        ]
        return styled(pd.DataFrame(rows))


def table(review: "Review", name: str, rows: int | None = None) -> "Styler":
    """The first `rows` of a table of the page by its name: checks, rules, segments, mix, methods ...

    As a person reads it: numbers as they are written, no column that is empty, a KPI's name once above its rows.
    `frame` has the numbers themselves.
    """
    with language(review.config.report.language):
        shown = written(frame(review, name).head(rows) if rows else frame(review, name))
        numbers = shown.attrs["numbers"]
        if len(shown):
            shown = shown.loc[:, (shown != "").any()]
        if len(shown.columns) > 1 and _("KPI") in shown:
            shown[_("KPI")] = shown[_("KPI")].mask(shown[_("KPI")] == shown[_("KPI")].shift(), "")
        return styled(shown, numbers)


def frame(review: "Review", name: str) -> pd.DataFrame:
    """A table of the page by its name, as a data frame to go on with.

    Raises:
        KeyError: naming those that there are.
    """
    from pilot_analysis.report.tables import tables

    with language(review.config.report.language):
        found = tables(review.to_dict())
    if name not in found:
        raise KeyError(f"no table {name!r}; there are {', '.join(found)}")
    return found[name]


def styled(table: pd.DataFrame, numbers: Sequence[str] = ()) -> "Styler":
    """A table whole (pandas alone cuts sentences off), with its text as text, and left-aligned but for numbers.

    Args:
        numbers: headers of columns of numbers, besides those in which every cell that says something begins with one.
    """
    left = [{"selector": "th, td", "props": "text-align: left; vertical-align: top; white-space: normal"}]
    shown = table.style.hide(axis="index").format(precision=4, na_rep="", escape="html")
    shown = shown.format_index(escape="html", axis="columns").set_table_styles(left)  # type: ignore[arg-type]
    right = [{"selector": "", "props": "text-align: right; white-space: nowrap"}]  # header and cells
    aligned: dict[Hashable, Any] = {h: right for h in table if h in numbers or _of_numbers(table[h])}
    return shown.set_table_styles(aligned, overwrite=False)


def _of_numbers(column: pd.Series) -> bool:
    """Whether every cell that says something begins with a number, whatever sign or currency stands before it."""
    said = [str(cell) for cell in column if not pd.isna(cell) and str(cell) not in ("", MISSING)]
    return bool(said) and all(NUMBER.match(cell) for cell in said)


def figures(review: "Review", name: str) -> "HTML":
    """The figures of the page whose name begins with `name`: effects, or trend."""
    from pilot_analysis.report.figures import markup

    with language(review.config.report.language):
        shown = markup(review.to_dict(), name)
    return side_by_side(shown.values(), "48rem" if len(shown) == 1 else "22rem")


def side_by_side(drawn: Iterable[str], width: str) -> "HTML":
    """Figures as SVG, each so wide, as many in a row as there is room for."""
    from IPython.display import HTML

    each = "".join(f'<div style="width: {width}">{figure}</div>' for figure in drawn)
    return HTML(f'<div style="display: flex; flex-wrap: wrap; gap: 1rem">{each}</div>')  # type: ignore[no-untyped-call]


def pre_trend(review: "Review") -> "HTML":
    """The arms against each other by week and their slopes before the pilot, where the comparison rests on them."""
    from IPython.display import HTML

    if review.pre_trend is None:
        text = _("This comparison does not rest on how the arms moved before the pilot.")
        return HTML(f"<p>{text}</p>")  # type: ignore[no-untyped-call]
    drawn = figures(review, "gap").data
    return HTML(drawn + table(review, "pre_trend").to_html())  # type: ignore[no-untyped-call]


def agent_averages(review: "Review") -> "Styler":
    """Classical tests on agent averages (Welch, Mann-Whitney with its shift, Hedges) beside the clustered interval."""
    from pilot_analysis.stats.classical import agent_tests

    rows: list[dict[str, Any]] = []
    for e in review.estimates:
        if e.effect is None or e.metric.form != "mean" or e.metric.role == "secondary":
            continue
        averages = review.agent_averages(e.metric.measure)
        found = agent_tests(*averages, confidence=review.config.design.confidence)
        if found is None:
            continue
        sign = 1 if e.metric.better == "higher" else -1
        unit = e.metric.unit
        rows.append(
            {
                _("KPI"): e.metric.label,
                _("agents in-house"): found.n[0],
                _("agents pilot"): found.n[1],
                _("mean in-house"): level(float(averages[0].mean()), unit),
                _("mean pilot"): level(float(averages[1].mean()), unit),
                _("p (Welch t)"): round(found.p_welch, 4),
                _("p (Mann-Whitney)"): round(found.p_mann_whitney, 4),
                _("shift, pilot - in-house (Hodges-Lehmann)"): _shift(found.shift),
                _("Hedges g (+ is better)"): round(sign * found.hedges_g, 2),
                _("clustered benefit"): benefit(e.effect.benefit, unit, e.metric.kind),
            }
        )
    shown = styled(pd.DataFrame(rows))
    if review.pre_trend is None:
        return shown
    return shown.set_caption(_("Averages in the pilot's days; the change since before the pilot is not in them."))


def _shift(shift: "Shift | None") -> str:
    """A shift with its interval, to four significant digits."""
    return "" if shift is None else f"{shift.estimate:.4g} ({shift.low:.4g}; {shift.high:.4g})"


def save(review: "Review", output_dir: str) -> str:
    """Write the files of a published run; nothing without a folder. A run among others says which look it is."""
    if not output_dir:
        return _("Nothing was written: output_dir is empty.")
    from pilot_analysis.config.loader import resolved_yaml
    from pilot_analysis.runs.folder import write_run
    from pilot_analysis.runs.history import standing
    from pilot_analysis.runs.home import earlier

    found, folder = review.to_dict(), Path(output_dir)
    with language(review.config.report.language):
        entries = earlier(folder)
        stands = None if entries is None else standing(entries, found)
        write_run(found, resolved_yaml(review.config), folder, stands)
        return " ".join([_("The run was written."), *filter(None, stands or ())])


def literal(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+!|<>~$" else c for c in text)
