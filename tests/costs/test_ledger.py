"""The ledger: what each component came to, and that it is the cost the KPI is made of."""

import numpy as np
import pytest
from pilots import contacts, write_pilot

from pilot_analysis import load_config, review

# 320 contacts of six minutes in each arm, over the 40 days of the pilot.
SIX_MINUTES = contacts(cost=None).assign(handle_seconds=360.0)


def ledger_of(folder, log, **keys):
    return review(load_config(write_pilot(folder, log, **keys))).ledger


def test_lines_of_both_arms_in_the_order_of_the_config(tmp_path):
    ledger = ledger_of(
        tmp_path, SIX_MINUTES,
        costs__baseline=[{"kind": "per_hour", "rate": 30.0, "occupancy": 0.75, "shrinkage": 0.2}],
        costs__pilot=[{"kind": "per_contact", "rate": 2.5}, {"kind": "per_minute", "rate": 0.2}],
    )  # fmt: skip
    assert ledger.contacts == {"baseline": 320, "pilot": 320}
    assert ledger.days == {"baseline": 40, "pilot": 40}
    # 320 x 0.1 h / (0.75 x 0.8) = 53 1/3 hours at 30.00; 320 x 2.50; 320 x 6 minutes at 0.20
    found = [(x.place, x.basis, x.quantity, x.rate, x.amount, x.per_contact, x.fee) for x in ledger.lines]
    assert found == [
        ("costs.baseline.0", "hour", pytest.approx(53 + 1 / 3), 30.0, pytest.approx(1600), pytest.approx(5.0), False),
        ("costs.pilot.0", "contact", 320, 2.5, 800, 2.5, True),
        ("costs.pilot.1", "minute", 1920, 0.2, pytest.approx(384), pytest.approx(1.2), True),
    ]
    assert ledger.total("pilot") == pytest.approx(1184)


def test_a_contact_without_handle_time_counts_as_the_others_do(tmp_path):
    log = SIX_MINUTES.assign(handle_seconds=np.where(np.arange(640) % 4 == 0, np.nan, 360.0))
    both = [{"kind": "per_minute", "rate": 0.5}, {"kind": "per_contact", "rate": 1.0}]
    ledger = ledger_of(tmp_path, log, costs__baseline=both, costs__pilot=both)
    assert [line.amount for line in ledger.of("pilot")] == pytest.approx([320 * 3.0, 320 * 1.0])


def test_costs_of_the_log_win_over_the_rate_card_and_are_one_line(tmp_path):
    log = contacts(cost=np.repeat([6.0, 4.0], 320))
    ledger = ledger_of(tmp_path, log, costs__pilot=[{"kind": "per_contact", "rate": 99.0}])
    assert [(x.kind, x.place, x.amount, x.rate) for x in ledger.lines] == [
        ("log", "data.columns.cost", 1920.0, None), ("log", "data.columns.cost", 1280.0, None),
    ]  # fmt: skip


def test_an_arm_whose_cost_is_not_known_has_no_line(tmp_path):
    ledger = ledger_of(tmp_path, contacts(cost=None), costs__pilot=[{"kind": "per_contact", "rate": 4.0}])
    assert [line.arm for line in ledger.lines] == ["pilot"]
    assert ledger_of(tmp_path, contacts(cost=None)).lines == ()


def test_components_of_the_record_name_their_line_and_their_share(tmp_path):
    config = write_pilot(
        tmp_path, SIX_MINUTES, costs__baseline=[{"kind": "per_contact", "rate": 5.0}],
        costs__pilot=[{"kind": "per_contact", "rate": 3.0}, {"kind": "per_minute", "rate": 1 / 6}],
    )  # fmt: skip
    found = review(load_config(config)).to_dict()["cost"]["components"]
    assert [c["share"] for c in found] == pytest.approx([1.0, 0.75, 0.25])
    written = config.read_text().splitlines()
    assert [written[c["line"] - 1].strip() for c in found] == [
        "- kind: per_contact",
        "- kind: per_contact",
        "- kind: per_minute",
    ]
