"""Numbers that look unlike themselves: another unit, or one KPI bought with another."""

from collections.abc import Sequence
from math import log

from pilot_analysis.contacts.as_read import Said
from pilot_analysis.contacts.check import WORSE, Check
from pilot_analysis.contacts.table import ARMS, Contacts
from pilot_analysis.decision.estimate import Estimate
from pilot_analysis.words import _, arm_name, count, decimal, duration, joined

TIMES_APART = 30.0  # one arm's time over the other's, from which on a unit is the likelier reason
MONEY_APART = 50.0  # the same of cost: euros and cents
SHORTEST_HANDLING, LONGEST_HANDLING = 15.0, 4 * 3600.0  # seconds, of a mean handle time


def units_check(contacts: Contacts, estimates: Sequence[Estimate], read: Sequence[Said] = ()) -> Check | None:
    """In which units durations were read, and whether times and costs of the arms look like different units.

    Args:
        read: how the durations were read, and what speaks against it.

    warn: times of the arms more than TIMES_APART apart, a mean handle time that no person has, handle times beyond a
    day. fail: costs more than MONEY_APART apart. None where the log has neither times nor costs.
    """
    compared = _compared(contacts, estimates)
    said = [*read, *([compared] if compared is not None else [])]
    if not said:
        return None
    # what is amiss first
    said.sort(key=lambda one: WORSE.index(one.status), reverse=True)
    return Check("units", said[0].status, " ".join(one.text for one in said))


def _compared(contacts: Contacts, estimates: Sequence[Estimate]) -> Said | None:
    """The arms beside each other; None where the log has neither times nor costs."""
    ratios = [e for e in estimates if e.metric.kind == "ratio" and e.metric.form != "per_resolution"]
    seen = [e for e in ratios if e.arms is not None]
    if not seen:
        return None
    odd, broken = [], False
    for e in seen:
        assert e.arms is not None
        base, pilot = (arm.value for arm in e.arms)
        if not (base > 0 and pilot > 0):
            continue
        apart = max(base / pilot, pilot / base)
        if e.metric.unit == "seconds" and apart >= TIMES_APART:
            odd.append(_("{kpi} is {apart} times as long in one arm, as {units} would be").format(
                kpi=e.metric.name, apart=decimal(apart, 0), units=_units(apart)))  # fmt: skip
        if e.metric.id == "cost_per_contact" and apart >= MONEY_APART:
            broken = True
            odd.append(_("{kpi} is {apart} times as high in one arm, as a currency and its cents would be").format(
                kpi=e.metric.name, apart=decimal(apart, 0)))  # fmt: skip
        if e.metric.id == "handle_time":
            odd += [
                _("handle time is {time} on average {arm}, which no person has").format(
                    time=duration(value), arm=arm_name(arm))
                for arm, value in zip(ARMS, (base, pilot), strict=True)
                if not SHORTEST_HANDLING <= value <= LONGEST_HANDLING
            ]  # fmt: skip
    long = sum(int(contacts.facts[arm].get("over_a_day", 0)) for arm in ARMS)
    if long:
        odd.append(_("{n} contacts have a handle time beyond a day").format(n=count(long)))
    if not odd:
        return Said("pass", _("Times and costs of the arms are of one order of size."))
    return Said("fail" if broken else "warn", _("Look at the units: {odd}.").format(odd=joined(odd)))


def _units(apart: float) -> str:
    """The two units whose factor comes nearest."""
    names = {60: _("minutes and seconds"), 1000: _("seconds and milliseconds"), 3600: _("hours and seconds")}
    return names[min(names, key=lambda factor: abs(log(apart / factor)))]


def gaming_check(estimates: Sequence[Estimate]) -> Check | None:
    """Whether one KPI is shown to be better and its price elsewhere shown to be worse, both by their intervals.

    None where no such pair was measured.
    """
    known = {e.metric.id: e for e in estimates if e.effect is not None and e.why is None}
    pairs = [
        ("handle_time", "fcr", _("handle time is shorter, and customers come back more often")),
        ("resolution_time", "reopen_rate", _("contacts are closed sooner, and reopened more often")),
        ("fcr", "reopen_rate", _("more contacts count as resolved, and more are reopened")),
    ]
    measured = [(known[gain], known[price], text) for gain, price, text in pairs if gain in known and price in known]
    if not measured:
        return None
    shown = [
        text for gain, price, text in measured
        if gain.effect is not None and gain.effect.benefit_low > 0
        and price.effect is not None and price.effect.benefit_high < 0
    ]  # fmt: skip
    if shown:
        text = _("Shown by both intervals: {parts}. Contacts may be closed early.").format(parts=joined(shown))
        return Check("gaming", "warn", text)
    return Check("gaming", "pass", _("No KPI is shown to be better at the price of another."))
