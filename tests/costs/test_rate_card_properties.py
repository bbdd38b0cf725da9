"""In any mix and order components add up to the total to the cent, and a period can be split in two."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from two_months import costs_of, ledger_of, log, pilot

from pilot_analysis import load_config
from pilot_analysis.contacts.table import open_contacts

LAST = date(2026, 4, 30)
MONEY = st.integers(0, 500_000).map(lambda cents: cents / 100)
COUNT = st.integers(1, 500)
SHARE = st.integers(1, 100).map(lambda n: n / 100)
OFTEN = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def kind(name, **keys):
    return st.fixed_dictionaries({"kind": st.just(name)} | keys)


PER_CONTACT = kind("per_contact", rate=MONEY)
# What a day, an hour or a contact is charged, so that periods add up.
BY_DAY = st.one_of(
    PER_CONTACT,
    kind("per_hour", rate=MONEY, occupancy=SHARE, hour=st.sampled_from(["paid", "logged_in", "handling"])),
    kind("per_minute", rate=MONEY, of=st.sampled_from(["handle", "talk"]), step_seconds=st.sampled_from([1, 6, 60])),
    kind("per_result", rate=MONEY, column=st.just("outcome"), values=st.just(["sale"])),
    kind("commission", share=SHARE, column=st.just("order_value")),
    kind("fixed", rate=MONEY, per=st.sampled_from(["day", "week", "month", "year"])),
    kind("per_agent_month", rate=MONEY, agents=COUNT),
    kind("seats", rate=MONEY, number=COUNT),
    kind("own_hours", rate=MONEY, hours=COUNT, per=st.sampled_from(["day", "week", "month"])),
    kind("one_off", amount=MONEY, amortise_months=COUNT),
    kind("surcharge", when=st.sampled_from(["after_hours", "weekend"]), rate=MONEY),
    kind("surcharge", when=st.just("weekend"), share=SHARE),
    kind("surcharge", when=st.just("rush"), rate=MONEY, column=st.just("priority"), values=st.just(["urgent"])),
    kind("escalator", share=SHARE, **{"from": st.sampled_from(["2025-04-10", "2026-03-20"])}),
)
TIERS = st.lists(COUNT, min_size=1, max_size=3, unique=True).map(
    lambda ends: [*({"up_to": end, "rate": 900 / end} for end in sorted(ends)), {"rate": 1.5}]
)
PER_PERIOD = st.one_of(
    kind("tiered", tiers=TIERS, applies_to=st.sampled_from(["within", "all"])),
    kind("minimum", volume=COUNT, rate=MONEY),
    kind("overage", volume=COUNT, rate=MONEY),
    kind("per_agent_month", rate=MONEY),
    kind("fixed", rate=MONEY, per=st.just("pilot")),
    kind("bonus_malus", kpi=st.just("csat"), bands=st.just([{"at_least": 0.85, "share": 0.03}])),
    kind("invoice", month=st.sampled_from(["2026-03", "2026-04"]), amount=MONEY, covers=st.just(["per_contact"])),
)
# a share of the fees needs a fee by contact
ANY_CARD = st.builds(lambda first, rest: [first, *rest], PER_CONTACT, st.lists(BY_DAY | PER_PERIOD, max_size=8))
CARD_BY_DAY = st.builds(lambda first, rest: [first, *rest], PER_CONTACT, st.lists(BY_DAY, max_size=6))


def uneven():
    """Handle times that differ, some of them missing, and days that differ."""
    rows = log(("Vendor",))
    rng = np.random.default_rng(1)
    rows["handle_seconds"] = np.where(rng.random(len(rows)) < 0.1, np.nan, rng.gamma(2, 200, len(rows)).round(1))
    return pd.concat([rows[rng.random(len(rows)) < 0.8], log(("In-house",))], ignore_index=True)


SALES = [
    {"kind": "per_result", "rate": 1.0, "column": "outcome", "values": ["sale"]},
    {"kind": "commission", "share": 0.1, "column": "order_value"},
]


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    config = pilot(tmp_path_factory.mktemp("mix"), uneven(), pilot__ramp_up_days=9, costs__baseline=SALES)
    return config, open_contacts(config)


def of_pilot(opened, card):
    config, contacts = opened
    ledger, costs = costs_of(load_config(config.file, {"costs.pilot": card}), contacts)
    return ledger, costs.loc[costs["side"] == "pilot", "v_cost"]


@OFTEN
@given(card=ANY_CARD)
def test_components_add_up_to_what_the_contacts_cost(opened, card):
    ledger, costs = of_pilot(opened, card)
    lines = ledger.of("pilot")
    assert [line.place for line in lines] == [f"costs.pilot.{i}" for i in range(len(card))]
    assert all(np.isfinite(line.amount) for line in lines)
    total = ledger.total("pilot")
    # contacts without a handle time, where that is charged, count as the others do
    known = costs.dropna()
    assert round(known.mean() * ledger.contacts["pilot"], 2) == pytest.approx(total, abs=0.01 + 1e-9 * abs(total))
    assert sum(line.per_contact for line in lines) * ledger.contacts["pilot"] == pytest.approx(total, abs=0.005)
    for line in lines:
        if line.rate is not None:
            assert line.quantity * line.rate == pytest.approx(line.amount, abs=0.005)


@OFTEN
@given(card=ANY_CARD, seed=st.randoms(use_true_random=False))
def test_their_order_does_not_matter(opened, card, seed):
    order = list(range(len(card)))
    seed.shuffle(order)
    one, costs = of_pilot(opened, card)
    other, costs_then = of_pilot(opened, [card[i] for i in order])
    before, after = one.of("pilot"), other.of("pilot")
    assert [before[i].amount for i in order] == pytest.approx([line.amount for line in after], abs=0.005)
    assert costs.sum() == pytest.approx(costs_then.sum(), abs=0.005)


@pytest.fixture(scope="module")
def periods(tmp_path_factory):
    """What a card comes to in whatever days of the log."""
    config = pilot(tmp_path_factory.mktemp("split"), uneven().assign(handle_seconds=360.0), costs__baseline=SALES)
    opened = {}

    def ledger(card, first, last):
        days = {"pilot.start": first.isoformat(), "pilot.end": last.isoformat()}
        if (first, last) not in opened:
            opened[first, last] = open_contacts(load_config(config.file, days))
        return ledger_of(load_config(config.file, {"costs.pilot": card, **days}), opened[first, last])

    return ledger


@OFTEN
@given(card=CARD_BY_DAY, at=st.sampled_from([1, 19, 31]))
def test_splitting_a_period_changes_nothing_but_what_is_per_period(periods, card, at):
    start = LAST - timedelta(days=60)
    cut = start + timedelta(days=at)
    whole = periods(card, start, LAST).of("pilot")
    parts = [periods(card, start, cut - timedelta(days=1)).of("pilot"), periods(card, cut, LAST).of("pilot")]
    assert [line.amount for line in whole] == pytest.approx([a.amount + b.amount for a, b in zip(*parts, strict=True)])
    assert [x.quantity for x in whole] == pytest.approx([a.quantity + b.quantity for a, b in zip(*parts, strict=True)])


@pytest.mark.parametrize("days", [0, 30])
def test_the_ramp_up_takes_its_part_with_it(tmp_path, days):
    """610.00 for the pilot are 10.00 a day; 30 days of ramp-up leave 31."""
    config = pilot(tmp_path, pilot__ramp_up_days=days, costs__pilot=[{"kind": "fixed", "rate": 610, "per": "pilot"}])
    ledger = ledger_of(config)
    assert ledger.total("pilot") == pytest.approx(10.0 * (61 - days))
    assert ledger.of("pilot")[0].per_contact == pytest.approx(1.0)
