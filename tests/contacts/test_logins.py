"""Logins that do more in a day than one person can."""

from datetime import date

import numpy as np
import pytest
from pilots import contacts, write_pilot

from pilot_analysis import load_config
from pilot_analysis.contacts.groups import Grouping
from pilot_analysis.contacts.logins import Login, logins_at_work, replaced_agents_check, shared_logins_check
from pilot_analysis.contacts.table import open_contacts


def team(*rates: float, days: int = 20) -> list[Login]:
    return [Login(f"a{i:02d}", rate * days, days, 0) for i, rate in enumerate(rates)]


@pytest.mark.parametrize(("rate", "status"), [(59, "pass"), (61, "warn")])
def test_four_times_the_median_login(rate, status):
    """Eleven alike with 15 a day: the limit is 60."""
    found = shared_logins_check(team(*[15] * 11, rate), named=True)
    assert found.status == status
    assert ("a11 (61 contacts a day, 0 days" in found.text) == (status == "warn")


@pytest.mark.parametrize(("rate", "status"), [(49, "pass"), (51, "warn")])
def test_fewer_than_fifty_a_day_are_one_persons_work(rate, status):
    """Five times the median of ten."""
    assert shared_logins_check(team(*[10] * 11, rate), named=True).status == status


@pytest.mark.parametrize(("rate", "status"), [(148, "pass"), (153, "warn")])
def test_where_logins_differ_much_by_nature_the_limit_is_wider(rate, status):
    """Of the twelve logarithms the median is that of sqrt(15 x 22.5) = 18.37, and the median absolute deviation
    ln 1.5: 18.37 x exp(3.5 x 1.4826 x ln 1.5) = 150.6."""
    assert shared_logins_check(team(*[10] * 5, 15, *[22.5] * 5, rate), named=True).status == status


def test_few_logins_have_no_median_to_go_by():
    assert shared_logins_check(team(10, 10, 10, 500), named=True).status == "pass"
    assert shared_logins_check([], named=True) is None


def test_a_login_of_a_few_days_is_not_held_against_others():
    assert shared_logins_check([*team(*[15] * 11), Login("once", 400, 4, 0)], named=True).status == "pass"


def test_many_are_counted_and_the_busiest_named():
    found = shared_logins_check(team(*[15] * 12, 70, 80, 90, 100), named=True)
    assert "a15 (100 contacts a day" in found.text
    assert "and 1 more" in found.text
    assert "a12" not in found.text


def test_logins_are_named_only_where_the_config_names_agents():
    found = shared_logins_check(team(*[15] * 11, 61), named=False)
    assert "More work than one person does: a login (61 contacts a day" in found.text
    assert "a11" not in found.text


@pytest.mark.parametrize(("days", "status"), [(1, "pass"), (2, "warn")])
def test_more_than_a_day_of_work_in_a_day(tmp_path, days, status):
    """A login of the pilot has 25 hours on so many days, and every other contact takes ten minutes."""
    rows = contacts(handle_seconds=600)
    own = rows[rows.agent_id == "Va3"]
    busy = own.groupby(own.opened_at.dt.date).head(1).index[:days]
    rows.loc[busy, "handle_seconds"] = 25 * 3600
    logins = logins_at_work(open_contacts(load_config(write_pilot(tmp_path, rows))))
    found = shared_logins_check(logins, named=True)
    assert found.status == status
    assert ("Va3" in found.text) == (status == "warn")
    assert [login.full_days for login in logins if login.name == "Va3"] == [days]


def test_logins_are_counted_by_day(tmp_path):
    """640 contacts, ten logins; eight contacts a day and five logins make one or two a day each."""
    rows = contacts()
    logins = logins_at_work(open_contacts(load_config(write_pilot(tmp_path, rows))))
    slow = rows.groupby("agent_id").agg(n=("agent_id", "size"), days=("opened_at", lambda s: s.dt.date.nunique()))
    assert [(x.name, x.n, x.days) for x in logins] == [(str(a), float(n), int(d)) for a, n, d in slow.itertuples()]
    assert np.isclose(sum(x.n for x in logins), 640)


def test_a_log_without_agents(tmp_path):
    assert logins_at_work(open_contacts(load_config(write_pilot(tmp_path, contacts(agent_id=None))))) == []


def seen(group: str, *spans: tuple[int, int], n: float = 50) -> list[Login]:
    """Agents of a group at work from one day of March to another."""
    return [Login(f"{group}{i}", n, 5, 0, group, date(2026, 3, a), date(2026, 3, b)) for i, (a, b) in enumerate(spans)]


def of_two_arms() -> Grouping:
    return Grouping(("baseline", "pilot"))


def test_a_team_whose_agents_are_others_from_some_day_on():
    stay = seen("baseline", *[(2, 31)] * 4)
    found = replaced_agents_check([*stay, *seen("pilot", *[(2, 15)] * 4, *[(16, 31)] * 3)], of_two_arms())
    assert found.status == "warn"
    assert "The pilot contacts are those of 4 agents before 16 Mar 2026, and of 3 others since" in found.text
    assert "in-house" not in found.text


@pytest.mark.parametrize(
    "spans",
    [
        [*[(2, 15)] * 4, *[(16, 31)] * 3, (2, 31)],  # one of eight stayed
        [*[(2, 15)] * 2, *[(16, 31)] * 3],  # too few before
        [*[(2, 6)] * 4, *[(7, 31)] * 3],  # after five days
        [(2, 31)] * 5,
        [(2, 20), (4, 25), (9, 28), (15, 31), (18, 31), (22, 31)],  # one after the other
    ],
)
def test_turnover_is_no_replacement(spans):
    assert replaced_agents_check(seen("pilot", *spans), of_two_arms()).status == "pass"


def test_ids_of_another_tool(tmp_path):
    rows = contacts()
    later = rows["opened_at"] >= "2026-03-22"
    rows.loc[later, "agent_id"] = "u-" + rows["agent_id"]
    config = load_config(write_pilot(tmp_path, rows))
    found = open_contacts(config)
    text = replaced_agents_check(logins_at_work(found), found.grouping).text
    assert "in-house contacts" in text
    assert "pilot contacts" in text
