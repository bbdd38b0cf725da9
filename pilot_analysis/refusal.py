"""What is said when a config or its data cannot be used: where, what was found, what is allowed."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import ClassVar, Self

LONGEST_FOUND = 120

_ROW = re.compile(r"  (where|key|found|allowed|did you mean): +(.*)")
_PLACE = re.compile(r"(.+), line (\d+)")


@dataclass(eq=False)  # not frozen: a traceback is set on an exception in flight
class Refusal(Exception):  # noqa: N818 - it is an answer, not an accident
    """An input that is refused; its text is one readable block.

    Attributes:
        problem: one sentence that says what is wrong.
        file: the config or data file.
        line: the line in that file, where there is one.
        key: the dotted config key, or the column of the data.
        found: what stood there.
        allowed: what may stand there.
        nearest: the valid name that was probably meant.
    """

    problem: str
    file: str | None = None
    line: int | None = None
    key: str | None = None
    found: object = None
    allowed: str | None = None
    nearest: str | None = None
    called: ClassVar[str] = "Refused"

    def __str__(self) -> str:
        place = "" if self.file is None else self.file if self.line is None else f"{self.file}, line {self.line}"
        rows = [
            ("where", place),
            ("key", self.key),
            ("found", None if self.found is None else shortened(self.found)),
            ("allowed", self.allowed),
            ("did you mean", self.nearest),
        ]
        return "\n".join(
            [f"{self.called}: {self.problem}"] + [f"  {name + ':':<14}{text}" for name, text in rows if text]
        )

    @classmethod
    def parsed(cls, text: str) -> Self:
        """The refusal whose text this is, such as a notebook passed on; what is no block is the problem."""
        first, *rows = text.removeprefix(f"{cls.called}: ").split("\n")
        found = [_ROW.fullmatch(row) for row in rows]
        fields = {match[1]: match[2] for match in found if match}
        if len(fields) != len(rows):
            return cls(text.removeprefix(f"{cls.called}: "))
        place = _PLACE.fullmatch(fields.get("where", ""))
        return cls(
            first, place[1] if place else fields.get("where"), int(place[2]) if place else None,
            fields.get("key"), fields.get("found"), fields.get("allowed"), fields.get("did you mean"),
        )  # fmt: skip

    def redacted(self, without_secrets: Callable[[str], str]) -> Self:
        """The same refusal, every text of it passed through `without_secrets`."""

        def clean(text: object) -> str | None:
            return None if text is None else without_secrets(str(text))

        return type(self)(
            without_secrets(self.problem), clean(self.file), self.line, clean(self.key), clean(self.found),
            clean(self.allowed), clean(self.nearest),
        )  # fmt: skip

    def _render_traceback_(self) -> list[str]:
        """What Jupyter shows where a traceback would stand."""
        return str(self).splitlines()

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (
            self.problem, self.file, self.line, self.key, self.found, self.allowed, self.nearest,
        )  # fmt: skip


class EngineFailure(Refusal):
    """An engine that failed where neither the config nor the data are to blame, such as for want of room."""

    called: ClassVar[str] = "Error"


def shortened(found: object) -> str:
    """`found` on one line, printable, at most LONGEST_FOUND characters."""
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(found))
    return text if len(text) <= LONGEST_FOUND else text[: LONGEST_FOUND - 1] + "…"


def nearest(name: object, names: Iterable[str]) -> str | None:
    """The name that was probably meant, or None."""
    by_folded = {n.casefold(): n for n in names}
    match = get_close_matches(str(name).casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[match[0]] if match else None


def listed(names: Iterable[object], most: int = 30) -> str:
    """Names for a message: sorted as given, cut after `most`."""
    shown = [shortened(n) for n in names]
    rest = len(shown) - most
    return ", ".join(shown[:most]) + (f" … and {rest} more" if rest > 0 else "")
