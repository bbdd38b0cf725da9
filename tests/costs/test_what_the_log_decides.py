"""Rate cards that depend on the log beyond counting: its end, its periods, its gaps, and what it cannot tell."""

import numpy as np
import pytest
from two_months import costs_of, ledger_of, log, pilot

from pilot_analysis.contacts.table import open_contacts
from pilot_analysis.refusal import Refusal

CONTACT = {"kind": "per_contact", "rate": 4.0}
MARCH, APRIL = ({"kind": "invoice", "month": f"2026-0{m}", "amount": 1000.0, "covers": ["per_contact"]} for m in (3, 4))


def amounts(config):
    return [round(line.amount, 2) for line in ledger_of(config).of("pilot")]


def checks(config):
    return {check.id: (check.status, check.text) for check in ledger_of(config).checks}


def test_judged_days_have_their_part_of_an_invoice(tmp_path):
    """Ten days of ramp-up have 100 of March's 310 contacts, so 100 / 310 of its invoice."""
    config = pilot(tmp_path, pilot__ramp_up_days=10, costs__pilot=[CONTACT, MARCH])
    assert amounts(config) == [300 * 4.0, round(1000 * 210 / 310, 2)]


def test_an_invoice_for_a_month_that_is_not_over_waits(tmp_path):
    """The log ends on 20 April: 510 contacts. March is invoiced, April's 200 are by the model."""
    config = pilot(tmp_path, log().loc[lambda t: t["opened_at"] < "2026-04-21"], costs__pilot=[CONTACT, MARCH, APRIL])
    assert amounts(config) == [200 * 4.0, 1000.0, 0.0]


def test_an_invoice_makes_each_of_its_contacts_dearer_in_proportion(tmp_path):
    """March: 31 urgent contacts at 6.00 and 279 at 4.00 are 1,302.00; the invoice of 1,432.20 is 10% more."""
    rush = {"kind": "surcharge", "when": "rush", "rate": 2.0, "column": "priority", "values": "urgent"}
    both = {**MARCH, "amount": 1432.20, "covers": ["per_contact", "surcharge"]}
    config = pilot(tmp_path, costs__pilot=[CONTACT, rush, both])
    ledger, costs = costs_of(config, open_contacts(config))
    found = costs.loc[costs["side"] == "pilot", "v_cost"].round(6).value_counts().to_dict()
    assert found == {4.4: 279, 6.6: 31, 4.0: 270, 6.0: 30}
    assert ledger.of("pilot")[2].fee is False  # it is no fee alone


@pytest.mark.parametrize(("amount", "status"), [(1240, "pass"), (1264, "pass"), (1266, "warn"), (1214, "warn")])
def test_a_gap_of_more_than_two_per_cent_is_a_warning(tmp_path, amount, status):
    """March by the model: 310 x 4.00 = 1,240.00, give or take 24.80."""
    found = checks(pilot(tmp_path, costs__pilot=[CONTACT, {**MARCH, "amount": amount}]))
    assert found["invoice"][0] == status
    assert "€1,240.00" in found["invoice"][1]


def test_an_invoice_in_another_currency(tmp_path):
    dollars = {**MARCH, "currency": "USD", "exchange_rate": 0.9}
    config = pilot(tmp_path, costs__pilot=[CONTACT, dollars])
    assert amounts(config) == [1200.0, 900.0]


@pytest.mark.parametrize(("bad", "paid"), [(3, 0.0), (30, -61.0)])
def test_a_malus_is_taken_from_the_fees(tmp_path, bad, paid):
    """2,440.00 of fees; below 80% satisfied 2.5% of them are not paid."""
    rows = log().assign(csat=lambda t: np.where(t.index % 100 < bad, 1, 5))
    malus = {"kind": "bonus_malus", "kpi": "csat", "bands": [{"below": 0.8, "share": -0.025}]}
    assert amounts(pilot(tmp_path, rows, costs__pilot=[CONTACT, malus])) == [2440.0, paid]


def test_a_bonus_on_what_the_log_does_not_show_is_a_warning(tmp_path):
    bonus = {"kind": "bonus_malus", "kpi": "qa_score", "bands": [{"at_least": 90, "share": 0.05}]}
    config = pilot(tmp_path, costs__pilot=[CONTACT, bonus])
    assert amounts(config) == [2440.0, 0.0]
    status, text = checks(config)["bonus"]
    assert status == "warn"
    assert "qa_score" in text


def test_a_bonus_on_the_median_response_time_counts_the_unanswered_as_late(tmp_path):
    """Four in ten answered within a minute, the others never: the median contact has no answer."""
    first = log()["opened_at"] + np.timedelta64(40, "s")
    rows = log().assign(first_response_at=first.where(np.arange(2 * 610) % 10 < 4), resolved_at=None)
    bands = [{"below": 60, "share": 0.1}, {"at_least": 3600, "share": -0.1}]
    malus = {"kind": "bonus_malus", "kpi": "response_time", "bands": bands}
    assert amounts(pilot(tmp_path, rows, costs__pilot=[CONTACT, malus])) == [2440.0, -244.0]


def test_a_share_of_fees_in_another_currency_is_in_that_currency(tmp_path):
    dollars = CONTACT | {"currency": "USD", "exchange_rate": 0.5}
    rise, day = {"kind": "escalator", "share": 0.1, "from": "2026-03-01"}, {"kind": "fixed", "rate": 1.0, "per": "day"}
    weekend = {"kind": "surcharge", "when": "weekend", "share": 0.5}
    lines = ledger_of(pilot(tmp_path, costs__pilot=[dollars, rise, weekend, {**day, "fee": False}])).of("pilot")
    assert [line.amount for line in lines] == pytest.approx([1220.0, 122.0, 170.0, 61.0])
    assert [(line.currency, line.exchange_rate) for line in lines] == [("USD", 0.5)] * 3 + [("EUR", 1.0)]


def test_an_arm_without_any_handle_time_has_no_line(tmp_path):
    rows = log().assign(handle_seconds=lambda t: t["handle_seconds"].where(t["team"] == "In-house"))
    hours = [{"kind": "per_hour", "rate": 30.0}]
    ledger = ledger_of(pilot(tmp_path, rows, costs__baseline=hours, costs__pilot=hours))
    assert [(line.arm, line.amount) for line in ledger.lines] == [("baseline", pytest.approx(1830.0))]


def test_a_commission_is_on_numbers_however_they_are_written(tmp_path):
    """3.50, 100, -2 (a refund), 1,000 as 1e3 and nothing, 122 each, are 1,101.50; 10% of 122 times that."""
    rows = log().assign(order_value=np.resize([" 3.50", "100", "-2", "1e3", ""], 1220))
    config = pilot(tmp_path, rows, costs__pilot=[{"kind": "commission", "share": 0.1, "column": "order_value"}])
    assert amounts(config) == [13438.3]


def test_aggregated_rows_count_by_their_weight(tmp_path):
    """Every other row left out, the rest standing for two."""
    rows = log().iloc[::2].assign(weight=2).drop(columns="contact_id")
    card = [CONTACT, {"kind": "per_minute", "rate": 0.5}, {"kind": "fixed", "rate": 100.0}]
    assert amounts(pilot(tmp_path, rows, costs__pilot=card)) == [2440.0, 1830.0, 200.0]


def test_contacts_before_the_pilot_are_paid_as_in_house_for_their_own_days(tmp_path):
    """March is the baseline of an April pilot: 310 contacts and a month in-house, 300 and a month at the vendor."""
    config = pilot(
        tmp_path, log().assign(team=lambda t: np.where(t["opened_at"] < "2026-04-01", "In-house", "Vendor")),
        pilot__start="2026-04-01", design__comparison="before_after",
        design__baseline_period={"start": "2026-03-01", "end": "2026-03-31"},
        costs__baseline=[{"kind": "fixed", "rate": 620.0}], costs__pilot=[CONTACT],
    )  # fmt: skip
    ledger = ledger_of(config)
    # the log has both arms' contacts of each month under one name
    assert ledger.contacts == {"baseline": 620, "pilot": 600}
    assert ledger.days == {"baseline": 31, "pilot": 30}
    assert [(line.amount, line.per_contact) for line in ledger.lines] == [(620.0, 1.0), (2400.0, 4.0)]


def test_left_out_days_are_not_paid_for_in_the_comparison(tmp_path):
    """Ten days of April left out: 20 / 30 of its month."""
    out = {"start": "2026-04-01", "end": "2026-04-10"}
    config = pilot(tmp_path, design__exclude_dates=[out], costs__pilot=[{"kind": "fixed", "rate": 300.0}])
    assert ledger_of(config).contacts["pilot"] == 510
    assert amounts(config) == [500.0]


def test_after_hours_go_by_the_pilots_clock(tmp_path):
    """07:30 in Berlin is 06:30 or 05:30 in UTC; a log written in UTC tells the same surcharges."""
    night = [{"kind": "surcharge", "when": "after_hours", "rate": 1.0, "hours": {"from": "07:45", "to": "18:00"}}]
    rows = log()
    utc = rows["opened_at"].dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert amounts(pilot(tmp_path, rows.assign(opened_at=utc), costs__pilot=night)) == [44.0]


def refused(config):
    with pytest.raises(Refusal) as found:
        ledger_of(config)
    return found.value


def test_what_the_log_cannot_tell_is_refused_at_its_place(tmp_path):
    agents = [CONTACT, {"kind": "per_agent_month", "rate": 900.0}]
    found = refused(pilot(tmp_path, log().drop(columns="agent_id"), costs__pilot=agents))
    assert found.key == "costs.pilot.1.agents"
    assert found.line
    sales = [{"kind": "commission", "share": 0.1, "column": "order_value"}]
    found = refused(pilot(tmp_path, log().assign(order_value="n/a yet"), costs__pilot=sales))
    assert (found.key, found.found) == ("costs.pilot.0.column", "n/a yet")
    found = refused(pilot(tmp_path, costs__pilot=[{"kind": "per_result", "rate": 1.0, "column": "outcom"}]))
    assert (found.key, found.nearest) == ("costs.pilot.0.column", "outcome")
    night = [{"kind": "surcharge", "when": "after_hours", "rate": 1.0}]
    dates = log().assign(opened_at=lambda t: t["opened_at"].dt.strftime("%Y-%m-%d"))
    assert refused(pilot(tmp_path, dates, costs__pilot=night)).key == "costs.pilot.0.when"


@pytest.mark.parametrize(
    ("values", "results"),
    [({"outcome": ["yes", "no"]}, 305), ({"outcome": ["1", "0"]}, 305), ({"outcome": ["sold", ""]}, 305),
     ({"reopened": ["true", "false"]}, 305)],
)  # fmt: skip
def test_a_result_is_what_is_filled_and_not_no(tmp_path, values, results):
    ((column, (yes, no)),) = values.items()
    rows = log().assign(**{column: np.where(np.arange(1220) % 2 == 0, yes, no)})
    assert amounts(pilot(tmp_path, rows, costs__pilot=[{"kind": "per_result", "rate": 1.0, "column": column}])) == [
        results
    ]


def test_minutes_of_talk_are_nothing_where_nobody_talked(tmp_path):
    rows = log().assign(talk_seconds=lambda t: t["talk_seconds"].where(t["channel"] == "chat"))
    config = pilot(tmp_path, rows, costs__pilot=[{"kind": "per_minute", "rate": 1.0, "of": "talk"}])
    ledger, costs = costs_of(config, open_contacts(config))
    assert ledger.total("pilot") == pytest.approx(305 * 4.5)
    assert set(costs.loc[costs["side"] == "pilot", "v_cost"]) == {0.0, 4.5}
