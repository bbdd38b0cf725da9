"""Configs of plans, with everything typed or from a log."""

from pilot_analysis import load_config

ASSUMED = {
    "agents": 40, "contacts_per_day": 300, "volume_sd": 0.4, "csat": 0.84, "answer_rate": 0.3, "csat_agent_sd": 0.03,
    "fcr": 0.74, "fcr_share": 0.74, "fcr_agent_sd": 0.03, "cost_per_contact": 6.65, "cost_agent_sd": 0.1,
    "cost_contact_sd": 0.7, "response_seconds": 600, "response_agent_sd": 0.1, "response_contact_sd": 0.9,
}  # fmt: skip
ONLY_QUALITY = {
    name: {"role": "secondary"}
    for name in ("cost_per_contact", "cost_per_resolution", "response_time", "response_time_p90")
}


def typed(plan=None, **sections):
    """A config without a log: 15 agents with 150 contacts a day, 60 days of which all count."""
    settings = {
        "pilot": {"name": "Vendor", "start": "2026-03-02", "end": "2026-04-30"},
        "data": {"contacts": "none.csv", "arm": {"column": "team", "baseline": "rest", "pilot": ["Vendor"]}},
        "costs": {"currency": "EUR", "pilot": [{"kind": "per_contact", "rate": 5.0}]},
        "plan": {"log": False, "agents": 15, "contacts_per_day": 150, "assume": ASSUMED} | (plan or {}),
    }
    return load_config(settings | sections)
