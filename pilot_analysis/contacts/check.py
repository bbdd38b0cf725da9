"""A check of the data or of the comparison: what was looked at, how it stands, one sentence."""

from dataclasses import dataclass
from typing import Literal

Status = Literal["pass", "warn", "fail", "info"]
WORSE: tuple[Status, ...] = ("pass", "info", "warn", "fail")  # from good to bad


@dataclass(frozen=True)
class Check:
    """One check; `id` is fixed by name, `text` says what it means for whom."""

    id: str
    status: Status
    text: str

    def to_dict(self) -> dict[str, str]:
        """As in review.json."""
        return {"id": self.id, "status": self.status, "text": self.text}
