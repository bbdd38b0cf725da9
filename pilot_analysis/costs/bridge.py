"""The way from the in-house cost to the pilot's, step by step: per contact and per resolution, exact at every total."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, isclose
from typing import Literal

from pilot_analysis.costs.ledger import Line
from pilot_analysis.words import _

SAME = 1e-9  # relative: what is nearer is the same number


@dataclass(frozen=True)
class Step:
    """One bar of the bridge.

    Attributes:
        code: recorded, case_mix, in_house, fee, line, compared, passed_on, resolved or pilot.
        label: what it is called.
        amount: of a total the cost itself, of a step the change; money per contact or per resolution.
        is_total: whether the bar stands on nothing.
        place: the config's key of a line, else None.
    """

    code: Literal["recorded", "case_mix", "in_house", "fee", "line", "compared", "passed_on", "resolved", "pilot"]
    label: str
    amount: float
    is_total: bool = False
    place: str | None = None


def per_contact(
    in_house: float, pilot: float, in_house_lines: Sequence[Line], pilot_lines: Sequence[Line]
) -> list[Step]:
    """From the in-house cost as it was recorded, over that of the pilot's case mix, to the pilot's cost.

    Args:
        in_house, pilot: cost per contact as the KPI has it.
        in_house_lines, pilot_lines: what each arm's recorded cost is made of.
    """
    recorded = fsum(line.per_contact for line in in_house_lines)
    steps = []
    if in_house_lines and not isclose(recorded, in_house, rel_tol=SAME):
        steps += [
            Step("recorded", _("In-house, as recorded"), recorded, is_total=True),
            Step("case_mix", _("On the pilot's kinds of contacts"), in_house - recorded),
        ]
    return [*steps, Step("in_house", _("In-house"), in_house, is_total=True),
            *_to_the_pilot(in_house, pilot, pilot_lines, 1.0),
            Step("pilot", _("Pilot"), pilot, is_total=True)]  # fmt: skip


def per_resolution(
    contact: tuple[float, float],
    resolution: tuple[float, float],
    resolved: tuple[float, float],
    pilot_lines: Sequence[Line],
) -> list[Step]:
    """From the in-house cost per resolution to the pilot's; each pair is in-house, pilot.

    The lines are shown per resolution at the in-house share resolved; what the other share does comes last.

    Args:
        contact: cost per contact; resolution: loaded cost per resolution; resolved: first contact resolution.
        pilot_lines: what the pilot's recorded cost is made of.
    """
    loaded = [cost * share for cost, share in zip(resolution, resolved, strict=True)]
    passed_on = (loaded[1] - contact[1]) - (loaded[0] - contact[0])
    steps = _to_the_pilot(contact[0], contact[1], pilot_lines, resolved[0])
    if not isclose(passed_on, 0.0, abs_tol=SAME * contact[0]):
        steps.append(Step("passed_on", _("Contacts passed on"), passed_on / resolved[0]))
    steps.append(Step("resolved", _("Share resolved at first contact"), resolution[1] - loaded[1] / resolved[0]))
    return [Step("in_house", _("In-house"), resolution[0], is_total=True), *steps,
            Step("pilot", _("Pilot"), resolution[1], is_total=True)]  # fmt: skip


def _to_the_pilot(in_house: float, pilot: float, lines: Sequence[Line], share: float) -> list[Step]:
    """The fees in place of the in-house cost, then every other line; over the share resolved."""
    fees = [line for line in lines if line.fee]
    recorded = fsum(line.per_contact for line in lines)
    fee = fsum(line.per_contact for line in fees) if lines else pilot
    steps = [Step("fee", _("Fees instead of the in-house cost"), (fee - in_house) / share)]
    steps += [
        Step("line", line.name, line.per_contact / share, place=line.place) for line in lines if not line.fee
    ]  # fmt: skip
    if lines and not isclose(recorded, pilot, rel_tol=SAME):
        steps.append(Step("compared", _("The compared contacts alone"), (pilot - recorded) / share))
    return steps
