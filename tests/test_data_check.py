"""A first look at an export: what it says of a sound one, of one that a review refuses, and of hostile text."""

from pathlib import Path

import pandas as pd
import pytest
from pilots import contacts, write_config, write_log, write_pilot

from pilot_analysis import data_check as show
from pilot_analysis.contacts import first_look

# Six rows: a2 stands twice and once identical, one row is of neither arm, one stamp has the day first.
ROWS = """contact_id,opened_at,Team,Rating,Note
a1,2026-03-02 09:00:00,In-house,5,x
a2,2026-03-02 09:30:00,Vendor,four,x
a2,2026-03-02 09:30:00,Vendor,four,x
a2,2026-03-09 23:59:00,Vendor,,y
a3,02.03.2026 10:00,Vendor,4,<script>alert(1)</script>
a4,2026-03-10 00:00:00,Other,n/a,=1+1
"""


@pytest.fixture
def refused(tmp_path: Path) -> show.Export:
    path = write_pilot(
        tmp_path, contacts(), data__columns={"csat": "Rating", "team": "Team"}, data__arm={
            "column": "team", "baseline": ["In-house"], "pilot": ["Vendor"]}, design=..., kpis=...,
    )  # fmt: skip
    (tmp_path / "contacts.csv").write_text(ROWS, encoding="utf-8")
    return show.read(str(path), {})


def test_an_export_that_a_review_refuses_is_looked_at_all_the_same(refused: show.Export) -> None:
    said = show.answer(refused).data
    assert "A review would refuse this export" in said
    assert "found:        four" in said
    assert show.checks(refused).data.empty
    assert show.needed(refused).data.count("<svg") == 1


def test_columns_with_what_they_become_and_what_cannot_be_read(refused: show.Export) -> None:
    found = first_look.columns(refused.logs).set_index("column")
    assert found["becomes"].to_dict() == {
        "contact_id": "contact_id", "opened_at": "opened_at", "Team": "team", "Rating": "csat", "Note": None,
    }  # fmt: skip
    assert found["unreadable"].to_dict() == {"contact_id": 0, "opened_at": 1, "Team": 0, "Rating": 2, "Note": 0}
    assert (found.loc["Rating", "example"], found.loc["opened_at", "example"]) == ("four", "02.03.2026 10:00")
    assert found.loc["Rating", "filled"] == pytest.approx(4 / 6)  # n/a is how exports write nothing
    assert found.loc["Team", "values"] == "Vendor (4), In-house (1), Other (1)"


def test_rows_ids_and_arms_are_counted(refused: show.Export) -> None:
    (row,) = first_look.duplicates(refused.logs).to_dict("records")
    assert row == {"log": "contacts.csv", "rows": 6, "identical": 1, "ids": 1, "without_id": 0}
    arms = first_look.completeness(refused.logs)
    assert dict(zip(arms["arm"].fillna("neither"), arms["rows"], strict=True)) == {
        "baseline": 1, "pilot": 4, "neither": 1,
    }  # fmt: skip
    shares = dict(zip(arms["arm"].fillna("neither"), arms["csat"], strict=True))
    assert shares == {"baseline": 1, "pilot": 0.75, "neither": 0}


def test_days_weeks_and_hours_are_as_written(refused: show.Export) -> None:
    hours = first_look.times_of_day(refused.logs)
    assert hours == {"baseline": {9: 1}, "pilot": {9: 2, 23: 1}, None: {0: 1}}
    days = {arm: {str(day): n for day, n in each.items()} for arm, each in first_look.volumes(refused.logs).items()}
    assert days["pilot"] == {"2026-03-02": 2, "2026-03-09": 1}
    weeks = first_look.completeness(refused.logs, weekly=True)
    pilot = weeks[weeks["arm"] == "pilot"]
    assert [None if pd.isna(week) else str(week)[:10] for week in pilot["week"]] == ["2026-03-02", "2026-03-09", None]
    assert pilot["rows"].tolist() == [2, 1, 1]


def test_text_of_the_export_stays_text(refused: show.Export) -> None:
    for shown in (show.columns, show.weeks, show.completeness, show.duplicates, show.absent):
        html = shown(refused).to_html()
        assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; (1)" in show.columns(refused).to_html()


def test_a_sound_export_says_so_and_shows_its_checks(tmp_path: Path) -> None:
    export = show.read(str(write_pilot(tmp_path)), {})
    assert "640 contacts" in show.answer(export).data
    assert len(show.checks(export).data) == len(export.checks) > 5
    assert "In-house: 320 contacts" in show.volumes(export).data
    assert show.times(export).data.count("<svg") == 1
    assert "cost, pilot: at least 100.0%, in the week of 2 Mar 2026" in show.needed(export).data
    assert "complaint" in show.absent(export).data.iloc[:, 0].tolist()
    assert "csat" not in show.absent(export).data.iloc[:, 0].tolist()


def test_columns_with_many_values_are_not_shown_because_they_may_name_people(tmp_path: Path) -> None:
    export = show.read(str(write_pilot(tmp_path)), {})
    found = first_look.columns(export.logs).set_index("column")
    assert found.loc["customer_id", "values"] is None
    assert "Vc0" not in show.columns(export).to_html()


def test_typed_files_and_several_logs(tmp_path: Path) -> None:
    log = contacts()
    write_log(log[log.team == "In-house"], tmp_path / "ours.parquet")
    write_log(log[log.team == "Vendor"], tmp_path / "theirs.csv")
    sources = [{"path": "ours.parquet", "arm": "baseline"}, {"path": "theirs.csv", "arm": "pilot"}]
    path = write_config(tmp_path, data__contacts=..., data__arm=..., data__sources=sources)
    export = show.read(str(path), {})
    arms = first_look.completeness(export.logs)
    assert dict(zip(arms["arm"], arms["rows"], strict=True)) == {"baseline": 320, "pilot": 320}
    assert first_look.duplicates(export.logs)[["log", "rows"]].to_numpy().tolist() == [["ours", 320], ["theirs", 320]]
    assert "timestamp" in show.columns(export).to_html()


@pytest.mark.parametrize(("third", "read"), [("13/03/2026 10:00", "2026-03-13"), ("03/03/2026 10:00", None)])
def test_dates_with_the_day_first_are_read_where_one_of_them_tells(
    third: str, read: str | None, tmp_path: Path
) -> None:
    rows = f"contact_id,opened_at,team\na1,02/03/2026 09:00,In-house\na2,04/03/2026 09:00,Vendor\na3,{third},Vendor\n"
    path = write_pilot(tmp_path, design=..., kpis=...)
    (tmp_path / "contacts.csv").write_text(rows, encoding="utf-8")
    export = show.read(str(path), {})
    days = [str(day) for day in first_look.volumes(export.logs).get("pilot", {})]
    assert days == ([] if read is None else ["2026-03-04", read])
    unread = first_look.columns(export.logs).set_index("column").loc["opened_at", "unreadable"]
    assert unread == (3 if read is None else 0)
    if read is None:
        assert "day first or month first" in show.answer(export).data


def test_columns_that_tell_who_somebody_is_are_not_shown_however_few_values_they_have(tmp_path: Path) -> None:
    export = show.read(str(write_pilot(tmp_path, contacts(comment="too slow"))), {})
    found = first_look.columns(export.logs).set_index("column")
    assert found.loc["agent_id", ["different", "values"]].tolist() == [10, None]
    assert found.loc["comment", "values"] is None
    assert found.loc["channel", "values"].startswith("chat (")
