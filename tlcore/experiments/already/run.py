"""The 1,000 answers of an untouched network, masked to the few that mean a set's own classes.

A picture is said to be of the class whose ImageNet names have the largest share together.  Nothing
is trained; the pictures are those that every fine-tune on the set is tested on.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from tlcore import catalog
from tlcore.data import sets
from tlcore.experiments.already.spec import AlreadySpec
from tlcore.ground.spread import wilson
from tlcore.networks.backbone import prepare
from tlcore.networks.vision import lite_models
from tlcore.training.transfer.features import chunks


def rows(spec: AlreadySpec, data_dir: Path, folder: Path) -> Iterator[dict[str, Any]]:
    """Progress, then the result: `right` of `of` with its 95 % interval, and for each class that
    was asked about {"class", "right", "of"}.

    Raises UserError: data.gone, weights.not_installed, weights.package_damaged.
    """
    row = catalog.dataset(spec.data)
    test = sets.load(spec.data, len(row.classes)).test
    asked = [number for number, meant in enumerate(spec.meant) if meant]
    which = torch.isin(test.labels, torch.tensor(asked)).nonzero()[:, 0]
    model = lite_models.MODELS[spec.backbone]
    blocks, head = lite_models.answering(spec.backbone)
    said: list[torch.Tensor] = []
    for chunk in chunks(test.images[which], model.INPUT.size):
        with torch.no_grad():
            said.append(among(head(blocks(prepare(chunk, model.INPUT))), spec.meant))
        yield {"kind": "progress", "done": sum(map(len, said)), "of": len(which)}
    answers = torch.tensor(asked)[torch.cat(said)]
    right = answers == test.labels[which]
    low, high = wilson(int(right.sum()), len(which))
    each = [
        {
            "class": number,
            "right": int(right[test.labels[which] == number].sum()),
            "of": int((test.labels[which] == number).sum()),
        }
        for number in asked
    ]
    yield {
        "kind": "result",
        "status": "finished",
        "right": int(right.sum()),
        "of": len(which),
        "interval": [low, high],
        "each": each,
    }


def among(logits: torch.Tensor, meant: tuple[tuple[int, ...], ...]) -> torch.Tensor:
    """(N, 1000) -> (N,): the place, among the classes that are meant at all, of the likeliest."""
    shares = [logits[:, list(numbers)].logsumexp(1) for numbers in meant if numbers]
    return torch.stack(shares, 1).argmax(1)
