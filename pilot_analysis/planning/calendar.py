"""When a pilot has to be set up, what is learning, and from when on it can be judged."""

from datetime import date, timedelta
from typing import NamedTuple

from pilot_analysis.config.models import Config
from pilot_analysis.words import _


class Milestone(NamedTuple):
    """A day and what it is for; `id` is fixed by name."""

    id: str
    day: date
    text: str


def calendar(config: Config) -> list[Milestone]:
    """The days of a plan, in their order."""
    pilot, window = config.pilot, config.kpis.fcr.window_days
    found = [
        Milestone("set_up", pilot.start - timedelta(days=config.plan.set_up_days), _(
            "Set-up begins: contract, access, training. KPIs and margins are agreed on before the start."
        )),
        Milestone("start", pilot.start, _("The pilot starts.")),
        Milestone("judged_from", pilot.judged_from, _(
            "The first day that counts, after {n} days of ramp-up."
        ).format(n=pilot.ramp_up_days)),
        Milestone("end", pilot.end, _("The last day.")),
        Milestone("mature", pilot.end + timedelta(days=window), _(
            "First contact resolution of the last day can be told, {n} days later; export the log on the next day."
        ).format(n=window)),
        Milestone("review", pilot.end + timedelta(days=window + 1), _("The final review.")),
    ]  # fmt: skip
    return found if pilot.ramp_up_days else [m for m in found if m.id != "judged_from"]
