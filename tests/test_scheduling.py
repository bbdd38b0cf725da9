"""The files of docs/scheduling do what docs/scheduling.md says, as far as each one's own tool can tell."""

import ast
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml
from typer.core import TyperGroup

from pilot_analysis import cli
from pilot_analysis.runs.exits import VERDICT_EXIT, WORST_FIRST
from pilot_analysis.runs.notebooks import notebook

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs/scheduling.md").read_text(encoding="utf-8")
FILES = sorted((ROOT / "docs/scheduling").iterdir())
INSTALLED = "/opt/pilot-analysis"
STATE = "/var/lib/pilot-analysis"


def shipped(name: str) -> str:
    return (ROOT / "docs/scheduling" / name).read_text(encoding="utf-8")


def test_the_document_names_every_file() -> None:
    # .in is what the lock is made from
    assert [path.name for path in FILES if f"scheduling/{path.name})" not in TEXT] == ["airflow-requirements.in"]


def options(command: str) -> set[str]:
    """The options of one of our commands."""
    group = typer.main.get_command(cli.app)
    assert isinstance(group, TyperGroup)
    return {option for parameter in group.commands[command].params for option in parameter.opts}


@pytest.mark.parametrize("path", [ROOT / "docs/scheduling.md", *FILES], ids=lambda path: path.name)
def test_commands_and_options_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace('"{PROGRAM}"', "`pilot-analysis")
    for command, rest in re.findall(r"(?:bin/|`)pilot-analysis ([a-z]+)([^`\n&|>]*)", text):
        assert set(re.findall(r"--[a-z-]+", rest)) <= options(command)
    assert set(re.findall(r"`(--[a-z-]+)[ `]", text)) <= options("run")


def test_exit_codes_are_those_of_the_program() -> None:
    codes = [int(code) for code in re.findall(r"^\| (\d) \|", TEXT, re.M)]
    assert sorted(codes) == sorted(WORST_FIRST)
    order = re.search(r"of all: (\d) before (\d) before (\d)", TEXT)
    assert order is not None
    assert tuple(map(int, order.groups())) == WORST_FIRST[:3]
    verdicts = re.search(r"(\d+) scale, (\d+) adjust,\s(\d+) stop, (\d+) interim", TEXT)
    assert verdicts is not None
    assert tuple(map(int, verdicts.groups())) == tuple(VERDICT_EXIT.values())
    accepted = re.search(r"SuccessExitStatus=([\d ]+)", TEXT)
    assert accepted is not None
    assert {int(code) for code in accepted[1].split()} == set(VERDICT_EXIT.values()) - {0}


# cron


@pytest.mark.system("crontab")
def test_cron_accepts_the_crontab() -> None:
    usage = subprocess.run(["crontab", "-h"], capture_output=True, text=True, check=False).stderr
    dry = "-n" if "-n" in usage else "-T"  # Debian's cron renamed it
    done = subprocess.run(
        ["crontab", dry, ROOT / "docs/scheduling/pilot-analysis.crontab"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("code", "mail"), [(0, ""), (2, "exit status 2\nkey is s3cret\nsaid on pilots/a/pilot.yaml pilots/b/pilot.yaml\n")]
)
def test_cron_mails_nothing_but_failures(tmp_path: Path, code: int, mail: str) -> None:
    """The line of the crontab, run as cron does: by /bin/sh, without environment; the program is a stand-in."""
    (line,) = (line for line in shipped("pilot-analysis.crontab").splitlines() if re.match(r"[\d*]", line))
    *when, command = line.split(" ", 5)
    assert when == ["0", "6", "*", "*", "1"]
    program = tmp_path / "opt/.venv/bin/pilot-analysis"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\necho "key is $KEY"\nshift\necho "said on $*" >&2\nexit {code}\n')
    program.chmod(0o755)
    for name in ("a", "b"):
        (tmp_path / "state/pilots" / name).mkdir(parents=True)
        (tmp_path / "state/pilots" / name / "pilot.yaml").touch()
    (tmp_path / "state/secrets.env").write_text("KEY=s3cret\n")
    command = command.replace(INSTALLED, str(tmp_path / "opt")).replace(STATE, str(tmp_path / "state"))
    done = subprocess.run(
        ["/bin/sh", "-c", command], env={"PATH": "/usr/bin:/bin"}, cwd="/", capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == (mail, "")
    assert "said on" in (tmp_path / "state/last-run.log").read_text()


# systemd


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """The units, with the program where it is here."""
    program = tmp_path / "opt/.venv/bin/pilot-analysis"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    found = []
    for path in FILES:
        if path.suffix in (".service", ".timer"):
            found.append(tmp_path / path.name)
            found[-1].write_text(path.read_text(encoding="utf-8").replace(INSTALLED, str(tmp_path / "opt")))
    assert len(found) == 3
    return found


@pytest.mark.system("systemd-analyze")
def test_systemd_accepts_the_units(units: list[Path]) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    said = [line for line in done.stderr.splitlines() if "pilot-analysis" in line]
    assert (done.returncode, said) == (0, [])


@pytest.mark.system("systemd-analyze")
def test_systemd_finds_the_service_little_exposed(units: list[Path]) -> None:
    """Between 0 and 10; a service without any of the sandbox's lines has 9.6."""
    (service,) = (unit for unit in units if unit.name == "pilot-analysis.service")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", service],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-200:]


def test_the_service_leaves_kernels_what_they_need() -> None:
    """Learnt from runs under systemd 252: without netlink, or with @resources denied, no kernel starts."""
    lines = [line for line in shipped("pilot-analysis.service").splitlines() if not line.startswith("#")]
    assert "RestrictAddressFamilies=AF_UNIX AF_NETLINK AF_INET AF_INET6" in lines
    assert [line for line in lines if line.startswith("SystemCallFilter=")] == ["SystemCallFilter=@system-service"]
    assert not [line for line in lines if line.startswith("MemoryDenyWriteExecute=")]


# GitHub Actions


@pytest.mark.parametrize("path", ["docs/scheduling/review.yml", ".github/workflows/ci.yml"])
def test_workflows_follow_githubs_schema(path: str) -> None:
    checker = Path(sys.executable).with_name("check-jsonschema")
    command = [checker, "--builtin-schema", "vendor.github-workflows", ROOT / path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_workflow_may_only_read() -> None:
    workflow = yaml.safe_load(shipped("review.yml"))
    (job,) = workflow["jobs"].values()
    checkout = job["steps"][0]
    assert workflow["permissions"] == {"contents": "read"}
    assert "permissions" not in job
    assert checkout["with"] == {"persist-credentials": False}


def test_the_workflow_runs_what_is_here() -> None:
    (job,) = yaml.safe_load(shipped("review.yml"))["jobs"].values()
    runs = [step["run"] for step in job["steps"] if "run" in step]
    target = shlex.split(runs[0])[1]
    assert re.search(rf"^{re.escape(target)}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    cached = next(step["with"]["cache-dependency-path"] for step in job["steps"] if "cache" in step.get("with", {}))
    assert (ROOT / cached).is_file()
    assert list(ROOT.glob("configs/*/pilot.yaml"))


# Airflow


def test_the_dag_gives_the_notebook_its_parameters() -> None:
    """`make airflow-check` runs it; this finds what a renamed parameter or notebook would break."""
    from papermill import inspect_notebook

    tree = ast.parse(shipped("pilot_review_dag.py"))
    (operator,) = (
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "PapermillOperator"
    )
    given = {keyword.arg: keyword.value for keyword in operator.keywords}
    assert isinstance(given["parameters"], ast.Dict)
    names = {key.value for key in given["parameters"].keys if isinstance(key, ast.Constant)}
    assert names <= set(inspect_notebook(str(notebook("pilot_review"))))
    assert "notebooks/pilot_review.ipynb" in ast.unparse(given["input_nb"])
    assert f"--name {ast.literal_eval(given['kernel_name'])}" in TEXT


def test_the_airflow_lock_pins_what_is_asked_for_with_hashes() -> None:
    asked = shipped("airflow-requirements.in").split()
    locked = shipped("airflow-requirements.txt")
    pins = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==[^\s;\\]+", locked, re.M)
    assert set(asked) <= set(pins)
    assert len(pins) == len(
        re.findall(r"\\\n    --hash=sha256:[0-9a-f]{64}(?: \\\n    --hash=sha256:[0-9a-f]{64})*$", locked, re.M)
    )
    versions = [pin.split("==")[1] for pin in asked]
    assert all(version in TEXT for version in versions)
