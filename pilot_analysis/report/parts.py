"""The rows of the tables that hold a part of the contacts, or another way to estimate, against a KPI's own limit."""

from typing import Any

from pilot_analysis.report import wording
from pilot_analysis.report.rows import Row, by_kpi, row
from pilot_analysis.words import _, joined

Part = tuple[dict[str, Any], Row]


def _part(kpi: dict[str, Any], one: dict[str, Any], what: str, interim: bool) -> Part:
    """A part or a variant with its row, so with the KPI's own limit."""
    label = f"{kpi['label']}, {what}"
    return one, row(kpi, interim=interim, benefit=one["benefit"], state=one["state"], label=label)


def segments(review: dict[str, Any]) -> list[tuple[str, list[Part]]]:
    """By KPI with a say in the verdict: each part of the pilot with its row, so with the KPI's own limit."""
    interim = review["verdict"] is None
    groups = []
    for kpi in review["kpis"]:
        parts = [
            _part(kpi, part, f"{part['by']} {part['value']}", interim)
            for part in review["segments"]
            if part["kpi"] == kpi["id"] and kpi["role"] != "secondary"
        ]  # fmt: skip
        if parts:
            groups.append((kpi["label"], parts))
    return groups


def variants(review: dict[str, Any]) -> list[dict[str, Any]]:
    """By headline KPI: its label, what to know in words, and its variants, each with its row."""
    interim = review["verdict"] is None
    kpis = {kpi["id"]: kpi for kpi in review["kpis"]}
    return [
        {
            "label": kpis[one["kpi"]]["label"],
            "text": " ".join(filter(None, [one["sentence"], (one["limit"] or {}).get("text")])),
            "variants": [
                _part(kpis[one["kpi"]], v, v["label"], interim) for v in one["variants"]
            ],
        }
        for one in review["robustness"]
        if len(one["variants"]) > 1
    ]  # fmt: skip


def other_verdicts(review: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Every choice made otherwise, and the labels of the KPIs that it touches."""
    labels = {kpi["id"]: kpi["label"] for kpi in review["kpis"]}
    return [(one, joined([labels[kpi] for kpi in one["kpis"]])) for one in review["other_verdicts"]]


def repeats(review: dict[str, Any]) -> list[Part]:
    """First contact resolution by the days within which a contact is a repeat, the agreed ones first; may be none."""
    interim = review["verdict"] is None
    kpi = next((kpi for kpi in review["kpis"] if kpi["id"] == "fcr"), None)
    found: list[dict[str, Any]] = next((one["variants"] for one in review["robustness"] if one["kpi"] == "fcr"), [])
    windows = [v for v in found if v["name"].startswith("window_")]
    if kpi is None or not windows:
        return []
    return [_part(kpi, v, v["label"], interim) for v in [found[0] | {"label": kpi["label"]}, *windows]]


def costs(review: dict[str, Any]) -> list[Part]:
    """The costs that were measured, each KPI with its row."""
    found = by_kpi(review)
    return [
        (kpi, found[kpi["id"]])
        for kpi in review["kpis"]
        if kpi["id"] in ("cost_per_contact", "cost_per_resolution") and kpi["pilot"]["value"] is not None
    ]


def agents(review: dict[str, Any], most: int) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """By KPI with a funnel: label, unit and at most `most` of the pilot's agents, the weakest first."""
    kpis = {kpi["id"]: kpi for kpi in review["kpis"]}
    found = []
    for one in review["agents"]:
        kpi = kpis[one["kpi"]]
        sign = 1 if kpi["better"] == "higher" else -1
        own = [agent for agent in one["agents"] if agent["arm"] == "pilot" and agent["shrunk"] is not None]
        found.append((kpi["label"], kpi["unit"], sorted(own, key=lambda agent: sign * agent["shrunk"])[:most]))
    return found


def comments(review: dict[str, Any]) -> list[dict[str, Any]]:
    """By arm: its name, how many rated comments, the words said more often there, and the comments shown."""
    found = review["comments"]
    if found is None:
        return []
    names = (("baseline", "pilot", wording.other_arm(review["pilot"])), ("pilot", "baseline", _("Pilot")))
    return [
        {
            "name": name,
            "n": found["n"][arm],
            "n_other": found["n"][other],
            "words": [word | {"own": word[arm], "other": word[other]} for word in found["words"] if word["arm"] == arm],
            "shown": [comment for comment in found["shown"] if comment["arm"] == arm],
        }
        for arm, other, name in names
    ]
