"""What a cheap rate hides, through the whole review, on logs whose costs can be added up by hand."""

import numpy as np
import pytest
from pilots import LENIENT, contacts, write_pilot

from pilot_analysis import load_config, review

# 320 contacts an arm from 2 March to 10 April: 30 + 10 days, 30/31 + 10/30 = 121/93 months; 30 business days, whose
# first contact comes before 09:00, and 80 contacts on weekends.
HIDDEN = [
    {"kind": "per_contact", "rate": 4.30},
    # 17,856 / 121 x 121/93 = 192.00, 0.60 a contact
    {"kind": "one_off", "amount": 17856, "amortise_months": 121, "name": "Knowledge transfer"},
    # 40 days x 0.08 hours x 55.00 = 176.00, 0.55 a contact
    {"kind": "own_hours", "hours": 0.08, "per": "day", "rate": 55.0, "name": "Quality reviews"},
    # 30 x 1.00 + 80 x 0.625 = 80.00, 0.25 a contact
    {"kind": "surcharge", "when": "after_hours", "rate": 1.0, "hours": {"from": "09:00", "to": "18:00"}},
    {"kind": "surcharge", "when": "weekend", "rate": 0.625},
]
IN_HOUSE = [{"kind": "per_contact", "rate": 6.0}]


def reviewed(folder, log, **keys):
    return review(load_config(write_pilot(folder, log, **(LENIENT | keys)))).to_dict()


def kpi(found, name):
    return next(k for k in found["kpis"] if k["id"] == name)


def test_a_fee_of_430_is_570_with_what_comes_beside_it(tmp_path):
    keys = {"costs__baseline": IN_HOUSE, "costs__pilot": HIDDEN, "kpis__cost_per_contact__minimum_saving": 0.10}
    found = reviewed(tmp_path, contacts(cost=None), **keys)
    cost = kpi(found, "cost_per_contact")
    assert [cost[arm]["value"] for arm in ("baseline", "pilot")] == pytest.approx([6.00, 5.70])
    assert cost["benefit"]["estimate"] == pytest.approx(0.05)
    # the fee alone would save 28%
    assert (found["verdict"], found["rule"]["id"]) == ("adjust", "goal_unproven")
    assert found["actions"][0]["code"] == "renegotiate"
    lines = [c for c in found["cost"]["components"] if c["arm"] == "pilot"]
    assert [c["amount"] for c in lines] == pytest.approx([1376.0, 192.0, 176.0, 30.0, 50.0])
    assert sum(c["per_contact"] for c in lines if c["fee"]) == pytest.approx(4.30)
    assert [c["name"] for c in lines] == [
        "By the contact", "Knowledge transfer", "Quality reviews", "Surcharge", "Surcharge",
    ]  # fmt: skip


def test_a_price_is_known_exactly_whatever_it_is_made_of(tmp_path):
    """Shared amounts make every contact of an arm cost the same: no interval, and no reason not to scale."""
    shared = [{"kind": "fixed", "rate": 320.0, "per": "pilot"}]
    keys = {"costs__baseline": [*IN_HOUSE, *shared], "costs__pilot": [{"kind": "per_contact", "rate": 4.0}, *shared]}
    found = reviewed(tmp_path, contacts(cost=None), **keys)
    cost = kpi(found, "cost_per_contact")
    assert [cost[arm]["value"] for arm in ("baseline", "pilot")] == pytest.approx([7.0, 5.0])
    assert list(cost["benefit"].values()) == pytest.approx([2 / 7] * 3)
    assert "no sampling error" in cost["method"]
    assert cost["state"] == "superior"
    assert found["verdict"] == "scale"


def test_what_depends_on_the_contact_has_a_sampling_error(tmp_path):
    log = contacts(cost=None).assign(handle_seconds=np.random.default_rng(3).gamma(4, 90, 640).round())
    by_minute = [{"kind": "per_minute", "rate": 1.0}, {"kind": "fixed", "rate": 320.0, "per": "pilot"}]
    cost = kpi(reviewed(tmp_path, log, costs__baseline=IN_HOUSE, costs__pilot=by_minute), "cost_per_contact")
    assert cost["benefit"]["low"] < cost["benefit"]["estimate"] < cost["benefit"]["high"]
    assert "clusters" in cost["method"]


def test_contacts_passed_on_cost_what_the_other_arm_pays(tmp_path):
    """(4.10 + 22% x 5.00) / 64% = 8.125 against 5.00 / 75% = 6.67; 300 contacts an arm up to 8 April."""
    rows = contacts(cost=None).groupby("team", sort=False).head(300).reset_index(drop=True)
    k, vendor = np.arange(600) % 300, rows["team"] == "Vendor"
    log = rows.assign(
        fcr=np.where(vendor, k % 25 < 16, k % 4 < 3),
        final_team=np.where(vendor & (k % 50 < 11), "In-house", rows["team"]),
    )
    found = reviewed(
        tmp_path, log, pilot__end="2026-04-08", kpis__fcr={"measure": "flag", "margin": 0.4},
        costs__baseline=[{"kind": "per_contact", "rate": 3.0}, {"kind": "fixed", "rate": 600.0, "per": "pilot"}],
        costs__pilot=[{"kind": "per_contact", "rate": 3.5}, {"kind": "fixed", "rate": 180.0, "per": "pilot"}],
    )  # fmt: skip
    assert found["phase"] == "final"
    per_contact, per_resolution = (kpi(found, f"cost_per_{of}") for of in ("contact", "resolution"))
    assert [per_contact[arm]["value"] for arm in ("baseline", "pilot")] == pytest.approx([5.00, 4.10])
    assert [per_resolution[arm]["value"] for arm in ("baseline", "pilot")] == pytest.approx([6.67, 8.13], abs=0.05)
    assert found["verdict"] != "scale"
