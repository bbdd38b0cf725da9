"""What the cells of `segment_explorer.ipynb` show: cuts of an analyst's own, which decide nothing."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from pilot_analysis.notebook import literal, side_by_side, styled, table
from pilot_analysis.report.cuts import cuts
from pilot_analysis.report.wording import state
from pilot_analysis.words import _, benefit, count, decimal, joined, language, percent

if TYPE_CHECKING:
    from IPython.display import HTML, Markdown
    from pandas.io.formats.style import Styler

    from pilot_analysis.review import Review


def cut(config: str, overrides: dict[str, Any], by: list[str], where: dict[str, str | list[str]]) -> "Review":
    """The review of the contacts that `where` keeps, cut by the columns `by` instead of `design.segments`.

    Args:
        config: path of the pilot's YAML file.
        overrides: dotted config keys.
        by: columns, by their canonical name or that of the export.
        where: values to keep, or one value, by column; narrows `data.segment`.

    Raises:
        Refusal: for a column or value that the data do not have, or where nothing is left to compare.
    """
    from pilot_analysis import load_config, review

    kept = {
        f"data.segment.{column}": [values] if isinstance(values, str) else list(values)
        for column, values in where.items()
    }
    return review(load_config(config, {**overrides, **kept, "design.segments": list(by)}))


def notice(review: "Review") -> "Markdown":
    """That these cuts are exploratory, and how many of them chance alone would make look different."""
    from IPython.display import Markdown

    with language(review.config.report.language):
        n, level = len(review.to_dict()["segments"]), review.config.design.confidence
        kept = [f"{column}: {joined(values)}" for column, values in review.config.data.segment.items()]
        contacts = review.to_dict()["pilot"]["contacts"]
        lines = [
            _("Exploratory: nobody agreed on these cuts before the pilot, and they decide nothing."),
            _("{n} effects are shown. If the arms did not differ at all, about {chance} of them would look better or "
              "worse all the same, at {level} confidence.").format(
                  n=count(n), chance=decimal(n * (1 - level), 1), level=percent(level, 0)),
            _("Compared are {baseline} contacts in-house with {pilot} of the pilot").format(
                baseline=count(contacts["baseline"]), pilot=count(contacts["pilot"]))
            + (f" ({'; '.join(kept)})." if kept else "."),
        ]  # fmt: skip
        return Markdown("\n\n".join(literal(line) for line in lines))  # type: ignore[no-untyped-call]


def effects(review: "Review", kpi: str | None = None) -> "HTML":
    """Every cut's effect with its interval and, heavier, what is left of it once the cuts are seen together.

    Args:
        kpi: only this one, by its id; None shows every KPI with a say in the verdict.
    """
    from pilot_analysis.report.svg import svg

    with language(review.config.report.language):
        found = review.to_dict()
        wanted = [k for k in found["kpis"] if (k["role"] != "secondary" if kpi is None else k["id"] == kpi)]
        drawn = [(k, [row for row in found["segments"] if row["kpi"] == k["id"]]) for k in wanted]
        shown = [
            svg(cuts(own, k), k["label"], _("By cut: {cuts}.").format(cuts=joined([_in_words(r, k) for r in own])))
            for k, own in drawn
            if own
        ]  # fmt: skip
    return side_by_side(shown, "30rem")


def rows(review: "Review", kpi: str | None = None) -> "Styler":
    """The same in numbers."""
    with language(review.config.report.language):
        found = review.to_dict()
        kpis = {k["id"]: k for k in found["kpis"]}
        kept = [row for name in kpis for row in found["segments"] if row["kpi"] == name and kpi in (None, name)]
        shown = pd.DataFrame({
            _("KPI"): [kpis[row["kpi"]]["label"] for row in kept],
            _("cut"): [f"{row['by']}: {row['value']}" for row in kept],
            _("share of the pilot"): [percent(row["share"]) for row in kept],
            _("n in-house"): [count(row["n"]["baseline"]) for row in kept],
            _("n pilot"): [count(row["n"]["pilot"]) for row in kept],
            _("benefit"): [_benefit(row["benefit"]["estimate"], kpis[row["kpi"]]) for row in kept],
            _("interval"): [_interval(row["benefit"], kpis[row["kpi"]]) for row in kept],
            _("seen together"): [_benefit((row["shrunk"] or {}).get("estimate"), kpis[row["kpi"]]) for row in kept],
            _("state"): [state(row["state"]).word for row in kept],
        })  # fmt: skip
        return styled(shown).set_caption(_("Benefit: + is better for the customer or cheaper."))


def mix(review: "Review") -> "Styler":
    """Whether the arms have the same kinds of contacts in what `where` keeps."""
    return table(review, "case_mix")


def _benefit(value: float | None, kpi: dict[str, Any]) -> str:
    return benefit(value, kpi["unit"], kpi["effect"]["kind"])


def _interval(found: dict[str, Any], kpi: dict[str, Any]) -> str:
    if found["low"] is None or found["high"] is None:
        return ""
    return _("{low} to {high}").format(low=_benefit(found["low"], kpi), high=_benefit(found["high"], kpi))


def _in_words(row: dict[str, Any], kpi: dict[str, Any]) -> str:
    return f"{row['by']} {row['value']} {_benefit(row['benefit']['estimate'], kpi)}"
