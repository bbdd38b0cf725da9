"""Contacts that the other side finished or had to answer again: the pilot's own way of working, or a baseline that is
none. 320 contacts an arm, counted by hand."""

import numpy as np
import pytest
from pilots import DAYS, LENIENT, PER_DAY, REPEAT_AFTER, contacts, write_pilot

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
    return next((c for c in found["checks"] if c["id"] == "leakage"), None)


def test_what_the_pilot_passed_on_is_its_own_affair(tmp_path):
    """Each counts as not resolved; one in five is worth a look, and does not spoil the comparison."""
    found = leakage(reviewed(tmp_path, from_pilot=5))
    assert found["status"] == "warn"
    assert "64 (20.0%) of the pilot's contacts and 0 (0.0%) of the in-house ones" in found["text"]
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


N = DAYS * PER_DAY
PRICES = np.repeat([6.0, 4.0], N)


def check_of(folder, rows):
    return leakage(review(load_config(write_pilot(folder, rows))).to_dict())


def test_forty_of_the_pilots_contacts_finished_in_house(tmp_path):
    """40 of 320 at 6.00 in-house; 8 of the in-house ones at 4.00 in the pilot."""
    rows = contacts(cost=PRICES)
    final = rows.team.to_numpy(dtype=object)
    final[[*range(N, N + 40)]], final[:8] = "In-house", "Vendor"
    check = check_of(tmp_path, rows.assign(final_team=final))
    assert check["status"] == "warn"
    assert "40 (12.5%) of the pilot's contacts and 8 (2.5%) of the in-house ones" in check["text"]
    assert "€240 and €32" in check["text"]


def test_one_contact_in_twenty_is_not_yet_a_warning(tmp_path):
    rows = contacts(cost=PRICES)
    final = rows.team.to_numpy(dtype=object)
    final[N : N + 16] = "In-house"
    assert check_of(tmp_path, rows.assign(final_team=final))["status"] == "info"


def test_repeats_that_stay_where_they_were(tmp_path):
    check = check_of(tmp_path, contacts(cost=PRICES))
    assert check["status"] == "info"
    assert "0 (0.0%) of the pilot's came back in-house and 0 (0.0%)" in check["text"]
    assert "cost per contact" not in check["text"]


def test_all_of_the_pilots_repeats_answered_in_house(tmp_path):
    """Contacts 0, 10 ... 300 come back. Days 0 to 2 cannot be told from repeats and days 37 to 39 are too young (window
    3 days), so those of contacts 30 to 290 count: 27 at 6.00."""
    rows = contacts(cost=PRICES)
    back = [N + k + REPEAT_AFTER * PER_DAY for k in range(0, N - REPEAT_AFTER * PER_DAY, 10)]
    rows.loc[back, ["team", "agent_id", "cost"]] = ["In-house", "Ia0", 6.0]
    check = check_of(tmp_path, rows)
    assert check["status"] == "warn"
    assert "27 (100.0%) of the pilot's came back in-house and 0 (0.0%) of the in-house ones" in check["text"]
    assert "€162 and €0" in check["text"]


@pytest.mark.parametrize(
    ("handler", "status", "text"),
    [
        ("auto", "info", "nothing in the log says that this is who had a contact first"),
        ("final", "warn", "who had the contact last"),
        ("first", "info", "Contacts that the other arm finished cannot be seen from this export"),
    ],
)
def test_a_log_that_shows_neither_says_so(tmp_path, handler, status, text):
    config = load_config(write_pilot(tmp_path, contacts(customer_id=None, fcr=True), data__arm__handler=handler))
    check = leakage(review(config).to_dict())
    assert check["status"] == status
    assert text in check["text"]
    assert "cannot be seen from this export" in check["text"]


def test_arms_by_region_do_not_show_who_finished(tmp_path):
    arm = {"column": "region", "baseline": ["In-house"], "pilot": ["Vendor"]}
    rows = contacts().rename(columns={"team": "region"})
    check = leakage(review(load_config(write_pilot(tmp_path, rows, data__arm=arm))).to_dict())
    assert check["status"] == "info"
    assert "final_team or final_agent_id" in check["text"]
