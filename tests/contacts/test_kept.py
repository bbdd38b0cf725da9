"""An edit that no contact depends on does not read the log again; any other does, and so does any change of a file."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pilots import contacts, write_log, write_pilot

from pilot_analysis import load_config, review
from pilot_analysis.contacts.kept import kept_contacts
from pilot_analysis.refusal import Refusal


def of_review(config: Path, **overrides: Any) -> dict[str, Any]:
    found = review(load_config(config, {name.replace("__", "."): value for name, value in overrides.items()})).to_dict()
    return json.loads(json.dumps({**found, "provenance": None}))  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "edit",
    [{"kpis.csat.margin": 0.2}, {"decision.max_increase": 0.1}, {"costs.pilot": [{"kind": "per_contact", "rate": 5}]}],
)
def test_limits_and_rates_leave_the_log_alone(tmp_path: Path, edit: dict[str, Any]) -> None:
    config = write_pilot(tmp_path)
    first = kept_contacts(load_config(config))
    assert kept_contacts(load_config(config, edit)) is first


@pytest.mark.parametrize(
    "edit",
    [{"data.segment.channel": ["email"]}, {"pilot.ramp_up_days": 3}, {"kpis.csat.scale": [0, 10]},
     {"report.language": "de"}],
)  # fmt: skip
def test_what_contacts_depend_on_reads_it_again(tmp_path: Path, edit: dict[str, Any]) -> None:
    config = write_pilot(tmp_path)
    first = kept_contacts(load_config(config))
    assert kept_contacts(load_config(config, edit)) is not first


def test_a_file_that_was_written_again_is_read_again(tmp_path: Path) -> None:
    config, log = write_pilot(tmp_path), contacts()
    first = kept_contacts(load_config(config))
    write_log(log.iloc[1:], tmp_path / "contacts.csv")
    assert kept_contacts(load_config(config)).rows == first.rows - 1


def test_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    config = write_pilot(tmp_path)
    kept_contacts(load_config(config))
    (tmp_path / "contacts.csv").unlink()
    with pytest.raises(Refusal, match="does not exist"):
        kept_contacts(load_config(config))


def test_a_file_more_for_a_pattern_is_read(tmp_path: Path) -> None:
    log = contacts()
    write_log(log.iloc[::2], tmp_path / "parts" / "0.csv")
    config = write_pilot(tmp_path)
    config.write_text(config.read_text().replace("contacts.csv", "parts/*.csv"))
    first = kept_contacts(load_config(config))
    write_log(log.iloc[1::2], tmp_path / "parts" / "1.csv")
    assert (first.rows, kept_contacts(load_config(config)).rows) == (len(log) // 2, len(log))


def test_a_database_is_asked_anew(tmp_path: Path) -> None:
    config = write_pilot(tmp_path)
    with duckdb.connect(str(tmp_path / "log.duckdb")) as database:
        database.execute(f"CREATE TABLE contacts AS SELECT * FROM read_csv('{tmp_path / 'contacts.csv'}')")
    text = config.read_text().replace("contacts: contacts.csv", "contacts: duckdb://log.duckdb\n  table: contacts")
    config.write_text(text)
    first = kept_contacts(load_config(config))
    assert kept_contacts(load_config(config)) is not first


@pytest.mark.parametrize("name", ["contacts.csv", "contacts.parquet"])
def test_a_review_of_kept_contacts_is_the_review(tmp_path: Path, name: str) -> None:
    write_log(contacts(), tmp_path / "contacts.parquet")
    config = write_pilot(tmp_path)
    config.write_text(config.read_text().replace("contacts.csv", name))
    first, edited, again = (of_review(config, kpis__csat__margin=margin) for margin in (0.02, 0.3, 0.02))
    assert first == again != edited
