"""Before/after and difference-in-differences on logs so small that a person can calculate them."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pilots import write_pilot

from pilot_analysis import load_config, review
from pilot_analysis.refusal import Refusal

BEFORE, NOW = "2026-02-0", "2026-03-0"  # five days each
PERIOD = {"start": "2026-02-01", "end": "2026-02-05"}


def cell(region: str, month: str, satisfied: int, cost: float, median: float, agents: str) -> pd.DataFrame:
    """Ten contacts of a region in one period: so many satisfied, costs and times around a middle."""
    opened = pd.to_datetime([f"{month}{1 + i % 5} {9 + i // 5}:00:00" for i in range(10)])
    return pd.DataFrame({
        "contact_id": [f"{region}{month}{i}" for i in range(10)],
        "opened_at": opened,
        "region": region,
        "agent_id": [f"{agents}{i % 3}" for i in range(10)],
        "customer_id": [f"{region}{month}{i}" for i in range(10)],
        "category": "billing",
        "csat": [5] * satisfied + [2] * (10 - satisfied),
        "cost": [cost - 1 + 2 * (i % 2) for i in range(10)],
        "response_seconds": [median * factor for factor in (0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.4, 1.5)],
    })  # fmt: skip


def log() -> pd.DataFrame:
    """Two regions; the vendor takes South in March."""
    return pd.concat([
        cell("North", BEFORE, 6, 4.0, 100, "n"), cell("South", BEFORE, 5, 5.0, 200, "s"),
        cell("North", NOW, 8, 6.0, 50, "n"), cell("South", NOW, 9, 6.0, 80, "v"),
    ], ignore_index=True)  # fmt: skip


def keys(comparison: str, **more: Any) -> dict[str, Any]:
    return {
        "pilot__start": "2026-03-01", "pilot__end": "2026-03-05",
        "data__arm": {"column": "region", "baseline": ["North"], "pilot": ["South"]},
        "design": {"comparison": comparison, "adjust_for": [], "baseline_period": PERIOD}, **more,
    }  # fmt: skip


def found(folder: Path, rows: pd.DataFrame, comparison: str, **more: Any) -> dict[str, Any]:
    return review(load_config(write_pilot(folder, rows, **keys(comparison, **more)))).to_dict()


def kpi(content: dict[str, Any], name: str) -> dict[str, Any]:
    return next(k for k in content["kpis"] if k["id"] == name)


def check(content: dict[str, Any], name: str) -> dict[str, Any]:
    return next(c for c in content["checks"] if c["id"] == name)


def effect(content: dict[str, Any], name: str) -> tuple[float, float, float]:
    """What the pilot is held against, the pilot, and the effect."""
    one = kpi(content, name)
    return one["baseline"]["value"], one["pilot"]["value"], one["effect"]["estimate"]


def test_difference_in_differences_by_hand(tmp_path: Path) -> None:
    content = found(tmp_path, log(), "difference_in_differences")
    # 9/10 - 5/10 in South, less 8/10 - 6/10 in North
    assert effect(content, "csat") == pytest.approx((0.7, 0.9, 0.2))
    # South cost 5 and North rose from 4 to 6: 7.50 were to be expected
    assert effect(content, "cost_per_contact") == pytest.approx((7.5, 6.0, 0.8))
    # North halved its median: 100 s were to be expected of South's 200 s
    assert effect(content, "response_time") == pytest.approx((100, 80, 0.8))
    groups = {g["group"]: (round(g["value"], 9), g["n"], g["clusters"]) for g in kpi(content, "csat")["groups"]}
    assert groups == {
        "baseline": (0.8, 10, 3), "pilot": (0.9, 10, 3), "baseline_before": (0.6, 10, 3), "pilot_before": (0.5, 10, 3),
    }  # fmt: skip
    assert kpi(content, "csat")["crude"] == pytest.approx({"baseline": 0.7, "pilot": 0.9, "estimate": 0.2})
    assert content["evidence_grade"] == "C"
    assert "less the change in-house" in content["evidence"]


def test_before_after_of_a_region_that_was_there_before(tmp_path: Path) -> None:
    content = found(tmp_path, log(), "before_after")
    assert effect(content, "csat") == pytest.approx((0.5, 0.9, 0.4))
    assert effect(content, "cost_per_contact") == pytest.approx((5.0, 6.0, 1.2))
    assert effect(content, "response_time") == pytest.approx((200, 80, 0.4))
    assert content["pilot"]["before"] == "pilot"
    assert content["evidence_grade"] == "D"
    assert any("own arm" in sentence for sentence in content["assumptions"])
    assert any("season" in sentence for sentence in content["assumptions"])


def test_before_after_of_a_team_that_was_not_there_before(tmp_path: Path) -> None:
    rows = log()
    rows.loc[(rows.region == "South") & (rows.opened_at < "2026-03-01"), "region"] = "North"
    content = found(tmp_path, rows, "before_after")
    # all twenty contacts of February: 11 satisfied
    assert effect(content, "csat") == pytest.approx((0.55, 0.9, 0.35))
    assert content["pilot"]["before"] == "baseline"
    assert content["pilot"]["contacts"] == {"baseline": 20, "pilot": 10}


def test_a_handful_of_trials_before_the_pilot_is_no_arm_of_its_own(tmp_path: Path) -> None:
    """One contact in five days, where the pilot has ten times as many and more: tools were tried."""
    rows = pd.concat([log(), *(cell("South", NOW, 9, 6.0, 80, "v").assign(contact_id=lambda f, k=k: f.contact_id + k)
                               for k in "ab")])  # fmt: skip
    before = (rows.region == "South") & (rows.opened_at < "2026-03-01")
    rows = rows[~before | (rows.contact_id == "South2026-02-00")]
    assert found(tmp_path, rows, "before_after")["pilot"]["before"] == "baseline"


def test_difference_in_differences_needs_an_arm_that_both_periods_know(tmp_path: Path) -> None:
    rows = log()[lambda f: (f.region == "North") | (f.opened_at >= "2026-03-01")]
    with pytest.raises(Refusal) as refused:
        found(tmp_path, rows, "difference_in_differences")
    assert refused.value.key == "data.arm.pilot"
    for word in ("queue", "before_after", "concurrent"):
        assert word in str(refused.value.allowed)


@pytest.mark.parametrize("comparison", ["before_after", "difference_in_differences"])
def test_a_baseline_period_without_contacts(tmp_path: Path, comparison: str) -> None:
    with pytest.raises(Refusal) as refused:
        found(tmp_path, log(), comparison, design={"comparison": comparison, "adjust_for": [], "baseline_period": {
            "start": "2026-01-01", "end": "2026-01-31"}})  # fmt: skip
    assert refused.value.key == "design.baseline_period"


@pytest.mark.parametrize(("comparison", "phase"), [("before_after", "final"), ("difference_in_differences", "interim")])
def test_only_arms_that_are_compared_in_the_pilot_s_days_must_reach_its_end(
    tmp_path: Path, comparison: str, phase: str
) -> None:
    rows = log()[lambda f: (f.region == "South") | (f.opened_at < "2026-03-04")]
    assert found(tmp_path, rows, comparison)["phase"] == phase


def test_days_left_out_are_left_out_in_every_group(tmp_path: Path) -> None:
    """Without the third day of March and of February each group has eight contacts, two of them of each other day."""
    design = {"comparison": "difference_in_differences", "adjust_for": [], "baseline_period": PERIOD,
              "exclude_dates": ["2026-03-03", {"start": "2026-02-03", "end": "2026-02-03"}]}  # fmt: skip
    content = found(tmp_path, log(), "difference_in_differences", design=design)
    # contacts 2 and 7 are of the third day; number 2 is satisfied everywhere, number 7 in both regions in March
    assert effect(content, "csat") == pytest.approx((4 / 8 + 6 / 8 - 5 / 8, 7 / 8, 7 / 8 - 4 / 8 - (6 / 8 - 5 / 8)))
    assert {g["n"] for g in kpi(content, "csat")["groups"]} == {8}
    assert check(content, "excluded_dates")["status"] == "info"
    assert check(content, "excluded_dates")["text"].startswith("8 contacts")
    assert any("3 Mar" in sentence for sentence in content["assumptions"])


def test_a_repeat_on_a_day_that_was_left_out_is_a_repeat(tmp_path: Path) -> None:
    """The customer of 2 March comes back on the 3rd, which is left out; and the baseline is followed into the pilot."""
    rows = log()
    again = rows[rows.contact_id.isin([f"South{NOW}1", f"South{BEFORE}4"])].copy()
    again["opened_at"] = pd.to_datetime(["2026-03-03 20:00", "2026-02-06 20:00"][: len(again)][::-1])
    again["contact_id"] += " again"
    late = cell("North", "2026-03-1", 5, 6.0, 50, "n").assign(opened_at=pd.Timestamp("2026-03-20 12:00"))
    rows = pd.concat([rows, again, late, late.assign(region="South", contact_id=lambda f: f.contact_id + "S")])
    early = cell("North", "2026-01-1", 5, 6.0, 50, "n").assign(opened_at=pd.Timestamp("2026-01-20 12:00"))
    rows = pd.concat([rows, early])
    design = {"comparison": "difference_in_differences", "adjust_for": [], "baseline_period": PERIOD,
              "exclude_dates": ["2026-03-03"]}  # fmt: skip
    content = found(tmp_path, rows, "difference_in_differences", design=design,
                    kpis={"fcr": {"measure": "repeat_contact", "window_days": 3}})  # fmt: skip
    groups = {g["group"]: g["value"] for g in kpi(content, "fcr")["groups"]} or kpi(content, "fcr")["why"]
    assert groups == pytest.approx(
        {"baseline": 1.0, "pilot": 7 / 8, "baseline_before": 1.0, "pilot_before": 9 / 10}
    )  # fmt: skip
