"""What simulated customers write beside their rating: short invented sentences that fit score, reason and channel.

Customers of the vendor, who answers faster, praise speed more often and complain of scripts more often; those of
in-house of waiting. Some leave an address, a number or a name, all invented, as real ones do.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from pilot_analysis.simulation.contacts import Bools, Ints

REASONS = {
    "billing": ("the invoice", "a payment that was taken twice", "my refund", "the wrong amount on my bill"),
    "delivery": ("my parcel", "a late delivery", "the delivery address", "a parcel that never came"),
    "returns": ("a return", "the return label", "an exchange for another size", "my money back for a return"),
    "account": ("my password", "the new email address in my account", "closing an old account", "my login"),
    "technical": ("the app", "an error at checkout", "the website on my phone", "a code that did not arrive"),
}
ANY_REASON = ("my question", "my request")

# by score: each way to feel with the chance of it in-house and at the vendor, and how it is said
SPEED = (
    "Quick answer about {reason}, thanks.", "Got a fast reply about {reason} within minutes.",
    "Very quick help with {reason}.", "Asked about {reason} and had an answer at once.",
)  # fmt: skip
CARE = (
    "Friendly and patient about {reason}.", "Really knew the details of {reason}.",
    "Took the time to explain {reason}.", "Kind person who looked into {reason} properly.",
)  # fmt: skip
SOLVED = (
    "All sorted with {reason}.", "Solved {reason} at the first try.", "Everything about {reason} is clear now.",
)  # fmt: skip
MIDDLING = (
    "It was okay, {reason} took two messages.", "Fine in the end, but {reason} could be simpler.",
    "Average help with {reason}.",
)  # fmt: skip
WAITING = (
    "Waited far too long for an answer about {reason}.", "Nobody got back to me about {reason} for ages.",
    "Too long on hold, and it was only about {reason}.",
)  # fmt: skip
SCRIPT = (
    "Felt like reading from a script, {reason} was not understood.", "A copied answer, not about {reason} at all.",
    "Polite script, but no idea about {reason}.",
)  # fmt: skip
UNSOLVED = (
    "Still no solution for {reason}.", "Had to explain {reason} three times.",
    "Third contact about {reason}, same result.",
)  # fmt: skip
MOODS: Mapping[str, Sequence[tuple[float, float, Sequence[str]]]] = {
    "good": ((0.25, 0.45, SPEED), (0.45, 0.30, CARE), (0.30, 0.25, SOLVED)),
    "middling": ((1.0, 1.0, MIDDLING),),
    "bad": ((0.45, 0.25, WAITING), (0.15, 0.40, SCRIPT), (0.40, 0.35, UNSOLVED)),
}
GOOD_FROM, BAD_TO = 4, 2
LEFT_BEHIND = 0.2  # of the comments that end with one of these
PERSONAL = (
    "Please write to jo.miller@example.com instead.", "You can call me on +49 30 5550 0123.",
    "My name is Alex Weber, please check again.", "My order is A-204981.", "Regards, Sam Brook",
)  # fmt: skip


def comments(score: Ints, category: Sequence[str], pilot: Bools, rng: np.random.Generator) -> list[str]:
    """A comment for each rating, in English.

    Args:
        score: 1 to 5; category: what the contact was about; pilot: whether the vendor had it.
    """
    n = len(score)
    pick, how, about, more, which = rng.random((5, n))
    found = []
    for i in range(n):
        mood = "good" if score[i] >= GOOD_FROM else "bad" if score[i] <= BAD_TO else "middling"
        sentence = _one_of(_mood(mood, bool(pilot[i]), pick[i]), how[i])
        text = sentence.format(reason=_one_of(REASONS.get(category[i], ANY_REASON), about[i]))
        found.append(f"{text} {_one_of(PERSONAL, which[i])}" if more[i] < LEFT_BEHIND else text)
    return found


def _mood(mood: str, pilot: bool, chance: float) -> Sequence[str]:
    """The sentences in which a customer's lot falls."""
    moods = MOODS[mood]
    reached = np.cumsum([vendor if pilot else in_house for in_house, vendor, _sentences in moods])
    return moods[min(int(np.searchsorted(reached, chance, side="right")), len(moods) - 1)][2]


def _one_of(texts: Sequence[str], chance: float) -> str:
    return texts[int(chance * len(texts))]
