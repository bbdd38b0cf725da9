"""Ratings of a survey tool, joined to their contacts. Counted by hand."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pilots import write_log
from small_logs import found, log, open_log
from test_sources import opened

from pilot_analysis import load_config
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.sources import open_all
from pilot_analysis.contacts.table import Contacts
from pilot_analysis.refusal import Refusal

CONTACTS = log(*({"agent_id": f"ann{i}"} for i in range(1, 7)))  # a1 ... a6, opened on 10 March at 10:00
ANSWERS = pd.DataFrame(
    [
        ("a1", "2", "2026-03-11 10:00:00", "ann1"),
        ("a1", "5", "2026-03-12 10:00:00", "bea"),
        ("a2", "4", "2026-03-17 09:59:59", "ann2"),
        ("a3", "1", "2026-03-17 10:00:01", "ann3"),
        ("a4", "", "", ""),
        ("a5", "3", "2026-03-10 09:59:59", "ann5"),
        ("elsewhere", "3", "2026-03-12 10:00:00", ""),
    ],
    columns=["Ticket", "Stars", "When", "Who"],
)
SURVEYS: dict[str, Any] = {
    "path": "surveys.csv", "key": "Ticket", "score": "Stars", "answered_at": "When", "agent": "Who",
    "answer_window_days": 7,
}  # fmt: skip


def surveyed(
    folder: Path, answers: pd.DataFrame = ANSWERS, contacts: pd.DataFrame = CONTACTS, path: str = "surveys.csv",
    **keys: Any,
) -> Contacts:  # fmt: skip
    """The contacts with their ratings; `keys` replace those of the survey, ... leaves one out."""
    write_log(answers, folder / path)
    asked = {k: v for k, v in {**SURVEYS, "path": path, **keys}.items() if v is not ...}
    return open_log(folder, contacts, data__surveys=asked)


def note(contacts: Contacts) -> Check:
    return next(check for check in contacts.notes if check.id == "surveys")


def test_the_last_answer_in_time_is_the_rating(tmp_path: Path) -> None:
    """a3 answered a second too late, a5 before there was a contact."""
    rows = found(surveyed(tmp_path), "csat", "csat_agent_id", "csat_answered_at", "csat_offered").loc["a1":"a6"]
    assert rows.csat.dropna().to_dict() == {"a1": 5, "a2": 4}
    assert rows.csat_agent_id.dropna().to_dict() == {"a1": "bea", "a2": "ann2"}
    assert rows.csat_answered_at["a1"] == datetime(2026, 3, 12, 9)  # UTC
    assert rows.csat_offered.to_dict() == {"a1": True, "a2": True, "a3": True, "a4": True, "a5": True, "a6": False}


def test_every_row_that_is_left_out_is_counted(tmp_path: Path) -> None:
    said = note(surveyed(tmp_path))
    assert said.status == "warn"
    assert "2 ratings were joined from 7 rows of surveys.csv." in said.text
    assert "1 of contacts that the log does not have, 1 answered later than 7 days" in said.text
    assert "1 answered before their contact began and 1 besides the last answer" in said.text
    assert "1 were sent and not answered." in said.text
    assert "1 rate another agent" in said.text


def test_all_is_well(tmp_path: Path) -> None:
    said = note(surveyed(tmp_path, ANSWERS.iloc[2:3]))
    assert (said.status, said.text) == ("info", "1 ratings were joined from 1 rows of surveys.csv.")


def test_the_first_answer(tmp_path: Path) -> None:
    assert found(surveyed(tmp_path, keep="first"), "csat").csat["a1"] == 2


def test_without_a_window_late_answers_count(tmp_path: Path) -> None:
    assert found(surveyed(tmp_path, answer_window_days=...), "csat").csat["a3"] == 1


def test_the_window_runs_from_the_resolution(tmp_path: Path) -> None:
    contacts = CONTACTS.assign(resolved_at="2026-03-11 10:00:00")
    assert found(surveyed(tmp_path, contacts=contacts), "csat").csat["a3"] == 1


def test_where_every_row_is_an_answer_nobody_knows_who_was_asked(tmp_path: Path) -> None:
    assert "csat_offered" not in surveyed(tmp_path, ANSWERS[ANSWERS.Stars != ""]).columns


def test_ratings_of_the_log_give_way(tmp_path: Path) -> None:
    """a1 was 5 and is 5, a2 was 1 and is 4, a6 was 3 and is none."""
    contacts = surveyed(tmp_path, contacts=CONTACTS.assign(csat=["5", "1", "", "", "", "3", *[""] * 4]))
    assert found(contacts, "csat").csat.dropna().to_dict() == {"a1": 5, "a2": 4}
    assert "in place of 3 ratings of the log itself, of which 1 differ" in note(contacts).text


def test_parquet_gives_the_same(tmp_path: Path) -> None:
    typed = ANSWERS.assign(Stars=pd.to_numeric(ANSWERS.Stars), When=pd.to_datetime(ANSWERS.When))
    columns = ("csat", "csat_offered", "csat_answered_at")
    text, parquet = found(surveyed(tmp_path), *columns), found(surveyed(tmp_path, typed, path="s.parquet"), *columns)
    pd.testing.assert_frame_equal(text, parquet)


def test_answers_in_their_own_time_zone(tmp_path: Path) -> None:
    """a2 answered at 9:59 in Manila, seven hours before 9:59 in Berlin; a5's was 9:59 before opening at 10:00."""
    rows = found(surveyed(tmp_path, timezone="Asia/Manila"), "csat", "csat_answered_at")
    assert rows.csat_answered_at["a2"] == datetime(2026, 3, 17, 1, 59, 59)
    assert rows.csat["a3"] == 1


def test_a_review_as_of_a_day_does_not_know_later_answers(tmp_path: Path) -> None:
    write_log(ANSWERS, tmp_path / "surveys.csv")
    contacts = open_log(tmp_path, CONTACTS, data__surveys=SURVEYS, pilot__as_of="2026-03-15")
    assert found(contacts, "csat").csat.dropna().to_dict() == {"a1": 5}


def test_its_file_is_part_of_what_a_run_was_made_from(tmp_path: Path) -> None:
    contacts = surveyed(tmp_path)
    assert [file["path"] for part in contacts.parts for file in part.files()] == ["contacts.csv", "surveys.csv"]
    opened_again = open_all(load_config(tmp_path / "pilot.yaml"))
    assert [source.files[0].name for source in opened_again] == ["contacts.csv", "surveys.csv"]


def test_the_survey_of_one_of_several_logs(tmp_path: Path) -> None:
    """Ticket 1 stands in both logs; the desk keeps its own ratings."""
    answers = pd.DataFrame({"Ticket": ["1", "3"], "Stars": ["2", "1"]})
    write_log(answers, tmp_path / "surveys.csv")
    asked = {"path": "surveys.csv", "key": "Ticket", "score": "Stars"}
    rows = found(opened(tmp_path, data__surveys=asked | {"source": "vendor"}), "csat")
    assert rows.csat.dropna().to_dict() == {"desk:1": 4, "desk:9": 5, "desk:10": 3, "vendor:1": 2, "vendor:3": 1}
    with pytest.raises(Refusal, match="several logs") as refused:
        opened(tmp_path, data__surveys=asked)
    assert refused.value.key == "data.surveys.0.source"


def test_a_survey_for_each_log(tmp_path: Path) -> None:
    write_log(pd.DataFrame({"Ticket": ["1"], "Stars": ["2"]}), tmp_path / "v.csv")
    write_log(pd.DataFrame({"id": ["9"], "csat": ["1"]}), tmp_path / "d.csv")
    surveys = [
        {"path": "v.csv", "key": "Ticket", "score": "Stars", "source": "vendor"},
        {"path": "d.csv", "key": "id", "score": "csat", "source": "desk"},
    ]
    contacts = opened(tmp_path, data__surveys=surveys)
    assert found(contacts, "csat").csat.dropna().to_dict() == {"desk:9": 1, "vendor:1": 2}
    assert note(contacts).text.count("were joined") == 2


@pytest.mark.parametrize(
    ("keys", "said", "key"),
    [
        ({"score": "Star"}, "no such column", "data.surveys.0.score"),
        ({"key": "Who"}, "no survey belongs", "data.surveys.0.key"),
        (
            {"answered_at": ..., "answer_window_days": ...},
            "1 contacts have several answers",
            "data.surveys.0.answered_at",
        ),
        ({"scale": [1, 10]}, "another scale", "data.surveys.0.scale"),
        ({"source": "vendor"}, "no such log", "data.surveys.0.source"),
        ({"timezone": "Mars"}, "unknown time zone", "data.surveys.0.timezone"),
        ({"score": "When"}, "not a number", "When"),
    ],
)
def test_what_cannot_be_joined_is_refused(tmp_path: Path, keys: dict[str, Any], said: str, key: str) -> None:
    with pytest.raises(Refusal, match=said) as refused:
        surveyed(tmp_path, **keys)
    assert refused.value.key == key


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="does not exist") as refused:
        open_log(tmp_path, CONTACTS, data__surveys=SURVEYS | {"path": "none.csv"})
    assert refused.value.key == "data.surveys.0.path"


def test_weighted_rows_have_no_contacts(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="weighted"):
        surveyed(tmp_path, contacts=CONTACTS.assign(weight="2"))
