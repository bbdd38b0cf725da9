"""Whether a pilot's last good run would only be made again."""

from pilot_analysis import __version__
from pilot_analysis.config.models import Config
from pilot_analysis.contacts.faults import engine_faults
from pilot_analysis.contacts.known import with_presets
from pilot_analysis.contacts.sources import open_all
from pilot_analysis.contacts.table import open_contacts
from pilot_analysis.report.provenance import code_hash, config_hash
from pilot_analysis.runs.history import Entry, files_of


def unchanged(config: Config, last: Entry) -> bool:
    """Whether data, config (overrides and `--as-of` included) and version are those of the run `last`.

    Data files are compared by their bytes. A database is asked for the count and hash of its contacts.

    Raises:
        Refusal: the data cannot be read.
    """
    with engine_faults(config):
        return _unchanged(with_presets(config), last)


def _unchanged(config: Config, last: Entry) -> bool:
    if (last.config, last.version, last.code) != (config_hash(config), __version__, code_hash()):
        return False
    sources = open_all(config)
    if all(source.files for source in sources):
        return files_of([file for source in sources for file in source.fingerprints()]) == last.data
    return not last.data and open_contacts(config).content == last.contacts
