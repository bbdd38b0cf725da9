"""What the page calls things: roles, results, grades, checks, actions; and how exact a number is written."""

import re
import textwrap
from datetime import UTC, date, datetime
from math import floor, log10
from typing import Any, NamedTuple

from babel.dates import format_date, format_skeleton

from pilot_analysis import words
from pilot_analysis.words import _

# What XML cannot hold: control characters and halves of surrogate pairs.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Named(NamedTuple):
    """A word with the tone and the icon that repeat it: good, warn, bad or none."""

    word: str
    tone: str
    icon: str


def plain(text: object) -> str:
    """`text` without the characters that neither HTML nor SVG can hold."""
    return UNWRITABLE.sub("", str(text))


def sentence(text: str | None) -> str:
    """`text` with a capital first letter and a full stop."""
    if not text:
        return ""
    return words.capitalised(text) + ("" if text.endswith((".", "!", "?", "…")) else ".")


def lines(text: str, width: int, most: int = 2) -> list[str]:
    """`text` in at most `most` lines of `width` characters; what is cut off ends in an ellipsis."""
    return textwrap.wrap(plain(text), width, max_lines=most, placeholder="…", break_on_hyphens=False)


def verdict(which: str | None) -> Named:
    """The verdict as the banner says it; before the last day there is none, and no colour."""
    if which is None:
        return Named(_("Interim"), "none", "watch")
    return {
        "scale": Named(_("Scale"), "good", "up"),
        "adjust": Named(_("Adjust"), "warn", "adjust"),
        "stop": Named(_("Stop"), "bad", "stop"),
    }[which]


def role(which: str) -> str:
    """What a KPI is in the decision."""
    return {"goal": _("goal"), "guardrail": _("guardrail"), "secondary": _("secondary")}[which]


def role_told(which: str) -> str:
    """The same with what it asks."""
    return {
        "goal": _("goal: must improve"),
        "guardrail": _("guardrail: must not get worse"),
        "secondary": _("for information"),
    }[which]


def state(which: str) -> Named:
    """What has been shown of a KPI."""
    return {
        "superior": Named(_("Better"), "good", "check"),
        "non_inferior": Named(_("Held"), "good", "check"),
        "inconclusive": Named(_("Not shown"), "warn", "question"),
        "harm": Named(_("Worse"), "bad", "cross"),
        "not_measured": Named(_("Not measured"), "none", "dash"),
    }[which]


def check_status(which: str) -> Named:
    """How a check went."""
    return {
        "pass": Named(_("Passed"), "good", "check"),
        "warn": Named(_("Warning"), "warn", "alert"),
        "fail": Named(_("Failed"), "bad", "cross"),
        "info": Named(_("Note"), "none", "dash"),
    }[which]


def grade(which: str) -> str:
    """How far a comparison of this grade can be trusted, in a word."""
    return {"A": _("strong"), "B": _("good"), "C": _("limited"), "D": _("weak")}[which]


def outcome(which: str) -> Named:
    """What became of a rule."""
    return {
        "matched": Named(_("Decided"), "none", "on"),
        "passed_over": Named(_("Did not apply"), "none", "dash"),
        "not_evaluated": Named(_("Not evaluated"), "none", "question"),
        "not_reached": Named(_("Not reached"), "none", "dash"),
    }[which]


def judged(review: dict[str, Any], kpi: dict[str, Any]) -> str:
    """How many observations a KPI rests on."""
    return _("Judged: {n} {others}, {pilot} pilot.").format(
        n=words.count(kpi["baseline"]["n"]),
        others=other_arm(review["pilot"]).lower(),
        pilot=words.count(kpi["pilot"]["n"]),
    )


def side(which: str) -> Named:
    """Where an agent lies against the limits of luck."""
    return {
        "better": Named(_("Better than luck"), "good", "check"),
        "inside": Named(_("Within luck"), "none", "dash"),
        "worse": Named(_("Worse than luck"), "bad", "cross"),
    }[which]


def answer(which: str) -> Named:
    """How a must-have was answered."""
    return {
        "yes": Named(_("Yes"), "good", "check"),
        "no": Named(_("No"), "bad", "cross"),
        "unknown": Named(_("Not answered"), "warn", "question"),
    }[which]


def route(to: str) -> Named:
    """Where the contacts of a part go."""
    return {
        "vendor": Named(_("Vendor"), "good", "check"),
        "in_house": Named(_("In-house"), "bad", "cross"),
        "unknown": Named(_("Not enough data"), "none", "question"),
    }[to]


def other_verdicts(review: dict[str, Any]) -> str:
    """Which other choices of the analysis give another verdict; nothing where none was tried."""
    valid = [one for one in review["other_verdicts"] if one["valid"]]
    if not valid:
        return ""
    apart: dict[str, list[str]] = {}
    for one in valid:
        if not one["same"]:
            apart.setdefault(one["verdict"], []).append(one["phrase"])
    if not apart:
        return _("Every other way to estimate gives the same verdict.")
    return " ".join(
        sentence(_("{choices}, the verdict would be {verdict}").format(
            choices=_(" or ").join(phrases), verdict=verdict(which).word.lower()))
        for which, phrases in apart.items()
    )  # fmt: skip


def caveats(review: dict[str, Any]) -> list[str]:
    """What the first screen says of other choices of the analysis: another verdict where one gives it, else the
    results that hang on one."""
    if any(one["valid"] and not one["same"] for one in review["other_verdicts"]):
        return [other_verdicts(review)]
    found = [reason for reason in review["reasons"] if reason["code"] == "robustness"]
    if len(found) < 2:
        return [reason["text"] for reason in found]
    names = {kpi["id"]: kpi["name"] for kpi in review["kpis"]}
    text = (
        _("The results on {kpis} hang on one choice each, the verdict does not.")
        if any(one["valid"] for one in review["other_verdicts"])
        else _("The results on {kpis} hang on one choice each.")
    )
    return [text.format(kpis=words.joined([names[reason["kpi"]] for reason in found]))]


def half(found: dict[str, Any], review: dict[str, Any]) -> str:
    """What a KPI says of a part in one half of the days."""
    kpi = next(kpi for kpi in review["kpis"] if kpi["id"] == found["kpi"])
    if found["benefit"] is None:
        return _("{kpi} cannot be told").format(kpi=kpi["label"])
    effect = words.benefit(found["benefit"], kpi["unit"], kpi["effect"]["kind"])
    return _("{kpi} {effect}").format(kpi=kpi["label"], effect=effect)


def lever_name(code: str) -> str:
    """What kind of change a lever is; another code is read as it stands."""
    names = {
        "coach": _("Coach"),
        "renegotiate": _("Renegotiate"),
        "limit_scope": _("Limit the scope"),
        "fix_fcr": _("Fix first contact resolution"),
        "extend": _("Extend"),
        "add_agents": _("Add agents"),
        "volume": _("Raise the volume"),
    }
    return words.named(code, names)


def basis(which: str) -> str:
    """What a cost component is charged by, in the plural; another word is read as it stands."""
    names = {
        "contact": _("contacts"), "hour": _("hours"), "minute": _("minutes"), "result": _("results"),
        "value": _("of value"), "agent_month": _("agent-months"), "seats": _("seat-months"), "day": _("days"),
        "week": _("weeks"), "month": _("months"), "year": _("years"), "pilot": _("of the pilot"),
        "once": _("of one payment"), "share": _("of the fees"), "invoice": _("of one invoice"),
    }  # fmt: skip
    return names.get(which) or which.replace("_", " ")


def compared_with(pilot: dict[str, Any]) -> str:
    """What stands beside the pilot's values: another arm, another time, or what was to be expected."""
    return {
        "concurrent": _("In-house"),
        "before_after": _("Before"),
        "difference_in_differences": _("Expected"),
    }[pilot["comparison"]]


def other_arm(pilot: dict[str, Any]) -> str:
    """Whose contacts stand beside the pilot's: another arm's, or its own earlier ones."""
    return _("Before") if pilot["comparison"] == "before_after" else _("In-house")


def mix_note(pilot: dict[str, Any]) -> str:
    """What the scorecard's values are, under its title."""
    if pilot["comparison"] == "concurrent":
        return _("Both arms on the pilot's mix of contacts.")
    period = pilot["baseline_period"]
    days = {"start": day_of(period["start"]), "end": day_of(period["end"])}
    if pilot["comparison"] == "before_after":
        arm = _("the pilot's own arm") if pilot["before"] == "pilot" else _("the in-house arm")
        return _("Before is {arm} from {start} to {end}, on the pilot's mix of contacts.").format(arm=arm, **days)
    return _(
        "Expected is the pilot's arm from {start} to {end}, moved as the in-house arm moved since; all on the pilot's "
        "mix of contacts."
    ).format(**days)


def rounded(x: float | None, low: float | None, high: float | None) -> float | None:
    """`x` to the digits that its interval supports: about a tenth of half its width."""
    if x is None or low is None or high is None or high <= low:
        return x
    step = 10.0 ** max(floor(log10((high - low) / 20)), 0)
    return round(x / step) * step


def ambition(kpi: dict[str, Any]) -> str:
    """The target, and who reaches it: a level that is wished for, not the limit that decides."""
    reached = {
        arm: (kpi[arm]["value"] >= kpi["target"]) == (kpi["better"] == "higher") or kpi[arm]["value"] == kpi["target"]
        for arm in ("baseline", "pilot")
        if kpi[arm]["value"] is not None
    }
    if reached.get("pilot"):
        text = _("ambition {level}: reached")
    elif reached and not any(reached.values()):
        text = _("ambition {level}: neither is there")
    elif reached:
        text = _("ambition {level}: only in-house is there")
    else:
        text = _("ambition {level}")
    return text.format(level=words.level(kpi["target"], kpi["unit"]))


def day_of(text: str | None) -> str:
    """An ISO date as the language writes it."""
    return words.day(None if text is None else date.fromisoformat(text[:10]))


def short_day(when: date) -> str:
    """A date without its year, for an axis: 2 Mar (the order is the language's own)."""
    locale = words.current_language()
    if locale == "en":
        return str(format_date(when, "d MMM", locale=locale))
    return str(format_skeleton("MMMd", when, locale=locale))


def moment(text: str) -> str:
    """An ISO moment as day and time, in UTC."""
    when = datetime.fromisoformat(text).astimezone(UTC)
    return f"{words.day(when.date())}, {when:%H:%M} UTC"
