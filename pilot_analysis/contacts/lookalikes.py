"""Values that are one but for how they are written: capitals, blanks that are seen or not, signs."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.faults import reading
from pilot_analysis.contacts.logins import Login
from pilot_analysis.contacts.table import Contacts, number_of
from pilot_analysis.words import _, count, first_of, joined

LEAST = 0.01  # share of the contacts of a name in the config, from which on those of one alike are too many to lose
MOST_NAMED = 3


def alike(names: Iterable[str]) -> list[list[str]]:
    """Names that are one but for capitals, blanks and signs, two or more together.

    >>> alike(["Vendor A", "vendor-a ", "Vendor B", "1.1", "11"])
    [['Vendor A', 'vendor-a ']]
    """
    found: dict[str, list[str]] = {}
    for name in sorted(set(names)):
        folded = re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", name).casefold()).strip()
        found.setdefault(folded, []).append(name)
    return [group for folded, group in found.items() if folded and len(group) > 1]


def lookalikes_check(contacts: Contacts, config: Config, logins: list[Login], *, named: bool) -> Check:
    """Whether a team of the config, a value of the case mix or an agent is in the log under several spellings.

    fail: more than LEAST of the contacts of a name in `data.arm` stand under another spelling of it, which no arm or
    the other one counts. warn: fewer of them, values or agents. `named` says which agents, else only how many.
    """
    arm = config.column(config.data.arm.column)
    values = _values(contacts, [arm, *config.case_mix])
    lost = _not_in_the_config(values[arm], config)
    columns = {name: found for name in config.case_mix if (found := alike(values[name]))}
    agents = alike(login.name for login in logins)
    if not lost and not columns and not agents:
        return Check("lookalikes", "pass", _(
            "No team, agent or kind of contact stands in the log under two spellings."
        ))  # fmt: skip
    said = [
        _("{n} contacts are of {other!r} where data.arm says {name!r}").format(n=count(n), other=other, name=name)
        for name, other, n, _whole in lost
    ]
    if said:
        said = [_("{parts}: they count for the other arm, or for none. Name both spellings there.").format(
            parts=joined(said))]  # fmt: skip
    said += [
        _("{column} has several spellings of one value ({parts}): contacts that are alike are not compared.").format(
            column=column, parts=_some(groups))
        for column, groups in columns.items()
    ]  # fmt: skip
    if agents:
        said.append(_(
            "Agents under several spellings: {parts}. Each counts as an agent of its own, and the intervals are "
            "narrower than they should be."
        ).format(parts=_some(agents) if named else count(len(agents))))  # fmt: skip
    if columns or agents:
        said.append(_("data.codes makes one of them: {column: {other spelling: the one to use}}."))
    failed = any(n > LEAST * whole for _name, _other, n, whole in lost)
    return Check("lookalikes", "fail" if failed else "warn", " ".join(said))


def _not_in_the_config(n: Mapping[str, float], config: Config) -> list[tuple[str, str, float, float]]:
    """A name in `data.arm`, a spelling of it that is not, the contacts of that one, and those of both; `n` has how many
    there are of each value of the column that decides the arm."""
    arm = config.data.arm
    known = {name for names in (arm.baseline, arm.pilot) if names != "rest" for name in names}
    return [
        (name, other, n[other], n[other] + n.get(name, 0.0))
        for group in alike(n) for name in group if name in known for other in group if other not in known
    ]  # fmt: skip


def _values(contacts: Contacts, columns: Sequence[str]) -> dict[str, dict[str, float]]:
    """How many contacts of the segment have each value of every column, from one scan; none where the log lacks it."""
    found: dict[str, dict[str, float]] = {name: {} for name in columns}
    present = [name for name in found if name in contacts.table.columns]
    inside = contacts.table.filter(contacts.table.in_segment)
    together = inside.group_by(**{name: inside[name].cast("string") for name in present})
    with reading(contacts.source.name):
        rows = together.aggregate(number_=number_of(inside)).to_pyarrow().to_pylist() if present else []
    for row in rows:
        for name in present:
            if row[name] is not None:
                found[name][row[name]] = found[name].get(row[name], 0.0) + float(row["number_"])
    return found


def _some(groups: list[list[str]]) -> str:
    return joined(first_of([" / ".join(map(repr, group)) for group in groups], MOST_NAMED))
