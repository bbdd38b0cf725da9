"""What an engine says when it cannot answer, in the middle of a review too, as a refusal: what was said, what to do."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.snapshots import snapshots
from pilot_analysis.refusal import EngineFailure, Refusal

RAISED = (  # module of a driver, and the class of which all are that it raises
    ("builtins", "ConnectionError"), ("duckdb", "Error"), ("sqlite3", "Error"), ("pyarrow", "ArrowException"),
    ("psycopg", "Error"), ("pyspark.errors", "PySparkException"), ("py4j.protocol", "Py4JError"),
    ("google.api_core.exceptions", "GoogleAPIError"), ("google.auth.exceptions", "GoogleAuthError"),
    ("snowflake.connector.errors", "Error"),
)  # fmt: skip


class Fault(NamedTuple):
    """What went wrong and what to do; `refused`: whether the data are to blame, or the place where they are."""

    problem: str
    remedy: str
    refused: bool = True


LOST = Fault("the connection to the data was lost", "the same command again, once the server answers")
STOPPED = Fault("the server would not answer", "a user whose queries may take longer, a replica, or a quieter hour")
BUSY = Fault("another program is writing to the database", "the same command again, or a copy of the file")
RIGHTS = Fault("this user may not read the data", "a user with the right to SELECT from the table, or to read the file")
GONE = Fault("what was to be read is not there, or no longer", "a table, columns and files that stay during a review")
VALUE = Fault("a value does not fit the type that it is read as", "values that fit: mend the table, or the view of it")
DAMAGED = Fault("the data are damaged, or not what their name says", "a whole file of that kind")
ROOM = Fault(
    "the engine has no room left",
    "free space for what does not fit into memory, here (TMPDIR) or at the server, or more memory",
    refused=False,
)
OTHER = Fault("the engine failed", "PILOT_ANALYSIS_DEBUG=1 shows all that it says, and where", refused=False)

STATES = {  # how an SQLSTATE begins, as PostgreSQL, Spark and Snowflake give it
    "08": LOST, "57P0": LOST, "25P03": LOST, "57014": STOPPED, "40": STOPPED, "533": STOPPED, "55P03": STOPPED,
    "28": RIGHTS, "42501": RIGHTS, "42703": GONE, "42P01": GONE, "42704": GONE, "42K03": GONE, "42S": GONE, "3D": GONE,
    "3F": GONE, "22": VALUE, "531": ROOM, "532": ROOM, "534": ROOM, "XX001": DAMAGED,
}  # fmt: skip
NAMES = {  # of exceptions, and SQLite's of its codes
    "ConversionException": VALUE, "OutOfRangeException": VALUE, "BinderException": GONE, "CatalogException": GONE,
    "OutOfMemoryException": ROOM, "SerializationException": DAMAGED,
    "SQLITE_BUSY": BUSY, "SQLITE_LOCKED": BUSY, "SQLITE_PERM": RIGHTS, "SQLITE_AUTH": RIGHTS, "SQLITE_CANTOPEN": GONE,
    "SQLITE_CORRUPT": DAMAGED, "SQLITE_NOTADB": DAMAGED, "SQLITE_FULL": ROOM, "SQLITE_NOMEM": ROOM,
    "Forbidden": RIGHTS, "Unauthorized": RIGHTS, "RefreshError": RIGHTS, "DefaultCredentialsError": RIGHTS,
    "NotFound": GONE, "ServiceUnavailable": LOST, "GatewayTimeout": LOST, "TooManyRequests": STOPPED,
    "Py4JNetworkError": LOST, "ConnectionError": LOST,
}  # fmt: skip
WORDS = (  # where neither is given; in this order
    (r"no space left|disk quota|disk is full|failed to offload|OutOfMemoryError", ROOM),
    (r"permission denied|access ?denied|AccessControl", RIGHTS),
    (r"could not set lock", BUSY),
    (r"could not decode|invalid unicode", VALUE),
    (r"no such file|no files found|FileNotFound|does not exist", GONE),
    (r"magic bytes|footer|decompress|corrupt|malformed|not a Parquet|TProtocol|page header", DAMAGED),
    (r"connection|calling o\d+\.", LOST),  # the latter is what is left of a Spark that was killed
)
SECRET_ITEM = re.compile(r"([?&][^=&]*(?:pass|pwd|token|secret|key)[^=&]*=)[^&]*", re.IGNORECASE)  # of a URL's query


@contextmanager
def engine_faults(config: Config) -> Iterator[None]:
    """Whatever reads the data of a config: engines' errors become refusals, and no refusal shows a secret.

    A PostgreSQL answers from one state of it.

    Raises:
        EngineFailure: where neither the config nor the data are to blame, such as a full disk.
        Refusal: otherwise.
    """
    several = config.data.sources
    places = [(config.data.contacts, config.data.table)] if several is None else [(s.path, s.table) for s in several]
    try:
        with reading(" and ".join(called(str(place), table) for place, table in places)), snapshots():
            yield
    except Refusal as refusal:
        if refusal.key == "data.contacts" and several:
            refusal.key = "data.sources"
        raise refusal.redacted(config.without_secrets) from refusal.__cause__


@contextmanager
def reading(name: Path | str) -> Iterator[None]:
    """Whatever reads one source: what its engine says becomes a refusal.

    Args:
        name: what the source is called in messages.

    Raises:
        EngineFailure, Refusal: as `engine_faults` does.
    """
    try:
        yield
    except Exception as error:
        if not _of_engine(error):
            raise
        first = _first(error)
        unreadable = _unreadable_text(first, name)
        if unreadable is not None:
            raise unreadable from None
        fault = fault_of(first)
        kind = Refusal if fault.refused else EngineFailure
        raise kind(
            fault.problem, file=str(name), key="data.contacts", found=said_by(first), allowed=fault.remedy
        ) from (error if fault is OTHER else None)  # fmt: skip


def _of_engine(error: Exception) -> bool:
    """Whether an engine or its driver raised this; a driver that was never imported did not."""
    kinds = tuple(getattr(sys.modules[module], name) for module, name in RAISED if module in sys.modules)
    return isinstance(error, kinds) and type(error).__name__ != "InterruptException"  # a person did that


def _first(error: Exception) -> Exception:
    """What the engine said first; what it says after that is of cleaning up."""
    before = error.__context__
    if isinstance(before, Exception) and not error.__suppress_context__ and _of_engine(before):
        return _first(before)
    return error


def _unreadable_text(error: Exception, name: Path | str) -> Refusal | None:
    """What DuckDB says of a text file, with its line where it knows it."""
    said = [row.strip() for row in str(error).splitlines() if row.strip()]
    if type(error).__name__ != "InvalidInputException" or "CSV" not in str(error):
        return None
    line = next((f": {row.removeprefix('Invalid Input Error: ')}" for row in said if "Line:" in row), "")
    return Refusal(
        f"the data cannot be read{line}", file=str(name),
        found=said[1] if line and len(said) > 1 else said[0],
        allowed="rows with as many fields as the header, one delimiter, one kind of line end",
    )  # fmt: skip


def fault_of(error: Exception) -> Fault:
    """What is wrong: by the SQLSTATE of an error, else by its name, else by its words."""
    text = str(error)
    state = getattr(error, "sqlstate", None) or next(iter(re.findall(r"SQLSTATE: (\w{5})", text)), "")
    by_state = [fault for begin, fault in STATES.items() if str(state).startswith(begin)]
    names = [getattr(error, "sqlite_errorname", ""), *(kind.__name__ for kind in type(error).__mro__)]
    by_name = [NAMES[name] for name in names if name in NAMES]
    by_words = [fault for words, fault in WORDS if re.search(words, text, re.IGNORECASE)]
    return next(iter([*by_state, *by_name, *by_words]), OTHER)


def said_by(error: Exception) -> str:
    """One line of what was said: of a chain of causes the first one, without the way that it came."""
    text = str(error).strip()
    causes = re.findall(r"^Caused by: (.+)$", text, re.MULTILINE)
    line = causes[-1] if causes else text.partition("\n")[0]
    return f"{type(error).__name__}: {line.rpartition(' failed: ')[2]}"


def called(place: str, table: str | None) -> str:
    """What a source is called in messages: without user and password, if it is a URL.

    A password may hold any sign, so whatever stands before the last @ goes.
    """
    scheme, sign, rest = place.partition("://")
    if not sign:
        return place
    shown = SECRET_ITEM.sub(r"\1…", rest.rpartition("@")[2])
    return f"{scheme}://{shown}" + (f", table {table}" if table else "")
