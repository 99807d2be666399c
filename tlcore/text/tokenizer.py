"""One tokenizer for all small language models: WordPiece, trained on the training split alone.

A word that follows a space starts with "▁", a piece that continues a word with "##"; nothing is
lost, so that decoding gives the text back.  Capital letters are kept: names need them.
Its numbers are those the models were trained with: a new one makes them useless.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from tlcore.text.lexicon import FOLDER

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

FILE = FOLDER / "tokenizer.json"
ENTRIES = 4096
SENTINELS = tuple(f"<extra_id_{i}>" for i in range(16))  # T5: what a gap in the text is called
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "<s>", "</s>", *SENTINELS)
SPACE = "▁"


def train(texts: Iterable[str], entries: int = ENTRIES) -> Tokenizer:
    """Schuster & Nakajima 2012 (WordPiece), in the form of the `tokenizers` library."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers
    from tokenizers import pre_tokenizers as before
    from tokenizers.trainers import WordPieceTrainer

    made = Tokenizer(models.WordPiece(unk_token="[UNK]", continuing_subword_prefix="##"))
    made.normalizer = normalizers.NFC()
    made.pre_tokenizer = before.Sequence(
        [
            before.Metaspace(replacement=SPACE, prepend_scheme="first"),
            before.Punctuation("isolated"),
        ]
    )
    made.decoder = decoders.Sequence(
        [
            decoders.Replace(Regex("^##"), ""),
            decoders.Fuse(),
            decoders.Replace(SPACE, " "),
            decoders.Strip(" ", 1, 0),
        ]
    )
    known = list(texts)
    written = (FOLDER / "korean.toml").read_text(encoding="utf-8")  # its letters, not its sentences
    syllables = {letter for letter in written if "가" <= letter <= "힣"}
    ascii_marks = {chr(code) for code in range(33, 127)}
    letters = sorted((ascii_marks | syllables | {SPACE, *"".join(known)}) - {" "})
    # The library numbers pieces in the order of a hash map, and ties between merges go by number:
    # with every letter numbered before it begins, the same text gives the same tokenizer.
    first = [*SPECIAL, *letters, *(f"##{letter}" for letter in letters if letter.isalnum())]
    trainer = WordPieceTrainer(
        vocab_size=entries, special_tokens=first, limit_alphabet=2000, show_progress=False
    )
    made.train_from_iterator(known, trainer)
    told = json.loads(made.to_str())
    told["added_tokens"] = [
        token | {"lstrip": token["content"] == "[MASK]"}
        for token in told["added_tokens"]
        if token["content"] in SPECIAL
    ]
    return Tokenizer.from_str(json.dumps(told))


def write(made: Tokenizer) -> None:
    FILE.write_text(made.to_str(pretty=False) + "\n", encoding="utf-8")


@cache
def load() -> PreTrainedTokenizerFast:
    """Read through transformers, as the models do; it adds no special tokens by itself."""
    from transformers import PreTrainedTokenizerFast

    made: PreTrainedTokenizerFast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_file=str(FILE),
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        bos_token="<s>",
        eos_token="</s>",
        additional_special_tokens=list(SENTINELS),
        clean_up_tokenization_spaces=False,
    )
    return made
