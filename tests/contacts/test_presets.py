"""Every known system: its sample is recognised, and says what the simulated contacts behind it say."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sample_exports
import yaml
from pilots import command

from pilot_analysis import data_check, load_config, review
from pilot_analysis.config.agreed import fingerprints
from pilot_analysis.config.explained import MARK, reference
from pilot_analysis.config.presets import presets, recognised
from pilot_analysis.contacts.checks import contact_checks
from pilot_analysis.contacts.known import before_a_log, with_presets
from pilot_analysis.contacts.starter import write_starter
from pilot_analysis.contacts.table import Contacts, open_contacts
from pilot_analysis.planning import plan as planning
from pilot_analysis.refusal import Refusal
from pilot_analysis.runs.folder import write_run

SYSTEMS = [*sample_exports.TABLES, *sample_exports.OBJECTS]
ROUNDED = {"zendesk": 60, "zendesk_api": 60, "salesforce": 60, "jira_sm": 60}  # seconds: what the format keeps
NO_CSAT = ("salesforce", "genesys_cloud", "hubspot", "amazon_connect", "nice_cxone")
GAVE_UP_LEFT_OUT = ("genesys_cloud", "amazon_connect", "nice_cxone")


@cache
def truth() -> pd.DataFrame:
    return sample_exports.contacts()


def started(folder: Path, name: str, **keys: Any) -> Path:
    """The config that `init` writes for a sample; the arms of the API's numbers are edited as a person would."""
    file, _ = (sample_exports.OBJECTS | sample_exports.TABLES)[name]
    data = folder / file
    data.write_bytes((sample_exports.HERE / file).read_bytes())
    starter = write_starter(data, None, None, {})
    written = yaml.safe_load(starter.file.read_text(encoding="utf-8"))
    assert written["data"]["preset"] == sample_exports.PRESET_OF.get(name, name)
    written["pilot"]["timezone"] = sample_exports.ZONE
    if name == "zendesk_api":
        written["data"]["arm"] |= {"baseline": ["7001"], "pilot": ["7002"]}
    for key, value in keys.items():
        written[key] = value
    starter.file.write_text(yaml.safe_dump(written, sort_keys=False), encoding="utf-8")
    return starter.file


def test_records_that_are_delivered_more_than_once_are_no_reason_to_refuse_a_starter(tmp_path: Path) -> None:
    """Every third record came before, when nobody had answered it yet; the newest of each is the contact."""
    rows = sample_exports.amazon_connect(truth())
    early = [{**row, "LastUpdateTimestamp": "2026-01-01T00:00:00Z", "Agent": None} for row in rows[::3]]
    late = [{**row, "LastUpdateTimestamp": "2026-12-31T00:00:00Z"} for row in rows]
    data = tmp_path / "records.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in [*early, *late]), encoding="utf-8")
    file = write_starter(data, None, None, {}).file
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["data"]["fold"] == {
        "keep": "latest", "by": "LastUpdateTimestamp",
    }  # fmt: skip
    contacts = open_contacts(with_presets(load_config(file)))
    assert len(by_arm(contacts)) == truth().first_response_at.notna().sum()


def by_arm(contacts: Contacts) -> pd.DataFrame:
    table = contacts.table
    return table.select("contact_id", "arm", "response", *({"csat", "customer_id"} & contacts.columns)).to_pandas()


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_sample_is_read_as_what_was_simulated(tmp_path: Path, name: str) -> None:
    config = with_presets(load_config(started(tmp_path, name)))
    contacts = open_contacts(config)
    found, log = by_arm(contacts), truth()
    answered = log.first_response_at.notna()
    if name in GAVE_UP_LEFT_OUT:
        log = log[answered]
    for arm, own in log.groupby(log.pilot.map({True: "pilot", False: "baseline"})):
        seen = found[found.arm == arm]
        assert len(seen) == len(own)
        if "response" in found and name != "jira_sm":
            assert seen.response.median() == pytest.approx(own.response.median(), abs=ROUNDED.get(name, 1) / 2 + 1)
        if "customer_id" in found:
            assert seen.customer_id.nunique() == own.customer_id.nunique()
        if name not in NO_CSAT:
            satisfied = seen.csat >= config.kpis.csat.satisfied_from
            assert seen.csat.count() == own.csat.count()
            assert satisfied.sum() == (own.csat >= 4).sum()
    assert {check.id for check in contact_checks(contacts, config)} >= {"preset", "period", "volume"}


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_sample_is_reviewed_without_editing_more_than_arms_and_dates(tmp_path: Path, name: str) -> None:
    config = started(tmp_path, name)
    found = review(load_config(config)).to_dict()
    write_run(found, config.read_text(encoding="utf-8"), tmp_path / "run")
    assert (tmp_path / "run/review.xlsx").stat().st_size > 10_000
    assert found["verdict"] == "adjust"  # nobody gave prices, and the log is small
    assert [check["text"] for check in found["checks"] if check["status"] == "fail"] == []
    units = next(check for check in found["checks"] if check["id"] == "units")
    assert ("is read in" in units["text"]) == (name != "jira_sm")  # whose export has no duration


def test_what_a_preset_resolves_to_is_complete(tmp_path: Path) -> None:
    """Read again, the resolved config gives itself: that is what a published run is verified by."""
    once = with_presets(load_config(started(tmp_path, "zendesk")))
    assert with_presets(once).model_dump() == once.model_dump()
    assert once.kpis.csat.scale == (0, 1)
    assert once.data.arm.handler == "final"


@pytest.mark.parametrize("name", SYSTEMS)
def test_what_is_agreed_on_before_there_is_a_log_is_what_is_judged_with_it(tmp_path: Path, name: str) -> None:
    config = load_config(started(tmp_path, name))
    assert fingerprints(before_a_log(config)) == fingerprints(with_presets(config))


@pytest.mark.parametrize("name", [name for name in sample_exports.TABLES if name != "salesforce"] +
                         list(sample_exports.OBJECTS))  # fmt: skip
def test_samples_are_those_that_the_script_writes(name: str) -> None:
    file, content = sample_exports.sample(name, truth())
    assert (sample_exports.HERE / file).read_bytes() == content


def test_the_workbook_is_the_one_that_the_script_writes() -> None:
    """Its cells: how they are packed depends on the machine."""
    rows = pd.read_excel(sample_exports.HERE / "salesforce.xlsx", dtype=str)
    assert rows.to_csv(index=False) == sample_exports.salesforce(truth()).astype(object).to_csv(index=False)


def test_calendar_hours_come_before_business_hours() -> None:
    calendar, business = "First reply time in minutes", "First reply time in minutes within business hours"
    preset = presets()["zendesk"]
    assert preset.found_in(["Id", business, calendar]).columns["response_seconds"] == calendar
    assert preset.found_in(["Id", business]).columns["response_seconds"] == business


def test_a_name_that_stands_twice_but_for_capitals_is_not_guessed() -> None:
    assert "contact_id" not in presets()["nice_cxone"].found_in(["contactId", "contact_id"]).columns


def test_another_system_is_named(tmp_path: Path) -> None:
    config = started(tmp_path, "freshdesk")
    with pytest.raises(Refusal, match="do not look like an export of Genesys") as refused:
        with_presets(load_config(config, {"data.preset": "genesys_cloud", "data.columns": {}}))
    assert refused.value.nearest == "freshdesk"


def test_an_unknown_preset_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="no preset") as refused:
        load_config(started(tmp_path, "zendesk"), {"data.preset": "zendesc"})
    assert refused.value.nearest == "zendesk"


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    config = started(tmp_path, "hubspot")
    before = config.read_bytes()
    called = command("init", tmp_path / "hubspot.csv")
    assert called.code == 2
    assert "not overwritten" in called.err
    assert config.read_bytes() == before


def test_a_log_of_no_known_system(tmp_path: Path) -> None:
    """Names that any system uses are guessed, canonical ones are taken."""
    log = truth()
    rows = pd.DataFrame({"contact_id": log.contact_id, "Created at": log.opened_at, "team": log.team, "colour": "red"})
    rows.to_csv(tmp_path / "own.csv", index=False)
    starter = write_starter(tmp_path / "own.csv", None, None, {})
    config = load_config(starter.file)
    assert config.data.preset is None
    assert config.data.columns["opened_at"] == "Created at"
    assert open_contacts(config).rows == len(log)


def test_the_export_of_the_readme_needs_no_more_than_its_prices(tmp_path: Path) -> None:
    """The names that stand there, and one that says nothing."""
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"```csv\n(.*?)```", text, re.DOTALL)[0].replace(",Rating", ",Rating,Mood").replace(",5", ",5,x")
    (tmp_path / "tickets.csv").write_text(rows.rstrip("\n") + ",y\n", encoding="utf-8")
    file = write_starter(tmp_path / "tickets.csv", None, None, {}).file
    mapped = load_config(file).data.columns
    assert mapped == {
        "contact_id": "Ticket ID", "opened_at": "Created at", "team": "Group", "agent_id": "Assignee",
        "customer_id": "Requester", "channel": "Channel", "category": "Reason", "first_response_at": "First reply at",
        "csat": "Rating",
    }  # fmt: skip
    (tmp_path / "pilot.yaml").unlink()
    (tmp_path / "tickets.csv").write_text(rows.replace("Rating", "Stars").rstrip("\n") + ",y\n", encoding="utf-8")
    text = write_starter(tmp_path / "tickets.csv", None, None, {}).file.read_text(encoding="utf-8")
    assert "# EDIT: not found; names not used: Stars, Mood" in text
    assert "    # csat:  # the customer's rating; empty where not answered" in text


def test_one_column_is_one_thing(tmp_path: Path) -> None:
    """A queue is who had a contact first in one system and last in another: both at once would say that no contact
    was ever passed on."""
    (tmp_path / "own.csv").write_text(
        "Case No,Opened,Queue,Owner,Survey Score\n"
        "1,2026-03-02 09:14:05,In-house,Anna,5\n2,2026-03-02 09:15:40,Vendor A,Bela,\n",
        encoding="utf-8",
    )
    mapped = load_config(write_starter(tmp_path / "own.csv", None, None, {}).file).data.columns
    assert mapped == {
        "contact_id": "Case No", "opened_at": "Opened", "team": "Queue", "agent_id": "Owner", "csat": "Survey Score",
    }  # fmt: skip


def test_columns_in_a_language_of_ones_own_are_named_in_the_call(tmp_path: Path) -> None:
    data = tmp_path / "vorgaenge.csv"
    data.write_text(
        "Vorgang;Angelegt am;Gruppe;Bewertung\n1;13.03.2026 09:14;Haus;5\n2;02.03.2026 09:15;Partner;\n",
        encoding="utf-8",
    )
    with pytest.raises(Refusal) as refused:
        write_starter(data, None, None, {})
    assert refused.value.problem == "no contact can be told in this log: which column is contact_id and opened_at?"
    assert refused.value.allowed.startswith(
        '--set "data.columns.contact_id=NAME" --set "data.columns.opened_at=NAME" with names from above'
    )
    named = {"contact_id": "Vorgang", "opened_at": "Angelegt am", "team": "Gruppe"}
    file = write_starter(data, None, None, {f"data.columns.{name}": own for name, own in named.items()}).file
    assert load_config(file).data.columns == named
    assert open_contacts(load_config(file)).rows == 2
    assert "# EDIT: not found; names not used: Bewertung" in file.read_text(encoding="utf-8")


def test_presets_are_listed_and_explained() -> None:
    listed = command("presets")
    assert listed.code == 0
    assert all(name in listed.out for name in presets())
    told = command("presets", "zendesk")
    assert "First reply time in minutes (minutes)" in told.out
    assert "deleted tickets" in told.out
    assert command("presets", "zendsk").code == 2


def test_committed_reference_of_the_presets_is_current() -> None:
    text = (Path(__file__).parents[2] / "docs/helpdesks.md").read_text(encoding="utf-8")
    assert text.partition(MARK)[2] == "\n" + reference()


def test_headers_of_the_samples_are_told_apart() -> None:
    """Every sample's own system is the likeliest by a clear distance."""
    for name in sample_exports.TABLES:
        file, _ = sample_exports.TABLES[name]
        place = sample_exports.HERE / file
        header = list(pd.read_excel(place, nrows=0) if file.endswith("xlsx") else pd.read_csv(place, nrows=0))
        first, *others = recognised(header)
        assert first[0] == name
        assert not others or first[1] - others[0][1] > 0.1


def test_a_first_look_and_a_plan_know_the_system_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = started(tmp_path, "freshdesk")
    export = data_check.read(str(config), {})
    assert (export.refused, export.rows) == (None, len(truth()))
    assert "preset" not in [check.id for check in export.checks if check.status == "fail"]

    monkeypatch.setattr(planning, "PILOTS", 10)
    made = planning.plan(load_config(config, {"plan": {"days": [60], "agents": 4, "contacts_per_day": 3}}))
    assert made.config.data.columns["opened_at"] == "Created time"
