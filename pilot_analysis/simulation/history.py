"""What in-house did before a pilot was set up: the log from which it is planned."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd

from pilot_analysis.simulation.log import TEAMS, contact_log, streams
from pilot_analysis.simulation.scenario import Scenario

SET_UP_DAYS = 35  # of the pilot, before which it was planned
NEEDED = ["contact_id", "opened_at", "team", "agent_id", "customer_id", "channel", "category", "tier",
          "first_response_at", "handle_seconds", "csat"]  # fmt: skip


def history(scenario: Scenario, seed: int, days: int) -> pd.DataFrame:
    """The in-house contacts of so many days before the pilot's set-up began.

    Args:
        scenario: the pilot; in-house has its contacts too, and the agents of `simulate` with this seed.
        seed: the same seed gives the same log; its contacts are other ones than those of `simulate`.
        days: up to the 36th before the pilot's start.

    Returns:
        The columns of `simulate` that a plan reads, one row a contact.

    Raises:
        Refusal: a negative seed, days out of the scenario's limits.
    """
    day_after = scenario.start - timedelta(days=SET_UP_DAYS)
    before = replace(scenario, start=day_after, before_days=days, days=1, after_days=0, ramp_up_days=0)
    people, *_pilot, arrivals, outcomes = streams(seed)
    log, _agents, _contacts = contact_log(before, people, arrivals, outcomes)
    own = (log["team"] == TEAMS[0]) & (log["opened_at"] < np.datetime64(day_after))
    return log.loc[own, NEEDED].reset_index(drop=True)
