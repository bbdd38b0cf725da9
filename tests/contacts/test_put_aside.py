"""Of a large log the contacts are sorted once, into a file that nobody else can read and that goes with its engine."""

import gc
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from pilots import contacts, write_pilot

from pilot_analysis import load_config
from pilot_analysis.contacts.table import open_contacts
from pilot_analysis.kpis.measures import measured


def pilot_of(folder: Path, log: pd.DataFrame) -> Path:
    log.to_parquet(folder / "log.parquet")
    return write_pilot(folder, log, data__contacts="log.parquet", kpis__fcr={"measure": "repeat_contact"})


def aside(folder: Path) -> list[Path]:
    return sorted(folder.glob("pilot-analysis-*/*.parquet"))


def test_the_file_holds_no_ids_is_for_its_owner_and_goes_with_its_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    config = load_config(pilot_of(tmp_path, contacts()))
    opened = open_contacts(config)
    table = measured(opened, config)
    (file,) = aside(temporary)
    held = pd.read_parquet(file)
    assert len(held) == opened.used
    assert not {"contact_id", "customer_id"} & set(held.columns)
    assert not file.parent.stat().st_mode & 0o077
    measured(opened, config)  # again, as in a notebook after an edit
    assert len(aside(temporary)) == 1
    del table, opened
    gc.collect()
    assert not aside(temporary)
