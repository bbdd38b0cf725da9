"""Crude quantiles are those of a spreadsheet: over all contacts at once, to the digit, whatever the case mix."""

import numpy as np
import pytest
from pilots import contacts, write_pilot

from pilot_analysis import load_config, review


@pytest.mark.parametrize("channels", [["chat", "email"], ["chat", "chat"]], ids=["two channels", "one"])
def test_the_median_of_all_contacts(tmp_path, channels):
    log = contacts()
    n = len(log)
    log["channel"] = np.resize(channels, n)
    log.loc[:4, "channel"] = "fax"  # that only in-house has
    log["response_seconds"] = np.random.default_rng(5).lognormal(6, 1.5, n) * np.where(log.channel == "email", 9, 1)
    log["first_response_at"] = None
    found = review(load_config(write_pilot(tmp_path, log))).to_dict()
    crude = next(kpi for kpi in found["kpis"] if kpi["id"] == "response_time")["crude"]
    medians = log.groupby("team").response_seconds.median()
    assert crude["baseline"] == pytest.approx(medians["In-house"], rel=1e-12)
    assert crude["pilot"] == pytest.approx(medians["Vendor"], rel=1e-12)
    assert crude["estimate"] == pytest.approx(medians["Vendor"] / medians["In-house"], rel=1e-12)
