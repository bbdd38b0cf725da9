"""Who worked for which arm, and when. Counted by hand; the pilot is from 2 March to 10 April 2026."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pilots import write_log
from small_logs import found, log, open_log

from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.table import Contacts
from pilot_analysis.refusal import Refusal

CONTACTS = log(
    {"agent_id": "vi", "final_agent_id": "ina"},
    {"agent_id": "vi", "opened_at": "2026-03-20 10:00:00"},
    {"agent_id": "vi", "opened_at": "2026-03-20 23:59:59"},
    {"agent_id": "vi", "opened_at": "2026-03-21 00:00:00"},
    {"agent_id": "ina"},
    {"agent_id": "nobody"},
).drop(columns="team")
CONTACTS.loc[CONTACTS.agent_id.isna(), "agent_id"] = ["ina", "ina", "vic", "vic"]  # of FRAME
ROSTER = pd.DataFrame(
    [
        ("vi", "BPO", "2026-01-01", "2026-03-20", "100"),
        ("vi", "Own", "2026-03-21", "", "50"),
        ("vic", "BPO", "2026-03-12", "", ""),
        ("vic", "BPO", "2026-02-20", "2026-03-11", "30"),
        ("ina", "Own", "2025-03-02", "", "160"),
        ("old", "Own", "2020-01-01", "2026-03-01", "9"),
    ],
    columns=["login", "employer", "from", "to", "hours"],
)
ASKED = {"path": "roster.csv", "agent": "login", "arm": "employer", "start": "from", "end": "to", "paid_hours": "hours"}
ARM = {"column": "roster_arm", "baseline": ["Own"], "pilot": ["BPO"]}


def rostered(folder: Path, roster: pd.DataFrame = ROSTER, path: str = "roster.csv", **keys: Any) -> Contacts:
    write_log(roster, folder / path)
    asked = {k: v for k, v in {**ASKED, "path": path, **keys}.items() if v is not ...}
    return open_log(folder, CONTACTS, data__roster=asked, data__arm=ARM)


def note(contacts: Contacts) -> Check:
    return next(check for check in contacts.notes if check.id == "roster")


def test_the_arm_of_the_agent_on_that_day(tmp_path: Path) -> None:
    """vi worked for the BPO through 20 March, and in-house from then on."""
    rows = found(rostered(tmp_path), "arm", "final_arm").loc["a1":"a6"]
    assert list(rows.arm[:5]) == ["pilot", "pilot", "pilot", "baseline", "baseline"]
    assert pd.isna(rows.arm["a6"])
    assert rows.final_arm["a1"] == "baseline"


def test_tenure_turnover_and_paid_hours(tmp_path: Path) -> None:
    """BPO: vi since 1 January (60 days), vic since 20 February (10 days); vi left on 20 March. Own: ina since a year,
    vi joined."""
    bpo, own = rostered(tmp_path).staff
    assert (bpo.name, bpo.agents, bpo.joined, bpo.left, bpo.tenure_days) == ("BPO", 2, 0, 1, 35)
    assert (own.name, own.agents, own.joined, own.left, own.tenure_days) == ("Own", 2, 1, 0, 182.5)


def test_paid_hours_are_those_of_the_pilots_days(tmp_path: Path) -> None:
    weeks = pd.DataFrame(
        [
            ("vi", "BPO", "2026-02-23", "2026-03-01", "40"), ("vi", "BPO", "2026-03-02", "2026-03-08", "38"),
            ("vi", "BPO", "2026-03-09", "2026-03-15", "35.5"), ("ina", "Own", "2026-03-02", "2026-04-10", "200"),
        ],
        columns=ROSTER.columns,
    )  # fmt: skip
    with_vic = pd.concat([weeks, ROSTER[ROSTER.login == "vic"].assign(hours="")])
    assert [arm.paid_hours for arm in rostered(tmp_path, with_vic).staff] == [73.5, 200]


def test_who_is_not_on_the_roster(tmp_path: Path) -> None:
    """10 contacts: one by nobody; and without vi's second row her contact of 21 March."""
    said = note(rostered(tmp_path))
    assert said.status == "warn"
    assert "1 agents of the log are not on the roster (10.0% of the contacts)." in said.text
    without = note(rostered(tmp_path, ROSTER.drop(index=1)))
    assert "10.0% of the contacts are by agents outside their days on the roster." in without.text


def test_a_list_without_days(tmp_path: Path) -> None:
    plain = pd.DataFrame({"login": ["vi", "vic", "ina"], "employer": ["BPO", "BPO", "Own"]})
    contacts = rostered(tmp_path, plain, start=..., end=..., paid_hours=...)
    assert list(found(contacts, "arm").arm["a1":"a5"]) == ["pilot"] * 4 + ["baseline"]
    assert contacts.staff[0].tenure_days is None


def test_parquet_gives_the_same(tmp_path: Path) -> None:
    typed = ROSTER.assign(**{"from": pd.to_datetime(ROSTER["from"]), "to": pd.to_datetime(ROSTER["to"])})
    typed["hours"] = pd.to_numeric(ROSTER.hours)
    text, parquet = rostered(tmp_path), rostered(tmp_path, typed, path="r.parquet")
    pd.testing.assert_frame_equal(found(text), found(parquet))
    assert text.staff == parquet.staff


@pytest.mark.parametrize(
    ("keys", "said", "key"),
    [
        ({"agent": "name"}, "no such column", "data.roster.agent"),
        ({"start": ..., "end": ...}, "two arms on one day", "data.roster.arm"),
        ({"arm": ...}, "no such column", "data.arm.column"),
        ({"start": "hours"}, "not a timestamp", "hours"),
    ],
)
def test_what_is_refused(tmp_path: Path, keys: dict[str, Any], said: str, key: str) -> None:
    with pytest.raises(Refusal, match=said) as refused:
        rostered(tmp_path, **keys)
    assert refused.value.key == key


def test_a_log_without_agents(tmp_path: Path) -> None:
    write_log(ROSTER, tmp_path / "roster.csv")
    with pytest.raises(Refusal, match="names its agents"):
        open_log(tmp_path, log({}), data__roster=ASKED)


def test_few_who_joined_or_left_are_not_counted_aloud(tmp_path: Path) -> None:
    assert "0 joined and fewer than 5 left during it." in note(rostered(tmp_path)).text
