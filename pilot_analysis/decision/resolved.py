"""What a cost per resolution is made of, and how it moves with what a contact of the pilot costs."""

from typing import NamedTuple

from pilot_analysis.decision.findings import Findings


class Resolved(NamedTuple):
    """Cost per resolution and share resolved of both arms.

    Attributes:
        in_house, pilot: loaded cost per resolution; in_house_share, pilot_share: resolved at first contact.
        own: the part of the pilot's loaded cost that its own contacts are; the rest in-house finished.
        back: the part of the in-house loaded cost that the contacts are which the pilot finished, at the pilot's cost.
    """

    in_house: float
    pilot: float
    in_house_share: float
    pilot_share: float
    own: float
    back: float

    @property
    def passed_on(self) -> float:
        """What the contacts that in-house has to finish add to the pilot's cost per contact."""
        return self.pilot * self.pilot_share * (1 - self.own)

    def times(self, factor: float) -> float:
        """What pilot / in-house is multiplied by once a contact of the pilot costs `factor` times as much."""
        return (1 - self.own * (1 - factor)) / (1 - self.back * (1 - factor))

    def factor(self, wanted: float) -> float | None:
        """What a contact's cost has to be multiplied by for pilot / in-house to be multiplied by `wanted`.

        None where no cost brings that about: the cost of contacts passed to the pilot moves in-house as well.
        """
        moved = self.own - wanted * self.back
        return 1 - (1 - wanted) / moved if moved > 0 else None


def resolved(f: Findings) -> Resolved | None:
    """The cost per resolution of these findings; None where it or what it is made of was not measured."""
    contact, cost, fcr = (f.estimate(kpi) for kpi in ("cost_per_contact", "cost_per_resolution", "fcr"))
    if contact is None or cost is None or fcr is None or cost.effect is None:
        return None
    if contact.arms is None or cost.arms is None or fcr.arms is None:
        return None
    house, pilot = (arm.value for arm in cost.arms)
    house_share, pilot_share = (arm.value for arm in fcr.arms)
    # what is only expected of in-house, from earlier days, is not made of its contacts
    back = 0.0 if cost.groups else max(1 - contact.arms[0].value / (house * house_share), 0.0)
    own = min(contact.arms[1].value / (pilot * pilot_share), 1.0)
    return Resolved(house, pilot, house_share, pilot_share, own, back)
