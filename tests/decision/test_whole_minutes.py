"""Times recorded in whole minutes: a quantile can only be one of them, and the interval knows it."""

import numpy as np
import pytest
from pilots import contacts, write_pilot
from scipy.special import ndtri

from pilot_analysis import load_config, review

N = 320
# Log-normal times at even ranks, dealt out to the agents so that each has all of them; medians of 200 s and 220 s.
SHAPE = np.exp(ndtri((np.random.default_rng(1).permutation(N) + 0.5) / N))


def median(folder, step):
    seconds = np.concatenate([200 * SHAPE, 220 * SHAPE])
    if step:
        seconds = np.maximum(np.round(seconds / step) * step, 1)
    folder.mkdir(exist_ok=True)
    log = contacts(response_seconds=seconds, first_response_at=None, channel=None)
    keys = {"design__adjust_for": [], "design__segments": []}
    return next(
        k for k in review(load_config(write_pilot(folder, log, **keys))).to_dict()["kpis"] if k["id"] == "response_time"
    )


def test_as_they_were(tmp_path):
    found = median(tmp_path, 0)
    assert found["effect"]["estimate"] == pytest.approx(1.1)
    assert found["effect"]["low"] < 1.1 < found["effect"]["high"]


def test_in_whole_minutes_the_interval_still_holds_what_they_were(tmp_path):
    """200 s is recorded as 180 and 220 s as 240: a third longer, by the clock alone."""
    exact, found = median(tmp_path / "seconds", 0), median(tmp_path / "minutes", 60)
    assert (found["baseline"]["value"], found["pilot"]["value"]) == pytest.approx((180, 240))
    for ends in (found["effect"], found["this_team"]):
        assert ends["low"] < 1.1 < ends["high"]
    # in either arm a step of half of log(240 / 120), or of log(300 / 180), its square over 12 (Sheppard)
    steps = (np.log(240 / 120) / 2) ** 2 / 12 + (np.log(300 / 180) / 2) ** 2 / 12
    assert found["se"] ** 2 > steps
    assert found["se"] > 1.2 * exact["se"]
