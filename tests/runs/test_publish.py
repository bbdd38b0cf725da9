"""A run that another scheduler's Papermill wrote is published if it is whole, and only then."""

import json
from pathlib import Path
from typing import Any

import papermill
import pytest
from small_runs import Notebook, cell
from typer.testing import CliRunner

from pilot_analysis import cli
from pilot_analysis.refusal import Refusal
from pilot_analysis.runs.execute import NotebookFailed
from pilot_analysis.runs.folder import write_run
from pilot_analysis.runs.manifest import read_record
from pilot_analysis.runs.publish import publish


@pytest.fixture
def written(review: dict[str, Any], tmp_path: Path) -> Path:
    """A folder as Papermill leaves it behind: every file of a run and the executed notebook."""
    folder = tmp_path / "work"
    write_run(review, "pilot: {}\n", folder)
    notebook(folder, [executed(1, f"save(result, '{folder}')")])
    return folder


def executed(count: int | None, source: str = "1", *outputs: dict[str, Any]) -> dict[str, Any]:
    """A cell after its execution."""
    return {**cell(count or 0, source), "execution_count": count, "outputs": list(outputs)}


def notebook(folder: Path, cells: list[dict[str, Any]]) -> None:
    noted = {
        "parameters": {"config": str(folder.parent / "pilot.yaml"), "output_dir": str(folder)},
        "start_time": "2026-05-04T06:00:00+00:00", "end_time": "2026-05-04T06:00:07+00:00",
    }  # fmt: skip
    content = {"cells": cells, "metadata": {"papermill": noted}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "review.ipynb").write_text(json.dumps(content), encoding="utf-8")


def test_a_whole_run_is_published_as_run_would_have(written: Path, review: dict[str, Any], tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    published = publish(written, reports)
    assert published.review == review
    assert published.slug == review["pilot"]["slug"]
    assert published.latest.resolve() == published.folder.resolve()
    assert json.loads((published.latest / "review.json").read_text(encoding="utf-8")) == review
    assert str(published.folder) in (published.folder / "review.ipynb").read_text(encoding="utf-8")
    record = read_record(published.folder)
    assert (record.run, record.started_at, record.seconds) == (published.run_id, "2026-05-04T06:00:00+00:00", 7)
    assert review["pilot"]["name"] in (reports / "index.html").read_text(encoding="utf-8")
    assert not written.exists()
    assert [path.name for path in reports.rglob(".*")] == []


def test_the_newest_is_the_latest_and_the_earlier_stays(written: Path, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    second = tmp_path / "second"
    second.mkdir()
    for path in written.rglob("*"):
        target = second / path.relative_to(written)
        target.mkdir(parents=True) if path.is_dir() else target.write_bytes(path.read_bytes())
    first = publish(written, reports)
    newest = publish(second, reports)
    assert newest.latest.resolve() == newest.folder.resolve()
    assert first.folder.is_dir()


ERROR = {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": []}


@pytest.mark.parametrize(
    ("cells", "cause"),
    [
        ([executed(1), executed(2, "1", ERROR)], r"failed in cell \[2\]: ValueError: no"),
        ([executed(1), executed(None)], "a cell did not run"),
    ],
    ids=["a cell failed", "the kernel died before the last cell"],
)
def test_a_notebook_that_did_not_end_well_is_not_published(
    written: Path, tmp_path: Path, cells: list[dict[str, Any]], cause: str
) -> None:
    notebook(written, cells)
    with pytest.raises(NotebookFailed, match=cause):
        publish(written, tmp_path / "reports")
    assert (written / "review.json").is_file()
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("name", ["review.json", "review.html", "review.ipynb"])
def test_a_run_with_a_file_missing_is_not_published(written: Path, tmp_path: Path, name: str) -> None:
    (written / name).unlink()
    with pytest.raises(NotebookFailed, match=f"without writing {name}"):
        publish(written, tmp_path / "reports")
    assert not (tmp_path / "reports").exists()


def test_a_kernel_that_died_over_the_last_file_is_seen(written: Path, tmp_path: Path) -> None:
    workbook = written / "review.xlsx"
    workbook.write_bytes(workbook.read_bytes()[:-100])
    with pytest.raises(NotebookFailed, match="breaks off"):
        publish(written, tmp_path / "reports")


def test_what_papermill_alone_leaves_of_a_dead_kernel_is_not_published(
    written: Path, notebook: Notebook, tmp_path: Path
) -> None:
    """Papermill marks the cell completed; a scheduler that goes on all the same must not publish that."""
    source = notebook("1", "import os\nos._exit(1)", "2")
    with pytest.raises(Exception, match="Kernel died"):
        papermill.execute_notebook(
            str(source), str(written / "review.ipynb"), kernel_name="python3", language="python", progress_bar=False
        )
    cells = json.loads((written / "review.ipynb").read_text(encoding="utf-8"))["cells"]
    died = next(found for found in cells if "_exit" in "".join(found["source"]))
    assert died["metadata"]["papermill"]["status"] == "completed"
    with pytest.raises(NotebookFailed, match="a cell did not run"):
        publish(written, tmp_path / "reports")


@pytest.mark.parametrize("slug", ["", "..", "a/b", None, 3])
def test_a_review_cannot_name_a_folder_outside(written: Path, tmp_path: Path, slug: object) -> None:
    path = written / "review.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    found["pilot"]["slug"] = slug
    path.write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises(Refusal, match="no pilot's folder"):
        publish(written, tmp_path / "reports")


def test_the_command_says_what_it_published(written: Path, review: dict[str, Any], tmp_path: Path) -> None:
    said = CliRunner().invoke(cli.app, ["publish", str(written), "--out", str(tmp_path / "reports")])
    assert said.exit_code == 0
    assert said.output.splitlines()[1].strip() == review["headline"]


def test_the_command_refuses_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="no such folder"):
        publish(tmp_path / "nothing", tmp_path / "reports")
