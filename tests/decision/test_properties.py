"""What must not matter does not: the order of rows, names, and the units in which money and time are counted."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pilots import LENIENT, contacts, write_pilot

from pilot_analysis.config.loader import load_config
from pilot_analysis.review import review

KEYS = {
    **LENIENT, "design__adjust_for": ["channel", "category"], "design__segments": ["channel", "category"],
    "kpis__response_time__within_seconds": {"email": 600, "chat": 300},
}  # fmt: skip
# Margins that these few contacts cannot show: another rule decides.
STRICT = {"kpis__csat__margin": 0.03, "kpis__fcr__margin": 0.03}


def log() -> pd.DataFrame:
    """Both arms with agents of unlike quality and mix, so that nothing is equal by accident."""
    rows = contacts()
    agent = rows.agent_id.str[-1].astype(int)
    rng = np.random.default_rng(20)
    rows["csat"] = rows.csat.where(rng.random(len(rows)) > 0.05 * agent, 1.0).where(rows.csat.notna())
    rows["category"] = np.where(rng.random(len(rows)) < 0.1 + 0.05 * agent, "billing", "delivery")
    rows["cost"] = (rows.cost * (1 + 0.02 * agent)).round(2)
    return rows


def reviewed(folder: Path, rows: pd.DataFrame, **keys: Any) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    return review(load_config(write_pilot(folder, rows, **(KEYS | keys)))).to_dict()


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The review of the log as it is, by whether limits are strict."""
    return cache(lambda strict: reviewed(tmp_path_factory.mktemp("original"), log(), **(STRICT if strict else {})))


def decided(found: dict[str, Any]) -> list[Any]:
    return [found["verdict"], found["rule"]["id"], [(r["id"], r["outcome"]) for r in found["rules"]],
            [(c["id"], c["status"]) for c in found["checks"]], [a["code"] for a in found["actions"]]]  # fmt: skip


def states(found: dict[str, Any]) -> dict[Any, str]:
    parts = {(s["by"], s["value"], s["kpi"]): s["state"] for s in found["segments"]}
    return parts | {kpi["id"]: kpi["state"] for kpi in found["kpis"]}


def numbers(found: dict[str, Any], *, se: bool = True) -> dict[Any, float]:
    """Arms and benefits of all KPIs and segments; with `se` also intervals and p-values."""
    ends = ("estimate", "low", "high") if se else ("estimate",)
    flat: dict[Any, Any] = {}
    for kpi in found["kpis"]:
        flat |= {(kpi["id"], arm): kpi[arm]["value"] for arm in ("baseline", "pilot")}
        flat |= {(kpi["id"], end): kpi["benefit"][end] for end in ends}
        flat |= {(kpi["id"], p): kpi[p] for p in ("p_superior", "p_noninferior", "df") if se}
    for s in found["segments"]:
        key = (s["by"], s["value"], s["kpi"])
        flat |= {(*key, arm): s[arm] for arm in ("baseline", "pilot")}
        flat |= {(*key, end): s["benefit"][end] for end in ends}
        flat |= {(*key, "shrunk", end): s["shrunk"][end] for end in ends if se and s["shrunk"]}
        if se:
            flat[*key, "p"] = s["p_harm_holm"]
    return {key: value for key, value in flat.items() if value is not None}


def same(found: dict[str, Any], other: dict[str, Any], **options: Any) -> None:
    assert decided(found) == decided(other)
    assert states(found) == states(other)
    assert numbers(found, **options) == pytest.approx(numbers(other, **options), rel=1e-7, abs=1e-9)


def renamed(found: dict[str, Any], column: str, names: dict[str, str]) -> dict[str, Any]:
    """A review with the values of a segment column called otherwise."""
    parts = [s | {"value": names.get(s["value"], s["value"])} if s["by"] == column else s for s in found["segments"]]
    return found | {"segments": parts}


@pytest.mark.parametrize("strict", [False, True])
def test_the_limits_decide_differently_here(original: Any, strict: bool) -> None:
    found = original(strict)
    assert found["rule"]["id"] == ("guardrail_unproven" if strict else "all_met")
    assert len(numbers(found)) > 100


@pytest.mark.parametrize("seed", [1, 2])
def test_order_of_rows(tmp_path: Path, original: Any, seed: int) -> None:
    found = reviewed(tmp_path, log().sample(frac=1, random_state=seed))
    same(found, original(False))
    assert found["stability"] == original(False)["stability"]
    assert found["levers"] == original(False)["levers"]
    assert found["mix"] == original(False)["mix"]


@pytest.mark.parametrize("strict", [False, True])
def test_names_and_order_of_agents_and_customers(tmp_path: Path, original: Any, strict: bool) -> None:
    """Turned round: who came first in the alphabet comes last."""
    rows = log()
    for column in ("agent_id", "customer_id"):
        names = sorted(rows[column].unique())
        rows[column] = rows[column].map({name: f"x{i:04d}" for i, name in enumerate(reversed(names))})
    same(reviewed(tmp_path, rows, **(STRICT if strict else {})), original(strict))


@pytest.mark.parametrize(
    ("column", "names"),
    [("category", {"billing": "z last", "delivery": "a first"}), ("channel", {"chat": "zz", "email": "Älteste Post"})],
)
def test_names_and_order_of_categories_and_channels(
    tmp_path: Path, original: Any, column: str, names: dict[str, str]
) -> None:
    rows = log()
    rows[column] = rows[column].map(names)
    within = {"kpis__response_time__within_seconds": {"zz": 300, "Älteste Post": 600}} if column == "channel" else {}
    same(reviewed(tmp_path, rows, **within), renamed(original(False), column, names))


def test_names_of_the_arms_and_their_order(tmp_path: Path, original: Any) -> None:
    rows = log()
    rows["team"] = rows.team.map({"In-house": "zebra", "Vendor": "aardvark"})
    found = reviewed(tmp_path, rows, data__arm={"column": "team", "baseline": "rest", "pilot": ["aardvark"]})
    same(found, original(False))


@pytest.mark.parametrize("strict", [False, True])
def test_money_in_cents(tmp_path: Path, original: Any, strict: bool) -> None:
    rows = log()
    rows["cost"] *= 100
    found, before = reviewed(tmp_path, rows, **(STRICT if strict else {})), original(strict)
    assert decided(found) == decided(before)
    assert states(found) == states(before)
    for name, value in numbers(found).items():
        money = str(name[-2] if len(name) > 2 else name[0]).startswith("cost") and name[-1] in ("baseline", "pilot")
        assert value == pytest.approx(numbers(before)[name] * (100 if money else 1), rel=1e-7, abs=1e-9), name
    saving = before["cost"]["saving_per_contact"]
    assert found["cost"]["saving_per_contact"] == pytest.approx({k: v * 100 for k, v in saving.items()})


def test_time_in_seconds_or_in_minutes(tmp_path: Path) -> None:
    """Ratios are the same, times 60 times as long; what counts as in time is counted in the same unit.

    Quantiles are exact. Their intervals rest on bins half a per cent wide, whose edges lie elsewhere in another unit.
    """
    rows = log()
    rows["response_seconds"] = (rows.first_response_at - rows.opened_at).dt.total_seconds()
    rows = rows.drop(columns="first_response_at")
    before = reviewed(tmp_path / "seconds", rows)
    rows["response_seconds"] *= 60
    longer = {"kpis__response_time__within_seconds": {"email": 36_000, "chat": 18_000}}
    found = reviewed(tmp_path / "minutes", rows, **longer)
    for one in (before, found):  # answers 60 times as long are no longer those of a chat, and `units` says so
        one["checks"] = [check for check in one["checks"] if check["id"] != "units"]
    assert decided(found) == decided(before)
    assert states(found) == states(before)
    expected = numbers(before)
    for name, value in numbers(found).items():
        is_time = {"response_time", "response_time_p90"} & set(name)
        if is_time and name[-1] in ("baseline", "pilot"):
            assert value == pytest.approx(expected[name] * 60, rel=1e-6), name
        elif is_time and (name[-1] != "estimate" or "shrunk" in name):
            assert value == pytest.approx(expected[name], rel=0.05, abs=0.02), name
        else:
            assert value == pytest.approx(expected[name], rel=1e-6, abs=1e-9), name


def test_segments_that_are_only_shown(tmp_path: Path) -> None:
    """What is looked at beside the case mix changes no KPI: neither its interval nor that of this very team.

    Costs differ by channel, so that contacts vary far less within a channel than within an agent.
    """
    rows = log()
    rows["cost"] = rows.cost.where(rows.channel == "chat", rows.cost * 5)
    alone, beside = (
        reviewed(tmp_path / str(len(shown)), rows, design__adjust_for=[], design__segments=shown)
        for shown in ([], ["channel", "category"])
    )
    assert beside["segments"]
    for one, other in zip(alone["kpis"], beside["kpis"], strict=True):
        for part in ("effect", "this_team"):
            ends = {end: one[part][end] for end in ("low", "high")}
            assert {end: other[part][end] for end in ends} == pytest.approx(ends, rel=1e-9), (one["id"], part)
        assert (other["se"], other["df"]) == pytest.approx((one["se"], one["df"]), rel=1e-9), one["id"]
    assert [lever["code"] for lever in beside["levers"]] == [lever["code"] for lever in alone["levers"]]


@pytest.mark.parametrize("times", [3, 0.5])
def test_weights_of_an_aggregated_log(tmp_path: Path, times: float) -> None:
    """Every row counts as often as every other: no estimate moves, only what is known of it."""
    rows = log().drop(columns=["contact_id", "customer_id"])
    rows["fcr"] = np.arange(len(rows)) % 4 > 0
    rows["weight"] = 2 + np.arange(len(rows)) % 3
    flag = {"kpis__fcr": {"measure": "flag", "margin": 0.4}}
    before = reviewed(tmp_path / "once", rows, **flag)
    rows["weight"] *= times
    found = reviewed(tmp_path / "times", rows, **flag)
    assert len(numbers(before, se=False)) > 60
    assert numbers(found, se=False) == pytest.approx(numbers(before, se=False), rel=1e-7, abs=1e-9)
