"""One sentence with a gap or two, and what every small model puts there, with probabilities.

Each model is asked in the way it was taught, so they are not asked the same: one reads all other
words, one those before the gap, one writes what was in it.  A gap that a model of the left has to
read over is filled by its own best word first; that is how such a model writes.

    view       what was read                            models
    all        every other word, not the other gap      masked, permutation, span
    then       the same, the first gap filled            masked, permutation, span
    left       the words before the gap                  causal, bilstm, permutation
    right      the words behind it                       bilstm
    both       geometric mean of left and right          bilstm
    around     one word: what stands around it           skipgram
    near       one word: the words with like vectors     skipgram, cooccurrence
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from tlcore.data.texts import objective_words, reading
from tlcore.data.texts.reading import MASK, PAD, SEP
from tlcore.data.texts.tokenizer import ENTRIES, SPECIAL
from tlcore.experiments.objectives.run import visible
from tlcore.networks.language import gaps, hub_fill, objectives, small
from tlcore.networks.language.layers import parted
from tlcore.networks.language.pieces import begins, piece_text, pieces, text_of
from tlcore.networks.language.small import Small

if TYPE_CHECKING:
    from tlcore.experiments.objectives.spec import ObjectivesSpec

MOST = 10  # candidates that are told
LONGEST_GAP = 8  # pieces that are written for a gap
Row = dict[str, Any]


def rows(spec: ObjectivesSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """Progress, then what each model says and sees; `data_dir` and `folder` get nothing."""
    read = reading.encode([spec.sentence])
    ids = torch.from_numpy(read.ids)
    gaps_at = (ids[0] == MASK).nonzero().flatten().tolist()
    word = pieces(spec.word)
    told: list[Row] = []
    seen: list[Row] = []
    many = len(spec.asked) + len(spec.hub)
    with torch.no_grad():
        for number, objective in enumerate(spec.asked):
            yield {"kind": "progress", "part": objective, "done": number, "of": many}
            model, _ = small.trained(objective)
            views = [_told(view, word) for view in of(model, ids, gaps_at)]
            told.append({"objective": objective, "views": views})
            seen += visible.of(model, ids)
    for number, name in enumerate(spec.hub, start=len(spec.asked)):
        yield {"kind": "progress", "part": name, "done": number, "of": many}
        told.append({"objective": name, "views": hub_fill.views(name, spec.sentence, spec.word)})
    yield {
        "kind": "result",
        "status": "finished",
        "sentence": spec.sentence,
        "word": spec.word,
        "word_often": objective_words.often(spec.word),
        "word_pieces": [piece_text(piece) for piece in word],
        "corpus_words": objective_words.total(),
        "pieces": [piece_text(int(i)) for i in ids[0]],
        "gaps": gaps_at,
        "unknown": read.unknown[0],
        "models": told,
        "seen": seen,
        "seen_pieces": visible.shown(ids),
    }


def of(model: Small, ids: torch.Tensor, gaps_at: list[int]) -> list[Row]:
    """Views of a sentence (1, T) with MASK at `gaps_at`: {"id", "gap", "likely": (ENTRIES,), ...}.

    `gap` counts from 0; of a view of one word it is None, and `of` is that word.
    """
    return ASK[model.objective](model, ids, gaps_at)


def _masked(model: Small, ids: torch.Tensor, gaps_at: list[int]) -> list[Row]:
    return _gap_by_gap(lambda now, at: _fill(model, now, at), ids, gaps_at)


def _fill(model: Small, ids: torch.Tensor, at: int) -> torch.Tensor:
    """(ENTRIES,) probabilities of the piece at place `at`."""
    vectors, _ = parted(model.blocks(ids))
    return _likely(model.whole.cls(vectors[0, at]))


def _gap_by_gap(likely_at: Any, ids: torch.Tensor, gaps_at: list[int]) -> list[Row]:
    """Each gap while the other one is open; then the second, the first filled."""
    views = [
        {"id": "all", "gap": gap, "likely": likely_at(ids, at)} for gap, at in enumerate(gaps_at)
    ]
    if len(gaps_at) == 2:
        best = int(views[0]["likely"].argmax())
        filled = ids.clone()
        filled[0, gaps_at[0]] = best
        then = likely_at(filled, gaps_at[1])
        views.append({"id": "then", "gap": 1, "likely": then, "filled": piece_text(best)})
    return views


def _causal(model: Small, ids: torch.Tensor, gaps_at: list[int]) -> list[Row]:
    def onward(now: torch.Tensor, at: int) -> torch.Tensor:
        vectors, _ = parted(model.blocks(now[:, :at]))
        return _likely(model.whole.lm_head(vectors[0, -1]))

    return _in_turn("left", onward, ids, list(enumerate(gaps_at)))


def _bilstm(model: Small, ids: torch.Tensor, gaps_at: list[int]) -> list[Row]:
    def onward(now: torch.Tensor, at: int) -> torch.Tensor:
        vectors, _ = parted(model.blocks(now[:, :at]))
        return _likely(model.whole.scores(vectors[0, -1].chunk(2)[0]))

    def back(now: torch.Tensor, at: int) -> torch.Tensor:
        vectors, _ = parted(model.blocks(now[:, at + 1 :]))
        return _likely(model.whole.scores(vectors[0, 0].chunk(2)[1]))

    left = _in_turn("left", onward, ids, list(enumerate(gaps_at)))
    right = _in_turn("right", back, ids, list(enumerate(gaps_at))[::-1])[::-1]
    views = []
    for one, other in zip(left, right, strict=True):
        both = torch.softmax((one["likely"].log() + other["likely"].log()) / 2, 0)
        views += [one, other, {"id": "both", "gap": one["gap"], "likely": both}]
    return views


def _in_turn(
    name: str, likely_at: Any, ids: torch.Tensor, gaps_at: list[tuple[int, int]]
) -> list[Row]:
    """Gap after gap, each filled with its best piece before the next one is asked."""
    views: list[Row] = []
    filled = ids.clone()
    for gap, at in gaps_at:
        likely = likely_at(filled, at)
        before = {"filled": piece_text(int(filled[0, gaps_at[0][1]]))} if views else {}
        views.append({"id": name, "gap": gap, "likely": likely, **before})
        filled[0, at] = likely.argmax()
    return views


def _permutation(model: Small, ids: torch.Tensor, gaps_at: list[int]) -> list[Row]:
    """`all`: the gap comes last in the order; `left`: the order is that of reading."""

    def last(now: torch.Tensor, at: int) -> torch.Tensor:
        hidden = (now == MASK) | (torch.arange(now.shape[1]) == at)
        order = torch.zeros(now.shape)  # of hidden pieces none sees another
        return _ordered(model, now, hidden, order, at)

    # The end of the text is always seen, as in training.
    def from_left(now: torch.Tensor, at: int) -> torch.Tensor:
        place = torch.arange(now.shape[1])[None]
        hidden = (place >= at) & (place < now.shape[1] - 1)
        return _ordered(model, now, hidden, place.float(), at)

    left = _in_turn("left", from_left, ids, list(enumerate(gaps_at)))
    return [*_gap_by_gap(last, ids, gaps_at), *left]


def _ordered(
    model: Small, ids: torch.Tensor, hidden: torch.Tensor, order: torch.Tensor, at: int
) -> torch.Tensor:
    told = objectives.in_order(model, ids, hidden, order)
    assert told.scores is not None
    return _likely(told.scores[int((told.places == at).nonzero())])


def _span(model: Small, ids: torch.Tensor, gaps_at: list[int]) -> list[Row]:
    """What the decoder writes behind the mark of a gap; the first piece with its probabilities."""
    shown = ids.clone()
    for gap, at in enumerate(gaps_at):
        shown[0, at] = gaps.FIRST + gap
    written = [PAD]  # T5 begins with it
    views: list[Row] = []
    for gap in range(len(gaps_at)):
        written.append(gaps.FIRST + gap)
        first = _next(model, shown, written)
        now, said = first, list[int]()
        while len(said) < LONGEST_GAP:
            best = int(now.argmax())
            if best == SEP or gaps.FIRST <= best < len(SPECIAL):
                break
            said.append(best)
            now = _next(model, shown, [*written, *said])
        before = {"filled": views[0]["says"]} if views else {}
        name = "then" if views else "all"
        views.append({"id": name, "gap": gap, "likely": first, "says": text_of(said), **before})
        written += said
    return views


def _next(model: Small, shown: torch.Tensor, written: list[int]) -> torch.Tensor:
    fed = torch.tensor([written])
    seen = torch.ones_like(shown)
    told = model.whole(input_ids=shown, attention_mask=seen, decoder_input_ids=fed)
    return _likely(told.logits[0, -1])


def _skipgram(model: Small, ids: torch.Tensor, gaps_at: list[int]) -> list[Row]:
    word = rarest(ids)
    if word is None:
        return []
    around = _likely(model.whole.middle.weight[word] @ model.whole.around.weight.T)
    one = {"id": "around", "gap": None, "of": piece_text(word), "likely": around}
    return [one, *_near(model, word)]


def _cooccurrence(model: Small, ids: torch.Tensor, gaps_at: list[int]) -> list[Row]:
    word = rarest(ids)
    return [] if word is None else _near(model, word)


def _near(model: Small, word: int) -> list[Row]:
    """By cosine; pieces that were never trained, marks and the word itself are left out."""
    rows = torch.nn.functional.normalize(model.whole.middle.weight, dim=1)
    alike = rows @ rows[word]
    alike[: len(SPECIAL)] = -1
    alike[word] = -1
    return [{"id": "near", "gap": None, "of": piece_text(word), "alike": alike}]


def rarest(ids: torch.Tensor) -> int | None:
    """Of the whole words of a sentence that stood in the corpus, the one that stood there least."""
    found = [int(i) for i in ids[0] if int(i) >= len(SPECIAL)]
    known = [(objective_words.often(piece_text(piece)), piece) for piece in found]
    there = [(often, piece) for often, piece in known if often and begins(piece)]
    return min(there)[1] if there else None


ASK = {
    "masked": _masked,
    "korean": _masked,
    "causal": _causal,
    "bilstm": _bilstm,
    "permutation": _permutation,
    "span": _span,
    "skipgram": _skipgram,
    "cooccurrence": _cooccurrence,
}


def _likely(scores: torch.Tensor) -> torch.Tensor:
    return torch.softmax(scores.flatten().double(), 0)


def _told(view: Row, word: list[int]) -> Row:
    """A view as a row: its likeliest pieces, and where the word that was asked for stands."""
    scores = view.pop("likely") if "likely" in view else view.pop("alike")
    best = scores.topk(MOST)
    candidates = [
        {"piece": piece_text(piece), "value": _short(value), "often": _often(piece)}
        for value, piece in zip(best.values.tolist(), best.indices.tolist(), strict=True)
    ]
    asked: Row | None = None
    if word:
        first = scores[word[0]]
        asked = {"value": _short(float(first)), "rank": 1 + int((scores > first).sum())}
    return {**view, "candidates": candidates, "asked": asked, "pieces": ENTRIES}


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def _often(piece: int) -> int | None:
    """None of a piece that is no whole word."""
    return objective_words.often(piece_text(piece)) if begins(piece) else None
