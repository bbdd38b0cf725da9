"""First contact resolution by repeat contact, against a slow count contact by contact from its definition.

The log has every trap at once: customers and reasons without a name, contacts of one second, repeats in the other arm,
in a team of neither arm, in a channel outside the segment, before and after the pilot and across a clock change,
contacts handed to the other arm, and arms that end on different days.
"""

from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from pilots import END, START, write_pilot

from pilot_analysis import load_config, review
from pilot_analysis.contacts.table import judged_contacts, open_contacts
from pilot_analysis.kpis.measures import measured

ROWS, WINDOW, RAMP_UP = 1_500, 3, 5
ARM = {"In-house": "baseline", "Vendor": "pilot"}
SEGMENT = ["email", "chat"]


def log(seed: int = 7) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    first, last = pd.Timestamp("2026-02-20 08:00"), pd.Timestamp("2026-04-18 20:00")
    # by day, so that no stamp falls into the hour that the clock change leaves out
    day = rng.integers(0, (last - first).days, ROWS)
    opened = first + pd.to_timedelta(day, "D") + pd.to_timedelta(rng.integers(0, 12 * 3600, ROWS), "s")
    rows = pd.DataFrame({
        "opened_at": opened,
        "team": rng.choice(["In-house", "Vendor", "Elsewhere"], ROWS, p=[0.5, 0.35, 0.15]),
        "agent_id": [f"a{k}" for k in rng.integers(0, 12, ROWS)],
        "customer_id": [None if k < 6 else f"k{k}" for k in rng.integers(0, 130, ROWS)],
        "channel": rng.choice([*SEGMENT, "phone"], ROWS, p=[0.5, 0.3, 0.2]),
        "category": rng.choice(["billing", "delivery", None], ROWS, p=[0.5, 0.45, 0.05]),
        "issue_id": [None if k < 20 else f"i{k}" for k in rng.integers(0, 300, ROWS)],
    })  # fmt: skip
    # contacts of one second, and exactly one window apart
    for k in range(0, 120, 4):
        rows.loc[k + 1, ["opened_at", "customer_id", "category"]] = rows.loc[
            k, ["opened_at", "customer_id", "category"]
        ]
        rows.loc[k + 2, ["customer_id", "category"]] = rows.loc[k, ["customer_id", "category"]]
        rows.loc[k + 2, "opened_at"] = rows.loc[k, "opened_at"] + pd.Timedelta(days=WINDOW, seconds=int(k % 8 == 0))
    rows["final_team"] = np.where(rng.random(ROWS) < 0.1, "In-house", rows.team)
    # the vendor's last contact is three days before the end of the in-house log
    rows = rows[~((rows.team == "Vendor") & (rows.opened_at > "2026-04-14"))]
    rows = rows.sort_values("opened_at", ignore_index=True)
    rows.insert(0, "contact_id", [f"c{k:04d}" for k in rng.permutation(len(rows))])
    return rows.assign(csat=5, cost=np.where(rows.team == "Vendor", 4.0, 6.0))


class Judged(NamedTuple):
    index: bool
    resolved: bool
    followed: bool
    crossed: bool


def slowly(rows: pd.DataFrame, reason: str) -> dict[str, Judged]:
    """Every judged contact, from the definition: all pairs of one customer and reason are looked at."""
    at = rows.opened_at.dt.tz_localize(ZoneInfo("Europe/Berlin")).dt.tz_convert("UTC")
    window = pd.Timedelta(days=WINDOW)
    data_end = min(at[rows.team == team].max() for team in ARM)
    people = [dict(row, at=stamp) for row, stamp in zip(rows.to_dict("records"), at, strict=True)]
    issues: dict[tuple[str, str], list[dict]] = {}
    for row in people:
        if isinstance(row["customer_id"], str) and isinstance(row[reason], str):
            issues.setdefault((row["customer_id"], row[reason]), []).append(row)
    found = {}
    judged_from = pd.Timestamp(START).date() + pd.Timedelta(days=RAMP_UP)
    for row in people:
        on = row["opened_at"].date()
        if row["team"] not in ARM or row["channel"] not in SEGMENT or not judged_from <= on <= pd.Timestamp(END).date():
            continue
        eligible = isinstance(row["customer_id"], str) and isinstance(row[reason], str)
        others = [o for o in issues.get((row["customer_id"], row[reason]), []) if o is not row] if eligible else []
        place = (row["at"], row["contact_id"])
        before = [o for o in others if (o["at"], o["contact_id"]) < place and row["at"] - o["at"] <= window]
        after = [o for o in others if (o["at"], o["contact_id"]) > place and o["at"] - row["at"] <= window]
        known = at.min() + window <= row["at"] <= data_end - window
        index = eligible and not before and known
        follower = min(after, key=lambda o: (o["at"], o["contact_id"])) if after else None
        handed = row["final_team"] in ARM and ARM[row["final_team"]] != ARM[row["team"]]
        crossed = follower is not None and follower["team"] in ARM and follower["team"] != row["team"]
        found[row["contact_id"]] = Judged(index, not after and not handed, bool(after), crossed)
    return found


@pytest.mark.parametrize("reason", ["category", "issue_id"])
def test_the_windows_find_what_the_definition_says(tmp_path, reason):
    rows = log().drop(columns="issue_id" if reason == "category" else [])
    config = load_config(write_pilot(
        tmp_path, rows, pilot__ramp_up_days=RAMP_UP, data__segment={"channel": SEGMENT}, design__adjust_for=[],
        kpis__fcr={"measure": "repeat_contact", "window_days": WINDOW, "same": ["category"]},
    ))  # fmt: skip
    contacts = open_contacts(config)
    table = judged_contacts(measured(contacts, config)).to_pandas().set_index("contact_id")
    slow = slowly(rows, reason)
    assert set(table.index) == set(slow)
    expected = pd.DataFrame.from_dict(slow, orient="index", columns=Judged._fields).loc[table.index]
    assert (table.p_fcr == expected["index"]).all()
    assert table.v_fcr.notna().equals(table.p_fcr)
    own = expected[expected["index"]]
    assert (table.v_fcr[table.p_fcr] == own.resolved).all()
    assert (table.p_crossed == expected["index"] & expected.followed).all()
    assert (table.v_crossed[table.p_crossed] == own.crossed[own.followed]).all()
    # every trap was met
    assert {(j.resolved, j.followed, j.crossed) for j in slow.values() if j.index} >= {
        (True, False, False), (False, False, False), (False, True, False), (False, True, True)
    }  # fmt: skip

    found = review(config).to_dict()
    fcr = next(k for k in found["kpis"] if k["id"] == "fcr")
    for arm, name in (("baseline", "In-house"), ("pilot", "Vendor")):
        mine = own[rows.set_index("contact_id").team.loc[own.index] == name]
        assert fcr[arm]["n"] == len(mine)
        assert fcr["crude"][arm] == pytest.approx(mine.resolved.mean())
