"""What customers wrote in each arm: the worst rated first, and the words that tell the arms apart.

The engine counts the words and picks the few comments that are shown; nothing else of them leaves it, and what leaves
it is masked. Words come from FEWEST_COMMENTS comments of as many customers, so that no name that one of them wrote is
shown, and no part of a writer's own id is a word.
"""

from dataclasses import dataclass
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from pilot_analysis.contacts.arms import ARMS
from pilot_analysis.contacts.personal import masked, names_pattern
from pilot_analysis.stats.log_odds import log_odds

BETWEEN_WORDS = r"""[][\s0-9.,;:!?"(){}<>/\\|@#$%^&*+=_~`…–—«»„“”-]+"""
ADDRESSES = r"\S+(@|://)\S+"
SHORTEST_WORD = 3
FEWEST_COMMENTS = 5  # with a word, of both arms together, by as many customers
MOST_WORDS = 5_000  # the most frequent are looked at
SHOWN_WORDS = 8  # of an arm
TELLS = 3.0  # standard errors, from which on a word tells the arms apart
PRIOR_WORDS = 500.0
LONGEST = 400  # characters of a comment that are shown
PEOPLE = ("agent_id", "final_agent_id", "csat_agent_id", "customer_id")
MOST_NAMES = 2_000  # agents of the log whose names are looked for in a comment


class Word(NamedTuple):
    """A word that one arm's customers use more.

    Attributes:
        arm: whose; word: in small letters; z: of the weighted log-odds ratio, positive.
        baseline, pilot: comments with it.
    """

    arm: str
    word: str
    z: float
    baseline: int
    pilot: int


@dataclass(frozen=True)
class Comments:
    """The answered comments of the judged contacts.

    Attributes:
        n: comments by arm.
        shown: arm, score, text (masked), the worst rated first, the newest of those first.
        words: those that tell the arms apart, in-house first, the clearest first.
    """

    n: dict[str, int]
    shown: pd.DataFrame
    words: list[Word]


def comments(judged: ir.Table, most: int) -> Comments | None:
    """The comments of judged contacts (whose `arm` is the group they are compared in); None without any.

    Args:
        judged: with `csat` and `comment`, else there are none.
        most: comments of an arm that are shown.
    """
    if not most or not {"csat", "comment"} <= set(judged.columns):
        return None
    written = judged.filter(judged.arm.isin(ARMS), judged.csat.notnull(), judged.comment.strip().length() > 0)
    counts = written.group_by("arm").aggregate(n=written.count()).to_pandas()
    n = {arm: int(counts.loc[counts["arm"] == arm, "n"].sum()) for arm in ARMS}
    if not sum(n.values()):
        return None
    return Comments(n, _worst(judged, written, most), _words(written))


def _worst(judged: ir.Table, written: ir.Table, most: int) -> pd.DataFrame:
    order = [written.csat.asc(), written.opened_at.desc(), written.comment.asc()]
    place = ibis.row_number().over(ibis.window(group_by="arm", order_by=order))
    people = [name for name in PEOPLE if name in written.columns]
    few = written.select("arm", "csat", "opened_at", "comment", *people, place=place)
    found = few.filter(few.place < most).to_pandas().sort_values(["arm", "place"], ignore_index=True)
    agents = _agents(judged)
    texts = [
        _shortened(masked(row["comment"], names_pattern([*agents, *(row[name] for name in people)])))
        for row in found.to_dict("records")
    ]
    return pd.DataFrame({"arm": found["arm"], "score": found["csat"], "text": texts})


def _agents(judged: ir.Table) -> list[str]:
    if "agent_id" not in judged.columns:
        return []
    names = judged.filter(judged.agent_id.notnull()).group_by("agent_id").aggregate(n=ibis._.count())
    found = names.order_by(names.n.desc(), names.agent_id).limit(MOST_NAMES).to_pandas()
    return [str(name) for name in found["agent_id"]]


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"


def _words(written: ir.Table) -> list[Word]:
    text = written.comment.lower().re_replace(ADDRESSES, " ")
    customer = written.customer_id if "customer_id" in written.columns else ibis.row_number()
    said = written.select("arm", customer=customer, word=text.re_split(BETWEEN_WORDS).unique().unnest())
    said = said.filter(said.word.length() >= SHORTEST_WORD)
    if "customer_id" in written.columns:  # a name that many customers share is no word of theirs
        said = said.filter(~said.customer.cast("string").lower().contains(said.word))
    by_word = said.group_by("word").aggregate(
        **{arm: (said.arm == arm).sum() for arm in ARMS}, customers=said.customer.nunique()
    )
    kept = by_word.filter(by_word.baseline + by_word.pilot >= FEWEST_COMMENTS, by_word.customers >= FEWEST_COMMENTS)
    found = kept.order_by((kept.baseline + kept.pilot).desc(), kept.word).limit(MOST_WORDS).to_pandas()
    if len(found) < 2 or not (found[list(ARMS)].sum() > 0).all():
        return []
    agents = names_pattern(_agents(written))
    house, pilot = (found[arm].to_numpy(dtype=np.float64) for arm in ARMS)
    z = log_odds(pilot, house, PRIOR_WORDS)
    words = []
    for arm, sign in zip(ARMS, (-1, 1), strict=True):
        order = np.argsort(-sign * z, kind="stable")
        clear = [i for i in order if sign * z[i] >= TELLS and not (agents and agents.search(found["word"][i]))]
        words += [
            Word(arm, str(found["word"][i]), float(sign * z[i]), int(house[i]), int(pilot[i]))
            for i in clear[:SHOWN_WORDS]
        ]
    return words
