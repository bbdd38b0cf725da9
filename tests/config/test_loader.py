"""One loader for files and mappings, with overrides and the environment."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from pilots import CONFIG, config, write_config

from pilot_analysis import load_config
from pilot_analysis.config.loader import resolved_yaml
from pilot_analysis.refusal import Refusal

SECRET = "hunter2-and-more"


def refusal(source: Any, overrides: dict[str, Any] | None = None) -> Refusal:
    with pytest.raises(Refusal) as refused:
        load_config(source, overrides)
    return refused.value


# --- file and mapping ----------------------------------------------------------------------------------------


def test_a_file_and_the_same_mapping_are_the_same_config(tmp_path: Path) -> None:
    from_file, from_mapping = load_config(write_config(tmp_path)), load_config(CONFIG)
    assert from_file.model_dump() == from_mapping.model_dump()
    assert from_file.file == tmp_path / "pilot.yaml"
    assert from_mapping.file is None


def test_paths_are_relative_to_the_file_and_of_a_mapping_to_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pilots").mkdir()
    write_config(tmp_path / "pilots")
    assert load_config("pilots/pilot.yaml").folder == tmp_path / "pilots"
    assert load_config(CONFIG).folder == tmp_path


def test_a_mapping_is_not_changed() -> None:
    mapping = config()
    load_config(mapping, {"kpis.csat.margin": 0.02, "data.arm.pilot.0": "Other"})
    assert mapping == config()


def test_dates_of_a_mapping_may_be_dates() -> None:
    loaded = load_config(config(pilot__start=date(2026, 3, 2)))
    assert loaded.pilot.start == date(2026, 3, 2)


@pytest.mark.parametrize("day", [20260302, 2026.0, "2026-3-2", "20260302", "02.03.2026", "2026-02-30", "soon", True,
                                 "2026-03-02T10:00", "2026-W10-1", datetime(2026, 3, 2, 10)])  # fmt: skip
def test_no_other_dates(day: Any) -> None:
    assert refusal(config(pilot__start=day)).key == "pilot.start"


def test_words_stay_words_in_a_file(tmp_path: Path) -> None:
    """Teams called on, 012 and 1:30, and the language no (Norwegian)."""
    file = write_config(tmp_path)
    text = file.read_text().replace("- Vendor", "- on\n    - 012\n    - 1:30\n    - yes\n    - 17")
    file.write_text(text + "report: {language: no}\n")
    loaded = load_config(file)
    assert loaded.data.arm.pilot == ["on", "012", "1:30", "yes", "17"]
    assert loaded.report.language == "no"


@pytest.mark.parametrize("written", ["yes", "Yes", "true", "no", "No", "false", "unknown", "~"])
def test_answers_of_the_vendor_review(tmp_path: Path, written: str) -> None:
    file = write_config(tmp_path)
    file.write_text(file.read_text() + f"vendor_review: {{must_haves: {{iso_27001: {written}}}}}\n")
    expected = {"y": "yes", "t": "yes", "n": "no", "f": "no"}.get(written[0].lower(), "unknown")
    assert load_config(file).vendor_review.must_haves == {"iso_27001": expected}


# --- refusals: file, line, key, value, what is allowed, the nearest name --------------------------------------


def test_an_unknown_key(tmp_path: Path) -> None:
    file = write_config(tmp_path, kpis__csat__margn=0.02)
    found = refusal(file)
    line = [row.strip() for row in file.read_text().splitlines()].index("margn: 0.02") + 1
    assert (found.file, found.line, found.key, found.nearest) == (str(file), line, "kpis.csat.margn", "margin")
    assert "top_box" in str(found.allowed)


@pytest.mark.parametrize(
    ("key", "nearest"),
    [("pilots", "pilot"), ("data__arms", "arm"), ("data__columns__Csat", "csat"), ("report__slugg", "slug"),
     ("kpis__cost_per_contct", "cost_per_contact"), ("design__adjust", "adjust_for"), ("xyzzy", None)],
)  # fmt: skip
def test_the_nearest_name(key: str, nearest: str | None) -> None:
    found = refusal(config(**{key: "x"}))
    assert (found.key, found.nearest) == (key.replace("__", "."), nearest)


def test_a_missing_key() -> None:
    found = refusal(config(pilot__start=...))
    assert (found.key, found.problem) == ("pilot.start", "a key is missing")
    assert found.found is None


def test_a_misspelt_key_is_named_before_the_one_it_leaves_missing_and_more_are_counted() -> None:
    found = refusal(config(pilot__start=..., pilot__strat="2026-03-02", kpis__csat__margin=3))
    assert (found.key, found.nearest) == ("pilot.strat", "start")
    assert "and 2 more" in found.problem


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("pilot", []), ("pilot", "x"), ("pilot__name", []), ("pilot__name", ""), ("pilot__name", None),
        ("pilot__ramp_up_days", "two"), ("pilot__ramp_up_days", 1.5), ("pilot__ramp_up_days", -1),
        ("pilot__ramp_up_days", True), ("data__contacts", ["a.csv"]), ("data__contacts", ""), ("data__arm", "team"),
        ("data__arm__pilot", []), ("data__arm__pilot", None), ("data__arm__pilot", {"a": 1}),
        ("data__columns", {"satisfaction": "x"}), ("data__columns", {"csat": None}), ("data__segment", ["chat"]),
        ("data__segment", {"channel": []}), ("design__confidence", 95), ("design__confidence", 0.5),
        ("design__confidence", 1), ("design__confidence", "high"), ("design__routing", "even"),
        ("kpis__csat__margin", 3), ("kpis__csat__margin", -0.03), ("kpis__csat__margin", 0),
        ("kpis__csat__margin", float("nan")),
        ("kpis__csat__margin", float("inf")), ("kpis__csat__margin", True), ("kpis__csat__margin", [0.03]),
        ("kpis__csat__scale", [1]), ("kpis__csat__scale", [1, 3, 5]), ("kpis__csat__scale", ["low", "high"]),
        ("kpis__csat__role", "boss"), ("kpis__fcr__measure", "guess"), ("kpis__fcr__window_days", 0),
        ("kpis__fcr__window_days", 61), ("kpis__cost_per_contact__minimum_saving", 10),
        ("kpis__response_time__margin_ratio", 0.9), ("kpis__response_time__margin_ratio", 1),
        ("kpis__response_time__within_seconds", {"chat": -1}), ("costs__currency", "euro"), ("costs__currency", "eur"),
        ("costs__pilot", [{"kind": "per_moon", "rate": 1}]), ("costs__pilot", [{"rate": 1}]),
        ("costs__pilot", [{"kind": "per_contact"}]), ("costs__pilot", [{"kind": "per_contact", "rate": -1}]),
        ("costs__pilot", [{"kind": "per_hour", "rate": 30, "occupancy": 75}]),
        ("costs__pilot", [{"kind": "per_hour", "rate": 30, "occupancy": 0}]),
        ("costs__pilot", [{"kind": "per_hour", "rate": 30, "shrinkage": 1}]), ("costs__pilot", {"kind": "per_contact"}),
        ("decision__objective", "profit"), ("decision__goals", []), ("decision__goals", ["cost"]),
        ("decision__max_increase", 5), ("vendor_review__must_haves", {"iso": "maybe"}),
        ("vendor_review__red_flags", "none"), ("report__slug", "../up"), ("report__slug", "Ünï"), ("report__slug", ""),
        ("report__language", 5),
    ],
)  # fmt: skip
def test_wrong_types_and_values(key: str, value: Any) -> None:
    """The key is named, down to the entry of a list or mapping, and what is allowed is said."""
    found = refusal(config(**{key: value}))
    assert str(found.key).startswith(key.replace("__", "."))
    assert found.allowed or found.nearest
    assert "pydantic" not in str(found).lower()


def test_a_wrong_kind_of_cost_names_the_right_ones() -> None:
    found = refusal(config(costs__pilot=[{"kind": "per_contacts", "rate": 1}]))
    assert (found.key, found.nearest) == ("costs.pilot.0", "per_contact") or found.key == "costs.pilot.0.kind"
    assert "per_hour" in str(found.allowed)


@pytest.mark.parametrize(
    "key",
    [
     "pilot.phases", "monitor"],
)  # fmt: skip
@pytest.mark.parametrize("value", ["x", [], {"a": 1}])
def test_names_kept_for_later_are_not_supported_yet(key: str, value: Any) -> None:
    found = refusal(config(**{key.replace(".", "__"): value}))
    assert found.key == key
    assert "not supported yet" in found.problem


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"hello world", "mapping of sections"),
        (b"- a\n- b\n", "mapping of sections"),
        (b"42", "mapping of sections"),
        (b"\x00\x01\x02", "not text"),
        ("pilot:\n  name: Köln".encode("latin-1"), "UTF-8"),
        ("pilot: {}".encode("utf-16"), "not text"),
        (b"# " + b"x" * 1_000_001, "too large"),
    ],
)
def test_files_that_are_no_config(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "pilot.yaml"
    file.write_bytes(content)
    found = refusal(file)
    assert says in found.problem
    assert found.file == str(file)


def test_a_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    file = write_config(tmp_path)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert load_config(file).model_dump() == load_config(CONFIG).model_dump()


@pytest.mark.parametrize("name", ["nofile.yaml", ".", "x" * 300 + ".yaml", "pilot.yaml/pilot.yaml"])
def test_files_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    write_config(tmp_path)
    assert refusal(tmp_path / name).problem == "the config cannot be read"


# --- overrides -----------------------------------------------------------------------------------------------


def test_overrides_of_what_is_there_and_of_what_is_not() -> None:
    loaded = load_config(CONFIG, {
        "kpis.csat.margin": 0.02, "pilot.name": "Other", "data.arm.pilot.0": "Third", "report.slug": "other",
        "design.segments": [], "kpis.response_time.within_seconds": {"chat": 60},
    })  # fmt: skip
    assert (loaded.kpis.csat.margin, loaded.pilot.name, loaded.slug) == (0.02, "Other", "other")
    assert (loaded.data.arm.pilot, loaded.design.segments) == (["Third"], [])
    assert loaded.kpis.response_time.within_seconds == {"chat": 60}
    assert loaded.kpis.fcr == load_config(CONFIG).kpis.fcr


def test_later_overrides_go_into_earlier_ones() -> None:
    loaded = load_config(CONFIG, {"kpis": {"csat": {"margin": 0.1, "target": 0.8}}, "kpis.csat.margin": 0.2})
    assert (loaded.kpis.csat.margin, loaded.kpis.csat.target) == (0.2, 0.8)


@pytest.mark.parametrize(
    ("key", "value"),
    [("kpis..margin", 1), (".kpis", 1), ("kpis.", 1), ("", 1), ("pilot.start.day", 1), ("data.arm.pilot.1", "x"),
     ("data.arm.pilot.-1", "x"), ("data.arm.pilot.first", "x"), ("kpis.csat.margn", 0.1), ("nothing", 1),
     ("kpis.csat.margin", 3), ("kpis.csat.margin", None), ("monitor", 1), ("pilot", None)],
)  # fmt: skip
def test_overrides_that_are_refused(key: str, value: Any) -> None:
    found = refusal(CONFIG, {key: value})
    assert str(found.key).startswith(key.split(".")[0])


def test_a_refused_override_is_said_to_be_one(tmp_path: Path) -> None:
    """The value does not stand in the file, so neither may a line of it be shown for it."""
    file = write_config(tmp_path)
    for overrides in ({"kpis.csat.margin": 3}, {"kpis": {"csat": {"margin": 3}}}):
        assert "overridden" in str(refusal(file, overrides).file)


# --- the environment -----------------------------------------------------------------------------------------


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOT_SECRET", SECRET)


@pytest.mark.usefixtures("secret")
def test_names_are_filled_in_for_reading_only() -> None:
    url = "postgresql://u:${PILOT_SECRET}@host/db"
    loaded = load_config(config(data__contacts=url, data__table="t_${PILOT_SECRET}"))
    assert loaded.data.contacts == f"postgresql://u:{SECRET}@host/db"
    assert loaded.data.table == f"t_{SECRET}"
    written = resolved_yaml(loaded)
    assert SECRET not in written
    assert yaml.safe_load(written)["data"]["contacts"] == url
    assert yaml.safe_load(written)["data"]["table"] == "t_${PILOT_SECRET}"
    assert SECRET not in repr(loaded._written)


@pytest.mark.usefixtures("secret")
def test_an_override_may_name_the_environment_too() -> None:
    loaded = load_config(CONFIG, {"data.contacts": "${PILOT_SECRET}.csv"})
    assert loaded.data.contacts == f"{SECRET}.csv"
    assert SECRET not in resolved_yaml(loaded)


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize("key", ["pilot__name", "pilot__vendor", "report__title", "report__slug", "data__arm__column",
                                 "kpis__csat__margin_because"])  # fmt: skip
def test_nowhere_else_because_it_would_be_shown(key: str) -> None:
    found = refusal(config(**{key: "x ${PILOT_SECRET}"}))
    assert found.key == key.replace("__", ".")
    assert SECRET not in str(found)


@pytest.mark.usefixtures("secret")
def test_nowhere_else_in_lists_either() -> None:
    assert refusal(config(data__arm__pilot=["${PILOT_SECRET}"])).key == "data.arm.pilot.0"
    assert refusal(config(vendor_review__incidents=["a", "${PILOT_SECRET}"])).key == "vendor_review.incidents.1"


@pytest.mark.parametrize("value", [None, ""])
def test_a_name_that_is_not_set(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv("PILOT_SECRET", raising=False)
    if value is not None:
        monkeypatch.setenv("PILOT_SECRET", value)
    found = refusal(config(data__contacts="${PILOT_SECRET}.csv"))
    assert (found.key, found.found) == ("data.contacts", "${PILOT_SECRET}")
    assert "PILOT_SECRET" in str(found.allowed)


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize("keys", [
    {"data__contacts": "${PILOT_SECRET}", "kpis__csat__margin": SECRET},
    {"data__contacts": "postgresql://${PILOT_SECRET}@h/d"},
    {"data__contacts": "${PILOT_SECRET}", "data__table": [1]},
])  # fmt: skip
def test_no_message_holds_the_secret(keys: dict[str, Any]) -> None:
    assert SECRET not in str(refusal(config(**keys)))


@pytest.mark.parametrize("text", ["$PILOT_SECRET.csv", "$${x}.csv", "${}.csv", "${1X}.csv", "$(PILOT_SECRET).csv"])
def test_other_spellings_are_plain_text(text: str) -> None:
    if text == "$${x}.csv":
        assert refusal(config(data__contacts=text)).found == "${x}"
    else:
        assert load_config(config(data__contacts=text)).data.contacts == text


# --- the resolved config -------------------------------------------------------------------------------------

WORDS = ["1e5", "6E2", ".5e3", "-.5", "0.1e1", "12e03", "on", "no", "012", "1:30", "0x1F", "true", "null", "~", "=",
         "<<", "17", "1.0", "2026-03-02", "NaN", ".inf", "1_000", "a: b", "# x", "Größe 🎉", "tab\there", "two\nlines",
         " lead", "'", '"', "%", "@x", "- a", "? x", "!x", "&a", "*a", "{a}", "[a]", "x:", "\u2028"]  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_the_resolved_config_is_the_same_config(tmp_path: Path, word: str) -> None:
    """What is published beside a run repeats it: every word comes back as it was."""
    loaded = load_config(config(pilot__note=word, data__arm__pilot=[word], vendor_review__red_flags=[word],
                                data__segment={"channel": [word]}))  # fmt: skip
    (tmp_path / "resolved.yaml").write_text(resolved_yaml(loaded), encoding="utf-8")
    assert load_config(tmp_path / "resolved.yaml").model_dump() == loaded.model_dump()


@pytest.mark.parametrize("value", [17, 17.5, 1e-7, 1e22, True, False, 10**18, 10**30])
def test_numbers_of_the_resolved_config(tmp_path: Path, value: Any) -> None:
    loaded = load_config(config(data__arm__pilot=[value]))
    (tmp_path / "resolved.yaml").write_text(resolved_yaml(loaded), encoding="utf-8")
    assert load_config(tmp_path / "resolved.yaml").model_dump() == loaded.model_dump()


@pytest.mark.parametrize("name", ["demo", "service_desk"])
def test_the_resolved_configs_that_ship(tmp_path: Path, name: str) -> None:
    loaded = load_config(Path(__file__).parents[2] / "configs" / name / "pilot.yaml")
    (tmp_path / "resolved.yaml").write_text(resolved_yaml(loaded), encoding="utf-8")
    assert load_config(tmp_path / "resolved.yaml").model_dump() == loaded.model_dump()
    assert set(yaml.safe_load(resolved_yaml(loaded))) == set(type(loaded).model_fields)
