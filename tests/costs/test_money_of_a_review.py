"""The money of a whole review, on a log whose costs can be added up by hand."""

import pytest
from pilots import contacts
from test_cost_stories import HIDDEN, IN_HOUSE, kpi, reviewed


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """In-house 6.00; a fee of 4.30 with transfer .60, quality .55 and odd hours .25; 320 contacts in 40 days."""
    keys = {
        "costs__baseline": IN_HOUSE, "costs__pilot": HIDDEN, "kpis__cost_per_contact__minimum_saving": 0.10,
        "costs__value_of_point": {"fcr": 1000.0, "because": "churn"},
    }  # fmt: skip
    return reviewed(tmp_path_factory.mktemp("hidden"), contacts(cost=None), **keys)


def test_the_first_year_with_a_buffer_on_the_fee_alone(found):
    first = {one["buffer"]: one for one in found["cost"]["first_year"]}
    assert first[0.15]["per_contact"] == pytest.approx(6.345)
    # 8 contacts a day, 2,920 a year, .345 more spent on each
    assert first[0.15]["saving"]["estimate"] == pytest.approx(-0.345 * 2920)
    assert found["cost"]["saving_per_year"]["estimate"] == pytest.approx(0.30 * 2920)


def test_the_lever_the_action_and_the_table_name_one_fee(found):
    fees = {(one["by"], one["saving"], one["buffer"]): one["fee"] for one in found["cost"]["break_even"]}
    assert [fees["contact", 0.0, 0.0], fees["contact", 0.1, 0.0]] == pytest.approx([4.60, 4.00])
    assert [fees["contact", 0.0, 0.15], fees["contact", 0.1, 0.15]] == pytest.approx([4.00, 3.4783], abs=5e-5)
    assert found["actions"][0]["code"] == "renegotiate"
    lever = next(lever for lever in found["levers"] if lever["code"] == "renegotiate")
    # surcharges differ from contact to contact: the whole interval has to clear the hurdle, 5.40 / 5.70 of its high end
    high = kpi(found, "cost_per_contact")["effect"]["high"]
    assert fees["interval", 0.1, 0.0] == pytest.approx(5.40 * 0.95 / high - 1.40)
    assert found["actions"][0]["value"] == lever["value"] == pytest.approx(fees["interval", 0.1, 0.0], abs=1e-4)
    assert 3.9 < lever["value"] < 4.0


def test_the_bridges_end_at_the_kpis(found):
    for of in ("contact", "resolution"):
        steps, value = found["cost"]["bridge"][f"per_{of}"], kpi(found, f"cost_per_{of}")
        totals = {step["code"]: step["amount"] for step in steps if step["is_total"]}
        assert totals["in_house"] == value["baseline"]["value"]
        assert totals["pilot"] == value["pilot"]["value"]
        between = steps[[step["code"] for step in steps].index("in_house") + 1 : -1]
        change = totals["pilot"] - totals["in_house"]
        assert sum(step["amount"] for step in between) == pytest.approx(change, abs=1e-9)


def test_what_was_paid_once_is_paid_back(found):
    """17,856 over .90 on 8 * 365 / 12 contacts a month."""
    assert found["cost"]["one_off"]["total"] == 17856
    assert found["cost"]["one_off"]["payback_months"] == pytest.approx(17856 / (0.90 * 8 * 365 / 12))


def test_what_a_point_is_worth_moves_no_money(found, tmp_path):
    plain = reviewed(
        tmp_path, contacts(cost=None), costs__baseline=IN_HOUSE, costs__pilot=HIDDEN,
        kpis__cost_per_contact__minimum_saving=0.10,
    )  # fmt: skip
    assert [one["kpi"] for one in found["cost"]["worth"]] == ["fcr"]
    apart = ("worth", "worth_because", "components")
    assert {k: v for k, v in plain["cost"].items() if k not in apart} == {
        k: v for k, v in found["cost"].items() if k not in apart
    }
    assert (plain["verdict"], plain["rule"]) == (found["verdict"], found["rule"])
