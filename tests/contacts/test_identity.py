"""Each contact once: ids as people write them, copies, and several files."""

from pathlib import Path

import pandas as pd
import pytest
from pilots import write_log
from small_logs import found, log, open_log, read_or_refused

from pilot_analysis.refusal import Refusal

LOG = log({"csat": 4.0}, {"csat": 5.0}, {"csat": 3.0})


def test_identical_rows_are_dropped_and_counted(tmp_path: Path) -> None:
    contacts = open_log(tmp_path, pd.concat([LOG, LOG.iloc[:2], LOG.iloc[:1]]))
    assert (contacts.rows, contacts.duplicates) == (len(LOG) + 3, 3)
    assert len(found(contacts)) == len(LOG)


def test_no_copies(tmp_path: Path) -> None:
    assert open_log(tmp_path, LOG).duplicates == 0


def test_copies_without_any_value_but_the_needed_ones(tmp_path: Path) -> None:
    """Nothing equals nothing here: two rows with the same empty fields are one."""
    contacts = open_log(tmp_path, pd.concat([LOG, LOG]).assign(csat=None, channel=None))
    assert contacts.duplicates == len(LOG)


def test_one_id_with_different_content_is_refused(tmp_path: Path) -> None:
    other = LOG.iloc[:1].assign(csat=1.0)
    with pytest.raises(Refusal, match="differ") as refused:
        open_log(tmp_path, pd.concat([LOG, other]))
    assert (refused.value.key, refused.value.found) == ("contact_id", "a1")


def test_the_number_of_such_ids_is_said(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="3 contact_ids"):
        open_log(tmp_path, pd.concat([LOG, LOG.iloc[:3].assign(csat=1.0)]))


def test_a_copy_among_excluded_rows_does_not_count(tmp_path: Path) -> None:
    outbound = LOG.iloc[:1].assign(csat=1.0, direction="outbound")
    contacts = open_log(tmp_path, pd.concat([LOG, outbound]), data__exclude={"direction": ["outbound"]})
    assert contacts.duplicates == 0


def test_a_contact_without_an_id_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="no contact_id"):
        open_log(tmp_path, log({"contact_id": ""}))


def test_whole_numbers_with_a_point_are_the_same_id(tmp_path: Path) -> None:
    """A data frame with a gap turned 17 into 17.0."""
    rows = log({"contact_id": "17", "customer_id": "9.0"}, {"contact_id": "17.0", "customer_id": "9"})
    contacts = open_log(tmp_path, rows)
    assert contacts.duplicates == 1
    assert found(contacts).customer_id["17"] == "9"


def test_other_ids_stay_as_they_are(tmp_path: Path) -> None:
    ids = ["17.5", "1e5", "007", "17.00", "-", "17.0a", "0.0.0", "1,234"]
    table = found(open_log(tmp_path, log(*[{"contact_id": text} for text in ids])))
    assert set(ids) <= set(table.index)


@pytest.mark.parametrize("kind", ["int64", "float64", "Int64", "string"])
def test_ids_of_typed_files(tmp_path: Path, kind: str) -> None:
    rows = LOG.assign(contact_id=pd.Series(range(101, 101 + len(LOG))).astype(kind))
    table = found(open_log(tmp_path, rows, data__contacts="c.parquet"))
    assert set(table.index.str.removesuffix(".0")) == {str(n) for n in range(101, 101 + len(LOG))}
    assert kind == "string" or "101" in table.index


def test_customers_of_a_typed_file_with_gaps(tmp_path: Path) -> None:
    rows = LOG.assign(customer_id=[9.0, None, 2.0**53, None, None, None, None])
    table = found(open_log(tmp_path, rows, data__contacts="c.parquet"))
    assert table.customer_id["a1"] == "9"
    assert table.customer_id["a3"] == "9007199254740992"


# --- several files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "parquet"])
def test_a_pattern_reads_all_its_files(tmp_path: Path, kind: str) -> None:
    write_log(LOG[:4], tmp_path / "logs" / f"2026-03.{kind}")
    write_log(LOG[4:], tmp_path / "logs" / f"2026-04.{kind}")
    write_log(LOG.assign(contact_id="other"), tmp_path / "logs" / "notes.md.csv.bak")
    contacts = open_log(tmp_path, None, data__contacts=f"logs/*.{kind}")
    assert set(found(contacts).index) == set(LOG.contact_id)
    assert [f["path"] for f in contacts.source.fingerprints()] == [f"2026-03.{kind}", f"2026-04.{kind}"]


def test_a_pattern_over_folders(tmp_path: Path) -> None:
    write_log(LOG[:4], tmp_path / "logs" / "a" / "x.csv")
    write_log(LOG[4:], tmp_path / "logs" / "b" / "x.csv")
    assert set(found(open_log(tmp_path, None, data__contacts="logs/**/*.csv")).index) == set(LOG.contact_id)


def test_overlapping_exports(tmp_path: Path) -> None:
    write_log(LOG[:5], tmp_path / "1.csv")
    write_log(LOG[3:], tmp_path / "2.csv")
    contacts = open_log(tmp_path, None, data__contacts="[12].csv")
    assert (contacts.duplicates, len(found(contacts))) == (2, len(LOG))


@pytest.mark.parametrize("swap", [False, True])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_column_that_one_file_lacks_is_not_lost_silently(tmp_path: Path, kind: str, swap: bool) -> None:
    first, second = (LOG[:4], LOG[4:].drop(columns="csat"))
    if swap:
        first, second = second, first
    write_log(first, tmp_path / f"1.{kind}")
    write_log(second, tmp_path / f"2.{kind}")
    table, refusal = read_or_refused(tmp_path, None, data__contacts=f"?.{kind}")
    assert refusal or table.csat.count() == 3


def test_one_kind_of_file_a_source(tmp_path: Path) -> None:
    write_log(LOG, tmp_path / "1.csv")
    write_log(LOG, tmp_path / "2.parquet")
    with pytest.raises(Refusal, match="different kinds"):
        open_log(tmp_path, None, data__contacts="[12].*")


def test_a_file_whose_name_looks_like_a_pattern(tmp_path: Path) -> None:
    """What browsers call the second download."""
    assert len(found(open_log(tmp_path, LOG, data__contacts="export [2].csv"))) == len(LOG)


def test_paths_are_relative_to_the_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    (tmp_path / "pilot").mkdir()
    write_log(LOG, tmp_path / "data" / "c.csv")
    assert len(found(open_log(tmp_path / "pilot", None, data__contacts="../data/c.csv"))) == len(LOG)
    assert len(found(open_log(tmp_path / "pilot", None, data__contacts=str(tmp_path / "data" / "?.csv")))) == len(LOG)
