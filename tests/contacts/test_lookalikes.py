"""Teams and agents that stand in the log under several spellings."""

from pathlib import Path

import pandas as pd
import pytest
from pilots import contacts, write_pilot

from pilot_analysis import load_config, review
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.checks import contact_checks
from pilot_analysis.contacts.table import open_contacts


def looked_at(folder: Path, rows: pd.DataFrame, **keys) -> Check:
    config = load_config(write_pilot(folder, rows, **keys))
    return {check.id: check for check in contact_checks(open_contacts(config), config)}["lookalikes"]


@pytest.mark.parametrize("other", ["VENDOR", "vendor", "Vendor\u00a0", "Vendor\u200b", "Vendor."])
def test_a_team_that_the_config_does_not_name_but_for_its_spelling(tmp_path: Path, other: str) -> None:
    rows = contacts()
    rows.loc[rows.index[rows["team"] == "Vendor"][:100], "team"] = other
    found = looked_at(tmp_path, rows)
    assert found.status == "fail"
    assert f"100 contacts are of {other!r} where data.arm says 'Vendor'" in found.text


def test_a_failed_check_cannot_say_scale(tmp_path: Path) -> None:
    rows = contacts()
    rows.loc[rows.index[rows["team"] == "Vendor"][:100], "team"] = "VENDOR"
    found = review(load_config(write_pilot(tmp_path, rows))).to_dict()
    assert (found["verdict"], found["rule"]["id"]) == ("adjust", "invalid")


def test_both_spellings_in_the_config_or_a_blank_that_is_cut_off(tmp_path: Path) -> None:
    rows = contacts()
    rows.loc[rows.index[rows["team"] == "Vendor"][:100], "team"] = "VENDOR"
    rows.loc[rows.index[rows["team"] == "In-house"][:100], "team"] = " In-house "
    assert looked_at(tmp_path, rows, data__arm__pilot=["Vendor", "VENDOR"]).status == "pass"


def test_an_agent_under_two_spellings_is_counted_and_named_only_where_names_are_asked_for(tmp_path: Path) -> None:
    rows = contacts()
    rows.loc[rows.index[rows["agent_id"] == "Va1"][:10], "agent_id"] = "va1"
    found = looked_at(tmp_path, rows)
    assert found.status == "warn"
    assert "several spellings: 1." in found.text
    assert "Va1" not in found.text
    assert "'Va1' / 'va1'" in looked_at(tmp_path, rows, privacy__agents="names").text


def test_a_few_contacts_under_another_spelling_warn(tmp_path: Path) -> None:
    rows = contacts()
    rows.loc[rows.index[rows["team"] == "Vendor"][:3], "team"] = "VENDOR"
    assert looked_at(tmp_path, rows).status == "warn"


def test_one_channel_under_two_spellings(tmp_path: Path) -> None:
    rows = contacts()
    rows.loc[rows.index[rows["channel"] == "email"][::2], "channel"] = "E-Mail"
    rows.loc[rows.index[rows["channel"] == "E-Mail"][::2], "channel"] = "e mail"
    found = looked_at(tmp_path, rows)
    assert found.status == "warn"
    assert "channel has several spellings of one value ('E-Mail' / 'e mail')" in found.text


def test_a_row_counts_for_the_contacts_that_it_stands_for(tmp_path: Path) -> None:
    rows = contacts().assign(weight=3.0)
    rows.loc[rows.index[rows["team"] == "Vendor"][:100], "team"] = "VENDOR"
    assert "300 contacts are of 'VENDOR' where" in looked_at(tmp_path, rows).text
