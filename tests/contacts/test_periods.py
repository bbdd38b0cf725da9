"""Which contacts the verdict rests on: the pilot's days, its ramp-up, and how far the log reaches."""

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from pilots import contacts as whole_log
from small_logs import found, log, open_log

from pilot_analysis.contacts.table import Contacts, judged_contacts
from pilot_analysis.refusal import Refusal


def at(*stamps: str, **more: str) -> list[dict[str, str]]:
    return [{"opened_at": stamp, **more} for stamp in stamps]


def test_phases(tmp_path: Path) -> None:
    """Fourteen days of ramp-up from 2 March: the 15th belongs to it, the 16th is judged."""
    rows = at("2026-03-01 23:59:59", "2026-03-02 00:00:01", "2026-03-15 23:59:59", "2026-03-16 00:00:00",
              "2026-04-10 23:59:59", "2026-04-11 00:00:00")  # fmt: skip
    contacts = open_log(tmp_path, log(*rows), pilot__ramp_up_days=14)
    assert contacts.judged_from == date(2026, 3, 16)
    expected = ["before", "ramp_up", "ramp_up", "judged", "judged", "after"]
    assert list(found(contacts).phase[[f"a{i}" for i in range(1, 7)]]) == expected


def test_without_a_ramp_up_the_first_day_is_judged(tmp_path: Path) -> None:
    contacts = open_log(tmp_path, log(*at("2026-03-02 00:00:00")))
    assert contacts.judged_from == date(2026, 3, 2)
    assert found(contacts).phase["a1"] == "judged"


def test_a_pilot_of_one_day(tmp_path: Path) -> None:
    contacts = open_log(tmp_path, log(*at("2026-04-10 08:00:00")), pilot__start="2026-04-10")
    assert [contacts.facts[arm]["judged"] for arm in ("baseline", "pilot")] == [1, 2]


def test_judged_contacts_are_of_an_arm_in_scope_and_in_the_period(tmp_path: Path) -> None:
    rows = log({}, {"team": "Overflow"}, {"opened_at": "2026-02-01 10:00:00"}, {"channel": "fax"}, channel="chat")
    rows.loc[rows.contact_id == "a4", "channel"] = "fax"
    contacts = open_log(tmp_path, rows, data__segment={"channel": ["chat"]})
    judged = set(judged_contacts(contacts.table).contact_id.execute())
    assert judged == {"a1", "In-house first", "In-house last", "Vendor first", "Vendor last"}


# --- interim or final ----------------------------------------------------------------------------------------


def log_to(baseline: str, pilot: str) -> pd.DataFrame:
    """A log whose arms end on these days."""
    rows = at(f"{baseline} 09:00:00", team="In-house") + at(f"{pilot} 09:00:00")
    return log(*rows).query("not contact_id.str.endswith('last')")


@pytest.mark.parametrize(
    ("baseline", "pilot", "interim"),
    [("2026-04-10", "2026-04-10", False), ("2026-04-09", "2026-04-10", True), ("2026-04-10", "2026-04-09", True),
     ("2026-04-09", "2026-04-09", True), ("2026-04-30", "2026-04-12", False), ("2026-04-30", "2026-04-09", True)],
)  # fmt: skip
def test_a_review_is_final_when_both_arms_reach_the_last_day(
    tmp_path: Path, baseline: str, pilot: str, interim: bool
) -> None:
    contacts = open_log(tmp_path, log_to(baseline, pilot))
    assert contacts.interim is interim
    assert contacts.last == {"baseline": date.fromisoformat(baseline), "pilot": date.fromisoformat(pilot)}


def test_the_end_of_the_data_is_that_of_the_shorter_arm(tmp_path: Path) -> None:
    contacts = open_log(tmp_path, log_to("2026-04-30", "2026-04-12"))
    assert contacts.data_end == datetime(2026, 4, 12, 7)  # 09:00 in Berlin, in UTC
    assert contacts.log_start == datetime(2026, 3, 2, 11)
    assert contacts.first == date(2026, 3, 2)


def test_the_last_day_is_a_day_of_the_pilots_zone(tmp_path: Path) -> None:
    """23:30 UTC of the 9th is the 10th in Berlin."""
    rows = log_to("2026-04-10", "2026-04-09")
    rows.loc[rows.contact_id == "a2", "opened_at"] = "2026-04-09T23:30:00Z"
    assert open_log(tmp_path, rows).interim is False
    assert open_log(tmp_path, rows, pilot__timezone="UTC").interim is True


@pytest.mark.parametrize(("day", "interim"), [("2026-04-09", True), ("2026-04-10", False), ("2026-05-01", False)])
def test_as_of_a_day(tmp_path: Path, day: str, interim: bool) -> None:
    contacts = open_log(tmp_path, log_to("2026-04-30", "2026-04-30").pipe(with_the_last_day), pilot__as_of=day)
    assert contacts.interim is interim
    assert max(contacts.last.values()) <= date.fromisoformat(day)


def with_the_last_day(rows: pd.DataFrame) -> pd.DataFrame:
    more = log(*at("2026-04-10 09:00:00", team="In-house"), *at("2026-04-10 09:00:00"))[:2]
    return pd.concat([rows, more.assign(contact_id=["b1", "b2"])])


def test_as_of_includes_the_whole_day_in_the_pilots_zone(tmp_path: Path) -> None:
    rows = at("2026-03-10 23:59:59", "2026-03-11 00:00:00", "2026-03-10T22:59:59Z", "2026-03-10T23:00:00Z")
    table = found(open_log(tmp_path, log(*rows), pilot__as_of="2026-03-10"))
    assert {i for i in table.index if i.startswith("a")} == {"a1", "a3"}


def test_as_of_knows_nothing_of_later_answers(tmp_path: Path) -> None:
    """The log as it stood at the end of that day: what came later had not happened."""
    rows = log(
        {"first_response_at": "2026-03-10 10:05:00", "resolved_at": "2026-03-10 11:00:00"},
        {"first_response_at": "2026-03-12 10:05:00", "resolved_at": "2026-03-12 11:00:00"},
    )
    table = found(open_log(tmp_path, rows, pilot__as_of="2026-03-10"))
    assert table.response["a1"] == 300
    assert table.response.isna()["a2"]
    assert table.unanswered["a2"]


def test_as_of_knows_nothing_of_later_ratings(tmp_path: Path) -> None:
    rows = log(
        {"csat": 5, "csat_answered_at": "2026-03-10 12:00:00"}, {"csat": 5, "csat_answered_at": "2026-03-12 12:00:00"}
    )
    table = found(open_log(tmp_path, rows, pilot__as_of="2026-03-10"))
    assert table.csat["a1"] == 5
    assert table.csat.isna()["a2"]


def test_as_of_a_day_before_the_log_says_so(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"period|as_of|no contact") as refused:
        open_log(tmp_path, log({}), pilot__as_of="2026-01-10")
    assert "data.arm" not in str(refused.value.key)


# --- what is counted -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, Contacts]:
    rows = whole_log()
    rows["final_team"] = rows.team.where(rows.index % 8 != 3, "In-house")
    rows.loc[rows.index % 16 == 5, "first_response_at"] = rows.opened_at - pd.Timedelta("1s")
    keys = {"pilot__ramp_up_days": 10, "data__segment": {"channel": ["chat"]}}
    return rows, open_log(tmp_path_factory.mktemp("small"), rows, **keys)


@pytest.mark.parametrize(("arm", "team"), [("baseline", "In-house"), ("pilot", "Vendor")])
def test_the_counts_are_those_of_the_log(small: tuple[pd.DataFrame, Contacts], arm: str, team: str) -> None:
    rows, contacts = small
    inside = rows[(rows.team == team) & (rows.channel == "chat")]
    judged = inside[inside.opened_at >= "2026-03-12"]
    facts = contacts.facts[arm]
    assert facts["inside"] == len(inside)
    assert facts["judged"] == len(judged)
    assert facts["days"] == judged.opened_at.dt.date.nunique() == 30
    assert facts["negative"] == (judged.first_response_at < judged.opened_at).sum() > 0
    assert facts["passed_on"] == (judged.final_team != judged.team).sum()
    assert contacts.filled(arm, "csat") == judged.csat.count()
    assert contacts.filled(arm, "response") == (judged.first_response_at >= judged.opened_at).sum()
    assert contacts.filled(arm, "no such column") == 0


def test_the_log_as_a_whole(small: tuple[pd.DataFrame, Contacts]) -> None:
    rows, contacts = small
    assert contacts.rows == len(rows)
    assert contacts.duplicates == contacts.undated == 0
    assert {"csat", "final_team", "cost"} <= contacts.columns


def test_rows_without_a_date_are_left_out_and_counted(tmp_path: Path) -> None:
    contacts = open_log(tmp_path, log({"opened_at": None}, {"opened_at": " "}, {}))
    assert (contacts.rows, contacts.undated) == (7, 2)
    assert "a1" not in found(contacts).index


@pytest.mark.parametrize(
    ("rows", "arm"),
    [(log()[lambda d: d.team == "Vendor"].assign(x=1), "baseline"), (log()[lambda d: d.team == "In-house"], "pilot")],
)
def test_an_arm_without_contacts(tmp_path: Path, rows: pd.DataFrame, arm: str) -> None:
    keys = {"data__arm__baseline": "rest"} if arm == "baseline" else {"data__arm__pilot": "rest"}
    with pytest.raises(Refusal, match=f"the {arm} arm has no contact") as refused:
        open_log(tmp_path, rows, **keys)
    assert refused.value.allowed == "contacts from 2026-03-02 to 2026-04-10 in the segment"


def test_an_arm_whose_contacts_lie_outside_the_period(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="no contact in the pilot's period") as refused:
        open_log(tmp_path, log(), pilot__start="2025-01-01", pilot__end="2025-02-28")
    assert "2026-03-02" in str(refused.value.found)
