"""What stands ready for the other heads: texts that are in no written set."""

from __future__ import annotations

from tlcore.experiments.text.heads.spec import TextAskSpec

READY = {
    "entities": {"text": TextAskSpec().text},
    "questions": {
        "text": "The ferry was built in Turku in 1931. Its first captain, Marja Lind, kept bees on "
        "the upper deck. Passengers were given honey with their tea.",
        "question": "Who was the first captain?",
    },
}
