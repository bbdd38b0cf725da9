"""The contacts that were opened last are kept: who edits a margin or a rate need not wait for the log again."""

import json
from pathlib import Path
from threading import local
from typing import NamedTuple

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.source import files_at
from pilot_analysis.contacts.table import Contacts, open_contacts
from pilot_analysis.refusal import Refusal

# What no contact depends on. All else does, so that a key that is added later is never forgotten.
LIMITS = ("role", "target", "margin", "margin_because", "margin_ratio", "margin_ratio_p90", "minimum_saving",
          "within_seconds")  # fmt: skip
APART = {"costs", "decision", "notify", "plan", "privacy", "vendor_review"}

File = tuple[str, int, int, int]
"""Path, inode, size in bytes and time of the last change in nanoseconds."""


class _Kept(NamedTuple):
    asked: str
    files: list[File]
    contacts: Contacts


_last = local()  # an engine's connection belongs to one thread


def kept_contacts(config: Config) -> Contacts:
    """The contacts of a config, those of the last call where the same would be read again.

    Only of files, whose changes can be seen; a database is asked anew. Of several logs one after the other only the
    last is kept, and it is let go before the next is read.

    Raises:
        Refusal: as `open_contacts` does.
    """
    files = _files(config)
    asked = _asked(config)
    kept: _Kept | None = getattr(_last, "kept", None)
    if kept is not None and files is not None and (kept.asked, kept.files) == (asked, files):
        return kept.contacts
    kept = _last.kept = None
    contacts = open_contacts(config)
    if files is not None:
        _last.kept = _Kept(asked, files, contacts)
    return contacts


def _asked(config: Config) -> str:
    """All of a config on which its contacts depend; the language too, in which some checks are written."""
    kpis = {name: {*LIMITS} for name in type(config.kpis).model_fields}
    told = config.model_dump(mode="json", exclude={"kpis": kpis, "report": True, **dict.fromkeys(APART, True)})
    charged_by = {getattr(component, "column", None) for component in (*config.costs.baseline, *config.costs.pilot)}
    named = config.kpis.fcr.model_fields_set & {"same"}
    return json.dumps(
        [told, sorted(filter(None, charged_by)), sorted(named), config.report.language, str(config.folder)],
        sort_keys=True,
    )


def _files(config: Config) -> list[File] | None:
    """The files behind the contacts as they are now; None where one is missing, or a database is among them."""
    sources = range(len(config.data.sources or []))
    places = [config.of_source(i).data.contacts for i in sources] or [config.data.contacts]
    places += [place.path for place in config.data.beside().values()]
    if any(place is None or "://" in place for place in places):
        return None
    try:
        return [_as_it_is(file) for place in places for file in files_at(config, str(place))]
    except (Refusal, OSError):  # opening them says which key named what
        return None


def _as_it_is(file: Path) -> File:
    stat = file.stat()
    return str(file), stat.st_ino, stat.st_size, stat.st_mtime_ns
