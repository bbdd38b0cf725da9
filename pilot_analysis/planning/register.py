"""The pre-registration: the pilot's config with what was planned and agreed on, and fingerprints of it."""

import os
from datetime import date
from pathlib import Path
from typing import Any

from pilot_analysis.config import yaml12
from pilot_analysis.config.agreed import fingerprints
from pilot_analysis.config.loader import resolved_yaml
from pilot_analysis.config.models import Config
from pilot_analysis.planning.plan import Plan
from pilot_analysis.refusal import Refusal

HEADER = """\
# Agreed on {day}, before the pilot. `decision.agreed` holds fingerprints of its days, its scope, the comparison,
# KPIs with their margins, costs and decision: the check `agreed` of every review says whether they are still the same.
"""


def register(plan: Plan, out: Path, agreed_on: date) -> list[str]:
    """Write the config of the planned pilot.

    Returns:
        Keys of the reasons for margins that nobody gave.

    Raises:
        Refusal: when the file is there already, cannot be written, or is written after the pilot's start.
    """
    config = plan.config
    if agreed_on > config.pilot.start:
        raise Refusal("what is agreed on after the start cannot be registered", key="--agreed-on", found=agreed_on,
                      allowed=f"a day up to {config.pilot.start}")  # fmt: skip
    if out.exists():
        raise Refusal("a registration is never overwritten", file=str(out), found="a file of this name",
                      allowed="the name of a new file")  # fmt: skip
    decision = config.decision.model_copy(update={"agreed_on": agreed_on, "agreed": fingerprints(config)})
    agreed = config.model_copy(update={"decision": decision, "plan": config.plan.model_copy(update=_planned(plan))})
    content, _lines = yaml12.read(resolved_yaml(agreed), str(out))
    _move(content, config.folder, out.resolve().parent)
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(HEADER.format(day=agreed_on) + yaml12.write(content))
    except OSError as fault:
        raise Refusal("the registration cannot be written", file=str(out), found=fault.strerror,
                      allowed="a file in a folder that exists") from fault  # fmt: skip
    return without_reason(config)


def without_reason(config: Config) -> list[str]:
    """Keys of the reasons for margins that nobody gave."""
    names = [name for name in ("csat", "fcr", "response_time") if getattr(config.kpis, name).role != "secondary"]
    return [f"kpis.{name}.margin_because" for name in names if getattr(config.kpis, name).margin_because is None]


def _planned(plan: Plan) -> dict[str, Any]:
    """The design and what it was planned from, for the check of what became of it."""
    design, noise, assume = plan.chosen.design, plan.baseline.noise, plan.config.plan.assume
    known: dict[str, Any] = {}
    if "csat" in noise:
        known = {"answer_rate": round(noise["csat"].share, 4), "csat_agent_sd": round(noise["csat"].agent_sd, 4)}
    return {
        "agents": design.agents[1], "contacts_per_day": round(design.per_day[1], 1),
        "assume": assume.model_copy(update={k: v for k, v in known.items() if getattr(assume, k) is None}),
    }  # fmt: skip


def _move(content: dict[str, Any], old: Path, new: Path) -> None:
    """Paths of the logs and of what lies beside them, relative to another folder."""
    data = content["data"]
    places = [(data, "contacts"), (content["plan"], "log")]
    for name in ("sources", "surveys", "touches", "roster"):
        found = data.get(name) or []
        places += [(item, "path") for item in (found if isinstance(found, list) else [found]) if isinstance(item, dict)]
    for place, key in places:
        path = place.get(key)
        if isinstance(path, str) and "://" not in path and "${" not in path and not Path(path).is_absolute():
            place[key] = Path(os.path.relpath(old / path, new)).as_posix()
