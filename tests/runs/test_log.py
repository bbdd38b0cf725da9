"""`--log-json`: every line on standard error is an object, whatever happens."""

import json
import logging
import warnings
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pilots import LENIENT, Called, command, contacts, program, write_pilot
from small_runs import Notebook

from pilot_analysis.refusal import Refusal
from pilot_analysis.runs import log, notebooks


def events(done: Called) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in done.err.splitlines()]
    for event in found:
        assert list(event)[:6] == ["time", "level", "event", "pilot", "run", "message"]
        assert datetime.fromisoformat(event["time"]).utcoffset() == timedelta(0)
    return found


def test_a_good_run_and_a_refused_one(tmp_path: Path) -> None:
    """In a program of its own, so that what its kernels and libraries write is seen."""
    for name in ("good", "bad"):
        (tmp_path / name).mkdir()
    good = write_pilot(tmp_path / "good", **LENIENT)
    bad = write_pilot(tmp_path / "bad", contacts(opened_at="soon"), pilot__name="Bad")

    done = program("run", good, bad, "--out", tmp_path / "reports", "--jobs", "2", "--log-json")

    told = events(done)
    assert done.code == 2
    assert "scale: small-pilot: " in done.out
    mine = [event for event in told if event["pilot"] == "small-pilot"]
    assert {event["run"] for event in mine} == {(tmp_path / "reports/small-pilot/latest").readlink().name}
    cells = [event for event in mine if event["event"] == "cell"]
    assert [event["done"] for event in cells] == list(range(cells[0]["of"] + 1))
    assert mine[-1] | {"time": "", "run": "", "seconds": 0, "message": ""} == {
        "time": "", "level": "info", "event": "published", "pilot": "small-pilot", "run": "", "message": "",
        "verdict": "scale", "page": str(tmp_path / "reports/small-pilot/latest/review.html"),
        "seconds": 0,
    }  # fmt: skip
    (refused,) = (event for event in told if event["event"] == "refused")
    assert (refused["level"], refused["pilot"], refused["code"]) == ("error", "bad", 2)
    assert refused["message"] == "a value of column 'opened_at' is not a timestamp (640 such rows)"
    assert refused["file"] == str(tmp_path / "bad" / "contacts.csv")
    assert (refused["key"], refused["found"]) == ("opened_at", "soon")
    assert refused["allowed"].startswith("a time stamp as 2026-03-02 14:05:00")


@pytest.mark.parametrize("verb", ["run", "review", "check"])
def test_a_refused_config_is_an_object_with_its_line(tmp_path: Path, verb: str) -> None:
    config = write_pilot(tmp_path, kpis__csat__margni=0.1)

    done = command(verb, config, "--log-json")

    refused = events(done)[-1]
    assert done.code == 2
    assert {name: refused[name] for name in ("event", "message", "file", "key", "nearest")} == {
        "event": "refused", "message": "unknown key", "file": str(config), "key": "kpis.csat.margni",
        "nearest": "margin",
    }  # fmt: skip
    assert config.read_text().splitlines()[refused["line"] - 1].strip() == "margni: 0.1"


def test_a_failed_notebook_is_an_object_with_its_cell(
    tmp_path: Path, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = notebook("1 / 0")
    monkeypatch.setattr(notebooks, "notebook", lambda _name: failing)

    done = command("run", write_pilot(tmp_path), "--out", tmp_path / "reports", "--log-json")

    failed = events(done)[-1]
    assert done.code == failed["code"] == 3
    assert (failed["event"], failed["cell"], failed["cause"]) == (
        "failed", 3, "ZeroDivisionError: division by zero",
    )  # fmt: skip
    assert Path(failed["kept"], "FAILED.txt").is_file()


@pytest.mark.parametrize("arguments", [["run", "--log-json", "--nope"], ["run", "--log-json"]])
def test_a_command_line_that_is_wrong_is_an_object_too(arguments: list[str]) -> None:
    done = program(*arguments)
    assert done.code == 2
    assert events(done)[-1]["event"] == "refused"


def test_what_libraries_say_is_an_object_too(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(as_json=True)
    try:
        logging.getLogger("some.library").warning("line\nbreak \x1b")
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            log.configure(as_json=True)
            warnings.warn("old", DeprecationWarning, stacklevel=1)
    finally:
        log.configure(as_json=False)

    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert (first["event"], first["level"], first["message"]) == ("some.library", "warning", "line\nbreak \x1b")
    assert "DeprecationWarning: old" in second["message"]


def test_people_read_warnings_and_faults_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(as_json=False)
    log.tell("published", "not for people: they read it on standard output")
    log.warn("a warning")
    assert log.tell_fault(Refusal("no such key", file="a.yaml", line=3)) == (
        2, "Refused: no such key\n  where:        a.yaml, line 3",
    )  # fmt: skip

    assert capsys.readouterr().err == "a warning\nRefused: no such key\n  where:        a.yaml, line 3\n"
    assert not any(isinstance(handler, log.Lines) for handler in logging.getLogger().handlers)


@pytest.mark.parametrize(
    "refusal",
    [
        Refusal("a"),
        Refusal("a: b", file="x y.csv", line=12, key="k", found="f: g", allowed="h", nearest="n"),
        Refusal("only\nwords"),
    ],
)
def test_a_refusal_comes_out_of_a_notebook_as_it_went_in(refusal: Refusal) -> None:
    again = Refusal.parsed(str(refusal))
    assert str(again) == str(refusal)
    assert (again.file, again.line, again.found) == (refusal.file, refusal.line, refusal.found)
