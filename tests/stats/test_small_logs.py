"""Logs too small, too even or too strange: no interval where none exists, a reason instead, never NaN."""

from dataclasses import fields, is_dataclass
from math import isfinite

import numpy as np
import pytest
from small_sums import COST, CSAT, PER_RESOLUTION, sums

from pilot_analysis.decision.means import CaseMix, mean_estimate, per_resolution_estimate
from pilot_analysis.stats.intervals import Effect

AGENTS = [(0, "a", "1"), (0, "b", "1"), (1, "c", "1"), (1, "d", "1")]  # arm, agent, tier


def estimated(metric, contacts, **measures):
    found = mean_estimate(metric, CaseMix(sums(contacts, **measures), ["tier"]), 0.95)
    assert all(isfinite(x) for x in numbers(found))
    return found


def numbers(found):
    """Every float in an estimate, but degrees of freedom: they are infinite where nothing varies."""
    if isinstance(found, Effect):
        found = tuple(found._replace(df=0.0))
    if isinstance(found, float):
        yield found
    elif is_dataclass(found):
        for field in fields(found):
            yield from numbers(getattr(found, field.name))
    elif isinstance(found, tuple):
        for part in found:
            yield from numbers(part)


def known(effect):
    """An effect's numbers, those that its limits allow."""
    return {name: x for name, x in effect._asdict().items() if x is not None}


@pytest.mark.parametrize(
    ("contacts", "csat"),
    [
        pytest.param(AGENTS, [None] * 4, id="nobody answered"),
        pytest.param(AGENTS, [1, 0, None, None], id="nobody answered in the pilot"),
        pytest.param(AGENTS, [None, None, 1, 0], id="nobody answered in-house"),
        pytest.param([AGENTS[0], AGENTS[2]], [1, 0], id="one contact an arm"),
        pytest.param([AGENTS[0], AGENTS[2]] * 9, [1, 0, 1, 1, 1, 1] * 3, id="one agent an arm"),
        pytest.param([*AGENTS[:2], AGENTS[2]] * 9, [1, 0, 1, 1, 1, 0] * 4 + [1] * 3, id="one pilot agent"),
        pytest.param([(0, "a", "1"), (1, "a", "1")] * 9, [1, 0, 1, 1, 0, 0] * 3, id="one agent of both arms"),
        pytest.param(
            [(0, "a", "1"), (0, "b", "1"), (1, "c", "2"), (1, "d", "2")] * 3, [1, 0, 1, 0] * 3, id="no overlap"
        ),
    ],
)
def test_without_an_interval_there_is_a_reason(contacts, csat):
    found = estimated(CSAT, contacts, csat=csat)
    assert found.state == "not_measured"
    assert found.effect is None
    assert found.this_team is None
    assert found.why


def test_two_contacts_an_arm_exclude_nothing():
    found = estimated(CSAT, AGENTS, csat=[1, 0, 0, 1])
    assert (found.effect.low, found.effect.high) == (-1, 1)
    assert found.this_team[0] < 0 < found.this_team[1]


def test_agents_who_agree_by_chance_are_not_certainty():
    # every agent satisfied half of twenty customers: contacts vary, agents seem not to
    found = estimated(CSAT, AGENTS * 20, csat=[1] * 40 + [0] * 40)
    assert found.effect.estimate == 0
    # at least the interval of independent contacts: 1.96 x sqrt(2 x .25 / 40)
    assert found.effect.high > 0.219
    assert isfinite(found.effect.df)


def test_agents_alike_are_never_surer_than_their_contacts():
    rng = np.random.default_rng(1)
    for _ in range(30):
        found = estimated(CSAT, AGENTS * 10, csat=list(rng.permutation([1] * 30 + [0] * 10)))
        assert found.effect.se**2 >= found.variance_fixed * (1 - 1e-12)
        assert found.effect.low <= found.this_team[0] <= found.this_team[1] <= found.effect.high


def test_agents_of_both_arms_are_one_cluster_each():
    # each agent 10 points better in the pilot: agents differ much, their differences not at all
    contacts = [(arm, agent, "1") for agent in "abcd" for arm in (0, 1) for _ in range(100)]
    satisfied = [x for p in (50, 60, 70, 80) for level in (p, p + 10) for x in [1] * level + [0] * (100 - level)]
    both = estimated(CSAT, contacts, csat=satisfied)
    apart = estimated(CSAT, [(arm, agent + str(arm), tier) for arm, agent, tier in contacts], csat=satisfied)
    assert both.effect.estimate == apart.effect.estimate == pytest.approx(0.1)
    assert both.effect.se < apart.effect.se / 2
    assert both.effect.se**2 == pytest.approx(both.variance_fixed)  # only contacts vary


def test_prices_vary_by_cell_only():
    contacts = [(arm, agent, tier) for arm, agent, _ in AGENTS for tier in "12" for _ in range(7)]
    price = {(0, "1"): 6.1, (0, "2"): 8.3, (1, "1"): 4.9, (1, "2"): 7.7}
    found = estimated(COST, contacts, cost=[price[arm, tier] for arm, _, tier in contacts])
    assert found.effect.se == 0
    assert found.effect.estimate == pytest.approx((4.9 + 7.7) / (6.1 + 8.3))
    assert found.effect.low == found.effect.estimate == found.effect.high
    assert (found.state, found.effect.p_superior) == ("superior", 0)


def test_a_price_against_costs_that_vary_adds_nothing_to_their_error():
    rng = np.random.default_rng(2)
    contacts = [(0, f"b{i % 20}", "1") for i in range(2000)] + [(1, f"p{i % 4}", "1") for i in range(100)]
    handled = rng.gamma(2, 3, 20)[np.arange(2000) % 20] * rng.gamma(2, 0.5, 2000)
    found = estimated(COST, contacts, cost=[*handled, *[5.0] * 100])
    own = handled.reshape(100, 20).mean(axis=0)  # equal agents: the textbook standard error of their mean
    assert found.effect.se == pytest.approx(own.std(ddof=1) / np.sqrt(20) / own.mean(), rel=1e-10)
    assert found.effect.df == pytest.approx(19)


@pytest.mark.parametrize("pilot", [0.0, -1.5])
def test_costs_of_nothing_or_less_have_no_ratio(pilot):
    found = estimated(COST, AGENTS * 5, cost=[6.0, 7.0, pilot, pilot] * 5)
    assert found.state == "not_measured"
    assert found.why


def test_a_ratio_to_a_cost_that_may_be_nothing_is_not_measured():
    # in-house agents cost 0.02, 0.04 and 30: t on about 2 degrees of freedom reaches below nothing
    contacts = [(0, agent, "1") for agent in "abc" for _ in range(4)] + [(1, agent, "1") for agent in "def"] * 4
    found = estimated(COST, contacts, cost=[0.02] * 4 + [0.04] * 4 + [30.0] * 4 + [5.0, 5.2, 4.9] * 4)
    assert found.state == "not_measured"
    assert found.effect is None
    assert "Fieller" in found.why
    # the same of the pilot's cost is no matter of the denominator: an interval exists, and excludes nothing
    swapped = estimated(COST, [(1 - arm, *rest) for arm, *rest in contacts], cost=[0.02] * 4 + [0.04] * 4
                        + [30.0] * 4 + [5.0, 5.2, 4.9] * 4)  # fmt: skip
    assert swapped.effect.low < 0.1
    assert swapped.effect.high > 10


def test_a_share_resolved_that_may_be_nothing_leaves_no_cost_per_resolution():
    contacts = [(arm, f"{arm}{agent}", "1") for arm in (0, 1) for agent in "abc" for _ in range(10)]
    cost = [5.0 + i % 2 for i in range(60)]
    one_agent_resolves = [0] * 20 + [1] * 10
    sure = [0, 1, 1, 1, 1] * 6
    for fcr in (one_agent_resolves + sure, sure + one_agent_resolves):
        found = per_resolution_estimate(PER_RESOLUTION, CaseMix(sums(contacts, cost=cost, fcr=fcr), ["tier"]), 0.95)
        assert found.effect is None
        assert "Fieller" in found.why
        assert [arm.value > 0 for arm in found.arms] == [True, True]


def test_cost_per_resolution_of_small_logs():
    def resolved(contacts, cost, fcr):
        return per_resolution_estimate(PER_RESOLUTION, CaseMix(sums(contacts, cost=cost, fcr=fcr), ["tier"]), 0.95)

    assert resolved(AGENTS * 3, [5.0] * 12, [0] * 12).why  # nothing was ever resolved
    assert resolved(AGENTS * 3, [5.0] * 12, [None] * 12).why
    assert resolved([AGENTS[0], AGENTS[2]] * 3, [5.0] * 6, [1, 1, 0, 1, 1, 0]).why  # one agent an arm
    fcr = [1, 1, 1, 1] * 5 + [1, 1, 0, 0] * 2 + [0, 0, 0, 0]
    found = resolved(AGENTS * 80, [6.0, 6.0, 3.0, 3.0] * 80, fcr * 10)
    # 6 / (7/8) and 3 / (5/8)
    assert [arm.value for arm in found.arms] == pytest.approx([48 / 7, 24 / 5])
    assert found.effect.estimate == pytest.approx(0.7)
    assert found.effect.low < 0.7 < found.effect.high


def invented():
    rng = np.random.default_rng(3)
    contacts = [(int(i % 7 < 2), f"{i % 7}{i % 3}", str(rng.integers(3))) for i in range(900)]
    return contacts, list(rng.integers(0, 2, 900)), rng.gamma(2, 3, 900)


def test_money_in_cents_changes_nothing():
    contacts, _, cost = invented()
    euro, cents = (estimated(COST, contacts, cost=factor * cost) for factor in (1, 100))
    assert cents.state == euro.state
    assert known(cents.effect) == pytest.approx(known(euro.effect), rel=1e-12)
    assert cents.this_team == pytest.approx(euro.this_team, rel=1e-12)
    assert cents.arms[1].value == pytest.approx(100 * euro.arms[1].value, rel=1e-12)


def test_the_order_of_rows_changes_nothing():
    contacts, csat, _ = invented()
    one = sums(contacts, csat=csat)
    order = np.random.default_rng(4).permutation(len(one.arm))
    other = sums(contacts, order, csat=csat)
    found, again = (mean_estimate(CSAT, CaseMix(s, ["tier"]), 0.95) for s in (one, other))
    assert known(again.effect) == pytest.approx(known(found.effect), rel=1e-12)
    assert again.influence.cluster == found.influence.cluster


def test_swapping_arms_on_one_mix_turns_the_effect_round():
    contacts, csat, _ = invented()
    contacts = [(arm, agent, "1") for arm, agent, _ in contacts]
    there = estimated(CSAT, contacts, csat=csat).effect
    back = estimated(CSAT, [(1 - arm, agent, tier) for arm, agent, tier in contacts], csat=csat).effect
    assert (back.estimate, back.low, back.high) == pytest.approx((-there.estimate, -there.high, -there.low), rel=1e-12)
