"""One rule of the decision policy; the policy that ships is written in decision/rules.yaml."""

from typing import Annotated, Literal

from pydantic import Field

from pilot_analysis.config.section import Section

Verdict = Literal["scale", "adjust", "stop"]
Condition = Literal[
    "must_have_failed", "harm_overall", "harm_in_segment", "harm_anywhere", "rest_passes", "lever_passes",
    "measurement_invalid", "cost_higher", "quality_superior", "guardrail_not_measured", "guardrail_unproven",
    "goal_unproven", "red_flags", "all_met",
]  # fmt: skip
"""What a rule may ask; decision/conditions.py answers."""


class Rule(Section):
    """One rule: it matches when all its conditions hold."""

    id: Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,39}$")] = Field(description="Name, shown on the page.")
    verdict: Verdict = Field(description="What it decides.")
    when: list[Condition] = Field(default_factory=list, description="Conditions that all have to hold; [] always does.")
    text: str = Field(min_length=1, max_length=300, description="What it says, in a sentence.")
    interim: bool = Field(False, description="Whether it may decide before the pilot's last day.")
