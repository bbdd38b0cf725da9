"""Contacts merged into another are repeats of its customer. Counted by hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pilots import LENIENT, PER_DAY, contacts, write_pilot

from pilot_analysis import load_config, review

VENDOR = 320  # index of the first contact of the vendor
DAY_10 = VENDOR + 10 * PER_DAY + 1  # a contact of the tenth day that neither is nor has a repeat


def reviewed(folder: Path, rows: pd.DataFrame, path: str = "contacts.csv") -> dict[str, Any]:
    return review(load_config(write_pilot(folder, rows, data__contacts=path, **LENIENT))).to_dict()


def kpi(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(k for k in found["kpis"] if k["id"] == name)


def resolved(found: dict[str, Any]) -> tuple[float, int]:
    """Resolved and index contacts of the pilot."""
    fcr = kpi(found, "fcr")
    return round(fcr["crude"]["pilot"] * fcr["pilot"]["n"], 6), fcr["pilot"]["n"]


def merging(into: dict[int, int], rows: pd.DataFrame | None = None) -> pd.DataFrame:
    """The log of a sound pilot in which contacts were merged into others, by their numbers."""
    rows = contacts() if rows is None else rows
    target = np.full(len(rows), None, dtype=object)
    for number, other in into.items():
        target[number] = rows.contact_id[other]
    return rows.assign(merged_into=target)


def test_a_merged_contact_is_a_repeat_of_the_customer_it_was_merged_to(tmp_path: Path) -> None:
    """A contact by another address on another reason, a day later: the first one is not resolved, and the second is no
    index contact any more (it was a resolved one)."""
    before = resolved(reviewed(tmp_path, contacts()))
    after = resolved(reviewed(tmp_path, merging({DAY_10 + PER_DAY: DAY_10})))
    assert (before[0] - after[0], before[1] - after[1]) == (2, 1)


def test_merged_into_the_later_one(tmp_path: Path) -> None:
    """Then the earlier one is the index contact, and has a repeat."""
    before = resolved(reviewed(tmp_path, contacts()))
    after = resolved(reviewed(tmp_path, merging({DAY_10: DAY_10 + PER_DAY})))
    assert (before[0] - after[0], before[1] - after[1]) == (2, 1)


def test_a_chain_of_merges(tmp_path: Path) -> None:
    """Three into one over three days: one index contact, not resolved, in place of four resolved ones."""
    before = resolved(reviewed(tmp_path, contacts()))
    chain = {DAY_10 + 1 + i: DAY_10 + i for i in range(3)}
    after = resolved(reviewed(tmp_path, merging(chain)))
    assert (before[0] - after[0], before[1] - after[1]) == (4, 3)


def test_satisfaction_and_times_are_those_of_the_contact_they_were_merged_to(tmp_path: Path) -> None:
    """Ten merged contacts of the vendor with the worst rating and a day's wait count for neither, but were served."""
    rows = contacts()
    late = list(range(DAY_10, DAY_10 + 10))
    rows.loc[late, "csat"] = 1.0
    rows.loc[late, "first_response_at"] = rows.opened_at[late] + pd.Timedelta(days=1)
    plain, found = reviewed(tmp_path, rows), reviewed(tmp_path, merging(dict.fromkeys(late, 639), rows))
    assert kpi(plain, "csat")["pilot"]["n"] - kpi(found, "csat")["pilot"]["n"] == 10
    assert kpi(plain, "response_time")["pilot"]["n"] - kpi(found, "response_time")["pilot"]["n"] == 10
    assert kpi(plain, "cost_per_contact")["pilot"]["n"] == kpi(found, "cost_per_contact")["pilot"]["n"]


def test_what_is_said(tmp_path: Path) -> None:
    rows = merging({DAY_10 + PER_DAY: DAY_10})
    rows.loc[DAY_10 + 2, "merged_into"] = "gone"
    check = next(c for c in reviewed(tmp_path, rows)["checks"] if c["id"] == "merged")
    assert check["status"] == "info"
    assert "2 contacts were merged into another" in check["text"]
    assert "1 were merged into contacts that the log does not have" in check["text"]


@pytest.mark.parametrize("into", [{}, {DAY_10: DAY_10}])
def test_nothing_was_merged(tmp_path: Path, into: dict[int, int]) -> None:
    """A contact that is said to be merged into itself was not."""
    found = reviewed(tmp_path, merging(into))
    assert resolved(found) == resolved(reviewed(tmp_path, contacts()))
    assert not [c for c in found["checks"] if c["id"] == "merged"]


def test_parquet_gives_the_same(tmp_path: Path) -> None:
    rows = merging({DAY_10 + PER_DAY: DAY_10})
    assert resolved(reviewed(tmp_path, rows)) == resolved(reviewed(tmp_path, rows, "contacts.parquet"))
