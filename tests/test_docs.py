"""The documents say what the program does: references are current, examples run, links and commands exist."""

import csv
import re
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from PIL import Image

from pilot_analysis import cli, load_config, review
from pilot_analysis.config.columns import CANONICAL
from pilot_analysis.config.hours import Calendar
from pilot_analysis.config.loader import NOT_YET
from pilot_analysis.config.logs import LogSource, Roster, Surveys, Touches
from pilot_analysis.config.models import Config
from pilot_analysis.config.policy import Rule
from pilot_analysis.config.rates import KINDS
from pilot_analysis.config.reference import EXAMPLE
from pilot_analysis.config.reference import reference as config_reference
from pilot_analysis.config.section import Section
from pilot_analysis.decision.conditions import CONDITIONS
from pilot_analysis.decision.reference import reference as rules_reference
from pilot_analysis.decision.rules import default_rules
from pilot_analysis.refusal import Refusal
from pilot_analysis.runs import exits

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/**/*.md"),
    *ROOT.glob("configs/*/README.md"),
    ROOT / "reports/README.md",
]


def block(language: str, text: str = README) -> str:
    """The only code block of a language in a document."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.S | re.M)
    return found


def model_keys(model: Any = Config, prefix: str = "") -> Iterator[str]:
    """Every dotted key of the models, `[]` for the items of a list."""
    for name, field in model.model_fields.items():
        key = f"{prefix}{field.alias or name}"
        parts = (field.annotation, *get_args(field.annotation))  # a section may be optional
        section = next((part for part in parts if isinstance(part, type) and issubclass(part, Section)), None)
        if section is Calendar:
            yield from model_keys(section, f"{key}.<name>.")
            continue
        if section is not None and section is not Surveys:  # of which there is a list
            yield from model_keys(section, f"{key}.")
            continue
        yield key
        if key == "costs.pilot":
            for kind in KINDS.values():
                yield from model_keys(kind, "costs.<arm>[].")
        if key in ("costs.<arm>[].tiers", "costs.<arm>[].bands"):
            yield from model_keys(get_args(field.annotation)[0], f"{key}[].")
        if key == "data.sources":
            yield from model_keys(LogSource, f"{key}[].")
        if key == "data.surveys":
            yield from model_keys(Surveys, f"{key}[].")
        if key == "decision.rules":
            yield from model_keys(Rule, f"{key}[].")


def written_keys(content: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """Every dotted key of a config as written, down to sections and their keys."""
    for name, value in content.items():
        yield f"{prefix}{name}"
        if isinstance(value, dict):
            yield from written_keys(value, f"{prefix}{name}.")


# the references


def test_committed_config_reference_is_current() -> None:
    committed = (ROOT / "docs/config.md").read_text(encoding="utf-8")
    assert committed == config_reference(), "write it: make docs"


def test_committed_rules_reference_is_current() -> None:
    committed = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
    assert committed == rules_reference(), "write it: make docs"


def test_config_reference_has_a_row_for_every_key_and_column() -> None:
    rows = re.findall(r"^\| `([^`]+)` \|", config_reference(), re.M)
    assert set(rows) == {*model_keys(), *CANONICAL}


def test_config_reference_says_type_default_and_range() -> None:
    rows = {line.split(" | ")[0]: line for line in config_reference().splitlines() if line.startswith("| `")}
    assert rows["| `pilot.name`"].startswith(
        "| `pilot.name` | text | **needed** | length at least 1, length at most 200 |"
    )
    assert rows["| `kpis.csat.margin`"].startswith("| `kpis.csat.margin` | number | `0.03` | above 0, below 1 |")
    assert rows["| `kpis.reopen_rate.margin`"].startswith(
        "| `kpis.reopen_rate.margin` | number |  | above 0, below 1 |"
    )
    assert rows["| `data.arm.baseline`"].startswith(
        "| `data.arm.baseline` | `rest` or a value or a list | **needed** |"
    )
    assert rows["| `design.routing`"].startswith("| `design.routing` | `rule`, `random` | `rule` |  |")


def test_complete_example_is_a_config(tmp_path: Path) -> None:
    file = tmp_path / "pilot.yaml"
    file.write_text(EXAMPLE, encoding="utf-8")
    assert load_config(file).kpis.csat.margin == 0.03
    assert EXAMPLE in config_reference()


def test_complete_example_lacks_only_what_excludes_the_rest() -> None:
    written = set(written_keys(yaml.safe_load(EXAMPLE)))
    lacking = {key for key in model_keys() if key not in written and "[]" not in key}
    named = {key.split(".")[1] for key in model_keys() if key.startswith("kpis.")}
    shown = {
        "csat",
        "fcr",
        "cost_per_contact",
        "response_time",
        "response_time_p90",
        "cost_per_resolution",
        "reopen_rate",
    }
    alike = {f"kpis.{name}.{key}" for name in named - shown for key in ("role", "target", "margin")}
    targets = {f"kpis.{name}.target" for name in ("response_time_p90", "cost_per_resolution", "reopen_rate")}
    optional = {f"design.baseline_period.{end}" for end in ("start", "end")}
    commented_out = {
        "decision.agreed",
        "pilot.as_of",
        "data.table",
        "decision.rules",
        "notify.urls",
        "notify.when",
        "privacy.salt",
    } | optional
    commented_out |= {
        "data.sources",
        "data.surveys",
        "data.same_ids",
        "data.arm.handler",
        "data.fold.keep",
        "data.fold.by",
    }
    commented_out |= {f"data.touches.{key}" for key in Touches.model_fields}
    commented_out |= {f"data.roster.{key}" for key in Roster.model_fields}
    reading = ("preset", "leave_out.where", "leave_out.why", "units", "codes", "day_first", "encoding", "largest_gb")
    commented_out |= {f"data.{key}" for key in reading}
    commented_out |= {f"calendars.<name>.{field.alias or key}" for key, field in Calendar.model_fields.items()}
    commented_out |= {"kpis.response_time.calendar"}
    assert lacking == alike | targets | commented_out


def test_rules_reference_has_every_rule_in_order_and_every_condition() -> None:
    text = rules_reference()
    assert re.findall(r"^\| \d+ \| `(\w+)` \| (\w+) \|", text, re.M) == [(r.id, r.verdict) for r in default_rules()]
    assert set(re.findall(r"^\| `(\w+)` \| [A-Z]", text.partition("## Conditions")[2], re.M)) == set(CONDITIONS)


def test_only_all_met_says_scale_as_the_rules_reference_claims() -> None:
    assert "`all_met` alone says scale" in rules_reference()
    assert [rule.id for rule in default_rules() if rule.verdict == "scale"] == ["all_met"]


# the checks


def test_every_check_is_explained() -> None:
    modules = (
        file for floor in ("contacts", "costs", "decision") for file in (ROOT / "pilot_analysis" / floor).glob("*.py")
    )
    sources = "".join(module.read_text(encoding="utf-8") for module in modules)
    made = set(re.findall(r'Check\(\s*"(\w+)"', sources)) | set(re.findall(r'^    name = "(\w+)"$', sources, re.M))
    explained = re.findall(r"^### (\w+)$", (ROOT / "docs/checks.md").read_text(encoding="utf-8"), re.M)
    assert len(made) >= 15
    assert sorted(explained) == sorted(made)


# the README


# agent, every how many days a customer is unhappy, every how many days the customer of two days ago comes back
TEAMS = {
    "In-house": (("Anna", 5, 9), ("Ben", 4, 10), ("Cleo", 6, 12)),
    "Vendor A": (("Bela", 10, 9), ("Dora", 12, 10), ("Emil", 15, 12)),
}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """The README's config beside an export as it describes it: three agents an arm, a contact a day for each.

    In-house the first contact is answered after 600 seconds, the next day's after 610 and so on; the vendor takes half
    as long.
    """
    with (tmp_path / "tickets.csv").open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(next(csv.reader(block("csv").splitlines())))
        for number in range(60):
            opened = datetime(2026, 3, 2, 9) + timedelta(days=number)
            for group, agents in TEAMS.items():
                answered = opened + timedelta(seconds=(600 + 10 * number) / (1 if group == "In-house" else 2))
                for agent, unhappy, back in agents:
                    customer = f"{agent}-{number - 2 if number and number % back == 0 else number}"
                    rating = 5 if number % unhappy else 2
                    ticket = f"{agent}-{number}"
                    rows.writerow([ticket, opened, group, agent, customer, "email", "billing", answered, rating])
    (tmp_path / "pilot.yaml").write_text(block("yaml"), encoding="utf-8")
    return tmp_path / "pilot.yaml"


def test_readme_config_reviews_an_export(export: Path) -> None:
    found = review(load_config(export)).to_dict()
    kpis = {kpi["id"]: kpi for kpi in found["kpis"]}
    assert found["phase"] == "final"
    assert found["pilot"]["contacts"] == {"baseline": 180, "pilot": 180}
    # 60 days each, less every 5th, 4th and 6th; every 10th, 12th and 15th
    assert kpis["csat"]["baseline"]["value"] == pytest.approx((48 + 45 + 50) / 180)
    assert kpis["csat"]["pilot"]["value"] == pytest.approx((54 + 55 + 56) / 180)
    # Days 7 to 52 can be judged. Of these 46 an agent has 5, 5 or 4 repeats, and 6, 5 or 4 that are followed by one.
    assert kpis["fcr"]["pilot"]["n"] == 41 + 41 + 42
    assert kpis["fcr"]["pilot"]["value"] == pytest.approx((35 + 36 + 38) / 124)
    assert kpis["cost_per_contact"]["effect"]["estimate"] == pytest.approx(4.9 / 6.5)
    assert kpis["response_time"]["baseline"]["value"] == pytest.approx(895)  # between the 30th and the 31st day
    assert kpis["response_time"]["effect"]["estimate"] == pytest.approx(0.5)
    assert next(check for check in found["checks"] if check["id"] == "agreed")["status"] == "pass"


def test_readme_rows_of_an_export_are_read(export: Path) -> None:
    with export.with_name("tickets.csv").open("a", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in block("csv").splitlines()[1:])
    found = review(load_config(export)).to_dict()
    assert found["pilot"]["contacts"] == {"baseline": 181, "pilot": 181}
    csat = found["kpis"][0]
    assert (csat["baseline"]["n"], csat["pilot"]["n"]) == (181, 180)  # the second row has no rating


def test_readme_names_every_command_and_no_other() -> None:
    named = re.findall(r"^\| `(\w+)[ `]", README.partition("## Commands")[2], re.M)
    assert named == [command.callback.__name__ for command in cli.app.registered_commands if command.callback]


def test_readme_names_every_exit_code() -> None:
    codes = re.findall(r"^\| ([\d, ]+) \|", README, re.M)
    assert {int(code) for code in codes[:-1]} == {exits.DONE, exits.REFUSED, exits.FAILED, exits.ERROR}
    assert codes[-1] == ", ".join(map(str, exits.VERDICT_EXIT.values()))


def refused_in_readme() -> list[dict[str, Any]]:
    """What the README says is refused as not supported yet, as overrides."""
    text = " ".join(README.partition('"not supported yet"')[2].partition("\n\n")[0].split())
    keys = re.findall(r"`((?:data|pilot|design)\.\w+|monitor)`", text)
    assert set(keys) == NOT_YET
    return [{key: {"a": 1}} for key in keys]


@pytest.mark.parametrize("overrides", refused_in_readme(), ids=lambda overrides: "-".join(map(str, overrides)))
def test_readme_is_right_on_what_is_not_supported_yet(overrides: dict[str, Any]) -> None:
    with pytest.raises(Refusal, match="not supported yet"):
        load_config(ROOT / "configs/demo/pilot.yaml", overrides)


def test_test_command_stands_where_ci_looks_for_it() -> None:
    marked = re.search(r"^<!-- test command -->\n```sh\n(.*)\n```\n<!-- end of test command -->$", README, re.M)
    assert marked is not None
    assert marked[1] == "make test"
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "/^<!-- test command -->$/,/^<!-- end of test command -->$/p" in script


def test_ci_script_is_executable_bash() -> None:
    script = ROOT / ".ci/run"
    assert script.stat().st_mode & 0o100
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0


def test_picture_of_the_readme_is_one_small_screen() -> None:
    picture = ROOT / "docs/demo.png"
    with Image.open(picture) as image:
        assert image.size == (1280, 800)
    assert picture.stat().st_size < 150_000


# all documents


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_make_targets_exist(document: Path) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = set(re.findall(r"^make ([\w-]+)$|`make ([\w-]+)`", document.read_text(encoding="utf-8"), re.M))
    assert {target for pair in named for target in pair if target} <= targets


def test_contributing_names_every_make_target() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = set(re.findall(r"^\| `make ([\w-]+)`", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.M))
    assert targets - named == {"help", "clean"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_keys_that_documents_name_exist(document: Path) -> None:
    known = {part for key in model_keys() for part in (key, key.rpartition(".")[0])}
    known |= {"kpis.<name>.role", "report.catalogue"}
    not_yet = README.partition("## What it does not do yet")[2]
    text = document.read_text(encoding="utf-8").replace(not_yet, "")
    sections = "|".join(Config.model_fields)
    named = set(re.findall(rf"`((?:{sections})\.[\w.<>]+)`", text))
    assert {key for key in named if key not in known and not key.endswith(("[]", ".py", ".yaml", ".json"))} == set()
