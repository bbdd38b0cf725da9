"""Contacts without a counterpart, and the crude comparison beside the adjusted."""

import pytest
from invented import estimate
from pilots import contacts, write_pilot

from pilot_analysis import load_config, review
from pilot_analysis.decision.checks import _simpson
from pilot_analysis.decision.variants import without_case_mix


def test_contacts_without_a_counterpart_are_named_in_the_check(tmp_path) -> None:
    log = contacts()
    only = (log["team"] == "Vendor") & (log.index % 16 == 0)
    log.loc[only, "channel"] = "social"
    found = review(load_config(write_pilot(tmp_path, log))).to_dict()
    check = next(c for c in found["checks"] if c["id"] == "overlap")
    assert check["status"] == "warn"
    assert f"social ({only.sum()})" in check["text"]
    cost = next(one for one in found["case_mix"]["uncompared"] if one["kpi"] == "cost_per_contact")
    assert (cost["contacts"], cost["cells"]) == (only.sum(), [{"cell": "social", "contacts": only.sum()}])


@pytest.mark.parametrize(
    ("crude", "adjusted", "status"),
    [
        (0.01, -0.10, "warn"),  # Simpson: better at a glance, harm on the same mix
        (0.012, -0.001, "warn"),  # another sign and outside the interval of 1.2 points, other state
        (0.002, -0.002, "info"),  # another sign, by no more than chance
        (0.002, 0.004, "pass"),
    ],
)
def test_crude_and_adjusted_in_sign_and_state(crude: float, adjusted: float, status: str) -> None:
    csat = estimate("csat", adjusted, 0.006)
    found = _simpson([csat], {"csat": [without_case_mix(estimate("csat", crude, 0.006))]})
    assert found.status == status
    assert ("customer satisfaction" in found.text) == (status != "pass")


def test_the_crude_result_is_named_as_the_page_names_it() -> None:
    """ "(not shown)" alone read as if a number were hidden."""
    csat = estimate("csat", 0.01, 0.006)
    found = _simpson([csat], {"csat": [without_case_mix(estimate("csat", -0.025, 0.006))]})
    assert (
        "customer satisfaction −2.5 points crude (result “not shown”), +1.0 points adjusted (result “held”)"
        in found.text
    )
