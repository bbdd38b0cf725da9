"""Every component of both rate cards with what it came to: the table from which all money is traced."""

from dataclasses import dataclass
from math import fsum

from pilot_analysis.contacts.check import Check
from pilot_analysis.words import _


@dataclass(frozen=True)
class Line:
    """One component of an arm's rate card over the judged days.

    Attributes:
        arm: baseline or pilot; place: its dotted key in the config, such as `costs.pilot.0`.
        kind: as the config says it, `log` for costs that the log itself has; name: its own, else words for the kind.
        basis: what it is charged by: contact, hour, minute, result, agent_month, seats, day, week, month, year, pilot,
            once, invoice; value and share are of money, with a fraction as the rate.
        quantity: in that basis, over the judged days; contacts without a handle time count as the others do.
        rate: for one of the basis, in the config's currency; None where there is not one rate.
        amount: over the judged days, in the config's currency; per_contact: the same over the arm's contacts.
        fee: whether it is a fee that a renegotiation or a buffer acts on.
        avoidable: whether the money is saved where the work goes away.
        one_off: whether it is paid once; scales: whether it grows with volume.
        currency: in which it is charged; exchange_rate: what one of that is in the config's currency.
    """

    arm: str
    place: str
    kind: str
    name: str
    basis: str
    quantity: float
    rate: float | None
    amount: float
    per_contact: float
    fee: bool
    avoidable: bool
    one_off: bool
    scales: bool
    currency: str
    exchange_rate: float


@dataclass(frozen=True)
class Ledger:
    """The lines of both arms, in the order of the config.

    Attributes:
        lines: none for an arm whose cost is not known.
        contacts: judged contacts by arm; days: judged days by arm.
        currency: of every amount.
        checks: of what was charged.
    """

    lines: tuple[Line, ...]
    contacts: dict[str, float]
    days: dict[str, int]
    currency: str
    checks: tuple[Check, ...] = ()

    def of(self, arm: str) -> tuple[Line, ...]:
        """The lines of one arm."""
        return tuple(line for line in self.lines if line.arm == arm)

    def total(self, arm: str) -> float:
        """What an arm cost over the judged days: the sum of its lines."""
        return fsum(line.amount for line in self.of(arm))


def kind_name(kind: str) -> str:
    """What a component without a name of its own is called."""
    return {
        "log": _("Cost in the log"), "per_hour": _("By the hour"), "per_contact": _("By the contact"),
        "per_minute": _("By the minute"), "per_result": _("By the result"), "commission": _("Commission"),
        "tiered": _("By the contact, in tiers"), "surcharge": _("Surcharge"), "fixed": _("Fixed"),
        "per_agent_month": _("By the agent and month"), "seats": _("Seats"), "own_hours": _("Own hours"),
        "one_off": _("One-off"), "minimum": _("Short of the minimum volume"), "overage": _("Above the volume"),
        "bonus_malus": _("Bonus or malus"), "escalator": _("Escalator"), "invoice": _("Invoice"),
    }[kind]  # fmt: skip
