"""Contacts that the other side finished: the pilot's own way of working, or a baseline that is none."""

import numpy as np
import pytest
from pilots import LENIENT, contacts, write_pilot

from pilot_analysis import load_config, review


def reviewed(folder, *, from_pilot=0, from_baseline=0):
    """A sound pilot in which each so-many-th contact of an arm was finished by the other side (0: none)."""
    log = contacts()
    final = log["team"].to_numpy(copy=True)
    for team, other, each in (("Vendor", "In-house", from_pilot), ("In-house", "Vendor", from_baseline)):
        if each:
            final[np.flatnonzero(log["team"] == team)[::each]] = other
    return review(load_config(write_pilot(folder, log.assign(final_team=final), **LENIENT))).to_dict()


def leakage(found):
    return next(c for c in found["checks"] if c["id"] == "leakage")


def test_what_the_pilot_passed_on_is_its_own_affair(tmp_path):
    found = leakage(reviewed(tmp_path, from_pilot=5))
    assert found["status"] == "info"
    assert found["text"].startswith("20.0% of the pilot's contacts were finished in-house")
    assert "in-house contacts were finished" not in found["text"]


@pytest.mark.parametrize(
    ("each", "share", "status"), [(160, "0.6%", "info"), (20, "5.0%", "warn"), (8, "12.5%", "fail")]
)
def test_in_house_contacts_that_the_pilot_finished_dilute_the_comparison(tmp_path, each, share, status):
    found = leakage(reviewed(tmp_path, from_baseline=each))
    assert found["status"] == status
    assert (f"{share} of the in-house contacts were finished by the pilot's side" in found["text"]) == (
        status != "info"
    )


def test_a_diluted_baseline_cannot_say_scale(tmp_path):
    assert reviewed(tmp_path, from_baseline=160)["verdict"] == "scale"
    diluted = reviewed(tmp_path, from_baseline=8)
    assert (diluted["verdict"], diluted["rule"]["id"]) == ("adjust", "invalid")
    assert diluted["actions"][0]["code"] == "repair_data"
