"""Ids that stand for nobody."""

from pathlib import Path

import pandas as pd
from pilots import contacts, write_pilot

from pilot_analysis import load_config
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.placeholders import placeholders_check
from pilot_analysis.contacts.table import open_contacts


def looked_at(folder: Path, rows: pd.DataFrame, **keys) -> Check | None:
    config = load_config(write_pilot(folder, rows, **keys))
    return placeholders_check(open_contacts(config), config)


def pilot_rows(rows: pd.DataFrame, n: int) -> pd.Index:
    return rows.index[rows["team"] == "Vendor"][:n]


def test_words_for_nothing_are_named(tmp_path: Path) -> None:
    rows = contacts()
    rows.loc[pilot_rows(rows, 32), "customer_id"] = "Anonymous"
    rows.loc[pilot_rows(rows, 64), "agent_id"] = "-"
    found = looked_at(tmp_path, rows)
    assert found is not None
    assert found.status == "warn"
    assert "agent_id is '-' in 20.0% of the pilot contacts" in found.text
    assert "customer_id is 'Anonymous' in 10.0% of the pilot contacts" in found.text
    assert "one customer has" not in found.text


def test_a_customer_with_more_contacts_than_a_person_has_is_counted_and_not_named(tmp_path: Path) -> None:
    rows = contacts()
    rows.loc[pilot_rows(rows, 20), "customer_id"] = "web@form"
    found = looked_at(tmp_path, rows)
    assert found is not None
    assert "one customer has 20 of the pilot contacts (6.2%)" in found.text
    assert "web@form" not in found.text


def test_fewer_contacts_or_a_flag_say_nothing(tmp_path: Path) -> None:
    rows = contacts()
    rows.loc[pilot_rows(rows, 19), "customer_id"] = "web@form"
    assert looked_at(tmp_path, rows).status == "pass"
    rows.loc[pilot_rows(rows, 60), "customer_id"] = "web@form"
    flagged = rows.assign(fcr=True)
    assert looked_at(tmp_path, flagged, kpis__fcr={"measure": "flag"}).status == "pass"


def test_a_log_without_ids(tmp_path: Path) -> None:
    assert looked_at(tmp_path, contacts(agent_id=None, customer_id=None), kpis=..., decision=...) is None


def test_a_code_makes_the_word_nothing(tmp_path: Path) -> None:
    rows = contacts()
    rows.loc[pilot_rows(rows, 32), "customer_id"] = "unknown"
    assert looked_at(tmp_path, rows, data__codes={"customer_id": {"Unknown": None}}).status == "pass"


def test_contacts_of_no_team_count_for_no_arm(tmp_path: Path) -> None:
    rows = contacts()
    rows.loc[pilot_rows(rows, 64), "team"] = "Unassigned"
    found = looked_at(tmp_path, rows)
    assert found.status == "warn"
    assert "team is 'unassigned' in 10.0% of all contacts" in found.text
    rows["team"] = rows["team"].replace("Unassigned", None)
    assert "team is '' in 10.0% of all contacts" in looked_at(tmp_path, rows).text
    other = rows.assign(team=rows["team"].fillna("Third team"))
    assert looked_at(tmp_path, other).status == "pass"
