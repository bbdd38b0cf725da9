"""A row with a weight stands for so many contacts alike: every sum is that of the contacts one by one."""

import numpy as np
import pandas as pd
import pytest
from pilots import write_pilot

from pilot_analysis import load_config, review

NO_REPEATS = {"kpis__fcr": {"measure": "flag"}, "design__segments": []}


def log():
    """Whole contacts and the same counted together; ratings, a flag and a cost of three sizes."""
    rng = np.random.default_rng(8)
    n = 4000
    each = pd.DataFrame(
        {
            "opened_at": pd.Timestamp("2026-03-02 09:00") + pd.to_timedelta(rng.integers(0, 40, n), "D"),
            "team": np.where(rng.random(n) < 0.4, "Vendor", "In-house"),
            "channel": rng.choice(["email", "chat"], n),
            "csat": rng.choice([1.0, 4.0, 5.0, np.nan], n, p=[0.1, 0.2, 0.2, 0.5]),
            "fcr": rng.random(n) < 0.7,
            "cost": rng.choice([1e6, 1e6 + 1, 1e6 + 2.5], n),
        }
    )
    each["agent_id"] = each["team"].str[0] + rng.integers(0, 6, n).astype(str)
    counted = each.groupby(list(each.columns), dropna=False).size().reset_index(name="weight")
    assert len(counted) < 0.95 * n
    return each.assign(contact_id=[f"c{i}" for i in range(n)]), counted


def test_sums_with_weights_are_those_of_the_contacts_one_by_one(tmp_path):
    found = []
    for name, contacts in zip(("each", "counted"), log(), strict=True):
        (tmp_path / name).mkdir()
        found.append(review(load_config(write_pilot(tmp_path / name, contacts, **NO_REPEATS))))
    each, counted = (r.sums for r in found)
    assert counted.clusters == each.clusters
    for name in ("csat", "csat_mean", "fcr", "cost"):
        for field in ("population", "n", "total"):
            assert getattr(counted.measures[name], field) == pytest.approx(getattr(each.measures[name], field))
        assert counted.measures[name].scatter == pytest.approx(each.measures[name].scatter, rel=1e-6, abs=1e-9)
    for one, other in zip(*(r.estimates for r in found), strict=True):
        assert (one.effect is None) == (other.effect is None)
        if one.effect is not None:
            assert other.effect.se == pytest.approx(one.effect.se, rel=1e-6)
            assert other.this_team == pytest.approx(one.this_team, rel=1e-9)


@pytest.mark.parametrize("cluster", ["agent_id", "none"])
def test_counts_by_agent_give_what_the_contacts_give(tmp_path, cluster):
    # what a data warehouse exports: day, arm, cell, agent, satisfied or not, and how many; no contact_id
    each, _ = log()
    rng = np.random.default_rng(9)
    each = each.assign(
        response_seconds=rng.choice([30.0, 60.0, 90.0, 240.0, 900.0], len(each), p=[0.25, 0.3, 0.2, 0.19, 0.06])
    )
    columns = ["opened_at", "team", "agent_id", "channel", "csat", "fcr", "response_seconds"]
    counted = each.groupby(columns, dropna=False).size().reset_index(name="weight")
    assert len(counted) < len(each)
    found = []
    for name, contacts in (("each", each[["contact_id", *columns]]), ("counted", counted)):
        (tmp_path / name).mkdir()
        settings = NO_REPEATS | {"design__cluster": cluster, "design__segments": ["channel"]}
        found.append(review(load_config(write_pilot(tmp_path / name, contacts, **settings))).to_dict())
    for one, other in zip(*(r["kpis"] for r in found), strict=True):
        assert other["state"] == one["state"]
        for part in ("baseline", "pilot", "effect", "benefit", "this_team", "crude", "naive"):
            same(other[part], one[part])
        same(other["influence"], one["influence"])
    measured = {kpi["id"] for kpi in found[0]["kpis"] if kpi["state"] != "not_measured"}
    assert {"csat", "fcr", "response_time", "response_time_p90"} <= measured
    for one, other in zip(*(r["segments"] for r in found), strict=True):
        same(other["benefit"], one["benefit"])
    assert found[1]["pilot"]["contacts"] == found[0]["pilot"]["contacts"]


def same(other, one):
    """Equal but for the rounding of sums."""
    assert (other is None) == (one is None)
    for name, value in (one or {}).items():
        assert other[name] == (pytest.approx(value, rel=1e-9, abs=1e-12) if isinstance(value, float) else value)
