"""Contact logs of a pilot whose truth is known: to test a review against, and to try one out.

>>> from pilot_analysis.simulation import Scenario, simulate
>>> log, truth = simulate(Scenario(effects={"csat": -0.02}), seed=1)
>>> round(truth["effects"]["csat"]["value"], 6)
-0.02
"""

from pilot_analysis.simulation.effects import parse_effects
from pilot_analysis.simulation.files import Written, write, write_history
from pilot_analysis.simulation.history import history
from pilot_analysis.simulation.log import simulate
from pilot_analysis.simulation.scenario import Channel, Level, Scenario
from pilot_analysis.simulation.truth import Truth

__all__ = ["Channel", "Level", "Scenario", "Truth", "Written", "history", "parse_effects", "simulate", "write",
           "write_history"]  # fmt: skip
