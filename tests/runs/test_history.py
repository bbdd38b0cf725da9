"""Every run leaves a line: how often the data were looked at, and which verdict was the final one."""

import json
import shutil
from pathlib import Path

import accidents
import pytest
from accidents import review, see_that_all_is_in_order
from pilots import LENIENT, command, contacts, write_log, write_pilot
from small_runs import write_stub

from pilot_analysis import load_config
from pilot_analysis import review as reviewed
from pilot_analysis.config.loader import resolved_yaml
from pilot_analysis.refusal import Refusal
from pilot_analysis.runs import folder
from pilot_analysis.runs.folder import write_run
from pilot_analysis.runs.history import final_of, read, standing, text_of, with_run
from pilot_analysis.runs.home import runs_of
from pilot_analysis.words import nth

FIRST = "The final verdict was given on 4 May 2026: scale."


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in for the notebook that `accidents.run` sets is taken away after a test."""
    monkeypatch.setattr(folder, "execute", folder.execute)


def entries_of(*reviews: dict):
    found = []
    for number, content in enumerate(reviews):
        found = with_run(found, f"2026030{number}T060000Z-0000", content)
    return found


def test_a_look_is_a_run_on_other_contacts_than_the_run_before() -> None:
    entries = entries_of(review(0), review(1), review(1), review(2))
    assert [entry.look for entry in entries] == [1, 2, 2, 3]
    assert standing([], review(0)).looks == "Looks so far: 0 (this is the 1st)."
    assert standing(entries, review(3)).looks == "Looks so far: 3 (this is the 4th)."
    assert standing(entries, review(2)).looks.startswith("Looks so far: 3; the contacts are those of the last one")


def test_places_in_an_order() -> None:
    assert [nth(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th",
    ]  # fmt: skip


def test_the_first_run_that_reaches_the_end_gives_the_final_verdict() -> None:
    """Week 8 after 9 March is 4 May."""
    early = [review(week) for week in range(8)]
    entries = entries_of(*early, review(8, "final", "scale"), review(9, "final", "stop"), review(10))
    assert [entry.final for entry in entries] == [False] * 8 + [True, False, False]
    final = final_of(entries)
    assert final is not None
    assert (final.verdict, final.rule, final.day) == ("scale", "all_met", "2026-05-04")

    def said(phase: str, verdict: str | None) -> str:
        return standing(entries, review(11, phase, verdict)).final

    assert standing(entries[:8], review(8, "final", "scale")).final == ""
    assert said("final", "scale") == f"{FIRST} This later run says the same."
    assert said("final", "adjust") == f"{FIRST} This later run says adjust; it does not replace it."
    assert said("interim", None) == f"{FIRST} This later run looks at a time before the last day."


def test_a_history_survives_its_file(tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    assert read(file) == []
    entries = entries_of(review(0), review(1, "final", "stop"))
    file.write_text(text_of(entries), encoding="utf-8")
    assert read(file) == entries
    assert [json.loads(line)["run"] for line in file.read_text().splitlines()] == [entry.run for entry in entries]


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"run": 3}', ""])
def test_a_history_that_cannot_be_read_stops_the_run_and_is_left_alone(tmp_path: Path, line: str) -> None:
    """It counts the looks: to go on without it would forget them."""
    accidents.run(tmp_path, 0)
    file = tmp_path / "demo" / "history.jsonl"
    file.write_text(file.read_text() + line + "\n")
    before = file.read_bytes()

    with pytest.raises(Refusal, match="history cannot be read") as refused:
        accidents.run(tmp_path, 1)

    assert (refused.value.file, refused.value.line) == (str(file), 2)
    assert file.read_bytes() == before


def test_runs_from_before_there_was_a_history_are_in_it(tmp_path: Path) -> None:
    for number in range(3):
        accidents.run(tmp_path, number)
    (tmp_path / "demo" / "history.jsonl").unlink()

    see_that_all_is_in_order(tmp_path, accidents.run(tmp_path, 3))


# --- what is kept --------------------------------------------------------------------------------------------


def test_old_runs_go_and_the_history_stays(tmp_path: Path) -> None:
    runs = [accidents.run(tmp_path, number, keep=3).run_id for number in range(7)]

    assert runs_of(tmp_path / "demo") == sorted(runs[-3:])
    assert [entry.run for entry in read(tmp_path / "demo" / "history.jsonl")] == runs
    history = (tmp_path / "demo" / "history.html").read_text(encoding="utf-8")
    assert history.count("(no longer kept)") == 4
    assert history.count("/review.html") == 3


def test_signed_and_final_runs_always_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(content: dict) -> str:
        monkeypatch.setattr(folder, "execute", lambda _notebook, output, *_, **__: write_stub(output.parent, content))
        return folder.run_pilot(Path("p.yaml"), Path("n.ipynb"), "demo", tmp_path, {}, keep=1).run_id

    signed, signed_too = run(review(0)), None
    (tmp_path / "demo" / signed / "signed").touch()
    signed_too = run(review(1))
    (tmp_path / "demo" / signed_too / "signed.pdf.asc").touch()
    plain, final = run(review(2)), run(review(3, "final", "stop"))
    later = run(review(4))

    assert set(runs_of(tmp_path / "demo")) == {signed, signed_too, final, later}
    assert plain not in runs_of(tmp_path / "demo")


def test_none_keeps_all(tmp_path: Path) -> None:
    for number in range(30):
        accidents.run(tmp_path, number, keep=None)
    assert len(runs_of(tmp_path / "demo")) == 30


def test_only_the_newest_failed_attempts_are_kept(tmp_path: Path) -> None:
    for day in range(10, 18):
        (tmp_path / "demo" / f"failed-202603{day}T060000Z-0000").mkdir(parents=True)
    accidents.run(tmp_path, 0)
    kept = sorted(path.name for path in (tmp_path / "demo").glob("failed-*"))
    assert kept == [f"failed-202603{day}T060000Z-0000" for day in range(13, 18)]


# --- weeks ---------------------------------------------------------------------------------------------------


def test_a_year_of_weeks_has_one_final_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """52 weekly runs on a growing log; the pilot ends in week 12, and its late data change the answer in week 20."""
    for week in range(1, 53):
        verdict = None if week < 12 else "scale" if week < 20 else "adjust"
        content = review(week, "interim" if week < 12 else "final", verdict)

        def written(_notebook: Path, output: Path, *_: object, content: dict = content, **__: object) -> None:
            write_stub(output.parent, content)

        monkeypatch.setattr(folder, "execute", written)
        folder.run_pilot(Path("p.yaml"), Path("n.ipynb"), "demo", tmp_path, {}, keep=26)

    entries = read(tmp_path / "demo" / "history.jsonl")
    assert [entry.look for entry in entries] == list(range(1, 53))
    assert [number for number, entry in enumerate(entries, start=1) if entry.final] == [12]
    # All 41 final ones, of which 26 are the newest: every interim one is gone.
    assert len(runs_of(tmp_path / "demo")) == 41
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert (
        "The final verdict was given on 1 Jun 2026: scale. This later run says adjust; it does not replace it." in index
    )
    assert "52 runs" in index
    assert "52 looks at the data" in index
    assert (tmp_path / "demo" / "history.html").read_text(encoding="utf-8").count("<strong>final verdict</strong>") == 1


def test_weeks_of_a_real_pilot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked at again and again with `--as-of`: three interim pages, then the verdict, then the same again."""
    pilot = write_pilot(tmp_path, **LENIENT)
    reports = tmp_path / "reports"

    def executed(_notebook: Path, output: Path, parameters: dict, **_: object) -> None:
        from pilot_analysis import notebook as show

        found = reviewed(load_config(parameters["config"], parameters["overrides"]))
        output.write_text(show.save(found, parameters["output_dir"]), encoding="utf-8")

    monkeypatch.setattr(folder, "execute", executed)
    days = ["2026-03-22", "2026-04-05", "2026-04-09", "2026-04-10", "2026-04-30"]
    verdicts = []
    for day in days:
        done = command("run", pilot, "--out", reports, "--as-of", day, "--verdict-exit")
        verdicts.append(done.code)
        page = (reports / "small-pilot" / "latest" / "review.html").read_text(encoding="utf-8")
        if done.code == 30:
            assert f"Looks so far: {len(verdicts) - 1} (this is the {nth(len(verdicts))})." in page

    assert verdicts == [30] * 3 + [0, 0]
    # The log ends on 10 April: the fifth run is on the contacts of the fourth.
    assert "Looks so far: 4; the contacts are those of the last one, so this is no new look." in page
    assert "This later run says the same." in page
    said = (reports / "small-pilot" / "latest" / "review.ipynb").read_text(encoding="utf-8")
    assert said.startswith("The run was written. Looks so far: 4; ")
    entries = read(reports / "small-pilot" / "history.jsonl")
    assert [(entry.as_of, entry.final) for entry in entries] == [(day, day == "2026-04-10") for day in days]


# --- nothing to do -------------------------------------------------------------------------------------------


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Runs that were made, by their config hash: the pipeline without a kernel and without figures."""
    made: list[str] = []

    def executed(_notebook: Path, output: Path, parameters: dict, **_: object) -> None:
        found = reviewed(load_config(parameters["config"], parameters["overrides"])).to_dict()
        made.append(found["provenance"]["config_sha256"])
        write_stub(output.parent, found)

    monkeypatch.setattr(folder, "execute", executed)
    return made


def test_what_has_not_changed_is_not_run_again(tmp_path: Path, counted: list[str]) -> None:
    pilot, reports = write_pilot(tmp_path, **LENIENT), tmp_path / "reports"

    def runs(*arguments: object) -> int:
        before = len(counted)
        assert command("run", pilot, "--out", reports, *arguments).code == 0
        return len(counted) - before

    assert runs() == 1
    first = read(reports / "small-pilot" / "history.jsonl")[0].run
    done = command("run", pilot, "--out", reports, "--verdict-exit")
    page = reports / "small-pilot" / "latest" / "review.html"
    assert done == (0, f"scale: small-pilot: {page}\n  Unchanged since run {first}, nothing to do.\n", "")
    (tmp_path / "contacts.csv").touch()
    assert runs() == 0  # the time of the file says nothing
    assert runs("--force") == 1
    assert runs() == 0
    assert runs("--set", "kpis.csat.margin=0.39") == 1
    assert runs("--set", "kpis.csat.margin=0.39") == 0
    assert runs("--as-of", "2026-04-01") == 1
    assert runs("--as-of", "2026-04-01") == 0
    assert runs() == 1  # the last good run was of another day
    write_log(contacts().iloc[:-1], tmp_path / "contacts.csv")
    assert runs() == 1
    shutil.rmtree((reports / "small-pilot" / "latest").resolve())
    assert runs() == 1


def test_another_version_is_a_change(tmp_path: Path, counted: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    pilot = write_pilot(tmp_path, **LENIENT)
    command("run", pilot, "--out", tmp_path)
    monkeypatch.setattr("pilot_analysis.runs.unchanged.__version__", "9.9.9")
    command("run", pilot, "--out", tmp_path)
    assert len(counted) == 2


def test_a_database_is_asked_for_its_contacts(tmp_path: Path, counted: list[str]) -> None:
    """Rows in another order are the same contacts; one more is not."""
    import duckdb

    def fill(order: str, n: int) -> None:
        with duckdb.connect(str(tmp_path / "log.duckdb")) as connection:
            log = contacts().iloc[:n]
            connection.execute(f"CREATE OR REPLACE TABLE contacts AS SELECT * FROM log ORDER BY contact_id {order}")
            assert len(log) == n

    fill("ASC", 639)
    pilot = write_pilot(tmp_path, **LENIENT)
    url = ["--set", f"data.contacts=duckdb://{tmp_path}/log.duckdb", "--set", "data.table=contacts"]
    for order, n, made in (("ASC", 639, 1), ("DESC", 639, 1), ("ASC", 640, 2), ("ASC", 640, 2)):
        fill(order, n)
        done = command("run", pilot, "--out", tmp_path / "reports", *url)
        assert (done.code, len(counted)) == (0, made), done.err


def test_an_unchanged_pilot_keeps_its_verdict_as_exit_code(tmp_path: Path, counted: list[str]) -> None:
    pilot = write_pilot(tmp_path, vendor_review__must_haves={"iso_27001": "no"}, **LENIENT)
    for _ in range(2):
        assert command("run", pilot, "--out", tmp_path / "reports", "--verdict-exit").code == 20
    assert len(counted) == 1


def test_the_review_beside_a_page_that_counts_looks_is_the_review_itself(tmp_path: Path) -> None:
    config = load_config(write_pilot(tmp_path, **LENIENT))
    found = reviewed(config).to_dict()
    write_run(found, resolved_yaml(config), tmp_path / "run", standing([], found))
    assert json.loads((tmp_path / "run" / "review.json").read_text(encoding="utf-8")) == found
