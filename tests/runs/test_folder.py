"""A run appears whole or not at all, and what was published before stays."""

import csv
import errno
import json
import os
import re
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from small_runs import Notebook, write_stub

from pilot_analysis.refusal import Refusal
from pilot_analysis.runs import folder
from pilot_analysis.runs.execute import NotebookFailed
from pilot_analysis.runs.folder import Published, run_pilot, write_run
from pilot_analysis.runs.home import runs_of
from pilot_analysis.runs.lock import Lock


def run(reports: Path, notebook: Path = Path("unused.ipynb"), **options: Any) -> Published:
    return run_pilot(Path("pilot.yaml"), notebook, "demo", reports, {"overrides": {}}, **options)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def everything(folder: Path) -> set[str]:
    """All names below, hidden ones too; a link counts as one name."""
    found = (Path(top, name) for top, dirs, files in os.walk(folder) for name in dirs + files)
    return {path.relative_to(folder).as_posix() for path in found}


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch, review: dict[str, Any]) -> list[Path]:
    """Runs no kernel: the stand-in for the notebook writes every file. Lists the folders it was given."""
    given: list[Path] = []

    def written(_notebook: Path, output: Path, parameters: dict[str, Any], **_options: Any) -> None:
        assert output == Path(parameters["output_dir"], "review.ipynb")
        given.append(output.parent)
        write_stub(output.parent, review)

    monkeypatch.setattr(folder, "execute", written)
    return given


def instead(monkeypatch: pytest.MonkeyPatch, notebook: Callable[[Path], object]) -> None:
    """Let `notebook(folder)` stand in for the notebook."""
    monkeypatch.setattr(folder, "execute", lambda _notebook, output, *_, **__: notebook(output.parent))


def test_a_run_is_published_whole(notebook: Notebook, review: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "given.json").write_text(json.dumps(review), encoding="utf-8")
    reports = tmp_path / "reports"
    source = (
        "import json, pathlib\n"
        "from pilot_analysis.runs.folder import write_run\n"
        f"review = json.loads(pathlib.Path({str(tmp_path / 'given.json')!r}).read_text(encoding='utf-8'))\n"
        "write_run(review, 'pilot: {}\\n', pathlib.Path(output_dir))\n"
        "print(output_dir)"
    )

    published = run(reports, notebook(source))

    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{4}", published.run_id)
    assert published.review == review
    assert json.loads((published.latest / "review.json").read_text(encoding="utf-8")) == review
    assert str(published.latest.readlink()) == published.run_id
    top = {path for path in everything(published.folder) if "/" not in path}
    assert top == {
        "review.html", "review.ipynb", "review.json", "review.xlsx", "run.json", "config.yaml", "tables", "figures",
    }  # fmt: skip
    assert everything(reports) - {f"demo/{published.run_id}/{p}" for p in everything(published.folder)} == {
        "index.html", "demo", "demo/latest", "demo/history.jsonl", "demo/history.html", f"demo/{published.run_id}",
    }  # fmt: skip
    executed = (published.folder / "review.ipynb").read_text(encoding="utf-8")
    assert str(published.folder) in executed
    assert "unfinished" not in executed


@pytest.mark.usefixtures("stub")
def test_a_failed_cell_keeps_the_partial_notebook_and_the_run_before(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    good = run(tmp_path / "reports")
    monkeypatch.undo()

    with pytest.raises(NotebookFailed, match=r"failed in cell \[4\]: ZeroDivisionError") as failed:
        run(tmp_path / "reports", notebook("open(output_dir + '/review.html', 'w')", "1 / 0", "2"))

    kept = failed.value.kept
    assert kept is not None
    assert kept.name.startswith("failed-")
    assert everything(kept) == {"review.ipynb", "FAILED.txt"}
    assert "ZeroDivisionError" in (kept / "FAILED.txt").read_text(encoding="utf-8")
    assert "ZeroDivisionError" in (kept / "review.ipynb").read_text(encoding="utf-8")
    assert str(good.latest.readlink()) == good.run_id
    assert names(tmp_path / "reports" / "demo") == {good.run_id, "latest", "history.jsonl", "history.html", kept.name}
    assert "The last attempt failed on" in (tmp_path / "reports" / "index.html").read_text(encoding="utf-8")


def test_a_refusal_leaves_nothing(notebook: Notebook, tmp_path: Path) -> None:
    source = "from pilot_analysis.refusal import Refusal\nraise Refusal('no contacts', file='c.csv', allowed='some')"

    with pytest.raises(Refusal) as refused:
        run(tmp_path / "reports", notebook(source))

    assert str(refused.value) == (
        "Refused: no contacts\n  where:        c.csv\n  allowed:      some"
    )  # the block that pilot_analysis.refusal documents
    assert everything(tmp_path / "reports") == set()


@pytest.mark.usefixtures("stub")
def test_latest_names_the_newest_of_two_runs(tmp_path: Path) -> None:
    first, second = run(tmp_path), run(tmp_path)

    assert first.folder.is_dir()
    assert str((tmp_path / "demo" / "latest").readlink()) == second.run_id


@pytest.mark.usefixtures("stub")
def test_where_links_do_not_exist_latest_is_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "A required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", refused)
    first, second = run(tmp_path), run(tmp_path)

    assert not second.latest.is_symlink()
    copied = (second.latest / "review.ipynb").read_text(encoding="utf-8")
    assert copied == f"stub in {second.folder}"
    assert names(tmp_path / "demo") == {"latest", "history.jsonl", "history.html", first.run_id, second.run_id}


def test_runs_of_one_pilot_go_one_after_the_other(
    review: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_began, second_waits = threading.Event(), threading.Event()
    began: list[str] = []

    def notebook(staging: Path) -> None:
        began.append(threading.current_thread().name)
        if len(began) == 1:
            first_began.set()
            assert second_waits.wait(30)
            assert began == ["first"]
        write_stub(staging, review)

    def tell(sentence: str) -> None:
        assert re.fullmatch(
            rf"Another run of demo is under way \(process {os.getpid()} on .+ since .+ UTC\); waiting for it\.",
            sentence,
        )
        second_waits.set()

    instead(monkeypatch, notebook)
    first = threading.Thread(target=run, name="first", args=(tmp_path,))
    second = threading.Thread(target=run, name="second", args=(tmp_path,), kwargs={"tell": tell})
    first.start()
    assert first_began.wait(30)
    second.start()
    for thread in (first, second):
        thread.join(30)

    assert began == ["first", "second"]
    assert len(runs_of(tmp_path / "demo")) == 2
    assert not list(tmp_path.glob(".*"))


def test_a_run_that_waits_too_long_is_refused(stub: list[Path], tmp_path: Path) -> None:
    with Lock(tmp_path, "demo", 0), pytest.raises(Refusal, match="Another run is still under way") as refused:
        run(tmp_path, wait=0.05)

    assert str(refused.value.found).startswith(f"process {os.getpid()} on ")
    assert (stub, everything(tmp_path)) == ([], set())


def test_a_run_that_waits_can_be_stopped(stub: list[Path], tmp_path: Path) -> None:
    stop = threading.Event()
    with Lock(tmp_path, "demo", 0), pytest.raises(KeyboardInterrupt):
        run(tmp_path, stop=stop, tell=lambda _sentence: stop.set())

    assert (stub, everything(tmp_path)) == ([], set())


@pytest.mark.usefixtures("stub")
def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path) -> None:
    stale = tmp_path / "demo" / ".unfinished-20260101T000000Z-0000"
    stale.mkdir(parents=True)
    (stale / "review.html").touch()

    run(tmp_path)

    assert not stale.exists()


@pytest.mark.parametrize("place", ["file/reports", "file", "/proc/reports"])
def test_a_folder_that_cannot_be_written_is_refused_before_the_notebook_runs(
    stub: list[Path], tmp_path: Path, place: str
) -> None:
    (tmp_path / "file").write_text("a file, no folder")

    with pytest.raises(Refusal) as refused:
        run(tmp_path / place)

    assert "cannot be written to" in refused.value.problem
    assert refused.value.file == str(tmp_path / place)
    assert stub == []


def test_a_pilots_folder_that_is_a_file_is_refused(stub: list[Path], tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("not a folder")

    with pytest.raises(Refusal, match="cannot be written to"):
        run(tmp_path)

    assert (stub, everything(tmp_path)) == ([], {"demo"})


@pytest.mark.parametrize("slug", ["", ".", "..", "../other", "a/b", ".hidden", "index.html", "a b"])
def test_a_slug_that_is_no_folder_name_is_refused(stub: list[Path], tmp_path: Path, slug: str) -> None:
    with pytest.raises(Refusal) as refused:
        run_pilot(Path("pilot.yaml"), Path("n.ipynb"), slug, tmp_path, {})

    assert refused.value.key == "report.slug"
    assert (stub, everything(tmp_path)) == ([], set())


@pytest.mark.parametrize(
    "fault", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt(), SystemExit(143)]
)
def test_a_run_that_is_broken_off_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    def broken(staging: Path) -> None:
        (staging / "review.html").touch()
        raise fault

    instead(monkeypatch, broken)
    with pytest.raises(type(fault)):
        run(tmp_path)

    assert everything(tmp_path) == set()


@pytest.mark.usefixtures("stub")
def test_a_full_disk_is_no_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    with pytest.raises(OSError, match="No space left"):
        run(tmp_path)


def test_a_terminated_run_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGTERM)
    instead(monkeypatch, lambda _staging: os.kill(os.getpid(), signal.SIGTERM))

    with pytest.raises(SystemExit) as ended:
        run(tmp_path)

    assert ended.value.code == 128 + 15
    assert everything(tmp_path) == set()
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_notebook_that_writes_too_little_has_failed(
    review: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def little(staging: Path) -> None:
        write_stub(staging, review)
        (staging / "review.xlsx").unlink()
        (staging / "figures" / "a.svg").unlink()

    instead(monkeypatch, little)
    with pytest.raises(NotebookFailed, match=r"ended without writing review\.xlsx, figures/\*\.svg"):
        run(tmp_path)

    assert not (tmp_path / "demo" / "latest").exists()
    assert "No review yet" in (tmp_path / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("content", ["{", "[]", ""])
def test_a_review_that_is_no_review_is_not_published(
    review: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    def broken(staging: Path) -> None:
        write_stub(staging, review)
        (staging / "review.json").write_text(content)

    instead(monkeypatch, broken)
    with pytest.raises(NotebookFailed, match=r"review\.json"):
        run(tmp_path)

    assert not (tmp_path / "demo" / "latest").exists()


def test_the_files_of_a_run_say_what_the_review_says(review: dict[str, Any], tmp_path: Path) -> None:
    review["pilot"]["vendor"] = "Müller & Söhne"

    write_run(review, "pilot: {name: Vendor A}\n", tmp_path)

    text = (tmp_path / "review.json").read_text(encoding="utf-8")
    assert list(json.loads(text)) == list(review)
    assert "Müller & Söhne" in text
    assert (tmp_path / "config.yaml").read_text(encoding="utf-8") == "pilot: {name: Vendor A}\n"
    assert "Müller &amp; Söhne" in (tmp_path / "review.html").read_text(encoding="utf-8")
    tables = {path.stem for path in (tmp_path / "tables").glob("*.csv")}
    assert set(openpyxl.load_workbook(tmp_path / "review.xlsx").sheetnames) == tables | {"about"}
    with (tmp_path / "tables" / "scorecard.csv").open(encoding="utf-8", newline="") as file:
        assert [row["Id"] for row in csv.DictReader(file)] == [kpi["id"] for kpi in review["kpis"]]
    figures = {path.name for path in (tmp_path / "figures").iterdir()}
    assert {"effects.svg", "trend_csat.svg", "trend_cost_per_contact.svg"} <= figures


def test_a_review_with_an_infinite_number_is_not_written(review: dict[str, Any], tmp_path: Path) -> None:
    review["kpis"][0]["effect"]["low"] = float("-inf")

    with pytest.raises(ValueError, match="not JSON compliant"):
        write_run(review, "", tmp_path)
