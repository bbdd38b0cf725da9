"""What customers wrote, as plain data for review.json."""

from typing import Any

from pilot_analysis.decision.comments import Comments


def comments_record(found: Comments) -> dict[str, Any]:
    """Answered comments by arm: how many, those shown (masked), and the words that tell the arms apart."""
    return {
        "n": found.n,
        "shown": found.shown.to_dict("records"),
        "words": [word._asdict() for word in found.words],
    }
