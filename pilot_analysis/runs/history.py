"""`reports/<slug>/history.jsonl`: a line for each run ever published, which stays when old runs are removed.

From it follow how often somebody has looked at the pilot's data, and which verdict was its final one.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pilot_analysis.refusal import Refusal
from pilot_analysis.report.page import Standing
from pilot_analysis.report.wording import day_of
from pilot_analysis.words import _, nth

HISTORY = "history.jsonl"
RUN = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}")


@dataclass(frozen=True)
class Entry:
    """A published run.

    Attributes:
        run: its id; at: when its review was made, UTC.
        phase, verdict, rule: what it said; verdict and rule are None while interim.
        final: whether its verdict is the pilot's final one: that of the first run to reach the last day.
        look: how many times the data had been looked at with it; as before where the data were the same.
        contacts: hash of the contacts reviewed.
        data: hashes of the data files, none for a database; config, version, code: hashes and version.
        as_of, data_to: the last day looked at, where one was named, and the last day of the data.
    """

    run: str
    at: str
    phase: str
    verdict: str | None
    rule: str | None
    final: bool
    look: int
    contacts: str
    data: tuple[str, ...]
    config: str
    version: str
    code: str
    as_of: str | None
    data_to: str | None

    @property
    def day(self) -> str:
        """The day of the run, as ISO 8601."""
        return datetime.fromisoformat(self.at).date().isoformat()


def read(file: Path) -> list[Entry]:
    """The runs in a history, in the order in which they were published; none where there is no file.

    Raises:
        Refusal: with the line that is none of a history.
    """
    if not file.is_file():
        return []
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        try:
            content = json.loads(line)
            entry = {name: content[name] for name in Entry.__dataclass_fields__}
            found.append(Entry(**entry | {"data": tuple(entry["data"])}))
        except (ValueError, LookupError, TypeError, RecursionError):
            raise Refusal(
                _("The pilot's history cannot be read, and counts its looks."), file=str(file), line=number,
                found=line[:80], allowed=_("a line for each run as it was written; mend it, or move the file away"),
            ) from None  # fmt: skip
    return found


def text_of(entries: Sequence[Entry]) -> str:
    """What stands in the file."""
    return "".join(json.dumps(asdict(entry), ensure_ascii=False, allow_nan=False) + "\n" for entry in entries)


def with_run(entries: Sequence[Entry], run: str, review: dict[str, Any]) -> list[Entry]:
    """The history with one more run.

    Args:
        entries: the runs before.
        run: the run's id.
        review: what its `review.json` holds.
    """
    made = review["provenance"]
    contacts = made.get("contacts_sha256") or ""
    entry = Entry(
        run=run, at=made["generated_at"], phase=review["phase"], verdict=review["verdict"], rule=review["rule"]["id"],
        final=review["phase"] == "final" and final_of(entries) is None, look=_look(entries, contacts),
        contacts=contacts, data=files_of(made["data"]), config=made["config_sha256"], version=made["version"],
        code=made.get("code_sha256") or "", as_of=review["pilot"].get("as_of"), data_to=review["pilot"].get("data_to"),
    )  # fmt: skip
    return [*entries, entry]


def files_of(fingerprints: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """The hashes of data files, in an order of their own."""
    return tuple(sorted(str(file["sha256"]) for file in fingerprints))


def final_of(entries: Sequence[Entry]) -> Entry | None:
    """The run that gave the final verdict; None before."""
    return next((entry for entry in entries if entry.final), None)


def standing(entries: Sequence[Entry], review: dict[str, Any]) -> Standing:
    """How a review stands to the runs before it, in sentences.

    Args:
        entries: the runs before.
        review: the new one.
    """
    before = entries[-1].look if entries else 0
    look = _look(entries, review["provenance"].get("contacts_sha256") or "")
    if look > before:
        looks = _("Looks so far: {n} (this is the {nth}).").format(n=before, nth=nth(look))
    else:
        looks = _("Looks so far: {n}; the contacts are those of the last one, so this is no new look.").format(n=before)
    return Standing(looks, final_sentence(final_of(entries), review["phase"], review["verdict"]))


def final_sentence(final: Entry | None, phase: str, verdict: str | None) -> str:
    """The final verdict, and whether a later run says the same; empty before there is one."""
    if final is None:
        return ""
    given = _("The final verdict was given on {day}: {verdict}.").format(day=day_of(final.day), verdict=final.verdict)
    if phase != "final":
        return f"{given} {_('This later run looks at a time before the last day.')}"
    if verdict == final.verdict:
        return f"{given} {_('This later run says the same.')}"
    return f"{given} {_('This later run says {verdict}; it does not replace it.').format(verdict=verdict)}"


def _look(entries: Sequence[Entry], contacts: str) -> int:
    if not entries:
        return 1
    return entries[-1].look + (entries[-1].contacts != contacts)
