"""From what a contact costs in both arms to money a year: arithmetic on the lines of a ledger.

Whatever is asked (a buffer, another volume, another exchange rate) changes lines: an arm's cost per contact moves as
the sum of its lines does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import NamedTuple

from pilot_analysis.costs.ledger import Line

BUFFERS = (0.10, 0.15, 0.20)  # of the fees, in the first year only
TIME_KINDS = ("per_hour", "per_minute")  # charged for handle time
DAYS_A_YEAR = 365
MONTHS_A_YEAR = 12
DAYS_A_MONTH = DAYS_A_YEAR / MONTHS_A_YEAR
FARTHEST = 1000  # times the volume of now, for the volume from which on something is saved

Change = Callable[[Line], float]
"""What a line then costs per contact."""


class Amount(NamedTuple):
    """Money with the interval that the comparison of costs gives it."""

    estimate: float
    low: float
    high: float

    def times(self, factor: float) -> "Amount":
        """The same for another number of contacts."""
        return Amount(*(x * factor for x in self))


def unchanged(line: Line) -> float:
    """Every line as it is."""
    return line.per_contact


def without(unwanted: Callable[[Line], bool]) -> Change:
    """These lines taken out."""
    return lambda line: 0.0 if unwanted(line) else line.per_contact


def buffered(buffer: float) -> Change:
    """The fees raised by a share, all else as it is."""
    return lambda line: line.per_contact * (1 + buffer if line.fee else 1.0)


def longer_handling(times: float) -> Change:
    """What is charged for handle time, at so many times the handle time."""
    return lambda line: line.per_contact * (times if line.kind in TIME_KINDS else 1.0)


def exchanged(currency: str, times: float) -> Change:
    """What is charged in a currency, at so many times its exchange rate."""
    return lambda line: line.per_contact * (times if line.currency == currency else 1.0)


def at_volume(now: float, then: float, prices: Mapping[str, Callable[[float], float]] | None = None) -> Change:
    """At another volume: what does not grow with it is spread over other contacts, minimum and tiers are met anew.

    Args:
        now, then: contacts a month.
        prices: by a line's place, its price per contact at so many contacts a month (see costs.by_volume).
    """

    def change(line: Line) -> float:
        price = (prices or {}).get(line.place)
        if price is not None:
            return max(line.per_contact + price(then) - price(now), 0.0)
        return line.per_contact if line.scales else line.per_contact * now / then

    return change


@dataclass(frozen=True)
class Terms:
    """What a contact costs in both arms, with the lines behind it.

    Attributes:
        in_house, pilot: cost per contact as the KPI has it, on the pilot's case mix.
        least, most: the pilot's cost per contact at the ends of the interval of pilot / in-house, times `in_house`.
        in_house_lines, pilot_lines: what each arm's cost is made of, in any proportion to it.
    """

    in_house: float
    pilot: float
    least: float
    most: float
    in_house_lines: tuple[Line, ...] = ()
    pilot_lines: tuple[Line, ...] = ()

    @property
    def fee(self) -> float:
        """The vendor's fees per contact: what a buffer and a renegotiation act on; all of a cost without lines."""
        if not self.pilot_lines:
            return self.pilot
        return self.changed(without(lambda line: not line.fee)).pilot

    @property
    def other(self) -> float:
        """What the pilot costs a contact beside the fees."""
        return self.pilot - self.fee

    @property
    def stranded(self) -> float:
        """What in-house goes on paying per contact after the work has gone."""
        return self.in_house - self.avoidable().in_house

    def avoidable(self) -> "Terms":
        """The same against the avoidable in-house cost alone; the pilot's interval in money stays."""
        return self.changed(in_house=without(lambda line: not line.avoidable))

    def changed(self, pilot: Change = unchanged, in_house: Change = unchanged) -> "Terms":
        """The same with other lines; the ends of the interval move as the pilot's cost does."""
        lines, house = _changed(self.pilot_lines, pilot), _changed(self.in_house_lines, in_house)
        factor = _ratio(self.pilot_lines, lines)
        return Terms(
            self.in_house * _ratio(self.in_house_lines, house), self.pilot * factor, self.least * factor,
            self.most * factor, house, lines,
        )  # fmt: skip

    @property
    def saving(self) -> Amount:
        """What a contact saves, with the interval of the comparison."""
        return Amount(self.in_house - self.pilot, self.in_house - self.most, self.in_house - self.least)

    def fee_within(self, total: float, buffer: float = 0.0) -> float:
        """The fee per contact at which the pilot costs `total` a contact, all else as it is.

        >>> hidden = Terms(6.00, 5.70, 5.70, 5.70)  # all of it is the fee
        >>> round(hidden.fee_within(6.00, 0.15), 2)
        5.22
        """
        return (total - self.other) / (1 + buffer)

    def break_even_fee(self, saving: float = 0.0, buffer: float = 0.0) -> float:
        """The fee per contact at which this share of the in-house cost is saved."""
        return self.fee_within(self.in_house * (1 - saving), buffer)


def return_on(removed: float, spent: float) -> float | None:
    """ROI: what is removed less what is spent, over what is spent; None where nothing is spent.

    >>> return_on(200_000, 100_000)
    1.0
    """
    return (removed - spent) / spent if spent else None


def payback(one_off: float, saving_per_month: float) -> float | None:
    """Months until a monthly saving has paid for one-off costs; None where it never does."""
    if saving_per_month <= 0:
        return None
    return one_off / saving_per_month


def break_even_volume(saving: Callable[[float], float], now: float) -> float | None:
    """Contacts a month below which nothing is saved, as what does not grow with volume is paid anyway.

    Args:
        saving: per contact, at so many contacts a month.
        now: contacts a month to begin from.

    Returns:
        0 where any volume saves; None where no volume up to FARTHEST times that of now does.
    """
    low = high = now
    while saving(low) > 0:
        low /= 2
        if low < 1:
            return 0.0
    while not saving(high) > 0:
        high *= 2
        if high > FARTHEST * now:
            return None
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if saving(middle) > 0 else (middle, high)
    return high


def _changed(lines: Sequence[Line], change: Change) -> tuple[Line, ...]:
    return tuple(replace(line, per_contact=change(line)) for line in lines)


def _ratio(before: Sequence[Line], after: Sequence[Line]) -> float:
    """By what the sum of the lines is multiplied; lines that come to nothing stay as they are."""
    total = fsum(line.per_contact for line in before)
    return fsum(line.per_contact for line in after) / total if total else 1.0
