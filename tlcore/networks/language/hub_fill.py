"""What BERT and GPT-2 put into the gaps of a sentence: rows like those of the small models.

They are asked as they were taught (tlcore.experiments.objectives.run.predictions): BERT from every
other word, GPT-2 from the words before the gap.  Their candidates are pieces of their own
tokenizers; how often a piece stood in what they learned from is not known here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch

from tlcore.networks.language import hub_models
from tlcore.networks.text import hub_text

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MOST = 10  # candidates that are told, as of the small models
BLANK = "[MASK]"  # in the reader's sentence, and BERT's own name for it
Row = dict[str, Any]
Ask = Callable[[Any, "Tokenizer", str, str], list[Row]]


@torch.no_grad()
def views(name: str, sentence: str, word: str) -> list[Row]:
    """Of a sentence with one or two gaps: {"id", "gap", "candidates", "asked", "pieces", ...}.

    Raises UserError: hub.absent, hub.record, weights.set_aside.
    """
    made = hub_text.MODELS[name].tokenizer()
    made.no_padding()
    made.no_truncation()
    return ASK[name](hub_models.whole(name), made, sentence, word)


def _bert(model: Any, made: Tokenizer, sentence: str, word: str) -> list[Row]:
    """Each gap while the other one is open; then the second, the first filled."""
    mask: Any = made.token_to_id(BLANK)
    ids = torch.tensor([made.encode(sentence).ids])
    places = (ids[0] == mask).nonzero().flatten().tolist()
    first = _first(made, word)

    def likely(now: torch.Tensor, at: int) -> torch.Tensor:
        return _likely(model(input_ids=now).prediction_logits[0, at])

    found = []
    for gap, at in enumerate(places):
        found.append({"id": "all", "gap": gap, **_told(likely(ids, at), made, first)})
    if len(places) == 2:
        best = int(likely(ids, places[0]).argmax())
        filled = ids.clone()
        filled[0, places[0]] = best
        told = _told(likely(filled, places[1]), made, first)
        found.append({"id": "then", "gap": 1, "filled": _piece(made, best), **told})
    return found


def _gpt2(model: Any, made: Tokenizer, sentence: str, word: str) -> list[Row]:
    """Gap after gap, each filled with its best piece before the next one is asked."""
    begin = model.config.vocab_size - 1  # <|endoftext|> stands before a text that begins
    parts = sentence.split(BLANK)
    first = _first(made, f" {word}" if word else "")
    read, found, filled = [begin], list[Row](), dict[str, str]()
    for gap, part in enumerate(parts[:-1]):
        # A piece brings the space before it: "on the" and then " mat".
        read += made.encode(part.rstrip(" ")).ids
        likely = _likely(model(input_ids=torch.tensor([read])).logits[0, -1])
        found.append({"id": "left", "gap": gap, **filled, **_told(likely, made, first)})
        best = int(likely.argmax())
        filled = filled or {"filled": _piece(made, best)}
        read.append(best)
    return found


ASK: dict[str, Ask] = {"bert_base": _bert, "gpt2": _gpt2}


def _likely(scores: torch.Tensor) -> torch.Tensor:
    return torch.softmax(scores.double(), 0)


def _first(made: Tokenizer, word: str) -> int | None:
    """The first piece of a word."""
    ids = made.encode(word, add_special_tokens=False).ids if word.strip() else []
    return int(ids[0]) if ids else None


def _piece(made: Tokenizer, piece: int) -> str:
    """ "sofa" for a word, "-ing" for what goes on with one."""
    token = made.id_to_token(piece) or ""
    if token.startswith("##"):
        return "-" + token[2:]
    return str(made.decode([piece], skip_special_tokens=False)).strip() or "␣"


def _told(likely: torch.Tensor, made: Tokenizer, first: int | None) -> Row:
    best = likely.topk(MOST)
    candidates = [
        {"piece": _piece(made, piece), "value": float(f"{value:.4g}"), "often": None}
        for value, piece in zip(best.values.tolist(), best.indices.tolist(), strict=True)
    ]
    asked = None
    if first is not None:
        share = likely[first]
        rank = 1 + int((likely > share).sum())
        asked = {"value": float(f"{float(share):.4g}"), "rank": rank}
    return {"candidates": candidates, "asked": asked, "pieces": len(likely)}
