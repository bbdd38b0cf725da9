"""`run.json`: what belongs to a run and not to its review, and a hash of every other file of its folder."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pilot_analysis.refusal import Refusal
from pilot_analysis.words import _

RECORD = "run.json"
SCHEMA = "pilot-analysis/run/1"


@dataclass(frozen=True)
class RunRecord:
    """What `run.json` says.

    Attributes:
        run: the run's id; slug: the pilot's folder.
        config: file name of the config; config_folder: where it was, relative to the run's folder: what its
            paths are relative to.
        started_at, finished_at: UTC, as ISO 8601; seconds: between them.
        manifest: SHA-256 of every other file of the run, by its path.
    """

    run: str
    slug: str
    config: str
    config_folder: str
    started_at: str
    finished_at: str
    seconds: float
    manifest: dict[str, str]


def write_record(staging: Path, folder: Path, config: Path, started: datetime, finished: datetime) -> None:
    """Write `run.json` into the finished folder `staging`, which is going to be called `folder`."""
    config = config.resolve()
    home = folder.parent.resolve() / folder.name
    try:
        where = Path(os.path.relpath(config.parent, home)).as_posix()
    except ValueError:  # another drive
        where = config.parent.as_posix()
    record = RunRecord(
        run=folder.name, slug=folder.parent.name, config=config.name, config_folder=where,
        started_at=started.isoformat(timespec="seconds"), finished_at=finished.isoformat(timespec="seconds"),
        seconds=round((finished - started).total_seconds(), 1), manifest=hashes(staging),
    )  # fmt: skip
    content = json.dumps({"schema": SCHEMA, **asdict(record)}, indent=2, ensure_ascii=False)
    (staging / RECORD).write_text(content + "\n", encoding="utf-8", newline="\n")


def read_record(folder: Path) -> RunRecord:
    """What the run in `folder` says of itself.

    Raises:
        Refusal: it is no run, or its record cannot be read.
    """
    content = read_json(folder / RECORD)
    try:
        return RunRecord(**{name: content[name] for name in RunRecord.__dataclass_fields__})
    except KeyError as fault:
        raise _no_run(folder / RECORD, _("no {name}").format(name=fault)) from None


def read_json(file: Path) -> dict[str, Any]:
    """The mapping in a file of a run.

    Raises:
        Refusal: the file cannot be read, or holds something else.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except OSError as fault:
        raise _no_run(file, fault.strerror or str(fault)) from None
    except (ValueError, RecursionError) as fault:
        raise _no_run(file, str(fault)) from None
    if not isinstance(content, dict):
        raise _no_run(file, type(content).__name__)
    return content


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below `folder` but `run.json`, by its path with forward slashes."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / RECORD)
    return {path.relative_to(folder).as_posix(): sha256_of(path) for path in files}


def sha256_of(file: Path) -> str:
    """SHA-256 of a file, as hex digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _no_run(file: Path, found: str) -> Refusal:
    return Refusal(
        _("This is no run that can be read."), file=str(file), found=found,
        allowed=_("the folder of a published run, such as reports/<slug>/latest"),
    )  # fmt: skip
