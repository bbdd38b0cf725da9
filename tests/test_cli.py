"""The commands as a shell and a scheduler see them: what they write, and with which code they end."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
from pilots import LENIENT, Called, command, contacts, program, write_config, write_pilot

from pilot_analysis import load_config, review
from pilot_analysis.refusal import Refusal
from pilot_analysis.runs import folder as run_folder
from pilot_analysis.runs.execute import NotebookFailed

VERBS = ["run", "review", "check", "cost", "verify", "schema", "simulate"]


def flat(text: str) -> str:
    """Text without line breaks, as a terminal of any width would show it."""
    return " ".join(text.split())


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The config of a small pilot that could be scaled."""
    return write_pilot(tmp_path_factory.mktemp("pilot"), **LENIENT)


@pytest.fixture(scope="module")
def expected(pilot: Path) -> dict[str, Any]:
    """Its review, from Python."""
    return review(load_config(pilot)).to_dict()


# --- help ----------------------------------------------------------------------------------------------------


def test_help_names_every_command() -> None:
    done = program("--help")
    assert done.code == 0
    for verb in VERBS:
        assert re.search(rf"\b{verb}\b", done.out)


@pytest.mark.parametrize("verb", VERBS)
def test_every_command_explains_itself(verb: str) -> None:
    done = command(verb, "--help")
    assert done.code == 0
    assert len(done.out) > 200


def test_help_is_quick_and_imports_nothing_heavy() -> None:
    """The best of three, since other work may go on; and no library of the analysis."""
    line = [sys.executable, "-X", "importtime", "-m", "pilot_analysis", "--help"]
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        done = subprocess.run(line, capture_output=True, text=True, check=True)
        times.append(time.perf_counter() - begun)
    modules = {row.rsplit("|", 1)[-1].strip().split(".")[0] for row in done.stderr.splitlines() if "|" in row}
    assert "typer" in modules
    assert not modules & {
        "pandas",
        "numpy",
        "ibis",
        "duckdb",
        "pydantic",
        "matplotlib",
        "scipy",
        "papermill",
        "pingouin",
    }
    assert min(times) < 1.0


def test_no_command_and_no_such_command() -> None:
    assert program().code == 2
    assert command("reviev", "x.yaml").code == 2


def test_the_command_and_the_module_are_one() -> None:
    installed = Path(sys.executable).with_name("pilot-analysis")
    done = subprocess.run([installed, "schema"], capture_output=True, text=True, check=True)
    assert done.stdout == program("schema").out


# --- review --------------------------------------------------------------------------------------------------


def test_the_json_is_the_review(pilot: Path, expected: dict[str, Any]) -> None:
    done = command("review", pilot, "--json")
    found = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert found["provenance"].pop("generated_at") > "2026"
    same = json.loads(json.dumps(expected))
    del same["provenance"]["generated_at"]
    assert found == same


def test_overrides_reach_the_review(pilot: Path) -> None:
    keys = {"kpis.csat.margin": 0.25, "design.confidence": 0.9, "pilot.as_of": "2026-04-01"}
    done = command("review", pilot, "--json", "--set", "kpis.csat.margin=0.25", "--set", "design.confidence=0.90",
                   "--as-of", "2026-04-01")  # fmt: skip
    found, same = json.loads(done.out), json.loads(json.dumps(review(load_config(pilot, keys)).to_dict()))
    for content in (found, same):
        del content["provenance"]["generated_at"]
    assert found == same
    assert (found["phase"], found["verdict"]) == ("interim", None)


def test_the_costs_are_those_of_the_review(pilot: Path, expected: dict[str, Any]) -> None:
    done = command("cost", pilot, "--json")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == json.loads(json.dumps(expected["cost"]))
    shown = flat(command("cost", pilot).out)
    assert "Every cost component" in shown
    assert command("cost", pilot, "--set", "costs.volume_per_month=-1").code == 2


def test_the_scorecard_on_a_terminal(pilot: Path, expected: dict[str, Any]) -> None:
    done = command("review", pilot)
    assert (done.code, done.err) == (0, "")
    shown = flat(done.out)
    assert shown.startswith("SCALE")
    assert flat(expected["headline"]) in shown
    for state in {kpi["state"] for kpi in expected["kpis"] if kpi["role"] != "secondary"}:
        assert state.replace("_", "-") in shown


def test_markup_in_names_is_text(tmp_path: Path) -> None:
    """Square brackets are colours to the terminal's writer; in a name they are brackets."""
    file = write_pilot(tmp_path, contacts(agent_id="[bold red]Kim[/]"), pilot__name="[red]Q1[/] [link=x]", **LENIENT)
    assert command("review", file).code == 0
    assert command("check", file).code == 0


# --- check ---------------------------------------------------------------------------------------------------


def test_check_prints_every_check_and_no_verdict(pilot: Path, expected: dict[str, Any]) -> None:
    done = command("check", pilot)
    assert (done.code, done.err) == (0, "")
    shown = flat(done.out)
    for check in expected["checks"]:
        assert f"{check['id']} {flat(check['text'])}" in shown
    for word in (
        "SCALE",
        "ADJUST",
        "STOP",
        "Scale:",
        "Adjust:",
        "Stop:",
        expected["headline"],
        expected["rule"]["text"],
    ):
        assert word not in shown
    assert expected["verdict"] == "scale"  # so there was one not to print


def test_check_says_what_the_pilot_can_show(monkeypatch: pytest.MonkeyPatch, pilot: Path) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    shown = flat(command("check", pilot).out)
    assert "smallest drop" in shown
    for name in ("Customer satisfaction", "First contact resolution", "Cost per contact", "Response time"):
        assert name in shown


def test_check_says_why_a_kpi_is_not_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    rows = contacts(customer_id=None, cost=None)
    shown = flat(command("check", write_pilot(tmp_path, rows, kpis=..., decision=...)).out)
    assert "Not measured: First contact resolution (log's own flag) (the log has neither customer_id nor fcr)." in shown
    assert "Not measured: Cost per contact and Cost per resolution (neither" in shown


def test_check_names_what_is_wrong(tmp_path: Path) -> None:
    log = contacts()
    log.loc[:3, "first_response_at"] = log.opened_at - log.opened_at.diff().median()
    shown = flat(command("check", write_pilot(tmp_path, log, decision__agreed_on="2026-03-20")).out)
    assert "! times 4 answers" in shown
    assert "✗ agreed" in shown


# --- schema and simulate -------------------------------------------------------------------------------------


def test_the_schema_is_a_json_schema() -> None:
    done = command("schema")
    assert done.code == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(done.out))


SMALL = ["--days", 31, "--agents", 3, "--baseline-agents", 3, "--per-day", 6, "--baseline-per-day", 8]


def test_simulate_writes_a_log_its_truth_and_a_config(tmp_path: Path) -> None:
    done = command("simulate", tmp_path / "sim", *SMALL, "--effect", "csat=-0.02")
    assert (done.code, done.err) == (0, "")
    files = [Path(row) for row in done.out.split("\n")[:-1]]
    assert sorted(files) == sorted((tmp_path / "sim").iterdir())
    assert len(files) == 3
    config = next(file for file in files if file.suffix == ".yaml")
    assert command("review", config).code == 0


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        assert command("simulate", tmp_path / name, *SMALL, "--seed", seed).code == 0
    a, b, c = ([f.read_bytes() for f in sorted((tmp_path / name).iterdir())] for name in "abc")
    assert a == b
    assert a != c


@pytest.mark.parametrize(
    "arguments",
    [["--days", 0], ["--effect", "csat"], ["--effect", "mood=1"], ["--effect", "csat=lots"], ["--answer-rate", 2],
     ["--seed", "x"]],
)  # fmt: skip
def test_simulate_refuses_what_makes_no_sense(tmp_path: Path, arguments: list[object]) -> None:
    done = command("simulate", tmp_path / "sim", *arguments)
    assert done.code == 2
    assert "Traceback" not in done.err
    assert not (tmp_path / "sim").exists()


# --- exit codes of several configs ---------------------------------------------------------------------------


class Runs:
    """Stands for `run_pilot`: every pilot ends as the test says, by its slug."""

    def __init__(self, ends: dict[str, Any]) -> None:
        self.ends, self.called = ends, []

    def __call__(self, _config: Path, _notebook: Path, slug: str, reports: Path, *_: Any, **__: Any) -> Any:
        self.called.append(slug)
        end = self.ends[slug]
        if isinstance(end, BaseException):
            raise end
        review = {"verdict": end, "phase": "final" if end else "interim", "headline": "So.", "kpis": [],
                  "pilot": {"name": slug, "language": "en"}, "provenance": {}}  # fmt: skip
        return SimpleNamespace(slug=slug, run_id="r", latest=reports / slug / "latest", review=review, unchanged=False)


FAULTS = {
    "error": OSError(28, "No space left on device"), "failed": NotebookFailed("n.ipynb", 3, "ValueError: x"),
    "refused": Refusal("no", file="a.csv"), "scale": "scale", "adjust": "adjust", "stop": "stop", "interim": None,
}  # fmt: skip


def ends(monkeypatch: pytest.MonkeyPatch, folder: Path, names: list[str], *arguments: str) -> tuple[Called, Runs]:
    """What `run` makes of pilots that end so."""
    runs = Runs({name: FAULTS.get(name, name) for name in names})
    monkeypatch.setattr(run_folder, "run_pilot", runs)
    files = []
    for name in names:
        (folder / name).mkdir()
        files.append(write_config(folder / name, report__slug=name))
    return command("run", *files, "--out", folder / "reports", *arguments), runs


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["scale", "stop", "interim"], 0),
        (["refused", "scale"], 2),
        (["scale", "refused", "failed"], 3),
        (["error", "refused", "failed", "scale"], 1),
        (["failed", "error"], 1),
    ],
)
@pytest.mark.parametrize("jobs", ["1", "3"])
def test_the_worst_of_several_in_the_order_1_3_2_0(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, names: list[str], code: int, jobs: str
) -> None:
    """Whatever becomes of one, the others are run."""
    done, runs = ends(monkeypatch, tmp_path, names, "--jobs", jobs)
    assert done.code == code
    assert sorted(runs.called) == sorted(names)
    assert "Traceback" not in done.err
    for name in names:
        if FAULTS[name] is None or isinstance(FAULTS[name], str):
            assert f"{name}: {name}: {tmp_path / 'reports' / name / 'latest' / 'review.html'}" in done.out


def test_a_line_for_each_pilot_at_the_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Plain columns where standard output is no terminal."""
    done, _ = ends(monkeypatch, tmp_path, ["scale", "refused", "interim", "failed", "error"])
    head, *lines = done.out.splitlines()[-6:]
    assert head.split() == ["pilot", "outcome", "verdict", "seconds", "path"]
    found = [re.sub(r"\d+\.\d", "S", line).split() for line in lines]
    page = "/latest/review.html"
    assert found == [
        ["scale", "published", "scale", "S", f"{tmp_path}/reports/scale{page}"], ["refused", "refused", "–", "S", "–"],
        ["interim", "published", "interim", "S", f"{tmp_path}/reports/interim{page}"],
        ["failed", "failed", "–", "S", "–"], ["error", "error", "–", "S", "–"],
    ]  # fmt: skip
    assert len({line.index(word) for line, word in zip([head, *lines], ["path", "/", "–", "/", "–", "–"], strict=True)
                if word != "–"}) == 1  # fmt: skip


def test_one_pilot_needs_no_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done, _ = ends(monkeypatch, tmp_path, ["scale"])
    assert done.out == f"scale: scale: {tmp_path}/reports/scale/latest/review.html\n  So.\n"


@pytest.mark.parametrize(
    ("names", "code"),
    [(["scale"], 0), (["adjust"], 10), (["stop"], 20), (["interim"], 30), (["scale", "stop", "adjust"], 20),
     (["scale", "refused"], 2), (["stop", "failed"], 3), (["stop", "error"], 1)],
)  # fmt: skip
def test_the_verdict_as_exit_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, names: list[str], code: int) -> None:
    """Only when all are done; otherwise the failure counts."""
    assert ends(monkeypatch, tmp_path, names, "--verdict-exit")[0].code == code


@pytest.mark.parametrize("end", [KeyboardInterrupt(), SystemExit(128 + signal.SIGTERM)])
def test_stopping_a_run_stops_it_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, end: BaseException) -> None:
    """Ctrl-C and SIGTERM mean the whole call, not the pilot that happens to run."""
    monkeypatch.setitem(FAULTS, "ended", end)
    done, runs = ends(monkeypatch, tmp_path, ["ended", "scale"])
    assert runs.called == ["ended"]
    assert done.code not in (0, 2)
    assert "StopIteration" not in done.err
    assert "Traceback" not in done.err


def test_limits_reach_the_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given: dict[str, Any] = {}

    def run_pilot(*_: Any, **options: Any) -> Any:
        given.update(options)
        raise Refusal("enough")

    monkeypatch.setattr(run_folder, "run_pilot", run_pilot)
    file = write_config(tmp_path)
    for options, expected in (
        ([], (1800, 3600, 600)), (["--cell-timeout", 5, "--deadline", 7, "--wait", 0], (5, 7, 0)),
    ):  # fmt: skip
        command("run", file, "--out", tmp_path, *options)
        assert (given["timeout"], given["deadline"], given["wait"]) == expected
    assert command("run", file, "--deadline", 0).code == 2


def test_an_unreadable_config_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(run_folder, "run_pilot", Runs({"small-pilot": "scale"}))
    done = command("run", tmp_path / "nofile.yaml", write_config(tmp_path), "--out", tmp_path / "reports")
    assert done.code == 2
    assert "scale: small-pilot" in done.out
    assert done.err.startswith("Refused: ")


@pytest.mark.parametrize("jobs", ["0", "-1", "two"])
def test_jobs_is_a_number_of_pilots(pilot: Path, jobs: str) -> None:
    assert command("run", pilot, "--jobs", jobs).code == 2


def test_an_unforeseen_error_is_one_sentence_and_code_1(monkeypatch: pytest.MonkeyPatch, pilot: Path) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("the tide is high")

    monkeypatch.setattr("pilot_analysis.config.loader.load_config", broken)
    monkeypatch.delenv("PILOT_ANALYSIS_DEBUG", raising=False)
    done = command("review", pilot)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("Error: RuntimeError: the tide is high\n")
    assert "Traceback" not in done.err
    monkeypatch.setenv("PILOT_ANALYSIS_DEBUG", "1")
    with pytest.raises(RuntimeError):
        command("review", pilot)


# --- pipes, closed streams, other encodings ------------------------------------------------------------------


def test_head_ends_the_pipe_quietly() -> None:
    line = f"'{sys.executable}' -m pilot_analysis schema | head -1"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert done.stdout == "{\n"
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [["schema"], ["check"]])
def test_a_reader_that_has_gone(pilot: Path, arguments: list[str]) -> None:
    """Nobody reads any more before anything was written: Click leaves with 1, and nothing is said."""
    line = [sys.executable, "-m", "pilot_analysis", *arguments]
    line += [str(pilot)] if "check" in arguments else []
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(line, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_closed_standard_input(pilot: Path) -> None:
    line = f"'{sys.executable}' -m pilot_analysis review '{pilot}' --json <&-"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["verdict"] == "scale"


def test_a_full_disk_is_an_error() -> None:
    line = [sys.executable, "-m", "pilot_analysis", "schema"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_json_is_utf_8_whatever_the_terminal_speaks(pilot: Path, expected: dict[str, Any]) -> None:
    """A file that `>` makes on Windows, or in an old locale, is read by others as JSON all the same."""
    line = [sys.executable, "-m", "pilot_analysis", "review", str(pilot), "--json"]
    environment = os.environ | {"PYTHONIOENCODING": "cp1252"}
    done = subprocess.run(line, capture_output=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["headline"] == expected["headline"]


# --- real runs -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, pilot: Path) -> tuple[Path, Called]:
    """Two pilots run in one call with a closed standard input: one to be scaled, one to be stopped."""
    folder = tmp_path_factory.mktemp("runs")
    second = write_pilot(folder, contacts(), pilot__name="Failed", vendor_review__must_haves={"iso_27001": "no"})
    arguments = [sys.executable, "-m", "pilot_analysis", "run", pilot, second, "--out", "reports", "--verdict-exit"]
    line = " ".join(f"'{argument}'" for argument in arguments) + " <&-"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False, cwd=folder)
    return folder / "reports", Called(done.returncode, done.stdout, done.stderr)


def test_runs_say_verdict_and_path_and_end_with_the_worst_verdict(published: tuple[Path, Called]) -> None:
    reports, done = published
    assert done.code == 20, done.err
    assert "scale: small-pilot: reports/small-pilot/latest/review.html" in done.out
    assert "stop: failed: reports/failed/latest/review.html" in done.out
    for slug in ("small-pilot", "failed"):
        assert (reports / slug / "latest" / "review.html").is_file()
    assert re.fullmatch(r"([a-z-]+: cell \d+ of \d+\n)+", done.err)


def test_the_published_json_is_the_review(published: tuple[Path, Called], expected: dict[str, Any]) -> None:
    found = json.loads((published[0] / "small-pilot" / "latest" / "review.json").read_text())
    same = json.loads(json.dumps(expected))
    for content in (found, same):
        del content["provenance"]["generated_at"]
    assert found == same


def test_a_published_run_is_verified(published: tuple[Path, Called]) -> None:
    done = command("verify", published[0] / "small-pilot" / "latest")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("equal: small-pilot, run 2")


def test_the_published_config_repeats_the_run(published: tuple[Path, Called], pilot: Path) -> None:
    again = load_config(published[0] / "small-pilot" / "latest" / "config.yaml")
    assert again.model_dump() == load_config(pilot).model_dump()
