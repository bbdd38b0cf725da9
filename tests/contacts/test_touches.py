"""Who had a contact first and last, who answered when, and how long all worked: from its touches, counted by hand."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pilots import LENIENT, contacts, write_log, write_pilot
from small_logs import found, log, open_log

from pilot_analysis import load_config, review
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.table import Contacts
from pilot_analysis.refusal import Refusal

CONTACTS = log({}, {}, {}, {})  # a1 ... a4 of the Vendor, opened on 10 March at 10:00 (9:00 UTC)
TOUCHES = pd.DataFrame(
    [
        ("a1", "2026-03-10 10:00:01", "", "", "auto_reply", "bot", ""),
        ("a1", "2026-03-10 10:01:00", "vi", "Vendor", "note", "agent", "60"),
        ("a1", "2026-03-10 10:05:00", "vi", "Vendor", "reply", "agent", "120"),
        ("a1", "2026-03-10 10:30:00", "", "", "reply", "customer", ""),
        ("a1", "2026-03-10 11:00:00", "ina", "In-house", "reply", "agent", "30"),
        ("a2", "2026-03-10 10:00:30", "ina", "In-house", "Reply", "Agent", "15"),
        ("a3", "2026-03-10 10:00:01", "", "", "auto_reply", "bot", ""),
        ("other", "2026-03-10 10:00:30", "ina", "In-house", "reply", "agent", "15"),
    ],
    columns=["ticket", "when", "who", "group", "what", "by", "secs"],
)
ASKED: dict[str, Any] = {
    "path": "touches.csv", "key": "ticket", "at": "when", "agent": "who", "team": "group", "type": "what",
    "author": "by", "seconds": "secs",
}  # fmt: skip


def touched(
    folder: Path, touches: pd.DataFrame = TOUCHES, log: pd.DataFrame = CONTACTS, path: str = "touches.csv", **keys: Any
) -> Contacts:
    """The contacts with what their touches say; `keys` replace those of data.touches or, with `__`, of the config."""
    write_log(touches, folder / path)
    asked = {k: v for k, v in {**ASKED, "path": path, **keys}.items() if v is not ... and "__" not in k}
    return open_log(folder, log, data__touches=asked, **{k: v for k, v in keys.items() if "__" in k})


def note(contacts: Contacts) -> Check:
    return next(check for check in contacts.notes if check.id == "touches")


def test_first_and_last_handler_first_answer_and_all_work(tmp_path: Path) -> None:
    """A note is the first touch and no answer; the bot's reply and the customer's are neither."""
    rows = found(touched(tmp_path)).loc["a1":"a4"]
    assert list(rows.agent_id[:2]) == ["vi", "ina"]
    assert list(rows.final_agent_id[:2]) == ["ina", "ina"]
    assert list(rows.team) == ["Vendor", "In-house", "Vendor", "Vendor"]
    assert list(rows.final_team[:2]) == ["In-house", "In-house"]
    assert list(rows.arm) == ["pilot", "baseline", "pilot", "pilot"]
    assert list(rows.first_response_at[:2]) == [datetime(2026, 3, 10, 9, 5), datetime(2026, 3, 10, 9, 0, 30)]
    assert rows.first_response_at[2:].isna().all()
    assert list(rows.handle_seconds[:2]) == [210, 15]
    assert list(rows.reassigned[:3]) == [1, 0, 0]


def test_what_is_said(tmp_path: Path) -> None:
    said = note(touched(tmp_path))
    assert said.status == "warn"  # one touch of eight belongs to no contact
    assert "7 touches of 3 contacts decide" in said.text
    assert "gives way where a contact has touches: team (other in 1)" in said.text
    assert "2 bots (auto_reply and bot), 1 customers (customer), 1 internal (note) and 4 answers" in said.text
    assert "1 touches belong to no contact of the log." in said.text
    assert "1 contacts were touched by nobody but bots and customers." in said.text


def test_the_touches_win_over_the_columns_of_the_log(tmp_path: Path) -> None:
    """a1 was answered after 5 minutes, whatever the log says; a4 has no touch, so the log says it."""
    log = CONTACTS.assign(agent_id="x", response_seconds="7", handle_seconds="1")
    contacts = touched(tmp_path, log=log)
    rows = found(contacts, "agent_id", "response", "handle_seconds").loc["a1":"a4"]
    assert list(rows.agent_id) == ["vi", "ina", "x", "x"]
    assert list(rows.response[:2]) == [300, 30]
    assert pd.isna(rows.response["a3"])
    assert rows.response["a4"] == 7
    assert list(rows.handle_seconds) == [210, 15, 1, 1]
    assert "agent_id (other in 2)" in note(contacts).text


def test_touches_make_first_handlers(tmp_path: Path) -> None:
    assert touched(tmp_path).handler == "first"


def test_a_table_of_agents_alone(tmp_path: Path) -> None:
    """Without kinds every touch with a time is an answer."""
    people = TOUCHES[TOUCHES.who != ""]
    rows = found(touched(tmp_path, people, type=..., author=..., team=..., seconds=...))
    assert list(rows.agent_id["a1":"a2"]) == ["vi", "ina"]
    assert rows.first_response_at["a1"] == datetime(2026, 3, 10, 9, 1)
    assert rows.reassigned["a1"] == 1


def test_a_config_says_what_its_kinds_are(tmp_path: Path) -> None:
    touches = TOUCHES.assign(what=TOUCHES.what.replace({"note": "memo", "Reply": "OUT-7"}))
    with pytest.raises(Refusal, match="kinds of touches") as refused:
        touched(tmp_path, touches)
    assert refused.value.found == "memo, out-7"
    contacts = touched(tmp_path, touches, internal=["Memo"], answers=["out-7"])
    assert found(contacts, "first_response_at").first_response_at["a1"] == datetime(2026, 3, 10, 9, 5)
    assert found(touched(tmp_path, answers=["note"])).first_response_at["a1"] == datetime(2026, 3, 10, 9, 1)


def test_parquet_gives_the_same(tmp_path: Path) -> None:
    typed = TOUCHES.assign(when=pd.to_datetime(TOUCHES.when), secs=pd.to_numeric(TOUCHES.secs))
    text, parquet = found(touched(tmp_path)), found(touched(tmp_path, typed, path="t.parquet"))
    pd.testing.assert_frame_equal(text, parquet)


def test_touches_of_one_moment_are_in_order_of_names(tmp_path: Path) -> None:
    touches = TOUCHES[TOUCHES.by == "agent"].assign(when="2026-03-10 10:05:00")
    for rows in (touches, touches.iloc[::-1]):
        assert found(touched(tmp_path, rows), "agent_id").agent_id["a1"] == "ina"


def test_a_review_as_of_a_day_does_not_know_later_touches(tmp_path: Path) -> None:
    touches = TOUCHES.assign(when=TOUCHES.when.replace({"2026-03-10 11:00:00": "2026-03-20 11:00:00"}))
    rows = found(touched(tmp_path, touches, pilot__as_of="2026-03-15"))
    assert (rows.final_team["a1"], rows.handle_seconds["a1"]) == ("Vendor", 180)


def test_a_whole_review_with_contacts_passed_on(tmp_path: Path) -> None:
    """Each contact answered by its own team after a minute; one in five of the vendor's then in-house."""
    rows = contacts(first_response_at=None, agent_id=None, team=None)
    first = pd.DataFrame({
        "ticket": rows.contact_id, "when": rows.opened_at + pd.Timedelta(minutes=1), "who": contacts().agent_id,
        "group": contacts().team,
    })  # fmt: skip
    later = first[first.group == "Vendor"].iloc[::5].assign(who="Ia0", group="In-house")
    write_log(pd.concat([first, later.assign(when=later.when + pd.Timedelta(hours=1))]), tmp_path / "touches.csv")
    asked = {"path": "touches.csv", "key": "ticket", "at": "when", "agent": "who", "team": "group"}
    result = review(load_config(write_pilot(tmp_path, rows, data__touches=asked, **LENIENT))).to_dict()
    assert {k["id"]: k for k in result["kpis"]}["response_time"]["pilot"]["value"] == pytest.approx(60)
    leakage = next(c for c in result["checks"] if c["id"] == "leakage")
    assert "64 (20.0%) of the pilot's contacts and 0 (0.0%) of the in-house ones" in leakage["text"]


@pytest.mark.parametrize(
    ("keys", "said", "key"),
    [
        ({"agent": "whom"}, "no such column", "data.touches.agent"),
        ({"key": "who"}, "no touch belongs", "data.touches.key"),
        ({"at": "who"}, "not a timestamp", "who"),
        ({"author": "who"}, "kinds of touches", "data.touches"),
        ({"source": "vendor"}, "no such log", "data.touches.source"),
        ({"at": ...}, "missing", "data.touches.at"),
    ],
)
def test_what_cannot_be_joined_is_refused(tmp_path: Path, keys: dict[str, Any], said: str, key: str) -> None:
    with pytest.raises(Refusal, match=said) as refused:
        touched(tmp_path, **keys)
    assert refused.value.key == key
