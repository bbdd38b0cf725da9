"""Which contacts a surcharge applies to, by the calendar of the contract in the pilot's zone."""

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.models import Config
from pilot_analysis.config.rates_by_contact import Surcharge
from pilot_analysis.contacts.clock import Clock
from pilot_analysis.contacts.hours import in_opening_time, on_business_day
from pilot_analysis.contacts.table import Contacts
from pilot_analysis.refusal import Refusal


def is_charged_more(
    surcharge: Surcharge, place: str, table: ir.Table, contacts: Contacts, config: Config
) -> ir.BooleanValue:
    """Whether a surcharge applies to each contact; a stamp without a time of day is within hours.

    Args:
        place: of the surcharge in the config.

    Raises:
        Refusal: for surcharges by the hour where no contact has a time of day.
    """
    hours = surcharge.hours or config.design.business_hours
    business_day = on_business_day(table.day, hours)
    if surcharge.when == "weekend":
        return ~business_day
    if surcharge.when == "holiday":
        return table.day.isin([ibis.date(day) for day in surcharge.dates or []])
    if surcharge.when == "rush":
        column = table[config.column(surcharge.column or "")]
        return column.cast("string").isin(surcharge.values or []).fill_null(False)
    if contacts.date_only.get("opened_at", 0) >= contacts.rows - contacts.undated:
        raise Refusal(
            "the log has only dates: nobody can say which contacts came after hours",
            file=str(config.file or "config"), line=config.line(f"{place}.when"), key=f"{place}.when",
            found=surcharge.when, allowed="opened_at with a time of day, or weekend, holiday, rush",
        )  # fmt: skip
    local = Clock(config.pilot.timezone, contacts.first, max(contacts.last.values())).local(table.opened_at)
    return business_day & ~in_opening_time(local, hours) & ~table.opened_at_is_date
