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
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "…")) else ".")


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
    return names.get(name) or name.replace("_", " ").capitalize()


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
    parts = [
        _("{verdict} {choices}").format(verdict=verdict(which).word.lower(), choices=words.joined(phrases))
        for which, phrases in apart.items()
    ]
    return _("The verdict would be {parts}.").format(parts=_(", and ").join(parts))


def half(found: dict[str, Any], review: dict[str, Any]) -> str:
    """What a KPI says of a part in one half of the days."""
    kpi = next(kpi for kpi in review["kpis"] if kpi["id"] == found["kpi"])
    if found["benefit"] is None:
        return _("{kpi} cannot be told").format(kpi=kpi["label"])
    effect = words.benefit(found["benefit"], kpi["unit"], kpi["effect"]["kind"])
    return _("{kpi} {effect}").format(kpi=kpi["label"], effect=effect)


def stability(review: dict[str, Any]) -> str:
    """The verdicts with other agents, the most frequent first."""
    found = review["stability"]
    told = [
        _("{verdict} in {share}").format(verdict=verdict(which).word.lower(), share=words.percent(share, 0))
        for which, share in found["verdicts"].items()
    ]
    return _("Drawn {n} times with other agents like these: {verdicts}.").format(
        n=words.count(found["replicates"]), verdicts=words.joined(told)
    )


def how_often(review: dict[str, Any]) -> str:
    """How often the verdict is the same with other agents, in half a sentence."""
    share = review["stability"]["verdicts"].get(review["verdict"], 0.0)
    return _("Same verdict {n} times in 100").format(n=words.count(share * 100))


def check_name(which: str) -> str:
    """What a check is about, for its ids of the first day; another id is read as it stands."""
    names = {
        "duplicates": _("Duplicates"),
        "times": _("Times in order"),
        "scale": _("Rating scale"),
        "date_only": _("Dates without a time"),
        "missing": _("Missing values"),
        "immature": _("Recent contacts"),
        "volume": _("Volume"),
        "completeness": _("Completeness by week"),
        "volume_gaps": _("Days without contacts"),
        "time_zone": _("Time zone"),
        "agents": _("Number of agents"),
        "agents_in_both_arms": _("Agents in both arms"),
        "shared_logins": _("Shared logins"),
        "steps": _("Changes from one day to the next"),
        "replaced_agents": _("Agents replaced"),
        "lookalikes": _("One name, several spellings"),
        "placeholders": _("Ids of nobody"),
        "period": _("Length of the pilot"),
        "invoice": _("Invoices and rate card"),
        "bonus": _("Bonus or malus"),
        "rates": _("Usual rates"),
        "commission": _("Pay by results"),
        "labour_share": _("Share of labour"),
        "buffer": _("Buffer counted twice"),
        "currency": _("Currency"),
        "minimum_volume": _("Minimum volume"),
        "season": _("Season"),
        "agreed": _("Agreed beforehand"),
        "overlap": _("Comparable contacts"),
        "simpson": _("Mix against result"),
        "survey_parity": _("Survey answers"),
        "leakage": _("Leakage between arms"),
        "routing_share": _("Routing"),
        "units": _("Units"),
        "drift": _("Change over the weeks"),
        "excluded_dates": _("Days left out"),
        "pre_trend": _("Trend before the pilot"),
        "hours": _("Business hours"),
        "sources": _("Several logs"),
        "touches": _("Touches"),
        "merged": _("Merged contacts"),
        "calendar": _("Business calendar"),
        "roster": _("Roster"),
        "surveys": _("Survey tool"),
        "fold": _("Several rows of a contact"),
        "direction": _("Not from customers"),
        "preset": _("Columns of the helpdesk"),
        "left_out": _("Rows left out"),
        "dates": _("Order of dates"),
        "gaming": _("One KPI for another"),
    }
    return names.get(which) or which.replace("_", " ").capitalize()


def action_name(code: str) -> str:
    """What kind of action a code asks for; another code is read as it stands."""
    names = {
        "coach": _("Coach"),
        "renegotiate": _("Renegotiate"),
        "limit_scope": _("Limit the scope"),
        "fix_fcr": _("Fix first contact resolution"),
        "extend": _("Extend"),
        "add_agents": _("Add agents"),
        "measure": _("Measure"),
        "repair_survey": _("Repair the survey"),
        "repair_data": _("Repair the data"),
        "volume": _("Raise the volume"),
    }
    return names.get(code) or code.replace("_", " ").capitalize()


def basis(which: str) -> str:
    """What a cost component is charged by, in the plural; another word is read as it stands."""
    names = {
        "contact": _("contacts"), "hour": _("hours"), "minute": _("minutes"), "result": _("results"),
        "value": _("of value"), "agent_month": _("agent-months"), "seats": _("seat-months"), "day": _("days"),
        "week": _("weeks"), "month": _("months"), "year": _("years"), "pilot": _("of the pilot"),
        "once": _("of one payment"), "share": _("of the fees"), "invoice": _("of one invoice"),
    }  # fmt: skip
    return names.get(which) or which.replace("_", " ")


def amount(value: float | None, unit: str | None, currency: str) -> str:
    """The number of an action with its unit; empty where only its sentence says what it is a share of."""
    if value is None or unit in ("fraction", "seconds", "score"):
        return ""
    if unit == "points":
        return words.points(value)
    if unit == currency:
        return words.money(value, currency)
    digits = 0 if float(value).is_integer() else 1
    units = {
        "days": _("{n} days"), "agents": _("{n} agents"), "contacts": _("{n} contacts a month"),
        "contacts_a_day": _("{n} contacts a day more"),
    }  # fmt: skip
    return units.get(unit or "", "{n} " + (unit or "")).format(n=words.decimal(value, digits)).strip()


def call(action: dict[str, Any], currency: str) -> str:
    """An action in two or three words with its number, and no word twice."""
    name = action_name(action["code"])
    if action["code"] == "limit_scope" and action["value"] is not None:
        return _("Keep {share} of the contacts in-house").format(share=words.percent(action["value"], 0))
    written = amount(action["value"], action["unit"], currency)
    if not written:
        return name
    repeated = written.rpartition(" ")[2]
    if name.endswith(f" {repeated}"):
        written = written.removesuffix(repeated).rstrip()
    return f"{name}: {written}"


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
