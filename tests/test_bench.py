"""`make bench` times nothing beside a way that answers another question."""

import json
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from bench_logs import (
    BARE_REPEAT,
    FLAG_NAME,
    FRAME,
    LOG,
    OLS_NAME,
    REPEAT_NAME,
    SCAN_NAME,
    TEA_NAME,
    Took,
    _took,
    bars,
    unlike,
)

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


def test_a_way_that_the_machine_has_not_the_memory_for_is_left_out_and_a_fault_stops(tmp_path: Path) -> None:
    log = tmp_path / "log.parquet"
    duckdb.execute(LOG.format(rows=300, path=log))
    assert _took(Path(sys.executable), FRAME + "raise MemoryError", log) is None
    with pytest.raises(SystemExit, match="ended with 1"):
        _took(Path(sys.executable), FRAME + "raise KeyError", log)


def test_beyond_ten_million_contacts_a_review_grows_about_as_fast_as_the_log() -> None:
    def took(cpu: float) -> dict[str, Took]:
        names = (SCAN_NAME, FLAG_NAME, BARE_REPEAT, REPEAT_NAME)
        return {name: Took(cpu, cpu, 900.0, (0.0, 0.0), {}) for name in names}

    limits = {what: (found, most) for what, found, most in bars({10**7: took(20.0), 10**8: took(300.0)})}
    assert limits[f"{FLAG_NAME}, times linear"] == (1.5, 1.3)
    assert limits[f"{REPEAT_NAME}, times linear"] == (1.5, 2.5)
