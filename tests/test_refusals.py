"""Every refusal: exit code 2, one clear block on standard error, nothing published, nothing overwritten."""

import gzip
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pilots import Called, command, contacts, program, write_config, write_log, write_pilot

SECRET = "hunter2/and[more"
ROW = re.compile(r"  (where|key|found|allowed|did you mean): +\S.*")
PROGRESS = re.compile(r"[a-z0-9-]+: cell \d+ of \d+")


def assert_refused(called: Called, *said: str) -> dict[str, str]:
    """One block and nothing else; returns its rows by name, the first as `problem`."""
    assert called.code == 2, called.err
    assert called.out == ""
    assert "Traceback" not in called.err
    first, *rows = called.err.rstrip("\n").split("\n")
    assert first.startswith("Refused: ")
    for row in rows:
        assert ROW.fullmatch(row), row
    names = [row.split(":", 1)[0].strip() for row in rows]
    assert len(set(names)) == len(names)
    for text in said:
        assert text in called.err
    return {"problem": first} | {n: row.split(":", 1)[1].strip() for n, row in zip(names, rows, strict=True)}


def line_of(file: Path, text: str) -> int:
    """The line of a file on which `text` stands."""
    return next(n for n, row in enumerate(file.read_text().splitlines(), start=1) if text in row)


def rewritten(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


# --- the config: refused by `run` before a kernel starts, and by `review`, `check` alike ----------------------

LAUGHS = "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10)
)

# name: what becomes of the file's text, and what the refusal says.
TEXTS: dict[str, tuple[Callable[[str], str | bytes], tuple[str, ...]]] = {
    "empty": (lambda _: "", ("empty",)),
    "only remarks": (lambda _: "# nothing\n", ("empty",)),
    "binary": (lambda _: bytes(range(256)), ("not text",)),
    "another encoding": (lambda t: t.replace("Northstar", "Nörd").encode("latin-1"), ("UTF-8", ", line ")),
    "not YAML": (lambda _: "pilot: [1, 2\ndata: }\n", ("not valid YAML", "line 2")),
    "plain words": (lambda _: "hello world\n", ("sections: pilot, data",)),
    "a list": (lambda _: "- pilot\n- data\n", ("sections: pilot, data",)),
    "tabs": (rewritten("  name", "\tname"), ("a tab", "line 2", "spaces")),
    "an object tag": (rewritten("vendor: N", "vendor: !!python/object/apply:os.system N"), ("tags", "line 3")),
    "a key twice": (lambda t: t + "pilot: {}\n", ("twice", "pilot")),
    "two documents": (lambda t: t + "---\n" + t, ("not valid YAML",)),
    "aliases of aliases": (lambda _: LAUGHS, ("too large",)),
    "an alias of itself": (lambda _: "pilot: &a {name: *a}\n", ("too large",)),
    "depth without end": (lambda _: "[" * 20_000, ("not valid YAML",)),
    "more than a megabyte": (lambda t: t + "#" + "x" * 1_000_001, ("too large", "1 MB")),
    "control characters": (rewritten("Northstar", "North\x07star"), ("not valid YAML",)),
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("verb", ["run", "review"])
def test_files_that_are_no_config(tmp_path: Path, verb: str, name: str) -> None:
    change, said = TEXTS[name]
    file = write_pilot(tmp_path)
    text = change(file.read_text())
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = assert_refused(called(verb, file), *said)
    assert found["where"].startswith(str(file))


def called(verb: str, *arguments: object) -> Called:
    """Call a verb; `run` must not even make its folder."""
    out = Path(str(arguments[0])).parent / "reports"
    done = command(verb, *arguments, *(["--out", out] if verb == "run" else []))
    assert not out.exists()
    return done


@pytest.mark.parametrize("name", ["nofile.yaml", ".", "x" * 300 + ".yaml"])
@pytest.mark.parametrize("verb", ["run", "review", "check"])
def test_no_file(tmp_path: Path, verb: str, name: str) -> None:
    assert_refused(called(verb, tmp_path / name), "the config cannot be read", str(tmp_path))


# keys, and the key, value and allowed values that are named
KEYS: list[tuple[dict[str, Any], str, str, str]] = [
    ({"kpis__csat__margn": 0.02}, "kpis.csat.margn", "0.02", "margin"),
    ({"pilots": 1}, "pilots", "1", "pilot"),
    ({"pilot__ramp_up_days": "two"}, "pilot.ramp_up_days", "two", "integer"),
    ({"pilot__name": ["a", "b"]}, "pilot.name", "['a', 'b']", "string"),
    (
        {"data__contacts": "https://desk.example/log.csv?token=abc"},
        "data.contacts",
        "an address that begins with https://",
        "once it is copied here",
    ),
    (
        {"data__surveys": {"path": "s3://ratings/all.csv", "key": "ticket", "score": "rating"}},
        "data.surveys.0.path",
        "an address that begins with s3://",
        "once it is copied here",
    ),
    ({"data__arm": "team"}, "data.arm", "team", "dictionary"),
    ({"design__confidence": 95}, "design.confidence", "95", "less than 1"),
    ({"kpis__csat__margin": 3}, "kpis.csat.margin", "3", "less than 1"),
    ({"kpis__csat__margin": -0.03}, "kpis.csat.margin", "-0.03", "greater than 0"),
    ({"kpis__fcr__margin": 3}, "kpis.fcr.margin", "3", "less than 1"),
    ({"pilot__end": "2026-03-01"}, "pilot.end", "2026-03-01", "2026-03-02"),
    ({"pilot__start": "02.03.2026"}, "pilot.start", "02.03.2026", "YYYY-MM-DD"),
    ({"data__arm__pilot": ["In-house"]}, "data.arm", "In-house", "one arm"),
    ({"data__arm__pilot": "rest", "data__arm__baseline": "rest"}, "data.arm", "rest", "values"),
    ({"pilot__timezone": "Europe/Berlim"}, "pilot.timezone", "Europe/Berlim", "Europe/Berlin"),
    ({"report__language": "Klingon"}, "report.language", "Klingon", "pt_BR"),
    ({"kpis__csat__top_box": 6}, "kpis.csat.top_box", "6", "up to 5"),
    ({"costs__pilot": [{"kind": "per_moon", "rate": 1}]}, "costs.pilot.0", "per_moon", "per_contact"),
    ({"data__contacts": "${PILOT_NOT_SET}.csv"}, "data.contacts", "${PILOT_NOT_SET}", "PILOT_NOT_SET"),
    ({"pilot__vendor": "${HOME}"}, "pilot.vendor", "${HOME}", "data.contacts"),
]


@pytest.mark.parametrize(("keys", "key", "found", "allowed"), KEYS, ids=[key for _, key, _, _ in KEYS])
@pytest.mark.parametrize("verb", ["run", "review"])
def test_keys(tmp_path: Path, verb: str, keys: dict[str, Any], key: str, found: str, allowed: str) -> None:
    file = write_config(tmp_path, **keys)
    rows = assert_refused(called(verb, file))
    assert rows["where"].startswith(f"{file}, line ")
    assert rows["key"].startswith(key)
    assert found in rows["found"]
    assert allowed in rows["allowed"] + rows.get("did you mean", "")


def test_the_line_is_that_of_the_key(tmp_path: Path) -> None:
    file = write_config(tmp_path, design__confidence=95)
    rows = assert_refused(called("review", file))
    assert rows["where"] == f"{file}, line {line_of(file, 'confidence')}"


def test_a_missing_key(tmp_path: Path) -> None:
    rows = assert_refused(called("review", write_config(tmp_path, pilot__start=...)), "missing")
    assert rows["key"] == "pilot.start"


LATER = [
        ("pilot__phases", []), ("monitor", {"looks": 5}),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), LATER)
def test_what_comes_later_is_not_supported_yet(tmp_path: Path, key: str, value: Any) -> None:
    """Refused by name, never ignored."""
    rows = assert_refused(called("review", write_config(tmp_path, **{key: value})), "not supported yet")
    assert rows["key"].startswith(key.replace("__", "."))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set", "kpis.csat.margin"], "KEY=VALUE"),
        (["--set", "=3"], "KEY=VALUE"),
        (["--set", "kpis..margin=1"], "dotted key"),
        (["--set", "kpis.csat.margn=1"], "margin"),
        (["--set", "kpis.csat.margin=3"], "overridden"),
        (["--set", "kpis.csat.margin="], "kpis.csat.margin"),
        (["--set", "kpis.csat=[1, 2"], "not valid YAML"),
        (["--set", "kpis.csat.margin=!!python/name:os.system"], "tags"),
        (["--set", "pilot.start.day=1"], "pilot.start.day"),
        (["--set", "data.arm.pilot.7=x"], "list item"),
        (["--set", "data.sources=[]"], "data.sources"),
        (["--as-of", "tomorrow"], "YYYY-MM-DD"),
        (["--as-of", "2026-02-30"], "YYYY-MM-DD"),
        (["--as-of", "20260401"], "YYYY-MM-DD"),
        (["--as-of", ""], "YYYY-MM-DD"),
    ],
)
@pytest.mark.parametrize("verb", ["run", "review"])
def test_overrides(tmp_path: Path, verb: str, arguments: list[str], said: str) -> None:
    assert_refused(called(verb, write_pilot(tmp_path), *arguments), said)


def test_overrides_are_lists_and_mappings_too(tmp_path: Path) -> None:
    file = write_pilot(tmp_path)
    done = command(
        "review", file, "--json", "--set", "design.segments=[category, channel]", "--set", "data.arm={column: team, "
        "baseline: rest, pilot: [Vendor]}", "--set", "kpis.csat.margin=0.1", "--set", "kpis.csat.margin=0.2",
    )  # fmt: skip
    assert done.code == 0
    found = json.loads(done.out)
    assert {segment["by"] for segment in found["segments"]} == {"category", "channel"}
    assert found["kpis"][0]["margin"] == 0.2  # the last word counts


@pytest.mark.parametrize("keys", [{"design__adjust_for": ["channel", "channel"]}, {"design__segments": ["channel"] * 2},
                                  {"kpis__fcr__same": ["category", "category"]}, {"pilot__start": "0001-01-01"},
                                  {"pilot__end": "9999-12-31"}])  # fmt: skip
def test_odd_keys_are_refused_or_done_but_no_failure(tmp_path: Path, keys: dict[str, Any]) -> None:
    done = command("review", write_pilot(tmp_path, **keys))
    assert done.code in (0, 2), done.err
    assert "Traceback" not in done.err


def test_two_configs_of_one_slug(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = write_config(tmp_path / "a"), write_config(tmp_path / "b")
    rows = assert_refused(command("run", first, second, "--out", tmp_path / "reports"), "small-pilot", str(first))
    assert (rows["where"], rows["key"]) == (str(second), "report.slug")
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("out", ["file", "file/below"])
def test_a_folder_that_cannot_be_written_to(tmp_path: Path, out: str) -> None:
    (tmp_path / "file").write_text("kept")
    file = write_pilot(tmp_path)
    assert_refused(command("run", file, "--out", tmp_path / out), "cannot be written", str(tmp_path / out))
    assert (tmp_path / "file").read_text() == "kept"


# --- the data ------------------------------------------------------------------------------------------------

LOG = contacts()
CSV = LOG.to_csv(index=False)


def first(column: str, value: object) -> pd.DataFrame:
    """The log with another value in its first row."""
    log = LOG.astype({column: object})
    log.loc[0, column] = value
    return log


# name: the log's file, and what is said; keys of the config where they matter
FILES: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "empty": (b"", ("empty",)),
    "blank": (b"\n\n  \n", ("empty",)),
    "header only": (CSV.split("\n")[0].encode(), ("no rows", "contact_id")),
    "header and blank lines": (CSV.split("\n")[0].encode() + b"\n\n\n", ("no rows",)),
    "binary": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), ("not text",)),
    "another encoding": (CSV.replace("Ic0", "Käufer").encode("latin-1"), ("UTF-8", "line 2")),
    "UTF-16 without its mark": (CSV.encode("utf-16-le"), ("not text",)),
    "a name twice": (CSV.replace("csat", "cost", 1).encode(), ("twice", "cost", "line 1")),
    "a column without a name": (CSV.replace("csat", "", 1).encode(), ("without a name",)),
    "a short row": (CSV.encode() + b"z,2026-03-10 10:00:00\n", ("642", "z,2026")),
    "an open quote": (CSV.encode() + b'z,"2026-03-10', ("cannot be read",)),
    "a page": (b"<!DOCTYPE html>\n<html><body>Please sign in</body></html>\n", ("opened_at",)),
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_no_log(tmp_path: Path, name: str) -> None:
    content, said = FILES[name]
    file = write_pilot(tmp_path)
    (tmp_path / "contacts.csv").write_bytes(content)
    rows = assert_refused(called("review", file), *said)
    assert rows["where"].startswith(str(tmp_path / "contacts.csv"))


@pytest.mark.parametrize(
    ("name", "content"),
    [("c.csv.gz", CSV.encode()), ("c.csv.gz", gzip.compress(CSV.encode())[:-500]), ("c.parquet", b"PAR1 but not"),
     ("c.parquet", b""), ("c.parquet", CSV.encode()), ("c.pdf", b"%PDF-1.7"), ("c", CSV.encode())],
)  # fmt: skip
def test_files_that_are_not_what_their_name_says(tmp_path: Path, name: str, content: bytes) -> None:
    file = write_config(tmp_path, data__contacts=name)
    (tmp_path / name).write_bytes(content)
    assert_refused(called("review", file), name)


@pytest.mark.parametrize("name", ["nofile.csv", "*.csv.gz", "..", "x" * 300 + ".csv", "a\0b.csv", "contacts.csv/x.csv"])
def test_no_such_file(tmp_path: Path, name: str) -> None:
    file = write_pilot(tmp_path)
    write_config(tmp_path, data__contacts=name)
    rows = assert_refused(called("review", file))
    assert rows["key"] == "data.contacts"
    assert rows["where"].startswith(f"{file}, line ")


# name: the log, the config, the key that is named, and what else is said
LOGS: dict[str, tuple[pd.DataFrame, dict[str, Any], str, tuple[str, ...]]] = {
    "an arm value that does not occur": (
        LOG, {"data__arm__pilot": ["Vandor"]}, "data.arm.pilot", ("Vandor", "values that occur: In-house, Vendor"),
    ),
    "a segment value that does not occur": (
        LOG, {"data__segment": {"channel": ["Fax"]}}, "data.segment.channel", ("values that occur: chat, email",),
    ),
    "no contact in the period": (
        LOG, {"pilot__start": "2025-03-02", "pilot__end": "2025-04-30"}, "pilot.start", ("2026-03-02", "2025-04-30"),
    ),
    "one arm without a contact": (
        LOG[LOG.team == "Vendor"], {"data__arm__baseline": "rest"}, "pilot.start", ("baseline",),
    ),
    "the arm's column absent": (LOG, {"data__arm__column": "teem"}, "data.arm.column", ("teem", "csat", "team")),
    "a mapped column absent": (
        LOG, {"data__columns": {"csat": "Rating"}}, "data.columns.csat", ("Rating", "contact_id", "cost"),
    ),
    "a segment's column absent": (LOG, {"data__segment": {"region": ["EU"]}}, "data.segment.region", ("agent_id",)),
    "an excluded column absent": (LOG, {"data__exclude": {"kind": ["x"]}}, "data.exclude.kind", ("agent_id",)),
    "a case-mix column absent": (LOG, {"design__adjust_for": ["tier"]}, "design.adjust_for", ("tier", "channel")),
    "a column of segments absent": (LOG, {"design__segments": ["tier"]}, "design.segments", ("tier", "channel")),
    "a cluster column absent": (LOG, {"design__cluster": "desk"}, "design.cluster", ("desk", "agent_id")),
    "a reason absent": (LOG, {"kpis__fcr__same": ["topic"]}, "kpis.fcr.same", ("topic", "category")),
    "no opened_at": (LOG.drop(columns="opened_at"), {}, "data.columns.opened_at", ("opened_at", "contact_id, team")),
    "no contact_id": (LOG.drop(columns="contact_id"), {}, "data.columns.contact_id", ("opened_at, team",)),
    "another spelling of the names": (LOG.rename(columns=str.upper), {}, "data.columns.opened_at", ("OPENED_AT",)),
    "one id with different content": (
        pd.concat([LOG, LOG[:1].assign(csat=1)]), {}, "contact_id", ("differ", "I0"),
    ),
    "a contact without an id": (first("contact_id", None), {}, "contact_id", ("1 such row",)),
    "a stamp that is none": (first("opened_at", "yesterday"), {}, "opened_at", ("yesterday", "2026-03-02 14:05:00")),
    "day and month first": (first("opened_at", "02/03/2026 10:00"), {}, "opened_at", ("02/03/2026 10:00",)),
    "a day that does not exist": (first("opened_at", "2026-02-30 10:00:00"), {}, "opened_at", ("2026-02-30",)),
    "a stamp of another column": (first("first_response_at", "soon"), {}, "first_response_at", ("soon",)),
    "no stamp at all": (LOG.assign(opened_at=None), {}, "", ("opened_at",)),
    "a rating of 7": (first("csat", 7), {}, "csat", ("7", "1 to 5")),
    "a rating of 0": (first("csat", 0), {}, "csat", ("1 to 5",)),
    "ratings as text": (LOG.assign(csat="good"), {}, "csat", ("good", "number", "640")),
    "one rating as text": (first("csat", "very good"), {}, "csat", ("very good", "number")),
    "money as text": (LOG.assign(cost="12 EUR"), {}, "cost", ("12 EUR",)),
    "commas that may group thousands": (LOG.assign(cost="1,234"), {}, "cost", ("ambiguous", "1,234")),
    "no truth": (LOG.assign(fcr="maybe"), {}, "fcr", ("maybe", "true or false")),
}  # fmt: skip


@pytest.mark.parametrize("name", LOGS)
def test_logs(tmp_path: Path, name: str) -> None:
    log, keys, key, said = LOGS[name]
    rows = assert_refused(called("review", write_pilot(tmp_path, log, **keys)), *said)
    assert rows.get("key", "").startswith(key)


@pytest.mark.parametrize("weight", [[1.0, None], [-1.0, 1.0], ["two", 1.0]])
def test_weights_that_are_no_counts(tmp_path: Path, weight: list[Any]) -> None:
    """A row stands for a number of contacts; a row without one would silently be none."""
    log = LOG.assign(weight=weight * (len(LOG) // 2))
    assert_refused(called("review", write_pilot(tmp_path, log)), "weight")


@pytest.mark.parametrize("name", ["a rating of 7", "a stamp that is none", "one id with different content"])
def test_logs_in_parquet(tmp_path: Path, name: str) -> None:
    log, keys, key, said = LOGS[name]
    log = log.astype({"opened_at": str, "first_response_at": str}).astype({"csat": float})
    file = write_pilot(tmp_path, log, **keys, data__contacts="c.parquet")
    assert assert_refused(called("review", file), *said)["key"] == key


def test_files_of_a_pattern_with_different_headers(tmp_path: Path) -> None:
    write_log(LOG, tmp_path / "1.csv")
    write_log(LOG.drop(columns="csat"), tmp_path / "2.csv")
    assert_refused(called("review", write_config(tmp_path, data__contacts="?.csv")), "different headers", "2.csv")


@pytest.mark.parametrize("verb", ["review", "check"])
def test_text_of_the_data_cannot_fill_the_screen_or_move_the_cursor(tmp_path: Path, verb: str) -> None:
    """What stood there is shown on one line, in printable characters, and cut."""
    nasty = "\x1b[2J\x1b]0;owned\x07" + "very long " * 100 + "\nRefused: no"
    rows = assert_refused(called(verb, write_pilot(tmp_path, first("csat", nasty))))
    assert "\x1b" not in rows["found"]
    assert len(rows["found"]) <= 120


# --- secrets -------------------------------------------------------------------------------------------------


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", SECRET)


def assert_not_shown(*texts: str) -> None:
    for text in texts:
        for part in (SECRET, *re.split(r"\W", SECRET)):
            assert part not in text


# Nothing listens on port 1; the other passwords break the URL, as unquoted passwords do.
@pytest.mark.parametrize("password", ["hunter2", "hunter2/and/more", "hunter2#more", "hunter2?more", "hunter2[more",
                                      "hunter2@more", "hunter2:more", "hunter2℀more"])  # fmt: skip
def test_a_database_that_cannot_be_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setenv("PGPASSWORD", password)
    url = "postgresql://user:${PGPASSWORD}@127.0.0.1:1/x"
    done = called("review", write_config(tmp_path, data__contacts=url, data__table="contacts"))
    rows = assert_refused(done)
    assert rows["key"] == "data.contacts"
    for part in ("hunter2", "more"):
        assert part not in done.err


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize(
    "url",
    ["postgresql://u@127.0.0.1:1/x?password=${PGPASSWORD}", "nosuch://${PGPASSWORD}", "mysql://u:${PGPASSWORD}@h/x",
     "s3://bucket/${PGPASSWORD}", "${PGPASSWORD}://x"],
)  # fmt: skip
def test_other_databases(tmp_path: Path, url: str) -> None:
    done = called("review", write_config(tmp_path, data__contacts=url, data__table="contacts"))
    assert_refused(done)
    assert_not_shown(done.err)


def test_a_database_file_that_is_not_there_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for url in ("duckdb://no.duckdb", "sqlite://no.sqlite"):
        assert_refused(called("review", write_config(tmp_path, data__contacts=url, data__table="t")))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["pilot.yaml"]


def test_a_database_file_beside_the_config_that_is_looked_for_at_the_root(tmp_path: Path) -> None:
    """Three slashes, as other programs write what is relative: the path says where it was looked for."""
    (tmp_path / "log.sqlite").touch()
    done = called("review", write_config(tmp_path, data__contacts="sqlite:///log.sqlite", data__table="t"))
    assert assert_refused(done, "sqlite://NAME")["found"] == "/log.sqlite"


def test_a_secret_in_a_path_is_in_no_message_and_in_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENANT", "hunter2")
    file = write_pilot(tmp_path, data__contacts="hunter2/hunter2.csv")
    write_config(tmp_path, data__contacts="${TENANT}/${TENANT}.csv")
    done = command("review", file, "--json")
    assert done.code == 0
    assert "hunter2" not in done.out
    write_log(first("csat", 7), tmp_path / "hunter2" / "hunter2.csv")
    refused = called("review", file)
    assert_refused(refused, "${TENANT}")
    assert "hunter2" not in refused.err


# --- a real run ----------------------------------------------------------------------------------------------


def without_progress(called: Called) -> Called:
    rows = [row for row in called.err.split("\n") if not PROGRESS.fullmatch(row)]
    return called._replace(err="\n".join(rows))


def everything(folder: Path) -> dict[str, Any]:
    """Every file and link below a folder, with what it holds."""
    return {
        str(path.relative_to(folder)): str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def test_a_refused_log_publishes_nothing(tmp_path: Path) -> None:
    file = write_pilot(tmp_path, first("csat", 7))
    done = program("run", file, "--out", tmp_path / "reports")
    rows = assert_refused(without_progress(done), "1 to 5")
    assert rows["where"] == str(tmp_path / "contacts.csv")
    assert everything(tmp_path / "reports") == {}


def test_a_refused_run_leaves_the_last_good_one(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    file = write_pilot(tmp_path)
    assert program("run", file, "--out", reports).code == 0
    before = everything(reports)
    assert f"small-pilot{os.sep}latest" in before
    write_log(LOG[:400].assign(opened_at="never"), tmp_path / "contacts.csv")
    assert_refused(without_progress(program("run", file, "--out", reports)), "never")
    assert everything(reports) == before


def test_the_program_itself(tmp_path: Path) -> None:
    """The same from the shell: standard output stays empty, and the code is 2."""
    for verb in ("run", "review"):
        assert_refused(program(verb, "nofile.yaml", cwd=tmp_path), "nofile.yaml")
    assert list(tmp_path.iterdir()) == []
