"""Rate cards: what a contact costs, and what that adds up to."""
