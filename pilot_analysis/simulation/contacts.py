"""Agents and contacts as columns of numbers."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Agents:
    """Agents' own levels, around those of their arm; in-house first, then the vendor's. Shape (agents,).

    Attributes:
        csat, fcr: added to the probability.
        handle, response: log factor on the time.
        volume: relative chance to take a contact of the arm.
    """

    csat: Floats
    fcr: Floats
    handle: Floats
    response: Floats
    volume: Floats


@dataclass(frozen=True)
class Contacts:
    """Contacts in no order, by column. Shape (contacts,).

    Attributes:
        opened: seconds since 1970 UTC.
        customer: number of the customer.
        first: opens an issue; the others are repeats of one.
        pilot: taken by the vendor.
        south: of a customer in the pilot's region; without regions taken by the vendor.
        later: from the first day of the pilot on.
        agent: position in `Agents`.
        channel, tier, category, language: position among the values of the scenario.
        ramp: what the ramp-up adds to CSAT and FCR.
        resolved: at this contact, so that nobody comes back.
    """

    opened: Ints
    customer: Ints
    first: Bools
    pilot: Bools
    south: Bools
    later: Bools
    agent: Ints
    channel: Ints
    tier: Ints
    category: Ints
    language: Ints
    ramp: Floats
    resolved: Bools

    def where(self, rows: npt.NDArray[np.bool_ | np.int64]) -> "Contacts":
        """The contacts of a mask or in an order."""
        return Contacts(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def parts(shares: Iterable[float]) -> Floats:
    """Shares as parts of one."""
    weights: Floats = np.array(list(shares), dtype=np.float64)
    return weights / float(weights.sum())
