"""Words in context: two banks in one sentence, and which layer tells senses apart."""

from __future__ import annotations

from tlcore.experiments.words import ready as ready_words
from tlcore.experiments.words.spec import SensesSpec, WordsSpec
from tlcore.runs.presets import Preset

OPENING = WordsSpec(word="bank", sentences=ready_words.sentences("bank"))
KOREAN = WordsSpec(word="배", sentences=ready_words.sentences("배"))
SENSES = SensesSpec()

PRESETS = (
    Preset("words_in_context.yours", specs=(OPENING,), small=(OPENING,)),
    Preset("words_in_context.senses", specs=(SENSES,), small=(SENSES,)),
    Preset("words_in_context.korean", specs=(KOREAN,), small=(KOREAN,)),
)
