"""The simulated log, its truth and a config that reviews it, as files."""

import errno
import gzip
import io
import json
import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import yaml

from pilot_analysis.refusal import Refusal
from pilot_analysis.simulation.history import history
from pilot_analysis.simulation.log import REGIONS, TEAMS, simulate
from pilot_analysis.simulation.scenario import Scenario
from pilot_analysis.simulation.truth import Truth
from pilot_analysis.words import _

DATA_ENDINGS = (".csv.gz", ".csv", ".parquet")
NOTE = "Simulated data: nobody was served. The truth is in the JSON file beside the config."


class Written(NamedTuple):
    """Where the files of a simulated pilot are."""

    contacts: Path
    truth: Path
    config: Path


def write(out: Path, scenario: Scenario, seed: int) -> Written:
    """Simulate a pilot and write its log, its truth and a config to review it with.

    Args:
        out: a file that ends in .csv, .csv.gz or .parquet, with `<stem>.truth.json` and
            `<stem>.pilot.yaml` beside it; or else a folder for contacts.csv.gz, truth.json, pilot.yaml.
        scenario: what the pilot is like.
        seed: the same seed writes the same bytes.

    Raises:
        Refusal: nothing can be written there. A file is replaced whole or not at all.
    """
    files = _places(out)

    def fill(aside: Path) -> Written:
        log, truth = simulate(scenario, seed)
        new = Written(*(aside / f"{i}-{file.name}" for i, file in enumerate(files)))
        new.contacts.write_bytes(_log_bytes(log, files.contacts.name))
        new.truth.write_text(json.dumps(truth, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        new.config.write_text(_config_text(files.contacts.name, scenario, truth), encoding="utf-8")
        return new

    _put(files, fill, out)
    return files


def write_history(out: Path, scenario: Scenario, seed: int, days: int) -> Path:
    """The same for the log from which the pilot is planned (see `history`), alone.

    Args:
        out: a file that ends in .csv, .csv.gz or .parquet; or else a folder for history.csv.gz.

    Raises:
        Refusal: nothing can be written there.
    """
    file = out if _ending(out) else out / "history.csv.gz"

    def fill(aside: Path) -> tuple[Path]:
        new = aside / file.name
        new.write_bytes(_log_bytes(history(scenario, seed, days), file.name))
        return (new,)

    _put((file,), fill, out)
    return file


def _put(files: Sequence[Path], fill: Callable[[Path], Sequence[Path]], out: Path) -> None:
    """Make the files in a folder beside them, so that moving them is one step of the file system."""
    folder = files[0].parent
    for file in files:
        if file.is_dir():
            raise _unwritable(file, _("a folder of this name"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".simulate-") as aside:
            for new, file in zip(fill(Path(aside)), files, strict=True):
                new.replace(file)
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise _unwritable(out, fault.strerror) from fault


def _ending(out: Path) -> str:
    return next((e for e in DATA_ENDINGS if out.name.lower().endswith(e)), "")


def _places(out: Path) -> Written:
    """The three files that `out` asks for."""
    ending = _ending(out)
    if ending:
        stem = out.name[: -len(ending)]
        return Written(out, out.with_name(f"{stem}.truth.json"), out.with_name(f"{stem}.pilot.yaml"))
    return Written(out / "contacts.csv.gz", out / "truth.json", out / "pilot.yaml")


def _unwritable(place: Path, found: str | None) -> Refusal:
    return Refusal(
        _("The simulated log cannot be written here."), file=str(place), found=found,
        allowed=_("a folder, or a file that ends in {endings}").format(endings=", ".join(DATA_ENDINGS)),
    )  # fmt: skip


def _log_bytes(log: pd.DataFrame, name: str) -> bytes:
    buffer = io.BytesIO()
    if name.lower().endswith(".parquet"):
        log.to_parquet(buffer, index=False)
        return buffer.getvalue()
    log.to_csv(buffer, index=False, lineterminator="\n", date_format="%Y-%m-%dT%H:%M:%S")
    plain = buffer.getvalue()
    return gzip.compress(plain, compresslevel=6, mtime=0) if name.lower().endswith(".gz") else plain


def _config_text(contacts: str, scenario: Scenario, truth: Truth) -> str:
    """The YAML that reviews the log."""
    column, (baseline, pilot) = ("region", REGIONS) if scenario.regions else ("team", TEAMS)
    config: dict[str, Any] = {
        "pilot": {
            "name": f"Simulated pilot {truth['seed']}",
            "vendor": "Simulated vendor",
            "start": scenario.start,
            "end": scenario.end,
            "ramp_up_days": scenario.ramp_up_days,
            "timezone": scenario.timezone,
            "note": NOTE,
        },
        "data": {
            "contacts": contacts,
            "arm": {"column": column, "baseline": [baseline], "pilot": [pilot]},
        },
        "design": {
            "comparison": "concurrent",
            "routing": "rule",
            "adjust_for": ["channel", "category", "tier"],
            "segments": ["channel", "category", "tier"],
            "cluster": "agent_id",
            "confidence": 0.95,
        },
        "kpis": {
            "csat": {"measure": "top_box", "top_box": 4, "scale": [1, 5], "margin": 0.03},
            "fcr": {"measure": "repeat_contact", "window_days": 7, "same": ["category"], "margin": 0.03},
            "cost_per_contact": {"minimum_saving": 0.10},
            "response_time": {"measure": "median", "margin_ratio": 1.10, "margin_ratio_p90": 1.25},
        },
        "costs": {
            "currency": "EUR",
            "baseline": [{"kind": "per_hour", "rate": scenario.hourly_rate, "occupancy": scenario.occupancy}],
            "pilot": [{"kind": "per_contact", "rate": truth["pilot_price"]}],
        },
        "decision": {"objective": "cost", "agreed_on": scenario.start - timedelta(days=10)},
        "privacy": {"agents": "names"},  # nobody stands behind these names
    }
    return yaml.safe_dump(config, sort_keys=False, allow_unicode=True, width=100)
