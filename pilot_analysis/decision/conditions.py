"""The conditions of which rules are made: each is true, false or could not be evaluated, and says why."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.findings import COSTS, Findings
from pilot_analysis.stats.intervals import holm
from pilot_analysis.words import _, joined, named

QUALITY = ("csat", "fcr")


class Answer(NamedTuple):
    """Whether a condition holds (None: not evaluated), and a sentence why."""

    holds: bool | None
    why: str


def _labels(estimates: Sequence[Estimate]) -> str:
    return joined([e.metric.name for e in estimates])


def requirement(name: str) -> str:
    """A must-have of the vendor review by its name in the config; another name is read as it stands."""
    names = {
        "iso_27001": _("ISO 27001"),
        "soc_2": _("SOC 2"),
        "encryption": _("Encryption"),
        "role_based_access": _("Role-based access"),
        "retention": _("Retention and deletion"),
        "processing_agreement": _("Data processing agreement"),
        "gdpr": _("GDPR"),
    }
    return named(name, names)


def must_have_failed(f: Findings) -> Answer:
    """A must-have was answered no, or an incident is recorded."""
    review = f.config.vendor_review
    failed = [name for name, answer in review.must_haves.items() if answer == "no"]
    parts = (
        [_("must-have not met: {names}").format(names=joined([requirement(name) for name in failed]))] if failed else []
    )
    parts += [_("incident: {text}").format(text=text) for text in review.incidents]
    return Answer(bool(parts), "; ".join(parts) or _("no must-have is answered no, and no incident is recorded"))


def harm_overall(f: Findings) -> Answer:
    """A guardrail of quality is worse beyond its margin over the whole pilot."""
    harmed = f.harmed()
    return Answer(
        bool(harmed),
        _("worse beyond the margin: {kpis}").format(kpis=_labels(harmed))
        if harmed
        else _("no guardrail is shown to be worse beyond its margin"),
    )


def harm_in_segment(f: Findings) -> Answer:
    """A guardrail is worse beyond its margin in a segment, by Holm over the segments."""
    if not f.config.design.segments and not f.unmatched:
        return Answer(False, _("no segments are named in design.segments"))
    harmed = f.harmed_segments()
    by_kpi: dict[str, list[str]] = {}
    for s in harmed:
        by_kpi.setdefault(s.estimate.metric.name, []).append(f"{s.by} {s.value}")
    names = [_("{parts} ({kpi})").format(parts=joined(parts), kpi=kpi) for kpi, parts in by_kpi.items()]
    return Answer(
        bool(harmed),
        _("worse beyond the margin in {names}").format(names=joined(names))
        if harmed
        else _("no segment is shown to be worse beyond the margin"),
    )


def harm_anywhere(f: Findings) -> Answer:
    """Harm overall or in a segment."""
    overall, segment = harm_overall(f), harm_in_segment(f)
    return overall if overall.holds else segment


def rest_passes(f: Findings) -> Answer:
    """The pilot without the segments in which harm is shown would be scaled, on both halves of its days too."""
    if f.rest is None:
        return Answer(False, _("no named segment is shown to be where the harm is"))
    return Answer(f.rest.passes, f.rest.why)


def lever_passes(f: Findings) -> Answer:
    """One lever, recomputed through the rules, would give scale."""
    # that first contact resolution rises is what a lever should bring about, not one
    turning = [lever for lever in f.levers if lever.verdict == "scale" and lever.code != "fix_fcr"]
    if turning:
        return Answer(True, _("it would be scale with one change: {text}").format(text=turning[0].text.rstrip(".")))
    return Answer(False, _("no single change that was computed would give scale"))


def measurement_invalid(f: Findings) -> Answer:
    """A check failed: overlap, survey parity, the data, or targets agreed after the start."""
    return Answer(bool(f.failed), " ".join(c.text for c in f.failed) or _("no check failed"))


def cost_higher(f: Findings) -> Answer:
    """Cost per contact is higher than `decision.max_increase` allows."""
    cost = f.estimate("cost_per_contact")
    if cost is None or cost.effect is None or cost.state == "not_measured":
        return Answer(None, _("cost per contact was not measured"))
    if cost.metric.role == "secondary":
        return Answer(False, _("cost per contact is a secondary measure here"))
    higher = cost.effect.benefit_high < -f.config.decision.max_increase
    return Answer(
        higher,
        _("the pilot costs more per contact than allowed") if higher else _("higher cost is not shown"),
    )


def quality_superior(f: Findings) -> Answer:
    """Satisfaction, first contact resolution or a goal of quality is superior, by Holm over those measured.

    A faster answer alone is no reason to pay more, unless it is what was agreed as the goal.
    """
    quality = [
        e
        for e in f.estimates
        if (e.metric.id in QUALITY and e.metric.role != "secondary")
        or (e.metric.role == "goal" and e.metric.id not in COSTS)
    ]
    quality = [e for e in quality if e.effect is not None and e.why is None]
    adjusted = holm([e.effect.p_superior for e in quality if e.effect is not None])
    better = [e for e, p in zip(quality, adjusted, strict=True) if p < f.alpha]
    return Answer(
        bool(better),
        _("better: {kpis}").format(kpis=_labels(better))
        if better
        else _("neither satisfaction nor first contact resolution is shown to be better"),
    )


def guardrail_not_measured(f: Findings) -> Answer:
    """A guardrail has no state."""
    missing = [e for e in f.guardrails if e.state == "not_measured"]
    return Answer(
        bool(missing),
        _("not measured: {kpis}").format(kpis=_labels(missing)) if missing else _("every guardrail was measured"),
    )


def guardrail_unproven(f: Findings) -> Answer:
    """A guardrail is inconclusive."""
    open_ = [e for e in f.guardrails if e.state == "inconclusive"]
    return Answer(
        bool(open_),
        _("not shown to hold: {kpis}").format(kpis=_labels(open_)) if open_ else _("every measured guardrail holds"),
    )


def goal_unproven(f: Findings) -> Answer:
    """A goal is not shown to be met, or was not measured."""
    unmet = f.goals_unmet()
    if not f.goals:
        return Answer(True, _("no KPI is a goal"))
    return Answer(
        bool(unmet),
        _("not shown to be met: {kpis}").format(kpis=_labels(unmet)) if unmet else _("every goal is met"),
    )


def red_flags(f: Findings) -> Answer:
    """Two or more red flags."""
    flags = f.config.vendor_review.red_flags
    return Answer(len(flags) >= 2, joined(flags) or _("no red flag is recorded"))


def all_met(f: Findings) -> Answer:
    """Every guardrail is superior or non-inferior, and every goal is met."""
    held = all(e.state in ("superior", "non_inferior") for e in f.guardrails)
    met = bool(f.goals) and not f.goals_unmet()
    return Answer(
        held and met,
        _("every guardrail holds and every goal is met") if held and met else _("a guardrail or a goal is open"),
    )


CONDITIONS: dict[str, Callable[[Findings], Answer]] = {
    function.__name__: function
    for function in (
        must_have_failed, harm_overall, harm_in_segment, harm_anywhere, rest_passes, lever_passes,
        measurement_invalid, cost_higher, quality_superior, guardrail_not_measured, guardrail_unproven,
        goal_unproven, red_flags, all_met,
    )
}  # fmt: skip
