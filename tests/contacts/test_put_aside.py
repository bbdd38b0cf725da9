"""Of a large log the contacts are sorted once, into a file that nobody else can read and that goes with its engine."""

import gc
from pathlib import Path

import pandas as pd
from pilots import contacts, write_pilot

from pilot_analysis import load_config
from pilot_analysis.contacts.embedded import aside
from pilot_analysis.contacts.table import open_contacts
from pilot_analysis.kpis.measures import measured


def pilot_of(folder: Path, log: pd.DataFrame) -> Path:
    log.to_parquet(folder / "log.parquet")
    return write_pilot(folder, log, data__contacts="log.parquet", kpis__fcr={"measure": "repeat_contact"})


def files() -> set[Path]:
    return set(Path(aside().name).glob("engine-*/*.parquet"))


def test_the_file_holds_no_ids_is_for_its_owner_and_goes_with_its_engine(tmp_path: Path) -> None:
    before = files()  # of other engines
    config = load_config(pilot_of(tmp_path, contacts()))
    opened = open_contacts(config)
    table = measured(opened, config)
    (file,) = files() - before
    held = pd.read_parquet(file)
    assert len(held) == opened.used
    assert not {"contact_id", "customer_id"} & set(held.columns)
    assert not file.parent.stat().st_mode & 0o077
    measured(opened, config)  # again, as in a notebook after an edit
    assert len(files() - before) == 1
    del table, opened
    gc.collect()
    assert not files() - before
