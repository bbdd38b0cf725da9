"""A small pilot for tests: some hundred contacts and a config, written in a moment, always the same.

`write_pilot(tmp_path)` is a sound pilot. A test names what is different about its own:

    write_pilot(tmp_path, contacts().drop(columns="csat"), kpis__csat__margin=0.02)

Keyword arguments are config keys, with `__` for the dot; `...` leaves a key out. `command` and `program` call
the command line, in this interpreter and in one of its own.
"""

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import yaml

from pilot_analysis.cli import _guarded, app

START, END = "2026-03-02", "2026-04-10"
DAYS, PER_DAY, AGENTS = 40, 8, 5
REPEAT_AFTER = 2  # days until one customer in ten comes back

CONFIG: dict[str, Any] = {
    "pilot": {"name": "Small pilot", "vendor": "Northstar", "start": START, "end": END, "timezone": "Europe/Berlin"},
    "data": {"contacts": "contacts.csv", "arm": {"column": "team", "baseline": ["In-house"], "pilot": ["Vendor"]}},
    "design": {"adjust_for": ["channel"], "segments": ["channel"]},
    "kpis": {"fcr": {"measure": "repeat_contact", "window_days": 3}},
    "decision": {"agreed_on": "2026-02-20"},
}

# Margins so wide and a hurdle so low that a few hundred contacts can meet them.
LENIENT: dict[str, Any] = {
    "kpis__csat__margin": 0.4, "kpis__fcr__margin": 0.4, "kpis__cost_per_contact__minimum_saving": 0.01,
    "kpis__response_time__margin_ratio": 3, "kpis__response_time_p90__role": "secondary",
}  # fmt: skip


def contacts(**columns: Any) -> pd.DataFrame:
    """320 contacts of each arm over the 40 days of the pilot, under canonical names.

    The arms are alike but for cost (6 in-house, 4 in the pilot). Stamps are naive, in the pilot's zone.

    Args:
        columns: what a column holds instead, or None to leave it out.
    """
    parts = [_arm(team, cost, seed) for seed, (team, cost) in enumerate((("In-house", 6.0), ("Vendor", 4.0)))]
    log = pd.concat(parts, ignore_index=True).assign(**{k: v for k, v in columns.items() if v is not None})
    return log.drop(columns=[name for name, value in columns.items() if value is None])


def _arm(team: str, cost: float, seed: int) -> pd.DataFrame:
    rng, n = np.random.default_rng(seed), DAYS * PER_DAY
    i = np.arange(n)
    letter = team[0]
    minutes = 8 * 60 + (i % PER_DAY) * 75 + i % 7
    opened = pd.Timestamp(START) + pd.to_timedelta(i // PER_DAY, "D") + pd.to_timedelta(minutes, "min")
    category = np.where(i % 3 == 0, "billing", "delivery")
    customer = np.array([f"{letter}c{k}" for k in i], dtype=object)
    for k in range(0, n - REPEAT_AFTER * PER_DAY, 10):
        customer[k + REPEAT_AFTER * PER_DAY] = customer[k]
        category[k + REPEAT_AFTER * PER_DAY] = category[k]
    # One in two answers, four in five of them are satisfied.
    rating = np.where(rng.random(n) < 0.8, np.where(rng.random(n) < 0.5, 5.0, 4.0), np.where(i % 2 == 0, 3.0, 2.0))
    return pd.DataFrame({
        "contact_id": [f"{letter}{k}" for k in i],
        "opened_at": opened,
        "team": team,
        "agent_id": [f"{letter}a{k}" for k in (i + i // PER_DAY) % AGENTS],
        "customer_id": customer,
        "channel": np.where(i % 2 == 0, "email", "chat"),
        "category": category,
        "first_response_at": opened + pd.to_timedelta(1 + np.floor(900 * rng.random(n)), "s"),
        "csat": np.where(rng.random(n) < 0.5, rating, np.nan),
        "cost": cost + np.round(rng.random(n), 2),
    })  # fmt: skip


def config(**keys: Any) -> dict[str, Any]:
    """The config as a mapping; `data__arm__pilot=["X"]` sets a key, `...` leaves it out."""
    content = deepcopy(CONFIG)
    for key, value in keys.items():
        *path, last = key.split("__")
        section = content
        for part in path:
            section = section.setdefault(part, {})
        if value is ...:
            section.pop(last, None)
        else:
            section[last] = value
    return content


def write_log(log: pd.DataFrame, file: Path, **options: Any) -> Path:
    """Write a log as the ending of `file` says; `options` go to pandas."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.suffix == ".parquet":
        log.to_parquet(file, index=False, **options)
    else:
        log.to_csv(file, index=False, **options)
    return file


def write_config(folder: Path, **keys: Any) -> Path:
    """Write `pilot.yaml` alone."""
    file = folder / "pilot.yaml"
    file.write_text(yaml.safe_dump(config(**keys), sort_keys=False, allow_unicode=True), encoding="utf-8")
    return file


def write_pilot(folder: Path, log: pd.DataFrame | None = None, **keys: Any) -> Path:
    """Write `pilot.yaml` and the log beside it, where `data.contacts` says: csv, csv.gz or parquet."""
    file = write_config(folder, **keys)
    write_log(contacts() if log is None else log, folder / config(**keys)["data"]["contacts"])
    return file


class Called(NamedTuple):
    """What a command left: its exit code and what it wrote."""

    code: int
    out: str
    err: str


def command(*arguments: object) -> Called:
    """Call `pilot-analysis` in this interpreter."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = _guarded(lambda: app([str(argument) for argument in arguments]))
    return Called(code, out.getvalue(), err.getvalue())


def program(*arguments: object, **options: Any) -> Called:
    """Call `python -m pilot_analysis` in an interpreter of its own; `options` go to subprocess."""
    line = [sys.executable, "-m", "pilot_analysis", *map(str, arguments)]
    done = subprocess.run(line, capture_output=True, encoding="utf-8", timeout=120, check=False, **options)
    return Called(done.returncode, done.stdout, done.stderr)
