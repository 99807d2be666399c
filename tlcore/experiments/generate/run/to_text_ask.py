"""A reader's own text to the model of a finished run: what it writes, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import safetensors.torch
import torch

from tlcore.data.texts import mixture, reading
from tlcore.data.texts.reading import PAD, SEP
from tlcore.experiments.generate.run import to_text
from tlcore.experiments.generate.run.baselines import NAMES, Baselines
from tlcore.experiments.generate.spec import ToTextSpec
from tlcore.ground.errors import UserError
from tlcore.networks.language import small
from tlcore.networks.language.pieces import piece_text, text_of
from tlcore.networks.language.small import Small
from tlcore.networks.language.writing import Written
from tlcore.runs import record

if TYPE_CHECKING:
    from tlcore.experiments.generate.spec import ToTextAskSpec

Row = dict[str, Any]


def rows(spec: ToTextAskSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """The result; nothing is written.  Raises what `of_run` raises."""
    model = of_run(data_dir, spec.run)
    written = to_text.answer(model, spec.task, [spec.given])
    encoded = reading.encode([mixture.prefixed(spec.task, spec.given)], to_text.FARTHEST)
    longest = reading.LONGEST - to_text.MOST[spec.task]
    others = Baselines(mixture.training()).say(spec.task, [spec.given])
    yield {
        "kind": "result",
        "status": "finished",
        "task": spec.task,
        "read": mixture.prefixed(spec.task, spec.given),
        "cut": bool(encoded.ids.shape[1] > longest),
        "unknown": encoded.unknown[0],
        "says": text_of(written.texts()[0]),
        "ended": SEP in written.ids[0].tolist(),
        "pieces": pieces(written),
        "baselines": {name: others[name][0] for name in NAMES},
    }


def pieces(written: Written, row: int = 0) -> list[Row]:
    """Each piece of a written text with its probability, and the likeliest at its place."""
    found = []
    for place, piece in enumerate(written.ids[row].tolist()):
        if piece == PAD:
            break
        best = zip(
            written.others[row, place].tolist(),
            written.other_shares[row, place].tolist(),
            strict=True,
        )
        found.append(
            {
                "piece": piece_text(piece),
                "share": round(float(written.shares[row, place]), 4),
                "best": [[piece_text(other), round(share, 4)] for other, share in best],
            }
        )
    return found


def of_run(data_dir: Path, run_id: str) -> Small:
    """Its model, in evaluation mode.

    Raises UserError: run.gone, explain.unfinished, export.weights_gone.
    """
    values, folder = record.ended(data_dir, run_id, "to_text")
    made_by = ToTextSpec(**values)
    try:
        halves = safetensors.torch.load((folder / mixture.WEIGHTS).read_bytes())
    except FileNotFoundError:
        raise UserError("export.weights_gone") from None
    model = small.build(made_by.model)
    weights: dict[str, torch.Tensor] = {k: v.float() for k, v in halves.items()}
    small.put(model.whole, weights)
    model.whole.eval()
    return model
