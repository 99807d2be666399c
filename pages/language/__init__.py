"""The same with models that read and write text."""

PAGES = (
    "words_in_context",
    "objectives",
    "fine_tune_text",
    "generate",
)  # in the order of the lesson
