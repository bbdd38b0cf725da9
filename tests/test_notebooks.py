"""Every notebook from another folder by Papermill, and again after an edit as JupyterLab would."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from pilots import write_pilot

from pilot_analysis import load_config, review

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
ALL = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))


def outputs(notebook: Any) -> str:
    shown = [cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return json.dumps(shown, ensure_ascii=False)


@pytest.mark.parametrize("name", ALL)
def test_runs_by_papermill_from_any_folder(name: str, tmp_path: Path) -> None:
    write_pilot(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    line = [sys.executable, "-m", "papermill", str(NOTEBOOKS / f"{name}.ipynb"), "out.ipynb", "-p", "config",
            "../pilot.yaml", "--engine", "pilot", "--no-progress-bar"]  # fmt: skip
    if name == "segment_explorer":
        line += ["-y", "by: [category]"]
    done = subprocess.run(line, cwd=elsewhere, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    content = json.loads((elsewhere / "out.ipynb").read_text(encoding="utf-8"))
    assert all(cell["outputs"] for cell in content["cells"] if cell["cell_type"] == "code" and
               "parameters" not in " ".join(cell["metadata"].get("tags", [])))  # fmt: skip


def test_an_edited_parameter_and_run_all_update_everything(tmp_path: Path) -> None:
    """As in JupyterLab: the notebook in a folder of its own, all cells run, one value edited, all run again."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    shutil.copy(NOTEBOOKS / "pilot_review.ipynb", folder)
    write_pilot(tmp_path, kpis__csat__margin=0.03)
    notebook = nbformat.read(folder / "pilot_review.ipynb", as_version=4)
    (parameters,) = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    parameters.source = parameters.source.replace("../configs/demo/pilot.yaml", "../pilot.yaml")
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}})
    with client.setup_kernel():
        run_all(client)
        before = outputs(notebook)
        edited = {"kpis.csat.margin": 0.45}
        parameters.source = parameters.source.replace("overrides: dict = {}", f"overrides: dict = {edited}")
        run_all(client)
    after = outputs(notebook)
    for shown, overrides in ((before, {}), (after, edited)):
        found = review(load_config(tmp_path / "pilot.yaml", overrides)).to_dict()
        assert said(found) in shown
        assert said(found) not in (after if shown is before else before)


def said(found: dict[str, Any]) -> str:
    """The sentence of the scorecard on satisfaction."""
    (csat,) = [kpi for kpi in found["kpis"] if kpi["id"] == "csat"]
    return str(csat["sentence"])


def run_all(client: NotebookClient) -> None:
    for index, cell in enumerate(client.nb.cells):
        client.execute_cell(cell, index)
