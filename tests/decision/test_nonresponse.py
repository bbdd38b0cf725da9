"""Silent customers: parity, bounds and the tipping point, on logs small enough to be counted by hand.

Every arm has 320 contacts. In the pilot 64 are rated, 56 of them satisfied (87.5%); in-house 160, 128 of them satisfied
(80%). Who rated what is drawn once, so that agents differ by chance only.
"""

from typing import Any

import numpy as np
import pytest
from pilots import contacts, write_pilot

from pilot_analysis import load_config, review

N = 320
K = np.arange(N)


def ratings(rated, happy):
    """5 or 1 where rated, else empty."""
    return np.where(rated, np.where(happy, 5.0, 1.0), np.nan)


def log(house, pilot, **columns: Any):
    return contacts(csat=np.concatenate([house, pilot]), **columns)


def counted(folder, rows, **keys):
    keys = {"design__adjust_for": [], "design__segments": [], "kpis__csat__margin": 0.03} | keys
    return review(load_config(write_pilot(folder, rows, **keys))).to_dict()


def csat(found):
    return next(k for k in found["kpis"] if k["id"] == "csat")


def parity(found):
    return next(c for c in found["checks"] if c["id"] == "survey_parity")


def drawn(satisfied, dissatisfied, seed):
    """So many of either among the 320, the others silent."""
    silent = N - satisfied - dissatisfied
    return np.random.default_rng(seed).permutation([5.0] * satisfied + [1.0] * dissatisfied + [np.nan] * silent)


HOUSE, PILOT = drawn(128, 32, 1), drawn(56, 8, 2)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return counted(tmp_path_factory.mktemp("silent"), log(HOUSE, PILOT))


def test_shares_by_hand(found):
    silent = found["nonresponse"]
    assert silent["of"] == "contacts"
    assert silent["offer_rate"] is None
    for rate in (silent["answer_rate"], silent["rated"]):
        assert (rate["baseline"]["value"], rate["pilot"]["value"]) == pytest.approx((160 / 320, 64 / 320))
    assert csat(found)["effect"]["estimate"] == pytest.approx(0.875 - 0.8)


def test_bounds_by_hand(found):
    """Worst: 56 satisfied of 320 against 128 and all 160 silent ones. Best: 56 and all 256, against 128."""
    bounds = found["nonresponse"]["bounds"]
    assert bounds["worst"]["effect"]["estimate"] == pytest.approx(56 / 320 - 288 / 320)
    assert bounds["best"]["effect"]["estimate"] == pytest.approx(312 / 320 - 128 / 320)
    assert (bounds["worst_state"], bounds["best_state"]) == ("harm", "superior")
    assert bounds["worst"]["effect"]["low"] < -0.725 < bounds["worst"]["effect"]["high"]


def test_a_merged_contact_is_nobody_who_kept_silent(tmp_path):
    """80 of the pilot's 256 silent contacts were merged into one that is asked itself: 240 are left."""
    into = np.full(2 * N, None, dtype=object)
    silent = N + np.flatnonzero(np.isnan(PILOT))
    into[silent[:80]] = f"V{int(silent[80]) - N}"
    found = counted(tmp_path, log(HOUSE, PILOT, merged_into=into))
    silent = found["nonresponse"]
    assert (silent["rated"]["pilot"]["value"], silent["rated"]["pilot"]["n"]) == (pytest.approx(64 / 240), 240)
    assert silent["answer_rate"]["pilot"]["value"] == pytest.approx(64 / 240)
    assert silent["bounds"]["worst"]["effect"]["estimate"] == pytest.approx(56 / 240 - 288 / 320)
    assert silent["bounds"]["best"]["effect"]["estimate"] == pytest.approx(232 / 240 - 128 / 320)


def test_a_fifth_against_a_half_is_no_parity(found):
    assert parity(found)["status"] == "fail"
    assert "20.0% of the pilot's contacts and 50.0% of the in-house ones" in parity(found)["text"]
    assert found["nonresponse"]["sentence"] in parity(found)["text"]
    assert csat(found)["state"] == "not_measured"
    assert "20.0%" in csat(found)["why"]
    assert found["rule"]["id"] == "invalid"
    assert found["actions"][0]["code"] == "repair_survey"


def test_tipping_point_is_where_the_low_end_meets_the_margin(found):
    """Four fifths of the pilot's customers are silent."""
    low, high = (csat(found)["benefit"][end] for end in ("low", "high"))
    turns = [turn["unhappier"] for turn in found["nonresponse"]["turns"]]
    assert turns == pytest.approx([low / 0.8, (low + 0.03) / 0.8, (high + 0.03) / 0.8])
    tipping = found["nonresponse"]["tipping"]
    assert (tipping["better"], tipping["worse"]) == ("non_inferior", "inconclusive")
    words = "less" if tipping["unhappier"] > 0 else "more"
    assert f"{abs(tipping['unhappier']) * 100:.1f} points {words} satisfied" in found["nonresponse"]["sentence"]


def test_silent_customers_move_the_effect_as_the_tipping_point_says(tmp_path):
    """The same log had everybody answered: the pilot's 256 silent ones half satisfied, 37.5 points less than those
    who answered, the in-house ones like their 80%. 184 of 320 against 256 of 320 is 0.075 - 0.375 x 0.8."""
    silent_house, silent_pilot = np.isnan(HOUSE), np.isnan(PILOT)
    house = np.where(silent_house, ratings(True, np.cumsum(silent_house) % 5 != 0), HOUSE)
    pilot = np.where(silent_pilot, ratings(True, np.cumsum(silent_pilot) % 2 != 0), PILOT)
    found = counted(tmp_path, log(house, pilot))
    assert csat(found)["effect"]["estimate"] == pytest.approx(0.075 - 0.375 * 0.8)
    silent = found["nonresponse"]
    assert (silent["parity"], silent["turns"], silent["tipping"]) == ("pass", [], None)
    assert silent["bounds"]["worst"]["effect"] == pytest.approx(silent["bounds"]["best"]["effect"])


def test_rates_and_bounds_are_on_the_pilots_mix(tmp_path):
    """Email is nine tenths of the pilot and half of in-house. Of in-house emails one in four is rated, of other
    contacts three in four; the pilot half of each: 0.9 x 0.25 + 0.1 x 0.75 = 0.30 against 0.50."""
    email = np.concatenate([K % 2 == 0, K % 10 != 0])
    turn = np.concatenate([K // 2 % 4, K // 10 % 2])
    house = ratings(np.where(email[:N], turn[:N] < 1, turn[:N] < 3), True)
    pilot = ratings(turn[N:] < 1, K % 3 != 0)
    rows = log(house, pilot, channel=np.where(email, "email", "chat"))
    found = counted(tmp_path, rows, design__adjust_for=["channel"])
    rated = found["nonresponse"]["rated"]
    assert rated["baseline"]["value"] == pytest.approx(0.9 * 0.25 + 0.1 * 0.75)
    assert rated["pilot"]["value"] == pytest.approx(0.5)
    worst = found["nonresponse"]["bounds"]["worst"]
    assert worst["baseline"]["value"] == pytest.approx(1.0)
    assert worst["pilot"]["value"] == pytest.approx(np.nansum(pilot == 5) / N)


def test_harm_stands_where_fewer_of_the_pilots_customers_were_heard(tmp_path):
    """24 of the 64 satisfied against 80%."""
    worse = drawn(24, 40, 3)
    found = counted(tmp_path, log(HOUSE, worse))
    assert parity(found)["status"] == "fail"
    assert (csat(found)["state"], found["verdict"], found["rule"]["id"]) == ("harm", "stop", "harm")
    assert "can only flatter" in csat(found)["sentence"]
    assert csat(found)["why"] in csat(found)["sentence"]
    assert found["nonresponse"]["flatters_pilot"]


def test_harm_does_not_stand_where_more_of_the_pilots_customers_were_heard(tmp_path):
    """256 against 160: the dissatisfied may have been asked more eagerly there."""
    worse = drawn(96, 160, 3)
    found = counted(tmp_path, log(HOUSE, worse))
    assert parity(found)["status"] == "fail"
    assert csat(found)["state"] == "not_measured"
    assert found["rule"]["id"] == "invalid"
    assert not found["nonresponse"]["flatters_pilot"]


def test_a_segment_is_no_way_around_parity(tmp_path):
    worse = drawn(96, 160, 3)
    found = counted(tmp_path, log(HOUSE, worse), design__segments=["channel"])
    parts = [s for s in found["segments"] if s["kpi"] in ("csat", "csat_mean")]
    assert parts
    assert {(s["state"], s["harm"]) for s in parts} == {("not_measured", False)}


def test_who_was_never_asked_is_silent_too(tmp_path):
    """Half of those asked answer in both arms, but the pilot asks only every second customer."""
    asked = np.concatenate([np.full(N, True), K % 2 == 0])
    rows = log(ratings(K % 2 == 0, K % 10 != 0), ratings(K % 4 == 0, K % 20 != 0), csat_offered=asked)
    found = counted(tmp_path, rows)
    silent = found["nonresponse"]
    assert silent["of"] == "offered"
    assert (silent["offer_rate"]["baseline"]["value"], silent["offer_rate"]["pilot"]["value"]) == (1.0, 0.5)
    assert (silent["answer_rate"]["baseline"]["value"], silent["answer_rate"]["pilot"]["value"]) == (0.5, 0.5)
    assert silent["rated"]["pilot"]["value"] == pytest.approx(0.25)
    assert parity(found)["status"] == "fail"
    assert "A survey was offered to 50.0% of the pilot's contacts" in parity(found)["text"]


def test_offers_that_only_one_arm_records_are_not_compared(tmp_path):
    asked = np.concatenate([np.full(N, None), np.full(N, True)])
    found = counted(tmp_path, log(HOUSE, PILOT, csat_offered=asked))
    assert found["nonresponse"]["of"] == "contacts"
    assert found["nonresponse"]["answer_rate"]["pilot"]["value"] == pytest.approx(0.2)


def test_rates_within_a_tenth_of_each_other_pass(tmp_path):
    """148 of 320 against 160: 7.5% fewer."""
    found = counted(tmp_path, log(HOUSE, drawn(120, 28, 4)))
    assert parity(found)["status"] == "pass"
    assert csat(found)["state"] != "not_measured"


def test_rates_that_chance_may_have_set_apart_only_warn(tmp_path):
    """One in-house agent in five has every contact rated and the others none; the pilot's all have some."""
    agent = (K + K // 8) % 5
    found = counted(tmp_path, log(ratings(agent == 0, K % 3 != 0), ratings(K % 2 == 0, K % 7 != 0)))
    assert found["nonresponse"]["rated"]["baseline"]["value"] == pytest.approx(0.2)
    assert parity(found)["status"] == "warn"


def test_without_ratings_there_is_nothing_to_say(tmp_path):
    found = counted(tmp_path, contacts(csat=None))
    assert found["nonresponse"] is None
    assert not any(c["id"] == "survey_parity" for c in found["checks"])
