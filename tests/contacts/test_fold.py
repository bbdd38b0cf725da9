"""Several rows of one contact, and rows that no customer began."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pilots import config as mapping
from small_logs import PLAIN, found, log, open_log

from pilot_analysis import load_config
from pilot_analysis.contacts.checks import contact_checks
from pilot_analysis.contacts.table import Contacts
from pilot_analysis.refusal import Refusal

UPDATES = log(
    {"contact_id": "a", "version": "9", "changed": "2026-03-10T10:00:00Z", "csat": "2"},
    {"contact_id": "a", "version": "10", "changed": "2026-03-11T09:00:00Z", "csat": "4"},
    {"contact_id": "a", "version": "10", "changed": "2026-03-11T09:00:00Z", "csat": "4"},
    {"contact_id": "b", "version": "1", "changed": "2026-03-10T10:00:00Z", "csat": "1"},
    {"contact_id": "b", "version": None, "changed": None, "csat": "5"},
)


def notes(contacts: Contacts) -> dict[str, str]:
    checks = contact_checks(contacts, load_config(mapping(**PLAIN)))
    return {check.id: check.text for check in checks}


@pytest.mark.parametrize("by", ["version", "changed"])
@pytest.mark.parametrize(("keep", "a"), [("latest", 4), ("first", 2)])
def test_one_row_is_kept(tmp_path: Path, by: str, keep: str, a: int) -> None:
    """As numbers, 10 comes after 9; a row without one comes last; identical copies are copies."""
    contacts = open_log(tmp_path, UPDATES, data__fold={"keep": keep, "by": by})
    rows = found(contacts, "csat")
    assert (rows.csat["a"], rows.csat["b"]) == (a, 1)
    assert contacts.duplicates == (1 if keep == "latest" else 0)
    assert f"{2 if keep == 'latest' else 3} other rows were left out" in notes(contacts)["fold"]


def test_parquet_gives_the_same(tmp_path: Path) -> None:
    typed = UPDATES.assign(
        changed=pd.to_datetime(UPDATES.changed), version=pd.to_numeric(UPDATES.version),
        opened_at=pd.to_datetime(UPDATES.opened_at), csat=pd.to_numeric(UPDATES.csat),
    )  # fmt: skip
    for by in ("version", "changed"):
        keys: dict[str, Any] = {"data__fold": {"by": by}, "data__contacts": "contacts.parquet"}
        assert found(open_log(tmp_path, typed, **keys), "csat").csat["a"] == 4


def test_a_contact_whose_latest_row_is_excluded_is_out(tmp_path: Path) -> None:
    rows = log(
        {"contact_id": "a", "version": "1", "state": "open"}, {"contact_id": "a", "version": "2", "state": "deleted"}
    )
    contacts = open_log(tmp_path, rows, data__fold={"by": "version"}, data__exclude={"state": ["deleted"]})
    assert "a" not in found(contacts).index


@pytest.mark.parametrize(
    ("by", "said"),
    [("csat", "differ"), ("nothing", "no such column"), ("agent_id", "cannot be put in order")],
)
def test_an_order_that_decides_nothing_is_refused(tmp_path: Path, by: str, said: str) -> None:
    rows = log({"contact_id": "a", "csat": "3", "tier": "1"}, {"contact_id": "a", "csat": "3", "tier": "2"})
    with pytest.raises(Refusal, match=said):
        open_log(tmp_path, rows.assign(agent_id="ann"), data__fold={"by": by})


def test_without_it_differing_rows_are_refused_as_before(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="differ") as refused:
        open_log(tmp_path, UPDATES)
    assert "data.fold" in str(refused.value)


DIRECTED = log({"direction": "Inbound"}, {"direction": "OUTBOUND"}, {"direction": "internal"}, {"direction": None})


def test_outbound_and_internal_rows_are_left_out_and_said(tmp_path: Path) -> None:
    contacts = open_log(tmp_path, DIRECTED)
    assert {"a1", "a4"} == set(found(contacts).index) & {"a1", "a2", "a3", "a4"}
    assert "left out: 1 internal and 1 outbound." in notes(contacts)["direction"]


@pytest.mark.parametrize(("values", "left"), [([], {"a1", "a2", "a3", "a4"}), (["internal"], {"a1", "a2", "a4"})])
def test_a_config_that_speaks_of_direction_decides(tmp_path: Path, values: list[str], left: set[str]) -> None:
    contacts = open_log(tmp_path, DIRECTED, data__exclude={"direction": values})
    assert set(found(contacts).index) & {"a1", "a2", "a3", "a4"} == left
    assert "direction" not in notes(contacts)
