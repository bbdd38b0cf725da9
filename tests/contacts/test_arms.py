"""Who belongs to which arm, and which contacts were in the pilot's scope."""

from pathlib import Path

import pytest
from small_logs import found, log, open_log

from pilot_analysis.refusal import Refusal

ROWS = log({"team": "Vendor"}, {"team": "In-house"}, {"team": "Overflow"}, {"team": ""}, {"team": "vendor"})


def arms(folder: Path, rows=ROWS, **keys) -> list[str | None]:
    arm = found(open_log(folder, rows, **keys)).arm
    return [None if arm.isna()[f"a{i}"] else arm[f"a{i}"] for i in range(1, 6)]


def test_by_lists_of_values(tmp_path: Path) -> None:
    """Values count as they are written; who is in neither list is in neither arm."""
    assert arms(tmp_path) == ["pilot", "baseline", None, None, None]
    assert arms(tmp_path, data__arm__pilot=["Vendor", "vendor"]) == ["pilot", "baseline", None, None, "pilot"]


def test_one_value_needs_no_list(tmp_path: Path) -> None:
    assert arms(tmp_path, data__arm__pilot="Vendor") == ["pilot", "baseline", None, None, None]


def test_the_rest_is_everything_else_empty_included_and_counted(tmp_path: Path) -> None:
    contacts = open_log(tmp_path, ROWS, data__arm__baseline="rest")
    assert list(found(contacts).arm[[f"a{i}" for i in range(1, 6)]]) == ["pilot"] + ["baseline"] * 4
    assert contacts.facts["baseline"]["unplaced"] == 1


def test_the_pilot_as_the_rest(tmp_path: Path) -> None:
    assert arms(tmp_path, data__arm__pilot="rest") == ["pilot", "baseline", "pilot", "pilot", "pilot"]


@pytest.mark.parametrize("name", ["arm", "day", "phase", "response", "w", "Handling team: first (queue)"])
def test_the_column_may_have_any_name(tmp_path: Path, name: str) -> None:
    """By the source's own name, also where the review has a column of that name."""
    rows = ROWS.rename(columns={"team": name})
    contacts = open_log(tmp_path, rows, data__arm__column=name, data__arm__baseline="rest")
    assert list(found(contacts).arm[[f"a{i}" for i in range(1, 6)]]) == ["pilot"] + ["baseline"] * 4
    assert contacts.facts["baseline"]["unplaced"] == 1


@pytest.mark.parametrize("name", ["team", "Team", "Assigned group"])
def test_the_source_name_of_a_column_that_is_mapped_too(tmp_path: Path, name: str) -> None:
    """`data.arm.column` takes the source's name or the canonical one, for a column that has both."""
    rows = ROWS.rename(columns={"team": name})
    for column in (name, "team"):
        keys = {"data__columns": {"team": name}, "data__arm__column": column}
        assert arms(tmp_path, rows, **keys) == ["pilot", "baseline", None, None, None]


@pytest.mark.parametrize("name", ["Channel", "via"])
def test_the_source_name_of_a_segment_that_is_mapped_too(tmp_path: Path, name: str) -> None:
    rows = log(**{name: "chat"})
    keys = {"data__columns": {"channel": name}, "data__segment": {name: ["chat"]}}
    assert found(open_log(tmp_path, rows, **keys)).in_segment.all()


def test_numbers_as_values(tmp_path: Path) -> None:
    rows = ROWS.assign(team=[17, 18, 19, None, 170, 18, 18, 17, 17])
    for kind, value in (("c.csv", 17), ("c.csv", "17.0"), ("c.parquet", 17.0), ("c.parquet", "17")):  # 17.0 in both
        keys = {"data__contacts": kind, "data__arm__pilot": [value], "data__arm__baseline": [18]}
        assert arms(tmp_path, rows, **keys) == ["pilot", "baseline", None, None, None]


def test_truth_as_values(tmp_path: Path) -> None:
    rows = ROWS.assign(team=[True, False, True, False, True, False, False, True, True])
    keys = {"data__contacts": "c.parquet", "data__arm__pilot": [True], "data__arm__baseline": [False]}
    assert arms(tmp_path, rows, **keys) == ["pilot", "baseline", "pilot", "baseline", "pilot"]


def test_a_value_that_does_not_occur_is_refused_with_those_that_do(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        open_log(tmp_path, ROWS, data__arm__pilot=["Vendor", "Vandor"])
    assert (refused.value.key, refused.value.found) == ("data.arm.pilot", "Vandor")
    assert refused.value.nearest in ("Vendor", "vendor")
    for value in ("Vendor", "In-house", "Overflow", "vendor"):
        assert value in str(refused.value.allowed)


def test_the_commonest_values_are_listed_first_and_no_endless_list(tmp_path: Path) -> None:
    rows = log(*[{"team": f"Team {i:03}"} for i in range(300)])
    with pytest.raises(Refusal) as refused:
        open_log(tmp_path, rows, data__arm__pilot=["Team"])
    assert str(refused.value.allowed).startswith("values that occur: In-house, Vendor, Team 000")
    assert len(str(refused.value)) < 2000


def test_segment_and_exclude(tmp_path: Path) -> None:
    rows = log(
        {"channel": "chat", "direction": "inbound"}, {"channel": "email", "direction": None},
        {"channel": "phone", "direction": "inbound"}, {"channel": None, "direction": "inbound"},
        {"channel": "chat", "direction": "outbound"},
    )  # fmt: skip
    rows["channel"] = rows.channel.where(rows.contact_id.str.startswith("a"), "chat")
    keys = {"data__segment": {"channel": ["chat", "email"]}, "data__exclude": {"direction": ["outbound", "internal"]}}
    table = found(open_log(tmp_path, rows, **keys))
    assert list(table.in_segment[["a1", "a2", "a3", "a4"]]) == [True, True, False, False]
    assert "a5" not in table.index


def test_two_segments_hold_together(tmp_path: Path) -> None:
    rows = log({"channel": "chat", "tier": 1}, {"channel": "chat", "tier": 2}, channel="chat")
    rows["tier"] = [1, 2, 1, 1, 1, 1]
    table = found(open_log(tmp_path, rows, data__segment={"channel": ["chat"], "tier": [1]}))
    assert list(table.in_segment[["a1", "a2"]]) == [True, False]


def test_a_segment_value_that_does_not_occur(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        open_log(tmp_path, log(channel="chat"), data__segment={"channel": ["Chat"]})
    assert (refused.value.key, refused.value.nearest) == ("data.segment.channel", "chat")


# --- who had it last -----------------------------------------------------------------------------------------


def test_contacts_that_were_finished_by_the_other_arm(tmp_path: Path) -> None:
    rows = log({"final_team": "In-house"}, {"final_team": "Vendor"}, {"final_team": "Overflow"}, {"final_team": None})
    contacts = open_log(tmp_path, rows)
    final = found(contacts).final_arm
    assert list(final[["a1", "a2"]]) == ["baseline", "pilot"]
    assert final[["a3", "a4"]].isna().all()
    assert contacts.facts["pilot"]["passed_on"] == 1


def test_nobody_named_as_the_last_is_nobody_of_the_rest(tmp_path: Path) -> None:
    rows = log({"final_team": "Overflow"}, {"final_team": None})
    contacts = open_log(tmp_path, rows, data__arm__baseline="rest")
    assert found(contacts).final_arm.isna()["a2"]
    assert contacts.facts["pilot"]["passed_on"] == 1


def test_who_had_it_last_where_the_arm_is_named_by_the_source(tmp_path: Path) -> None:
    """The arm is by the column that is `team`, whatever name the config calls it by."""
    rows = log({"final_team": "In-house"}).rename(columns={"team": "Assigned group"})
    keys = {"data__columns": {"team": "Assigned group"}, "data__arm__column": "Assigned group"}
    contacts = open_log(tmp_path, rows, **keys)
    assert contacts.facts["pilot"]["passed_on"] == 1
