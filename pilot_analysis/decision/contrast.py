"""What an effect is made of: groups with their signs, the same for means, costs and quantiles.

Two groups are held against each other, or four: the change of the pilot's arm less the change in-house.
"""

from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Kind = Literal["difference", "ratio"]

SIGN = (-1.0, 1.0, 1.0, -1.0)
"""By group as in contacts.groups.GROUPS: in-house, pilot, in-house before, pilot before."""


def held_against(value: Floats, kind: Kind) -> float:
    """What the pilot's value is held against: the baseline's own, or for four groups the counterfactual.

    The counterfactual is the pilot's arm before, moved as in-house moved: by its difference, or by its ratio.

    >>> round(held_against(np.array([0.80, 0.86, 0.85, 0.88]), "difference"), 6)  # in-house fell by 0.05
    0.83
    """
    if len(value) == 2:
        return float(value[0])
    now, _pilot, before, own = value
    return float(own * (now / before)) if kind == "ratio" else float(own + (now - before))


def contrast(value: Floats, kind: Kind) -> float:
    """The effect on the analysis scale: pilot - what it is held against, or the logarithm of their ratio.

    Args:
        value: of every group, shape (2,) or (4,); positive for a ratio.
    """
    against = held_against(value, kind)
    return float(np.log(value[1] / against)) if kind == "ratio" else float(value[1] - against)
