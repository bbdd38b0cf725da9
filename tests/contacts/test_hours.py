"""Business hours: a column that every log with times of day has."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pilots import contacts, write_pilot

from pilot_analysis.config.loader import load_config
from pilot_analysis.contacts.table import Contacts, open_contacts
from pilot_analysis.refusal import Refusal
from pilot_analysis.review import review


def opened(folder: Path, stamps: list[str] | None = None, rows: pd.DataFrame | None = None, **keys: Any) -> Contacts:
    """The log of a pilot in which the first contacts were opened at these times."""
    log = contacts(first_response_at=None) if rows is None else rows
    log["opened_at"] = log.opened_at.dt.strftime("%Y-%m-%d %H:%M:%S")
    for i, stamp in enumerate(stamps or []):
        log.loc[i, "opened_at"] = stamp
    asked = {"design__segments": ["hours"], "pilot__timezone": "Europe/Berlin"} | keys
    return open_contacts(load_config(write_pilot(folder, log, **asked)))


def hours(found: Contacts, n: int) -> list[str | None]:
    """What the first contacts have."""
    frame = found.table.select("contact_id", "hours").to_pandas().set_index("contact_id")["hours"]
    return [None if pd.isna(frame[f"I{i}"]) else str(frame[f"I{i}"]) for i in range(n)]


def test_weekdays_from_eight_to_six_unless_told(tmp_path: Path) -> None:
    """6 March 2026 is a Friday."""
    stamps = ["2026-03-06 07:59:59", "2026-03-06 08:00:00", "2026-03-06 17:59:59", "2026-03-06 18:00:00",
              "2026-03-07 12:00:00"]  # fmt: skip
    inside, outside = "in hours", "out of hours"
    assert hours(opened(tmp_path, stamps), 5) == [outside, inside, inside, outside, outside]


def test_days_and_times_of_the_config(tmp_path: Path) -> None:
    stamps = ["2026-03-07 23:59:00", "2026-03-08 09:29:00", "2026-03-08 09:30:00", "2026-03-06 12:00:00"]
    given = {"days": ["sat", "sun"], "from": "09:30", "to": "24:00"}
    found = hours(opened(tmp_path, stamps, design__business_hours=given), 4)
    assert found == ["in hours", "out of hours", "in hours", "out of hours"]


def test_hours_are_those_of_the_pilots_zone_in_winter_and_summer(tmp_path: Path) -> None:
    """07:30 UTC is 08:30 in Berlin on 27 March and 09:30 on 30 March; 16:30 UTC is 17:30 and 18:30."""
    rows = contacts(first_response_at=None)
    written = rows.opened_at.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    stamps = ["2026-03-27T07:30:00Z", "2026-03-27T16:30:00Z", "2026-03-30T07:30:00Z", "2026-03-30T16:30:00Z"]
    written[:4] = stamps
    file = write_pilot(tmp_path, rows.assign(opened_at=written), design__segments=["hours"])
    assert hours(open_contacts(load_config(file)), 4) == ["in hours", "in hours", "in hours", "out of hours"]


def test_a_contact_without_a_time_of_day_is_in_neither(tmp_path: Path) -> None:
    found = hours(opened(tmp_path, [*["2026-03-06"] * 4, "2026-03-06 09:00:00"]), 5)
    assert found == [None, None, None, None, "in hours"]


def test_a_log_of_dates_cannot_say(tmp_path: Path) -> None:
    rows = contacts(first_response_at=None)
    file = write_pilot(tmp_path, rows.assign(opened_at=rows.opened_at.dt.strftime("%Y-%m-%d")),
                       design__adjust_for=["hours"])  # fmt: skip
    with pytest.raises(Refusal, match="only dates") as refused:
        open_contacts(load_config(file))
    assert refused.value.key == "design.adjust_for"


def test_a_column_of_the_log_that_is_called_so_comes_first(tmp_path: Path) -> None:
    rows = contacts(first_response_at=None).assign(hours="night shift")
    assert hours(opened(tmp_path, rows=rows), 2) == ["night shift", "night shift"]


def test_effects_by_hours_adjustment_and_scope(tmp_path: Path) -> None:
    """Contacts of every day at 8:00, 9:15 ... 16:45: in hours on weekdays, 30 of the 40 days."""
    file = write_pilot(tmp_path, design__segments=["hours"], design__adjust_for=["channel", "hours"])
    found = review(load_config(file)).to_dict()
    shares = {s["value"]: s["share"] for s in found["segments"] if s["kpi"] == "cost_per_contact"}
    assert shares == pytest.approx({"in hours": 0.75, "out of hours": 0.25})
    assert {cell["hours"] for cell in found["mix"]} == set(shares)
    scoped = opened(tmp_path, design__segments=[], data__segment={"hours": ["in hours"]})
    assert scoped.facts["pilot"]["judged"] == 30 * 8


def test_no_column_where_nobody_asks(tmp_path: Path) -> None:
    assert "hours" not in opened(tmp_path, design__segments=["channel"]).table.columns


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"from": "18:00", "to": "08:00"}, "design.business_hours.to"),
        ({"from": "8:00"}, "design.business_hours.from"),
        ({"days": ["monday"]}, "design.business_hours.days"),
        ({"opens": "08:00"}, "design.business_hours"),
    ],
)
def test_hours_that_are_none(tmp_path: Path, given: dict[str, Any], key: str) -> None:
    with pytest.raises(Refusal) as refused:
        load_config(write_pilot(tmp_path, design__business_hours=given))
    assert refused.value.key is not None
    assert refused.value.key.startswith(key)
