"""The canonical contact table: its columns, their types, and what each is needed for."""

from typing import Literal, NamedTuple

ColumnType = Literal["text", "timestamp", "number", "boolean"]


class Column(NamedTuple):
    """One canonical column."""

    type: ColumnType
    about: str


CANONICAL: dict[str, Column] = {
    "contact_id": Column("text", "unique name of the contact; needed, except for weighted rows"),
    "opened_at": Column("timestamp", "when the customer made the contact; needed"),
    "agent_id": Column("text", "the agent who had it first; the cluster of every interval"),
    "team": Column("text", "the team that had it first; commonly decides the arm"),
    "final_agent_id": Column("text", "the agent who had it last"),
    "final_team": Column("text", "the team that had it last; shows leakage between arms"),
    "reassigned": Column("number", "how often it was passed on to another team or agent; 0 is never"),
    "csat_agent_id": Column("text", "the agent whom the customer rated"),
    "customer_id": Column("text", "the customer; first contact resolution by repeat contact"),
    "issue_id": Column("text", "joins contacts that belong to one issue"),
    "channel": Column("text", "email, chat, phone ...; case mix, and the cells of response time"),
    "category": Column("text", "the reason of the contact; case mix and repeat contacts"),
    "tier": Column("text", "difficulty or support tier; case mix"),
    "language": Column("text", "language of the contact; case mix"),
    "region": Column("text", "where the customer is; case mix"),
    "priority": Column("text", "priority of the contact; case mix"),
    "first_response_at": Column("timestamp", "first answer by a person"),
    "response_seconds": Column("number", "seconds to the first answer, where the log has no stamp"),
    "handoff_at": Column("timestamp", "when a bot handed over; the response clock then starts here"),
    "resolved_at": Column("timestamp", "when the contact was resolved"),
    "resolution_seconds": Column("number", "the log's own resolution time; it only shows that units and stamps agree"),
    "handle_seconds": Column("number", "agent time spent on the contact; cost by hour or minute"),
    "talk_seconds": Column("number", "time spent talking, where minutes of talk are charged"),
    "csat": Column("number", "the customer's rating; empty where not answered"),
    "csat_offered": Column("boolean", "whether a survey was offered"),
    "csat_answered_at": Column("timestamp", "when the survey was answered"),
    "fcr": Column("boolean", "whether the first contact resolved it, by the log's own flag"),
    "cost": Column("number", "cost of the contact; wins over `costs` for an arm that has it"),
    "weight": Column("number", "contacts that this row stands for (aggregated rows)"),
    "direction": Column("text", "inbound or outbound; use with `exclude`"),
    "merged_into": Column("text", "the contact into which this one was merged"),
    "reopened": Column("boolean", "whether it was reopened"),
    "escalated": Column("boolean", "whether it was escalated"),
    "abandoned": Column("boolean", "whether the customer gave up before an answer"),
    "complaint": Column("boolean", "whether it led to a complaint"),
    "qa_score": Column("number", "score of a quality review"),
    "nps": Column("number", "answer to the recommendation question, 0 to 10"),
    "comment": Column("text", "what the customer wrote"),
}

DURATIONS = ("response_seconds", "resolution_seconds", "handle_seconds")

# Names that the contact table gives to columns of its own.
_DERIVED = {
    "arm", "bin", "cluster", "compared", "crossed", "day", "eligible", "excluded", "final_arm", "in_segment",
    "log_id", "monday", "negative_handle", "phase", "raw_response", "response", "roster_arm", "roster_final_arm",
    "seconds", "side", "since", "source_arm", "source_name", "stage", "unanswered", "until", "w",
}  # fmt: skip


def is_taken(name: str) -> bool:
    """Whether a source's own column cannot keep its name; engines do not tell capitals from small letters."""
    folded = name.casefold()
    return (
        folded in CANONICAL
        or folded in _DERIVED
        or folded[:2] in ("v_", "p_", "u_", "k_")
        or folded.endswith("_is_date")
    )


def as_text(value: object) -> str:
    """A config value as the text column holds it: 17, 17.0 and "17.0" are all "17"."""
    text = str(value).casefold() if isinstance(value, bool) else str(value).strip()
    whole, _, fraction = text.partition(".")
    return whole if fraction == "0" and whole.lstrip("-").isdigit() else text
