"""What spreadsheets, upgrades and people do to an export between the helpdesk and its review."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from mutations import DURATIONS, STAMPS, Copy, Mutation, scaled, seconds_of, stamps_of, table_of, text

TEAM = {"zendesk": "Group", "freshdesk": "Group", "genesys_cloud": "First Queue", "nice_cxone": "teamName",
        "hubspot": "hubspot_team_id"}  # fmt: skip
AGENT = {"zendesk": "Assignee", "freshdesk": "Agent", "genesys_cloud": "Users - Interacted", "nice_cxone": "agentId",
         "hubspot": "hubspot_owner_id"}  # fmt: skip
CUSTOMER = {"zendesk": "Requester id", "freshdesk": "Contact ID"}
RATING = {"zendesk": "Satisfaction Score", "freshdesk": "Survey results"}
CHANNEL = {"zendesk": "Via", "freshdesk": "Source", "genesys_cloud": "Media Type", "nice_cxone": "mediaTypeName",
           "hubspot": "source_type"}  # fmt: skip


def later_half(table: pd.DataFrame, name: str) -> pd.Series:
    """Contacts after the middle of the log."""
    opened = stamps_of(name, table[STAMPS[name][0]])
    return opened > opened.min() + (opened.max() - opened.min()) / 2


def unit_after_upgrade(name: str, rng: np.random.Generator) -> Copy:
    """One duration in another unit from the middle of the log on, in both arms."""
    table, factor = table_of(name), float(rng.choice([60, 1000, 1 / 60, 1 / 1000]))
    column = str(rng.choice(DURATIONS[name]))
    changed = scaled(table, column, factor).where(later_half(table, name), scaled(table, column, 1.0))
    return Copy(text(table.assign(**{column: changed})).encode(), False)


def two_date_orders(name: str, rng: np.random.Generator) -> Copy:
    """Stamps written in one way up to the middle of the log, in another one after it."""
    table, later = table_of(name), later_half(table_of(name), name)
    ways = ["%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M"]
    first, second = (str(way) for way in rng.choice(ways, 2, replace=False))
    for column in STAMPS[name]:
        at = stamps_of(name, table[column])
        table[column] = at.dt.strftime(second).where(later, at.dt.strftime(first)).fillna("")
    return Copy(text(table).encode(), False)


def no_half_of_day(name: str, _rng: np.random.Generator) -> Copy:
    """Twelve-hour stamps that lost their AM and PM."""
    table = table_of(name)
    for column in STAMPS[name]:
        table[column] = stamps_of(name, table[column]).dt.strftime("%Y-%m-%d %I:%M:%S").fillna("")
    return Copy(text(table).encode(), False)


def serial_dates(name: str, _rng: np.random.Generator) -> Copy:
    """Stamps as the days since 1900 that a spreadsheet keeps."""
    table = table_of(name)
    for column in STAMPS[name]:
        days = (stamps_of(name, table[column]) - pd.Timestamp("1899-12-30")) / pd.Timedelta(days=1)
        table[column] = days.map(lambda day: "" if pd.isna(day) else f"{day:.6f}")
    return Copy(text(table).encode(), False)


def seconds_lost(name: str, rng: np.random.Generator) -> Copy:
    """Stamps as a spreadsheet shows those with fractions of a second: minutes and seconds alone."""
    table = table_of(name)
    column = str(rng.choice(STAMPS[name]))
    table[column] = stamps_of(name, table[column]).dt.strftime("%M:%S.0").fillna("")
    return Copy(text(table).encode(), False)


def grouped_thousands(name: str, rng: np.random.Generator) -> Copy:
    """Durations with their thousands grouped."""
    table, sign = table_of(name), str(rng.choice([".", ",", " ", "\u00a0", "'"]))
    for column in DURATIONS[name]:
        table[column] = table[column].map(
            lambda cell: f"{round(seconds_of(cell)):,}".replace(",", sign) if cell and ":" not in cell else cell
        )
    return Copy(text(table).encode(), name == "freshdesk")


def german_spreadsheet(name: str, _rng: np.random.Generator) -> Copy:
    """Opened and saved by a spreadsheet of Central Europe: semicolons, decimal commas, points in dates, code page."""
    table = table_of(name)
    for column in STAMPS[name]:
        table[column] = stamps_of(name, table[column]).dt.strftime("%d.%m.%Y %H:%M").fillna("")
    for column in DURATIONS[name]:
        table[column] = table[column].map(
            lambda cell: cell if not cell or ":" in cell else f"{float(cell):.2f}".replace(".", ",")
        )
    return Copy(text(table, sep=";").encode("cp1252"), not utc_stamps(name))


def fractions(name: str, _rng: np.random.Generator) -> Copy:
    """Whole numbers with fractions."""
    table = table_of(name)
    changed = {
        c: table[c].map(lambda cell: cell if not cell or ":" in cell else f"{float(cell):.3f}") for c in DURATIONS[name]
    }
    return Copy(text(table.assign(**changed)).encode(), True)


def negative(name: str, rng: np.random.Generator) -> Copy:
    """Some durations below nothing."""
    table = table_of(name)
    column, hit = str(rng.choice(DURATIONS[name])), rng.random(len(table)) < 0.15
    return Copy(text(table.assign(**{column: table[column].mask(hit & (table[column] != ""), "-" + table[column])}))
                .encode(), False)  # fmt: skip


def total_row(name: str, rng: np.random.Generator) -> Copy:
    """A row of totals, or a line of who made the report, at the end."""
    table = table_of(name)
    if rng.integers(2):
        return Copy((text(table) + "Generated by Reports on 2026-04-07\n").encode(), True)
    total = dict.fromkeys(table, "") | {table.columns[0]: "Total", DURATIONS[name][0]: "99999"}
    return Copy(text(pd.concat([table, pd.DataFrame([total])])).encode(), True)


def title_lines(name: str, _rng: np.random.Generator) -> Copy:
    """A report's title above the header."""
    return Copy(("Interactions report\n2026-03-02 to 2026-04-06\n\n" + text(table_of(name))).encode(), True)


def separator_line(name: str, rng: np.random.Generator) -> Copy:
    """The line that tells a spreadsheet the separator."""
    sign = str(rng.choice([";", "|"]))
    return Copy((f"sep={sign}\n" + text(table_of(name), sep=sign)).encode(), True)


def long_comments(name: str, _rng: np.random.Generator) -> Copy:
    """Comments of several lines, with quotes and separators."""
    said = 'They said: "never, ever; again"\n\n-- \nB. Smith\t|\n'
    return Copy(text(table_of(name).assign(Comment=said)).encode(), True)


def trailing_columns(name: str, _rng: np.random.Generator) -> Copy:
    """Empty columns at the right end and rows of nothing, as spreadsheets leave them."""
    lines = text(table_of(name)).splitlines()
    blank = "," * (lines[0].count(",") + 3)
    return Copy("\n".join([f"{line},,," for line in lines] + [blank] * 5 + [""]).encode(), True)


def words_for_nothing(name: str, rng: np.random.Generator) -> Copy:
    """A quarter of the cells of a column as systems write that there is nothing."""
    table, word = table_of(name), str(rng.choice(["-", "N/A", "null", "(blank)", "\\N", "#N/A", "unknown", "0"]))
    column = str(rng.choice([c[name] for c in (AGENT, CUSTOMER, TEAM) if name in c] + DURATIONS[name][:1]))
    return Copy(text(table.assign(**{column: table[column].mask(rng.random(len(table)) < 0.25, word)})).encode(), False)


def scientific(name: str, _rng: np.random.Generator) -> Copy:
    """Long ids as a spreadsheet shortens them."""
    table = table_of(name)
    column = CUSTOMER.get(name, table.columns[0])
    rank = table[column].rank(method="dense")
    return Copy(text(table.assign(**{column: (4.2e11 + rank * 1e8).map("{:.2E}".format)})).encode(), False)


def ratings_as_words(name: str, rng: np.random.Generator) -> Copy:
    """Ratings as another language, stars or a number with its words."""
    table, column = table_of(name), RATING[name]
    values = sorted(set(table[column]) - {""})
    way = int(rng.integers(3))
    words: Sequence[str] = [
        [f"{i} - {value}" for i, value in enumerate(values, 1)], ["★" * i for i, _ in enumerate(values, 1)],
        [f"Note {value}" for value in values],
    ][way]  # fmt: skip
    return Copy(text(table.replace({column: dict(zip(values, words, strict=True))})).encode(), False)


def rating_scale_changed(name: str, rng: np.random.Generator) -> Copy:
    """From the middle of the log on the best answer is no longer offered, in one arm or in both."""
    table, column = table_of(name), RATING[name]
    worse = {"Extremely happy": "Neutral", "Happy": "Neutral", "Good": "Bad"}
    hit = later_half(table, name) & (table[TEAM[name]].eq("Vendor") | bool(rng.integers(2)))
    return Copy(text(table.assign(**{column: table[column].replace(worse).where(hit, table[column])})).encode(), False)


def spellings(name: str, rng: np.random.Generator) -> Copy:
    """Some teams, agents or channels in other capitals, or with blanks that are seen or not."""
    table = table_of(name)
    column = str(rng.choice([TEAM[name], AGENT[name], CHANNEL[name]]))
    ways = [str.upper, str.lower, lambda v: v + " ", lambda v: v + "\u00a0", lambda v: v + "\u200b", lambda v: v + "."]
    way = ways[int(rng.integers(len(ways)))]
    hit = rng.random(len(table)) < 0.3
    return Copy(text(table.assign(**{column: table[column].map(way).where(hit & (table[column] != ""), table[column])}))
                .encode(), True)  # fmt: skip


def other_ids(name: str, _rng: np.random.Generator) -> Copy:
    """From the middle of the log on every agent has another id."""
    table = table_of(name)
    changed = table[AGENT[name]].where(~later_half(table, name) | (table[AGENT[name]] == ""), "u-" + table[AGENT[name]])
    return Copy(text(table.assign(**{AGENT[name]: changed})).encode(), False)


def other_channels(name: str, _rng: np.random.Generator) -> Copy:
    """From the middle of the log on the vendor's tool calls the channels otherwise."""
    table, column = table_of(name), CHANNEL[name]
    hit = later_half(table, name) & (table[TEAM[name]] == "Vendor")
    return Copy(text(table.assign(**{column: ("native_" + table[column]).where(hit, table[column])})).encode(), False)


def days_lost(name: str, _rng: np.random.Generator) -> Copy:
    """Durations shown as times of day: what is beyond 24 hours has lost its days."""
    table = table_of(name)
    for column in DURATIONS[name]:
        table[column] = table[column].map(
            lambda cell: cell if ":" not in cell else f"{int(cell.split(':')[0]) % 24:02}:{cell.split(':', 1)[1]}"
        )
    return Copy(text(table).encode(), False)


def utc_stamps(name: str) -> bool:
    return "Z" in table_of(name)[STAMPS[name][0]][0]


ALL = ("zendesk", "freshdesk", "genesys_cloud", "nice_cxone", "hubspot")
OF_SPREADSHEETS: tuple[tuple[Mutation, tuple[str, ...]], ...] = (
    (unit_after_upgrade, ALL), (two_date_orders, ALL), (no_half_of_day, ALL), (serial_dates, ALL), (seconds_lost, ALL),
    (grouped_thousands, ALL), (german_spreadsheet, ALL), (fractions, ALL), (negative, ALL), (total_row, ALL),
    (title_lines, ALL), (separator_line, ALL), (long_comments, ALL), (trailing_columns, ALL), (words_for_nothing, ALL),
    (scientific, ALL), (ratings_as_words, ALL[:2]), (rating_scale_changed, ALL[:2]), (other_ids, ALL),
    (spellings, ALL),
    (other_channels, ALL), (days_lost, ("freshdesk",)),
)  # fmt: skip
