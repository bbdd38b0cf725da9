"""What holds for the project as a whole: thin notebooks, one-way imports, no traces of a machine, a whole wheel."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pilot_analysis"
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))

# notebooks

PARAMETERS = {
    "pilot_review": ["config", "overrides", "output_dir"],
    "data_check": ["config", "overrides"],
    "pilot_plan": ["config", "overrides", "output_dir"],
    "segment_explorer": ["config", "overrides", "by", "where"],
}


def code_cells(notebook: Path) -> list[dict]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def test_there_are_notebooks() -> None:
    assert [notebook.stem for notebook in NOTEBOOKS] == sorted(PARAMETERS)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
class TestNotebook:
    def test_is_committed_without_outputs(self, notebook: Path) -> None:
        assert [cell["outputs"] for cell in code_cells(notebook) if cell["outputs"]] == []
        assert {cell["execution_count"] for cell in code_cells(notebook)} == {None}

    def test_names_its_cells(self, notebook: Path) -> None:
        ids = [cell["id"] for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]]
        assert len(set(ids)) == len(ids)
        assert all(re.fullmatch("[a-z]+(-[a-z]+)*", name) for name in ids), "words, not random ids"

    def test_has_one_parameters_cell_that_papermill_understands(self, notebook: Path) -> None:
        from papermill import inspect_notebook

        (cell,) = [cell for cell in code_cells(notebook) if "parameters" in cell["metadata"].get("tags", [])]
        names = [statement.target.id for statement in ast.parse("".join(cell["source"])).body]
        assert names == PARAMETERS[notebook.stem]
        assert list(inspect_notebook(str(notebook))) == names

    def test_is_thin(self, notebook: Path) -> None:
        sources = ["".join(cell["source"]) for cell in code_cells(notebook)]
        assert max(len(source.splitlines()) for source in sources) <= 6
        logic = (ast.For, ast.While, ast.If, ast.FunctionDef, ast.ClassDef, ast.Try, ast.With)
        assert not any(isinstance(node, logic) for source in sources for node in ast.walk(ast.parse(source)))


# imports

FLOORS = {
    name: floor
    for floor, names in enumerate(
        (
            ("words", "refusal", "scratch"),  # leaves
            ("config", "simulation"),
            ("contacts",),
            ("costs",),
            ("kpis",),
            ("decision",),
            ("planning",),
            ("report",),
            ("runs",),
            ("review", "cli", "notebook", "data_check", "explorer", "pilot_plan"),
            ("__main__", "__init__"),
        )
    )
    for name in names
}
PURE = "stats"  # imports nothing of the package, so anything may import it


def modules() -> dict[str, Path]:
    """Every module by its name below the package, `decision.rules` or `cli`."""
    return {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in sorted(PACKAGE.rglob("*.py"))}


def floor_of(module: str) -> int:
    """The floor of a module: its own, or its package's."""
    return FLOORS[module] if module in FLOORS else FLOORS[module.split(".")[0]]


def imported(path: Path) -> Iterator[str]:
    """What a module imports of the package, imports inside functions included, those for type checkers not."""
    nodes = list(ast.parse(path.read_text(encoding="utf-8")).body)
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        assert not getattr(node, "level", 0), f"{path.name}: imports are absolute here"
        if isinstance(node, ast.ImportFrom) and node.module == "pilot_analysis":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and str(node.module).startswith("pilot_analysis."):
            for alias in node.names:
                below = f"{node.module}.{alias.name}".removeprefix("pilot_analysis.")
                yield below if below in modules() else str(node.module).removeprefix("pilot_analysis.")
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".", 1)[1] for alias in node.names if alias.name.startswith("pilot_analysis."))
        nodes.extend(ast.iter_child_nodes(node))


LAZY = {"load_config", "__version__"}  # names that the package gives out; `review` is both function and module


def test_imports_never_point_backwards() -> None:
    backwards = [
        f"{module} imports {name}"
        for module, path in modules().items()
        if not module.startswith(PURE)
        for name in imported(path)
        if name not in LAZY and not name.startswith(PURE) and floor_of(name) > floor_of(module)
    ]
    assert backwards == []


def test_stats_imports_nothing_of_the_package_but_itself() -> None:
    foreign = {name for module, path in modules().items() if module.startswith(f"{PURE}.") for name in imported(path)}
    assert {name for name in foreign if not name.startswith(f"{PURE}.")} == set()


def test_imports_are_seen_wherever_they_stand(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        "from typing import TYPE_CHECKING\n"
        "from pilot_analysis.config.models import Config\n"
        "from pilot_analysis.report import style\n"
        "if TYPE_CHECKING:\n    from pilot_analysis.review import Review\n"
        "def later():\n    import pilot_analysis.runs.lock\n    from pilot_analysis import words\n"
    )
    assert sorted(imported(module)) == ["config.models", "report.style", "runs.lock", "words"]


def test_help_does_not_import_what_takes_long() -> None:
    code = (
        "import sys\nfrom pilot_analysis.cli import app\n"
        "app(['--help'], standalone_mode=False)\n"
        "print(sorted({'pandas', 'ibis', 'duckdb', 'matplotlib', 'papermill', 'scipy', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


# traces of a machine

OURS = {".ci", ".github"}  # other folders that begin with a dot are tools' own
NOT_OURS = {"build", "dist", "reports", "__pycache__"}
TRACES = {  # written so that they do not find themselves
    "a package registry": r"pypi[.]org|python[h]osted|registry[.]npm|deb[.]debian",
    "a path of a machine": r"(?<![\w.~])/(?:home|root|work|farm|Users|mnt|srv)/\w",
    "a folder outside the project": r"[.][.]/shared",
    "an unfinished merge": r"(?m)^[<>]{7} ",
}


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file of the project."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name in OURS or not (name in NOT_OURS or name.startswith("."))]
        for path in (Path(folder, name) for name in names):
            if path.suffix not in {".gz", ".png", ".parquet", ".xlsx"} and path.name != ".git":  # a file in a worktree
                yield path, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("trace", TRACES)
def test_no_file_names(trace: str) -> None:
    found = [
        (str(path.relative_to(ROOT)), match[0]) for path, text in texts() for match in re.finditer(TRACES[trace], text)
    ]
    assert found == []


def test_traces_are_seen_where_they_are() -> None:
    lines = (
        "pip --index-url https://pypi+.org/simple",
        "open('/+home/ann/pilot.yaml')",
        "see ../+shared/notes",
        "<<<+<<<< main",
    )
    found = [name for line in lines for name in TRACES if re.search(TRACES[name], line.replace("+", ""))]
    assert found == list(TRACES)


def test_ci_installs_every_program_that_a_test_needs() -> None:
    marked = {
        name
        for path in ROOT.glob("tests/**/*.py")
        for name in re.findall(r'mark\.system\("([\w-]+)"', path.read_text())
    }
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    installed = re.findall(r"^needs [\w-]+ (?:command -v |compgen -G .*/)([\w-]+)\"?$", script, re.M)
    assert marked == set(installed) - {"make"}


# the wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_holds_every_file_of_the_package_and_the_notebooks(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith("pilot_analysis/")}
    files = {path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    expected = {path.relative_to(ROOT).as_posix() for path in files}
    expected |= {f"pilot_analysis/notebooks/{notebook.name}" for notebook in NOTEBOOKS}
    assert held == expected
    assert {Path(name).suffix for name in held} >= {".py", ".j2", ".css", ".yaml", ".pot", ".ipynb"}


def test_wheel_works_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "installed"
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--no-index",
    ]
    subprocess.run([*install, "--target", str(target), str(wheel)], check=True, capture_output=True)
    environment = {**os.environ, "PYTHONPATH": str(target)}

    def said(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    assert "Should an outsourced support pilot be scaled" in said("-m", "pilot_analysis", "--help")
    code = (
        "from pilot_analysis.runs.notebooks import notebook\n"
        "from pilot_analysis.decision.rules import default_rules\n"
        "print(notebook('pilot_review'), len(default_rules()))"
    )
    place, rules = said("-c", code).rsplit(maxsplit=1)
    assert place == str(target / "pilot_analysis" / "notebooks" / "pilot_review.ipynb")
    assert int(rules) > 10
