"""A model of the hub writes: the same loop as for the small ones
(tlcore.networks.language.writing)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from tlcore.networks import seeds
from tlcore.networks.language import hub_models, writing

if TYPE_CHECKING:
    from tlcore.experiments.generate.spec import WriteSpec

PREFIX = "summarize: "  # of T5's mixture (arXiv:1910.10683, appendix D)
READS = 512  # pieces, of the end of a longer text
Row = dict[str, Any]


def rows(spec: WriteSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """The result; nothing is written.  Raises what `hub_models.generator` raises."""
    yield {"kind": "progress", "part": "write", "done": 0, "of": 1}
    model, tokenizer = hub_models.generator(spec.model)
    summary = spec.model == "t5_small"
    end = int(model.config.eos_token_id)
    ids = tokenizer.encode(PREFIX + spec.text if summary else spec.text).ids
    shown = torch.tensor([ids[-READS:]])
    pick: writing.Pick = writing.greedy
    if spec.warmth > 0:
        pick = writing.drawn(seeds.generator(spec.seed, "write"), spec.warmth)
    pad = int(model.config.pad_token_id or 0) if summary else NO_PAD
    if summary:
        scores = writing.of_encoder(model, shown, torch.ones_like(shown))
        begin = torch.tensor([[int(model.config.decoder_start_token_id)]])
    else:
        scores, begin = writing.of_decoder(model, pad), shown
    written = writing.write(scores, begin, spec.pieces, end, pad, pick)
    said = [int(i) for i in written.ids[0] if int(i) not in (end, pad)]
    yield {
        "kind": "result",
        "status": "finished",
        "model": spec.model,
        "read": tokenizer.decode(shown[0].tolist()),
        "says": tokenizer.decode(said),
        "ended": end in written.ids[0].tolist(),
        "pieces": [
            {"piece": tokenizer.decode([int(i)]), "share": round(float(share), 4)}
            for i, share in zip(written.ids[0].tolist(), written.shares[0].tolist(), strict=True)
        ],
    }


NO_PAD = -1  # GPT-2 has no padding; a single text needs none
