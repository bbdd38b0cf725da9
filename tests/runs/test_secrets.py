"""A secret reaches no file and no message: not of a good run, an interim, a refused or a failed one."""

import json
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pilots import LENIENT, Called, command, contacts, program, write_config
from small_runs import Notebook

from pilot_analysis.runs import notebooks

# Signs that JSON and URLs write in another way.
SECRETS = {"DB_SECRET": 's3cret"pä ss%40', "HOOK_URL": "json://robot:t0ken-nobody@127.0.0.1:9/t0ken-nobody"}
PARTS = ("s3cret", "t0ken-nobody")


def write_secret_pilot(folder: Path, **keys: Any) -> Path:
    """A pilot whose log is a database with a secret in its address, and which tells a hook that is not there."""
    folder.mkdir()
    log = contacts()
    with duckdb.connect(str(folder / f"{SECRETS['DB_SECRET']}.duckdb")) as database:
        database.register("log", log)
        database.execute("CREATE TABLE contacts AS SELECT * FROM log")
    data = {"contacts": "duckdb://${DB_SECRET}.duckdb", "table": "contacts",
            "arm": {"column": "team", "baseline": ["In-house"], "pilot": ["Vendor"]}}  # fmt: skip
    told = {"urls": ["${HOOK_URL}"], "when": "always"}
    return write_config(folder, **(LENIENT | {"data": data, "notify": told, "pilot__name": folder.name} | keys))


def leaks(reports: Path, *dones: Called) -> list[str]:
    """Every place that holds a part of a secret."""
    texts = {f"{name} of call {i}": text for i, done in enumerate(dones) for name, text in done._asdict().items()}
    files = [path for path in reports.rglob("*") if path.is_file()]
    assert len(files) > 1
    for file in files:
        texts[str(file)] = file.read_bytes().decode(errors="replace")
        if file.suffix == ".xlsx":
            with zipfile.ZipFile(file) as book:
                texts |= {f"{file}: {name}": book.read(name).decode(errors="replace") for name in book.namelist()}
    return [place for place, text in texts.items() for part in PARTS if part in str(text)]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("option", [(), ("--log-json",)], ids=["plain", "json"])
def test_good_interim_and_refused_runs_keep_the_secrets(tmp_path: Path, option: tuple[str, ...]) -> None:
    good = write_secret_pilot(tmp_path / "good")
    interim = write_secret_pilot(tmp_path / "interim", pilot__end="2026-04-30")
    refused = write_secret_pilot(tmp_path / "refused", pilot__start="2020-03-02", pilot__end="2020-04-30",
                                 decision={})  # fmt: skip
    reports = tmp_path / "reports"

    done = program("run", good, interim, refused, "--out", reports, *option)

    assert done.code == 2, done.err
    assert (reports / "good" / "latest").exists()
    assert (reports / "interim" / "latest").exists()
    assert "no contact in the pilot's period" in done.err
    assert done.err.count("json://127.0.0.1") == 3
    assert leaks(reports, done) == []
    if option:
        assert all(json.loads(line) for line in done.err.splitlines())


def test_a_failed_notebook_keeps_the_secrets(
    tmp_path: Path, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its traceback, what it printed and the arguments of its process."""
    config = write_secret_pilot(tmp_path / "failed")
    told = tmp_path / "argv.txt"
    failing = notebook(
        "import os, sys, pathlib\nsecrets = os.environ['DB_SECRET'], os.environ['HOOK_URL']",
        f"pathlib.Path({str(told)!r}).write_text(repr(sys.orig_argv))",
        "print(*secrets)\nsecrets",
        "raise ValueError(f'no connection with {secrets[0]} and {secrets[1]}')",
    )
    monkeypatch.setattr(notebooks, "notebook", lambda _name: failing)

    done = command("run", config, "--out", tmp_path / "reports")

    assert done.code == 3
    assert "no connection with ${DB_SECRET} and ${HOOK_URL}" in done.err
    kept = next((tmp_path / "reports" / "failed").glob("failed-*"))
    assert "no connection with ${DB_SECRET} and ${HOOK_URL}" in (kept / "FAILED.txt").read_text(encoding="utf-8")
    assert "${DB_SECRET} ${HOOK_URL}" in str(json.loads((kept / "review.ipynb").read_text(encoding="utf-8")))
    assert leaks(tmp_path / "reports", done) == []
    assert not any(part in told.read_text() for part in PARTS)
