"""The tables of a plan as a person reads them: each row maps a heading to a text."""

from typing import Any

from pilot_analysis.words import MISSING, _, benefit, count, decimal, level, money, percent

Rows = list[dict[str, str]]


def tables(plan: dict[str, Any]) -> dict[str, Rows]:
    """Every table by its title, in the order of a reader."""
    return {
        _("What this pilot can show of each KPI"): kpis(plan),
        _("The same agents for longer or shorter"): lengths(plan),
        _("The smallest pilot that would do"): smallest(plan),
        _("In-house, on which this rests"): baseline(plan),
    }


def kpis(plan: dict[str, Any]) -> Rows:
    """By KPI: what is expected, what has to be shown, the chance of it."""
    return [
        {
            _("KPI"): _short(kpi),
            _("expected"): _expected(kpi),
            _("limit"): _limit(kpi),
            _("± expected"): benefit(kpi["smallest_drop"], kpi["unit"], kpi["kind"], signed=False),
            _("chance"): percent(kpi["power"], 0),
            _("limit at {power}").format(power=percent(plan["power"], 0)): _margin(kpi),
            _("values (needed)"): _observations(kpi),
        }
        for kpi in plan["kpis"]
    ]


def _short(kpi: dict[str, Any]) -> str:
    names = {
        "csat": _("CSAT"), "fcr": _("FCR"), "cost_per_contact": _("cost a contact"), "response_time": _("answered in"),
        "response_time_p90": _("9 of 10 in"), "cost_per_resolution": _("cost a resolution"),
    }  # fmt: skip
    return names.get(kpi["id"]) or str(kpi["name"])


def _expected(kpi: dict[str, Any]) -> str:
    if kpi["expected"] is None:
        return _("not known")
    lower = kpi["unit"] != "fraction" and kpi["kind"] == "ratio"
    return benefit(-kpi["expected"] if lower else kpi["expected"], kpi["unit"], kpi["kind"])


def _limit(kpi: dict[str, Any]) -> str:
    limit = (kpi["hurdle"] or 0.0) if kpi["role"] == "goal" else -(kpi["margin"] or 0.0)
    return benefit(limit, kpi["unit"], kpi["kind"])


def _margin(kpi: dict[str, Any]) -> str:
    if kpi["margin_shown"] is None:
        return MISSING
    limit = kpi["margin_shown"] if kpi["role"] == "goal" else -kpi["margin_shown"]
    return benefit(limit, kpi["unit"], kpi["kind"])


def _observations(kpi: dict[str, Any]) -> str:
    found = kpi["observations"]
    if found is None:
        return MISSING
    return _("{n} ({needed})").format(n=count(found["expected"]), needed=count(found["needed"]))


def lengths(plan: dict[str, Any]) -> Rows:
    """By days: the chance of scale, simulated and by closed forms, and the cost."""
    return [_design(found, plan["currency"]) for found in plan["lengths"]]


def smallest(plan: dict[str, Any]) -> Rows:
    """By days and chance wanted: the fewest agents."""
    rows = []
    for found in plan["smallest"]:
        asked = {_("days"): count(found["days"]), _("wanted"): percent(found["power_wanted"], 0)}
        if found["design"] is None:
            empty = dict.fromkeys(list(_design(plan["design"], plan["currency"]))[1:], MISSING)
            rows.append(asked | empty | {_("agents"): _("no number does")})
        else:
            rows.append(asked | _design(found["design"], plan["currency"]))
    return rows


def _design(found: dict[str, Any], currency: str) -> dict[str, str]:
    simulated = found["simulated"]
    answers = found["kpis"].get("csat")
    return {
        _("days"): count(found["days"]),
        _("agents"): count(found["agents"]),
        _("per day"): count(found["contacts_per_day"]),
        _("CSAT ±"): MISSING if answers is None else benefit(answers["smallest_drop"], "fraction",
                                                                      "difference", signed=False),
        _("scale"): percent(found["power"], 0),
        _("±"): MISSING if simulated is None else percent(simulated["error"], 1),
        _("formula"): percent(found["closed_form"], 0),
        _("cost"): MISSING if found["cost"] is None else money(found["cost"], currency, 0),
    }  # fmt: skip


def baseline(plan: dict[str, Any]) -> Rows:
    """By KPI: level, observations, how much agents differ."""
    rows = []
    for kpi in plan["kpis"]:
        if kpi["level"] is None:
            continue
        ratio = kpi["kind"] == "ratio"
        rows.append({
            _("KPI"): _short(kpi),
            _("level"): level(kpi["level"], kpi["unit"]),
            _("known"): percent(kpi["share"], 0),
            _("agents (sd)"): _sd(kpi["agent_sd"], ratio),
            _("at most"): _sd(kpi["agent_sd_high"], ratio),
            _("contacts (sd)"): _sd(kpi["contact_sd"], ratio),
            _("ICC"): decimal(kpi["icc"], 4),
        })  # fmt: skip
    return rows


def _sd(sd: float, ratio: bool) -> str:
    return percent(sd, 1) if ratio else benefit(sd, "fraction", "difference", signed=False)
