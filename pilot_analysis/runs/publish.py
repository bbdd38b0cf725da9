"""Publish a run that another scheduler's Papermill has written."""

import json
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from pilot_analysis.config import yaml12
from pilot_analysis.refusal import Refusal
from pilot_analysis.runs.execute import NotebookFailed
from pilot_analysis.runs.folder import NOTEBOOK, SLUG, Published, begin, checked, new_run, published, write_page
from pilot_analysis.runs.history import standing, with_run
from pilot_analysis.runs.home import UNFINISHED, appear, prune, write
from pilot_analysis.runs.index import write_index
from pilot_analysis.runs.lock import Lock
from pilot_analysis.runs.manifest import write_record
from pilot_analysis.words import _


def publish(written: Path, reports: Path, *, wait: float = 600.0) -> Published:
    """Publish the run in the folder `written` as `run_pilot` would have; the folder is gone afterwards.

    With another engine than ours Papermill calls a cell completed whose kernel died, so nothing is taken on
    trust: every file must be there, and every cell must have run without a fault.

    Args:
        written: holds the executed notebook as `review.ipynb` and what it wrote to its `output_dir`.
        reports: where pilots are published; made where it does not exist.
        wait: seconds to wait for another run of the same pilot.

    Raises:
        Refusal: there is no such folder, or `reports` cannot be written.
        NotebookFailed: the run is not whole; `written` stays as it is.
        OSError: the files cannot be written, a full disk included.
    """
    if not written.is_dir():
        raise Refusal(_("There is no such folder."), file=str(written))
    review = checked(written, written / NOTEBOOK)
    execution = finished(written)
    slug = slug_of(review, written)
    home = reports / slug
    with Lock(reports, slug, wait):
        run_id = new_run(datetime.now(UTC))
        staging = home / f"{UNFINISHED}{run_id}"
        try:
            entries = begin(home)
            shutil.copytree(written, staging)
            # The notebook names the folder that it was told to write to, and the page knows of no earlier run.
            executed = staging / NOTEBOOK
            write(executed, executed.read_text(encoding="utf-8").replace(str(written), str(home / run_id)))
            write_page(review, staging, standing(entries, review))
            write_record(staging, home / run_id, execution.config, execution.started, execution.finished)
            entries = with_run(entries, run_id, review)
            appear(staging, home / run_id, entries)
            prune(home, entries, runs_to_keep(home / run_id))
        finally:
            shutil.rmtree(staging, ignore_errors=True)
            if home.is_dir() and not any(home.iterdir()):
                home.rmdir()
    shutil.rmtree(written)
    write_index(reports, wait)
    return published(home, run_id)


def runs_to_keep(run: Path) -> int | None:
    """What the config of a run says of `report.keep`."""
    config, _lines = yaml12.read((run / "config.yaml").read_text(encoding="utf-8"), str(run / "config.yaml"))
    report = config.get("report") if isinstance(config, dict) else None
    return report.get("keep") if isinstance(report, dict) else None


class Execution(NamedTuple):
    """What Papermill noted in the notebook: which config was reviewed, and when."""

    config: Path
    started: datetime
    finished: datetime


def finished(written: Path) -> Execution:
    """See that the notebook ran to its end.

    Raises:
        NotebookFailed: a cell failed or did not run, Papermill noted no execution, or the workbook, which is
            written last, breaks off.
    """
    path = written / NOTEBOOK
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        faults = [output for output in cell["outputs"] if output["output_type"] == "error"]
        if faults:
            cause = f"{faults[0]['ename']}: {faults[0]['evalue']}"
            raise NotebookFailed(str(path), cell["execution_count"], cause)
        if cell["execution_count"] is None:
            raise NotebookFailed(str(path), None, _("a cell did not run"))
    if not zipfile.is_zipfile(written / "review.xlsx"):
        raise NotebookFailed(str(path), None, _("its last file, the workbook, breaks off"))
    try:
        noted = notebook["metadata"]["papermill"]
        times = [datetime.fromisoformat(noted[name]) for name in ("start_time", "end_time")]
        return Execution(Path(noted["parameters"]["config"]), *times)
    except (KeyError, TypeError, ValueError):
        raise NotebookFailed(str(path), None, _("it was not executed by Papermill")) from None


def slug_of(review: dict[str, Any], written: Path) -> str:
    """The pilot's folder name, as the review has it."""
    slug = review.get("pilot", {}).get("slug", "")
    if not isinstance(slug, str) or not SLUG.fullmatch(slug):
        raise Refusal(_("review.json names no pilot's folder."), file=str(written / "review.json"), found=slug)
    return slug
