"""The verdict in a sentence, and what would change it."""

from collections.abc import Callable, Sequence
from math import isclose

from pilot_analysis.config.policy import Rule
from pilot_analysis.contacts.check import Check, check_name
from pilot_analysis.decision.conditions import must_have_failed
from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.decision.findings import Findings
from pilot_analysis.decision.segments import Segment
from pilot_analysis.decision.sentences import closest_guardrail, shown, spanned, told
from pilot_analysis.words import TINY, _, count, day, joined, ngettext, percent


def headline(rule: Rule | None, f: Findings) -> str:
    """The verdict and its main reason in one sentence."""
    if rule is None:
        return _interim(f)
    if rule.id == "all_met":
        cost = f.estimate("cost_per_contact")
        if cost is None or cost.effect is None or cost.why is not None:
            return _("Scale: every guardrail held, and every goal is met.")
        text = (
            _("Scale: every guardrail held, and cost per contact is {x} lower.")
            if cost.effect.benefit >= 0
            else _("Scale: every guardrail held, and cost per contact is {x} higher.")
        )
        return text.format(x=shown(cost, abs(cost.effect.benefit), signed=False))
    lead = {"adjust": _("Adjust: {why}."), "stop": _("Stop: {why}."), "scale": _("Scale: {why}.")}[rule.verdict]
    return lead.format(why=_reason(rule, f))


def _interim(f: Findings) -> str:
    if all(e.effect is None for e in f.estimates):
        return _("Interim: nothing can be judged yet; no verdict before the pilot's last day.")
    goals = {e.metric.id for e in f.goals}
    watched = [
        e.metric.name for e in f.estimates
        if (e.metric.role == "guardrail" and e.state in ("inconclusive", "harm"))
        or (e.metric.id in goals and not _on_course(e))
    ]  # fmt: skip
    if watched:
        return _("Interim: watch {kpis}; no verdict before the pilot's last day.").format(kpis=joined(watched))
    return _("Interim: on course; no verdict before the pilot's last day.")


def _on_course(goal: Estimate) -> bool:
    """Whether a goal would be met as things stand; to show it is for the last day."""
    return goal.effect is not None and goal.why is None and goal.effect.benefit >= (goal.metric.hurdle or 0.0)


def _reason(rule: Rule, f: Findings) -> str:
    reasons: dict[str, Callable[[Findings], str]] = {
        "must_have_failed": lambda f: must_have_failed(f).why,
        "harm": _harm,
        "invalid": _invalid,
        "segment_harm": _segment_harm,
        "cost_higher": _cost_higher,
        "guardrail_not_measured": lambda f: _("not measured: {kpis}").format(
            kpis=joined([e.metric.name for e in f.guardrails if e.state == "not_measured"])
        ),
        "guardrail_unproven": _guardrail_unproven,
        "goal_unproven": _goal_unproven,
        "red_flags": lambda f: _("the vendor review recorded red flags: {flags}").format(
            flags=joined(f.config.vendor_review.red_flags)
        ),
    }
    if "rest_passes" in rule.when and f.rest is not None:
        return ngettext(
            "{names} stays in-house, where harm is shown; the other {share} of the pilot would be scaled",
            "{names} stay in-house, where harm is shown; the other {share} of the pilot would be scaled",
            len(f.rest.parts),
        ).format(names=joined([f"{by} {value}" for by, value in f.rest.parts]), share=percent(f.rest.share, 0))
    if "lever_passes" in rule.when:
        return _("{harm}, and one change would turn that").format(harm=_harm(f))
    if rule.id in reasons:
        return reasons[rule.id](f)
    return _(rule.text).rstrip(".")[:1].lower() + _(rule.text).rstrip(".")[1:]


def _harm(f: Findings) -> str:
    return joined([
        _("{kpi} is {span} worse (margin {margin})").format(
            kpi=e.metric.name, span=_worse(e), margin=shown(e, e.metric.margin or 0.0, signed=False)
        )
        for e in f.harmed()
    ])  # fmt: skip


def _worse(e: Estimate) -> str:
    """By how much a KPI is worse, from the better end of its interval to the worse one."""
    assert e.effect is not None
    return spanned(e, -e.effect.benefit_high, -e.effect.benefit_low, signed=False)


def _invalid(f: Findings) -> str:
    """What is wrong with the measurement, by the checks that failed."""
    known = {
        "survey_parity": _("customers of the two arms answered the survey too differently"),
        "agreed": _("KPIs and margins were agreed after the pilot had begun"),
        "leakage": _("too many contacts were finished by the other arm"),
        "overlap": _("the arms' contacts are too unlike to be compared"),
    }
    failed = [known.get(c.id) or _("the check {name} failed").format(name=_quoted(c)) for c in f.failed]
    return _("nothing can be concluded yet, as {reasons}").format(reasons=joined(failed))


def _quoted(check: Check) -> str:
    return _("“{name}”").format(name=check_name(check.id))


def _segment_harm(f: Findings) -> str:
    names = dict.fromkeys(f"{s.by} {s.value}" for s in f.harmed_segments())
    return _("harm is shown in {names}, and the rest would not be scaled either").format(names=joined(list(names)))


def _cost_higher(f: Findings) -> str:
    cost = f.estimate("cost_per_contact")
    if cost is None or cost.effect is None:
        return _("the pilot costs more")
    if _priced(cost):
        return _("cost per contact is {x} higher").format(x=shown(cost, -cost.effect.benefit, signed=False))
    return _("cost per contact is {x} higher").format(x=_worse(cost))


def _guardrail_unproven(f: Findings) -> str:
    return _("not shown to hold: {kpis}").format(
        kpis=joined([
            _("{kpi} (could be {low} worse, margin {margin})").format(
                kpi=e.metric.name, low=shown(e, -e.effect.benefit_low, signed=False),
                margin=shown(e, e.metric.margin or 0.0, signed=False),
            )
            for e in f.guardrails if e.state == "inconclusive" and e.effect is not None
        ])
    )  # fmt: skip


def _goal_unproven(f: Findings) -> str:
    unmet = f.goals_unmet()
    measured = [_goal(e) for e in unmet if e.effect is not None and e.why is None]
    missing = [e.metric.name for e in unmet if e.effect is None or e.why is not None]
    parts = [_("guardrails hold, but a goal is not shown to be met: {kpis}").format(kpis=joined(measured))]
    parts = parts if measured else []
    parts += [_("a goal was not measured: {kpis}").format(kpis=joined(missing))] if missing else []
    return joined(parts) or _("no KPI is a goal, so nothing says what would be gained")


def _goal(e: Estimate) -> str:
    """A goal beside what it was to reach."""
    assert e.effect is not None
    low, high = e.effect.benefit_low, e.effect.benefit_high
    if _priced(e):
        now = told(e, e.effect.benefit)
    elif low < 0 < high:
        now = _("{low} to {high}").format(low=told(e, low), high=told(e, high))
    else:
        now = _("{span} better") if high > 0 else _("{span} worse")
        now = now.format(span=spanned(e, low, high, signed=False) if high > 0 else _worse(e))
    return _("{kpi} ({now}, needed: more than {hurdle} better)").format(
        kpi=e.metric.name, now=now, hurdle=shown(e, e.metric.hurdle or 0.0, signed=False)
    )


def _priced(e: Estimate) -> bool:
    """Whether an effect is known exactly, from two prices."""
    return e.effect is not None and isclose(e.effect.benefit_low, e.effect.benefit_high, abs_tol=TINY)


def would_change(rule: Rule | None, f: Findings) -> str:
    """What would turn the verdict, in the limits of this pilot's own KPIs."""
    if rule is None:
        return _("The verdict is given with the first data that reach the pilot's last day, {day}.").format(
            day=day(f.config.pilot.end)
        )
    if rule.verdict == "scale":
        return _no_longer_scale(f)
    if rule.id == "must_have_failed":
        return _("No KPI would: first every must-have has to be met and every incident settled.")
    if "rest_passes" in rule.when and f.rest is not None:
        return _("Scale for all of it needs: {needs}.").format(needs=_needed_in_parts(f.rest.kept_out))
    turning = next((lever for lever in f.levers if lever.verdict == "scale" and lever.code != "fix_fcr"), None)
    if rule.verdict == "adjust" and turning is not None:
        return _("The smallest change that would give scale: {text}").format(text=turning.text)
    needs = _needs(f)
    if rule.id == "red_flags":
        needs.append(_("the red flags settled"))
    text = _("Scale needs: {needs}.").format(needs="; ".join(dict.fromkeys(needs)) or _("a rule that fits"))
    return text if rule.id == "segment_harm" else " ".join([text, *_without_parts(f)])


def _no_longer_scale(f: Findings) -> str:
    tightest = closest_guardrail(f)
    if tightest is None or tightest.effect is None:
        return _("It would no longer be scale with a goal missed.")
    effect, low = tightest.effect, tightest.effect.benefit_low
    text = (
        _("Closest to its limit is {kpi}: {estimate}, at worst {low}. Beyond {margin} it would not be scale.")
        if low < 0
        else _("Closest to its limit is {kpi}: at least {low}. Were it more than {margin} worse, it would no longer be "
               "scale.")
    )  # fmt: skip
    return text.format(
        kpi=tightest.metric.name, estimate=told(tightest, effect.benefit), low=told(tightest, low),
        margin=shown(tightest, tightest.metric.margin or 0.0, signed=False),
    )  # fmt: skip


def _needs(f: Findings) -> list[str]:
    """What every KPI and check that is not as it should be would have to show."""
    needs = [
        _needed(e)
        for e in f.guardrails
        if e.state == "not_measured" or (e.state in ("inconclusive", "harm") and e.effect is not None)
    ]
    needs += [_needed(e) for e in f.goals_unmet()]
    if not f.goals:
        needs.append(_("a KPI that is a goal"))
    return needs + [
        _("days after the margins were agreed")
        if c.id == "agreed"
        else _("the check {name} passed").format(name=_quoted(c))
        for c in f.failed
    ]


def _needed(e: Estimate) -> str:
    """What one KPI would have to show."""
    if e.effect is None or e.why is not None:
        return _("{kpi} measured").format(kpi=e.metric.name)
    low = e.effect.benefit_low
    names = {
        "kpi": e.metric.name, "low": told(e, low), "size": shown(e, abs(low), signed=False),
        "margin": shown(e, e.metric.margin or 0.0, signed=False),
        "hurdle": shown(e, e.metric.hurdle or 0.0, signed=False),
    }  # fmt: skip
    if e.metric.role != "goal":
        return _("{kpi} at most {margin} worse (now up to {size})").format(**names)
    if not e.metric.hurdle:
        return _("{kpi} shown to be better (now up to {low})").format(**names)
    if low >= 0:
        return _("{kpi} shown to be more than {hurdle} better (now at least {size})").format(**names)
    return _("{kpi} shown to be more than {hurdle} better (now up to {low})").format(**names)


def _needed_in_parts(harmed: Sequence[Segment]) -> str:
    """What every KPI would have to show in the parts in which it is harmed."""
    by_kpi: dict[str, list[Segment]] = {}
    for s in harmed:
        by_kpi.setdefault(s.estimate.metric.name, []).append(s)
    return "; ".join(
        _("{kpi} at most {margin} worse in {parts}").format(
            kpi=kpi, margin=shown(own[0].estimate, own[0].estimate.metric.margin or 0.0, signed=False),
            parts=joined([
                _("{by} {value} (now up to {low})").format(
                    by=s.by, value=s.value, low=shown(s.estimate, -s.estimate.effect.benefit_low, signed=False)
                )
                for s in own if s.estimate.effect is not None
            ]),
        )
        for kpi, own in by_kpi.items()
    )  # fmt: skip


def _without_parts(f: Findings) -> Sequence[str]:
    """Whether keeping harmed parts out would do: a sentence, where harm is shown in some."""
    harmed = {(s.by, s.value) for s in f.harmed_segments()}
    if not harmed:
        return []
    every: dict[str, set[str]] = {}
    for s in f.segments:
        every.setdefault(s.by, set()).add(s.value)
    whole = [by for by, values in every.items() if {(by, value) for value in values} <= harmed]
    if whole:
        return [
            _("Harm is shown in {parts}, so keeping parts out would not do.").format(
                parts=joined([_("every {by}").format(by=by) for by in whole])
            )
        ]
    if f.rest is None or f.rest.passes:
        return []
    return [
        ngettext(
            "Harm is shown in {n} part; without it the rest would not be scaled either.",
            "Harm is shown in {n} parts; without them the rest would not be scaled either.",
            len(harmed),
        ).format(n=count(len(harmed)))
    ]
