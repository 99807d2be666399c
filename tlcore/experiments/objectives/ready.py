"""What stands ready in the lesson on objectives: sentences with a gap, and what is measured."""

from __future__ import annotations

from tlcore.experiments.objectives.spec import (
    ObjectivesSpec,
    ObjectiveStepsSpec,
    ObjectiveTasksSpec,
)

READY = (
    "The cat is on the [MASK].",
    "The [MASK] is on the [MASK].",
    "She put the [MASK] on the table.",
    "The boat lay at the [MASK] of the river.",
)
OPENING = ObjectivesSpec()
TWO = ObjectivesSpec(sentence=READY[1])
MANY = (20, 50, 200, 500, 2_000)  # labels that templates give for nothing
TASKS = {
    "reviews": ObjectiveTasksSpec(data="reviews"),
    "topics": ObjectiveTasksSpec(data="topics"),
    "template_reviews": ObjectiveTasksSpec(data="template_reviews", labels=MANY),
    "template_to_written": ObjectiveTasksSpec(data="template_to_written", labels=MANY),
}
STEPS = ObjectiveStepsSpec()
