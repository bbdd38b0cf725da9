"""`make bench` times nothing beside a way that answers another question."""

import json
from typing import Any

import pytest
from bench_logs import BARE_REPEAT, FLAG_NAME, OLS_NAME, REPEAT_NAME, SCAN_NAME, TEA_NAME, unlike

CRUDE = {"csat": [0.80, 0.78], "fcr": [0.70, 0.71], "cost_per_contact": [5.0, 5.2], "response": [900.0, 950.0]}
# Intervals of the review: CSAT -4 to 0 points, FCR -1 to 3 points, cost ratio 1.02 to 1.06 of 5.00, which is 0.20 wide.
ADJUSTED = {
    "csat": [0.80, 0.78, -0.04, 0.0],
    "fcr": [0.70, 0.71, -0.01, 0.03],
    "cost_per_contact": [5.0, 5.2, 1.02, 1.06],
}
EFFECTS = {"csat": [-0.021, -0.042, 0.0], "fcr": [0.012, -0.008, 0.032], "cost_per_contact": [0.19, 0.09, 0.29],
           "response": [0.05, 0.0, 0.1]}  # fmt: skip
FOUND: dict[str, Any] = {
    SCAN_NAME: {"crude": CRUDE}, TEA_NAME: {"crude": CRUDE}, OLS_NAME: {"effects": EFFECTS},
    FLAG_NAME: {"crude": CRUDE | {"response_time": [600.0, 610.0]}, "adjusted": ADJUSTED},  # medians, not means
    BARE_REPEAT: {"crude": {"fcr": [0.94, 0.95]}}, REPEAT_NAME: {"crude": CRUDE | {"fcr": [0.94004, 0.95]}},
}  # fmt: skip


def test_the_same_answers_are_compared() -> None:
    assert unlike(FOUND) == []


@pytest.mark.parametrize(
    ("way", "kind", "kpi", "level"),
    [
        (TEA_NAME, "crude", "csat", 0.80001),
        (TEA_NAME, "crude", "response", 900.01),
        (FLAG_NAME, "crude", "fcr", 0.7000001),
        (REPEAT_NAME, "crude", "fcr", 0.9402),
        (OLS_NAME, "effects", "csat", -0.026),
        (OLS_NAME, "effects", "cost_per_contact", 0.16),
    ],
)
def test_another_answer_stops_the_comparison(way: str, kind: str, kpi: str, level: float) -> None:
    found = json.loads(json.dumps(FOUND))  # nothing of it shared
    found[way][kind][kpi][0] = level
    assert [line.partition(":")[0] for line in unlike(found)] == [kpi]


def test_an_interval_of_another_width_stops_it() -> None:
    found = json.loads(json.dumps(FOUND))  # nothing of it shared
    found[OLS_NAME]["effects"]["fcr"] = [0.012, -0.002, 0.026]  # without clusters
    assert len(unlike(found)) == 1
