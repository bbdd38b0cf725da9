"""What was agreed on before the pilot, as fingerprints: a later change of it shows.

Only what differs from the defaults is hashed, so that a key that a later version adds changes nothing.
"""

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

if TYPE_CHECKING:
    from pilot_analysis.config.models import Config

Part = Literal["pilot", "data", "design", "kpis", "costs", "decision"]
Fingerprint = Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
Agreed = dict[Part, Fingerprint]

# What of a part is agreed on; None is all of it.
AGREED_ON: dict[Part, set[str] | None] = {
    "pilot": {"start", "end", "ramp_up_days", "timezone"}, "data": {"arm", "segment", "exclude"}, "design": None,
    "kpis": None, "costs": None, "decision": {"objective", "goals", "max_increase", "rules"},
}  # fmt: skip


def fingerprints(config: "Config") -> Agreed:
    """A fingerprint of every part of a config that is agreed on before the pilot."""
    found: Agreed = {}
    for part, keys in AGREED_ON.items():
        content = getattr(config, part).model_dump(mode="json", include=keys, exclude_defaults=True)
        found[part] = sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
    return found
