"""Temporary folders go with what made them, and those of killed processes with the next one."""

import os
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

from pilot_analysis.scratch import scratch


def test_folders_of_killed_processes_are_swept_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not those of a process that lives, nor what is less than a day old: it may be that of another machine."""
    gone = subprocess.Popen(["true"])
    gone.wait()
    names = {"old": f"pilot-analysis-{gone.pid}-a", "alive": f"pilot-analysis-{os.getpid()}-b",
             "new": f"pilot-analysis-{gone.pid}-c", "other": "pilot-analysis-notes-d",
             "of another kind": f"pilot-kernel-{gone.pid}-e"}  # fmt: skip
    for age, name in names.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "followed.parquet").touch()
        if age != "new":
            os.utime(tmp_path / name, (0, 0))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    own = scratch("pilot-analysis")

    kept = {Path(own.name).name, *names.values()} - {names["old"]}
    assert {path.name for path in tmp_path.iterdir()} == kept
    assert stat.S_IMODE(Path(own.name).stat().st_mode) == 0o700
    own.cleanup()
    assert not Path(own.name).exists()
