"""What a whole run publishes of people: looked for in every file of it, packed ones unpacked."""

import re
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pytest
from pilots import command, contacts, write_pilot

MARK = "Qzx"  # begins every id and name of the log, and stands nowhere else
OF_PEOPLE = ("contact_id", "agent_id", "final_agent_id", "csat_agent_id", "customer_id", "issue_id")


def hostile_log():
    """Every id and name is marked, comments name people in all ways, and one agent shares a login and is weak."""
    log = contacts()
    log["final_agent_id"] = log["csat_agent_id"] = log["agent_id"]
    log["issue_id"] = log["contact_id"]
    for name in OF_PEOPLE:
        log[name] = MARK + log[name].astype(str) + " Dupont"
    weak = log["agent_id"] == f"{MARK}Va3 Dupont"
    log.loc[weak & log["csat"].notnull(), "csat"] = 1.0
    log["handle_seconds"] = 600.0
    log.loc[weak, "handle_seconds"] = 40_000.0
    log["comment"] = (
        log["agent_id"]
        + " was slow, writes "
        + log["customer_id"]
        + f", {MARK.lower()}@example.com, order {MARK}-1234567,"
        " call 0049 30 1234567. My name is " + MARK + "bert. Regards, " + MARK + "helm"
    )
    return log


def texts(folder: Path):
    """The name and text of every file below a folder, of a workbook each of its parts."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
        name = str(file.relative_to(folder))
        if is_zipfile(file):
            with ZipFile(file) as packed:
                yield from (
                    (f"{name}:{part}", packed.read(part).decode("utf-8", "replace")) for part in packed.namelist()
                )
        else:
            yield name, file.read_text(encoding="utf-8", errors="replace")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A run of the hostile log: what was said, and the texts of what was published."""
    folder = tmp_path_factory.mktemp("hostile")
    config = write_pilot(folder, hostile_log(), report={"comments": 6}, kpis__fcr__margin=0.01)
    called = command("run", config, "--out", folder / "reports")
    assert called.code == 0, called.err
    return called, dict(texts(folder / "reports"))


def test_no_published_file_and_no_line_holds_an_id_or_a_name(published):
    called, files = published
    kinds = {Path(name.partition(":")[0]).suffix for name in files}
    assert kinds >= {".html", ".ipynb", ".json", ".xlsx", ".csv", ".svg", ".yaml", ".jsonl"}
    found = {name: re.findall(f".{{30}}{MARK}.{{20}}", text, re.IGNORECASE)[:2] for name, text in files.items()}
    assert {name: hits for name, hits in found.items() if hits} == {}
    assert MARK not in called.out + called.err


def test_what_is_left_says_who_was_meant(published):
    """The same run speaks of agents by number, and quotes comments without what was masked."""
    _called, files = published
    review = next(text for name, text in files.items() if name.endswith("review.json"))
    assert "pilot agent" in review
    assert "[name] was slow, writes [name], [email]" in review


def test_the_log_itself_would_be_found(tmp_path):
    """The search can fail: it finds the names where they are asked for."""
    log = hostile_log()
    config = write_pilot(tmp_path, log, privacy={"agents": "names"})
    said = command("review", config, "--json").out
    assert f"{MARK}Va3 Dupont" in said
    assert f"{MARK}Vc" not in said  # customers never
