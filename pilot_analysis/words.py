"""Words and numbers as people write them, in the language of the report.

The bottom of the package: every floor may import it, it imports nothing of the package.
All sentences stand in one gettext catalogue (`locale/pilot_analysis.pot`); numbers, dates and
money are written by Babel.
"""

import gettext
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from datetime import date
from functools import cache
from pathlib import Path

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import NumberPattern, format_decimal

DOMAIN = "pilot_analysis"
LOCALE_DIR = Path(__file__).parent / "locale"
MINUS = "\N{MINUS SIGN}"
MISSING = "\N{EN DASH}"
WIDE = 0.05  # half-width of an interval from which on whole points are enough
TINY = 1e-9  # no effect, but for what floating point leaves

_language: ContextVar[str] = ContextVar("language", default="en")


@contextmanager
def language(code: str) -> Iterator[None]:
    """Speak `code` (a locale Babel knows, such as `en` or `de`) inside the block."""
    token = _language.set(code)
    try:
        yield
    finally:
        _language.reset(token)


def known_language(code: str) -> bool:
    """Whether numbers can be written in `code`; sentences fall back to English."""
    try:
        Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def current_language() -> str:
    """The locale code in force."""
    return _language.get()


def right_to_left() -> bool:
    """Whether the language in force is written from right to left."""
    return bool(Locale.parse(_language.get()).text_direction == "rtl")


def translations() -> gettext.NullTranslations:
    """The catalogue of the language in force; English needs none."""
    return _catalogue(_language.get(), LOCALE_DIR)


@cache
def _catalogue(name: str, folder: Path) -> gettext.NullTranslations:
    # gettext itself looks for the file at every sentence
    return gettext.translation(DOMAIN, folder, [name], fallback=True)


def _(message: str) -> str:
    """The sentence in the language in force. Fill it with `.format(...)`, by name."""
    return translations().gettext(message)


def ngettext(one: str, many: str, n: float) -> str:
    """The sentence for `n` things in the language in force."""
    return translations().ngettext(one, many, int(n))


def decimal(x: float | None, digits: int = 1, *, signed: bool = False) -> str:
    """A plain number with a fixed count of digits and a true minus sign."""
    if x is None:
        return MISSING
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    text = format_decimal(abs(x), pattern, locale=_language.get())
    # What rounds to nothing carries no sign.
    sign = "" if not any(c in "123456789" for c in text) else MINUS if x < 0 else "+" if signed else ""
    return sign + text


def count(n: float | None) -> str:
    """A count, grouped by thousands."""
    return decimal(n, 0)


def counted(n: float | None, smallest: int) -> str:
    """A count; where it is hidden or below `smallest`, only that."""
    few = n is None or 0 < n < smallest
    return _("fewer than {n}").format(n=count(smallest)) if few else count(n)


def nth(n: int) -> str:
    """A place in an order: 1st, 2nd, 3rd, 4th, 11th, 21st."""
    ending = {1: _("{n}st"), 2: _("{n}nd"), 3: _("{n}rd")}.get(n % 10 if n % 100 not in (11, 12, 13) else 0)
    return (ending or _("{n}th")).format(n=count(n))


def percent(x: float | None, digits: int = 1, *, signed: bool = False) -> str:
    """A fraction as a percentage, as the language writes it: 0.834 is 83.4%, in German 83,4 %."""
    if x is None:
        return MISSING
    pattern = _with_digits(Locale.parse(_language.get()).percent_formats[None], digits)
    text = str(pattern.apply(abs(x), _language.get()))
    sign = "" if not any(c in "123456789" for c in text) else MINUS if x < 0 else "+" if signed else ""
    return sign + text


def points(x: float | None, digits: int = 1, *, signed: bool = False) -> str:
    """A difference of fractions in percentage points: 0.03 is 3.0 points."""
    if x is None:
        return MISSING
    return _("{n} points").format(n=decimal(x * 100, digits, signed=signed))


def p_value(p: float) -> str:
    """Four decimals; below that only that it is below."""
    return decimal(p, 4) if p >= 0.0001 else "< " + decimal(0.0001, 4)


def money(x: float | None, currency: str, digits: int | None = None) -> str:
    """An amount in its currency, with the digits that the currency has unless told."""
    if x is None:
        return MISSING
    pattern = Locale.parse(_language.get()).currency_formats["standard"]
    if digits is not None:
        pattern = _with_digits(pattern, digits)
    text = pattern.apply(abs(x), _language.get(), currency=currency, currency_digits=digits is None)
    return (MINUS if x < 0 else "") + str(text)


def _with_digits(pattern: NumberPattern, digits: int) -> NumberPattern:
    """The language's own pattern with a fixed count of decimals; Babel's is shared, so a copy."""
    own = copy(pattern)
    own.frac_prec = (digits, digits)
    return own


def duration(seconds: float | None) -> str:
    """A time in the unit a person would use: 42 s, 12.5 min, 3.2 h, 2.1 days."""
    if seconds is None:
        return MISSING
    size = abs(seconds)
    if size < 90:
        return _("{n} s").format(n=decimal(seconds, 0))
    if size < 90 * 60:
        return _("{n} min").format(n=decimal(seconds / 60, 1))
    if size < 48 * 3600:
        return _("{n} h").format(n=decimal(seconds / 3600, 1))
    return _("{n} days").format(n=decimal(seconds / 86400, 1))


def day(when: date | None) -> str:
    """A date: 2 Mar 2026 (the order is the language's own)."""
    if when is None:
        return MISSING
    return str(format_date(when, "d MMM y" if _language.get() == "en" else "medium", locale=_language.get()))


def short_day(when: date) -> str:
    """A date without its year: 2 Mar (the order is the language's own)."""
    if _language.get() == "en":
        return str(format_date(when, "d MMM", locale="en"))
    return str(format_skeleton("MMMd", when, locale=_language.get()))


def level(x: float | None, unit: str) -> str:
    """A KPI's value in an arm: `unit` is fraction, seconds, score or a currency code."""
    if unit == "fraction":
        return percent(x)
    if unit == "seconds":
        return duration(x)
    if unit == "score":
        return decimal(x, 2)
    return money(x, unit)


def benefit(x: float | None, unit: str, kind: str, digits: int | None = None, *, signed: bool = True) -> str:
    """An effect on the benefit scale: points for fractions, per cent for ratios, else the score."""
    if kind == "ratio":
        return percent(x, 1 if digits is None else digits, signed=signed)
    if unit == "fraction":
        return points(x, 1 if digits is None else digits, signed=signed)
    return decimal(x, 2 if digits is None else digits, signed=signed)


def span(low: float, high: float, unit: str, kind: str, digits: int | None = None, *, signed: bool = True) -> str:
    """Two effects on the benefit scale with their unit once: +0.7 to +3.8 points, 19% to 25%."""
    if kind != "ratio" and unit == "fraction":
        ends = [decimal(x * 100, 1 if digits is None else digits, signed=signed) for x in (low, high)]
        return _("{low} to {high} points").format(low=ends[0], high=ends[1])
    ends = [benefit(x, unit, kind, digits, signed=signed) for x in (low, high)]
    return _("{low} to {high}").format(low=ends[0], high=ends[1])


def compared(x: float, unit: str, kind: str, digits: int | None = None) -> str:
    """An effect on the benefit scale as a person says it: 1.2 points better, 14.7% worse (a cost of −14.7% is no
    saving)."""
    size = benefit(abs(x), unit, kind, digits, signed=False)
    return (_("{size} better") if x >= 0 else _("{size} worse")).format(size=size)


def digits_of(low: float | None, high: float | None, limit: float | None, unit: str, kind: str) -> int:
    """Decimals that an interval on the benefit scale supports; more where rounding would hide on which side of its
    limit it begins, or that it lies on one side of no effect."""
    half = 0.0 if low is None or high is None else (high - low) / 2
    if unit == "score" and kind == "difference":
        least, size = (0 if half > 5 else 1 if half > 0.5 else 2), 1
    else:
        least, size = (0 if half > WIDE else 1), 100
    apart = [] if low is None or limit is None or low == limit else [(low, limit)]
    apart += [(low, 0.0)] if low is not None and low > TINY else []
    apart += [(high, 0.0)] if high is not None and high < -TINY else []
    for digits in range(least, least + 2):
        if all(round(end * size, digits) != round(other * size, digits) for end, other in apart):
            return digits
    return least + 2


def joined(parts: list[str]) -> str:
    """A list as a person says it: a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return _("{first} and {last}").format(first=", ".join(parts[:-1]), last=parts[-1])


def first_of(parts: Sequence[str], most: int) -> list[str]:
    """The first of some parts, and how many more there are."""
    more = len(parts) - most
    return [*parts[:most], _("{n} more").format(n=count(more))] if more > 0 else list(parts)


def capitalised(text: str) -> str:
    """A text as a sentence begins; all but its first letter stays as it is."""
    return text[:1].upper() + text[1:]


def named(code: str, names: Mapping[str, str]) -> str:
    """What a code is called; one without a name is read as it stands."""
    return names.get(code) or code.replace("_", " ").capitalize()


def arm_name(arm: str) -> str:
    """The arm as the page calls it."""
    return _("in-house") if arm == "baseline" else _("pilot")
