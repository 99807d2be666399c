"""Why a network that has learned something else is a good beginning, shown by experiments."""

PAGES = (
    "what_it_sees",
    "why_transfer",
    "what_layers_know",
    "kinds_of_learning",
    "claims",
)  # in the order of the lesson
