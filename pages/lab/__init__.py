"""Train, watch, compare and break."""

PAGES = (
    "fine_tune",
    "learning_rate",
    "compare",
    "break_it",
    "runs",
    "run",
)  # in the order of the lesson
