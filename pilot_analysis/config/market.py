"""What vendors charge by region: the ranges of `market.yaml`."""

from functools import cache
from importlib.resources import files

import yaml

CURRENCY = "USD"

Range = tuple[float, float | None]


@cache
def market() -> dict[str, dict[str, Range]]:
    """Lowest and highest rate in use by region and kind, in USD; None without an upper end."""
    text = (files("pilot_analysis.config") / "market.yaml").read_text(encoding="utf-8")
    return {
        region: {kind: (low, high) for kind, (low, high) in kinds.items()}
        for region, kinds in yaml.safe_load(text).items()
    }
