"""What stands ready in the lesson on generating."""

from __future__ import annotations

from tlcore.experiments.generate.spec import PromptAskSpec, PromptScoreSpec, ToTextSpec

# (text, question) of each task: the first is like the training texts, the second is not.
READY = {
    "sentiment": (
        ("It has its faults, but the bread is fresh and splendid.", ""),
        ("I would not send my worst enemy to this hotel.", ""),
    ),
    "question": (
        ("The chefs cooked a soup. The child burnt the toast.", "Who burnt the toast?"),
        ("Sea otters wrap themselves in kelp before they sleep.", "What do sea otters use?"),
    ),
    "translate": (("We see a rabbit.", ""), ("The moon is made of cheese.", "")),
}
LIVE = ToTextSpec()
SCRATCH = ToTextSpec(start="scratch")
SPAN = ToTextSpec(model="span")
SCORE = PromptScoreSpec()
PROMPT = PromptAskSpec()
