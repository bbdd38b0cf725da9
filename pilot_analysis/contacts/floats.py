"""Constants that are floats in every engine: a bare 1.0 or 3.5 is a decimal, and sums and products of those are cut."""

import ibis
import ibis.expr.types as ir


def number(x: float) -> ir.FloatingValue:
    """A constant with all of its digits."""
    return ibis.literal(repr(float(x))).cast("float64")


ONE, ZERO = number(1), number(0)
