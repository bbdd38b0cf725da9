"""Arms by who had a contact last are no arms: on real incidents, and on 640 contacts counted by hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pilots import LENIENT, contacts, write_pilot

from pilot_analysis import load_config, review

DESK = Path(__file__).parents[1] / "configs" / "service_desk" / "pilot.yaml"


def by_group(column: str, **columns: str) -> dict[str, Any]:
    """Group 70 against the rest, by one column of the real log."""
    arm = {"column": "team", "baseline": "rest", "pilot": [70]}
    mapped = {"team": column, "reassigned": "reassignment_count", **columns}
    overrides = {f"data.columns.{name}": source for name, source in mapped.items()}
    return review(load_config(DESK, {"data.arm": arm, "kpis.fcr.measure": "flag", **overrides})).to_dict()


def leakage(found: dict[str, Any]) -> dict[str, Any] | None:
    return next((c for c in found["checks"] if c["id"] == "leakage"), None)


def crude_gap(found: dict[str, Any]) -> float:
    crude = next(k for k in found["kpis"] if k["id"] == "fcr")["crude"]
    return float(crude["pilot"] - crude["baseline"])


def test_the_final_group_makes_five_times_the_gap_and_is_refused_as_an_arm() -> None:
    """The gaps are those that pandas finds in the log."""
    log = pd.read_csv(DESK.parent / "incidents.csv.gz")
    resolved = {c: log.fcr.groupby(log[c] == 70).mean() for c in ("assignment_group", "first_group")}
    gap = {column: shares[True] - shares[False] for column, shares in resolved.items()}
    assert gap == pytest.approx({"assignment_group": 0.400, "first_group": 0.080}, abs=0.0005)
    found = by_group("assignment_group")
    assert crude_gap(found) == pytest.approx(gap["assignment_group"], abs=1e-12)
    check = leakage(found)
    assert check is not None
    assert check["status"] == "fail"
    assert "decided by assignment_group, and 45.7% of the contacts were reassigned" in check["text"]
    assert (found["verdict"], found["rule"]["id"]) == ("adjust", "invalid")


def test_the_first_group_is_an_arm() -> None:
    """Its name says so; with the final group beside it the log shows as well what ended elsewhere."""
    found = by_group("first_group")
    assert crude_gap(found) == pytest.approx(0.080, abs=0.0005)
    assert "first touch" not in (leakage(found) or {"text": ""})["text"]
    both = by_group("first_group", final_team="assignment_group")
    assert crude_gap(both) == crude_gap(found)


def reviewed(folder: Path, reassigned: int, arm: dict[str, Any] | None = None, **columns: Any) -> dict[str, Any]:
    """A sound pilot of 640 contacts, so many of which were passed on once."""
    log = contacts(reassigned=np.arange(640) % 320 < reassigned / 2, **columns)
    log["reassigned"] = log.reassigned.astype(int)
    keys = {f"data__arm__{key}": value for key, value in (arm or {}).items()}
    return review(load_config(write_pilot(folder, log, **LENIENT, **keys))).to_dict()


@pytest.mark.parametrize(("reassigned", "status", "verdict"), [(64, "info", "scale"), (66, "fail", "adjust")])
def test_one_in_ten_is_the_most(tmp_path: Path, reassigned: int, status: str, verdict: str) -> None:
    found = reviewed(tmp_path, reassigned)
    check = leakage(found)
    assert check is not None
    assert (check["status"], found["verdict"]) == (status, verdict)
    assert f"{reassigned / 6.4:.1f}% of the contacts were reassigned" in check["text"]


def test_a_config_can_say_that_it_is_the_first(tmp_path: Path) -> None:
    found = reviewed(tmp_path, 320, {"handler": "first"})
    assert (leakage(found) or {"status": "info"})["status"] == "info"
    assert found["verdict"] == "scale"


def test_a_config_can_say_that_it_is_the_last(tmp_path: Path) -> None:
    check = leakage(reviewed(tmp_path, 320, {"handler": "final"}))
    assert check is not None
    assert check["status"] == "fail"
    assert "who had the contact last, and 50.0% of the contacts were reassigned" in check["text"]


def test_where_the_last_one_is_known_beside_the_first(tmp_path: Path) -> None:
    check = leakage(reviewed(tmp_path, 320, final_team=contacts().team))
    assert check is not None
    assert check["status"] == "info"
    assert "reassigned" not in check["text"]


def test_an_arm_by_the_final_team_without_a_count(tmp_path: Path) -> None:
    """100 of the 640 went from one team to the other."""
    log = contacts().rename(columns={"team": "final_team"})
    keys = {"data__arm__column": "final_team", **LENIENT}
    alone = leakage(review(load_config(write_pilot(tmp_path, log, **keys))).to_dict())
    assert alone is not None
    assert alone["status"] == "warn"
    assert "How many contacts were reassigned cannot be seen from this export" in alone["text"]
    first = log.final_team.to_numpy(dtype=object)
    first[:50], first[320:370] = "Vendor", "In-house"
    check = leakage(review(load_config(write_pilot(tmp_path, log.assign(team=first), **keys))).to_dict())
    assert check is not None
    assert check["status"] == "fail"
    assert "15.6% of the contacts were reassigned" in check["text"]


def test_an_arm_that_is_no_handler(tmp_path: Path) -> None:
    log = contacts().assign(reassigned=1, region=contacts().team)
    found = review(load_config(write_pilot(tmp_path, log, data__arm__column="region", **LENIENT))).to_dict()
    assert (leakage(found) or {"status": "info"})["status"] == "info"
