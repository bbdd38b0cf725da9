"""The page on paper: which browser prints it, and what becomes of one that fails, hangs or is not there."""

import stat
import sys
import time
from pathlib import Path
from threading import Event, Timer
from typing import Any

import pytest
from small_runs import alive, wait_until, write_stub

from pilot_analysis.cli import main
from pilot_analysis.runs import folder, pdf
from pilot_analysis.runs.folder import run_pilot
from pilot_analysis.runs.pdf import PDF, VARIABLE, NotPrinted, browser, print_page

# The option by which a browser is told where to write.
WRITES = 'for option in "$@"; do case "$option" in --print-to-pdf=*) out="${option#*=}";; esac; done; '


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "review.html"
    path.write_text("<!doctype html><title>Page</title><p>one</p>", encoding="utf-8")
    return path


def program(folder: Path, script: str, name: str = "chromium") -> Path:
    """A browser that does what a shell script says."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_the_browser_that_the_environment_names_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    found = program(tmp_path / "bin", "true", "google-chrome")
    assert browser() == found
    other = program(tmp_path, "true", "my browser")
    monkeypatch.setenv(VARIABLE, str(other))
    assert browser() == other


@pytest.mark.parametrize("named", [None, "no-such-browser"])
def test_without_a_browser_nothing_is_run_and_the_message_says_what_to_do(
    named: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(pdf, "PLACES", ())
    monkeypatch.delenv(VARIABLE, raising=False)
    if named:
        monkeypatch.setenv(VARIABLE, named)
    demo = Path(__file__).parents[2] / "configs" / "demo" / "pilot.yaml"
    monkeypatch.setattr(sys, "argv", ["pilot-analysis", "run", str(demo), "--out", str(tmp_path / "r"), "--pdf"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 1
    said = capsys.readouterr().err
    assert VARIABLE in said
    assert (named or "Install Chromium") in said
    assert "Error:" not in said
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("echo starting; echo no usable sandbox >&2; exit 1", "no usable sandbox"),
        ("kill -SEGV $$", "it said nothing"),
        (WRITES + 'printf "%%PDF-1.4 and then it broke" > "$out"', "wrote no PDF"),
        ("exit 0", "wrote no PDF"),
    ],
    ids=["fails", "crashes", "breaks off", "writes nothing"],
)
def test_a_browser_that_fails_says_why_and_leaves_nothing(script: str, says: str, page: Path, tmp_path: Path) -> None:
    with pytest.raises(NotPrinted, match=says):
        print_page(page, tmp_path / PDF, program(tmp_path / "bin", script))
    assert not (tmp_path / PDF).exists()


def test_a_file_that_is_no_program_is_said(page: Path, tmp_path: Path) -> None:
    with pytest.raises(NotPrinted, match="cannot be run"):
        print_page(page, tmp_path / PDF, page)


def test_a_browser_that_hangs_is_ended_with_all_it_started(page: Path, tmp_path: Path) -> None:
    child = tmp_path / "child"
    hanging = program(tmp_path / "bin", f"sleep 600 & echo $! > {child}; sleep 600")
    begun = time.monotonic()
    with pytest.raises(NotPrinted, match=r"did not print within 3 seconds"):
        print_page(page, tmp_path / PDF, hanging, seconds=3)
    assert time.monotonic() - begun < 30
    wait_until(lambda: not alive(int(child.read_text())))


def test_a_run_that_is_told_to_stop_ends_the_browser(page: Path, tmp_path: Path) -> None:
    stop = Event()
    Timer(0.2, stop.set).start()
    with pytest.raises(KeyboardInterrupt):
        print_page(page, tmp_path / PDF, program(tmp_path / "bin", "sleep 600"), stop=stop)


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch, review: dict[str, Any]) -> None:
    """Stands in for the notebook and writes every file."""
    monkeypatch.setattr(folder, "execute", lambda _notebook, output, *_, **__: write_stub(output.parent, review))


def run(reports: Path, program: Path | None, **options: Any) -> folder.Published:
    return run_pilot(Path("pilot.yaml"), Path("n.ipynb"), "demo", reports, {}, browser=program, **options)


PRINTS = WRITES + 'printf "%%PDF-1.4\\n%%%%EOF\\n" > "$out"'


@pytest.mark.usefixtures("stub")
def test_the_pdf_is_part_of_the_run_or_the_run_is_not_there(tmp_path: Path) -> None:
    good = run(tmp_path / "reports", program(tmp_path / "bin", PRINTS))
    assert (good.folder / PDF).read_bytes() == b"%PDF-1.4\n%%EOF\n"
    assert PDF in (good.folder / "run.json").read_text(encoding="utf-8")
    with pytest.raises(NotPrinted):
        run(tmp_path / "reports", program(tmp_path / "bin", "exit 1"))
    left = {path.name for path in (tmp_path / "reports" / "demo").iterdir()}
    assert left == {good.run_id, "latest", "history.jsonl", "history.html"}
    assert str(good.latest.readlink()) == good.run_id


@pytest.mark.usefixtures("stub")
def test_an_unchanged_run_without_a_pdf_is_made_again_when_one_is_asked_for(tmp_path: Path) -> None:
    prints = program(tmp_path / "bin", PRINTS)
    first = run(tmp_path / "reports", None)
    second = run(tmp_path / "reports", prints, unchanged=lambda _last: True)
    assert (second.run_id != first.run_id, second.unchanged) == (True, False)
    assert run(tmp_path / "reports", prints, unchanged=lambda _last: True).unchanged
    assert run(tmp_path / "reports", None, unchanged=lambda _last: True).unchanged
