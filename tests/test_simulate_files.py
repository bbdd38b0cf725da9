"""The files of a simulated pilot: stable bytes, whole or not at all."""

import errno
import gzip
import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import yaml

from pilot_analysis import load_config
from pilot_analysis.refusal import Refusal
from pilot_analysis.simulation import Scenario, files, history, simulate, write, write_history

SMALL = Scenario(pilot_per_day=15, baseline_per_day=30, effects={"csat": -0.02, "cost": -0.20})
TIMES = ["opened_at", "first_response_at", "resolved_at"]


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_a_folder_gets_log_truth_and_config(tmp_path):
    written = write(tmp_path / "new" / "pilot", SMALL, seed=1)
    assert sorted(contents(tmp_path / "new" / "pilot")) == ["contacts.csv.gz", "pilot.yaml", "truth.json"]
    assert written.contacts == tmp_path / "new" / "pilot" / "contacts.csv.gz"
    truth = json.loads(written.truth.read_text())
    assert truth["seed"] == 1
    assert truth["effects"]["csat"]["value"] == -0.02


def test_a_seed_writes_the_same_bytes(tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write(tmp_path / name, SMALL, seed)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert contents(tmp_path / "a")["contacts.csv.gz"] != contents(tmp_path / "c")["contacts.csv.gz"]


@pytest.mark.parametrize("name", ["log.csv", "log.csv.gz", "log.parquet", "LOG.CSV"])
def test_a_file_has_the_others_beside_it(tmp_path, name):
    written = write(tmp_path / name, SMALL, seed=1)
    stem = name.split(".")[0]
    assert sorted(contents(tmp_path)) == sorted([name, f"{stem}.truth.json", f"{stem}.pilot.yaml"])
    assert yaml.safe_load(written.config.read_text())["data"]["contacts"] == name
    ids = {"tier": str}
    back = (
        pd.read_parquet(written.contacts)
        if name.endswith("parquet")
        else pd.read_csv(written.contacts, parse_dates=TIMES, dtype=ids)
    )
    log, _ = simulate(SMALL, seed=1)
    pd.testing.assert_frame_equal(back, log, check_dtype=False)


def test_times_are_written_to_the_second_in_iso_format(tmp_path):
    write(tmp_path / "log.csv", SMALL, seed=1)
    text = pd.read_csv(tmp_path / "log.csv", dtype=str)
    for column in TIMES:
        assert text[column].dropna().str.fullmatch(r"2026-\d\d-\d\dT\d\d:\d\d:\d\d").all()


def test_the_default_log_is_small(tmp_path):
    written = write(tmp_path, Scenario(), seed=1)
    assert written.contacts.stat().st_size < 2_000_000


def test_the_config_reviews_the_log(tmp_path):
    written = write(tmp_path, SMALL, seed=1)
    config = yaml.safe_load(written.config.read_text())
    truth = json.loads(written.truth.read_text())
    assert config["pilot"]["name"].startswith("Simulated")
    assert config["pilot"]["start"] == date(2026, 3, 2)
    assert config["pilot"]["end"] == date(2026, 4, 30)
    assert config["data"]["contacts"] == "contacts.csv.gz"
    assert config["design"]["adjust_for"] == ["channel", "category", "tier"]
    assert config["kpis"]["fcr"]["same"] == ["category"]
    assert config["decision"]["agreed_on"] < config["pilot"]["start"]
    # 20% less than in-house costs: mean handle seconds / 3600 x 38 / 0.75
    in_house = truth["levels"]["baseline"]["handle_time"] / 3_600 * 38 / 0.75
    assert config["costs"]["pilot"][0]["rate"] == pytest.approx(0.80 * in_house, abs=1e-4)
    assert config["costs"]["baseline"] == [{"kind": "per_hour", "rate": 38.0, "occupancy": 0.75}]


def test_the_config_is_one_that_loads(tmp_path):
    written = write(tmp_path, SMALL, seed=1)
    config = load_config(written.config)
    assert config.pilot.end == date(2026, 4, 30)
    assert config.data.arm.pilot == ["Vendor"]


def test_without_a_cost_effect_the_price_is_the_scenarios(tmp_path):
    written = write(tmp_path, Scenario(pilot_per_day=15, baseline_per_day=30), seed=1)
    assert yaml.safe_load(written.config.read_text())["costs"]["pilot"][0]["rate"] == 5.20


def test_files_are_replaced(tmp_path):
    for name in ("contacts.csv.gz", "truth.json", "pilot.yaml"):
        (tmp_path / name).write_text("old")
    write(tmp_path, SMALL, seed=1)
    assert b"old" not in contents(tmp_path).values()
    assert len(contents(tmp_path)) == 3


def test_a_full_disk_leaves_the_old_files(tmp_path, monkeypatch):
    write(tmp_path, SMALL, seed=1)
    before = contents(tmp_path)

    def full(*_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "_config_text", full)
    with pytest.raises(OSError, match="No space left"):
        write(tmp_path, SMALL, seed=2)
    assert contents(tmp_path) == before


def test_where_nothing_can_be_written_is_refused(tmp_path):
    (tmp_path / "note.txt").write_text("a file")
    (tmp_path / "log.csv").mkdir()
    for place in (tmp_path / "note.txt", tmp_path / "note.txt" / "log.csv", tmp_path / "log.csv"):
        with pytest.raises(Refusal, match="cannot be written") as refusal:
            write(place, SMALL, seed=1)
        assert str(place) in str(refusal.value)
    assert (tmp_path / "note.txt").read_text() == "a file"
    assert not any((tmp_path / "log.csv").iterdir())


def test_a_folder_without_permission_is_refused(tmp_path, monkeypatch):
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", denied)
    with pytest.raises(Refusal, match="Permission denied"):
        write(tmp_path / "log", SMALL, seed=1)


def test_the_history_is_of_the_same_agents_before_the_set_up_and_of_nobody_else(tmp_path):
    """Ten days that end five weeks before 2 March; who had how many contacts hangs on the agents."""
    file = write_history(tmp_path / "new", SMALL, 1, 10)
    assert file == tmp_path / "new" / "history.csv.gz"
    back = pd.read_csv(file, parse_dates=["opened_at", "first_response_at"], dtype={"tier": str})
    pd.testing.assert_frame_equal(back, history(SMALL, 1, 10), check_dtype=False)
    assert set(back["team"]) == {"In-house"}
    assert (back["opened_at"].min().date(), back["opened_at"].max().date()) == (date(2026, 1, 16), date(2026, 1, 25))
    assert len(back) == pytest.approx(450, rel=0.15)
    log, _truth = simulate(SMALL, seed=1)
    then, now = (found["agent_id"].value_counts() for found in (history(SMALL, 1, 90), log[log["team"] == "In-house"]))
    assert then.corr(now) > 0.9
    assert history(SMALL, 2, 90)["agent_id"].value_counts().corr(now) < 0.5


def test_the_history_in_the_demo_is_what_its_command_writes(tmp_path):
    demo = Path(__file__).parents[1] / "configs" / "demo" / "history.csv.gz"
    written = write_history(tmp_path / "history.csv.gz", Scenario(), 18, 90)
    assert gzip.decompress(written.read_bytes()) == gzip.decompress(demo.read_bytes())
