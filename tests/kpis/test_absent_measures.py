"""Measures that the log cannot show: nothing where they have no say, not measured where they have one."""

import pytest
from pilots import LENIENT, command, contacts, write_pilot

from pilot_analysis import load_config, review

# role in the config, what is missing, rule that decides
WITH_A_SAY = [
    ({"kpis__reopen_rate": {"role": "guardrail", "margin": 0.02}}, "reopened", "guardrail_not_measured"),
    ({"kpis__nps": {"role": "goal"}}, "nps", "goal_unproven"),
    ({"kpis__response_within": {"role": "guardrail", "margin": 0.02}}, "within_seconds", "guardrail_not_measured"),
]


def measured(folder, log=None, **keys):
    return review(load_config(write_pilot(folder, log, **LENIENT, **keys))).to_dict()


@pytest.mark.parametrize(("keys", "missing", "rule"), WITH_A_SAY)
def test_what_has_a_say_and_is_not_there_bars_scale(tmp_path, keys, missing, rule):
    assert measured(tmp_path)["verdict"] == "scale"  # without the measure
    found = measured(tmp_path, **keys)
    name = next(iter(keys)).removeprefix("kpis__")
    kpi = next(kpi for kpi in found["kpis"] if kpi["id"] == name)
    assert (kpi["state"], found["verdict"], found["rule"]["id"]) == ("not_measured", "adjust", rule)
    assert missing in kpi["why"]


def test_it_stands_on_the_page_and_in_check(tmp_path):
    file = write_pilot(tmp_path, **LENIENT, **WITH_A_SAY[0][0])
    assert "Reopened" in command("review", file).out
    assert command("check", file).code == 0
    assert command("run", file, "--out", tmp_path / "reports").code == 0
    assert "the log has no column reopened" in (tmp_path / "reports/small-pilot/latest/review.html").read_text()


def test_targets_by_channel_in_a_log_without_channels(tmp_path):
    """No answer is in or out of time where nobody can tell whose target holds."""
    keys = {"design__adjust_for": [], "design__segments": [], "kpis__response_time__within_seconds": {"chat": 60}}
    found = measured(tmp_path, contacts(channel=None), **keys)
    assert "response_within" not in [kpi["id"] for kpi in found["kpis"]]
    assert next(kpi for kpi in found["kpis"] if kpi["id"] == "response_time")["baseline"]["n"] == 320
