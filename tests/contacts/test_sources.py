"""Several logs, each with its own columns, clock and arm, read as one. Counted by hand."""

from datetime import datetime
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import duckdb
import pandas as pd
import pytest
from pilots import END, START, command, contacts, write_config, write_log, write_pilot
from small_logs import PLAIN, found

from pilot_analysis import load_config, review
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.checks import contact_checks
from pilot_analysis.contacts.sources import open_sources
from pilot_analysis.contacts.table import Contacts, open_contacts
from pilot_analysis.refusal import Refusal
from pilot_analysis.runs.history import files_of

VENDOR = pd.DataFrame({
    "Case": ["1", "2", "3", "4"],
    "Opened": [f"{START} 09:00:00", "2026-03-10 09:00:00", "2026-03-11", f"{END} 09:00:00"],
    "Account": ["ann", "bob", "cid", "dan"],
    "agent_id": ["v1", "v1", "x", "x"],
    "kind": ["call", "call", "test", "call"],
})  # fmt: skip
DESK = pd.DataFrame({
    "contact_id": ["1", "2", "9", "10"],
    "opened_at": [f"{START} 09:00:00", "2026-03-12 09:00:00", "2026-03-13 09:00:00", f"{END} 09:00:00"],
    "customer_id": ["eve", "bob", "fay", "gus"],
    "agent_id": ["d1", "d1", "x", "d1"],
    "csat": ["4", "", "5", "3"],
})  # fmt: skip
COLUMNS = {"contact_id": "Case", "opened_at": "Opened", "customer_id": "Account"}
PILOT: dict[str, Any] = {"path": "vendor.csv", "arm": "pilot", "timezone": "Asia/Manila", "columns": COLUMNS}
BASE: dict[str, Any] = {"path": "desk.csv", "arm": "baseline"}


def opened(
    folder: Path, pilot: dict[str, Any] | None = None, base: dict[str, Any] | None = None, *,
    vendor: pd.DataFrame = VENDOR, desk: pd.DataFrame = DESK, **keys: Any,
) -> Contacts:  # fmt: skip
    """The two logs as one; `pilot` and `base` replace keys of their sources, None leaves one out."""
    sources = [
        {k: v for k, v in {**given, **(other or {})}.items() if v is not None}
        for given, other in ((PILOT, pilot), (BASE, base))
    ]
    write_log(vendor, folder / sources[0]["path"])
    write_log(desk, folder / sources[1]["path"])
    asked = PLAIN | {"data__contacts": ..., "data__arm": ..., "data__sources": sources} | keys
    return open_contacts(load_config(write_config(folder, **asked)))


def check(contacts: Contacts, folder: Path) -> Check:
    return next(c for c in contact_checks(contacts, load_config(folder / "pilot.yaml")) if c.id == "sources")


def test_what_does_not_fit_the_memory_goes_where_temporary_files_go(tmp_path: Path) -> None:
    (source,) = open_sources(load_config(write_pilot(tmp_path)))
    asked = "SELECT current_setting('memory_limit') AS memory, current_setting('temp_directory') AS spill"
    memory, spill = source.table.get_backend().con.execute(asked).fetchone()
    assert memory == "1.1 GiB"  # 1.2 GB in units of 1,024; of a large log up to 3 GB
    assert Path(spill).parent == Path(gettempdir())


def test_each_log_by_its_own_columns_and_arm(tmp_path: Path) -> None:
    rows = found(opened(tmp_path))
    assert list(rows.index) == [*(f"desk:{i}" for i in (1, 10, 2, 9)), *(f"vendor:{i}" for i in (1, 2, 3, 4))]
    assert rows.arm["desk:9"] == "baseline"
    assert rows.arm["vendor:3"] == "pilot"
    assert rows.customer_id["vendor:2"] == rows.customer_id["desk:2"] == "bob"
    assert rows.csat["desk:9"] == 5
    assert pd.isna(rows.csat["vendor:2"])


def test_each_log_by_its_own_clock(tmp_path: Path) -> None:
    """9:00 in Manila (UTC+8) is 1:00 UTC, in Berlin in winter 8:00; a date is that day of the pilot's zone."""
    rows = found(opened(tmp_path, vendor=VENDOR.assign(Opened=[*VENDOR.Opened[:2], *["2026-03-11"] * 2])))
    assert rows.opened_at["vendor:2"] == datetime(2026, 3, 10, 1)
    assert rows.opened_at["desk:2"] == datetime(2026, 3, 12, 8)


def test_a_date_without_a_time_stays_its_day(tmp_path: Path) -> None:
    """Midnight in Manila is the day before in Berlin."""
    dates = [START, "2026-03-10", "2026-03-11", END]
    rows = found(opened(tmp_path, vendor=VENDOR.assign(Opened=dates)))
    assert [str(rows["day"][f"vendor:{i}"])[:10] for i in (1, 2, 3, 4)] == dates


def test_what_stands_in_both(tmp_path: Path) -> None:
    contacts = opened(tmp_path)
    note = check(contacts, tmp_path)
    assert note.status == "info"
    assert "vendor (4 rows) and desk (4 rows)" in note.text
    assert "2 contact ids stand in several logs: they are different contacts" in note.text
    assert "fewer than 5 agents stand in several logs" in note.text
    assert "fewer than 5 customers stand in several logs" in note.text
    assert "Not in every log: csat." in note.text


def test_no_shared_customer_is_a_warning(tmp_path: Path) -> None:
    contacts = opened(tmp_path, vendor=VENDOR.assign(Account=["k1", "k2", "k3", "k4"]))
    assert check(contacts, tmp_path).status == "warn"
    assert "No customer stands in more than one log" in check(contacts, tmp_path).text


def test_one_id_that_is_one_contact(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="2 contact_ids stand in several rows that differ"):
        opened(tmp_path, data__same_ids=True)
    apart = DESK.assign(contact_id=["11", "12", "9", "10"])
    assert set(found(opened(tmp_path, desk=apart, data__same_ids=True)).index) == {*"12349", "10", "11", "12"}


def test_rows_left_out_of_one_log_and_of_all(tmp_path: Path) -> None:
    contacts = opened(tmp_path, {"exclude": {"kind": ["test"]}}, data__exclude={"agent_id": ["d1"]})
    assert set(found(contacts).index) == {"vendor:1", "vendor:2", "vendor:4", "desk:9"}


def test_an_arm_by_column_where_a_log_does_not_say(tmp_path: Path) -> None:
    """The vendor's tool is all pilot; of the desk's contacts agent x belongs to the vendor too."""
    arm = {"column": "agent_id", "baseline": "rest", "pilot": ["x"]}
    rows = found(opened(tmp_path, base={"arm": None}, data__arm=arm))
    assert dict(rows.arm.groupby(level=0).first()) == {
        **dict.fromkeys((f"vendor:{i}" for i in (1, 2, 3, 4)), "pilot"), "desk:1": "baseline", "desk:10": "baseline",
        "desk:2": "baseline", "desk:9": "pilot",
    }  # fmt: skip


def test_an_arm_by_the_name_of_the_log(tmp_path: Path) -> None:
    arm = {"column": "source_name", "baseline": ["desk"], "pilot": ["bpo"]}
    rows = found(opened(tmp_path, {"arm": None, "name": "bpo"}, {"arm": None}, data__arm=arm))
    assert rows.arm.value_counts().to_dict() == {"baseline": 4, "pilot": 4}


def test_parquet_beside_csv_gives_the_same(tmp_path: Path) -> None:
    typed = DESK.assign(opened_at=pd.to_datetime(DESK.opened_at), csat=pd.to_numeric(DESK.csat))
    text, mixed = found(opened(tmp_path)), found(opened(tmp_path, base={"path": "desk.parquet"}, desk=typed))
    pd.testing.assert_frame_equal(text, mixed)


def test_provenance_has_hash_and_rows_of_every_file(tmp_path: Path) -> None:
    data = [file for part in opened(tmp_path).parts for file in part.files()]
    assert [(file["path"], file["rows"], len(file["sha256"])) for file in data] == [
        ("vendor.csv", 4, 64), ("desk.csv", 4, 64),
    ]  # fmt: skip
    again = open_sources(load_config(tmp_path / "pilot.yaml"))
    assert files_of([file for source in again for file in source.fingerprints()]) == files_of(data)


def test_one_log_cut_in_two_gives_the_same_review(tmp_path: Path) -> None:
    """Repeat contacts are found in both: only the ids are called otherwise."""
    log = contacts()
    whole = review(load_config(write_pilot(tmp_path, log))).to_dict()
    write_log(log[log.team == "Vendor"].rename(columns={"contact_id": "Case"}), tmp_path / "v.csv")
    write_log(log[log.team == "In-house"], tmp_path / "i.csv")
    vendor = {"path": "v.csv", "arm": "pilot", "columns": {"contact_id": "Case"}}
    sources = [vendor, {"path": "i.csv", "arm": "baseline"}]
    file = write_config(tmp_path, data__contacts=..., data__arm=..., data__sources=sources)
    parts = review(load_config(file)).to_dict()
    for one, other in zip(whole["kpis"], parts["kpis"], strict=True):
        assert one["effect"] == pytest.approx(other["effect"])
        assert one["pilot"] == pytest.approx(other["pilot"])


def test_who_comes_back_by_the_other_tool_came_back(tmp_path: Path) -> None:
    """One more contact in-house, a day after the first contact of a customer of the vendor."""
    log = contacts()
    vendors = log[log.team == "Vendor"]
    first = vendors.iloc[81]  # of the tenth day, no repeat of anything and not repeated
    back = log[log.team == "In-house"].iloc[:1].assign(
        contact_id="back", customer_id=first.customer_id, category=first.category,
        opened_at=first.opened_at + pd.Timedelta(days=1),
    )  # fmt: skip
    write_log(vendors, tmp_path / "v.csv")
    resolved = []
    for rows in (log[log.team == "In-house"], pd.concat([log[log.team == "In-house"], back])):
        write_log(rows, tmp_path / "i.csv")
        sources = [{"path": "v.csv", "arm": "pilot"}, {"path": "i.csv", "arm": "baseline"}]
        file = write_config(tmp_path, data__contacts=..., data__arm=..., data__sources=sources)
        fcr = next(k for k in review(load_config(file)).to_dict()["kpis"] if k["id"] == "fcr")
        resolved.append(fcr["crude"]["pilot"] * fcr["pilot"]["n"])
    assert resolved[0] - resolved[1] == pytest.approx(1)


def test_tables_of_one_database(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "logs.duckdb")) as database:
        for name, rows in (("vendor", VENDOR), ("desk", DESK)):
            database.register("rows", rows)
            database.execute(f"CREATE TABLE {name} AS SELECT * FROM rows")
    place = {"path": "duckdb://logs.duckdb"}
    sources = [PILOT | place | {"table": "vendor"}, BASE | place | {"table": "desk"}]
    asked = PLAIN | {"data__contacts": ..., "data__arm": ..., "data__sources": sources}
    rows = found(open_contacts(load_config(write_config(tmp_path, **asked))))
    pd.testing.assert_frame_equal(rows, found(opened(tmp_path)))


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"data__contacts": "a.csv"}, "data.sources"),
        ({"data__contacts": ..., "data__sources": ...}, "data.contacts"),
        ({"data__sources": [PILOT, BASE | {"name": "vendor"}]}, "data.sources.1.name"),
        ({"data__sources": [PILOT, BASE | {"arm": "pilot"}]}, "data.sources"),
        ({"data__sources": [PILOT, {"path": "desk.csv"}]}, "data.arm"),
        ({"data__arm": {"column": "team", "baseline": "rest", "pilot": ["x"]}}, "data.arm"),
        ({"data__sources": [PILOT | {"timezone": "Manila"}, BASE]}, "data.sources.0.timezone"),
        ({"data__sources": [PILOT | {"path": "postgresql://h/d"}, BASE]}, "data.sources.0.table"),
        ({"data__sources": [PILOT | {"arm": "vendor"}, BASE]}, "data.sources.0.arm"),
        ({"data__sources": [PILOT | {"file": "x"}, BASE]}, "data.sources.0.file"),
        ({"data__sources": []}, "data.sources"),
        ({"data__contacts": "a.csv", "data__sources": ..., "data__same_ids": True}, "data.same_ids"),
        ({"data__sources": [PILOT | {"path": "none.csv"}, BASE]}, "data.sources.0.path"),
        ({"data__sources": [PILOT, BASE | {"columns": {"csat": "Stars"}}]}, "data.sources.1.columns.csat"),
        ({"data__sources": [PILOT | {"exclude": {"state": ["x"]}}, BASE]}, "data.sources.0.exclude.state"),
        ({"data__sources": [PILOT, BASE | {"path": "duckdb://d.duckdb", "table": "desk"}]}, "data.sources.1.path"),
    ],
)
def test_what_is_refused_names_the_key_and_its_line(tmp_path: Path, keys: dict[str, Any], key: str) -> None:
    write_log(VENDOR, tmp_path / "vendor.csv")
    write_log(DESK, tmp_path / "desk.csv")
    with duckdb.connect(str(tmp_path / "d.duckdb")) as database:
        database.register("rows", DESK)
        database.execute("CREATE TABLE desk AS SELECT * FROM rows")
    asked = PLAIN | {"data__contacts": ..., "data__arm": ..., "data__sources": [PILOT, BASE]} | keys
    file = write_config(tmp_path, **asked)
    with pytest.raises(Refusal) as refused:
        open_contacts(load_config(file))
    assert refused.value.key == key
    assert command("check", file).code == 2


def test_a_password_in_the_path_of_a_log_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOT_PLACE", "hunter2")
    sources = [PILOT | {"path": "${PILOT_PLACE}/vendor.csv", "name": "vendor"}, BASE]
    file = write_config(tmp_path, **PLAIN | {"data__contacts": ..., "data__arm": ..., "data__sources": sources})
    done = command("check", file)
    assert done.code == 2
    assert "hunter2" not in done.err
    assert "data.sources.0.path" in done.err
