"""One tokenizer for all small language models: WordPiece, trained on the training split alone.

A word that follows a space starts with "▁", a piece that continues a word with "##"; nothing is
lost, so that decoding gives the text back.  Capital letters are kept: names need them.
Korean is read syllable by syllable, so that a noun is the same piece before every particle (배를,
배가).  A syllable is taken apart into its letters first (canonical decomposition, Unicode standard,
section 3.12): 67 letters spell all 11,172 of them, and frequent ones become one piece.  A row for
each of the 2,350 common syllables (KS X 1001) would cost 2,350 x 96 = 225,600 parameters in each
model, most of them never trained: the corpus has only some of these syllables.
Its numbers are those the models were trained with: a new one makes them useless.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from tlcore.data.corpus.lexicon import FOLDER

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

FILE = FOLDER / "tokenizer.json"
ENTRIES = 4096
SENTINELS = tuple(f"<extra_id_{i}>" for i in range(16))  # T5: what a gap in the text is called
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "<s>", "</s>", *SENTINELS)
SPACE = "▁"
# Leading, middle and closing letters of Korean; accents of Latin letters, taken apart as well.
KOREAN = tuple(map(chr, (*range(0x1100, 0x1113), *range(0x1161, 0x1176), *range(0x11A8, 0x11C3))))
SYLLABLE = f"{SPACE}?[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?"
ACCENTS = tuple("\u0300\u0301\u0302\u0303\u0308\u030a\u030c\u0327")


def train(texts: Iterable[str], entries: int = ENTRIES) -> Tokenizer:
    """Schuster & Nakajima 2012 (WordPiece), in the form of the `tokenizers` library."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers
    from tokenizers import pre_tokenizers as before
    from tokenizers.trainers import WordPieceTrainer

    made = Tokenizer(models.WordPiece(unk_token="[UNK]", continuing_subword_prefix="##"))
    made.normalizer = normalizers.NFD()
    made.pre_tokenizer = before.Sequence(
        [
            before.Metaspace(replacement=SPACE, prepend_scheme="first"),
            before.Punctuation("isolated"),
            before.Split(Regex(SYLLABLE), "isolated"),
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
    ascii_marks = {chr(code) for code in range(33, 127)}
    seen = set(unicodedata.normalize("NFD", "".join(known)))
    letters = sorted((ascii_marks | seen | {SPACE, *KOREAN, *ACCENTS}) - {" "})
    # The library numbers pieces in the order of a hash map, and ties between merges go by number:
    # with every letter numbered before it begins, the same text gives the same tokenizer.
    inside = [f"##{letter}" for letter in letters if letter.isalnum() or letter in ACCENTS]
    first = [*SPECIAL, *letters, *inside]
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
    """Read through transformers, as the models do; it adds no special tokens by itself.

    Text comes back composed: letters of Korean as syllables.
    """
    from transformers import PreTrainedTokenizerFast

    class Pieces(PreTrainedTokenizerFast):
        def _decode(self, *given: Any, **options: Any) -> str:
            return unicodedata.normalize("NFC", super()._decode(*given, **options))

    made: PreTrainedTokenizerFast = Pieces(  # type: ignore[no-untyped-call]
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
