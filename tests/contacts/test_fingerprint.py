"""One hash for one set of contacts: order, file format and engine do not matter, a single value does."""

import hashlib
from pathlib import Path

import duckdb
import ibis
import pandas as pd
import pytest
from pilots import contacts, write_log, write_pilot

from pilot_analysis import load_config
from pilot_analysis.contacts.fingerprint import TAKEN, content_hash, md5_number, settled
from pilot_analysis.contacts.table import open_contacts


def hashed(config: Path) -> str:
    return open_contacts(load_config(config)).content


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    return hashed(write_pilot(tmp_path_factory.mktemp("csv")))


def test_by_hand() -> None:
    """Two contacts as text, for all engines but DuckDB: stamps in seconds, numbers in millionths, nothing as U+001E."""
    table = ibis.memtable(
        pd.DataFrame({
            "contact_id": ["a", "é"],
            "opened_at": pd.to_datetime(["1970-01-01 00:01:00.0", "1970-01-02 00:00:00.7"]),
            "csat": [4.5, None],
            "fcr": [True, False],
        })
    )  # fmt: skip
    texts = ("a\x1f4500000\x1f1\x1f60", "é\x1f\x1e\x1f0\x1f86400")  # columns by name
    total = sum(int(hashlib.md5(text.encode()).hexdigest()[:7], 16) for text in texts)

    for engine in ("postgresql", "bigquery"):
        number = md5_number((settled(table[name]) for name in sorted(table.columns)), engine)
        assert table.aggregate(n=number.sum()).to_pyarrow().to_pylist() == [{"n": total}]
    names = "contact_id csat fcr opened_at"
    assert content_hash(table.columns, total) == hashlib.sha256(f"{names} {total}".encode()).hexdigest()


def test_the_order_of_rows_and_columns_does_not_matter(tmp_path: Path, expected: str) -> None:
    log = contacts().sample(frac=1, random_state=3)
    assert hashed(write_pilot(tmp_path, log[sorted(log.columns, reverse=True)])) == expected


@pytest.mark.parametrize("name", ["contacts.parquet", "contacts.csv.gz", "parts/*.csv"])
def test_the_kind_of_file_does_not_matter(tmp_path: Path, expected: str, name: str) -> None:
    log = contacts()
    for part in range(2):
        write_log(log[part::2], tmp_path / "parts" / f"{part}.csv")
    for file in ("contacts.parquet", "contacts.csv.gz"):
        write_log(log, tmp_path / file)
    config = write_pilot(tmp_path, log, data__contacts="contacts.csv")
    config.write_text(config.read_text().replace("contacts.csv", name))
    assert hashed(config) == expected


def test_a_database_gives_the_same_hash(tmp_path: Path, expected: str) -> None:
    config = write_pilot(tmp_path)
    with duckdb.connect(str(tmp_path / "log.duckdb")) as database:
        database.execute(f"CREATE TABLE contacts AS SELECT * FROM read_csv('{tmp_path / 'contacts.csv'}')")
    text = config.read_text().replace("contacts: contacts.csv", "contacts: duckdb://log.duckdb\n  table: contacts")
    config.write_text(text)
    assert hashed(config) == expected


@pytest.mark.parametrize(
    ("column", "value"), [("csat", 1.0), ("cost", 6.0001), ("agent_id", "Ia9"), ("opened_at", "2026-03-02 08:00:01")]
)
def test_one_value_changes_it(tmp_path: Path, expected: str, column: str, value: object) -> None:
    log = contacts().astype({column: object})
    log.loc[0, column] = value
    assert hashed(write_pilot(tmp_path, log)) != expected


def test_a_contact_less_changes_it_and_one_twice_does_not(tmp_path: Path, expected: str) -> None:
    log = contacts()
    (tmp_path / "fewer").mkdir()
    assert hashed(write_pilot(tmp_path / "fewer", log.iloc[1:])) != expected
    assert hashed(write_pilot(tmp_path, pd.concat([log, log.iloc[:3]]))) == expected


def test_a_log_that_has_grown_reads_the_same_as_of_the_day(tmp_path: Path) -> None:
    """Without stamps after the day the contacts are those of the day; a weekly run can be made again later."""
    log = contacts()
    before = log[log.opened_at < "2026-04-01"]
    answered = before.first_response_at < "2026-04-01"
    before = before[answered]
    grown = pd.concat([before, log[log.opened_at >= "2026-04-01"]])
    (tmp_path / "then").mkdir()
    first = write_pilot(tmp_path / "then", before, pilot__as_of="2026-03-31")
    assert hashed(write_pilot(tmp_path, grown, pilot__as_of="2026-03-31")) == hashed(first)


def test_a_contact_counts_within_32_bits() -> None:
    """PostgreSQL multiplies positions in a text as 32-bit integers, and refuses what is larger."""
    assert 16**TAKEN <= 2**31
