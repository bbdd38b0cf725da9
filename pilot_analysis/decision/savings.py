"""What the pilot saves a month and a year, what would change that, and what has to be known beside it."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, isclose
from typing import Literal

from pilot_analysis.costs import bridge
from pilot_analysis.costs.bridge import Step
from pilot_analysis.costs.by_volume import Price, prices_by_volume
from pilot_analysis.costs.projection import (
    BUFFERS,
    DAYS_A_MONTH,
    MONTHS_A_YEAR,
    TIME_KINDS,
    Amount,
    Terms,
    at_volume,
    break_even_volume,
    buffered,
    exchanged,
    longer_handling,
    payback,
    return_on,
    without,
)
from pilot_analysis.costs.seasons import Seasons
from pilot_analysis.decision.findings import Findings
from pilot_analysis.decision.gates import Gate
from pilot_analysis.decision.resolved import resolved
from pilot_analysis.decision.volume import contacts_a_month

VOLUMES = (0.5, 0.75, 1.25, 1.5, 2.0)  # times the volume to be scaled
CHANGES = (-0.20, -0.10, 0.10, 0.20)  # of handle time
RATES = (-0.10, -0.05, 0.05, 0.10)  # of an exchange rate
POINTS = (-0.05, -0.03, 0.03, 0.05)  # of first contact resolution


@dataclass(frozen=True)
class FirstYear:
    """The first year with a buffer on the fees: cost per contact, what the year saves, ROI."""

    buffer: float
    per_contact: float
    saving: Amount
    roi: float | None


@dataclass(frozen=True)
class BreakEven:
    """A fee per contact, and by which cost, for which share saved and with which buffer it is that; None below 0.

    `by` interval: at which the whole interval of the cost per contact shows that share.
    """

    by: Literal["contact", "interval", "resolution"]
    saving: float
    buffer: float
    fee: float | None


@dataclass(frozen=True)
class Sensitivity:
    """One thing otherwise, all else as it is.

    Attributes:
        what: volume, handle_time_pilot, handle_time_in_house, fcr or exchange_rate; of: the currency of a rate.
        change: relative; of fcr in points as a fraction.
        saving: of the year.
    """

    what: str
    of: str | None
    change: float
    saving: Amount


@dataclass(frozen=True)
class MonthOfYear:
    """A month with its season: the volume that the pilot's year has in it, and what it saves."""

    month: str
    index: float
    contacts: float
    saving: float


@dataclass(frozen=True)
class AtGate:
    """The year's saving once the vendor's volume has been raised by a step.

    `share` of the in-house volume in scope has moved then; `per_month` contacts a month are the vendor's.
    """

    share: float
    per_month: float
    saving: Amount


@dataclass(frozen=True)
class Worth:
    """What a KPI's effect is worth a year by the config's own value of a point; no part of any saving."""

    kpi: str
    of_a_point: float
    points: Amount
    amount: Amount


@dataclass(frozen=True)
class Savings:
    """All money to come. Per year and month at `per_month` contacts a month, against the avoidable in-house cost.

    Attributes:
        per_month: contacts a month that the money is for; source: config, or pilot for its own volume.
        pilot_per_month: contacts a month in the pilot's judged days.
        fee, other: of the pilot's cost per contact, what the vendor charges and what comes beside it.
        in_house: avoidable cost per contact; stranded: what in-house goes on paying per contact.
        per_contact: what one contact saves at that volume; month, year: what so many do.
        roi: of the year; first_years: the first one, with each buffer.
        one_off: all one-off costs; payback: months until they are paid back, by the estimate and by the low end.
        break_even: fees; least_volume: contacts a month below which nothing is saved.
        sensitivities, months, pilot_index: see there; the last two are empty and None without a season.
        usual_year: what the year saves at the volume of the log's twelve months; None without them.
        at_gates: the year at the volumes that the verdict advises, where the config states none.
        worth: kept apart.
        per_contact_steps, per_resolution_steps: the bridges; the second is empty where it is not measured.
    """

    per_month: float
    source: Literal["config", "pilot"]
    pilot_per_month: float
    fee: float
    other: float
    in_house: float
    stranded: float
    per_contact: Amount
    month: Amount
    year: Amount
    roi: float | None
    first_years: tuple[FirstYear, ...]
    one_off: float
    payback: float | None
    payback_low: float | None
    break_even: tuple[BreakEven, ...]
    least_volume: float | None
    sensitivities: tuple[Sensitivity, ...]
    months: tuple[MonthOfYear, ...]
    pilot_index: float | None
    usual_year: Amount | None
    at_gates: tuple[AtGate, ...]
    worth: tuple[Worth, ...]
    per_contact_steps: tuple[Step, ...]
    per_resolution_steps: tuple[Step, ...]


@dataclass(frozen=True)
class _Case:
    """The findings with what a contact costs at any volume."""

    findings: Findings
    terms: Terms
    now: float  # contacts a month
    prices: dict[str, Price]  # of what depends on volume, by place

    def at(self, per_month: float) -> Terms:
        """Against the avoidable in-house cost, at so many contacts a month."""
        return self.terms.avoidable().changed(at_volume(self.now, per_month, self.prices))

    def saving(self, per_month: float) -> Amount:
        """Of a month with so many contacts."""
        return self.at(per_month).saving.times(per_month)


def savings(f: Findings, seasons: Seasons | None, share: float = 1.0, gates: Sequence[Gate] = ()) -> Savings | None:
    """The money of a whole pilot, or of a part with this share of its contacts; None where cost has no interval.

    `gates` are the steps by which its volume shall be raised.
    """
    terms, ledger, wanted = f.terms, f.ledger, f.config.costs.volume_per_month
    now = contacts_a_month(ledger)
    if terms is None or ledger is None or now is None:
        return None
    now *= share
    case = _Case(f, terms, now, prices_by_volume(f.config.costs))
    per_month = now if wanted is None else wanted * share
    then = case.at(per_month)
    one_off = fsum(line.rate or 0.0 for line in terms.pilot_lines if line.one_off)
    running = then.changed(without(lambda line: line.one_off)).saving.times(per_month)
    per_year = per_month * MONTHS_A_YEAR
    usual = None if seasons is None or not seasons.whole_year else now / seasons.pilot_index
    return Savings(
        per_month=per_month, source="pilot" if wanted is None else "config", pilot_per_month=now, fee=terms.fee,
        other=terms.other, in_house=then.in_house, stranded=terms.stranded, per_contact=then.saving,
        month=then.saving.times(per_month), year=then.saving.times(per_year),
        roi=return_on(then.in_house, then.pilot),
        first_years=tuple(_first_year(then, buffer, per_year) for buffer in BUFFERS),
        one_off=one_off, payback=payback(one_off, running.estimate) if one_off else None,
        payback_low=payback(one_off, running.low) if one_off else None,
        break_even=tuple(_break_even(f, terms)),
        least_volume=break_even_volume(lambda volume: case.at(volume).saving.estimate, per_month),
        sensitivities=tuple(_sensitivities(case, per_month)),
        months=_months(case, seasons, per_month if wanted is not None else usual or now),
        pilot_index=None if seasons is None else seasons.pilot_index,
        usual_year=None if usual is None else case.saving(usual).times(MONTHS_A_YEAR),
        at_gates=tuple(_at_gate(case, gate) for gate in gates) if wanted is None else (),
        worth=tuple(_worth(f)),
        per_contact_steps=tuple(
            bridge.per_contact(terms.in_house, terms.pilot, terms.in_house_lines, terms.pilot_lines)
        ),
        per_resolution_steps=tuple(_per_resolution(f, terms)),
    )  # fmt: skip


def _first_year(terms: Terms, buffer: float, per_year: float) -> FirstYear:
    then = terms.changed(buffered(buffer))
    return FirstYear(buffer, then.pilot, then.saving.times(per_year), return_on(then.in_house, then.pilot))


def _at_gate(case: _Case, gate: Gate) -> AtGate:
    per_month = case.now + gate.more * DAYS_A_MONTH
    return AtGate(gate.share, per_month, case.saving(per_month).times(MONTHS_A_YEAR))


def _break_even(f: Findings, terms: Terms) -> list[BreakEven]:
    """For nothing saved and for the hurdle, without a buffer and with each; against the cost that the goals judge."""
    cost = f.estimate("cost_per_contact")
    hurdle = 0.0 if cost is None else cost.metric.hurdle or 0.0
    totals: list[tuple[Literal["contact", "interval", "resolution"], float, float]] = [
        ("contact", saving, terms.in_house * (1 - saving)) for saving in dict.fromkeys((0.0, hurdle))
    ]
    if not isclose(terms.most, terms.pilot, rel_tol=1e-9):
        totals.append(("interval", hurdle, terms.in_house * (1 - hurdle) * terms.pilot / terms.most))
    found = resolved(f)
    factor = None if found is None else found.factor(found.in_house / found.pilot)
    if factor is not None:
        totals.append(("resolution", 0.0, terms.pilot * factor))
    return [
        BreakEven(by, saving, buffer, fee if (fee := terms.fee_within(total, buffer)) > 0 else None)
        for by, saving, total in totals
        for buffer in (0.0, *BUFFERS)
    ]


def _per_resolution(f: Findings, terms: Terms) -> list[Step]:
    found = resolved(f)
    if found is None:
        return []
    return bridge.per_resolution((terms.in_house, terms.pilot), found[:2], found[2:4], terms.pilot_lines)


def _sensitivities(case: _Case, per_month: float) -> list[Sensitivity]:
    """The year's saving with one thing otherwise; only what costs anything here."""
    terms, year = case.at(per_month), per_month * MONTHS_A_YEAR
    found = [
        Sensitivity("volume", None, times - 1, case.saving(per_month * times).times(MONTHS_A_YEAR)) for times in VOLUMES
    ]
    if any(line.kind in TIME_KINDS for line in terms.pilot_lines):
        found += [
            Sensitivity("handle_time_pilot", None, by, terms.changed(longer_handling(1 + by)).saving.times(year))
            for by in CHANGES
        ]
    if any(line.kind in TIME_KINDS for line in terms.in_house_lines):
        found += [
            Sensitivity(
                "handle_time_in_house", None, by,
                terms.changed(in_house=longer_handling(1 + by)).saving.times(year),
            )
            for by in CHANGES
        ]  # fmt: skip
    found += _fcr(case, terms, year)
    home = case.findings.config.costs.currency
    for currency in dict.fromkeys(line.currency for line in (*terms.in_house_lines, *terms.pilot_lines)):
        if currency != home:
            moves = {by: exchanged(currency, 1 + by) for by in RATES}
            found += [
                Sensitivity("exchange_rate", currency, by, terms.changed(move, move).saving.times(year))
                for by, move in moves.items()
            ]
    return found


def _fcr(case: _Case, terms: Terms, year: float) -> list[Sensitivity]:
    """What is saved by the resolution, for as many resolutions as in-house makes of the year's contacts."""
    found = resolved(case.findings)
    if found is None:
        return []
    in_house = found.in_house - case.terms.stranded / found.in_house_share
    passed_on, resolutions = found.passed_on, year * found.in_house_share
    rows = []
    for by in (0.0, *POINTS):
        share = found.pilot_share + by
        if 0 < share <= 1:
            saving = Amount(*(in_house - (cost + passed_on) / share for cost in (terms.pilot, terms.most, terms.least)))
            rows.append(Sensitivity("fcr", None, by, saving.times(resolutions)))
    return rows


def _months(case: _Case, seasons: Seasons | None, per_month: float) -> tuple[MonthOfYear, ...]:
    """Each month of a year with `per_month` contacts a month on average; none where the log has no whole year."""
    if seasons is None or not seasons.whole_year:
        return ()
    found = []
    for month in seasons.months:
        days = monthrange(month.first.year, month.first.month)[1]
        contacts = per_month / DAYS_A_MONTH * days * month.index
        if contacts:
            found.append(MonthOfYear(f"{month.first:%Y-%m}", month.index, contacts, case.saving(contacts).estimate))
    return tuple(found)


def _worth(f: Findings) -> list[Worth]:
    value = f.config.costs.value_of_point
    found = []
    for kpi in ("csat", "fcr"):
        e, of_a_point = f.estimate(kpi), None if value is None else getattr(value, kpi)
        if of_a_point is not None and e is not None and e.effect is not None and e.why is None:
            effect = Amount(e.effect.benefit, e.effect.benefit_low, e.effect.benefit_high).times(100)
            found.append(Worth(kpi, of_a_point, effect, effect.times(of_a_point)))
    return found
