"""A hash of the contacts themselves: whatever order, file format or engine they come in."""

from collections.abc import Iterable
from hashlib import sha256

import ibis
import ibis.expr.types as ir

DIGITS = "0123456789abcdef"
TAKEN = 7  # hex digits: 28 bits, which fit the 32-bit integers in which some engines count
MILLIONTH = 1e6
LARGEST = 9e12  # in millionths still a 64-bit integer
FIELD, NOTHING = "\x1f", "\x1e"


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def md5(text: str) -> str:  # type: ignore[empty-body]
    """The MD5 of a text as 32 hex digits; all engines but BigQuery have it under this name."""


def content_sum(table: ir.Table, columns: Iterable[str], engine: str) -> ir.IntegerValue:
    """What to add up over the contacts for their hash.

    Stamps count to the second, numbers to a millionth. Every contact is hashed by the engine; a sum of hashes does not
    depend on the order of the contacts. DuckDB hashes values as they are, ten times as fast as the MD5 of their text,
    which is what all other engines have in common.

    Args:
        engine: what computes.
    """
    fields = {name: settled(table[name]) for name in sorted(columns)}
    if engine == "duckdb":
        hashed: ir.IntegerValue = ibis.struct(fields).hash()
        return (hashed % 2**31).sum()
    return md5_number(fields.values(), engine).sum()


def md5_number(fields: Iterable[ir.Value], engine: str) -> ir.IntegerValue:
    """The first TAKEN hex digits of the MD5 of settled fields, written one after the other."""
    text = ibis.literal(FIELD).join([_text(field).fill_null(NOTHING) for field in fields])
    digest = text.hexdigest("md5") if engine == "bigquery" else md5(text)
    places = [
        ibis.literal(DIGITS).find(digest.substr(i, 1)).cast("int64") * 16 ** (TAKEN - 1 - i) for i in range(TAKEN)
    ]
    return sum(places[1:], start=places[0])


def content_hash(columns: Iterable[str], total: int) -> str:
    """SHA-256, as hex digits, of the names of the columns and the `content_sum` of the contacts."""
    return sha256(" ".join([*sorted(columns), str(total)]).encode()).hexdigest()


def settled(value: ir.Value) -> ir.Value:
    """Stamps as whole seconds, numbers as whole millionths where those are exact, all else as it is."""
    kind = value.type()
    if kind.is_timestamp():
        return value.truncate("s").epoch_seconds().cast("int64")
    if kind.is_numeric() and not kind.is_boolean():
        small = value.abs() < LARGEST
        return ibis.ifelse(small, (value * MILLIONTH).round(), value)
    return value


def _text(value: ir.Value) -> ir.StringValue:
    kind = value.type()
    if kind.is_boolean():
        return ibis.cases((value, "1"), (~value, "0"))  # PostgreSQL makes no number of a truth
    if kind.is_floating():
        whole = value.abs() < LARGEST * MILLIONTH
        return ibis.ifelse(whole, ibis.ifelse(whole, value, 0.0).cast("int64").cast("string"), value.cast("string"))
    return value.cast("string")
