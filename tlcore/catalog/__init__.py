"""The facts on a backbone or a data set, by its name: the app's, or what a reader has.  No torch.

The rows that come with the app are read from catalog.json (tlcore.catalog.catalog_rows); what was
grown, brought or fetched is known by what lies on this disk.
"""

from __future__ import annotations

from dataclasses import replace

from tlcore.catalog import hub_files, nursery, own, own_texts
from tlcore.catalog.catalog_rows import (
    FILE,
    BackboneRow,
    BlockRow,
    DatasetRow,
    backbones,
    datasets,
    grown,
    reads_texts,
    text_datasets,
    texts,
)
from tlcore.ground.errors import UserError

__all__ = [
    "FILE",
    "BackboneRow",
    "BlockRow",
    "DatasetRow",
    "backbone",
    "backbones",
    "dataset",
    "datasets",
    "grown",
    "reads_texts",
    "text_datasets",
    "texts",
]


def backbone(name: str) -> BackboneRow:
    """Of the catalogue, or a reader's ("grown-...").  Raises UserError("backbone.unknown")."""
    if nursery.is_grown(name):
        return nursery.row(name)
    if name in texts():
        return _of_hub(texts()[name]) if texts()[name].hub else texts()[name]
    if name not in backbones():
        raise UserError("backbone.unknown", given=name[:40], known=", ".join(backbones()))
    return backbones()[name]


def _of_hub(row: BackboneRow) -> BackboneRow:
    """Its weights are named by the file that is here: no hash is known before it was seen."""
    return replace(row, fingerprint=hub_files.weights(row.id))


def dataset(name: str) -> DatasetRow:
    """Of the catalogue, or a reader's own ("own-...", "texts-...").

    Raises UserError: data.unknown; of a reader's own what `own.row` and `own_texts.row` raise.
    """
    if name.startswith("own-"):
        return own.row(name)
    if name.startswith("texts-"):
        return own_texts.row(name)
    if name in text_datasets():
        return text_datasets()[name]
    if name not in datasets():
        raise UserError("data.unknown", given=name[:40], known=", ".join(datasets()))
    return datasets()[name]
