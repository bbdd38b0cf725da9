"""A run can be made again: equal, or each thing that differs is named, the cause before its effects."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from pilots import LENIENT, Called, command, contacts, write_log, write_pilot

from pilot_analysis import load_config, review
from pilot_analysis.config.loader import resolved_yaml
from pilot_analysis.report import provenance
from pilot_analysis.runs.folder import write_run
from pilot_analysis.runs.manifest import hashes, read_record, write_record

RUN = "20260501T060000Z-00aa"
AT = datetime(2026, 5, 1, 6, tzinfo=UTC)


def published(config: Path, reports: Path) -> Path:
    """A run as `run` publishes it, without a kernel: its notebook is an empty one."""
    run = reports / "small-pilot" / RUN
    loaded = load_config(config)
    write_run(review(loaded).to_dict(), resolved_yaml(loaded), run)
    (run / "review.ipynb").write_text("{}", encoding="utf-8")
    write_record(run, run, config, AT, AT)
    return run


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a config, its data and a run."""
    home = tmp_path_factory.mktemp("home")
    (home / "pilot").mkdir()
    published(write_pilot(home / "pilot", **LENIENT), home / "reports")
    return home


@pytest.fixture
def home(original: Path, tmp_path: Path) -> Path:
    """A copy: the run finds the data, since both were moved together."""
    return shutil.copytree(original, tmp_path / "moved")


def verified(home: Path, *options: object) -> Called:
    return command("verify", home / "reports" / "small-pilot" / RUN, *options)


def lines(done: Called) -> list[str]:
    return [line.strip() for line in done.out.splitlines()]


def test_nothing_changed(home: Path) -> None:
    done = verified(home)
    assert done == Called(0, f"equal: small-pilot, run {RUN}\n", "")


def test_latest_is_a_run(home: Path) -> None:
    (home / "reports" / "small-pilot" / "latest").symlink_to(RUN)
    assert command("verify", home / "reports" / "small-pilot" / "latest").code == 0


def test_one_rating_changed(home: Path) -> None:
    log = contacts()
    row = log.index[log.csat == 5.0][0]
    log.loc[row, "csat"] = 1.0
    write_log(log, home / "pilot" / "contacts.csv")

    done = verified(home)

    told = lines(done)
    assert done.code == 1
    assert told[0] == f"differs: small-pilot, run {RUN}"
    assert told[1].startswith("data: the hash of the contacts ")
    values = [line for line in told if line.startswith("kpis.csat.crude.baseline: ")]
    before = (contacts().query("team == 'In-house'").csat.dropna() >= 4).mean()
    after = (log.query("team == 'In-house'").csat.dropna() >= 4).mean()
    old, new = (float(x) for x in values[0].removeprefix("kpis.csat.crude.baseline: ").split(" -> "))
    assert (old, new) == (pytest.approx(before), pytest.approx(after))
    assert not any(line.startswith(("config", "code", "file", "kpis.fcr")) for line in told)


def test_at_most_twenty_values_are_shown_and_the_rest_counted(home: Path) -> None:
    write_log(contacts().iloc[:-100], home / "pilot" / "contacts.csv")

    told = lines(verified(home))

    assert told[1:3] == ["data: 640 contacts were used, now 540", "data: 640 rows were read, now 540"]
    assert len([line for line in told if " -> " in line]) == 20
    assert told[-1].startswith("... and ")
    assert int(told[-1].split()[2]) > 100


def test_the_same_contacts_in_another_order_are_equal(home: Path) -> None:
    write_log(contacts().sample(frac=1, random_state=1), home / "pilot" / "contacts.csv")

    done = verified(home)

    assert done.code == 0
    assert lines(done)[1] == "note: the data files are not the same bytes; the contacts in them are the same"


def test_an_edited_config_comes_first(home: Path) -> None:
    file = home / "reports" / "small-pilot" / RUN / "config.yaml"
    text = file.read_text(encoding="utf-8")
    csat, rest = text.index("csat:"), text.index("fcr:")
    file.write_text(text[:csat] + text[csat:rest].replace("0.4", "0.3") + text[rest:], encoding="utf-8")

    done = verified(home)

    told = lines(done)
    assert done.code == 1
    assert told[1].startswith("config.yaml is not the config of the review: ")
    assert told[2] == "file: config.yaml is not what the run wrote"
    assert "kpis.csat.margin: 0.4 -> 0.3" in told


def test_edited_code_and_another_package_are_named_though_the_values_are_equal(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provenance, "code_hash", lambda: "f" * 64)
    monkeypatch.setattr(provenance, "version", lambda name: "99.1" if name == "scipy" else pd.__version__)
    monkeypatch.setattr(provenance, "PACKAGES", ("pandas", "scipy"))

    done = verified(home)

    told = lines(done)
    assert done.code == 1
    assert any(line.startswith("code: hash of the code ") and line.endswith("ffffffffffff") for line in told)
    assert any(line.startswith("code: scipy ") and line.endswith(" is now 99.1") for line in told)
    assert not any("pandas" in line for line in told)
    assert told[-1] == "every value of the review is the same"


def test_changed_and_missing_files_are_named(home: Path) -> None:
    run = home / "reports" / "small-pilot" / RUN
    (run / "review.html").write_text("scale!", encoding="utf-8")
    (run / "tables" / "checks.csv").unlink()
    (run / "review.json").write_text(
        (run / "review.json").read_text(encoding="utf-8").replace('"verdict": "scale"', '"verdict": "stop"', 1),
        encoding="utf-8",
    )

    done = verified(home)

    assert done.code == 1
    assert lines(done)[1:] == [
        "file: review.html is not what the run wrote",
        "file: review.json is not what the run wrote",
        "file: tables/checks.csv is missing",
        "verdict: stop -> scale",
    ]


def test_data_that_is_gone_is_named_and_may_be_elsewhere(home: Path) -> None:
    (home / "pilot").rename(home / "archive")

    done = verified(home)

    assert (done.code, done.out) == (2, "")
    assert "the data file does not exist" in done.err
    assert "contacts.csv" in done.err
    assert verified(home, "--folder", home / "archive").code == 0


def test_what_is_no_run_is_refused(home: Path, tmp_path: Path) -> None:
    run = home / "reports" / "small-pilot" / RUN
    assert "This is no run that can be read." in command("verify", tmp_path).err
    for name, content in (("review.json", "[]"), ("run.json", "{"), ("run.json", "{}"), ("config.yaml", None)):
        kept = (run / name).read_bytes()
        if content is None:
            (run / name).unlink()
        else:
            (run / name).write_text(content, encoding="utf-8")
        done = verified(home)
        assert (done.code, done.out) == (2, ""), name
        assert name in done.err
        (run / name).write_bytes(kept)
    assert verified(home).code == 0


def test_secrets_come_from_the_environment_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_NAME", "contacts.csv")
    (tmp_path / "pilot").mkdir()
    config = write_pilot(tmp_path / "pilot", **LENIENT)
    config.write_text(config.read_text().replace("contacts.csv", "${LOG_NAME}"))
    published(config, tmp_path / "reports")

    assert verified(tmp_path).code == 0
    monkeypatch.delenv("LOG_NAME")
    done = verified(tmp_path)
    assert done.code == 2
    assert "LOG_NAME" in done.err


def test_the_record_says_what_belongs_to_the_run(home: Path) -> None:
    run = home / "reports" / "small-pilot" / RUN
    record = read_record(run)
    assert (record.run, record.slug, record.config, record.config_folder) == (
        RUN, "small-pilot", "pilot.yaml", "../../../pilot",
    )  # fmt: skip
    assert record.manifest == hashes(run)
    assert {"review.html", "review.json", "config.yaml", "tables/checks.csv"} <= record.manifest.keys()
    assert "run.json" not in record.manifest
    assert json.loads((run / "review.json").read_text(encoding="utf-8"))["provenance"].keys() >= {"contacts_sha256"}
