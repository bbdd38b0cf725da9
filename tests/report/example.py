"""An invented pilot's review as `Review.to_dict()` gives it, and variations of it.

Six weeks judged, 41 in-house agents and 14 of the vendor. Each effect is pilot - baseline or pilot / baseline
exactly, and each benefit the difference (or its negative) or 1 - ratio. The interval widths are those of
agent-clustered estimates with that many agents, worked out with an intraclass correlation near 0.01.
"""

from copy import deepcopy
from datetime import date, timedelta
from math import sin
from typing import Any

Review = dict[str, Any]
NAIVE_WIDTH = 0.55


def difference(base: float, pilot: float, half: float, *, better: str = "higher") -> dict[str, Any]:
    """A difference with an interval of `half` on each side, on both scales."""
    estimate = pilot - base
    low, high = estimate - half, estimate + half
    benefit = (estimate, low, high) if better == "higher" else (-estimate, -high, -low)
    return {
        "effect": {"estimate": estimate, "low": low, "high": high, "kind": "difference"},
        "benefit": dict(zip(("estimate", "low", "high"), benefit, strict=True)),
        "this_team": {"low": estimate - 0.6 * half, "high": estimate + 0.6 * half},
        "naive": {
            "estimate": estimate,
            "low": estimate - NAIVE_WIDTH * half,
            "high": estimate + NAIVE_WIDTH * half,
        },
    }


def ratio(base: float, pilot: float, low: float, high: float) -> dict[str, Any]:
    """A ratio with its interval, on both scales; lower is better."""
    estimate = pilot / base
    return {
        "effect": {"estimate": estimate, "low": low, "high": high, "kind": "ratio"},
        "benefit": {"estimate": 1 - estimate, "low": 1 - high, "high": 1 - low},
        "this_team": {"low": estimate - (estimate - low) * 0.6, "high": estimate + (high - estimate) * 0.6},
        "naive": {
            "estimate": estimate,
            "low": estimate - (estimate - low) * NAIVE_WIDTH,
            "high": estimate + (high - estimate) * NAIVE_WIDTH,
        },
    }


def kpi(
    name: str, label: str, unit: str, role: str, base: float, pilot: float, n: tuple[int, int],
    effect: dict[str, Any], state: str, sentence: str, **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """One KPI; `more` overrides what is left at its default here."""
    crude_base, crude_pilot = base * 0.994, pilot * 1.006
    kind = effect["effect"]["kind"]
    default = {
        "id": name, "label": label, "name": label.partition(" (")[0].lower(),
        "unit": unit, "role": role, "better": "higher",
        "baseline": {"value": base, "n": n[0], "clusters": 41},
        "pilot": {"value": pilot, "n": n[1], "clusters": 14},
        **effect,
        "margin": None, "hurdle": None, "target": None,
        "p_superior": 0.21, "p_noninferior": 0.012, "p_equivalent": 0.012, "p_hurdle": None,
        "state": state, "why": None,
        "short_method": "t interval, 24 df; agents: 40 and 14",
        "method": "Standardised to the pilot's channels and tiers; CR2 by agent with Bell-McCaffrey degrees of "
                  "freedom (13.2), 41 and 14 agents.",
        "crude": {
            "baseline": crude_base, "pilot": crude_pilot,
            "estimate": crude_pilot / crude_base if kind == "ratio" else crude_pilot - crude_base,
        },
        "sentence": sentence, "influence": None, "groups": [],
    }  # fmt: skip
    return default | more


def not_measured(name: str, label: str, unit: str, role: str, why: str, *, kind: str = "difference") -> dict[str, Any]:
    """A KPI of which nothing is known."""
    return {
        "id": name, "label": label, "name": label.partition(" (")[0].lower(),
        "unit": unit, "role": role, "better": "lower",
        "baseline": {"value": None, "n": 0, "clusters": 0}, "pilot": {"value": None, "n": 0, "clusters": 0},
        "effect": {"estimate": None, "low": None, "high": None, "kind": kind},
        "benefit": {"estimate": None, "low": None, "high": None},
        "this_team": {"low": None, "high": None}, "naive": {"estimate": None, "low": None, "high": None},
        "margin": None, "hurdle": None, "target": None, "p_superior": None, "p_noninferior": None,
        "p_equivalent": None, "p_hurdle": None, "state": "not_measured", "why": why, "method": "Not estimated.",
        "short_method": "",
        "crude": {"baseline": None, "pilot": None, "estimate": None}, "sentence": why, "influence": None, "groups": [],
    }  # fmt: skip


def kpis() -> list[dict[str, Any]]:
    """The scorecard of the example: one guardrail is not shown, all else holds."""
    return [
        kpi(
            "csat", "Customer satisfaction (top 2 of 5)", "fraction", "guardrail", 0.842, 0.836, (3120, 1015),
            difference(0.842, 0.836, 0.0372), "inconclusive",
            "It may be up to 4.3 points lower; the agreed limit is 3.0 points.",
            margin=0.03, target=0.85, influence={
                "cluster": "Agent 11", "estimate_without": 0.0114, "low_without": -0.0256, "high_without": 0.0484,
                "state_without": "non_inferior",
                "sentence": "Without Agent 11, which moves it most, it would be +1.1 points (−2.6 to +4.8): "
                            "held instead of not shown.",
            },
        ),
        kpi(
            "fcr", "First contact resolution (7 days)", "fraction", "guardrail", 0.724, 0.736, (11874, 4630),
            difference(0.724, 0.736, 0.0259), "non_inferior",
            "At worst 1.4 points lower; the agreed limit is 3.0 points.", margin=0.03, target=0.75,
        ),
        kpi(
            "cost_per_contact", "Cost per contact", "EUR", "goal", 6.84, 5.21, (12406, 4902),
            ratio(6.84, 5.21, 0.735, 0.789), "superior",
            "A contact costs €1.63 less; at least 21.1% is saved and 10.0% was asked.",
            better="lower", hurdle=0.10, p_superior=0.0000004, p_noninferior=None,
            p_equivalent=None, p_hurdle=0.0000008,
        ),
        kpi(
            "response_time", "First response (median)", "seconds", "guardrail", 2520.0, 2230.2, (12406, 4902),
            ratio(2520.0, 2230.2, 0.766, 1.0226), "non_inferior",
            "Faster by 12%; at worst 2% slower, and 10% was allowed.", better="lower", margin=0.10,
        ),
        kpi(
            "response_time_p90", "First response (90 of 100 within)", "seconds", "guardrail", 14760.0, 15360.0,
            (12406, 4902), ratio(14760.0, 15360.0, 0.9968, 1.0869), "non_inferior",
            "The slowest tenth waits 4% longer; at worst 9%, and 25% was allowed.", better="lower", margin=0.25,
        ),
        kpi(
            "cost_per_resolution", "Cost per resolution", "EUR", "goal", 9.41, 7.42, (11874, 4630),
            ratio(9.41, 7.42, 0.744, 0.835), "superior",
            "A resolved issue costs €1.99 less, repeats and transfers included.", better="lower", hurdle=0.0,
        ),
        kpi(
            "csat_mean", "Satisfaction (mean of 1 to 5)", "score", "secondary", 4.21, 4.19, (3120, 1015),
            difference(4.21, 4.19, 0.09), "inconclusive", "Between 0.11 lower and 0.07 higher.",
        ),
        kpi(
            "handle_time", "Handle time", "seconds", "secondary", 512.0, 547.9, (12406, 4902),
            ratio(512.0, 547.9, 1.0132, 1.1289), "harm", "The vendor takes 7% longer; shown as a diagnostic only.",
            better="lower",
        ),
        not_measured(
            "escalation_rate", "Escalations", "fraction", "secondary", "The log has no column escalated.",
        ),
    ]  # fmt: skip


def weeks(first: str, count: int) -> list[date]:
    """`count` Mondays from `first`."""
    return [date.fromisoformat(first) + timedelta(weeks=i) for i in range(count)]


def trend() -> list[dict[str, Any]]:
    """Weekly values of the decisive KPIs: the vendor starts low and learns in its first two weeks."""
    points = []
    for index, one in enumerate(k for k in kpis() if k["role"] != "secondary"):
        base, pilot = one["baseline"]["value"], one["pilot"]["value"]
        spread = 0.012 if one["unit"] == "fraction" else 0.05
        worse = -1 if one["better"] == "higher" else 1
        for number, week in enumerate(weeks("2026-02-02", 13)):
            sway = spread * sin(1.7 * number + index)
            phase = "before" if number < 4 else "ramp_up" if number < 6 else "judged"
            points.append(week_point(one["id"], week, "baseline", base * (1 + sway), phase))
            if number >= 4:
                learning = worse * spread * 4 * max(6 - number, 0)
                value = pilot * (1 + learning + spread * sin(2.3 * number + 2 * index))
                points.append(week_point(one["id"], week, "pilot", value, phase))
    return points


def completeness() -> list[dict[str, Any]]:
    """A third of the contacts rated, and none of the pilot's in the second of three weeks."""
    return [
        {"arm": arm, "week": week.isoformat(), "column": "csat", "n": 300.0, "filled": filled, "share": filled / 300}
        for arm, by_week in (("baseline", (100.0, 99.0, 101.0)), ("pilot", (100.0, 0.0, 102.0)))
        for week, filled in zip(weeks("2026-02-02", 3), by_week, strict=True)
    ]


def learning() -> list[dict[str, Any]]:
    """Satisfaction against in-house: four points down in the ramp-up, at the level of the effect after it."""
    return [
        {"kpi": "csat", "week": week.isoformat(), "stage": "ramp_up" if number < 2 else "judged", "kind": "difference",
         "estimate": estimate, "low": estimate - 0.05, "high": estimate + 0.05}
        for number, (week, estimate) in enumerate(zip(weeks("2026-03-02", 4), (-0.05, -0.03, -0.01, 0.0), strict=True))
    ]  # fmt: skip


def agents() -> list[dict[str, Any]]:
    """Two agents of each arm on satisfaction; one of the pilot is worse than luck would make anybody."""
    each = (
        ("agent 1", "baseline", 400, 0.85, 0.846, "inside"), ("agent 2", "baseline", 100, 0.80, 0.83, "inside"),
        ("agent 1", "pilot", 200, 0.90, 0.885, "inside"), ("agent 2", "pilot", 150, 0.70, 0.741, "worse"),
    )  # fmt: skip
    columns = ("agent", "arm", "n", "value", "shrunk", "side")
    limits = ("n", "warning_low", "warning_high", "alarm_low", "alarm_high")
    return [
        {
            "kpi": "csat", "level": 0.842, "sentence": "Beyond the outer limits lie 0 of 2 in-house and 1 of 2 pilot.",
            "limits": [dict(zip(limits, row, strict=True)) for row in (
                (100, 0.7705, 0.9135, 0.7293, 0.9547), (400, 0.8063, 0.8777, 0.7856, 0.8984)
            )],
            "agents": [dict(zip(columns, row, strict=True)) for row in each],
        },
    ]  # fmt: skip


def comments() -> dict[str, Any]:
    """One word of the pilot's customers, and the worst comments of each arm."""
    return {
        "n": {"baseline": 310, "pilot": 96},
        "shown": [
            {"arm": "baseline", "score": 1.0, "text": "Waited three days. [email]"},
            {"arm": "pilot", "score": 1.0, "text": "A script read aloud, [name] did not listen."},
            {"arm": "pilot", "score": 2.0, "text": "Twice the same answer about [number]."},
        ],
        "words": [{"arm": "pilot", "word": "script", "z": 4.2, "baseline": 3, "pilot": 17}],
    }


def week_point(name: str, week: date, arm: str, value: float, phase: str) -> dict[str, Any]:
    """One weekly value."""
    n = 1380 if arm == "baseline" else 545
    return {"kpi": name, "week": week.isoformat(), "arm": arm, "value": value, "n": n, "phase": phase}


def segments() -> list[dict[str, Any]]:
    """Satisfaction by channel and tier."""
    cells = [
        ("channel", "email", 0.62, (1934, 630), (-0.011, -0.055, 0.033), "inconclusive", (-0.005, -0.039, 0.029)),
        ("channel", "chat", 0.38, (1186, 385), (0.004, -0.049, 0.057), "inconclusive", (-0.005, -0.039, 0.029)),
        ("tier", "1", 0.81, (2527, 822), (0.002, -0.028, 0.032), "non_inferior", (0.000, -0.029, 0.029)),
        ("tier", "2", 0.19, (593, 193), (-0.041, -0.102, 0.020), "inconclusive", (-0.022, -0.072, 0.028)),
    ]
    return [
        {
            "by": by, "value": value, "kpi": "csat", "share": share, "n": {"baseline": n[0], "pilot": n[1]},
            "benefit": dict(zip(("estimate", "low", "high"), benefit, strict=True)), "state": state,
            "against": "baseline", "note": None, "few": False,
            "shrunk": dict(zip(("estimate", "low", "high"), shrunk, strict=True)),
        }
        for by, value, share, n, benefit, state, shrunk in cells
    ]  # fmt: skip


def checks() -> list[dict[str, str]]:
    """Checks of every status."""
    return [
        {"id": "duplicates", "status": "pass", "text": "No contact_id occurs twice."},
        {"id": "times", "status": "pass", "text": "No contact is answered or resolved before it was opened."},
        {"id": "scale", "status": "pass", "text": "All 4,135 ratings lie between 1 and 5."},
        {"id": "missing", "status": "info", "text": "214 contacts have no category (0.9%); they form their own cell."},
        {"id": "immature", "status": "info", "text": "804 contacts are younger than 7 days and are left out of FCR."},
        {"id": "agents", "status": "warn", "text": "14 pilot agents can exclude a drop of 4.2 points, not 3.0."},
        {"id": "agents_in_both_arms", "status": "pass", "text": "No agent works in both arms."},
        {"id": "overlap", "status": "pass", "text": "Every pilot contact has a comparable in-house contact."},
        {"id": "simpson", "status": "pass", "text": "Crude and adjusted effects agree in sign and in state."},
        {"id": "survey_parity", "status": "pass", "text": "25.1% of in-house and 20.7% of pilot surveys offered were "
         "answered, within what chance among agents gives."},
        {"id": "leakage", "status": "warn", "text": "6.2% of the vendor's contacts were finished in-house."},
        {"id": "agreed", "status": "pass", "text": "KPIs and margins were agreed on 20 Feb 2026, before the start."},
    ]  # fmt: skip


def nonresponse() -> dict[str, Any]:
    """A quarter of the in-house customers answered, a fifth of the pilot's."""

    def share(base: float, pilot: float, half: float) -> dict[str, Any]:
        found = difference(base, pilot, half)
        sizes = {"n": 4902, "clusters": 14}
        return {"baseline": {"value": base, **sizes}, "pilot": {"value": pilot, **sizes}, "effect": found["effect"]}

    turns = [
        {"better": "superior", "worse": "non_inferior", "unhappier": -0.038, "possible": True},
        {"better": "non_inferior", "worse": "inconclusive", "unhappier": -0.012, "possible": True},
        {"better": "inconclusive", "worse": "harm", "unhappier": 0.081, "possible": True},
    ]
    return {
        "of": "offered", "offer_rate": share(0.97, 0.968, 0.004), "answer_rate": share(0.251, 0.207, 0.05),
        "rated": share(0.243, 0.2, 0.05), "parity": "warn", "flatters_pilot": False,
        "bounds": {"worst": share(0.96, 0.17, 0.01), "worst_state": "harm",
                   "best": share(0.2, 0.97, 0.01), "best_state": "superior"},
        "turns": turns, "tipping": turns[1],
        "sentence": "Only if the pilot's silent customers were 1.2 points more satisfied than those who answered, with "
                    "no such gap in-house, would satisfaction be shown to hold.",
    }  # fmt: skip


def rules() -> list[dict[str, str | None]]:
    """The rules in order, as they went."""
    passed = [
        (
            "must_have_failed",
            "A must-have is missing or an incident was recorded.",
            "stop",
            "All were answered yes.",
        ),
        ("harm", "A guardrail is harmed.", "stop", "No guardrail is shown to be worse than its limit."),
        ("invalid", "The measurement does not hold.", "adjust", "No check failed."),
        ("cost_higher", "The pilot costs more.", "stop", "Cost per contact is at least 21.1% lower."),
        ("guardrail_not_measured", "A guardrail is not measured.", "adjust", "All four were measured."),
    ]
    return [
        *({"id": i, "text": t, "verdict": v, "outcome": "passed_over", "why": w} for i, t, v, w in passed),
        {"id": "guardrail_unproven", "text": "A guardrail is not shown to hold.", "verdict": "adjust",
         "outcome": "matched", "why": "Customer satisfaction is not shown to hold."},
        {"id": "goal_unproven", "text": "A goal is not shown to be met.", "verdict": "adjust",
         "outcome": "passed_over", "why": "An earlier rule decided."},
        {"id": "red_flags", "text": "Two or more red flags.", "verdict": "adjust", "outcome": "not_evaluated",
         "why": "The vendor review has no answers yet."},
        {"id": "all_met", "text": "Every guardrail held and every goal is met.", "verdict": "scale",
         "outcome": "passed_over", "why": "An earlier rule decided."},
    ]  # fmt: skip


def component(arm: str, place: int, kind: str, name: str, charged: tuple[float, str, float | None], amount: float,
              **more: Any) -> dict[str, Any]:  # fmt: skip
    """One line of the ledger; `charged` is quantity, basis and rate."""
    contacts, total = {"baseline": (12406, 83120.2), "pilot": (4902, 25539.42)}[arm]
    default = {
        "arm": arm, "place": f"costs.{arm}.{place}", "line": 30 + place, "kind": kind, "name": name,
        "quantity": charged[0], "basis": charged[1], "rate": charged[2], "amount": amount,
        "per_contact": amount / contacts, "share": amount / total, "fee": arm == "pilot", "avoidable": True,
        "one_off": False, "scales": True, "currency": "EUR", "exchange_rate": 1.0,
    }  # fmt: skip
    return default | more


def money(estimate: float, half: float) -> dict[str, float]:
    """An amount with an interval of `half` on each side."""
    return {"estimate": estimate, "low": estimate - half, "high": estimate + half}


def step(code: str, label: str, amount: float, *, is_total: bool = False) -> dict[str, Any]:
    """One step of a bridge."""
    return {"code": code, "label": label, "amount": amount, "is_total": is_total, "place": None}


def cost() -> dict[str, Any]:
    """4,902 contacts in 46 days, 38,897 a year. A fee of 4.41 with .80 beside it against 6.84; 6.70 as recorded."""
    return {
        "currency": "EUR", "baseline": {"per_contact": 6.84}, "pilot": {"per_contact": 5.21},
        "together": {
            "baseline": {"amount": 83120.2, "per_contact": 6.70}, "pilot": {"amount": 25539.42, "per_contact": 5.21},
        },
        "components": [
            component("baseline", 0, "per_hour", "By the hour", (1968.0, "hour", 38.0), 74784.0),
            component("baseline", 1, "fixed", "Rent and platforms", (1.5, "month", 5557.4667), 8336.2,
                      avoidable=False, scales=False),
            component("pilot", 0, "per_contact", "By the contact", (4902.0, "contact", 4.41), 21617.82),
            component("pilot", 1, "one_off", "Training", (0.125, "once", 16000.0), 2000.0, fee=False, one_off=True,
                      scales=False),
            component("pilot", 2, "own_hours", "Quality checks", (39.2, "hour", 49.0), 1921.6, fee=False,
                      scales=False),
        ],
        "saving_per_contact": {"estimate": 1.63, "low": 1.443, "high": 1.813},
        "saving_per_contact_to_come": {"estimate": 1.63, "low": 1.443, "high": 1.813},
        "contacts_per_year": 38897.0,
        "saving_per_year": {"estimate": 63402.0, "low": 56128.0, "high": 70520.0},
        "saving_per_month": {"estimate": 5283.5, "low": 4677.3, "high": 5876.7},
        "volume": {"per_month": 3241.4, "source": "pilot", "pilot_per_month": 3241.4},
        "fee_per_contact": 4.41, "other_per_contact": 0.80, "stranded_per_contact": 0.0, "roi": 0.313,
        "first_year": [
            {"buffer": b, "per_contact": 5.21 + 4.41 * b, "saving": money(63402.0 - 171536.0 * b, 7200.0),
             "roi": 6.84 / (5.21 + 4.41 * b) - 1}
            for b in (0.10, 0.15, 0.20)
        ],
        "at_gates": [],
        "one_off": {"total": 16000.0, "payback_months": 2.4, "payback_months_low": 2.7},
        "break_even": [
            {"by": by, "saving": saving, "buffer": b, "fee": fee / (1 + b)}
            for by, saving, fee in (("contact", 0.0, 6.04), ("contact", 0.10, 5.356), ("resolution", 0.0, 5.81))
            for b in (0.0, 0.10, 0.15, 0.20)
        ],
        "least_volume": 630.0,
        "sensitivity": [
            {"what": "volume", "of": None, "change": -0.5, "saving": money(22100.0, 3600.0)},
            {"what": "handle_time_in_house", "of": None, "change": 0.1, "saving": money(87300.0, 7200.0)},
            {"what": "fcr", "of": None, "change": 0.0, "saving": money(56040.0, 7200.0)},
            {"what": "fcr", "of": None, "change": -0.03, "saving": money(47100.0, 7200.0)},
            {"what": "exchange_rate", "of": "USD", "change": 0.05, "saving": money(54800.0, 7200.0)},
        ],
        "seasonality": {
            "months": [{"month": f"2026-0{m}", "per_day": n} for m, n in ((1, 240.0), (2, 220.0), (3, 250.0))],
            "pilot_index": 1.06, "year": [], "saving_per_usual_year": None,
        },
        "worth": [{"kpi": "fcr", "of_a_point": 6000.0, "points": money(1.2, 2.59), "amount": money(7200.0, 15540.0)}],
        "worth_because": "churn of two years",
        "bridge": {
            "per_contact": [
                step("recorded", "In-house, as recorded", 6.70, is_total=True),
                step("case_mix", "On the pilot's kinds of contacts", 0.14),
                step("in_house", "In-house", 6.84, is_total=True),
                step("fee", "Fees instead of the in-house cost", -2.43),
                step("line", "Training", 0.408), step("line", "Quality checks", 0.392),
                step("pilot", "Pilot", 5.21, is_total=True),
            ],
            "per_resolution": [
                step("in_house", "In-house", 9.41, is_total=True),
                step("fee", "Fees instead of the in-house cost", -3.356),
                step("line", "Training", 0.564), step("line", "Quality checks", 0.541),
                step("passed_on", "Contacts passed on", 0.383),
                step("resolved", "Share resolved at first contact", -0.122),
                step("pilot", "Pilot", 7.42, is_total=True),
            ],
        },
    }  # fmt: skip


def review() -> Review:
    """The example: adjust, since satisfaction is not shown to hold with so few agents."""
    return {
        "schema": "pilot-analysis/review/1", "phase": "final", "verdict": "adjust",
        "headline": "Adjust: both cost goals are met, but it is not shown that customer satisfaction holds.",
        "rule": {"id": "guardrail_unproven", "text": "A guardrail is not shown to hold."},
        "would_change": "Scale, once the interval of customer satisfaction ends above −3.0 points.",
        "reasons": [
            {"code": "guardrail_unproven", "kpi": "csat", "text": "Satisfaction may be up to 4.3 points lower; "
             "3.0 were allowed."},
            {"code": "goal_met", "kpi": "cost_per_contact", "text": "Cost per contact is 24% lower, at least 21%."},
            {"code": "goal_met", "kpi": "cost_per_resolution", "text": "Cost per resolution is 21% lower, at least "
             "17%."},
        ],
        "actions": [
            {"code": "add_agents", "title": "Put about 20 agents on the pilot",
             "text": "Work with more vendor agents: with 14, a drop of 3 points cannot be "
             "excluded; more days would hardly help.", "value": 20, "unit": "agents"},
            {"code": "coach", "title": "Coach 4 agents",
             "text": "Coach the lowest quarter of the vendor's agents to their median; that alone "
             "would lift satisfaction.", "value": 0.011, "unit": "points"},
            {"code": "measure", "title": "Measure escalations",
             "text": "Record escalations, which the log does not hold.", "value": None,
             "unit": None},
        ],
        "keep_in_house": [], "plan": ["Raise the volume by gates."], "scope": None,
        "stability": {"replicates": 200, "seed": 20, "verdicts": {"adjust": 0.8, "scale": 0.2},
                      "rules": {"guardrail_unproven": 0.8, "all_met": 0.2}},
        "how_sure": {"title": "Same verdict 80 times in 100", "drawn": True, "text":
                     "Drawn 200 times with other agents like these: adjust in 80% and scale in 20%."},
        "look_again": "2026-07-27",
        "levers": [
            {"code": "coach", "text": "Coach V03 to the team's median.", "value": 1, "unit": "agents", "effort": 0.1,
             "verdict": "scale", "rule": "all_met"},
        ],
        "routing": [
            {"by": "channel", "value": "email", "share": 0.6, "to": "vendor", "why": "every guardrail holds"},
            {"by": "channel", "value": "phone", "share": 0.4, "to": "in_house", "why": "harm is shown here"},
        ],
        "evidence_grade": "B",
        "evidence": "Compared side by side, on similar contacts, with separate agents.",
        "pilot": {
            "name": "Vendor A, email and chat", "slug": "vendor-a", "title": "End-of-pilot review",
            "vendor": "Vendor A", "start": "2026-03-02", "end": "2026-04-30", "days": 60, "ramp_up_days": 14,
            "judged_from": "2026-03-16", "judged_days": 46, "timezone": "Europe/Berlin", "language": "en",
            "currency": "EUR",
            "as_of": None, "data_from": "2026-02-02", "data_to": "2026-05-07", "comparison": "concurrent",
            "routing": "rule", "cluster": "agent_id", "confidence": 0.95, "objective": "cost",
            "contacts": {"baseline": 12406, "pilot": 4902},
            "note": "Simulated data: an invented vendor, no real customers.",
            "vendor_review": {"must_haves": {"iso_27001": "yes", "spare_site": "unknown"}, "red_flags": [],
                              "incidents": ["A laptop was left on a train."]},
        },
        "kpis": kpis(), "segments": segments(), "nonresponse": nonresponse(), "pre_trend": None,
        "cost": cost(),
        "completeness": completeness(),
        "checks": checks(), "rules": rules(), "trend": trend(), "learning": learning(), "agents": agents(),
        "comments": comments(),
        "mix": [
            {"channel": "email", "tier": "1", "baseline_share": 0.48, "pilot_share": 0.51, "difference": 0.06},
            {"channel": "email", "tier": "2", "baseline_share": 0.17, "pilot_share": 0.11, "difference": -0.173},
            {"channel": "chat", "tier": "1", "baseline_share": 0.27, "pilot_share": 0.30, "difference": 0.0664},
            {"channel": "chat", "tier": "2", "baseline_share": 0.08, "pilot_share": 0.08, "difference": 0.0},
        ],
        "case_mix": case_mix(), "robustness": robustness(), "other_verdicts": other_verdicts(),
        "privacy": {"agents": "pseudonyms", "smallest_cell": 5, "hidden": 0},
        "assumptions": [
            "In-house agents are occupied 75% of their paid hours, as the config states.",
            "The yearly saving takes the pilot's volume over twelve months, after ramp-up.",
            "A contact belongs to the arm of the agent who had it first.",
        ],
        "provenance": {
            "config": "pilot.yaml", "config_sha256": "3f9a1c27" * 8,
            "data": [{"path": "contacts.parquet", "rows": 25115, "sha256": "b04e77d1" * 8}],
            "version": "0.1.0", "python": "3.11.7",
            "packages": {"pandas": "3.1.1", "scipy": "1.17.1", "duckdb": "2.0.0", "matplotlib": "3.11.2"},
            "generated_at": "2026-05-08T06:00:00+00:00",
        },
    }  # fmt: skip


def case_mix() -> Review:
    """Shares by column; 49 contacts of the pilot have no counterpart."""
    return {
        "difference": 0.19,
        "columns": [
            {
                "column": "channel", "adjusted": True, "difference": 0.0616,
                "levels": [
                    {"value": "email", "baseline": 8064.0, "pilot": 3039.0, "baseline_share": 0.65,
                     "pilot_share": 0.62, "difference": -0.0624},
                    {"value": "chat", "baseline": 4342.0, "pilot": 1863.0, "baseline_share": 0.35,
                     "pilot_share": 0.38, "difference": 0.0624},
                ],
            },
            {
                "column": "language", "adjusted": False, "difference": 0.22,
                "levels": [
                    {"value": "de", "baseline": 9925.0, "pilot": 3432.0, "baseline_share": 0.80,
                     "pilot_share": 0.70, "difference": -0.233},
                    {"value": "en", "baseline": 2481.0, "pilot": 1470.0, "baseline_share": 0.20,
                     "pilot_share": 0.30, "difference": 0.233},
                ],
            },
        ],
        "models": [{"kpi": "csat", "method": "cells", "thin": 0.01, "why": "Every cell stands for itself."}],
        "uncompared": [
            {"kpi": "csat", "contacts": 49.0, "share": 0.01, "text": "chat / 3 (49)",
             "cells": [{"cell": "chat / 3", "contacts": 49.0}]},
        ],
    }  # fmt: skip


def other_verdicts() -> list[Review]:
    """One choice would have given another verdict."""

    def row(name: str, phrase: str, verdict: str, rule: str, *, valid: bool = True) -> Review:
        return {"name": name, "phrase": phrase, "valid": valid, "kpis": ["csat"], "verdict": verdict, "rule": rule,
                "same": verdict == "adjust"}  # fmt: skip

    return [
        row("crude", "leaving the case mix out", "adjust", "guardrail_unproven"),
        row("without_most_influential", "leaving out agent 11", "scale", "all_met"),
        row("naive", "with every contact independent", "scale", "all_met", valid=False),
    ]


def robustness() -> list[Review]:
    """Satisfaction estimated in other ways: one would have shown that it holds, one could not be computed."""

    def variant(name: str, label: str, ends: tuple[float, float, float] | None, state: str, **more: Any) -> Review:
        return {
            "name": name, "label": label, "valid": True,
            "benefit": dict(zip(("estimate", "low", "high"), ends or (None, None, None), strict=True)),
            "baseline": 0.842, "pilot": 0.836 if ends else None,
            "state": state, "same_state": state == "inconclusive", "turns": state != "inconclusive",
            "n": {"baseline": 3120, "pilot": 1015}, "clusters": {"baseline": 41, "pilot": 14}, "why": None,
        } | more  # fmt: skip

    return [
        {
            "kpi": "csat", "state": "inconclusive",
            "sentence": "1 of 2 variants give the same state; another one: leaving out agent 11.",
            "limit": {"limit": "margin", "value": 0.03, "holds_above": 0.0432, "harm_below": None, "met_below": None,
                      "turns_at": 0.0432, "text": "Would hold with a margin above 4.4 points."},
            "variants": [
                variant("decided", "As decided", (-0.006, -0.0432, 0.0312), "inconclusive"),
                variant("crude", "Without the case mix", (-0.001, -0.039, 0.037), "inconclusive"),
                variant("without_most_influential", "Without agent 11, which moves it most",
                        (0.0114, -0.021, 0.0438), "non_inferior"),
                variant("window_30", "No repeat within 30 days", None, "not_measured", same_state=None, turns=False,
                        why="the log is too short to look 30 days back and ahead of a contact"),
                variant("naive", "Every contact independent (not valid)", (-0.006, -0.0265, 0.0145), "non_inferior",
                        valid=False, turns=False),
            ],
        },
        {
            "kpi": "fcr", "state": "non_inferior", "sentence": "All 1 variants give the same state.", "limit": None,
            "variants": [
                variant("decided", "As decided", (0.012, -0.014, 0.038), "non_inferior", baseline=0.724, pilot=0.736),
                variant("window_14", "No repeat within 14 days", (0.009, -0.018, 0.036), "non_inferior",
                        baseline=0.691, pilot=0.700),
            ],
        },
    ]  # fmt: skip


def changed(original: Review, name: str, **fields: Any) -> Review:
    """The review with some fields of one KPI replaced."""
    copy = deepcopy(original)
    for one in copy["kpis"]:
        if one["id"] == name:
            one |= fields
    return copy


def scale() -> Review:
    """All held and met: twice the agents narrow the interval of satisfaction."""
    better = changed(
        review(), "csat", **difference(0.842, 0.836, 0.0212), state="non_inferior",
        sentence="At worst 2.7 points lower; the agreed limit is 3.0 points.",
    )  # fmt: skip
    return better | {
        "verdict": "scale", "headline": "Scale: every guardrail held and cost per contact is 23.8% lower.",
        "rule": {"id": "all_met", "text": "Every guardrail held and every goal is met."},
        "would_change": "Not scale, if satisfaction fell by a further 0.3 points.", "look_again": None,
        "actions": [{"code": "volume", "title": "Raise the volume",
                     "text": "Move the next slice of email to the vendor.", "value": 1200,
                     "unit": "contacts a month"}],
    }  # fmt: skip


def stop() -> Review:
    """Satisfaction is shown to be worse than its limit."""
    worse = changed(
        review(), "csat", **difference(0.842, 0.742, 0.041), pilot={"value": 0.742, "n": 1015, "clusters": 14},
        state="harm", sentence="At least 5.9 points lower; the agreed limit is 3.0 points.",
    )  # fmt: skip
    return worse | {
        "verdict": "stop", "headline": "Stop: customer satisfaction is at least 5.9 points lower.",
        "rule": {"id": "harm", "text": "A guardrail is harmed."}, "would_change": "Nothing within this pilot.",
        "look_again": None,
    }  # fmt: skip


def interim() -> Review:
    """Four weeks in: no verdict, no yearly saving, satisfaction not yet measured."""
    early = changed(
        review(), "csat", **{
            field: value
            for field, value in not_measured("csat", "", "", "", "Only 31 ratings so far; 50 are needed.").items()
            if field in ("baseline", "pilot", "effect", "benefit", "this_team", "naive", "crude", "state", "why")
        },
        sentence="Only 31 ratings so far; 50 are needed.",
    )  # fmt: skip
    early["cost"] = {
        name: early["cost"][name]
        for name in ("currency", "components", "together", "baseline", "pilot", "saving_per_contact")
    } | {"saving_per_year": None}
    early["pilot"]["as_of"] = "2026-03-30"
    return early | {
        "phase": "interim", "verdict": None, "rule": {"id": None, "text": None}, "segments": [],
        "plan": [], "levers": [], "routing": [], "stability": None, "how_sure": None,
        "look_again": None,
        "other_verdicts": [],
        "headline": "Interim: 32 of 60 days are over; nothing calls for an early stop.",
        "would_change": "A verdict is given on 30 Apr 2026.",
    }  # fmt: skip


MARKUP = "<script>alert(1)</script>\"'&amp;{{7*7}}{%x%}"
HOSTILE = MARKUP + "\u202eevil\u200f \u0000\x1b\ud800" + "W" * 300 + "😀 #1f5fae $\\frac$"


def poisoned(value: Any, key: str = "") -> Any:
    """`value` with every free string made hostile; what has a fixed vocabulary stays."""
    fixed = {
        "id", "kpi", "role", "unit", "better", "kind", "state", "status", "outcome", "verdict", "phase", "arm", "week",
        "start", "end", "judged_from", "as_of", "data_from", "data_to", "currency", "evidence_grade", "generated_at",
        "comparison", "cluster", "language", "routing", "code", "to", "days", "kpis", "stage", "side",
    }  # fmt: skip
    if key == "must_haves":  # its names are free, its answers are not
        return {name + HOSTILE: answer for name, answer in value.items()}
    if isinstance(value, dict):
        return {name: poisoned(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [poisoned(inner, key) for inner in value]
    return value + HOSTILE if isinstance(value, str) and key not in fixed else value
