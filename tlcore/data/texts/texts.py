"""Texts as data: cut into tokens by the backbone that is to read them, the shortest first.

Val and test are the same for every seed; a seed draws the training texts only.
"""

from __future__ import annotations

import numpy as np
import torch

from tlcore.catalog.labelled import Labelled
from tlcore.data.draw import stratified
from tlcore.data.images import ImageData, Split, sha256_of
from tlcore.data.texts import text_sets
from tlcore.ground.errors import UserError
from tlcore.networks.text import tokens
from tlcore.networks.text.text_models import MODELS


def load(name: str, train_size: int, seed: int, backbone: str) -> ImageData:
    """`train_size` of the pool, equal shares of each class.

    Raises UserError: spec.train_texts (low, high, given), weights.not_installed and
    weights.package_damaged, whose package carries the tokenizer.
    """
    found = text_sets.read(name)
    low, high = len(found.classes), len(found.pool)
    if not low <= train_size <= high:
        raise UserError("spec.train_texts", low=low, high=high, given=train_size)
    labels = np.array(found.pool.labels, dtype=np.int64)
    picked = stratified(labels, train_size, seed, name).tolist()
    pool = Labelled(
        tuple(found.pool.texts[i] for i in picked), tuple(found.pool.labels[i] for i in picked)
    )
    made = [split(part, backbone) for part in (pool, found.val, found.test)]
    train, val, test = (part for part, _ in made)
    cut = sum(count for _, count in made)
    return ImageData(name, found.classes, train, val, test, sha256_of(train, val, test), cut)


def split(found: Labelled, backbone: str) -> tuple[Split, int]:
    """In the order of lengths; texts of the same length stay in theirs.  And how many were cut."""
    rows = tokens.read(backbone, found.texts)
    places = torch.tensor([len(row.ids) for row in rows]).argsort(stable=True)
    ids = tokens.padded(rows, MODELS[backbone].INPUT)
    labels = torch.tensor(found.labels, dtype=torch.int64)[places]
    told = tuple(found.texts[i] for i in places.tolist())
    return Split(ids[places], labels, told), sum(row.cut for row in rows)
