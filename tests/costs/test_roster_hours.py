"""The hours that a card prices beside those on the roster, by hand."""

import pandas as pd
import pytest
from invented_lines import line
from pilots import contacts, write_log
from test_cost_stories import reviewed

from pilot_analysis.config.rates import Costs
from pilot_analysis.costs.ledger import Ledger
from pilot_analysis.costs.roster_hours import hours_check

CARD = {"baseline": [{"kind": "per_hour", "rate": 30.0, "occupancy": 0.75}]}


def found(paid, hours=900.0, costs=CARD):
    """30 judged days of 40: the roster's hours count for three quarters."""
    lines = (line(6.0, "per_hour", "baseline", quantity=hours),)
    ledger = Ledger(lines, {"baseline": 1_000.0, "pilot": 1_000.0}, {"baseline": 30, "pilot": 30}, "EUR")
    return hours_check(Costs.model_validate(costs), ledger, paid, 40)


@pytest.mark.parametrize(("paid", "status"), [(1_200, "pass"), (1_010, "pass"), (990, "warn"), (1_490, "pass"),
                                              (1_510, "warn")])  # fmt: skip
def test_a_fifth_of_the_hours_paid_is_too_much(paid, status):
    """900 hours are priced: 750 and 1,125 paid in the judged days are 1,000 and 1,500 in the pilot's 40."""
    assert found({"baseline": float(paid)}).status == status


def test_other_hours_have_no_roster():
    assert found({"pilot": 1_200.0}) is None
    assert found({}) is None
    handling = {"baseline": [CARD["baseline"][0] | {"hour": "handling"}]}
    assert found({"baseline": 100.0}, costs=handling) is None


def test_the_roster_of_a_review_is_held_beside_its_card(tmp_path):
    log = contacts(handle_seconds=600.0, cost=None)
    in_house = log[log.team == "In-house"]
    rows = [(agent, team, "2026-03-02", "2026-04-10", 40.0) for agent, team in
            log[["agent_id", "team"]].drop_duplicates().itertuples(index=False)]  # fmt: skip
    write_log(pd.DataFrame(rows, columns=["who", "side", "from", "to", "hours"]), tmp_path / "roster.csv")
    said = {
        check["id"]: check for check in reviewed(
            tmp_path, log,
            data__roster={"path": "roster.csv", "agent": "who", "arm": "side", "start": "from", "end": "to",
                          "paid_hours": "hours"},
            data__arm={"column": "roster_arm", "baseline": ["In-house"], "pilot": ["Vendor"]},
            costs__baseline=CARD["baseline"], costs__pilot=[{"kind": "per_contact", "rate": 5.0}],
        )["checks"]
    }["paid_hours"]  # fmt: skip
    priced, paid = len(in_house) / 6 / 0.75, 40.0 * in_house.agent_id.nunique()
    assert f"{priced:,.0f} hours in the rate card, {paid:,.0f} on the roster" in said["text"]
    assert said["status"] == ("warn" if abs(priced / paid - 1) > 0.2 else "pass")
