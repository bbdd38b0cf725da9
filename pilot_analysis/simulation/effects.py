"""What a vendor changes, by name: `csat`, or `csat.channel=phone` in one segment only."""

import math
from collections.abc import Iterable, Mapping

from pilot_analysis.refusal import Refusal, listed, nearest
from pilot_analysis.words import _

# Lowest and highest effect. Probabilities are added to; times and costs are multiplied by 1 + effect.
EFFECTS: dict[str, tuple[float, float]] = {
    "csat": (-1.0, 1.0),
    "fcr": (-1.0, 1.0),
    "response_time": (-0.95, 20.0),
    "handle_time": (-0.95, 20.0),
    "cost": (-0.95, 20.0),
}


def parse_effects(texts: Iterable[str]) -> dict[str, float]:
    """Effects as typed on a command line: `csat=-0.02`, `csat.channel=phone=-0.22`.

    Raises:
        Refusal: a text without a number after its last equals sign.
    """
    effects = {}
    for text in texts:
        name, _equals, number = text.rpartition("=")
        try:
            effects[name.strip()] = float(number)
        except ValueError as fault:
            raise Refusal(
                _("An effect is a name and a number."),
                key="effects", found=text, allowed="csat=-0.02, csat.channel=phone=-0.22",
            ) from fault  # fmt: skip
    return effects


def split_effect(name: str) -> tuple[str, str, str]:
    """`csat.channel=phone` as (csat, channel, phone); column and value are empty without a segment."""
    kpi, _dot, segment = name.partition(".")
    column, _equals, value = segment.partition("=")
    return kpi, column, value


def validate_effects(effects: Mapping[str, float], segments: Mapping[str, list[str]]) -> None:
    """Refuse an effect that names no KPI or segment, or whose sum in a segment leaves its limits.

    Args:
        effects: by name.
        segments: the values of each column that can be a segment.

    Raises:
        Refusal: naming what is allowed and what was probably meant.
    """
    for name, value in effects.items():
        kpi, column, segment = split_effect(name)
        _known(name, kpi, EFFECTS, _("This effect is not known."))
        if "." in name:
            _known(name, column, segments, _("An effect cannot differ by this column."))
            _known(name, segment, segments[column], _("This segment does not occur in the scenario."))
        low, high = EFFECTS[kpi]
        if not (math.isfinite(value) and low <= value <= high):
            raise Refusal(
                _("The effect is out of its limits."),
                key=name, found=value, allowed=_("from {low} to {high}").format(low=low, high=high),
            )  # fmt: skip
    for kpi, (low, _high) in EFFECTS.items():
        worst = effects.get(kpi, 0.0) + sum(
            min([0.0, *(v for n, v in effects.items() if split_effect(n)[:2] == (kpi, column))]) for column in segments
        )
        if low > -1 and worst < low:
            raise Refusal(
                _("The effects on {kpi} in its segments add up to less than is possible.").format(kpi=kpi),
                key=kpi, found=round(worst, 6), allowed=f">= {low}",
            )  # fmt: skip


def _known(key: str, found: str, allowed: Iterable[str], problem: str) -> None:
    allowed = list(allowed)
    if found not in allowed:
        raise Refusal(problem, key=key, found=found, allowed=listed(allowed), nearest=nearest(found, allowed))
