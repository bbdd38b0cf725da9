"""Personal data in what customers wrote: masked before anybody reads it.

Rules for what has a form (addresses, numbers, links), for names that people give or sign with, and for the names that
the log itself holds. A rule masks too much rather than too little; no rule finds every name.
"""

import re
from collections.abc import Iterable

# Canonical columns of which no value is shown.
PERSONAL = frozenset({
    "contact_id", "issue_id", "merged_into", "agent_id", "final_agent_id", "csat_agent_id", "customer_id", "comment",
})  # fmt: skip
SHORTEST_NAME = 3  # letters of a name that is looked for by itself

_EMAIL = re.compile(r"[\w.+%'-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,4})?\b")
_CARD = re.compile(r"(?<![\w+])[2-6]\d(?:[ -]?\d){11,17}(?![\w])")
_PHONE = re.compile(r"(?<![\w])(?:\+|00|\(?0)\d(?:[ ()/.-]{0,2}\d){5,13}(?![\w])")
_CODE = re.compile(r"(?<![\w])#?(?=[\w/-]*\d[\w/-]*\d[\w/-]*\d[\w/-]*\d)[\w/-]{4,}", re.UNICODE)
_NAME = r"[^\W\d_][\w'’-]+(?:\s+[^\W\d_a-zß-ÿ][\w'’-]+){0,2}"
_TITLE = re.compile(rf"\b(Mr|Mrs|Ms|Miss|Dr|Herrn?|Frau|Señora?|Mme|M\.)\.?\s+(?=[^\W\d_a-zß-ÿ])({_NAME})")
_SAID = re.compile(
    rf"\b((?i:my name is|i am called|mein name ist|ich hei(?:ß|ss)e|je m'appelle|me llamo|speaking with|"
    rf"spoke (?:to|with)|agent|colleague|kollegin|kollege)):?\s+(?=[^\W\d_a-zß-ÿ])({_NAME})"
)
_SIGNED = re.compile(
    rf"((?i:regards|sincerely|cheers|yours|thanks|thank you|gr(?:ü|ue)(?:ß|ss)e(?:n)?|gru(?:ß|ss)|mfg|cordialement|"
    rf"saludos)[,.!]?\s+)(?=[^\W\d_a-zß-ÿ])({_NAME})\s*[.!]?\s*$"
)


def masked(text: str, names: "re.Pattern[str] | None" = None) -> str:
    """`text` with email addresses, links, bank accounts, cards, phone and order numbers, and names in brackets' names.

    Args:
        names: of people that the log knows (see `names_pattern`).

    >>> masked("Write to jo@example.com or call +49 30 1234567 about order A-10032. Regards, Jo Miller")
    'Write to [email] or call [phone] about order [number]. Regards, [name]'
    """
    for pattern, mask in ((_LINK, "[link]"), (_EMAIL, "[email]"), (_IBAN, "[account]"), (_CARD, "[card]"),
                          (_PHONE, "[phone]"), (_CODE, "[number]")):  # fmt: skip
        text = pattern.sub(mask, text)
    for pattern in (_TITLE, _SAID):
        text = pattern.sub(lambda found: f"{found[1]} [name]", text)
    text = _SIGNED.sub(lambda found: f"{found[1]}[name]", text)
    return text if names is None else names.sub("[name]", text)


def names_pattern(names: Iterable[str | None]) -> "re.Pattern[str] | None":
    """What finds these names, whole or a part of them of SHORTEST_NAME letters, in any case; None without any."""
    whole = {name.strip() for name in names if name and len(name.strip()) >= SHORTEST_NAME}
    parts = {part for name in whole for part in re.findall(r"[^\W\d_]+", name) if len(part) >= SHORTEST_NAME}
    found = sorted(whole | parts, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, found))})(?!\w)", re.IGNORECASE) if found else None
