"""How large a packed file is before anything unpacks it."""

import zlib
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from pilot_analysis.contacts.dialect import LONGEST_LINE
from pilot_analysis.contacts.faults import reading
from pilot_analysis.refusal import Refusal

HIGHEST_RATIO = 1032  # deflate packs no tighter, so a file this much smaller than the limit need not be looked at
CHUNK = 1 << 20
UNSEEN = 16_000_000  # bytes of a last line without an end, from which on the engine drops it and says nothing
TEXT = (".csv", ".tsv", ".txt")


def refuse_too_large(file: Path, largest_gb: float) -> None:
    """Refuse a file that is larger than `largest_gb` once unpacked.

    Raises:
        Refusal: naming the limit and its key; or where the file is no archive of its kind.
    """
    limit, size, last = int(largest_gb * 1e9), file.stat().st_size, 0
    try:
        if file.suffix.lower() == ".gz":
            too_large = size > limit
            if not too_large and size * HIGHEST_RATIO > min(limit, UNSEEN):
                too_large, last = _gzip_measured(file, limit)
        elif file.suffix.lower() == ".xlsx":
            with ZipFile(file) as archive:
                too_large = sum(part.file_size for part in archive.infolist()) > limit
        else:
            too_large = size > limit
            last = _last_line(file) if size > UNSEEN and file.suffix.lower() in TEXT else 0
    except (OSError, BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise Refusal("the data file cannot be read", file=str(file), found=str(error) or type(error).__name__,
                      allowed=f"a file that is what its ending says: {file.suffix}") from None  # fmt: skip
    if too_large:
        raise _too_large(file, largest_gb)
    if last > LONGEST_LINE:
        raise Refusal("the data cannot be read", file=str(file), found=f"a last line beyond {LONGEST_LINE:,} bytes",
                      allowed="lines that end")  # fmt: skip


def refuse_large_parquet(connection: Any, file: Path, largest_gb: float) -> None:
    """Refuse a Parquet file that is larger than `largest_gb` once unpacked, or has more cells than that has bytes: one
    value that stands for a billion rows packs into nothing. Its footer says both.

    Args:
        connection: Ibis on DuckDB.

    Raises:
        Refusal: naming the limit and its key; or where the file is no Parquet file.
    """
    with reading(file):
        unpacked, cells = connection.con.execute(
            "SELECT sum(total_uncompressed_size), sum(num_values) FROM parquet_metadata(?)", [str(file)]
        ).fetchone()
    if max(unpacked or 0, cells or 0) > largest_gb * 1e9:
        raise _too_large(file, largest_gb)


def _too_large(file: Path, largest_gb: float) -> Refusal:
    return Refusal(
        "the data file is too large once unpacked", file=str(file), key="data.largest_gb",
        found=f"more than {largest_gb:g} GB from {file.stat().st_size / 1e6:,.1f} MB",
        allowed="fewer contacts, or a larger limit: --set data.largest_gb=...",
    )  # fmt: skip


def _last_line(file: Path) -> int:
    """How many bytes stand after the last line's end, looking no further than needed."""
    with file.open("rb") as stream:
        stream.seek(-(LONGEST_LINE + 1), 2)
        return _after_line_end(stream.read())


def _after_line_end(text: bytes) -> int:
    return len(text) - 1 - max(text.rfind(b"\n"), text.rfind(b"\r"))


def _gzip_measured(file: Path, limit: int) -> tuple[bool, int]:
    """Whether a gzip file unpacks to more than `limit` bytes, and how many stand after the last line's end; nothing of
    it is kept."""
    unpacker, unpacked, last = zlib.decompressobj(wbits=31), 0, 0
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            while chunk:
                text = unpacker.decompress(chunk, CHUNK)
                unpacked += len(text)
                if unpacked > limit:
                    return True, 0
                after = _after_line_end(text)
                last = last + after if after == len(text) else after
                chunk = unpacker.unconsumed_tail
                if unpacker.eof:  # files of several members
                    chunk, unpacker = unpacker.unused_data, zlib.decompressobj(wbits=31)
    return False, last
