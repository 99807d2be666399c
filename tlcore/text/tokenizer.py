"""One tokenizer for all small language models: WordPiece, trained on the training split alone.

A word that follows a space starts with "▁", a piece that continues a word with "##"; nothing is
lost, so that decoding gives the text back.  Capital letters are kept: names need them.
"""

from __future__ import annotations

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
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers
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
    ascii_letters = [chr(code) for code in range(33, 127)]
    trainer = WordPieceTrainer(
        vocab_size=entries,
        special_tokens=[AddedToken(t, lstrip=t == "[MASK]", special=True) for t in SPECIAL],
        initial_alphabet=ascii_letters,
        limit_alphabet=2000,
        show_progress=False,
    )
    made.train_from_iterator(texts, trainer)
    return made


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
