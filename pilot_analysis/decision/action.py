"""An action: what to do next, in a few words and in a sentence, with its number."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Action:
    """What to do next.

    Attributes:
        code: what kind of action, fixed by name.
        title: the action in a few words, with its number.
        text: the same in a sentence or two.
        value, unit: its number; None where it has none.
    """

    code: str
    title: str
    text: str
    value: float | None = None
    unit: str | None = None

    def to_dict(self) -> dict[str, object]:
        """As in review.json."""
        return asdict(self)
